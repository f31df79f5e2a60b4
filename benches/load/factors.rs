//! Sign-ins with more than a password: users of a pool of their own, each with one kind of factor, enrolled through the
//! API.

use crate::authenticator::Authenticator;
use crate::http::{Connection, call};
use crate::server::{base64_bytes, cognito_timestamp};
use crate::{Bench, PASSWORD};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::bn::{BigNum, BigNumContext};
use poolhouse::keys::srp::{Claim, client};
use ring::digest::{SHA256, digest};
use ring::hmac;
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

/// Codes that the server takes of one user at a time, but for the one that enrolment used.
pub const CODES: usize = 2;
const ORIGIN: &str = "http://localhost";

/// A pool with authenticators, remembered devices and passkeys.
pub struct Factors {
    client: String,
    seeds: Vec<Vec<u8>>,
    devices: Vec<Device>,
    passkeys: Vec<Mutex<Authenticator>>,
}

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
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// The TOTP code of a step from now (RFC 6238: SHA-1, six digits, 30 seconds).
fn code(seed: &[u8], steps: u64) -> String {
    let step = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 30 - 1 + steps;
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed), &step.to_be_bytes());
    let at = usize::from(mac.as_ref()[19] & 15);
    let number = u32::from_be_bytes(mac.as_ref()[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// RFC 4648, without padding.
fn base32(text: &str) -> Vec<u8> {
    let (mut out, mut bits, mut kept) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let five = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
        bits = bits << 5 | u32::from(five);
        kept += 5;
        if kept >= 8 {
            kept -= 8;
            out.push((bits >> kept) as u8);
            bits &= (1 << kept) - 1;
        }
    }
    out
}

impl Factors {
    /// Makes the pool and enrols as many users of each kind as there are real ones in the other.
    pub fn enrol(bench: &Bench) -> Self {
        let connection = &mut Connection::open(bench.server.address);
        let asked = json!({"PoolName": "factors", "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
            "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false}});
        let pool = text(&call(connection, "CreateUserPool", &asked)["UserPool"]["Id"]);
        let methods = json!({"UserPoolId": pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": true},
            "WebAuthnConfiguration": {"RelyingPartyId": "localhost"}});
        call(connection, "SetUserPoolMfaConfig", &methods);
        let flows = json!({"UserPoolId": pool, "ClientName": "factors", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH"]});
        let client = text(&call(connection, "CreateUserPoolClient", &flows)["UserPoolClient"]["ClientId"]);
        let mut factors = Self { client, seeds: Vec::new(), devices: Vec::new(), passkeys: Vec::new() };
        for i in 0..bench.real {
            let mut tokens = |kind: &str| {
                let name = json!({"UserPoolId": pool, "Username": format!("{kind}{i}"), "MessageAction": "SUPPRESS"});
                call(connection, "AdminCreateUser", &name);
                let password = json!({"UserPoolId": pool, "Username": format!("{kind}{i}"), "Password": PASSWORD, "Permanent": true});
                call(connection, "AdminSetUserPassword", &password);
                let result =
                    factors.password(connection, &format!("{kind}{i}"), json!({}))["AuthenticationResult"].clone();
                (json!({"AccessToken": result["AccessToken"]}), result["NewDeviceMetadata"].clone())
            };
            let ((totp, _), (device, made), (passkey, _)) = (tokens("totp"), tokens("device"), tokens("passkey"));
            factors.seeds.push(with_totp(connection, totp));
            factors.devices.push(with_device(connection, device, &made));
            factors.passkeys.push(Mutex::new(with_passkey(connection, passkey)));
        }
        factors
    }

    fn password(&self, connection: &mut Connection, name: &str, more: Value) -> Value {
        let mut parameters = json!({"USERNAME": name, "PASSWORD": PASSWORD});
        parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call(
            connection,
            "InitiateAuth",
            &json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": self.client, "AuthParameters": parameters}),
        )
    }

    fn respond(&self, connection: &mut Connection, asked: &Value, responses: Value) -> Value {
        let body = json!({"ClientId": self.client, "ChallengeName": asked["ChallengeName"], "Session": asked["Session"],
            "ChallengeResponses": responses});
        call(connection, "RespondToAuthChallenge", &body)
    }

    /// How many TOTP sign-ins there are codes for.
    pub fn codes(&self) -> usize {
        CODES * self.seeds.len()
    }

    /// Password, then a code that was not used yet.
    pub fn totp(&self, connection: &mut Connection, i: usize) {
        let (user, turn) = (i % self.seeds.len(), i / self.seeds.len());
        let name = format!("totp{user}");
        let asked = self.password(connection, &name, json!({}));
        let digits = code(&self.seeds[user], 1 + turn as u64);
        let answer = self.respond(connection, &asked, json!({"USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": digits}));
        assert!(answer["AuthenticationResult"].is_object(), "{answer}");
    }

    /// Password, then the device's proof.
    pub fn device(&self, connection: &mut Connection, i: usize) {
        let user = i % self.devices.len();
        let (name, device, exchange) = (format!("device{user}"), &self.devices[user], client::Client::begin().unwrap());
        let asked = self.password(connection, &name, json!({"DEVICE_KEY": device.key}));
        let named = json!({"USERNAME": name, "DEVICE_KEY": device.key, "SRP_A": exchange.srp_a()});
        let asked = self.respond(connection, &asked, named);
        let (parameters, timestamp) = (&asked["ChallengeParameters"], cognito_timestamp());
        let (srp_b, salt, block) =
            (text(&parameters["SRP_B"]), text(&parameters["SALT"]), text(&parameters["SECRET_BLOCK"]));
        let raw = base64_bytes(&block);
        let claim = Claim { group: &device.group, user: &device.key, secret_block: &raw, timestamp: &timestamp };
        let signature =
            exchange.answer(client::Challenge { srp_b: &srp_b, salt: &salt }, &claim, &device.secret).unwrap();
        let proof = json!({"USERNAME": name, "DEVICE_KEY": device.key, "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": signature, "TIMESTAMP": timestamp});
        let answer = self.respond(connection, &asked, proof);
        assert!(answer["AuthenticationResult"].is_object(), "{answer}");
    }

    /// A passkey alone.
    pub fn passkey(&self, connection: &mut Connection, i: usize) {
        let user = i % self.passkeys.len();
        let name = format!("passkey{user}");
        // Two sign-ins of one passkey at once would count backwards.
        let mut passkey = self.passkeys[user].lock().unwrap();
        let parameters = json!({"USERNAME": name, "PREFERRED_CHALLENGE": "WEB_AUTHN"});
        let asked = call(
            connection,
            "InitiateAuth",
            &json!({"AuthFlow": "USER_AUTH", "ClientId": self.client, "AuthParameters": parameters}),
        );
        let options: Value =
            serde_json::from_str(&text(&asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])).unwrap();
        let credential = passkey.get(&options).to_string();
        let answer = self.respond(connection, &asked, json!({"USERNAME": name, "CREDENTIAL": credential}));
        assert!(answer["AuthenticationResult"].is_object(), "{answer}");
    }
}

fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn with_totp(connection: &mut Connection, token: Value) -> Vec<u8> {
    let seed = base32(&text(&call(connection, "AssociateSoftwareToken", &token)["SecretCode"]));
    let proven = call(connection, "VerifySoftwareToken", &with(token.clone(), json!({"UserCode": code(&seed, 0)})));
    assert_eq!(proven["Status"], "SUCCESS", "{proven}");
    call(
        connection,
        "SetUserMFAPreference",
        &with(token, json!({"SoftwareTokenMfaSettings": {"Enabled": true, "PreferredMfa": true}})),
    );
    seed
}

fn with_device(connection: &mut Connection, token: Value, made: &Value) -> Device {
    let key = text(&made["DeviceKey"]);
    let device = Device { secret: format!("the secret of {key}"), group: text(&made["DeviceGroupKey"]), key };
    call(
        connection,
        "ConfirmDevice",
        &with(token, json!({"DeviceKey": device.key, "DeviceSecretVerifierConfig": device.verifier()})),
    );
    device
}

fn with_passkey(connection: &mut Connection, token: Value) -> Authenticator {
    let options = call(connection, "StartWebAuthnRegistration", &token)["CredentialCreationOptions"].clone();
    let mut passkey = Authenticator::new(ORIGIN);
    call(connection, "CompleteWebAuthnRegistration", &with(token, json!({"Credential": passkey.create(&options)})));
    passkey
}
