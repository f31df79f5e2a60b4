//! Accounts over time and under attack: a server with a clock that is moved by hand, called through the wire.

use crate::house::{HOUR, House, PASSWORD, mail, merged, other, text};
use poolhouse::keys::srp::client::Client as SrpClient;
use serde_json::{Value, json};
use std::time::Duration;

async fn plain() -> House {
    House::new(json!({"AutoVerifiedAttributes": ["email"]}), json!({})).await
}

async fn hiding() -> House {
    House::new(json!({"AutoVerifiedAttributes": ["email"]}), json!({"PreventUserExistenceErrors": "ENABLED"})).await
}

#[tokio::test]
async fn codes_end_by_time_use_and_tries() {
    let house = plain().await;
    for name in ["late", "twice", "guessed"] {
        let attributes = json!([{"Name": "email", "Value": mail(name)}]);
        house.done("SignUp", merged(house.of(name), json!({"Password": PASSWORD, "UserAttributes": attributes}))).await;
    }
    let confirm = |name: &str, code: &str| merged(house.of(name), json!({"ConfirmationCode": code}));
    let guessed = house.code(&mail("guessed")).await;
    for _ in 0..5 {
        assert!(
            house
                .refused("ConfirmSignUp", confirm("guessed", &other(&guessed)))
                .await
                .starts_with("CodeMismatchException")
        );
    }
    assert!(
        house.refused("ConfirmSignUp", confirm("guessed", &guessed)).await.starts_with("LimitExceededException"),
        "right, but too late"
    );
    let twice = house.code(&mail("twice")).await;
    house.done("ConfirmSignUp", confirm("twice", &twice)).await;
    assert!(house.refused("ConfirmSignUp", confirm("twice", &twice)).await.starts_with("NotAuthorizedException"));
    let late = house.code(&mail("late")).await;
    house.app.advance(24 * HOUR);
    assert!(house.refused("ConfirmSignUp", confirm("late", &late)).await.starts_with("ExpiredCodeException"));
}

#[tokio::test]
async fn a_reset_code_proves_only_the_address_it_went_to() {
    let house = plain().await;
    house.user("alice").await;
    house.done("ForgotPassword", house.of("alice")).await;
    let code = house.code(&mail("alice")).await;
    let moved = json!([{"Name": "email", "Value": "new@example.com"}, {"Name": "email_verified", "Value": "true"}]);
    house
        .done(
            "AdminUpdateUserAttributes",
            json!({"UserPoolId": house.pool, "Username": "alice", "UserAttributes": moved}),
        )
        .await;
    assert!(
        house
            .refused("ConfirmForgotPassword", house.reset_body("alice", &code))
            .await
            .starts_with("ExpiredCodeException")
    );
    house.done("ForgotPassword", house.of("alice")).await;
    let code = house.code("new@example.com").await;
    house.set_password("alice").await;
    assert!(
        house
            .refused("ConfirmForgotPassword", house.reset_body("alice", &code))
            .await
            .starts_with("ExpiredCodeException")
    );
}

#[tokio::test]
async fn strangers_get_what_users_get() {
    let house = hiding().await;
    house.user("alice").await;
    for name in ["alice", "stranger"] {
        let without_code = house.refused("ConfirmForgotPassword", house.reset_body(name, "123456")).await;
        assert!(without_code.starts_with("ExpiredCodeException"), "{name}: {without_code}");
        let sent = house.done("ForgotPassword", house.of(name)).await["CodeDeliveryDetails"].clone();
        assert_eq!(
            (text(&sent["DeliveryMedium"]), text(&sent["AttributeName"])),
            ("EMAIL".into(), "email".into()),
            "{name}"
        );
        let right = if name == "alice" { house.code(&mail("alice")).await } else { String::new() };
        let mut answers = Vec::new();
        for _ in 0..6 {
            answers.push(house.refused("ConfirmForgotPassword", house.reset_body(name, &other(&right))).await);
        }
        assert!(answers[..5].iter().all(|a| a.starts_with("CodeMismatchException")), "{name}: {answers:?}");
        assert!(answers[5].starts_with("LimitExceededException"), "{name}: {answers:?}");
        let wrong = house.refused("InitiateAuth", house.sign_in_body(name, "Wrong-passw0rd")).await;
        assert_eq!(wrong, "NotAuthorizedException: Incorrect username or password.", "{name}");
    }
    let (first, second) = (house.begin_srp("stranger").await, house.begin_srp("stranger").await);
    assert_eq!(first["SALT"], second["SALT"], "a stranger's salt is always the same");
    assert_ne!(first["SRP_B"], second["SRP_B"]);
}

