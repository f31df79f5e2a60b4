//! Attacks on identity pools, each of which a guard refuses.

use super::{DEVELOPER, Session, Town, allow};
use crate::house::{HOUR, claims, merged, text};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse::domain::tokens::keys_of;
use poolhouse::keys::jwt;
use serde_json::{Value, json};

/// A token that says the same but for some claims, signed by the user pool.
async fn altered(town: &Town, token: &Value, changes: Value) -> Value {
    let keys = keys_of(&town.house.app.context().unwrap(), &town.house.pool).await.unwrap();
    json!(jwt::sign(&keys.id, &merged(claims(token), changes)).unwrap())
}

#[tokio::test]
async fn tokens_of_others_and_forged_ones_prove_nothing() {
    let town = Town::new(json!({})).await;
    town.house.user("alice").await;
    let tokens = town.house.tokens("alice").await;
    let good = &tokens["IdToken"];
    let with = |token: Value| json!({town.provider(): token});
    town.id_of(&with(good.clone())).await.unwrap();
    let refused = async |token: Value, why: &str| {
        let told = town.id_of(&with(token)).await.unwrap_err();
        assert!(told.starts_with("NotAuthorizedException") && told.contains(why), "{why}: {told}");
    };
    refused(tokens["AccessToken"].clone(), "Missing a required claim: aud").await;
    refused(altered(&town, good, json!({"token_use": "access"})).await, "Not an ID token").await;
    refused(altered(&town, good, json!({"aud": "another-client"})).await, "not from a supported provider").await;
    refused(altered(&town, good, json!({"iss": "https://evil.example/eu-west-1_x"})).await, "Issuer doesn't match")
        .await;
    let now = town.house.app.context().unwrap().now.secs();
    let words = format!("Token expired: {now} >= {}", now - 1);
    refused(altered(&town, good, json!({"exp": now - 1})).await, &words).await;
    let text_of = text(good);
    let parts: Vec<&str> = text_of.split('.').collect();
    for alg in ["none", "HS256", "RS512"] {
        let kid = jwt::unverified_origin(&text_of).unwrap().kid;
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "kid": kid}).to_string());
        refused(json!(format!("{header}.{}.{}", parts[1], parts[2])), "Couldn't verify signed token").await;
    }
    // Another pool of the same server, under this pool's name.
    let elsewhere = town.house.another_pool(json!({})).await;
    let keys = keys_of(&town.house.app.context().unwrap(), &elsewhere).await.unwrap();
    let stranger = jwt::sign(&keys.id, &claims(good)).unwrap();
    refused(json!(stranger), "Couldn't verify signed token").await;
    let foreign = json!({format!("cognito-idp.eu-west-1.amazonaws.com/{elsewhere}"): good});
    assert!(town.id_of(&foreign).await.unwrap_err().contains("not from a supported provider"));
    // One bad token fails the call.
    let both = json!({town.provider(): good, "accounts.google.com": "x.y.z"});
    assert!(town.id_of(&both).await.is_err());
}

#[tokio::test]
async fn a_guest_gets_nothing_of_a_known_identity() {
    let town = Town::new(json!({})).await;
    for user in ["alice", "bob"] {
        town.house.user(user).await;
    }
    let login = town.login("alice").await;
    let identity = town.id_of(&login).await.unwrap();
    let forbidden = format!("NotAuthorizedException: Access to Identity '{identity}' is forbidden.");
    assert_eq!(town.credentials(&identity, json!({})).await.unwrap_err(), forbidden);
    assert_eq!(town.open("GetOpenIdToken", json!({"IdentityId": identity})).await.unwrap_err(), forbidden);
    let told = town.credentials(&identity, town.login("bob").await).await.unwrap_err();
    assert!(told.contains("Logins don't match"), "{told}");
    let other = json!({"IdentityId": identity, "Logins": town.login("bob").await, "LoginsToRemove": [town.provider()]});
    assert!(town.open("UnlinkIdentity", other).await.unwrap_err().contains("Logins don't match"));
    // A guest's own token does not make it authenticated, nor another identity's owner.
    let guest = town.guest().await;
    let token = town.open("GetOpenIdToken", json!({"IdentityId": guest})).await.unwrap()["Token"].clone();
    for id in [&guest, &identity] {
        let told = town.credentials(id, json!({"cognito-identity.amazonaws.com": token})).await.unwrap_err();
        assert!(told.starts_with("NotAuthorizedException"), "{told}");
    }
    let made = json!({"IdentityPoolId": town.pool, "Logins": {DEVELOPER: "d1"}});
    let token = town.done("GetOpenIdTokenForDeveloperIdentity", made).await["Token"].clone();
    let told = town.credentials(&identity, json!({"cognito-identity.amazonaws.com": token})).await.unwrap_err();
    assert!(told.contains("Logins don't match"), "another identity's token: {told}");
}

