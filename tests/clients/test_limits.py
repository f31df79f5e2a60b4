"""boto3: quotas, provisioned limits, replicas."""

import subprocess
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from botocore.exceptions import ClientError
from cases import case, equal, refused, run, true
from cognito import PASSWORD, House, connect, fresh
from server import ROOT_KEY, ROOT_SECRET, Server, binary, clean_env

UNLIMITED = 2**31 - 1
ROLE = "arn:aws:iam::123456789012:role/logs"


def definition(category="UserRead", **more):
    return {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category} | more}


def update(idp, value, **which):
    limit = idp.update_provisioned_limit(LimitDefinition=definition(**which), RequestedLimitValue=value)["Limit"]
    return limit["ProvisionedLimitValue"], limit["FreeLimitValue"]


def limits(server, *args):
    """What `poolhouse limits` prints."""
    env = clean_env(AWS_ACCESS_KEY_ID=ROOT_KEY, AWS_SECRET_ACCESS_KEY=ROOT_SECRET, AWS_ENDPOINT_URL=server.url, AWS_DEFAULT_REGION="us-east-1")
    return subprocess.run([binary(), "limits", *args], env=env, capture_output=True, text=True, check=True).stdout


@case("quotas that are set alone are held, and the errors say how many there may be")
def quotas(_):
    wanted = {"USERS": 2, "GROUPS": 2, "POOLS": 2, "IMPORT_JOBS": 1, "GROUPS_PER_USER": 1}
    with Server(env={f"POOLHOUSE_QUOTAS__LIMITS__{name}": str(value) for name, value in wanted.items()}) as own:
        house = House(own, AutoVerifiedAttributes=["email"])
        house.sign_up("one"), house.user("two")
        with refused("LimitExceededException", "A user pool can have at most 2 users."):
            house.idp.sign_up(ClientId=house.client, Username="three", Password=PASSWORD)
        with refused("PreconditionNotMetException", "A user pool can have at most 2 users."):
            house.idp.admin_create_user(UserPoolId=house.pool, Username="three")
        for name in ["a", "b"]:
            house.idp.create_group(UserPoolId=house.pool, GroupName=name)
        with refused("LimitExceededException", "A user pool can have at most 2 groups."):
            house.idp.create_group(UserPoolId=house.pool, GroupName="c")
        house.idp.admin_add_user_to_group(UserPoolId=house.pool, Username="one", GroupName="a")
        with refused("InvalidParameterException", "A user can have at most 1 groups."):
            house.idp.admin_add_user_to_group(UserPoolId=house.pool, Username="one", GroupName="b")
        job = {"UserPoolId": house.pool, "JobName": "n", "CloudWatchLogsRoleArn": ROLE}
        house.idp.create_user_import_job(**job)
        with refused("LimitExceededException", "A user pool can have at most 1 user import jobs."):
            house.idp.create_user_import_job(**job)
        house.idp.create_user_pool(PoolName=fresh("pool"))
        with refused("LimitExceededException", "A Region can have at most 2 user pools."):
            house.idp.create_user_pool(PoolName=fresh("pool"))
        told = limits(own, house.pool)
        for name, used, limit in [("pools", "2", "2"), ("users", "2", "2"), ("groups", "2", "2"), ("clients", "1", "1000"), ("import_jobs", "1", "1")]:
            true([name, used, limit] in [line.split() for line in told.splitlines()], f"{name} in {told}")
        house.idp.delete_group(UserPoolId=house.pool, GroupName="b")
        house.idp.create_group(UserPoolId=house.pool, GroupName="c")