#[tokio::test]
async fn a_pending_sign_up_looks_like_a_stranger() {
    let house = hiding().await;
    let attributes = json!([{"Name": "email", "Value": mail("pending")}]);
    house
        .done("SignUp", merged(house.of("pending"), json!({"Password": PASSWORD, "UserAttributes": attributes})))
        .await;
    house.user("confirmed").await;
    let code = house.code(&mail("pending")).await;
    let mut answers = Vec::new();
    for name in ["pending", "confirmed", "stranger"] {
        let mut of_name = Vec::new();
        for _ in 0..6 {
            let body = merged(house.of(name), json!({"ConfirmationCode": other(&code)}));
            of_name.push(house.refused("ConfirmSignUp", body).await);
        }
        answers.push(of_name);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test]
async fn asking_for_another_code_leaves_a_reset_code_alone() {
    let house = hiding().await;
    house.user("alice").await;
    house.done("ForgotPassword", house.of("alice")).await;
    let code = house.code(&mail("alice")).await;
    house.done("ResendConfirmationCode", house.of("alice")).await;
    house.done("ConfirmForgotPassword", house.reset_body("alice", &code)).await;
}

#[tokio::test]
async fn a_name_means_one_user() {
    let house = House::new(json!({"AliasAttributes": ["preferred_username", "email"]}), json!({})).await;
    house.user("alice").await;
    let admin = |name: &str| json!({"UserPoolId": house.pool, "Username": name});
    let sub = text(
        &house.done("AdminGetUser", admin("alice")).await["UserAttributes"].as_array().unwrap().last().unwrap()["Value"],
    );
    let sign_up = |name: &str| merged(house.of(name), json!({"Password": PASSWORD}));
    assert!(house.refused("SignUp", sign_up(&sub)).await.starts_with("UsernameExistsException"), "another's sub");
    let nickname = |value: &str| json!([{"Name": "preferred_username", "Value": value}]);
    house.done("AdminUpdateUserAttributes", merged(admin("alice"), json!({"UserAttributes": nickname("ceo")}))).await;
    assert!(house.refused("SignUp", sign_up("ceo")).await.starts_with("UsernameExistsException"), "another's nickname");
    house.user("bob").await;
    for (value, fault) in [
        ("alice", "AliasExistsException"),
        ("ceo", "AliasExistsException"),
        ("x@example.com", "InvalidParameterException"),
    ] {
        let answer = house
            .refused("AdminUpdateUserAttributes", merged(admin("bob"), json!({"UserAttributes": nickname(value)})))
            .await;
        assert!(answer.starts_with(fault), "{value}: {answer}");
    }
}

#[tokio::test]
async fn temporary_passwords_and_sessions_end() {
    let house = plain().await;
    let body = json!({"UserPoolId": house.pool, "Username": "new", "MessageAction": "SUPPRESS", "TemporaryPassword": PASSWORD});
    house.done("AdminCreateUser", body).await;
    let asked = house.done("InitiateAuth", house.sign_in_body("new", PASSWORD)).await;
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let answer = |client: &str| {
        json!({"ClientId": client, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
            "ChallengeResponses": {"USERNAME": "new", "NEW_PASSWORD": "An0ther-one"}})
    };
    let body = json!({"UserPoolId": house.pool, "ClientName": "second"});
    let second = text(&house.done("CreateUserPoolClient", body).await["UserPoolClient"]["ClientId"]);
    let foreign = house.refused("RespondToAuthChallenge", answer(&second)).await;
    assert!(foreign.starts_with("NotAuthorizedException: Invalid session"), "{foreign}");
    house.app.advance(Duration::from_secs(181));
    let late = house.refused("RespondToAuthChallenge", answer(&house.client)).await;
    assert_eq!(late, "NotAuthorizedException: Invalid session for the user, session is expired.");
    house.app.advance(7 * 24 * HOUR);
    let stale = house.refused("InitiateAuth", house.sign_in_body("new", PASSWORD)).await;
    assert!(stale.contains("Temporary password has expired"), "{stale}");
}

#[tokio::test]
async fn the_lock_grows_and_lapses() {
    let house = plain().await;
    house.user("alice").await;
    let wrong = house.sign_in_body("alice", "Wrong-passw0rd");
    for _ in 0..6 {
        assert!(house.refused("InitiateAuth", wrong.clone()).await.contains("Incorrect username or password"));
    }
    let right = house.sign_in_body("alice", PASSWORD);
    assert!(
        house.refused("InitiateAuth", right.clone()).await.contains("Password attempts exceeded"),
        "locked, though right"
    );
    house.app.advance(Duration::from_secs(1));
    house.done("InitiateAuth", right).await;
    assert!(house.refused("InitiateAuth", wrong).await.contains("Incorrect username or password"), "free tries again");
}

#[tokio::test]
async fn tokens_end_with_their_sign_in() {
    let rotation = |feature: &str| json!({"RefreshTokenRotation": {"Feature": feature, "RetryGracePeriodSeconds": 10}});
    let house = House::new(json!({}), rotation("ENABLED")).await;
    house.user("alice").await;
    let tokens = house.tokens("alice").await;
    let renew = |token: &Value| json!({"ClientId": house.client, "RefreshToken": token});
    let renewed =
        house.done("GetTokensFromRefreshToken", renew(&tokens["RefreshToken"])).await["AuthenticationResult"].clone();
    house.done("GetTokensFromRefreshToken", renew(&tokens["RefreshToken"])).await;
    house.app.advance(Duration::from_secs(10));
    let reused = house.refused("GetTokensFromRefreshToken", renew(&tokens["RefreshToken"])).await;
    assert!(reused.starts_with("RefreshTokenReuseException"), "{reused}");
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let off = json!({"UserPoolId": house.pool, "ClientId": house.client, "ExplicitAuthFlows": flows});
    house.done("UpdateUserPoolClient", off).await;
    let revived = house.refused("GetTokensFromRefreshToken", renew(&tokens["RefreshToken"])).await;
    assert!(revived.starts_with("RefreshTokenReuseException"), "rotation switched off must not revive it: {revived}");
    house.done("GetUser", json!({"AccessToken": renewed["AccessToken"]})).await;
    house.app.advance(Duration::from_millis(5));
    house.done("AdminUserGlobalSignOut", json!({"UserPoolId": house.pool, "Username": "alice"})).await;
    let ended = house.refused("GetUser", json!({"AccessToken": renewed["AccessToken"]})).await;
    assert_eq!(ended, "NotAuthorizedException: Access Token has been revoked");
    assert!(
        house.refused("GetTokensFromRefreshToken", renew(&renewed["RefreshToken"])).await.contains("has been revoked")
    );
    house.app.advance(Duration::from_millis(5));
    let again = house.tokens("alice").await;
    house.done("GetUser", json!({"AccessToken": again["AccessToken"]})).await;
    house.app.advance(HOUR);
    assert_eq!(
        house.refused("GetUser", json!({"AccessToken": again["AccessToken"]})).await,
        "NotAuthorizedException: Access Token has expired"
    );
    house.app.advance(30 * 24 * HOUR);
    assert!(house.refused("GetTokensFromRefreshToken", renew(&again["RefreshToken"])).await.contains("has expired"));
}

#[tokio::test]
async fn an_srp_proof_is_good_once_for_one_user_and_client() {
    let house = plain().await;
    house.user("alice").await;
    house.user("bob").await;
    let exchange = SrpClient::begin().unwrap();
    let body = json!({"ClientId": house.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": "alice", "SRP_A": exchange.srp_a()}});
    let asked = house.done("InitiateAuth", body).await["ChallengeParameters"].clone();
    // The fake clock stands at this moment.
    let timestamp = "Thu Jan 1 00:00:00 UTC 2026";
    let (block, group) = (text(&asked["SECRET_BLOCK"]), house.pool.split_once('_').unwrap().1);
    let raw = base64(&block);
    let claim = poolhouse::keys::srp::Claim { group, user: "alice", secret_block: &raw, timestamp };
    let (srp_b, salt) = (text(&asked["SRP_B"]), text(&asked["SALT"]));
    let challenge = poolhouse::keys::srp::client::Challenge { srp_b: &srp_b, salt: &salt };
    let signature = exchange.answer(challenge, &claim, PASSWORD).unwrap();
    let proof = |user: &str, timestamp: &str| {
        json!({"ClientId": house.client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": {"USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": block, "PASSWORD_CLAIM_SIGNATURE": signature, "TIMESTAMP": timestamp}})
    };
    let wrong = "NotAuthorizedException: Incorrect username or password.";
    assert_eq!(house.refused("RespondToAuthChallenge", proof("bob", timestamp)).await, wrong, "another user");
    assert_eq!(
        house.refused("RespondToAuthChallenge", proof("alice", "Thu Jan 1 00:00:01 UTC 2026")).await,
        wrong,
        "another time"
    );
    house.done("RespondToAuthChallenge", proof("alice", timestamp)).await;
    assert_eq!(house.refused("RespondToAuthChallenge", proof("alice", timestamp)).await, wrong, "twice");
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

#[tokio::test]
async fn an_unconfirmed_user_is_told_so_before_the_password_is_looked_at_unless_users_are_hidden() {
    let flows = json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]});
    let house = House::new(json!({}), flows.clone()).await;
    let hiding = house.another_client(merged(flows, json!({"PreventUserExistenceErrors": "ENABLED"}))).await;
    house.done("SignUp", merged(house.of("waits"), json!({"Password": PASSWORD}))).await;
    let srp = json!({"ClientId": house.client, "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": {"USERNAME": "waits", "SRP_A": "ab".repeat(32)}});
    let unconfirmed = "UserNotConfirmedException: User is not confirmed.";
    assert_eq!(house.refused("InitiateAuth", house.sign_in_body("waits", "Wrong-0password")).await, unconfirmed);
    assert_eq!(house.refused("InitiateAuth", srp.clone()).await, unconfirmed);
    let by = |body: Value| merged(body, json!({"ClientId": hiding}));
    let wrong = house.refused("InitiateAuth", by(house.sign_in_body("waits", "Wrong-0password"))).await;
    assert_eq!(wrong, "NotAuthorizedException: Incorrect username or password.");
    assert_eq!(house.refused("InitiateAuth", by(house.sign_in_body("waits", PASSWORD))).await, unconfirmed);
    assert_eq!(house.done("InitiateAuth", by(srp)).await["ChallengeName"], "PASSWORD_VERIFIER");
}

#[tokio::test]
async fn refusals_of_administrators_calls_and_unknown_clients_have_cognitos_words() {
    let house = plain().await;
    house.user("alice").await;
    let mut body = house.sign_in_body("alice", PASSWORD);
    body["UserPoolId"] = json!(house.pool);
    assert_eq!(
        house.refused("AdminInitiateAuth", body).await,
        "InvalidParameterException: Initiate Auth method not supported."
    );
    house.done("AdminDisableUser", house.admin("alice")).await;
    assert_eq!(
        house.refused("AdminResetUserPassword", house.admin("alice")).await,
        "NotAuthorizedException: User is disabled"
    );
    let unknown = json!({"ClientId": "0123456789abcdefghijklmnop", "Username": "alice"});
    assert_eq!(
        house.refused("ForgotPassword", unknown).await,
        "ResourceNotFoundException: Username/client id combination not found."
    );
}