#[tokio::test]
async fn session_tokens_go_with_their_own_key_alone() {
    let town = Town::new(json!({})).await;
    town.put_trusting("web-guest", (town.trust("*"), &[allow(json!("*"), json!("*"))])).await.unwrap();
    let one = town.session(&town.guest().await, json!({})).await;
    let two = town.session(&town.guest().await, json!({})).await;
    let call = async |session: Session| {
        town.send(Some(&session), ("cognito-idp", "ListUserPools"), json!({"MaxResults": 1})).await
    };
    call(one.clone()).await.unwrap();
    let root = Session::from(town.house.root());
    let unrecognized = "UnrecognizedClientException";
    for (bad, why) in [
        (Session { token: two.token.clone(), ..one.clone() }, unrecognized),
        (Session { id: two.id.clone(), ..one.clone() }, unrecognized),
        (Session { token: String::new(), ..one.clone() }, unrecognized),
        (Session { token: format!("{}A", one.token), ..one.clone() }, unrecognized),
        (Session { token: one.token.clone(), ..root }, unrecognized),
        (Session { secret: two.secret.clone(), ..one.clone() }, "InvalidSignatureException"),
    ] {
        let told = call(bad).await.unwrap_err();
        assert!(told.starts_with(why), "{told}");
    }
    town.house.app.advance(HOUR);
    assert!(call(one).await.unwrap_err().starts_with("ExpiredTokenException"));
}

#[tokio::test]
async fn with_a_server_side_check_a_disabled_user_and_an_ended_sign_in_prove_nothing() {
    let town = Town::new(json!({})).await;
    for user in ["alice", "bob", "carol"] {
        town.house.user(user).await;
    }
    let strict =
        json!([{"ProviderName": town.provider(), "ClientId": town.house.client, "ServerSideTokenCheck": true}]);
    let strict = town.another_pool(json!({"CognitoIdentityProviders": strict})).await;
    let id = async |pool: &str, logins: &Value| {
        town.open("GetId", json!({"IdentityPoolId": pool, "Logins": logins})).await.map(|_| ())
    };
    let logins = [town.login("alice").await, town.login("bob").await, town.login("carol").await];
    for login in &logins {
        id(&strict, login).await.unwrap();
    }
    town.house.app.advance(std::time::Duration::from_secs(1));
    town.house.done("AdminDisableUser", town.house.admin("alice")).await;
    town.house.done("AdminDeleteUser", town.house.admin("bob")).await;
    town.house.done("AdminUserGlobalSignOut", town.house.admin("carol")).await;
    for login in &logins {
        let told = id(&strict, login).await.unwrap_err();
        assert!(told.starts_with("NotAuthorizedException: Invalid login token."), "{told}");
        id(&town.pool, login).await.unwrap();
    }
}

#[tokio::test]
async fn an_address_that_guesses_and_one_that_makes_guests_are_slowed_down() {
    let town = Town::new(json!({})).await;
    let from = Some([192, 0, 2, 7].into());
    let call = async |name: &str, body: Value| town.send_from(from, None, (("cognito-identity", name), body)).await;
    let (mut refused, mut made) = (0, 0);
    while call("GetCredentialsForIdentity", json!({"IdentityId": "eu-west-1:0"}))
        .await
        .unwrap_err()
        .starts_with("Resource")
    {
        refused += 1;
        assert!(refused < 1000, "guesses are not limited");
    }
    let from = Some([198, 51, 100, 7].into());
    let call = async |name: &str, body: Value| town.send_from(from, None, (("cognito-identity", name), body)).await;
    while call("GetId", json!({"IdentityPoolId": town.pool})).await.is_ok() {
        made += 1;
        assert!(made < 2000, "guests are not limited");
    }
    assert!(refused >= 50 && made >= 500, "{refused} {made}");
    let told = call("GetId", json!({"IdentityPoolId": town.pool})).await.unwrap_err();
    assert!(told.starts_with("TooManyRequestsException"), "{told}");
}
