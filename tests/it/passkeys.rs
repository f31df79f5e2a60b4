//! Passkeys: registration and sign-in, and what people would try.

use crate::authenticator::Authenticator;
use crate::house::{House, merged, text};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse::domain::users::{lookup, passkeys};
use poolhouse::fault::Fault;
use poolhouse::model::{Pool, User};
use serde_json::{Value, json};
use std::time::Duration;

const ORIGIN: &str = "https://app.example.com";

/// A pool with passkeys whose relying party is example.com.
async fn house(verification: &str) -> House {
    let house = House::new(policy(), json!({})).await;
    set_party(&house, Some("example.com"), verification).await;
    house.user("alice").await;
    house
}

fn policy() -> Value {
    json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}})
}

async fn pool(house: &House) -> Pool {
    Pool::clone(&*poolhouse::domain::pools::pool(&house.app.services.store, &house.pool).await.unwrap())
}

async fn set_party(house: &House, id: Option<&str>, verification: &str) {
    let mut config = json!({"UserVerification": verification});
    if let Some(id) = id {
        config["RelyingPartyId"] = json!(id);
    }
    let body = json!({"UserPoolId": house.pool, "MfaConfiguration": "OFF", "WebAuthnConfiguration": config});
    house.done("SetUserPoolMfaConfig", body).await;
}

async fn access(house: &House, name: &str) -> Value {
    json!({"AccessToken": house.tokens(name).await["AccessToken"]})
}

async fn start(house: &House, token: &Value) -> Value {
    house.done("StartWebAuthnRegistration", token.clone()).await["CredentialCreationOptions"].clone()
}

async fn complete(house: &House, token: &Value, credential: Value) -> Result<Value, String> {
    house
        .call("CompleteWebAuthnRegistration", json!({"AccessToken": token["AccessToken"], "Credential": credential}))
        .await
}

async fn registered(house: &House, name: &str, mut authenticator: Authenticator) -> Authenticator {
    let token = access(house, name).await;
    let options = start(house, &token).await;
    complete(house, &token, authenticator.create(&options)).await.unwrap();
    authenticator
}

async fn user(house: &House, name: &str) -> User {
    lookup::known(&house.app.services.store, &pool(house).await, name).await.unwrap()
}

/// One question of a sign-in, for the user of this name.
struct Asked {
    options: Value,
    state: passkeys::State,
}

async fn ask(house: &House, name: &str) -> Asked {
    let cx = house.app.context().unwrap();
    let user = lookup::find(&house.app.services.store, &pool(house).await, name).await.unwrap();
    let asked = passkeys::ask(&cx, &pool(house).await, user.as_ref(), name).await.unwrap();
    Asked { options: serde_json::from_str(&asked.options_json).unwrap(), state: asked.state }
}

async fn check(house: &House, name: &str, asked: &Asked, credential: &Value) -> Result<passkeys::Verified, Fault> {
    let cx = house.app.context().unwrap();
    passkeys::check(&cx, &pool(house).await, Some(&user(house, name).await), &asked.state, &credential.to_string())
        .await
}

fn is_refused(result: Result<passkeys::Verified, Fault>) -> bool {
    result.is_err_and(|fault| {
        fault.name() == "NotAuthorizedException" && fault.message() == "Incorrect username or password."
    })
}

