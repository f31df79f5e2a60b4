//! Sign-in with a remembered device, by SRP as clients do it, and what people would try with one.

use crate::house::{HOUR, House, PASSWORD, mail, merged, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::bn::{BigNum, BigNumContext};
use poolhouse::keys::srp::Claim;
use poolhouse::keys::srp::client::{Challenge, Client as SrpClient};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

/// The fake clock stands here.
const NOW: &str = "Thu Jan 1 00:00:00 UTC 2026";
const WRONG: &str = "NotAuthorizedException: Incorrect username or password.";

/// A device as its client keeps it.
#[derive(Clone)]
struct Device {
    key: String,
    group: String,
    secret: String,
}

impl Device {
    /// What ConfirmDevice takes: the salt, and `g^x` for `x = H(salt, H(group, key, ":", secret))`.
    fn verifier(&self) -> Value {
        let salt = [0x11; 16];
        let inner = digest(&SHA256, format!("{}{}:{}", self.group, self.key, self.secret).as_bytes());
        let x = digest(&SHA256, &[&salt, inner.as_ref()].concat());
        let (g, prime) = (BigNum::from_u32(2).unwrap(), BigNum::get_rfc3526_prime_3072().unwrap());
        let (mut v, mut context) = (BigNum::new().unwrap(), BigNumContext::new().unwrap());
        v.mod_exp(&g, &BigNum::from_slice(x.as_ref()).unwrap(), &prime, &mut context).unwrap();
        json!({"PasswordVerifier": STANDARD.encode(v.to_vec()), "Salt": STANDARD.encode(salt)})
    }

    /// The answer to DEVICE_PASSWORD_VERIFIER.
    fn proof(&self, exchange: &SrpClient, asked: &Value) -> Value {
        let parameters = &asked["ChallengeParameters"];
        let block = STANDARD.decode(text(&parameters["SECRET_BLOCK"])).unwrap();
        let claim = Claim { group: &self.group, user: &self.key, secret_block: &block, timestamp: NOW };
        let (srp_b, salt) = (text(&parameters["SRP_B"]), text(&parameters["SALT"]));
        let signature = exchange.answer(Challenge { srp_b: &srp_b, salt: &salt }, &claim, &self.secret).unwrap();
        json!({"USERNAME": "alice", "DEVICE_KEY": self.key, "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": signature, "TIMESTAMP": NOW})
    }
}

async fn house(more: Value) -> House {
    let pool = json!({"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false}});
    let house = House::new(merged(pool, more), json!({})).await;
    house.user("alice").await;
    house
}

async fn start(house: &House, name: &str, device: Option<&str>) -> Result<Value, String> {
    let mut body = house.sign_in_body(name, PASSWORD);
    if let Some(key) = device {
        body["AuthParameters"]["DEVICE_KEY"] = json!(key);
    }
    house.call("InitiateAuth", body).await
}

/// Signs in without naming a device and confirms the one that the sign-in gives.
async fn confirmed(house: &House, name: &str) -> Device {
    let result = start(house, name, None).await.unwrap()["AuthenticationResult"].clone();
    confirm(house, &result).await
}

async fn confirm(house: &House, result: &Value) -> Device {
    let (key, group) =
        (text(&result["NewDeviceMetadata"]["DeviceKey"]), text(&result["NewDeviceMetadata"]["DeviceGroupKey"]));
    let device = Device { secret: format!("the secret of {key}"), key, group };
    let body = json!({"AccessToken": result["AccessToken"], "DeviceKey": device.key, "DeviceSecretVerifierConfig": device.verifier()});
    house.done("ConfirmDevice", body).await;
    device
}

/// DEVICE_SRP_AUTH, answered for a device: the exchange and what is asked next.
async fn begin(house: &House, asked: &Value, key: &str) -> Result<(SrpClient, Value), String> {
    let exchange = SrpClient::begin().unwrap();
    let next = house.respond(asked, json!({"USERNAME": "alice", "DEVICE_KEY": key, "SRP_A": exchange.srp_a()})).await?;
    Ok((exchange, next))
}

#[tokio::test]
async fn a_remembered_device_proves_itself_by_its_secret() {
    let house = house(json!({})).await;
    let device = confirmed(&house, "alice").await;
    let asked = start(&house, "alice", Some(&device.key)).await.unwrap();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let (exchange, asked) = begin(&house, &asked, &device.key).await.unwrap();
    assert_eq!(asked["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
    assert_eq!(asked["ChallengeParameters"]["DEVICE_KEY"], device.key.as_str());
    let proof = device.proof(&exchange, &asked);
    house.app.advance(HOUR / 60);
    let result = house.respond(&asked, proof.clone()).await.unwrap()["AuthenticationResult"].clone();
    assert!(result["NewDeviceMetadata"].is_null(), "the device is known");
    let shown =
        house.done("GetDevice", json!({"AccessToken": result["AccessToken"], "DeviceKey": device.key})).await["Device"]
            .clone();
    assert_eq!(
        shown["DeviceLastAuthenticatedDate"].as_f64().unwrap() - shown["DeviceCreateDate"].as_f64().unwrap(),
        60.0,
        "the sign-in is noted"
    );
    let again = house.respond(&asked, proof).await.unwrap_err();
    assert!(again.starts_with("NotAuthorizedException"), "a proof is good once: {again}");
}

#[tokio::test]
async fn only_the_device_that_was_named_gets_through() {
    let house = house(json!({})).await;
    house.user("bob").await;
    let (mine, other, bobs) =
        (confirmed(&house, "alice").await, confirmed(&house, "alice").await, confirmed(&house, "bob").await);
    // The secret of another device under this one's key.
    let forged = Device { secret: other.secret.clone(), ..mine.clone() };
    let asked = start(&house, "alice", Some(&mine.key)).await.unwrap();
    let (exchange, next) = begin(&house, &asked, &mine.key).await.unwrap();
    assert_eq!(house.respond(&next, forged.proof(&exchange, &next)).await.unwrap_err(), WRONG);
    // Another device's key, at either step.
    let asked = start(&house, "alice", Some(&mine.key)).await.unwrap();
    assert!(begin(&house, &asked, &other.key).await.is_err_and(|fault| fault.starts_with("NotAuthorizedException")));
    let (exchange, next) = begin(&house, &asked, &mine.key).await.unwrap();
    let swapped = house.respond(&next, other.proof(&exchange, &next)).await.unwrap_err();
    assert!(swapped.starts_with("NotAuthorizedException"), "{swapped}");
    // The device of another user, one that nobody has, and a name that is none.
    for key in [bobs.key.as_str(), "eu-west-1_00000000-0000-0000-0000-000000000000", "x"] {
        let unknown = start(&house, "alice", Some(key)).await.unwrap_err();
        assert_eq!(unknown, "ResourceNotFoundException: Device does not exist.", "{key}");
    }
    // The right proof for another user.
    let asked = start(&house, "alice", Some(&mine.key)).await.unwrap();
    let (exchange, next) = begin(&house, &asked, &mine.key).await.unwrap();
    let moved = merged(mine.proof(&exchange, &next), json!({"USERNAME": "bob"}));
    assert!(house.respond(&next, moved).await.unwrap_err().starts_with("NotAuthorizedException"));
    // The wrong password with a right device.
    let mut body = house.sign_in_body("alice", "Wrong-passw0rd");
    body["AuthParameters"]["DEVICE_KEY"] = json!(mine.key);
    assert_eq!(house.refused("InitiateAuth", body).await, WRONG);
}

#[tokio::test]
async fn steps_cannot_be_skipped_or_used_after_the_device_is_gone() {
    let house = house(json!({})).await;
    let device = confirmed(&house, "alice").await;
    let asked = start(&house, "alice", Some(&device.key)).await.unwrap();
    // Another challenge's name, or the proof before the exchange.
    for name in
        ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "DEVICE_PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "MFA_SETUP", "PASSWORD"]
    {
        let other = merged(asked.clone(), json!({"ChallengeName": name}));
        let answers = json!({"USERNAME": "alice", "DEVICE_KEY": device.key, "SMS_MFA_CODE": "123456", "SOFTWARE_TOKEN_MFA_CODE": "123456",
            "NEW_PASSWORD": "An0ther-one", "PASSWORD": PASSWORD, "PASSWORD_CLAIM_SECRET_BLOCK": "AAAA", "PASSWORD_CLAIM_SIGNATURE": "AAAA",
            "TIMESTAMP": NOW});
        assert!(house.respond(&other, answers).await.is_err(), "{name}");
    }
    // Forgotten between the steps.
    let (exchange, next) = begin(&house, &asked, &device.key).await.unwrap();
    house.done("AdminForgetDevice", merged(house.admin("alice"), json!({"DeviceKey": device.key}))).await;
    let gone = house.respond(&next, device.proof(&exchange, &next)).await.unwrap_err();
    assert_eq!(gone, "ResourceNotFoundException: Device does not exist.");
    // No longer remembered between the steps.
    let device = confirmed(&house, "alice").await;
    let asked = start(&house, "alice", Some(&device.key)).await.unwrap();
    let (exchange, next) = begin(&house, &asked, &device.key).await.unwrap();
    let status = json!({"DeviceKey": device.key, "DeviceRememberedStatus": "not_remembered"});
    house.done("AdminUpdateDeviceStatus", merged(house.admin("alice"), status)).await;
    assert!(
        house.respond(&next, device.proof(&exchange, &next)).await.unwrap_err().starts_with("NotAuthorizedException")
    );
    // Too late.
    let device = confirmed(&house, "alice").await;
    let asked = start(&house, "alice", Some(&device.key)).await.unwrap();
    house.app.advance(HOUR / 20);
    assert!(begin(&house, &asked, &device.key).await.is_err_and(|fault| fault.contains("expired")));
}

#[tokio::test]
async fn a_device_stands_in_for_a_second_factor_while_it_is_remembered() {
    let house = house(json!({"UserPoolTags": {"poolhouse:device-expiry-days": "10"}})).await;
    let mail_mfa = json!({"Message": "{####}", "Subject": "code"});
    house
        .done(
            "SetUserPoolMfaConfig",
            json!({"UserPoolId": house.pool, "MfaConfiguration": "ON", "EmailMfaConfiguration": mail_mfa}),
        )
        .await;
    let asked = start(&house, "alice", None).await.unwrap();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let code = house.code(&mail("alice")).await;
    let answer = house.respond(&asked, json!({"USERNAME": "alice", "EMAIL_OTP_CODE": code})).await.unwrap();
    let device = confirm(&house, &answer["AuthenticationResult"]).await;
    let challenge = async || text(&start(&house, "alice", Some(&device.key)).await.unwrap()["ChallengeName"]);
    assert_eq!(challenge().await, "DEVICE_SRP_AUTH");
    let status =
        |status: &str| merged(house.admin("alice"), json!({"DeviceKey": device.key, "DeviceRememberedStatus": status}));
    house.done("AdminUpdateDeviceStatus", status("not_remembered")).await;
    assert_eq!(challenge().await, "EMAIL_OTP");
    house.done("AdminUpdateDeviceStatus", status("remembered")).await;
    assert_eq!(challenge().await, "DEVICE_SRP_AUTH");
    house.app.advance(HOUR * 24 * 10);
    assert_eq!(challenge().await, "EMAIL_OTP", "not used for longer than the pool allows");
}
