//! What a client that hides users says of them: every unsigned operation that names a user, by every state of an
//! account, under every name that it has. Each row of the table in `domain::users::decoy` must be one answer at one
//! cost.

use crate::custom_auth::{Riddle, functions};
use crate::house::{House, PASSWORD, mail, merged, text};
use crate::mfa::with_totp;
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::keys::cpu;
use poolhouse::keys::srp::client::Client as SrpClient;
use poolhouse::model::{Contact, User};
use poolhouse::shapes::idp::UserStatusType;
use poolhouse::store::{pools, users};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// Every state that an account can be in, by the name of a user who is in it. The last two are in none.
const STATES: [&str; 12] = [
    "unconfirmed",
    "codeless",
    "invited",
    "confirmed",
    "disabled",
    "reset",
    "contactless",
    "mfa",
    "passwordless",
    "federated",
    "unknown",
    "another",
];
/// How many decoys show what decoys may look like.
const DECOYS: usize = 60;
const WRONG: &str = "Wr0ng-passw0rd";

/// How users of a pool are called at sign-in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Plain,
    /// The mail address is the sign-in name (UsernameAttributes).
    Addresses,
}

impl Names {
    /// The name of the user in a state. All names have one length, since what comes back sealed holds the name.
    fn of(self, state: &str) -> String {
        if self == Self::Plain { padded(state) } else { address(state) }
    }
}

fn padded(state: &str) -> String {
    format!("{state:x<12}")
}

fn address(state: &str) -> String {
    mail(&padded(state))
}

async fn house(names: Names) -> House {
    let pool = json!({"AutoVerifiedAttributes": ["email"], "LambdaConfig": functions(),
        "UsernameConfiguration": {"CaseSensitive": false},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}});
    let logins = if names == Names::Plain { json!({}) } else { json!({"UsernameAttributes": ["email"]}) };
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH"];
    let client = json!({"ExplicitAuthFlows": flows, "PreventUserExistenceErrors": "ENABLED"});
    let clock = Clock::fake(Timestamp::from_secs(1_767_225_600));
    let app = TestApp::with_function_host(clock, Arc::new(Riddle::default()), |_| {}).await.unwrap();
    let house = House::over(app, merged(pool, logins), client).await;
    let mfa = json!({"UserPoolId": house.pool, "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    house.done("SetUserPoolMfaConfig", mfa).await;
    fill(&house, names).await;
    house
}

/// Makes a user in every state.
async fn fill(house: &House, names: Names) {
    let sign_up = async |state: &str, password: Option<&str>| {
        let attributes = json!([{"Name": "email", "Value": address(state)}]);
        let mut body = merged(house.of(&names.of(state)), json!({"UserAttributes": attributes}));
        if let Some(password) = password {
            body["Password"] = json!(password);
        }
        house.done("SignUp", body).await;
    };
    sign_up("codeless", Some(PASSWORD)).await;
    house.app.advance(Duration::from_secs(25 * 3600));
    sign_up("unconfirmed", Some(PASSWORD)).await;
    sign_up("passwordless", None).await;
    let code = house.code(&address("passwordless")).await;
    let name = names.of("passwordless");
    house.done("ConfirmSignUp", merged(house.of(&name), json!({"ConfirmationCode": code}))).await;
    let invitation = json!({"MessageAction": "SUPPRESS", "UserAttributes": [
        {"Name": "email", "Value": address("invited")}, {"Name": "email_verified", "Value": "true"}]});
    house.done("AdminCreateUser", merged(house.admin(&names.of("invited")), invitation)).await;
    for state in ["confirmed", "disabled", "reset", "mfa", "federated"] {
        let attributes = json!({"email": address(state), "email_verified": "true"});
        house.user_with(&names.of(state), attributes).await;
    }
    house.user_with(&names.of("contactless"), json!({})).await;
    house.done("AdminDisableUser", house.admin(&names.of("disabled"))).await;
    house.done("AdminResetUserPassword", house.admin(&names.of("reset"))).await;
    with_totp(house, &names.of("mfa")).await;
    let pool = pools::pool(&house.app.services.store, &house.pool).await.unwrap().unwrap();
    let store = &house.app.services.store;
    let write = store.transact(async |tx| {
        let before = match names {
            Names::Plain => users::by_username(tx, &pool, &names.of("federated")).await?,
            Names::Addresses => users::by_alias(tx, &pool, Contact::Email.attribute(), &address("federated")).await?,
        };
        let before = before.unwrap();
        let after = User { status: UserStatusType::ExternalProvider, credential: None, ..before.clone() };
        users::update(tx, &pool, &before, &after)?;
        Ok(())
    });
    write.await.unwrap();
}

/// The answers about one name, one after another as an attacker would ask, each with what it cost.
struct Interview<'a> {
    house: &'a House,
    name: &'a str,
    /// What answers call the name's owner.
    called: String,
    answers: BTreeMap<String, String>,
}

