//! Guesses at codes of recovery, confirmation and sign-in: a new code is no new chance, and networks and pools have
//! their limits.

use crate::house::{By, House, PASSWORD, mail, merged, other};
use crate::mfa::{totp, with_totp};
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::config::limits::Quota;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::time::Duration;

const LIMIT: &str = "LimitExceededException: Attempt limit exceeded, please try after some time.";
const MISMATCH: &str = "CodeMismatchException: Invalid verification code provided, please try again.";

/// A server without the limits per hour, which would come before the lock.
async fn house(pool: Value) -> House {
    let clock = Clock::fake(Timestamp::from_secs(1_767_225_600));
    let app = TestApp::with(clock, |config| {
        let off = Quota { count: 0, per_seconds: 1 };
        let user = &mut config.limits.user;
        (user.forgot_password, user.confirm_forgot_password, user.resend_code, user.confirm_sign_up) =
            (off, off, off, off);
        config.limits.pool_wrong_codes = Quota { count: 40, per_seconds: 3600 };
        config.limits.address.wrong_codes = Quota { count: 3, per_seconds: 3600 };
    });
    House::over(app.await.unwrap(), merged(json!({"AutoVerifiedAttributes": ["email"]}), pool), json!({})).await
}

async fn forgot(house: &House, name: &str) -> String {
    house.done("ForgotPassword", house.of(name)).await;
    house.code(&mail(name)).await
}

/// Guesses wrongly so many times, at one new code for every five guesses, as soon as each lock is over.
async fn guess_patiently(house: &House, name: &str, guesses: u32) {
    for guess in 0..guesses {
        if guess % 4 == 0 {
            forgot(house, name).await;
        }
        let code = other(&house.code(&mail(name)).await);
        loop {
            match house.refused("ConfirmForgotPassword", house.reset_body(name, &code)).await {
                refused if refused == LIMIT => house.app.advance(Duration::from_secs(1)),
                refused => break assert_eq!(refused, MISMATCH),
            }
        }
    }
}

#[tokio::test]
async fn a_new_recovery_code_is_no_new_chance() {
    let house = house(json!({})).await;
    house.user("alice").await;
    guess_patiently(&house, "alice", 12).await;
    // The twelfth wrong code locks for 64 seconds, whichever code it was.
    let code = forgot(&house, "alice").await;
    assert_eq!(house.refused("ConfirmForgotPassword", house.reset_body("alice", &code)).await, LIMIT);
    house.app.advance(Duration::from_secs(63));
    assert_eq!(house.refused("ConfirmForgotPassword", house.reset_body("alice", &code)).await, LIMIT);
    // Wrong codes are no wrong passwords: the user signs in meanwhile.
    house.tokens("alice").await;
    house.app.advance(Duration::from_secs(1));
    house.done("ConfirmForgotPassword", house.reset_body("alice", &code)).await;
    // The right one made them forgotten.
    guess_patiently(&house, "alice", 5).await;
    let code = forgot(&house, "alice").await;
    house.done("ConfirmForgotPassword", house.reset_body("alice", &code)).await;
}

#[tokio::test]
async fn an_administrator_who_resets_a_password_opens_the_lock() {
    let house = house(json!({})).await;
    house.user("alice").await;
    guess_patiently(&house, "alice", 12).await;
    house.done("AdminResetUserPassword", house.admin("alice")).await;
    let code = house.code(&mail("alice")).await;
    house.done("ConfirmForgotPassword", house.reset_body("alice", &code)).await;
}

#[tokio::test]
async fn a_new_confirmation_code_is_no_new_chance() {
    let house = house(json!({})).await;
    let attributes = json!({"Password": PASSWORD, "UserAttributes": [{"Name": "email", "Value": mail("alice")}]});
    house.done("SignUp", merged(house.of("alice"), attributes)).await;
    let confirm = |code: &str| merged(house.of("alice"), json!({"ConfirmationCode": code}));
    for _ in 0..2 {
        let wrong = other(&house.code(&mail("alice")).await);
        for _ in 0..3 {
            assert_eq!(house.refused("ConfirmSignUp", confirm(&wrong)).await, MISMATCH);
        }
        house.done("ResendConfirmationCode", house.of("alice")).await;
    }
    let code = house.code(&mail("alice")).await;
    assert_eq!(house.refused("ConfirmSignUp", confirm(&code)).await, LIMIT);
    house.app.advance(Duration::from_secs(1));
    house.done("ConfirmSignUp", confirm(&code)).await;
}

#[tokio::test]
async fn a_right_second_factor_takes_back_two_wrong_ones_and_no_more() {
    let house = house(json!({})).await;
    house.user("alice").await;
    let mfa = json!({"UserPoolId": house.pool, "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    house.done("SetUserPoolMfaConfig", mfa).await;
    let seed = with_totp(&house, "alice").await;
    let sign_in = async |code: &str| {
        let asked = house.done("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
        house.respond(&asked, json!({"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code})).await
    };
    for _ in 0..5 {
        assert!(sign_in(&other(&totp(&house, &seed, 0))).await.unwrap_err().starts_with("CodeMismatch"));
    }
    sign_in(&totp(&house, &seed, 0)).await.unwrap();
    house.app.advance(Duration::from_secs(60));
    for _ in 0..3 {
        assert!(sign_in(&other(&totp(&house, &seed, 0))).await.unwrap_err().starts_with("CodeMismatch"));
    }
    let locked = sign_in(&totp(&house, &seed, 0)).await.unwrap_err();
    assert_eq!(locked, "NotAuthorizedException: Password attempts exceeded");
}

#[tokio::test]
async fn networks_and_pools_see_so_many_wrong_codes() {
    let house = house(json!({})).await;
    let guess = async |from: String, name: String| {
        let by = By { from: Some(from.parse::<IpAddr>().unwrap()), ..By::default() };
        house.call_by(by, "ConfirmForgotPassword", house.reset_body(&name, "000000")).await.unwrap_err()
    };
    let unknown = "UserNotFoundException";
    let mut passed = 0;
    for number in 0..10 {
        house.user(&format!("user{number}")).await;
        let answer = guess(format!("2001:db8:1:{number:x}::1"), format!("user{number}")).await;
        assert!(!answer.starts_with(unknown));
        passed += usize::from(answer.starts_with("ExpiredCodeException"));
    }
    assert_eq!(passed, 3, "of one /48");
    let mut passed = 0;
    for number in 0..60 {
        let answer = guess(format!("192.0.2.{number}"), format!("user{}", number % 10)).await;
        passed += usize::from(!answer.starts_with("TooManyRequestsException"));
    }
    assert_eq!(passed, 37, "of 40 of the pool");
}
