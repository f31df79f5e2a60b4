"""Every operation that the server has, by botocore's own model: empty requests, unknown pools and clients, garbage tokens, missing signatures."""

import json
import os
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from botocore import xform_name
from botocore.exceptions import ClientError
from cases import case, equal, refused, run, true
from cognito import PASSWORD, House, connect
from server import http

NOWHERE = "us-east-1_Nowhere00"
VALUES = {
    "UserPoolId": NOWHERE,
    "ClientId": "nosuchclient",
    "Username": "nobody",
    "GroupName": "nothing",
    "AccessToken": "eyJhbGciOiJSUzI1NiJ9.e30.AAAA",
    "Token": "garbage",
    "RefreshToken": "garbage",
    "Password": PASSWORD,
    "PreviousPassword": PASSWORD,
    "ProposedPassword": PASSWORD,
    "ConfirmationCode": "123456",
    "Code": "123456",
    "AttributeName": "email",
    "AuthFlow": "USER_PASSWORD_AUTH",
    "AuthParameters": {"USERNAME": "nobody", "PASSWORD": PASSWORD},
    "ChallengeName": "NEW_PASSWORD_REQUIRED",
    "Session": "A" * 40,
    "ResourceArn": f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{NOWHERE}",
    "ClientSecretId": "nosuchclient--1700000000",
    "MaxResults": 10,
    "DeviceKey": "us-east-1_0a1b2c3d-0a1b-4c1d-8a1b-0a1b2c3d4e5f",
    "SessionId": "tkn0123456789abcdefghijklmno",
    "ManagedLoginBrandingId": "8f0e8f0e-7c52-4c55-9a53-6d8f0a0f2f11",
    "TermsId": "8f0e8f0e-7c52-4c55-9a53-6d8f0a0f2f11",
    "TermsName": "terms-of-use",
    "UserCode": "123456",
    "Links": {"cognito:default": "https://example.com/terms"},
    "ProviderName": "Acme",
    "UserPoolTier": "ESSENTIALS",
    "TokenSession": {"MaxPerUser": 5},
    "User": {"ProviderName": "Acme", "ProviderAttributeValue": "x"},
    "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": "nobody"},
    "SourceUser": {"ProviderName": "Acme", "ProviderAttributeValue": "x"},
    "URLPatterns": ["https://app.example.com/*"],
    "URL": "https://app.example.com/client.json",
    "RegionName": "eu-west-1",
    "JobId": "import-nosuchjob",
    "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/logs",
    "Credential": {"id": "AA", "rawId": "AA", "type": "public-key", "response": {}},
}
MORE = {
    "AdminInitiateAuth": {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH"},
    "GetClientToken": {"Secret": "x" * 40},
    "CreateTerms": {"Links": VALUES["Links"]},
    "SetLogDeliveryConfiguration": {"LogConfigurations": []},
    "CreateManagedLoginBranding": {"UseCognitoProvidedValues": True},
    "UpdateManagedLoginBranding": {"UseCognitoProvidedValues": True},
}


def built(s):
    """Names and models of the operations that are not on the list of those to come."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "ops", "not_available.txt"), encoding="utf-8") as text:
        later = {line.split(":")[1].strip() for line in text if line.startswith("cognito-idp:")}
    model = connect(s).meta.service_model
    found = [(name, model.operation_model(name)) for name in model.operation_names if name not in later]
    true(len(found) >= 58, f"only {len(found)} operations are there")
    return found


def post(s, name, body, signed):
    """A call past boto3, whose checks of parameters would keep an empty one back. `--dev` takes any signature."""
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"AWSCognitoIdentityProviderService.{name}"}
    if signed:
        headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + "0" * 64
        headers["X-Amz-Date"] = "20260101T000000Z"
    status, _, answer = http("POST", s.url + "/", json.dumps(body).encode(), headers)
    return status, json.loads(answer or b"{}"), answer


def sample(shape, name=None):
    """A value that fits a shape, with names that exist nowhere."""
    if name in VALUES:
        return VALUES[name]
    if shape.type_name == "structure":
        return {member: sample(shape.members[member], member) for member in shape.required_members}
    if shape.type_name == "list":
        return [sample(shape.member)]
    if shape.type_name == "map":
        return {"name": "value"}
    if shape.type_name == "boolean":
        return True
    if shape.type_name in ("integer", "long"):
        return 1
    return shape.enum[0] if shape.enum else "name"


@case("an empty request names every member that must be there")
def empty(s):
    unchecked = connect(s, check=False)
    for name, operation in built(s):
        required = operation.input_shape.required_members if operation.input_shape else []
        if not required:
            continue
        try:
            answer = getattr(unchecked, xform_name(name))()
        except ClientError as error:
            got, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        else:
            raise AssertionError(f"{name} accepted an empty request: {answer}")
        equal(got, "InvalidParameterException", name)
        for member in required:
            path = member[0].lower() + member[1:]
            true(f"at '{path}' failed to satisfy constraint: Member must not be null" in message, f"{name}: {member} is not in {message!r}")


@case("what names a pool that is not there says so")
def no_pool(s):
    for name, operation in built(s):
        required = operation.input_shape.required_members if operation.input_shape else []
        if "UserPoolId" in required or "ResourceArn" in required:
            got = failure(s, name, operation)
            if name == "UpdateUserPoolDomain":  # AWS does not say which of the two is missing
                equal(got, ("InvalidParameterException", "No such domain or user pool exists."), name)
            else:
                equal(got, ("ResourceNotFoundException", f"User pool {NOWHERE} does not exist."), name)


@case("what names a client that is not there says so")
def no_client(s):
    for name, operation in built(s):
        required = operation.input_shape.required_members if operation.input_shape else []
        told = "ResourceNotFoundException" in {shape.name for shape in operation.error_shapes}  # RevokeToken may not say it
        if "ClientId" in required and "UserPoolId" not in required and told:
            got = failure(s, name, operation)
            words = "Username/client id combination not found." if name == "ForgotPassword" else "User pool client nosuchclient does not exist."
            equal(got, ("ResourceNotFoundException", words), name)


@case("what takes an access token refuses garbage")
def garbage(s):
    for name, operation in built(s):
        if operation.input_shape and "AccessToken" in operation.input_shape.members:
            equal(failure(s, name, operation, AccessToken=VALUES["AccessToken"]), ("NotAuthorizedException", "Invalid Access Token"), name)


@case("what takes an access token tells what became of its user")
def gone(s):
    house, known = House(s, UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"}), "Passw0rd!"
    reset, deleted, disabled = house.user(password=known), house.user(), house.user()
    tokens = {name: house.tokens(name, known if name == reset else PASSWORD)["AccessToken"] for name in (reset, deleted, disabled)}
    # A password that the world knows is closed at its next use, while earlier sign-ins stay as they are.
    house.idp.set_risk_configuration(UserPoolId=house.pool, CompromisedCredentialsRiskConfiguration={"Actions": {"EventAction": "BLOCK"}})
    with refused("PasswordResetRequiredException"):
        house.start(reset, known)
    house.idp.admin_delete_user(UserPoolId=house.pool, Username=deleted)
    house.idp.admin_disable_user(UserPoolId=house.pool, Username=disabled)
    for name, operation in built(s):
        if not (operation.input_shape and "AccessToken" in operation.input_shape.members):
            continue
        equal(failure(s, name, operation, AccessToken=tokens[disabled])[0], "NotAuthorizedException", name)
        listed = {shape.name for shape in operation.error_shapes}
        for user, code in ((reset, "PasswordResetRequiredException"), (deleted, "UserNotFoundException")):
            equal(failure(s, name, operation, AccessToken=tokens[user])[0], code if code in listed else "NotAuthorizedException", f"{name}, {code}")


@case("what names a user that is not there says so")
def no_user(s):
    house = House(s, UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    house.idp.create_group(UserPoolId=house.pool, GroupName="nothing")
    for name, operation in built(s):
        required = operation.input_shape.required_members if operation.input_shape else []
        if name.startswith("Admin") and "Username" in required and name not in ("AdminCreateUser",):
            listed = {shape.name for shape in operation.error_shapes}
            code = "UserNotFoundException" if "UserNotFoundException" in listed else "ResourceNotFoundException"
            got = failure(s, name, operation, UserPoolId=house.pool)
            equal(got, (code, "User does not exist."), name)


@case("signed operations need a signature, the others do not")
def signatures(s):
    for name, operation in built(s):
        status, body, _ = post(s, name, {}, signed=False)
        # A client's secret decides in these two, as at AWS: SDKs sign them, and nobody looks.
        unsigned = operation.auth_type == "none" or name in ("GetClientToken", "GetDerivedToken")
        wanted = "InvalidParameterException" if unsigned else "MissingAuthenticationTokenException"
        equal((status, body.get("__type")), (400, wanted), name)


def failure(s, name, operation, **change):
    """(code, message) of a call that fits the model."""
    request = sample(operation.input_shape) | MORE.get(name, {}) | change
    try:
        answer = getattr(connect(s), xform_name(name))(**request)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"].get("Message")
    raise AssertionError(f"{name} accepted {request}: {answer}")


run("every operation")