impl Interview<'_> {
    /// An answer without what is random or its owner's: an error as it is, of anything else the names and the lengths.
    fn look(&self, answer: &Result<Value, String>) -> String {
        fn shape(value: &Value) -> Value {
            match value {
                Value::Object(members) => {
                    Value::Object(members.iter().map(|(name, value)| (name.clone(), shape(value))).collect())
                }
                Value::Array(items) => Value::Array(items.iter().map(shape).collect()),
                Value::String(text) if text.len() > 30 => json!(format!("{} characters", text.len())),
                other => other.clone(),
            }
        }
        let told = answer.as_ref().map_or_else(Clone::clone, |answer| {
            let mut answer = answer.clone();
            for member in ["USERNAME", "USER_ID_FOR_SRP"] {
                let parameters = &mut answer["ChallengeParameters"];
                if parameters[member] == self.called {
                    parameters[member] = json!("NAME");
                }
            }
            // A random number, whose leading zeros are not written.
            if answer["ChallengeParameters"]["SRP_B"].is_string() {
                answer["ChallengeParameters"]["SRP_B"] = json!("B");
            }
            shape(&answer).to_string()
        });
        // Made-up destinations differ as users' do.
        let mask = told.find("***@").and_then(|at| Some((told.get(at.checked_sub(1)?..at + 8)?, "MASK")));
        mask.map_or(told.clone(), |(mask, word)| told.replace(mask, word))
    }

    /// Calls, and writes down under `row` what was answered and what it cost.
    async fn ask(&mut self, row: &str, operation: &str, body: Value) -> Result<Value, String> {
        let (answer, work) = cpu::counting(self.house.call(operation, body)).await;
        let told = format!("{} after {work:?}", self.look(&answer));
        let row = format!("{row} {}", self.answers.keys().filter(|other| other.starts_with(row)).count());
        self.answers.insert(row, told);
        answer
    }

    async fn initiate(&mut self, row: &str, flow: &str, more: Value) -> Result<Value, String> {
        let parameters = merged(json!({"USERNAME": self.name}), more);
        let body = json!({"ClientId": self.house.client, "AuthFlow": flow, "AuthParameters": parameters});
        self.ask(row, "InitiateAuth", body).await
    }

    async fn respond(&mut self, row: &str, asked: &Value, answers: Value) -> Result<Value, String> {
        let answers = merged(json!({"USERNAME": self.name}), answers);
        let mut body = json!({"ClientId": self.house.client, "ChallengeName": asked["ChallengeName"], "ChallengeResponses": answers});
        if asked["Session"].is_string() {
            body["Session"] = asked["Session"].clone();
        }
        self.ask(row, "RespondToAuthChallenge", body).await
    }

    /// A wrong proof of a password, in time.
    async fn wrong_proof(&mut self, row: &str, asked: &Value) {
        let now = time::OffsetDateTime::from_unix_timestamp(self.house.app.context().unwrap().now.secs()).unwrap();
        let (weekday, month) = (now.weekday().to_string(), now.month().to_string());
        let clock = format!("{:02}:{:02}:{:02}", now.hour(), now.minute(), now.second());
        let timestamp = format!("{} {} {} {clock} UTC {}", &weekday[..3], &month[..3], now.day(), now.year());
        let proof = json!({"PASSWORD_CLAIM_SECRET_BLOCK": asked["ChallengeParameters"]["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": "AAAA", "TIMESTAMP": timestamp});
        self.respond(row, asked, proof).await.unwrap_err();
    }

    async fn sign_in(&mut self) {
        let srp_a = || json!({"SRP_A": SrpClient::begin().unwrap().srp_a()});
        self.initiate("USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH", json!({"PASSWORD": WRONG})).await.unwrap_err();
        let asked = self.initiate("USER_SRP_AUTH", "USER_SRP_AUTH", srp_a()).await.unwrap();
        self.wrong_proof("PASSWORD_VERIFIER", &asked).await;
        let asked = self.initiate("CUSTOM_AUTH", "CUSTOM_AUTH", json!({})).await.unwrap();
        self.respond("CUSTOM_CHALLENGE", &asked, json!({"ANSWER": "41"})).await.unwrap();
        let with_password = merged(json!({"CHALLENGE_NAME": "SRP_A"}), srp_a());
        let asked = self.initiate("CUSTOM_AUTH with SRP", "CUSTOM_AUTH", with_password).await.unwrap();
        self.wrong_proof("PASSWORD_VERIFIER of CUSTOM_AUTH", &asked).await;
    }

    async fn codes(&mut self) {
        let (name, house) = (self.name, self.house);
        // Whoever has had a code sent by an administrator gets the answer of a wrong code: it is a real one.
        let before =
            self.ask("ConfirmForgotPassword before", "ConfirmForgotPassword", house.reset_body(name, "000000"));
        before.await.unwrap_err();
        self.ask("ForgotPassword", "ForgotPassword", house.of(name)).await.unwrap();
        for _ in 0..6 {
            self.ask("ConfirmForgotPassword", "ConfirmForgotPassword", house.reset_body(name, "000000"))
                .await
                .unwrap_err();
        }
        let confirm = merged(house.of(name), json!({"ConfirmationCode": "000000"}));
        for _ in 0..6 {
            self.ask("ConfirmSignUp", "ConfirmSignUp", confirm.clone()).await.unwrap_err();
        }
        self.ask("ResendConfirmationCode", "ResendConfirmationCode", house.of(name)).await.unwrap();
        self.ask("ConfirmSignUp again", "ConfirmSignUp", confirm).await.unwrap_err();
    }

    /// Every first factor that can be chosen, begun and answered wrongly, in both ways of choosing it. What can be
    /// chosen differs from user to user; what follows a choice must not.
    async fn choices(&mut self) {
        let asked = self.initiate("USER_AUTH", "USER_AUTH", json!({})).await.unwrap();
        self.answers.retain(|row, _| row != "USER_AUTH 0");
        let mut available: Vec<String> = asked["AvailableChallenges"].as_array().unwrap().iter().map(text).collect();
        available.sort();
        for chosen in available {
            let more = if chosen == "PASSWORD_SRP" {
                json!({"SRP_A": SrpClient::begin().unwrap().srp_a()})
            } else {
                json!({})
            };
            let preferred = merged(json!({"PREFERRED_CHALLENGE": chosen}), more.clone());
            let begun = self.initiate(&format!("USER_AUTH preferring {chosen}"), "USER_AUTH", preferred).await.unwrap();
            let row = format!("answer to {chosen}");
            match chosen.as_str() {
                "PASSWORD_SRP" => self.wrong_proof(&row, &begun).await,
                "EMAIL_OTP" => {
                    drop(self.respond(&row, &begun, json!({"EMAIL_OTP_CODE": "00000000"})).await.unwrap_err())
                }
                _ => drop(self.respond(&row, &begun, json!({"PASSWORD": WRONG})).await.unwrap_err()),
            }
            let asked = self.initiate("USER_AUTH", "USER_AUTH", json!({})).await.unwrap();
            self.answers.retain(|row, _| !row.starts_with("USER_AUTH ") || row.contains("preferring"));
            let chosen_by_answer = merged(json!({"ANSWER": chosen}), more);
            self.respond(&format!("SELECT_CHALLENGE with {chosen}"), &asked, chosen_by_answer).await.unwrap();
        }
    }
}