@case("profiles have the quotas of their names")
def profiles(s):
    true("profile unlimited" in limits(s) and "not limited" in limits(s), "the default is unlimited")
    with Server(env={"POOLHOUSE_QUOTAS__PROFILE": "aws", "POOLHOUSE_LIMITS__CATEGORIES": "{UserCreation=7}"}) as own:
        lines = [line.split() for line in limits(own).splitlines()]
        true(["users", "-", "40000000"] in lines and ["groups", "-", "10000"] in lines, lines)
        rates = {line[0]: line[2:] for line in lines if len(line) == 4}
        equal((rates["UserAuthentication"], rates["UserCreation"]), (["120", "120"], ["7", "7"]))
        idp = connect(own)
        equal(update(idp, 500, category="UserRead"), (500, 120))
        with refused("InvalidParameterException", "RequestedLimitValue must be at least 120."):
            update(idp, 119, category="UserRead")
        equal(update(idp, 120, category="UserRead"), (120, 120))


@case("a provisioned limit is in force at once, holds after a restart, and is taken back")
def provisioned(_):
    with Server() as own:
        house = House(own)
        name = house.user()
        got = house.idp.get_provisioned_limit(LimitDefinition=definition())["Limit"]
        equal(got, {"LimitDefinition": definition(), "ProvisionedLimitValue": UNLIMITED, "FreeLimitValue": UNLIMITED})
        equal(update(house.idp, 1), (1, UNLIMITED))

        def refusals(idp):
            seen = 0
            for _ in range(20):
                try:
                    idp.admin_get_user(UserPoolId=house.pool, Username=name)
                except ClientError as error:
                    equal(error.response["Error"]["Code"], "TooManyRequestsException")
                    seen += 1
            return seen

        true(refusals(house.idp) > 10, "one call a second")
        own.stop()
        own.start()
        idp = connect(own)
        true(refusals(idp) > 10, "after a restart, too")
        equal(update(idp, UNLIMITED), (UNLIMITED, UNLIMITED))
        equal(refusals(idp), 0)
        with refused("ServiceQuotaExceededException"):
            update(idp, 10_001)
        with refused("InvalidParameterException"):
            update(idp, 0)
        for call, more in [(idp.get_provisioned_limit, {}), (idp.update_provisioned_limit, {"RequestedLimitValue": 5})]:
            with refused("ResourceNotFoundException"):
                call(LimitDefinition=definition("UserUpdate"), **more)
            with refused("InvalidParameterException"):
                call(LimitDefinition=definition(Region="us-east-1"), **more)


@case("a pool has its primary copy and no other")
def replicas(s):
    house = House(s)
    told = house.idp.list_user_pool_replicas(UserPoolId=house.pool)["UserPoolReplicas"]
    arn = house.idp.describe_user_pool(UserPoolId=house.pool)["UserPool"]["Arn"]
    equal(told, [{"RegionName": "us-east-1", "Status": "ACTIVE", "Role": "PRIMARY", "UserPoolArn": arn}])
    with refused("OperationNotEnabledException", "The storage engine of this server keeps one copy of its data: it cannot replicate user pools."):
        house.idp.create_user_pool_replica(UserPoolId=house.pool, RegionName="eu-west-1")
    calls = [("create_user_pool_replica", {}), ("update_user_pool_replica", {"Status": "ACTIVE"}), ("delete_user_pool_replica", {})]
    for call, more in calls:
        with refused("InvalidParameterException", "us-east-1 is the primary Region of the user pool."):
            getattr(house.idp, call)(UserPoolId=house.pool, RegionName="us-east-1", **more)
        with refused("ResourceNotFoundException"):
            getattr(house.idp, call)(UserPoolId="us-east-1_nowhere99", RegionName="eu-west-1", **more)
    for call, more in calls[1:]:
        with refused("ResourceNotFoundException", "The user pool has no replica in eu-west-1."):
            getattr(house.idp, call)(UserPoolId=house.pool, RegionName="eu-west-1", **more)
    with refused("ResourceNotFoundException"):
        house.idp.list_user_pool_replicas(UserPoolId="us-east-1_nowhere99")
    with refused("InvalidParameterException"):
        house.idp.list_user_pool_replicas(UserPoolId=house.pool, NextToken="x")


run("boto3 limits")
