//! Auth events and exported logs: what is recorded of users, who may judge it, and where it goes.

use crate::house::{By, HOUR, House, PASSWORD, mail, merged, text};
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::domain::scope::Scope;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

const GROUP: &str = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/pools";
const NEW: &str = "An0ther-one";

async fn watched() -> House {
    House::new(
        json!({"AutoVerifiedAttributes": ["email"], "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}),
        json!({}),
    )
    .await
}

impl House {
    /// A page of a user's events.
    async fn page(&self, name: &str, most: i32, token: &Value) -> (Vec<Value>, Value) {
        let mut asked = merged(self.admin(name), json!({"MaxResults": most}));
        if token.is_string() {
            asked["NextToken"] = token.clone();
        }
        let page = self.done("AdminListUserAuthEvents", asked).await;
        (page["AuthEvents"].as_array().unwrap().clone(), page["NextToken"].clone())
    }

    async fn events(&self, name: &str) -> Vec<Value> {
        self.page(name, 60, &Value::Null).await.0
    }

    /// `EventType EventResponse` of a user's events, newest first.
    async fn told(&self, name: &str) -> Vec<String> {
        self.events(name)
            .await
            .iter()
            .map(|e| format!("{} {}", text(&e["EventType"]), text(&e["EventResponse"])))
            .collect()
    }

    async fn export(&self, source: &str, level: &str) {
        let configuration =
            json!({"EventSource": source, "LogLevel": level, "CloudWatchLogsConfiguration": {"LogGroupArn": GROUP}});
        let asked = json!({"UserPoolId": self.pool, "LogConfigurations": [configuration]});
        self.done("SetLogDeliveryConfiguration", asked).await;
    }

    /// What was written to files that no sink names.
    async fn exported(&self) -> Vec<Value> {
        self.app.services.logs.drain().await;
        let files = std::fs::read_dir(self.app.data_dir().join("logs")).into_iter().flatten().flatten();
        let all: String = files.map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
        all.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    async fn reset(&self, name: &str) {
        self.done("ForgotPassword", self.of(name)).await;
        let code = self.code(&mail(name)).await;
        let wrong = crate::house::other(&code);
        assert!(
            self.refused("ConfirmForgotPassword", self.reset_body(name, &wrong))
                .await
                .starts_with("CodeMismatchException")
        );
        self.done("ConfirmForgotPassword", self.reset_body(name, &code)).await;
    }
}

#[tokio::test]
async fn what_users_do_is_recorded_newest_first_and_paged() {
    let house = watched().await;
    let attributes = json!([{"Name": "email", "Value": mail("alice")}]);
    house.done("SignUp", merged(house.of("alice"), json!({"Password": PASSWORD, "UserAttributes": attributes}))).await;
    house.code(&mail("alice")).await;
    house.done("ResendConfirmationCode", house.of("alice")).await;
    let code = house.code(&mail("alice")).await;
    house.done("ConfirmSignUp", merged(house.of("alice"), json!({"ConfirmationCode": code}))).await;
    house.app.advance(40 * 24 * HOUR);
    house.reset("alice").await;
    let all =
        ["ForgotPassword Pass", "ForgotPassword Fail", "ForgotPassword InProgress", "ResendCode Pass", "SignUp Pass"];
    assert_eq!(house.told("alice").await, all);
    let (mut found, mut token) = (Vec::new(), Value::Null);
    loop {
        let (page, next) = house.page("alice", 1, &token).await;
        found.extend(page);
        token = next;
        if token.is_null() {
            break;
        }
    }
    assert_eq!(found, house.events("alice").await);
    let newest = &found[0];
    assert_eq!(newest["EventContextData"]["IpAddress"], "127.0.0.1");
    assert_eq!(newest["EventRisk"]["RiskDecision"], "NoRisk");
    // Two years on they are gone.
    house.app.advance(365 * 2 * 24 * HOUR - 24 * HOUR);
    assert_eq!(house.told("alice").await, all[..3]);
    house.app.advance(24 * HOUR);
    assert!(house.told("alice").await.is_empty());
}

#[tokio::test]
async fn without_the_add_on_nothing_is_recorded_nor_told() {
    let house = House::new(json!({"AutoVerifiedAttributes": ["email"]}), json!({})).await;
    house.user("alice").await;
    house.reset("alice").await;
    let id = "0190b0d2-7b3a-7000-8000-000000000000";
    let judged = merged(house.admin("alice"), json!({"EventId": id, "FeedbackValue": "Valid"}));
    for (operation, body) in [
        ("AdminListUserAuthEvents", house.admin("alice")),
        ("AdminUpdateAuthEventFeedback", judged.clone()),
        ("UpdateAuthEventFeedback", merged(judged, json!({"FeedbackToken": "abc"}))),
    ] {
        assert!(house.refused(operation, body).await.starts_with("UserPoolAddOnNotEnabledException"), "{operation}");
    }
    let on = json!({"UserPoolId": house.pool, "AutoVerifiedAttributes": ["email"], "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}});
    house.done("UpdateUserPool", on).await;
    assert!(house.told("alice").await.is_empty(), "nothing was recorded before");
}

#[tokio::test]
async fn events_go_with_their_user_and_stay_with_them() {
    let house = watched().await;
    house.user("alice").await;
    house.user("bob").await;
    house.reset("alice").await;
    assert!(house.told("bob").await.is_empty());
    let (_, token) = house.page("alice", 1, &Value::Null).await;
    let with_anothers = merged(house.admin("bob"), json!({"MaxResults": 1, "NextToken": token}));
    assert!(house.refused("AdminListUserAuthEvents", with_anothers).await.starts_with("InvalidParameterException"));
    house.done("AdminDeleteUser", house.admin("alice")).await;
    house.user("alice").await;
    assert!(house.told("alice").await.is_empty());
}

#[tokio::test]
async fn events_are_judged_by_administrators_and_by_who_holds_their_token() {
    let house = watched().await;
    house.export("userAuthEvents", "INFO").await;
    house.user("alice").await;
    house.user("bob").await;
    house.reset("alice").await;
    house.reset("bob").await;
    let lines = house.exported().await;
    let of = |name: &str| lines.iter().rev().map(|line| &line["message"]).find(|m| m["userName"] == name).unwrap();
    let judge = |name: &str, event: &Value, token: &Value| {
        merged(
            house.admin(name),
            json!({"EventId": event["eventId"], "FeedbackToken": token["eventFeedbackToken"], "FeedbackValue": "Invalid"}),
        )
    };
    let (alice, bob) = (of("alice"), of("bob"));
    // Another event of the same user has another token.
    let earlier = lines.iter().map(|line| &line["message"]).find(|m| m["userName"] == "alice").unwrap();
    assert_ne!(earlier["eventId"], alice["eventId"]);
    for wrong in [
        judge("alice", alice, bob),
        judge("bob", alice, alice),
        judge("alice", alice, earlier),
        judge("nobody", alice, alice),
    ] {
        let fault = house.unsigned("UpdateAuthEventFeedback", wrong).await.unwrap_err();
        assert_eq!(fault, "NotAuthorizedException: Invalid feedback token.");
    }
    house.unsigned("UpdateAuthEventFeedback", judge("alice", alice, alice)).await.unwrap();
    let newest = house.events("alice").await[0].clone();
    assert_eq!(newest["EventId"], alice["eventId"]);
    assert_eq!(
        (text(&newest["EventFeedback"]["FeedbackValue"]), text(&newest["EventFeedback"]["Provider"])),
        ("Invalid".into(), "User".into())
    );
    let by_admin = merged(house.admin("bob"), json!({"EventId": bob["eventId"], "FeedbackValue": "Valid"}));
    house.done("AdminUpdateAuthEventFeedback", by_admin).await;
    assert_eq!(house.events("bob").await[0]["EventFeedback"]["Provider"], "Admin");
    let of_another = merged(house.admin("bob"), json!({"EventId": alice["eventId"], "FeedbackValue": "Valid"}));
    assert!(house.refused("AdminUpdateAuthEventFeedback", of_another).await.starts_with("ResourceNotFoundException"));
}

#[tokio::test]
async fn exported_events_have_cognitos_members_and_no_secrets() {
    let house = watched().await;
    house.export("userAuthEvents", "INFO").await;
    house.user("alice").await;
    house.reset("alice").await;
    let lines = house.exported().await;
    assert_eq!(lines.len(), 3);
    let last = &lines[2];
    assert_eq!((text(&last["eventSource"]), text(&last["logLevel"])), ("USER_AUTH_EVENTS".into(), "INFO".into()));
    assert_eq!(last["logSourceId"], json!({"userPoolId": house.pool}));
    let message = &last["message"];
    assert_eq!(message["eventType"], "ForgotPassword");
    assert_eq!(message["eventResponse"], "Pass");
    assert_eq!(message["creationDate"], "Thu Jan 01 00:00:00 UTC 2026");
    assert_eq!(message["clientId"], house.client);
    for line in &lines {
        assert!(!line.to_string().contains(NEW) && !line.to_string().contains(PASSWORD));
    }
    let none = json!({"UserPoolId": house.pool, "LogConfigurations": []});
    house.done("SetLogDeliveryConfiguration", none).await;
    house.done("ForgotPassword", house.of("alice")).await;
    assert_eq!(house.exported().await.len(), 3, "the export was ended");
}

#[tokio::test]
async fn log_delivery_configurations_are_checked_kept_and_of_one_pool() {
    let house = watched().await;
    let of_pool = json!({"UserPoolId": house.pool});
    let get =
        async || house.done("GetLogDeliveryConfiguration", of_pool.clone()).await["LogDeliveryConfiguration"].clone();
    assert_eq!(get().await, json!({"UserPoolId": house.pool, "LogConfigurations": []}));
    let group = json!({"CloudWatchLogsConfiguration": {"LogGroupArn": GROUP}});
    let bucket = json!({"S3Configuration": {"BucketArn": "arn:aws:s3:::audit"}});
    let stream =
        json!({"FirehoseConfiguration": {"StreamArn": "arn:aws:firehose:eu-west-1:123456789012:deliverystream/audit"}});
    let of =
        |source: &str, level: &str, to: &Value| merged(json!({"EventSource": source, "LogLevel": level}), to.clone());
    let good = json!([of("userNotification", "ERROR", &group), of("userAuthEvents", "INFO", &stream)]);
    house.done("SetLogDeliveryConfiguration", merged(of_pool.clone(), json!({"LogConfigurations": good}))).await;
    assert_eq!(get().await["LogConfigurations"], good);
    for bad in [
        json!([of("userNotification", "INFO", &group)]),
        json!([of("userAuthEvents", "ERROR", &group)]),
        json!([of("userAuthEvents", "INFO", &group), of("userAuthEvents", "INFO", &bucket)]),
        json!([of("userAuthEvents", "INFO", &merged(group.clone(), bucket.clone()))]),
        json!([of("userAuthEvents", "INFO", &json!({}))]),
        json!([of("userAuthEvents", "INFO", &json!({"S3Configuration": {}}))]),
        json!([of(
            "userAuthEvents",
            "INFO",
            &json!({"CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:sns:eu-west-1:123456789012:topic"}})
        )]),
    ] {
        let refused = house
            .refused("SetLogDeliveryConfiguration", merged(of_pool.clone(), json!({"LogConfigurations": bad.clone()})))
            .await;
        assert!(refused.starts_with("InvalidParameterException"), "{bad}: {refused}");
    }
    assert_eq!(get().await["LogConfigurations"], good, "what was refused changed nothing");
}

#[tokio::test]
async fn sinks_of_the_settings_take_the_lines_by_post_and_by_file() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/in", listener.local_addr().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("audit.jsonl");
    let sinks = [(GROUP.to_owned(), url), ("arn:aws:s3:::aud*".to_owned(), file.display().to_string())];
    let app = TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), |config| {
        config.logs.sinks = sinks.map(|(arn, sink)| (arn, poolhouse::secret::Secret::new(sink))).into();
        config.logs.headers.insert("authorization".into(), poolhouse::secret::Secret::new("Bearer hush"));
    });
    let add_on = json!({"AutoVerifiedAttributes": ["email"], "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}});
    let house = House::over(app.await.unwrap(), add_on, json!({})).await;
    house.user("alice").await;
    house.export("userAuthEvents", "INFO").await;
    house.done("ForgotPassword", house.of("alice")).await;
    let taken = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut seen = Vec::new();
        let mut buffer = [0; 4096];
        while !seen.ends_with(b"}\n") {
            let read = stream.read(&mut buffer).unwrap();
            seen.extend_from_slice(&buffer[..read]);
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n").unwrap();
        String::from_utf8(seen).unwrap()
    });
    house.app.services.logs.drain().await;
    let request = taken.join().unwrap();
    assert!(
        request.starts_with("POST /in HTTP/1.1")
            && request.contains("Bearer hush")
            && request.contains("application/x-ndjson")
    );
    let body: Value = serde_json::from_str(request.lines().last().unwrap()).unwrap();
    assert_eq!(body["message"]["userName"], "alice");
    let bucket = json!({"EventSource": "userAuthEvents", "LogLevel": "INFO", "S3Configuration": {"BucketArn": "arn:aws:s3:::audit"}});
    house.done("SetLogDeliveryConfiguration", json!({"UserPoolId": house.pool, "LogConfigurations": [bucket]})).await;
    house.done("ForgotPassword", house.of("alice")).await;
    house.app.services.logs.drain().await;
    assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 1);
}

#[tokio::test]
async fn calls_from_blocked_addresses_are_recorded_as_blocked() {
    let house = House::new(
        json!({"AutoVerifiedAttributes": ["email"], "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}),
        json!({}),
    )
    .await;
    house.user("alice").await;
    let exceptions = json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": ["203.0.113.0/24"]}});
    house.done("SetRiskConfiguration", merged(json!({"UserPoolId": house.pool}), exceptions)).await;
    let from = Some("203.0.113.5".parse().unwrap());
    house.call_by(By { from, ..By::default() }, "ForgotPassword", house.of("alice")).await.unwrap_err();
    let newest = house.events("alice").await[0].clone();
    assert_eq!(newest["EventResponse"], "Fail");
    assert_eq!(newest["EventRisk"]["RiskDecision"], "Block");
    assert_eq!(newest["EventContextData"]["IpAddress"], "203.0.113.5");
}

#[tokio::test]
async fn sign_ins_are_recorded_step_by_step() {
    let house = watched().await;
    house.user("alice").await;
    let body = merged(house.admin("bob"), json!({"MessageAction": "SUPPRESS", "TemporaryPassword": PASSWORD}));
    house.done("AdminCreateUser", body).await;
    house.refused("InitiateAuth", house.sign_in_body("alice", "not-the-one")).await;
    house.tokens("alice").await;
    let events = house.events("alice").await;
    let of = |event: &Value| json!([event["EventType"], event["EventResponse"], event["ChallengeResponses"]]);
    let password = |response: &str| json!([{"ChallengeName": "Password", "ChallengeResponse": response}]);
    assert_eq!(of(&events[0]), json!(["SignIn", "Pass", password("Success")]));
    assert_eq!(of(&events[1]), json!(["SignIn", "Fail", password("Failure")]));
    let asked = house.done("InitiateAuth", house.sign_in_body("bob", PASSWORD)).await;
    let answer = json!({"USERNAME": "bob", "NEW_PASSWORD": NEW});
    house.respond(&asked, answer.clone()).await.unwrap();
    assert!(house.respond(&asked, answer).await.is_err(), "the session was used");
    assert_eq!(house.told("bob").await, ["SignIn Pass", "SignIn InProgress"]);
    // SRP's first half judges nothing and is not recorded; a wrong proof is.
    let srp = house.begin_srp("alice").await;
    assert_eq!(house.told("alice").await.len(), 2);
    let proof = json!({"USERNAME": "alice", "PASSWORD_CLAIM_SECRET_BLOCK": srp["SECRET_BLOCK"], "PASSWORD_CLAIM_SIGNATURE": "AAAA",
        "TIMESTAMP": "Thu Jan 1 00:00:00 UTC 2026"});
    house.respond(&json!({"ChallengeName": "PASSWORD_VERIFIER"}), proof).await.unwrap_err();
    assert_eq!(house.told("alice").await[0], "SignIn Fail");
}

#[tokio::test]
async fn guesses_do_not_push_what_the_user_did_out_of_sight() {
    let house = watched().await;
    house.user("alice").await;
    house.tokens("alice").await;
    for _ in 0..60 {
        house.refused("InitiateAuth", house.sign_in_body("alice", "not-the-one")).await;
        house.app.advance(HOUR / 2);
    }
    let mut token = Value::Null;
    let mut all = Vec::new();
    loop {
        let (page, next) = house.page("alice", 60, &token).await;
        all.extend(page);
        token = next;
        if token.is_null() {
            break;
        }
    }
    assert_eq!(all.len(), 51, "guesses are bounded");
    assert_eq!(all.last().unwrap()["EventResponse"], "Pass", "the first thing that happened is still told");
}

#[tokio::test]
async fn names_that_mean_nobody_leave_little_and_always_under_the_same_few_names() {
    use poolhouse::store::{Key, Read as _, tags};
    let add_on = json!({"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}});
    let house = House::new(add_on, json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    for n in 0..60 {
        house.refused("InitiateAuth", house.sign_in_body(&format!("nobody{n}"), PASSWORD)).await;
    }
    let prefix = Key::new(tags::AUTH_EVENT).part(&house.pool);
    let kept = async || house.app.services.store.scan(&prefix, None, 1000).await.unwrap().entries;
    let before = kept().await;
    assert!(!before.is_empty(), "time must not tell");
    let exceptions = json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": ["203.0.113.0/24"]}});
    house.done("SetRiskConfiguration", merged(json!({"UserPoolId": house.pool}), exceptions)).await;
    let from = Some("203.0.113.5".parse().unwrap());
    house.call_by(By { from, ..By::default() }, "ForgotPassword", house.of("nobody0")).await.unwrap_err();
    let kept = kept().await;
    assert_ne!(kept, before, "nor where the address was refused");
    for (key, _) in kept {
        // What follows the pool's and the owner's parts is a number.
        let owner = String::from_utf8_lossy(&key[prefix.bytes().len()..]).into_owned();
        assert!(owner.starts_with("nobody-") && owner.as_bytes()[9] == 0, "one of 256 names: {owner:?}");
    }
    house.export("userAuthEvents", "INFO").await;
    house.refused("InitiateAuth", house.sign_in_body("nobody", PASSWORD)).await;
    assert!(house.exported().await.is_empty(), "nobody did nothing");
}

#[tokio::test]
async fn what_is_kept_of_a_user_or_a_pool_goes_with_it() {
    use poolhouse::store::{Key, Read as _, sweep, tags};
    let settings = json!({"AutoVerifiedAttributes": ["email"], "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
        "Policies": {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 3}}});
    let house = House::new(settings, json!({})).await;
    let store = &house.app.services.store;
    let left = async |tag: u8| {
        while sweep::purge_some(store, 100).await.unwrap() > 0 {}
        store.scan(&Key::new(tag).part(&house.pool), None, 100).await.unwrap().entries.len()
    };
    house.export("userAuthEvents", "INFO").await;
    let exceptions = json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": ["203.0.113.0/24"]}});
    for of in [json!({"UserPoolId": house.pool}), json!({"UserPoolId": house.pool, "ClientId": house.client})] {
        house.done("SetRiskConfiguration", merged(of, exceptions.clone())).await;
    }
    for name in ["alice", "bob"] {
        house.user(name).await;
        house.reset(name).await;
    }
    let kept = [tags::AUTH_EVENT, tags::PASSWORD_HISTORY, tags::RISK_CONFIGURATION, tags::LOG_DELIVERY];
    for (tag, count) in kept.into_iter().zip([2, 2, 2, 1]) {
        assert_eq!(left(tag).await, count, "{tag:#x}");
    }
    house.done("AdminDeleteUser", house.admin("alice")).await;
    house.done("DeleteUserPoolClient", json!({"UserPoolId": house.pool, "ClientId": house.client})).await;
    for (tag, count) in kept.into_iter().zip([1, 1, 1, 1]) {
        assert_eq!(left(tag).await, count, "{tag:#x}");
    }
    house.done("DeleteUserPool", json!({"UserPoolId": house.pool})).await;
    for tag in kept {
        assert_eq!(left(tag).await, 0, "{tag:#x}");
    }
}

#[tokio::test]
async fn an_event_that_ends_after_its_user_was_deleted_leaves_nothing() {
    use poolhouse::domain::events::{self, Event, Kind, Response};
    use poolhouse::store::{Key, Read as _, pools, sweep, tags, users};
    let house = watched().await;
    house.export("userAuthEvents", "INFO").await;
    house.user("alice").await;
    let store = &house.app.services.store;
    let pool = pools::pool(store, &house.pool).await.unwrap().unwrap();
    let alice = users::by_username(store, &pool, "alice").await.unwrap().unwrap();
    house.done("AdminDeleteUser", house.admin("alice")).await;
    while sweep::purge_some(store, 100).await.unwrap() > 0 {}
    // Another user takes the name meanwhile.
    house.user("alice").await;
    let cx = house.app.context().unwrap();
    events::record(Scope::of_admin(&cx, &pool), &alice, Event::new(Kind::SignIn, Response::Pass)).await;
    let prefix = Key::new(tags::AUTH_EVENT).part(&house.pool);
    assert!(store.scan(&prefix, None, 10).await.unwrap().entries.is_empty());
    assert!(house.exported().await.is_empty());
}