#[tokio::test]
async fn a_passkey_is_registered_listed_used_and_deleted() {
    let house = house("required").await;
    let token = access(&house, "alice").await;
    let options = start(&house, &token).await;
    assert_eq!(options["rp"], json!({"id": "example.com", "name": "example.com"}));
    assert_eq!(options["timeout"], 60_000);
    assert_eq!(
        options["pubKeyCredParams"],
        json!([{"type": "public-key", "alg": -7}, {"type": "public-key", "alg": -257}])
    );
    assert_eq!(
        options["authenticatorSelection"],
        json!({"requireResidentKey": true, "residentKey": "required", "userVerification": "required"})
    );
    let mut authenticator = Authenticator::new(ORIGIN);
    complete(&house, &token, authenticator.create(&options)).await.unwrap();
    let listed = house.done("ListWebAuthnCredentials", token.clone()).await["Credentials"].clone();
    let id = text(&listed[0]["CredentialId"]);
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["RelyingPartyId"], "example.com");
    assert_eq!(listed[0]["AuthenticatorAttachment"], "platform");
    assert_eq!(listed[0]["AuthenticatorTransports"], json!(["internal", "hybrid"]), "known ones, each once");
    let asked = ask(&house, "alice").await;
    assert_eq!(asked.options["timeout"], 180_000);
    assert_eq!(asked.options["rpId"], "example.com");
    assert_eq!(
        asked.options["allowCredentials"],
        json!([{"type": "public-key", "id": id, "transports": ["internal", "hybrid"]}])
    );
    let verified = check(&house, "alice", &asked, &authenticator.get(&asked.options)).await.unwrap();
    assert!(verified.user_verified);
    let delete = json!({"AccessToken": token["AccessToken"], "CredentialId": id});
    house.done("DeleteWebAuthnCredential", delete.clone()).await;
    assert!(house.refused("DeleteWebAuthnCredential", delete).await.starts_with("ResourceNotFoundException"));
    assert!(is_refused(check(&house, "alice", &asked, &authenticator.get(&asked.options)).await), "deleted");
    // What was deleted can be registered again.
    let options = start(&house, &token).await;
    complete(&house, &token, authenticator.create(&options)).await.unwrap();
}

#[tokio::test]
async fn what_does_not_answer_the_registration_is_refused() {
    let house = house("required").await;
    let token = access(&house, "alice").await;
    type Lie = fn(&mut Authenticator);
    let lies: [(&str, Lie); 9] = [
        ("WebAuthnOriginNotAllowedException", |a| a.origin = "https://example.org".into()),
        ("WebAuthnOriginNotAllowedException", |a| a.origin = "https://badexample.com".into()),
        ("WebAuthnOriginNotAllowedException", |a| a.origin = "http://app.example.com".into()),
        ("WebAuthnOriginNotAllowedException", |a| a.origin = "https://example.com.example.org".into()),
        ("WebAuthnOriginNotAllowedException", |a| a.origin = "http://localhost".into()),
        ("WebAuthnRelyingPartyMismatchException", |a| a.rp_id = Some("example.org".into())),
        ("WebAuthnChallengeNotFoundException", |a| {
            a.challenge = Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into())
        }),
        ("WebAuthnCredentialNotSupportedException", |a| a.verifies = false),
        ("WebAuthnCredentialNotSupportedException", |a| a.odd_key = true),
    ];
    for (expected, lie) in lies {
        let mut authenticator = Authenticator::new(ORIGIN);
        lie(&mut authenticator);
        let options = start(&house, &token).await;
        let refused = complete(&house, &token, authenticator.create(&options)).await.unwrap_err();
        assert!(refused.starts_with(expected), "{expected}: {refused}");
    }
    let options = start(&house, &token).await;
    let good = Authenticator::new(ORIGIN).create(&options);
    let mut renamed = good.clone();
    renamed["rawId"] = json!("AAAA");
    let mut asserted = good.clone();
    asserted["response"] = Authenticator::new(ORIGIN)
        .get(&json!({"rpId": "example.com", "challenge": options["challenge"]}))["response"]
        .clone();
    let mut long = good.clone();
    long["response"]["attestationObject"] = json!("A".repeat(40_000));
    for bad in [renamed, asserted, long, json!({}), json!({"id": 1}), json!("text"), json!([[]])] {
        let refused = complete(&house, &token, bad).await.unwrap_err();
        assert!(refused.starts_with("InvalidParameterException"), "{refused}");
    }
    assert_eq!(house.done("ListWebAuthnCredentials", token.clone()).await["Credentials"], json!([]));
    complete(&house, &token, good).await.unwrap();
}

