"""boto3: client secrets that are published in the secrets manager, and its own client that reads them."""

import json
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from botocore.exceptions import ClientError
from cases import case, equal, matches, refused, run, true
from cognito import House, connect

MACHINE = {"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"], "AllowedOAuthScopes": ["api/read"]}


def house_of(s):
    house = House(s)
    house.idp.create_resource_server(UserPoolId=house.pool, Identifier="api", Name="api", Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}])
    return house


def opens(house, client, secret):
    """Whether a secret is the client's."""
    try:
        return bool(house.idp.get_client_token(ClientId=client, Secret=secret)["ClientAuthenticationResult"]["AccessToken"])
    except ClientError as error:
        equal(error.response["Error"]["Code"], "NotAuthorizedException")
        return False


def value(manager, arn):
    return json.loads(manager.get_secret_value(SecretId=arn)["SecretString"])


@case("a published secret is in the secrets manager and nowhere else")
def published(s):
    house, manager = house_of(s), connect(s, service="secretsmanager")
    made = house.idp.create_user_pool_client(UserPoolId=house.pool, ClientName="m", GenerateSecret=True, PublishSecretsInAWSSecretsManager=True, **MACHINE)["UserPoolClient"]
    client, arn = made["ClientId"], made["ClientSecretArn"]
    true("ClientSecret" not in made, "the secret is shown")
    matches(arn, r"arn:aws:secretsmanager:us-east-1:\d{12}:secret/[\w+=/,.@-]+", "ClientSecretArn")
    got = manager.get_secret_value(SecretId=arn)
    equal((got["ARN"], got["VersionStages"]), (arn, ["AWSCURRENT"]))
    said = json.loads(got["SecretString"])
    equal(sorted(said), ["clientSecretValue", "userPoolClientId", "userPoolId"])
    equal((said["userPoolId"], said["userPoolClientId"]), (house.pool, client))
    true(opens(house, client, said["clientSecretValue"]), "the secret is wrong")
    equal(manager.get_secret_value(SecretId=got["Name"], VersionId=got["VersionId"], VersionStage="AWSCURRENT")["SecretString"], got["SecretString"])
    told = manager.describe_secret(SecretId=arn)
    equal((told["Name"], told["RotationEnabled"], told["RotationRules"]), (got["Name"], True, {"AutomaticallyAfterDays": 7}))
    equal(told["VersionIdsToStages"], {got["VersionId"]: ["AWSCURRENT"]})
    equal((told["NextRotationDate"] - told["LastRotatedDate"]).days, 7)
    for call in (manager.get_secret_value, manager.describe_secret):
        with refused("ResourceNotFoundException", "Secrets Manager can't find the specified secret."):
            call(SecretId=arn + "x")
    with refused("ResourceNotFoundException"):
        manager.get_secret_value(SecretId=arn, VersionStage="AWSPREVIOUS")


@case("an update moves the secret there and back")
def moved(s):
    house, manager = house_of(s), connect(s, service="secretsmanager")
    client, first = house.add_client(GenerateSecret=True, **MACHINE)
    change = lambda **more: house.idp.update_user_pool_client(UserPoolId=house.pool, ClientId=client, **MACHINE, **more)["UserPoolClient"]
    arn = change(PublishSecretsInAWSSecretsManager=True)["ClientSecretArn"]
    current = value(manager, arn)["clientSecretValue"]
    true(current != first, "the secret was not replaced")
    true(opens(house, client, first) and opens(house, client, current), "one of the two is wrong")
    equal(json.loads(manager.get_secret_value(SecretId=arn, VersionStage="AWSPREVIOUS")["SecretString"])["clientSecretValue"], first)
    equal(change()["ClientSecretArn"], arn)
    back = change(PublishSecretsInAWSSecretsManager=False)
    equal((back["ClientSecret"], "ClientSecretArn" in back), (current, False))
    with refused("ResourceNotFoundException"):
        manager.get_secret_value(SecretId=arn)
    with refused("InvalidParameterException"):
        house.add_client(PublishSecretsInAWSSecretsManager=True)


run("boto3 published secrets")
