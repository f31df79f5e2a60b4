"""boto3: user pools, their settings and their schema."""

import re
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import House, connect, fresh


@case("a new pool comes back with AWS's defaults")
def defaults(s):
    idp = connect(s)
    made = idp.create_user_pool(PoolName="first")["UserPool"]
    matches(made["Id"], r"us-east-1_[A-Za-z0-9]{9}", "Id")
    equal(made["Arn"], f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{made['Id']}", "Arn")
    got = idp.describe_user_pool(UserPoolId=made["Id"])["UserPool"]
    equal(got["Name"], "first")
    policy = got["Policies"]["PasswordPolicy"]
    equal(
        {k: policy[k] for k in policy if k != "PasswordHistorySize"},
        {
            "MinimumLength": 8,
            "RequireUppercase": True,
            "RequireLowercase": True,
            "RequireNumbers": True,
            "RequireSymbols": True,
            "TemporaryPasswordValidityDays": 7,
        },
        "PasswordPolicy",
    )
    equal(got["Policies"]["SignInPolicy"], {"AllowedFirstAuthFactors": ["PASSWORD"]}, "SignInPolicy")
    equal(got["DeletionProtection"], "INACTIVE")
    equal(got["LambdaConfig"], {})
    equal(got["MfaConfiguration"], "OFF")
    equal(got["EstimatedNumberOfUsers"], 0)
    equal(got["EmailConfiguration"], {"EmailSendingAccount": "COGNITO_DEFAULT"})
    equal(got["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"], False)
    equal(got["AdminCreateUserConfig"]["UnusedAccountValidityDays"], 7)
    equal(got["VerificationMessageTemplate"]["DefaultEmailOption"], "CONFIRM_WITH_CODE")
    equal(got["UserPoolTier"], "ESSENTIALS")
    true(got["CreationDate"] == got["LastModifiedDate"], "dates of a new pool differ")
    names = {a["Name"] for a in got["SchemaAttributes"]}
    true({"sub", "email", "email_verified", "phone_number", "updated_at", "address", "birthdate"} <= names, f"schema lacks some: {names}")
    by_name = {a["Name"]: a for a in got["SchemaAttributes"]}
    equal(by_name["sub"]["Mutable"], False)
    equal(by_name["sub"]["Required"], True)
    equal(by_name["birthdate"]["StringAttributeConstraints"], {"MinLength": "10", "MaxLength": "10"})
    equal(by_name["email"]["AttributeDataType"], "String")
    equal(by_name["updated_at"]["NumberAttributeConstraints"], {"MinValue": "0"})


@case("every setting given at creation is kept")
def kept(s):
    idp = connect(s)
    settings = {
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 12,
                "RequireUppercase": False,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": False,
                "TemporaryPasswordValidityDays": 3,
            }
        },
        "DeletionProtection": "ACTIVE",
        "AutoVerifiedAttributes": ["email"],
        "AliasAttributes": ["email", "preferred_username"],
        "VerificationMessageTemplate": {
            "EmailMessage": "Your code: {####}",
            "EmailSubject": "Code",
            "DefaultEmailOption": "CONFIRM_WITH_CODE",
        },
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
        "UserPoolTags": {"team": "identity"},
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": True,
            "InviteMessageTemplate": {"EmailMessage": "{username} {####}", "EmailSubject": "Hello", "SMSMessage": "{username} {####}"},
        },
        "UsernameConfiguration": {"CaseSensitive": False},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
        "UserPoolTier": "PLUS",
        "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True},
    }
    pool = idp.create_user_pool(PoolName="settings", **settings)["UserPool"]["Id"]
    got = idp.describe_user_pool(UserPoolId=pool)["UserPool"]
    for name, value in settings.items():
        if isinstance(value, dict):
            for inner, wanted in value.items():
                if isinstance(wanted, dict):
                    equal({k: got[name][inner].get(k) for k in wanted}, wanted, f"{name}.{inner}")
                else:
                    equal(got[name].get(inner), wanted, f"{name}.{inner}")
        elif isinstance(value, list):
            equal(sorted(got[name]), sorted(value), name)
        else:
            equal(got[name], value, name)
    equal(got["EmailVerificationMessage"], "Your code: {####}", "the older name of the mail's text")
    equal(got["EmailVerificationSubject"], "Code", "the older name of the mail's subject")


