"""boto3: groups and who is in them."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, refused, run, true
from cognito import House, claims

NONE = "Group not found."


@case("create, get, update, delete")
def life(s):
    house = House(s)
    made = house.idp.create_group(UserPoolId=house.pool, GroupName="staff", Description="people", Precedence=3, RoleArn="arn:aws:iam::123456789012:role/staff")["Group"]
    equal((made["GroupName"], made["UserPoolId"], made["Description"], made["Precedence"]), ("staff", house.pool, "people", 3))
    with refused("GroupExistsException", "A group with the name already exists"):
        house.idp.create_group(UserPoolId=house.pool, GroupName="staff")
    house.idp.update_group(UserPoolId=house.pool, GroupName="staff", Description="changed")
    got = house.idp.get_group(UserPoolId=house.pool, GroupName="staff")["Group"]
    equal(got["Description"], "changed")
    house.idp.delete_group(UserPoolId=house.pool, GroupName="staff")
    for call in (house.idp.get_group, house.idp.delete_group, house.idp.update_group):
        with refused("ResourceNotFoundException", NONE):
            call(UserPoolId=house.pool, GroupName="staff")
    with refused("ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist."):
        house.idp.create_group(UserPoolId="us-east-1_Nowhere00", GroupName="staff")


@case("members come and go")
def members(s):
    house = House(s)
    name = house.user()
    join = lambda user, group="g": house.idp.admin_add_user_to_group(UserPoolId=house.pool, Username=user, GroupName=group)
    leave = lambda user, group="g": house.idp.admin_remove_user_from_group(UserPoolId=house.pool, Username=user, GroupName=group)
    with refused("ResourceNotFoundException", NONE):
        join(name)
    house.idp.create_group(UserPoolId=house.pool, GroupName="g")
    with refused("UserNotFoundException", "User does not exist."):
        join("nobody")
    join(name)
    join(name)
    equal(claims(house.tokens(name)["AccessToken"])["cognito:groups"], ["g"])
    equal([g["GroupName"] for g in house.idp.admin_list_groups_for_user(UserPoolId=house.pool, Username=name)["Groups"]], ["g"])
    leave(name)
    leave(name)
    true("cognito:groups" not in claims(house.tokens(name)["AccessToken"]), "still a member")
    join(name)
    house.idp.delete_group(UserPoolId=house.pool, GroupName="g")
    equal(house.idp.admin_list_groups_for_user(UserPoolId=house.pool, Username=name)["Groups"], [])
    house.idp.create_group(UserPoolId=house.pool, GroupName="g")
    equal(house.idp.list_users_in_group(UserPoolId=house.pool, GroupName="g")["Users"], [], "members of a group made anew")
    join(name)
    house.idp.admin_delete_user(UserPoolId=house.pool, Username=name)
    equal(house.idp.list_users_in_group(UserPoolId=house.pool, GroupName="g")["Users"], [], "members after the user went")


@case("lists come in pages")
def pages(s):
    house = House(s)
    groups = [f"group-{n}" for n in range(7)]
    users = sorted(house.user() for _ in range(7))
    for group in groups:
        house.idp.create_group(UserPoolId=house.pool, GroupName=group)
        house.idp.admin_add_user_to_group(UserPoolId=house.pool, Username=users[0], GroupName=group)
    for user in users:
        house.idp.admin_add_user_to_group(UserPoolId=house.pool, Username=user, GroupName="group-0")

    def collect(call, member, key, **where):
        seen = []
        for page in house.idp.get_paginator(call).paginate(UserPoolId=house.pool, PaginationConfig={"PageSize": 3}, **where):
            true(len(page[member]) <= 3, f"{call}: page too long")
            seen += [item[key] for item in page[member]]
        return sorted(seen)

    equal(collect("list_groups", "Groups", "GroupName"), groups)
    equal(collect("admin_list_groups_for_user", "Groups", "GroupName", Username=users[0]), groups)
    equal(collect("list_users_in_group", "Users", "Username", GroupName="group-0"), users)
    with refused("InvalidParameterException"):
        house.idp.list_groups(UserPoolId=house.pool, NextToken="no-such-token")
    with refused("ResourceNotFoundException", NONE):
        house.idp.list_users_in_group(UserPoolId=house.pool, GroupName="none")
    with refused("UserNotFoundException", "User does not exist."):
        house.idp.admin_list_groups_for_user(UserPoolId=house.pool, Username="nobody")


run("boto3 groups")