#[tokio::test]
async fn a_registration_is_for_one_user_one_client_one_time() {
    let house = house("preferred").await;
    house.user("bob").await;
    let (alice, bob) = (access(&house, "alice").await, access(&house, "bob").await);
    let options = start(&house, &alice).await;
    let credential = Authenticator::new(ORIGIN).create(&options);
    // Another user, with and without a registration of their own.
    let none = complete(&house, &bob, credential.clone()).await.unwrap_err();
    assert!(none.starts_with("WebAuthnChallengeNotFoundException"), "{none}");
    start(&house, &bob).await;
    let others = complete(&house, &bob, credential.clone()).await.unwrap_err();
    assert!(others.starts_with("WebAuthnChallengeNotFoundException"), "{others}");
    // The same user through another client.
    let second = house.another_client(json!({})).await;
    let body = json!({"ClientId": second, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "alice", "PASSWORD": crate::house::PASSWORD}});
    let elsewhere =
        json!({"AccessToken": house.done("InitiateAuth", body).await["AuthenticationResult"]["AccessToken"]});
    let foreign = complete(&house, &elsewhere, credential.clone()).await.unwrap_err();
    assert!(foreign.starts_with("WebAuthnClientMismatchException"), "{foreign}");
    // Twice, one after the other and at once.
    complete(&house, &alice, credential.clone()).await.unwrap();
    let replayed = complete(&house, &alice, credential.clone()).await.unwrap_err();
    assert!(replayed.starts_with("WebAuthnChallengeNotFoundException"), "{replayed}");
    let options = start(&house, &alice).await;
    let fresh = Authenticator::new(ORIGIN).create(&options);
    let at_once = tokio::join!(complete(&house, &alice, fresh.clone()), complete(&house, &alice, fresh));
    assert_eq!([at_once.0.is_ok(), at_once.1.is_ok()].iter().filter(|done| **done).count(), 1);
    // Too late.
    let options = start(&house, &alice).await;
    let late = Authenticator::new(ORIGIN).create(&options);
    house.app.advance(Duration::from_secs(300));
    let expired = complete(&house, &alice, late).await.unwrap_err();
    assert!(expired.starts_with("WebAuthnChallengeNotFoundException"), "{expired}");
}

#[tokio::test]
async fn a_credential_belongs_to_one_user_and_they_have_twenty() {
    let house = house("preferred").await;
    house.user("bob").await;
    let token = access(&house, "alice").await;
    let mut mine = registered(&house, "alice", Authenticator::new(ORIGIN)).await;
    let options = start(&house, &token).await;
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1);
    let again = complete(&house, &token, mine.create(&options)).await.unwrap_err();
    assert!(again.starts_with("InvalidParameterException"), "{again}");
    let bob = access(&house, "bob").await;
    let options = start(&house, &bob).await;
    let taken = complete(&house, &bob, mine.create(&options)).await.unwrap_err();
    assert!(taken.starts_with("InvalidParameterException"), "{taken}");
    for _ in 1..20 {
        house.app.advance(Duration::from_millis(1));
        registered(&house, "alice", Authenticator::new(ORIGIN)).await;
    }
    assert!(house.refused("StartWebAuthnRegistration", token.clone()).await.starts_with("LimitExceededException"));
    let mut seen = Vec::new();
    let mut page =
        house.done("ListWebAuthnCredentials", json!({"AccessToken": token["AccessToken"], "MaxResults": 7})).await;
    loop {
        seen.extend(page["Credentials"].as_array().unwrap().iter().map(|c| text(&c["CredentialId"])));
        let Some(next) = page["NextToken"].as_str() else { break };
        let body = json!({"AccessToken": token["AccessToken"], "MaxResults": 7, "NextToken": next});
        page = house.done("ListWebAuthnCredentials", body).await;
    }
    seen.dedup();
    assert_eq!(seen.len(), 20);
    // Deleting the user frees the credential, and a later user of the name has none.
    house.done("AdminDeleteUser", house.admin("alice")).await;
    house.user("alice").await;
    assert_eq!(house.done("ListWebAuthnCredentials", access(&house, "alice").await).await["Credentials"], json!([]));
    registered(&house, "bob", mine).await;
}

