"""boto3: the same thing done many times at once must happen once."""

import collections
import concurrent.futures
import sys
import threading

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from botocore.exceptions import ClientError
from cases import case, equal, run, true
from cognito import PASSWORD, House, attributes, email, fresh

AT_ONCE = 12


def together(call):
    """How often each outcome came of calls that start at the same moment: `ok` or the error's code."""
    start = threading.Barrier(AT_ONCE)

    def one(number):
        start.wait()
        try:
            call(number)
            return "ok"
        except ClientError as error:
            return error.response["Error"]["Code"]

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return collections.Counter(pool.map(one, range(AT_ONCE)))


def once(call, otherwise):
    got = together(call)
    equal(got["ok"], 1, f"successes among {dict(got)}")
    true(set(got) <= {"ok", *otherwise}, f"outcomes {dict(got)}")


@case("one name, one sign-up")
def sign_up(s):
    house = House(s)
    for _ in range(5):
        name = fresh()
        once(lambda _, name=name: house.sign_up(name, confirm=False), {"UsernameExistsException"})


@case("one address, one user")
def address(s):
    house = House(s, UsernameAttributes=["email"])
    for _ in range(5):
        mail = email()
        once(lambda _, mail=mail: house.sign_up(mail, confirm=False), {"UsernameExistsException"})


@case("one alias, one holder")
def alias(s):
    house = House(s, AliasAttributes=["email"])
    mail, names = email(), [house.user() for _ in range(AT_ONCE)]
    once(
        lambda n: house.idp.admin_update_user_attributes(UserPoolId=house.pool, Username=names[n], UserAttributes=attributes(email=mail, email_verified="true")),
        {"AliasExistsException"},
    )
    holders = [name for name in names if house.attributes(name).get("email_verified") == "true"]
    equal(len(holders), 1, "holders")
    equal(house.describe(mail)["Username"], holders[0])


@case("one code confirms once")
def code(s):
    house = House(s, AutoVerifiedAttributes=["email"])
    mail = email()
    name = house.sign_up(confirm=False, email=mail)
    digits = s.code(mail)
    got = together(lambda _: house.idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=digits))
    equal(got["ok"], 1, f"successes among {dict(got)}")
    true(set(got) <= {"ok", "NotAuthorizedException", "ExpiredCodeException", "LimitExceededException"}, f"outcomes {dict(got)}")


@case("one reset code sets one password")
def reset(s):
    house = House(s)
    mail = email()
    name = house.user(email=mail, email_verified="true")
    house.idp.forgot_password(ClientId=house.client, Username=name)
    digits = s.code(mail)
    once(
        lambda n: house.idp.confirm_forgot_password(ClientId=house.client, Username=name, ConfirmationCode=digits, Password=f"Another-Horse{n}"),
        {"ExpiredCodeException", "LimitExceededException"},
    )


@case("one refresh token rotates once")
def rotation(s):
    house = House(s, client={"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}})
    token = house.tokens(house.sign_up())["RefreshToken"]
    once(lambda _: house.idp.get_tokens_from_refresh_token(RefreshToken=token, ClientId=house.client), {"RefreshTokenReuseException"})


@case("one challenge is answered once")
def challenge(s):
    house = House(s)
    name = fresh()
    house.idp.admin_create_user(UserPoolId=house.pool, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    session = house.start(name)["Session"]
    once(
        lambda n: house.idp.respond_to_auth_challenge(
            ClientId=house.client, ChallengeName="NEW_PASSWORD_REQUIRED", Session=session, ChallengeResponses={"USERNAME": name, "NEW_PASSWORD": f"Another-Horse{n}"}
        ),
        {"NotAuthorizedException"},
    )


@case("guesses at once do not get past the lock")
def guesses(s):
    house = House(s)
    name = house.sign_up()
    told = collections.Counter()
    lock = threading.Lock()

    def guess(n):
        try:
            house.start(name, f"Wrong-Horse{n}")
        except ClientError as error:
            with lock:
                told[error.response["Error"]["Message"]] += 1
            raise

    together(guess)
    true(told["Incorrect username or password."] <= 6, f"{dict(told)}: more guesses were weighed than five free ones and the one that locks")
    equal(sum(told.values()), AT_ONCE)


@case("one group of a name, two secrets of a client, a membership for each who joins")
def others(s):
    house = House(s, client={"GenerateSecret": True})
    once(lambda _: house.idp.create_group(UserPoolId=house.pool, GroupName="g"), {"GroupExistsException"})
    once(lambda _: house.idp.add_user_pool_client_secret(UserPoolId=house.pool, ClientId=house.client), {"LimitExceededException"})
    names = [house.user() for _ in range(AT_ONCE)]
    got = together(lambda n: house.idp.admin_add_user_to_group(UserPoolId=house.pool, Username=names[n], GroupName="g"))
    equal(dict(got), {"ok": AT_ONCE})
    members = house.idp.list_users_in_group(UserPoolId=house.pool, GroupName="g")["Users"]
    equal(sorted(u["Username"] for u in members), sorted(names))


run("races")