@case("UpdateUserPool puts what is omitted back to its default, but for the policies")
def update(s):
    house = House(s, AutoVerifiedAttributes=["email"], Policies={"PasswordPolicy": {"MinimumLength": 20}})
    house.idp.update_user_pool(UserPoolId=house.pool, MfaConfiguration="OFF")
    got = house.idp.describe_user_pool(UserPoolId=house.pool)["UserPool"]
    equal(got.get("AutoVerifiedAttributes", []), [])
    equal(got["Policies"]["PasswordPolicy"]["MinimumLength"], 20)
    house.idp.update_user_pool(UserPoolId=house.pool, PoolName="renamed", UserPoolTier="LITE")
    got = house.idp.describe_user_pool(UserPoolId=house.pool)["UserPool"]
    equal((got["Name"], got["UserPoolTier"]), ("renamed", "LITE"))


@case("deletion protection holds until it is taken off")
def protection(s):
    house = House(s, DeletionProtection="ACTIVE")
    with refused("InvalidParameterException", re.compile("deletion protection is activated")):
        house.idp.delete_user_pool(UserPoolId=house.pool)
    house.idp.update_user_pool(UserPoolId=house.pool, DeletionProtection="INACTIVE")
    house.idp.delete_user_pool(UserPoolId=house.pool)
    with refused("ResourceNotFoundException", f"User pool {house.pool} does not exist."):
        house.idp.describe_user_pool(UserPoolId=house.pool)


@case("a deleted pool takes its clients and users with it")
def deleted(s):
    house = House(s)
    name = house.sign_up()
    token = house.tokens(name)["AccessToken"]
    house.idp.delete_user_pool(UserPoolId=house.pool)
    with refused("ResourceNotFoundException", f"User pool client {house.client} does not exist."):
        house.start(name)
    with refused("ResourceNotFoundException", f"User pool {house.pool} does not exist."):
        house.idp.admin_get_user(UserPoolId=house.pool, Username=name)
    with refused("NotAuthorizedException"):
        house.idp.get_user(AccessToken=token)


@case("ListUserPools pages through all pools")
def pages(s):
    idp = connect(s, region="eu-west-3")
    made = {idp.create_user_pool(PoolName=fresh("paged"))["UserPool"]["Id"] for _ in range(7)}
    pager = idp.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 3})
    sizes, seen = [], []
    for page in pager:
        sizes.append(len(page["UserPools"]))
        seen += [p["Id"] for p in page["UserPools"]]
    equal(sizes, [3, 3, 1], "page sizes")
    equal(set(seen), made)
    first = idp.list_user_pools(MaxResults=1)["UserPools"][0]
    true({"Id", "Name", "LambdaConfig", "CreationDate", "LastModifiedDate"} <= set(first), f"only {sorted(first)}")
    with refused("InvalidParameterException"):
        idp.list_user_pools(MaxResults=10, NextToken="no-such-token")
    with refused("InvalidParameterException", re.compile(r"'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60")):
        connect(s, check=False).list_user_pools(MaxResults=61)


@case("two regions keep their own pools, and unsigned calls find theirs")
def regions(s):
    north, south = House(s, region="eu-north-1"), House(s, region="ap-south-1")
    true(north.pool.startswith("eu-north-1_") and south.pool.startswith("ap-south-1_"), "ids without their region")
    listed = [p["Id"] for p in north.idp.list_user_pools(MaxResults=60)["UserPools"]]
    true(north.pool in listed and south.pool not in listed, f"eu-north-1 lists {listed}")
    name = south.sign_up()
    token = connect(s, region="us-west-2").initiate_auth(
        ClientId=south.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": "Correct-Horse7"}
    )["AuthenticationResult"]["AccessToken"]
    equal(connect(s, region="us-west-2").get_user(AccessToken=token)["Username"], name)