#[tokio::test]
async fn only_the_users_own_passkey_answers_a_sign_in() {
    let house = house("required").await;
    house.user("bob").await;
    let mut mine = registered(&house, "alice", Authenticator::new(ORIGIN)).await;
    let mut theirs = registered(&house, "bob", Authenticator::new(ORIGIN)).await;
    let asked = ask(&house, "alice").await;
    assert!(is_refused(check(&house, "alice", &asked, &theirs.get(&asked.options)).await), "another user's passkey");
    theirs.id.clone_from(&mine.id);
    theirs.user.clone_from(&mine.user);
    assert!(
        is_refused(check(&house, "alice", &asked, &theirs.get(&asked.options)).await),
        "another key under the passkey's id"
    );
    assert!(is_refused(check(&house, "bob", &asked, &mine.get(&asked.options)).await), "for another user");
    let bobs = ask(&house, "bob").await;
    assert!(is_refused(check(&house, "alice", &asked, &mine.get(&bobs.options)).await), "for another challenge");
    type Lie = fn(&mut Authenticator);
    let lies: [(&str, Lie); 6] = [
        ("another origin", |a| a.origin = "https://example.org".into()),
        ("without TLS", |a| a.origin = "http://app.example.com".into()),
        ("another relying party", |a| a.rp_id = Some("example.org".into())),
        ("another user's handle", |a| a.user = Some("AAAA".into())),
        ("user not verified", |a| a.verifies = false),
        ("counter going back", |a| a.counter = 0),
    ];
    let right = mine.get(&asked.options);
    assert!(check(&house, "alice", &asked, &right).await.unwrap().user_verified);
    assert!(is_refused(check(&house, "alice", &asked, &right).await), "the counter stands where it stood");
    for (why, lie) in lies {
        let (origin, user, counter) = (mine.origin.clone(), mine.user.clone(), mine.counter);
        lie(&mut mine);
        assert!(is_refused(check(&house, "alice", &asked, &mine.get(&asked.options)).await), "{why}");
        (mine.origin, mine.rp_id, mine.user, mine.verifies) = (origin, None, user, true);
        mine.counter = mine.counter.max(counter) + 1;
    }
    let mut altered = mine.get(&asked.options);
    altered["response"]["signature"] = json!("AAAA");
    let mut long = mine.get(&asked.options);
    long["padding"] = json!("A".repeat(20_000));
    for bad in [altered, long, json!({}), json!("x"), json!({"id": "", "rawId": "", "type": "public-key"})] {
        assert!(is_refused(check(&house, "alice", &asked, &bad).await), "{bad}");
    }
    assert!(check(&house, "alice", &asked, &mine.get(&asked.options)).await.is_ok());
}

#[tokio::test]
async fn two_answers_with_one_counter_are_one_too_many() {
    let house = house("required").await;
    let mut mine = registered(&house, "alice", Authenticator::new(ORIGIN)).await;
    let (first, second) = (ask(&house, "alice").await, ask(&house, "alice").await);
    let one = mine.get(&first.options);
    mine.counter -= 1;
    let clone = mine.get(&second.options);
    let answers = tokio::join!(check(&house, "alice", &first, &one), check(&house, "alice", &second, &clone));
    assert_eq!([answers.0.is_ok(), answers.1.is_ok()].iter().filter(|right| **right).count(), 1);
}

