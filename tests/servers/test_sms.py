"""SMS: the Twilio form and the plain JSON form, refusals, rate limits, a gateway that is down."""

import cases
from cases import CASES, case, equal, one, report, true
from cognito import fresh, phone
from gateway import ACCOUNT, API_KEY, TOKEN, Gateway
from house import PASSWORD, confirm, phone_house, poolhouse, sign_up, wait_for_log

SMS = Gateway()


@case("a sign-up's code arrives in Twilio's form and confirms the user")
def arrives(live):
    house, to = phone_house(live), phone()
    name, details = sign_up(house, phone_number=to)
    masked = "+" + "*" * (len(to) - 5) + to[-4:]
    equal(details, {"Destination": masked, "DeliveryMedium": "SMS", "AttributeName": "phone_number"}, "CodeDeliveryDetails")
    got = SMS.to(to)
    equal(got["from"], "MGtests", "sender")
    true(got["text"].startswith("Your verification code is "), f"text is {got['text']!r}")
    true(got["text"][-6:] not in live.log(), "the log shows the code")
    confirm(house, name, got["text"])


@case("the pool's words reach the gateway unchanged")
def words(live):
    template = {"SmsMessage": 'Ключ "{####}" & {to} \\ 漢'}
    house, to = phone_house(live, VerificationMessageTemplate=template), phone()
    name, _ = sign_up(house, phone_number=to)
    text = SMS.to(to)["text"]
    true(text.startswith('Ключ "') and text.endswith('" & {to} \\ 漢'), f"text is {text!r}")
    confirm(house, name, text)


@case("a second factor arrives in Twilio's form and signs in")
def second_factor(live):
    house, to, name = phone_house(live), phone(), fresh()
    sms = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}, "SmsAuthenticationMessage": "Poolhouse: {####}"}
    house.idp.set_user_pool_mfa_config(UserPoolId=house.pool, MfaConfiguration="ON", SmsMfaConfiguration=sms)
    given = [{"Name": "phone_number", "Value": to}, {"Name": "phone_number_verified", "Value": "true"}]
    house.idp.admin_create_user(UserPoolId=house.pool, Username=name, UserAttributes=given, MessageAction="SUPPRESS")
    house.idp.admin_set_user_password(UserPoolId=house.pool, Username=name, Password=PASSWORD, Permanent=True)
    parameters = {"USERNAME": name, "PASSWORD": PASSWORD}
    asked = house.idp.initiate_auth(ClientId=house.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    equal(asked["ChallengeName"], "SMS_MFA", "challenge")
    text = SMS.to(to)["text"]
    true(text.startswith("Poolhouse: ") and text[-6:] not in live.log(), f"text is {text!r}")
    answers = {"USERNAME": name, "SMS_MFA_CODE": text[-6:]}
    done = house.idp.respond_to_auth_challenge(ClientId=house.client, ChallengeName="SMS_MFA", Session=asked["Session"], ChallengeResponses=answers)
    true(done["AuthenticationResult"]["AccessToken"], "no tokens")


@case("a refused number is dropped, and the log says so without number or code")
def refused(live):
    house, to = phone_house(live), phone()
    SMS.fail.append((400, 21211))
    sign_up(house, phone_number=to)
    line = wait_for_log(live, ["message dropped", house.pool, to[-4:]])
    true("21211" in line and to not in live.log(), f"the line is {line!r}")
    other = phone()
    sign_up(house, phone_number=other)
    SMS.to(other)
    equal(SMS.tried.count(to), 1, "tries")


@case("a rate limit and an error of the gateway are waited out")
def waited(live):
    house, to = phone_house(live), phone()
    SMS.fail.extend([(429, 20429), (503, 0)])
    name, _ = sign_up(house, phone_number=to)
    confirm(house, name, SMS.to(to)["text"])
    equal(SMS.tried.count(to), 3, "tries")


def plain_form():
    settings = (
        f'[delivery.sms.gateway.http]\nurl = "{SMS.url}/send"\nfrom = "Poolhouse"\nheaders = {{ X-Api-Key = "{API_KEY}" }}\n'
        'json = \'{"to": "{to}", "text": "{body}", "from": "{from}", "tags": ["poolhouse", 1]}\'\n'
    )

    def body(live):
        house, to = phone_house(live, VerificationMessageTemplate={"SmsMessage": '"{####}" <&> \\'}), phone()
        name, _ = sign_up(house, phone_number=to)
        got = SMS.to(to)
        equal((got["from"], got["tags"], got["text"][-6:]), ("Poolhouse", ["poolhouse", 1], " <&> \\"), "the JSON")
        confirm(house, name, got["text"])

    try:
        with poolhouse(settings) as live:
            return one("sms: any gateway gets its JSON and its headers", body, live)
    except Exception as error:
        return report("sms: any gateway gets its JSON and its headers", error)


if __name__ == "__main__":
    more = plain_form()
    twilio = f'[delivery.sms.gateway.twilio]\nurl = "{SMS.url}"\naccount_sid = "{ACCOUNT}"\nauth_token = "{TOKEN}"\nmessaging_service_sid = "MGtests"\n'
    try:
        cases.run("sms", poolhouse(twilio), CASES)
    except SystemExit as end:
        SMS.stop()
        raise SystemExit(end.code or (0 if more else 1))