@case("custom attributes: at creation, added later, and their limits")
def schema(s):
    house = House(
        s,
        Schema=[
            {"Name": "dept", "AttributeDataType": "String", "Mutable": True, "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "8"}},
            {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True},
        ],
    )
    idp = house.idp
    idp.add_custom_attributes(
        UserPoolId=house.pool,
        CustomAttributes=[
            {"Name": "rank", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"}},
            {"Name": "secret", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
        ],
    )
    got = {a["Name"]: a for a in idp.describe_user_pool(UserPoolId=house.pool)["UserPool"]["SchemaAttributes"]}
    equal(got["custom:dept"]["StringAttributeConstraints"], {"MinLength": "1", "MaxLength": "8"})
    equal(got["custom:rank"]["AttributeDataType"], "Number")
    equal(got["custom:rank"]["Mutable"], True)
    true("dev:custom:secret" in got, f"no developer attribute in {sorted(n for n in got if ':' in n)}")
    equal(got["email"]["Required"], True)
    with refused("InvalidParameterException", "custom:dept: Existing attribute already has name custom:dept."):
        idp.add_custom_attributes(UserPoolId=house.pool, CustomAttributes=[{"Name": "dept", "AttributeDataType": "String"}])
    with refused("InvalidParameterException", re.compile("Required custom attributes are not supported currently.")):
        idp.add_custom_attributes(UserPoolId=house.pool, CustomAttributes=[{"Name": "must", "AttributeDataType": "String", "Required": True}])
    with refused("InvalidParameterException", re.compile("Max length cannot be less than min length")):
        idp.add_custom_attributes(
            UserPoolId=house.pool,
            CustomAttributes=[
                {"Name": "odd", "AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "5", "MaxLength": "2"}}
            ],
        )
    with refused("InvalidParameterException", re.compile("You can not change AttributeDataType")):
        idp.create_user_pool(PoolName="bad", Schema=[{"Name": "email", "AttributeDataType": "Number"}])


@case("contradictions in a pool's settings are refused")
def contradictions(s):
    idp = connect(s)
    with refused("InvalidParameterException", "Only one of the aliasAttributes or usernameAttributes can be set in a user pool."):
        idp.create_user_pool(PoolName="both", UsernameAttributes=["email"], AliasAttributes=["email"])
    with refused("InvalidParameterException", re.compile("'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6")):
        connect(s, check=False).create_user_pool(PoolName="short", Policies={"PasswordPolicy": {"MinimumLength": 5}})
    with refused("InvalidParameterException"):
        idp.create_user_pool(PoolName="pending", UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]})
    with refused("InvalidParameterException", re.compile("Member must not be null")):
        connect(s, check=False).create_user_pool()
    with refused("ResourceNotFoundException", "User pool us-east-1_NoSuchPoo does not exist."):
        idp.describe_user_pool(UserPoolId="us-east-1_NoSuchPoo")


@case("a new pool has MFA off")
def mfa(s):
    house = House(s)
    equal(house.idp.get_user_pool_mfa_config(UserPoolId=house.pool)["MfaConfiguration"], "OFF")


@case("tags by ARN")
def tags(s):
    house = House(s, UserPoolTags={"a": "1"})
    arn = house.made["Arn"]
    house.idp.tag_resource(ResourceArn=arn, Tags={"b": "2", "a": "3"})
    equal(house.idp.list_tags_for_resource(ResourceArn=arn)["Tags"], {"a": "3", "b": "2"})
    house.idp.untag_resource(ResourceArn=arn, TagKeys=["a"])
    equal(house.idp.list_tags_for_resource(ResourceArn=arn)["Tags"], {"b": "2"})
    equal(house.idp.describe_user_pool(UserPoolId=house.pool)["UserPool"]["UserPoolTags"], {"b": "2"})


run("boto3 pools")