#[tokio::test]
async fn passkeys_need_a_pool_that_uses_them_and_is_a_relying_party() {
    let plain = House::new(json!({}), json!({})).await;
    plain.user("alice").await;
    let refused = plain.refused("StartWebAuthnRegistration", access(&plain, "alice").await).await;
    assert!(refused.starts_with("WebAuthnNotEnabledException"), "{refused}");
    let public = |config: &mut poolhouse::config::Config| config.server.public_url = "https://id.example.org".into();
    let clock = poolhouse::clock::Clock::fake(poolhouse::clock::Timestamp::from_secs(1_767_225_600));
    let app = poolhouse::app::TestApp::with(clock, public).await.unwrap();
    let house = House::over(app, policy(), json!({})).await;
    house.user("alice").await;
    let token = access(&house, "alice").await;
    let refused = house.refused("StartWebAuthnRegistration", token.clone()).await;
    assert!(refused.starts_with("WebAuthnConfigurationMissingException"), "{refused}");
    // A domain makes a pool a relying party; a custom one before this server's own host.
    house.done("CreateUserPoolDomain", json!({"UserPoolId": house.pool, "Domain": "some-prefix"})).await;
    assert_eq!(start(&house, &token).await["rp"]["id"], "id.example.org");
    let certificate = json!({"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"});
    let custom = json!({"UserPoolId": house.pool, "Domain": "auth.example.net", "CustomDomainConfig": certificate});
    house.done("CreateUserPoolDomain", custom).await;
    let options = start(&house, &token).await;
    assert_eq!(options["rp"]["id"], "auth.example.net");
    // Another relying party meanwhile: what was asked cannot be answered, what was registered is not offered.
    let credential = Authenticator::new("https://auth.example.net").create(&options);
    set_party(&house, Some("example.com"), "preferred").await;
    let moved = complete(&house, &token, credential).await.unwrap_err();
    assert!(moved.starts_with("WebAuthnRelyingPartyMismatchException"), "{moved}");
    let mut old = registered(&house, "alice", Authenticator::new(ORIGIN)).await;
    let asked = ask(&house, "alice").await;
    set_party(&house, Some("example.net"), "preferred").await;
    let cx = house.app.context().unwrap();
    assert!(!passkeys::has_any(&cx, &pool(&house).await, &user(&house, "alice").await).await.unwrap());
    assert!(is_refused(check(&house, "alice", &asked, &old.get(&asked.options)).await));
}

#[tokio::test]
async fn this_machine_needs_no_tls_and_any_port_will_do() {
    let house = house("preferred").await;
    for id in ["127.0.0.1", "https://example.com", "example.com:443", "Example.com", "."] {
        let config = json!({"RelyingPartyId": id, "UserVerification": "preferred"});
        let body = json!({"UserPoolId": house.pool, "MfaConfiguration": "OFF", "WebAuthnConfiguration": config});
        assert!(house.refused("SetUserPoolMfaConfig", body).await.starts_with("InvalidParameterException"), "{id}");
    }
    set_party(&house, Some("localhost"), "preferred").await;
    for origin in ["http://localhost:3000", "http://localhost", "https://localhost:8443"] {
        registered(&house, "alice", Authenticator::new(origin)).await;
    }
    let token = access(&house, "alice").await;
    let options = start(&house, &token).await;
    let refused =
        complete(&house, &token, Authenticator::new("http://127.0.0.1:3000").create(&options)).await.unwrap_err();
    assert!(refused.starts_with("WebAuthnOriginNotAllowedException"), "{refused}");
}

#[tokio::test]
async fn strangers_seem_to_have_passkeys_that_stay_the_same() {
    let house = house("preferred").await;
    let shown = async |name: &str| ask(&house, name).await.options["allowCredentials"].clone();
    assert_eq!(shown("nobody").await, shown("nobody").await);
    assert_ne!(shown("nobody").await, shown("somebody").await);
    assert_eq!(shown("nobody").await.as_array().unwrap().len(), 1);
    let cx = house.app.context().unwrap();
    let asked = ask(&house, "nobody").await;
    let answer = Authenticator::new(ORIGIN).get(&asked.options).to_string();
    assert!(is_refused(passkeys::check(&cx, &pool(&house).await, None, &asked.state, &answer).await));
}