/// What answers call the owner of a name; both members that tell it must agree.
async fn called(house: &House, name: &str) -> String {
    let given = house.begin_srp(name).await;
    assert_eq!(given["USERNAME"], given["USER_ID_FOR_SRP"], "{name}");
    text(&given["USERNAME"])
}

async fn interview(house: &House, name: &str) -> BTreeMap<String, String> {
    let called = called(house, name).await;
    let mut interview = Interview { house, name, called, answers: BTreeMap::new() };
    interview.sign_in().await;
    interview.codes().await;
    // A lock of wrong passwords is the same for all; this is about what comes without one.
    house.app.advance(Duration::from_secs(3600));
    interview.choices().await;
    interview.answers
}

async fn hold_every_state_to_one_answer(names: Names) {
    let house = house(names).await;
    let mut expected = interview(&house, &names.of("nobody")).await;
    // Which choices there are differs between decoys, too.
    for decoy in 0..DECOYS {
        if ["EMAIL_OTP", "PASSWORD"].iter().all(|name| expected.contains_key(&format!("answer to {name} 0"))) {
            break;
        }
        expected.extend(interview(&house, &names.of(&format!("nobody{decoy}"))).await);
    }
    let mut wrong = Vec::new();
    for state in STATES {
        for (row, answer) in interview(&house, &names.of(state)).await {
            let excused = state == "reset" && row == "ConfirmForgotPassword before 0";
            if expected.get(&row) != Some(&answer) && !excused {
                wrong.push(format!("{state}: {row} gives {answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "an unknown user: {expected:#?}\nothers: {wrong:#?}");
}

#[tokio::test]
async fn every_operation_says_the_same_of_every_account_and_of_none() {
    hold_every_state_to_one_answer(Names::Plain).await;
}

#[tokio::test]
async fn so_it_does_where_addresses_are_the_names() {
    hold_every_state_to_one_answer(Names::Addresses).await;
}

#[tokio::test]
async fn what_users_can_choose_from_is_also_what_some_decoys_can_choose_from() {
    let house = house(Names::Plain).await;
    let choices = async |name: &str| {
        let body = json!({"ClientId": house.client, "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": name}});
        let asked = house.done("InitiateAuth", body).await;
        assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE", "{name}");
        asked["AvailableChallenges"].to_string()
    };
    let mut of_decoys = BTreeSet::new();
    for number in 0..200 {
        of_decoys.insert(choices(&padded(&format!("nobody{number}"))).await);
    }
    for name in STATES {
        let own = choices(&padded(name)).await;
        assert!(of_decoys.contains(&own), "{name}: {own}, and decoys have {of_decoys:?}");
        assert_eq!(choices(&padded(name)).await, own, "{name} changes");
    }
}

#[tokio::test]
async fn users_and_decoys_are_one_person_under_their_name_and_under_their_id() {
    let house = house(Names::Addresses).await;
    for state in STATES {
        let name = Names::Addresses.of(state);
        let id = called(&house, &name).await;
        assert!(id.len() == 36 && id != name, "{state} is called {id}");
        assert_eq!(called(&house, &id).await, id, "{state}: an id leads to itself");
        assert_eq!(called(&house, &name.to_uppercase()).await, id, "{state}: case does not count");
        let salt = async |name: &str| house.begin_srp(name).await["SALT"].clone();
        assert_eq!(salt(&name).await, salt(&id).await, "{state}");
        let choices = async |name: &str| {
            let body = json!({"ClientId": house.client, "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": name}});
            house.done("InitiateAuth", body).await["AvailableChallenges"].clone()
        };
        assert_eq!(choices(&name).await, choices(&id).await, "{state}");
        let forgot =
            async |name: &str| house.done("ForgotPassword", house.of(name)).await["CodeDeliveryDetails"].clone();
        assert_eq!(forgot(&name).await, forgot(&id).await, "{state}");
        let mask = format!("{}***@e***", &state[..1]);
        assert_eq!(forgot(&id).await["Destination"], mask, "{state}");
        let resend = async |name: &str| {
            house.done("ResendConfirmationCode", house.of(name)).await["CodeDeliveryDetails"].clone()
        };
        assert_eq!(resend(&name).await, resend(&id).await, "{state}");
        // Wrong passwords under one name lock the other.
        for _ in 0..6 {
            house.refused("InitiateAuth", house.sign_in_body(&name, WRONG)).await;
        }
        let locked = house.refused("InitiateAuth", house.sign_in_body(&id, WRONG)).await;
        assert_eq!(locked, "NotAuthorizedException: Password attempts exceeded", "{state}");
        // A challenge that was asked for under one name can be answered under the other.
        house.app.advance(Duration::from_secs(3600));
        let body = json!({"ClientId": house.client, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": id}});
        let asked = house.done("InitiateAuth", body).await;
        house.respond(&asked, json!({"USERNAME": name, "ANSWER": "41"})).await.unwrap();
    }
    // An id that nobody gave out leads to itself, too.
    let made_up = "6f0e3c1c-8a55-4a0f-9d6e-1a2b3c4d5e6f";
    assert_eq!(called(&house, made_up).await, made_up);
}

#[tokio::test]
async fn names_come_back_in_lower_case_where_case_does_not_count() {
    let blind = json!({"UsernameConfiguration": {"CaseSensitive": false}});
    let house = House::new(blind, json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    house.user("Alice").await;
    for (typed, name) in [("aLIce", "alice"), ("Alice", "alice"), ("NoBody", "nobody")] {
        assert_eq!(called(&house, typed).await, name);
    }
    assert!(house.tokens("ALICE").await["IdToken"].is_string());
}

#[tokio::test]
async fn a_pool_that_changes_how_it_keeps_passwords_tells_nobody_apart() {
    let house = House::new(json!({}), json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    let scheme = async |scheme: &str| {
        let arn = text(&house.done("DescribeUserPool", json!({"UserPoolId": house.pool})).await["UserPool"]["Arn"]);
        house.done("TagResource", json!({"ResourceArn": arn, "Tags": {"poolhouse:password-scheme": scheme}})).await;
    };
    let cost = async |name: &str, password: &str| {
        let (answer, work) = cpu::counting(house.call("InitiateAuth", house.sign_in_body(name, password))).await;
        (answer.is_ok(), work.exponentiations, work.argon2id_hashes)
    };
    house.user("first").await;
    assert_eq!(cost("nobody", WRONG).await, (false, 1, 0));
    scheme("argon2id").await;
    house.user("second").await;
    for name in ["first", "second", "nobody"] {
        assert_eq!(cost(name, WRONG).await, (false, 1, 1), "{name}");
    }
    assert_eq!(cost("first", PASSWORD).await, (true, 1, 1), "checked in the old form, kept in the new one");
    assert_eq!(cost("first", PASSWORD).await, (true, 0, 1));
    scheme("srp").await;
    for name in ["first", "second", "nobody"] {
        assert_eq!(cost(name, WRONG).await, (false, 1, 1), "{name}");
    }
    assert_eq!(cost("second", PASSWORD).await, (true, 1, 1));
    assert_eq!(cost("second", PASSWORD).await, (true, 1, 0));
}
