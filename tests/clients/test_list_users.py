"""boto3: ListUsers, its filters and pages."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, refused, run, true
from cognito import House, as_map, attributes, connect

PEOPLE = [
    ("ann", "Ann", "Arbor", "ann@example.com", "+15550001"),
    ("anna", "Anna", "Berg", "anna@example.com", "+15550002"),
    ("bob", "Bob", "Arbor", "bob@example.org", "+15550003"),
    ("carl", "Carl", "Berg", "carl@example.org", "+15560004"),
]


def town(s):
    house = House(s)
    for name, given, family, mail, number in PEOPLE:
        house.user(name, given_name=given, family_name=family, name=f"{given} {family}", preferred_username=f"p-{name}", email=mail, phone_number=number)
    house.idp.sign_up(ClientId=house.client, Username="newcomer", Password="Correct-Horse7")
    house.idp.admin_create_user(UserPoolId=house.pool, Username="invited", MessageAction="SUPPRESS")
    house.idp.admin_disable_user(UserPoolId=house.pool, Username="bob")
    return house


def names(house, text, **more):
    return sorted(u["Username"] for u in house.idp.list_users(UserPoolId=house.pool, Filter=text, **more)["Users"])


@case("every attribute and operator of the filter grammar")
def filters(s):
    house = town(s)
    sub = house.attributes("carl")["sub"]
    everyone = sorted([p[0] for p in PEOPLE] + ["newcomer", "invited"])
    for text, wanted in [
        ("", everyone),
        ('username = "ann"', ["ann"]),
        ('username ^= "ann"', ["ann", "anna"]),
        ('username="anna"', ["anna"]),
        ('  username   ^=   "b"  ', ["bob"]),
        ('username = "nobody"', []),
        ('email = "bob@example.org"', ["bob"]),
        ('email ^= "ann"', ["ann", "anna"]),
        ('phone_number ^= "+1555"', ["ann", "anna", "bob"]),
        ('phone_number = "+15560004"', ["carl"]),
        ('name = "Ann Arbor"', ["ann"]),
        ('name ^= "Ann"', ["ann", "anna"]),
        ('given_name = "Bob"', ["bob"]),
        ('family_name = "Berg"', ["anna", "carl"]),
        ('family_name ^= "A"', ["ann", "bob"]),
        ('preferred_username = "p-carl"', ["carl"]),
        ('preferred_username ^= "p-a"', ["ann", "anna"]),
        (f'sub = "{sub}"', ["carl"]),
        ('cognito:user_status = "CONFIRMED"', [p[0] for p in PEOPLE]),
        ('cognito:user_status = "confirmed"', [p[0] for p in PEOPLE]),
        ('cognito:user_status = "UNCONFIRMED"', ["newcomer"]),
        ('cognito:user_status = "FORCE_CHANGE_PASSWORD"', ["invited"]),
        ('status = "Disabled"', ["bob"]),
        ('status = "Enabled"', sorted(set(everyone) - {"bob"})),
    ]:
        equal(names(house, text), wanted, f"users for {text!r}")


@case("quotes inside a value are escaped")
def quotes(s):
    house = House(s)
    name = house.user(name='Ann "the hat" \\ Arbor')
    equal(names(house, 'name ^= "Ann \\"the"'), [name])


@case("what is no filter is refused")
def bad(s):
    house = House(s)
    for text in ("username", 'username = ann', 'username == "a"', 'username = "a', 'username = "a" and email = "b"', '= "a"', 'username ~ "a"'):
        with refused("InvalidParameterException", re.compile("^Error while parsing filter|^Invalid search attribute")):
            names(house, text)
    for text, attribute in (('nickname = "a"', "nickname"), ('custom:x = "a"', "custom:x")):
        with refused("InvalidParameterException", re.compile(re.escape(f"Invalid search attribute: {attribute}"))):
            names(house, text)
    with refused("InvalidParameterException", re.compile("'filter' failed to satisfy constraint: Member must have length less than or equal to 256")):
        connect(s, check=False).list_users(UserPoolId=house.pool, Filter=f'username = "{"a" * 300}"')


@case("filters follow every change of a record")
def moves(s):
    house = House(s)
    name = house.user(email="old@example.com", given_name="Old")
    house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username=name, UserAttributes=attributes(email="new@example.com", given_name="New"))
    equal(names(house, 'email = "old@example.com"'), [])
    equal(names(house, 'email = "new@example.com"'), [name])
    equal(names(house, 'given_name = "Old"'), [])
    house.idp.admin_delete_user_attributes(UserPoolId=house.pool, Username=name, UserAttributeNames=["given_name"])
    equal(names(house, 'given_name = "New"'), [])
    house.idp.admin_delete_user(UserPoolId=house.pool, Username=name)
    equal(names(house, 'email = "new@example.com"'), [])


@case("AttributesToGet narrows the answer")
def narrow(s):
    house = House(s)
    house.user("ann", email="ann@example.com", given_name="Ann")
    user = house.idp.list_users(UserPoolId=house.pool, AttributesToGet=["email"])["Users"][0]
    shown = as_map(user["Attributes"])
    true("email" in shown and "given_name" not in shown, f"{shown}")
    true({"Username", "Attributes", "UserCreateDate", "UserLastModifiedDate", "Enabled", "UserStatus"} <= set(user), f"{sorted(user)}")
    with refused("InvalidParameterException"):
        house.idp.list_users(UserPoolId=house.pool, AttributesToGet=["no_such"])


@case("pages: sizes, the default, bad tokens, with a filter too")
def pages(s):
    house = House(s)
    for n in range(65):
        house.idp.admin_create_user(UserPoolId=house.pool, Username=f"u{n:03d}", MessageAction="SUPPRESS", UserAttributes=attributes(family_name="Even" if n % 2 == 0 else "Odd"))
    first = house.idp.list_users(UserPoolId=house.pool)
    equal(len(first["Users"]), 60, "the default page")
    rest = house.idp.list_users(UserPoolId=house.pool, PaginationToken=first["PaginationToken"])
    true("PaginationToken" not in rest, "a token after the last page")
    got = [u["Username"] for u in first["Users"] + rest["Users"]]
    equal((len(got), len(set(got))), (65, 65))
    equal(len(house.idp.list_users(UserPoolId=house.pool, Limit=0)["Users"]), 60, "Limit 0")
    seen = []
    for page in house.idp.get_paginator("list_users").paginate(UserPoolId=house.pool, Filter='family_name = "Even"', PaginationConfig={"PageSize": 10}):
        true(len(page["Users"]) <= 10, "page too long")
        seen += [u["Username"] for u in page["Users"]]
    equal(sorted(seen), [f"u{n:03d}" for n in range(0, 65, 2)])
    with refused("InvalidParameterException"):
        house.idp.list_users(UserPoolId=house.pool, PaginationToken="garbage")
    with refused("InvalidParameterException"):
        house.idp.list_users(UserPoolId=house.pool, Filter='username ^= "u"', PaginationToken=first["PaginationToken"])


run("boto3 list users")