/// Changed copies of base64url text: a byte changed, cut off, doubled, at every place in turn.
fn mangled(text: &str) -> Vec<String> {
    let bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
    let mut all = Vec::new();
    for at in 0..bytes.len() {
        for other in [0x00, 0x1b, 0x5f, 0x7f, 0xbb, 0xff, bytes[at] ^ 1] {
            let mut changed = bytes.clone();
            changed[at] = other;
            all.push(changed);
        }
        all.push(bytes[..at].to_vec());
        all.push([&bytes[..at], &bytes[at / 2..]].concat());
    }
    all.iter().map(|changed| URL_SAFE_NO_PAD.encode(changed)).collect()
}

#[tokio::test]
async fn nothing_that_an_authenticator_sends_breaks_the_server() {
    let house = house("preferred").await;
    let token = access(&house, "alice").await;
    let mut authenticator = Authenticator::new(ORIGIN);
    let mut good = authenticator.create(&start(&house, &token).await);
    for (place, text) in ["clientDataJSON", "attestationObject"].map(|place| (place, text(&good["response"][place]))) {
        for changed in mangled(&text) {
            let mut credential = good.clone();
            credential["response"][place] = json!(changed);
            match complete(&house, &token, credential).await {
                // Nothing is signed here, so what still has a meaning is taken: another counter, say.
                Ok(_) => {
                    let listed = house.done("ListWebAuthnCredentials", token.clone()).await["Credentials"].clone();
                    let id = json!({"CredentialId": listed[0]["CredentialId"], "AccessToken": token["AccessToken"]});
                    house.done("DeleteWebAuthnCredential", id).await;
                    good = authenticator.create(&start(&house, &token).await);
                }
                Err(fault) => assert!(!fault.starts_with("Internal"), "{place} {changed}: {fault}"),
            }
        }
    }
    complete(&house, &token, good).await.unwrap();
    let mut mine = registered(&house, "alice", Authenticator::new(ORIGIN)).await;
    let asked = ask(&house, "alice").await;
    let right = mine.get(&asked.options);
    for place in ["authenticatorData", "clientDataJSON", "signature", "userHandle"] {
        for changed in mangled(right["response"][place].as_str().unwrap()) {
            let mut credential = right.clone();
            credential["response"][place] = json!(changed);
            let unchanged = credential == right;
            assert!(unchanged || is_refused(check(&house, "alice", &asked, &credential).await), "{place} {changed}");
        }
    }
    check(&house, "alice", &asked, &right).await.unwrap();
}

/// A house whose client takes USER_AUTH.
async fn choosing(more: Value) -> House {
    let flows =
        json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]});
    let house = House::new(policy(), flows).await;
    let config = merged(json!({"RelyingPartyId": "example.com", "UserVerification": "preferred"}), more);
    let body = json!({"UserPoolId": house.pool, "MfaConfiguration": "OFF", "WebAuthnConfiguration": config});
    house.done("SetUserPoolMfaConfig", body).await;
    house.user("alice").await;
    house
}

async fn prefer(house: &House, name: &str, challenge: &str) -> Value {
    let parameters = json!({"USERNAME": name, "PREFERRED_CHALLENGE": challenge});
    house
        .done("InitiateAuth", json!({"ClientId": house.client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters}))
        .await
}

fn options(asked: &Value) -> Value {
    serde_json::from_str(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].as_str().unwrap()).unwrap()
}

fn credential(name: &str, made: &Value) -> Value {
    json!({"USERNAME": name, "CREDENTIAL": made.to_string()})
}

