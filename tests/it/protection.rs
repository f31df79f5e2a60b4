//! What keeps passwords and pools from harm: history, expiry, passwords known to the world, blocked and trusted
//! addresses.

use crate::house::{By, HOUR, House, PASSWORD, mail, merged, text};
use serde_json::{Value, json};
use std::net::IpAddr;

const ENFORCED: &str = "ENFORCED";

/// A pool with threat protection in this mode, and no rules about characters.
async fn guarded(mode: &str) -> House {
    let policy = json!({"PasswordPolicy": {"MinimumLength": 6}});
    House::new(
        json!({"AutoVerifiedAttributes": ["email"], "UserPoolAddOns": {"AdvancedSecurityMode": mode}, "Policies": policy}),
        json!({}),
    )
    .await
}

/// A pool that remembers this many passwords.
async fn remembering(size: i32) -> House {
    House::new(
        json!({"AutoVerifiedAttributes": ["email"], "Policies": {"PasswordPolicy": {"MinimumLength": 6, "PasswordHistorySize": size}}}),
        json!({}),
    )
    .await
}

fn address(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

impl House {
    async fn from(&self, from: &str, operation: &str, body: Value) -> Result<Value, String> {
        self.call_by(By { from: address(from), ..By::default() }, operation, body).await
    }

    async fn admin_sets(&self, name: &str, password: &str) -> Result<Value, String> {
        self.call("AdminSetUserPassword", merged(self.admin(name), json!({"Password": password, "Permanent": true})))
            .await
    }

    async fn set_risk(&self, asked: Value) {
        self.done("SetRiskConfiguration", merged(json!({"UserPoolId": self.pool}), asked)).await;
    }

    async fn changes(&self, token: &str, from: &str, to: &str) -> Result<Value, String> {
        self.call("ChangePassword", json!({"AccessToken": token, "PreviousPassword": from, "ProposedPassword": to}))
            .await
    }
}

fn compromised(action: &str, events: &[&str]) -> Value {
    json!({"CompromisedCredentialsRiskConfiguration": {"EventFilter": events, "Actions": {"EventAction": action}}})
}

#[tokio::test]
async fn a_used_password_cannot_be_set_again_by_any_way() {
    let house = remembering(3).await;
    house.user("alice").await;
    let used = "PasswordHistoryPolicyViolationException: Password has previously been used";
    assert_eq!(house.admin_sets("alice", PASSWORD).await.unwrap_err(), used, "the present one counts");
    house.admin_sets("alice", "second-One1").await.unwrap();
    let token = text(
        &house.done("InitiateAuth", house.sign_in_body("alice", "second-One1")).await["AuthenticationResult"]["AccessToken"],
    );
    assert_eq!(house.changes(&token, "second-One1", PASSWORD).await.unwrap_err(), used);
    house.changes(&token, "second-One1", "third-One1").await.unwrap();
    house.done("ForgotPassword", house.of("alice")).await;
    let code = house.code(&mail("alice")).await;
    let reset = |password: &str| merged(house.of("alice"), json!({"ConfirmationCode": code, "Password": password}));
    assert_eq!(house.refused("ConfirmForgotPassword", reset("second-One1")).await, used);
    // The code is still good, and the first password, the fourth back from the new one, is free again after it.
    house.done("ConfirmForgotPassword", reset("fourth-One1")).await;
    house.admin_sets("alice", PASSWORD).await.unwrap();
    house.done("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
}

#[tokio::test]
async fn a_temporary_password_cannot_stay() {
    let house = remembering(1).await;
    let body = merged(house.admin("bob"), json!({"MessageAction": "SUPPRESS", "TemporaryPassword": PASSWORD}));
    house.done("AdminCreateUser", body).await;
    let asked = house.done("InitiateAuth", house.sign_in_body("bob", PASSWORD)).await;
    let answer = |password: &str| json!({"USERNAME": "bob", "NEW_PASSWORD": password});
    let fault = house.respond(&asked, answer(PASSWORD)).await.unwrap_err();
    assert!(fault.starts_with("PasswordHistoryPolicyViolationException"), "{fault}");
    house.respond(&asked, answer("An0ther-one")).await.unwrap();
}

#[tokio::test]
async fn another_user_of_the_name_starts_without_history_and_a_pool_without_one_keeps_none() {
    let house = remembering(5).await;
    house.user("alice").await;
    house.admin_sets("alice", "second-One1").await.unwrap();
    house.done("AdminDeleteUser", house.admin("alice")).await;
    house.user("alice").await;
    house.admin_sets("alice", "second-One1").await.unwrap();
    let free = remembering(0).await;
    free.user("alice").await;
    free.admin_sets("alice", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn an_old_password_must_be_replaced_where_the_pool_says_so() {
    let tags = json!({"poolhouse:password-max-age-days": "30"});
    let house = House::new(json!({"UserPoolTags": tags}), json!({})).await;
    house.user("alice").await;
    house.app.advance(30 * 24 * HOUR - HOUR);
    house.tokens("alice").await;
    house.app.advance(HOUR);
    let wrong = house.refused("InitiateAuth", house.sign_in_body("alice", "not-the-one")).await;
    assert!(wrong.starts_with("NotAuthorizedException"), "{wrong}");
    let asked = house.done("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let again = house.respond(&asked, json!({"USERNAME": "alice", "NEW_PASSWORD": PASSWORD})).await.unwrap_err();
    assert!(again.starts_with("PasswordHistoryPolicyViolationException"), "{again}");
    house.respond(&asked, json!({"USERNAME": "alice", "NEW_PASSWORD": "An0ther-one"})).await.unwrap();
    let answer = house.done("InitiateAuth", house.sign_in_body("alice", "An0ther-one")).await;
    assert!(answer["AuthenticationResult"].is_object(), "young again: {answer}");
    let arn = text(&house.done("DescribeUserPool", json!({"UserPoolId": house.pool})).await["UserPool"]["Arn"]);
    for bad in ["0", "-1", "3651", "soon"] {
        let tagged = json!({"ResourceArn": arn, "Tags": {"poolhouse:password-max-age-days": bad}});
        assert!(house.refused("TagResource", tagged).await.starts_with("InvalidParameterException"), "{bad}");
    }
}

#[tokio::test]
async fn passwords_known_to_the_world_are_refused_where_the_configuration_blocks_them() {
    let house = guarded(ENFORCED).await;
    let sign_up = |name: &str, password: &str| merged(house.of(name), json!({"Password": password}));
    let refused = "InvalidPasswordException: Provided password cannot be used for security reasons.";
    house.done("SignUp", sign_up("early", "password1")).await;
    house.set_risk(compromised("BLOCK", &[])).await;
    assert_eq!(house.refused("SignUp", sign_up("bob", "password1")).await, refused);
    house.done("SignUp", sign_up("bob", "An0ther-one")).await;
    assert_eq!(house.admin_sets("bob", "Password1!").await.unwrap_err(), refused);
    house.admin_sets("bob", "second-One1").await.unwrap();
    let token = text(
        &house.done("InitiateAuth", house.sign_in_body("bob", "second-One1")).await["AuthenticationResult"]["AccessToken"],
    );
    assert_eq!(house.changes(&token, "second-One1", "qwertyuiop").await.unwrap_err(), refused);
    house.set_risk(compromised("BLOCK", &["SIGN_IN", "PASSWORD_CHANGE"])).await;
    house.done("SignUp", sign_up("carol", "password1")).await;
    house.set_risk(compromised("NO_ACTION", &[])).await;
    house.changes(&token, "second-One1", "qwertyuiop").await.unwrap();
}

#[tokio::test]
async fn without_enforcement_or_configuration_nothing_is_refused() {
    for mode in ["OFF", "AUDIT"] {
        let house = guarded(mode).await;
        if mode == "AUDIT" {
            house.set_risk(compromised("BLOCK", &[])).await;
        } else {
            let asked = merged(json!({"UserPoolId": house.pool}), compromised("BLOCK", &[]));
            assert!(house.refused("SetRiskConfiguration", asked).await.starts_with("UserPoolAddOnNotEnabledException"));
        }
        house
            .set_risk(merged(
                if mode == "AUDIT" { compromised("BLOCK", &[]) } else { json!({}) },
                json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": ["0.0.0.0/0"]}}),
            ))
            .await;
        house.from("203.0.113.5", "SignUp", merged(house.of("alice"), json!({"Password": "password1"}))).await.unwrap();
    }
}

#[tokio::test]
async fn blocked_addresses_get_nowhere_and_trusted_ones_are_not_judged() {
    let house = guarded(ENFORCED).await;
    house.user("alice").await;
    let exceptions = json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": ["203.0.113.0/24"], "SkippedIPRangeList": ["198.51.100.0/24"]}});
    house.set_risk(merged(compromised("BLOCK", &[]), exceptions)).await;
    let sign_up = |name: &str| merged(house.of(name), json!({"Password": "password1"}));
    let blocked = "NotAuthorizedException: Unable to login because of security reasons.";
    for (operation, body) in [
        ("SignUp", sign_up("bob")),
        ("ForgotPassword", house.of("alice")),
        ("ResendConfirmationCode", house.of("alice")),
        ("ConfirmForgotPassword", house.reset_body("alice", "123456")),
    ] {
        assert_eq!(house.from("203.0.113.5", operation, body).await.unwrap_err(), blocked, "{operation}");
    }
    house.from("203.0.114.5", "ForgotPassword", house.of("alice")).await.unwrap();
    assert!(
        house.from("203.0.114.5", "SignUp", sign_up("bob")).await.unwrap_err().starts_with("InvalidPasswordException")
    );
    house.from("198.51.100.7", "SignUp", sign_up("bob")).await.unwrap();
    // A client's own configuration stands in place of the pool's.
    let of_client = json!({"UserPoolId": house.pool, "ClientId": house.client});
    house.done("SetRiskConfiguration", merged(of_client.clone(), compromised("NO_ACTION", &[]))).await;
    house.from("203.0.113.5", "ForgotPassword", house.of("alice")).await.unwrap();
    house.done("SetRiskConfiguration", of_client).await;
    assert_eq!(
        house.from("203.0.113.5", "ForgotPassword", house.of("alice")).await.unwrap_err(),
        blocked,
        "inherited again"
    );
}

#[tokio::test]
async fn risk_configurations_are_checked_kept_and_reset() {
    let house = guarded(ENFORCED).await;
    let of_pool = json!({"UserPoolId": house.pool});
    let describe =
        async |of: &Value| house.done("DescribeRiskConfiguration", of.clone()).await["RiskConfiguration"].clone();
    assert_eq!(describe(&of_pool).await, of_pool, "nothing was set");
    let mail = json!({"Subject": "Sign-in", "TextBody": "From {ip-address}", "HtmlBody": "<b>{ip-address}</b>"});
    let notify = json!({"SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/example.com", "From": "a@example.com", "BlockEmail": mail});
    let action = |notify: bool| json!({"HighAction": {"Notify": notify, "EventAction": "BLOCK"}});
    let takeover =
        json!({"AccountTakeoverRiskConfiguration": {"NotifyConfiguration": notify, "Actions": action(true)}});
    let asked = merged(compromised("BLOCK", &["SIGN_IN"]), takeover);
    house.set_risk(asked.clone()).await;
    let mut kept = describe(&of_pool).await;
    assert!(kept.as_object_mut().unwrap().shift_remove("LastModifiedDate").is_some());
    assert_eq!(kept, merged(of_pool.clone(), asked));
    for bad in [
        json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": ["203.0.113.1"]}}),
        json!({"RiskExceptionConfiguration": {"SkippedIPRangeList": ["203.0.113.0/33"]}}),
        json!({"AccountTakeoverRiskConfiguration": {"Actions": action(true)}}),
    ] {
        let refused = house.refused("SetRiskConfiguration", merged(of_pool.clone(), bad.clone())).await;
        assert!(refused.starts_with("InvalidParameterException"), "{bad}: {refused}");
    }
    house.done("SetRiskConfiguration", of_pool.clone()).await;
    assert_eq!(describe(&of_pool).await, of_pool, "reset");
    let stranger = json!({"UserPoolId": house.pool, "ClientId": "0".repeat(26)});
    assert!(
        house.refused("DescribeRiskConfiguration", stranger.clone()).await.starts_with("ResourceNotFoundException")
    );
    assert!(house.refused("SetRiskConfiguration", stranger).await.starts_with("ResourceNotFoundException"));
    // A client of another pool is none of this one's.
    let pool = house.another_pool(json!({})).await;
    let foreign = json!({"UserPoolId": pool, "ClientId": house.client});
    assert!(house.refused("SetRiskConfiguration", foreign).await.starts_with("ResourceNotFoundException"));
}

#[tokio::test]
async fn signing_in_with_a_password_known_to_the_world_makes_it_be_reset() {
    let house = guarded(ENFORCED).await;
    house.user("alice").await;
    house.admin_sets("alice", "password1").await.unwrap();
    house.done("InitiateAuth", house.sign_in_body("alice", "password1")).await;
    house.set_risk(compromised("BLOCK", &["SIGN_IN"])).await;
    assert!(
        house
            .refused("InitiateAuth", house.sign_in_body("alice", "password2"))
            .await
            .starts_with("NotAuthorizedException")
    );
    assert_eq!(
        house.done("AdminGetUser", house.admin("alice")).await["UserStatus"],
        "CONFIRMED",
        "a guess changes nothing"
    );
    for why in ["Password reset required for user due to security reasons", "Password reset required for the user"] {
        let fault = house.refused("InitiateAuth", house.sign_in_body("alice", "password1")).await;
        assert_eq!(fault, format!("PasswordResetRequiredException: {why}"));
    }
    let listed = house.done("AdminListUserAuthEvents", house.admin("alice")).await;
    let risk = &listed["AuthEvents"][1]["EventRisk"];
    assert_eq!((&risk["RiskDecision"], &risk["CompromisedCredentialsDetected"]), (&json!("Block"), &json!(true)));
    assert_eq!(house.done("AdminGetUser", house.admin("alice")).await["UserStatus"], "RESET_REQUIRED");
    house.done("ForgotPassword", house.of("alice")).await;
    let code = house.code(&mail("alice")).await;
    house.done("ConfirmForgotPassword", house.reset_body("alice", &code)).await;
    house.done("InitiateAuth", house.sign_in_body("alice", "An0ther-one")).await;
}

#[tokio::test]
async fn blocked_addresses_cannot_sign_in_nor_go_on_with_it() {
    let house = guarded(ENFORCED).await;
    house.user("alice").await;
    let body = merged(house.admin("bob"), json!({"MessageAction": "SUPPRESS", "TemporaryPassword": PASSWORD}));
    house.done("AdminCreateUser", body).await;
    house
        .set_risk(json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": ["203.0.113.0/24", "2001:db8::/32"]}}))
        .await;
    let blocked = "NotAuthorizedException: Unable to login because of security reasons.";
    for from in ["203.0.113.5", "2001:db8::1", "::ffff:203.0.113.5"] {
        assert_eq!(
            house.from(from, "InitiateAuth", house.sign_in_body("alice", PASSWORD)).await.unwrap_err(),
            blocked,
            "{from}"
        );
    }
    house.from("203.0.112.5", "InitiateAuth", house.sign_in_body("alice", PASSWORD)).await.unwrap();
    let asked = house.from("203.0.112.5", "InitiateAuth", house.sign_in_body("bob", PASSWORD)).await.unwrap();
    let answer = json!({"ClientId": house.client, "ChallengeName": asked["ChallengeName"], "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "bob", "NEW_PASSWORD": "An0ther-one"}});
    assert_eq!(house.from("203.0.113.5", "RespondToAuthChallenge", answer.clone()).await.unwrap_err(), blocked);
    house.from("203.0.112.5", "RespondToAuthChallenge", answer).await.unwrap();
}

#[tokio::test]
async fn a_clients_word_on_the_users_address_counts_only_with_a_secret_and_the_setting() {
    let blocked = "NotAuthorizedException: Unable to login because of security reasons.";
    let word = json!({"UserContextData": {"IpAddress": "203.0.113.5"}});
    for (secret, setting) in [(false, true), (true, false), (true, true)] {
        let settings = json!({"GenerateSecret": secret, "EnablePropagateAdditionalUserContextData": setting,
            "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH"]});
        let add_on = json!({"UserPoolAddOns": {"AdvancedSecurityMode": ENFORCED}});
        let house = House::new(add_on, settings).await;
        house.set_risk(json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": ["203.0.113.0/24"]}})).await;
        house.user("alice").await;
        let described =
            house.done("DescribeUserPoolClient", json!({"UserPoolId": house.pool, "ClientId": house.client})).await;
        let hash = described["UserPoolClient"]["ClientSecret"].as_str().map(|secret| {
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
            base64::Engine::encode(
                &base64::engine::general_purpose::STANDARD,
                ring::hmac::sign(&key, format!("alice{}", house.client).as_bytes()),
            )
        });
        let mut body = merged(house.sign_in_body("alice", PASSWORD), word.clone());
        let mut reset = merged(house.of("alice"), word.clone());
        if let Some(hash) = &hash {
            body["AuthParameters"]["SECRET_HASH"] = json!(hash);
            reset["SecretHash"] = json!(hash);
        }
        for (operation, body) in [("InitiateAuth", body.clone()), ("ForgotPassword", reset)] {
            let answer = house.unsigned(operation, body).await;
            assert_eq!(answer.err().as_deref() == Some(blocked), secret && setting, "{operation}: {secret} {setting}");
        }
        // A back end's word always counts.
        let context = json!({"IpAddress": "203.0.113.5", "ServerName": "app", "ServerPath": "/", "HttpHeaders": [
            {"headerName": "User-Agent", "headerValue": "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"}]});
        body.as_object_mut().unwrap().shift_remove("UserContextData");
        let admin = merged(
            body,
            json!({"UserPoolId": house.pool, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "ContextData": context}),
        );
        assert_eq!(house.refused("AdminInitiateAuth", admin).await, blocked);
        let event = house.done("AdminListUserAuthEvents", house.admin("alice")).await["AuthEvents"][0].clone();
        assert_eq!(event["EventContextData"], json!({"IpAddress": "203.0.113.5", "DeviceName": "Firefox, Linux"}));
    }
}

#[tokio::test]
async fn who_is_asked_for_a_new_password_cannot_try_the_history_at_will() {
    let house = remembering(10).await;
    let body = merged(house.admin("bob"), json!({"MessageAction": "SUPPRESS", "TemporaryPassword": PASSWORD}));
    house.done("AdminCreateUser", body).await;
    let asked = house.done("InitiateAuth", house.sign_in_body("bob", PASSWORD)).await;
    let answer = |password: &str| json!({"USERNAME": "bob", "NEW_PASSWORD": password});
    assert!(house.respond(&asked, answer("short")).await.unwrap_err().starts_with("InvalidPasswordException"));
    for _ in 0..5 {
        assert!(
            house
                .respond(&asked, answer(PASSWORD))
                .await
                .unwrap_err()
                .starts_with("PasswordHistoryPolicyViolationException")
        );
    }
    assert!(house.respond(&asked, answer(PASSWORD)).await.unwrap_err().starts_with("TooManyRequestsException"));
    house.app.advance(HOUR);
    let asked = house.done("InitiateAuth", house.sign_in_body("bob", PASSWORD)).await;
    house.respond(&asked, answer("An0ther-one")).await.unwrap();
}
