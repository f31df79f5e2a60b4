"""boto3: auth events and their feedback; logs of a pool, exported to files."""

import glob
import json
import os
import re
import sys
import time

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, matches, refused, run, true
from cognito import House

WATCHED = {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}
GROUP = {"CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/pools"}}
EVENTS = {"EventSource": "userAuthEvents", "LogLevel": "INFO"} | GROUP


@case("sign-ins are recorded, newest first, in pages; an administrator judges one")
def events(s):
    house = House(s, **WATCHED)
    idp, name = house.idp, house.user()
    with refused("NotAuthorizedException"):
        house.start(name, "Wrong-Horse7")
    house.tokens(name)
    admin = {"UserPoolId": house.pool, "Username": name}
    listed = idp.admin_list_user_auth_events(**admin)["AuthEvents"]
    equal([(e["EventType"], e["EventResponse"]) for e in listed], [("SignIn", "Pass"), ("SignIn", "Fail")])
    equal((listed[0]["EventContextData"]["IpAddress"], listed[0]["EventRisk"]["RiskDecision"]), ("127.0.0.1", "NoRisk"))
    first = idp.admin_list_user_auth_events(MaxResults=1, **admin)
    second = idp.admin_list_user_auth_events(MaxResults=1, NextToken=first["NextToken"], **admin)
    equal([e["EventId"] for e in first["AuthEvents"] + second["AuthEvents"]], [e["EventId"] for e in listed])
    idp.admin_update_auth_event_feedback(EventId=listed[1]["EventId"], FeedbackValue="Invalid", **admin)
    feedback = idp.admin_list_user_auth_events(**admin)["AuthEvents"][1]["EventFeedback"]
    equal((feedback["FeedbackValue"], feedback["Provider"]), ("Invalid", "Admin"))
    with refused("ResourceNotFoundException", "Auth event does not exist."):
        idp.admin_update_auth_event_feedback(EventId="8f0e8f0e-7c52-4c55-9a53-6d8f0a0f2f11", FeedbackValue="Valid", **admin)
    with refused("ResourceNotFoundException", "Auth event does not exist."):
        idp.admin_update_auth_event_feedback(UserPoolId=house.pool, Username=house.user(), EventId=listed[1]["EventId"], FeedbackValue="Valid")


@case("a pool that watches nothing")
def off(s):
    house = House(s)
    admin = {"UserPoolId": house.pool, "Username": house.user()}
    event = {"EventId": "8f0e8f0e-7c52-4c55-9a53-6d8f0a0f2f11", "FeedbackValue": "Valid"}
    for call in (
        lambda: house.idp.admin_list_user_auth_events(**admin),
        lambda: house.idp.admin_update_auth_event_feedback(**admin, **event),
        lambda: house.idp.update_auth_event_feedback(FeedbackToken="x", **admin, **event),
    ):
        with refused("UserPoolAddOnNotEnabledException"):
            call()


@case("log delivery: set, read, refused")
def delivery(s):
    house = House(s)
    idp, pool = house.idp, house.pool
    equal(idp.get_log_delivery_configuration(UserPoolId=pool)["LogDeliveryConfiguration"]["LogConfigurations"], [])
    messages = {"EventSource": "userNotification", "LogLevel": "ERROR"} | GROUP
    idp.set_log_delivery_configuration(UserPoolId=pool, LogConfigurations=[EVENTS, messages])
    equal(idp.get_log_delivery_configuration(UserPoolId=pool)["LogDeliveryConfiguration"], {"UserPoolId": pool, "LogConfigurations": [EVENTS, messages]})
    for wrong in ([EVENTS, EVENTS], [EVENTS | {"LogLevel": "ERROR"}], [{"EventSource": "userAuthEvents", "LogLevel": "INFO"}], [EVENTS | {"S3Configuration": {"BucketArn": "arn:aws:s3:::logs"}}]):
        with refused("InvalidParameterException"):
            idp.set_log_delivery_configuration(UserPoolId=pool, LogConfigurations=wrong)
    idp.set_log_delivery_configuration(UserPoolId=pool, LogConfigurations=[])
    equal(idp.get_log_delivery_configuration(UserPoolId=pool)["LogDeliveryConfiguration"]["LogConfigurations"], [])


def exported(s, name, seconds=20):
    """The first exported event of a user; waits for it, since lines are written beside the calls."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for path in glob.glob(os.path.join(s.data, "logs", "**"), recursive=True):
            if os.path.isfile(path):
                with open(path, encoding="utf-8") as file:
                    for line in file:
                        if f'"{name}"' in line:
                            return line
        time.sleep(0.05)
    raise AssertionError(f"nothing of {name} was exported")


@case("an event is exported with a token by which its user may judge it")
def feedback(s):
    house = House(s, **WATCHED)
    idp, name, other = house.idp, house.user("exported-user"), house.user()
    idp.set_log_delivery_configuration(UserPoolId=house.pool, LogConfigurations=[EVENTS])
    house.tokens(name)
    line = exported(s, name)
    token = re.search(r'"eventFeedbackToken":\s*"([^"]+)"', line).group(1)
    event = re.search(r'"eventId":\s*"([^"]+)"', line).group(1)
    matches(event, r"[\w-]+")
    true(json.loads(line), "no JSON line")
    judge = lambda user, given: idp.update_auth_event_feedback(UserPoolId=house.pool, Username=user, EventId=event, FeedbackToken=given, FeedbackValue="Valid")
    for user, given in ((other, token), (name, "x" + token[1:]), ("nobody", token)):
        with refused("NotAuthorizedException"):
            judge(user, given)
    judge(name, token)
    found = idp.admin_list_user_auth_events(UserPoolId=house.pool, Username=name)["AuthEvents"][0]
    equal((found["EventFeedback"]["FeedbackValue"], found["EventFeedback"]["Provider"]), ("Valid", "User"))


run("boto3 events")