#[tokio::test]
async fn a_session_takes_one_right_answer_to_the_challenge_that_it_is_for() {
    let house = choosing(json!({})).await;
    house.user("bob").await;
    let mut mine = registered(&house, "alice", Authenticator::new(ORIGIN)).await;
    let mut theirs = registered(&house, "bob", Authenticator::new(ORIGIN)).await;
    let asked = prefer(&house, "alice", "WEB_AUTHN").await;
    assert_eq!(asked["ChallengeName"], "WEB_AUTHN");
    assert!(asked["Session"].as_str().unwrap().len() <= 2048);
    let wrong = "NotAuthorizedException: Incorrect username or password.";
    let stranger = theirs.get(&options(&asked));
    assert_eq!(
        house.respond(&asked, credential("alice", &stranger)).await.unwrap_err(),
        wrong,
        "another user's passkey"
    );
    // Another factor under this session, and this answer under another session.
    for (name, answers) in [
        ("PASSWORD", json!({"USERNAME": "alice", "PASSWORD": crate::house::PASSWORD})),
        ("SELECT_CHALLENGE", json!({"USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": crate::house::PASSWORD})),
        ("EMAIL_OTP", json!({"USERNAME": "alice", "EMAIL_OTP_CODE": "12345678"})),
    ] {
        let switched = merged(asked.clone(), json!({"ChallengeName": name}));
        assert!(house.respond(&switched, answers).await.is_err(), "{name}");
    }
    let elsewhere = merged(asked.clone(), json!({"Session": prefer(&house, "alice", "PASSWORD").await["Session"]}));
    assert!(house.respond(&elsewhere, credential("alice", &mine.get(&options(&asked)))).await.is_err());
    assert!(house.respond(&asked, credential("bob", &mine.get(&options(&asked)))).await.is_err(), "under another name");
    let right = mine.get(&options(&asked));
    let tokens = house.respond(&asked, credential("alice", &right)).await.unwrap()["AuthenticationResult"].clone();
    assert_eq!(house.done("GetUser", json!({"AccessToken": tokens["AccessToken"]})).await["Username"], "alice");
    let again = house.respond(&asked, credential("alice", &mine.get(&options(&asked)))).await.unwrap_err();
    assert!(again.starts_with("NotAuthorizedException: Invalid session"), "{again}");
    let next = prefer(&house, "alice", "WEB_AUTHN").await;
    assert_eq!(house.respond(&next, credential("alice", &right)).await.unwrap_err(), wrong, "an old answer");
    house.app.advance(Duration::from_secs(181));
    let late = house.respond(&next, credential("alice", &mine.get(&options(&next)))).await.unwrap_err();
    assert!(late.contains("expired"), "{late}");
}

#[tokio::test]
async fn a_passkey_can_be_chosen_and_counts_as_what_it_proved() {
    let house = choosing(json!({})).await;
    let begin = json!({"ClientId": house.client, "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": "alice"}});
    let offered = async || house.done("InitiateAuth", begin.clone()).await;
    assert!(
        !offered().await["AvailableChallenges"].as_array().unwrap().contains(&json!("WEB_AUTHN")),
        "none is registered"
    );
    assert_eq!(prefer(&house, "alice", "WEB_AUTHN").await["ChallengeName"], "SELECT_CHALLENGE");
    let mut mine = registered(&house, "alice", Authenticator::new(ORIGIN)).await;
    let asked = offered().await;
    assert!(asked["AvailableChallenges"].as_array().unwrap().contains(&json!("WEB_AUTHN")));
    let asked = house.respond(&asked, json!({"USERNAME": "alice", "ANSWER": "WEB_AUTHN"})).await.unwrap();
    assert_eq!(asked["ChallengeName"], "WEB_AUTHN");
    house.respond(&asked, credential("alice", &mine.get(&options(&asked)))).await.unwrap();
    let factors = house.done("AdminGetUserAuthFactors", house.admin("alice")).await;
    assert!(factors["ConfiguredUserAuthFactors"].as_array().unwrap().contains(&json!("WEB_AUTHN")));
    house.done("AdminDisableUser", house.admin("alice")).await;
    let asked = prefer(&house, "alice", "WEB_AUTHN").await;
    if asked["ChallengeName"] == "WEB_AUTHN" {
        let refused = house.respond(&asked, credential("alice", &mine.get(&options(&asked)))).await.unwrap_err();
        assert_eq!(refused, "NotAuthorizedException: User is disabled.");
    }
}
