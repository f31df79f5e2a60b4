//! What a client that hides users says of them: every unsigned operation that names a user, by every state of an
//! account. Each row must be one answer.

use crate::house::{House, PASSWORD, mail, merged};
use crate::mfa::with_totp;
use poolhouse::keys::srp::client::Client as SrpClient;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// Every state that an account can be in, by the name of a user who is in it. The last two are in none.
const STATES: [&str; 11] = [
    "unconfirmed",
    "codeless",
    "invited",
    "confirmed",
    "disabled",
    "reset",
    "contactless",
    "mfa",
    "passwordless",
    "unknown",
    "another",
];

async fn house() -> House {
    let pool = json!({"AutoVerifiedAttributes": ["email"],
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}});
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"];
    let client = json!({"ExplicitAuthFlows": flows, "PreventUserExistenceErrors": "ENABLED"});
    let house = House::new(pool, client).await;
    let mfa = json!({"UserPoolId": house.pool, "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    house.done("SetUserPoolMfaConfig", mfa).await;
    let sign_up = async |name: &str, password: Option<&str>| {
        let attributes = json!([{"Name": "email", "Value": mail(name)}]);
        let mut body = merged(house.of(name), json!({"UserAttributes": attributes}));
        if let Some(password) = password {
            body["Password"] = json!(password);
        }
        house.done("SignUp", body).await;
    };
    sign_up("codeless", Some(PASSWORD)).await;
    house.app.advance(Duration::from_secs(25 * 3600));
    sign_up("unconfirmed", Some(PASSWORD)).await;
    sign_up("passwordless", None).await;
    let code = house.code(&mail("passwordless")).await;
    house.done("ConfirmSignUp", merged(house.of("passwordless"), json!({"ConfirmationCode": code}))).await;
    let invitation = json!({"MessageAction": "SUPPRESS", "UserAttributes": [
        {"Name": "email", "Value": mail("invited")}, {"Name": "email_verified", "Value": "true"}]});
    house.done("AdminCreateUser", merged(house.admin("invited"), invitation)).await;
    for name in ["confirmed", "disabled", "reset", "mfa"] {
        house.user(name).await;
    }
    house.user_with("contactless", json!({})).await;
    house.done("AdminDisableUser", house.admin("disabled")).await;
    house.done("AdminResetUserPassword", house.admin("reset")).await;
    with_totp(&house, "mfa").await;
    house
}

/// An answer without what is random: an error as it is, of anything else the names and the lengths.
fn look(answer: Result<Value, String>) -> String {
    fn shape(value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                Value::Object(members.iter().map(|(name, value)| (name.clone(), shape(value))).collect())
            }
            Value::Array(items) => Value::Array(items.iter().map(shape).collect()),
            Value::String(text) if text.len() > 40 => json!(format!("{} characters", text.len() / 64 * 64)),
            other => other.clone(),
        }
    }
    answer.map_or_else(|error| error, |answer| shape(&answer).to_string())
}

/// The answers to every operation about this name, one after another as an attacker would call them.
async fn answers(house: &House, name: &str) -> Vec<(&'static str, String)> {
    // Names have different lengths; what is told of them is put back to one.
    let told = |answer: Result<Value, String>| {
        let masked = format!("\"{}***@{}***\"", &name[..1], "e");
        look(answer).replace(&format!("\"{name}\""), "\"NAME\"").replace(&masked, "\"MASKED\"")
    };
    let mut found = Vec::new();
    let wrong = "Wr0ng-passw0rd";
    found.push(("password", told(house.call("InitiateAuth", house.sign_in_body(name, wrong)).await)));
    let a = SrpClient::begin().unwrap().srp_a();
    let srp = json!({"ClientId": house.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": name, "SRP_A": a}});
    let asked = house.done("InitiateAuth", srp).await;
    let given = &asked["ChallengeParameters"];
    assert_eq!((&given["USERNAME"], &given["USER_ID_FOR_SRP"]), (&json!(name), &json!(name)));
    let names: BTreeSet<&String> = given.as_object().unwrap().keys().collect();
    found.push(("srp", format!("{} {names:?} {}", asked["ChallengeName"], given["SALT"].as_str().unwrap().len())));
    let proof = json!({"USERNAME": name, "PASSWORD_CLAIM_SECRET_BLOCK": given["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": "AAAA", "TIMESTAMP": "Thu Jan 1 00:00:00 UTC 1970"});
    found.push(("proof", told(house.respond(&asked, proof).await)));
    let no_code = house.call("ConfirmForgotPassword", house.reset_body(name, "000000")).await;
    // Whoever has had a code sent by an administrator differs here: the code is real.
    if name != "reset" {
        found.push(("reset without a code", told(no_code)));
    }
    let sent = house.call("ForgotPassword", house.of(name)).await;
    let destination = sent.as_ref().unwrap()["CodeDeliveryDetails"]["Destination"].as_str().unwrap().len();
    let medium = &sent.as_ref().unwrap()["CodeDeliveryDetails"]["DeliveryMedium"];
    found.push(("forgot", format!("{destination} {medium}")));
    for _ in 0..6 {
        let guess = house.call("ConfirmForgotPassword", house.reset_body(name, "000000")).await;
        found.push(("reset", told(guess)));
    }
    let confirm = merged(house.of(name), json!({"ConfirmationCode": "000000"}));
    for _ in 0..6 {
        found.push(("confirm", told(house.call("ConfirmSignUp", confirm.clone()).await)));
    }
    let resent = house.call("ResendConfirmationCode", house.of(name)).await;
    found.push(("resend", format!("{}", resent.unwrap()["CodeDeliveryDetails"]["DeliveryMedium"])));
    found
}

#[tokio::test]
async fn every_operation_says_the_same_of_every_account_and_of_none() {
    let house = house().await;
    let mut rows: Vec<(&str, Vec<(&str, String)>)> = Vec::new();
    for name in STATES {
        rows.push((name, answers(&house, name).await));
        // What fails here is counted against the address, too, which is not what this is about.
        house.app.advance(Duration::from_secs(61));
    }
    let (_, expected) = rows.last().unwrap();
    let mut wrong = Vec::new();
    for (state, answers) in &rows {
        for answer in answers {
            if !expected.contains(answer) {
                wrong.push(format!("{state}: {} gives {}", answer.0, answer.1));
            }
        }
    }
    assert!(wrong.is_empty(), "an unknown user: {expected:#?}\nothers: {wrong:#?}");
}

#[tokio::test]
async fn what_users_can_choose_from_is_also_what_some_decoys_can_choose_from() {
    let house = house().await;
    let choices = async |name: &str| {
        let body = json!({"ClientId": house.client, "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": name}});
        let asked = house.done("InitiateAuth", body).await;
        assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE", "{name}");
        asked["AvailableChallenges"].to_string()
    };
    let mut of_decoys = BTreeSet::new();
    for number in 0..200 {
        of_decoys.insert(choices(&format!("nobody{number}")).await);
    }
    for name in STATES {
        let own = choices(name).await;
        assert!(of_decoys.contains(&own), "{name}: {own}, and decoys have {of_decoys:?}");
        assert_eq!(choices(name).await, own, "{name} changes");
    }
}
