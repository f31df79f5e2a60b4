//! `AssumeRoleWithWebIdentity`, and the published keys of the identity issuer.

use super::{Session, Town, allow, role};
use crate::house::{House, text};
use serde_json::{Value, json};

fn between(xml: &str, name: &str) -> String {
    let (_, rest) = xml.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("{name} in {xml}"));
    rest.split_once('<').unwrap().0.to_owned()
}

fn session(xml: &str) -> Session {
    let part = |name: &str| between(xml, name);
    Session { id: part("AccessKeyId"), secret: part("SecretAccessKey"), token: part("SessionToken") }
}

async fn token(town: &Town, user: &str) -> Value {
    let login = town.login(user).await;
    let identity = town.id_of(&login).await.unwrap();
    town.open("GetOpenIdToken", json!({"IdentityId": identity, "Logins": login})).await.unwrap()["Token"].clone()
}

async fn assume(town: &Town, token: &Value, more: Value) -> Result<String, String> {
    let body = json!({"RoleArn": role("web-auth"), "RoleSessionName": "app1", "WebIdentityToken": token});
    let done = town.send(None, ("sts", "AssumeRoleWithWebIdentity"), crate::house::merged(body, more)).await;
    done.map(|xml| text(&xml))
}

#[tokio::test]
async fn a_token_of_an_identity_takes_a_role_that_trusts_it() {
    let town = Town::new(json!({})).await;
    town.house.user("alice").await;
    let given = token(&town, "alice").await;
    let told = assume(&town, &given, json!({})).await.unwrap_err();
    assert!(told.contains("<Code>AccessDenied</Code>"), "no such role: {told}");
    assert!(told.contains("Not authorized to perform sts:AssumeRoleWithWebIdentity"));
    town.put_role("web-auth", &[allow(json!(["cognito-idp:*", "cognito-identity:*"]), json!("*"))]).await;
    let xml = assume(&town, &given, json!({})).await.unwrap();
    assert_eq!(between(&xml, "Provider"), "cognito-identity.amazonaws.com");
    assert_eq!(between(&xml, "Audience"), town.pool);
    assert_eq!(between(&xml, "Arn"), "arn:aws:sts::123456789012:assumed-role/web-auth/app1");
    let list = ("cognito-idp", "ListUserPools");
    town.send(Some(&session(&xml)), list, json!({"MaxResults": 1})).await.unwrap();
    // A session policy narrows and never widens.
    let narrow = allow(json!(["cognito-identity:ListIdentityPools", "poolhouse:*"]), json!("*")).to_string();
    let narrowed = session(&assume(&town, &given, json!({"Policy": narrow})).await.unwrap());
    assert!(town.send(Some(&narrowed), list, json!({"MaxResults": 1})).await.is_err());
    let pools = ("cognito-identity", "ListIdentityPools");
    town.send(Some(&narrowed), pools, json!({"MaxResults": 1})).await.unwrap();
    for (more, code) in [
        (json!({"Policy": "{}"}), "MalformedPolicyDocument"),
        (json!({"DurationSeconds": 899}), "ValidationError"),
        (json!({"DurationSeconds": 3601}), "ValidationError"),
        (json!({"PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/AdministratorAccess"}), "ValidationError"),
        (json!({"RoleArn": "arn:aws:iam::999999999999:role/web-auth"}), "AccessDenied"),
        (json!({"WebIdentityToken": "x.y.z"}), "InvalidIdentityToken"),
    ] {
        let told = assume(&town, &given, more.clone()).await.unwrap_err();
        assert!(told.contains(&format!("<Code>{code}</Code>")), "{more}: {told}");
    }
    let guest = town.guest().await;
    let guest = town.open("GetOpenIdToken", json!({"IdentityId": guest})).await.unwrap()["Token"].clone();
    assert!(assume(&town, &guest, json!({})).await.unwrap_err().contains("AccessDenied"), "amr is a condition");
    town.house.app.advance(std::time::Duration::from_secs(600));
    let told = assume(&town, &given, json!({})).await.unwrap_err();
    assert!(told.contains("<Code>ExpiredTokenException</Code>"), "{told}");
}

#[tokio::test]
async fn a_user_pool_is_an_openid_provider_for_roles_that_name_it() {
    let town = Town::new(json!({})).await;
    town.house.user("alice").await;
    let tokens = town.house.tokens("alice").await;
    let trust = |audience: &str| {
        let arn = format!("arn:aws:iam::123456789012:oidc-provider/{}", town.issuer());
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": arn},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {format!("{}:aud", town.issuer()): audience}}}]})
    };
    town.put_role("web-auth", &[]).await;
    let told = assume(&town, &tokens["IdToken"], json!({})).await.unwrap_err();
    assert!(told.contains("InvalidIdentityToken"), "the role names another provider: {told}");
    town.put_trusting("web-auth", (trust("another-client"), &[])).await.unwrap();
    assert!(assume(&town, &tokens["IdToken"], json!({})).await.unwrap_err().contains("AccessDenied"));
    town.put_trusting("web-auth", (trust(&town.house.client), &[])).await.unwrap();
    let xml = assume(&town, &tokens["IdToken"], json!({})).await.unwrap();
    assert_eq!(between(&xml, "Provider"), town.issuer());
    assert!(assume(&town, &tokens["AccessToken"], json!({})).await.unwrap_err().contains("InvalidIdentityToken"));
}

#[tokio::test]
async fn deleted_identities_take_no_role_and_deleted_roles_allow_nothing() {
    let town = Town::new(json!({})).await;
    town.house.user("alice").await;
    town.put_role("web-auth", &[allow(json!("*"), json!("*"))]).await;
    let given = token(&town, "alice").await;
    let held = session(&assume(&town, &given, json!({})).await.unwrap());
    let identity = text(&crate::house::claims(&given)["sub"]);
    town.done("DeleteIdentities", json!({"IdentityIdsToDelete": [identity]})).await;
    assert!(assume(&town, &given, json!({})).await.unwrap_err().contains("InvalidIdentityToken"));
    let list = async || town.send(Some(&held), ("cognito-idp", "ListUserPools"), json!({"MaxResults": 1})).await;
    list().await.unwrap();
    poolhouse::domain::access::roles::delete(&town.house.app.context().unwrap(), "web-auth").await.unwrap();
    assert!(list().await.unwrap_err().starts_with("AccessDeniedException"));
}

#[tokio::test]
async fn anybody_can_check_a_token_by_the_published_keys() {
    let town = Town::new(json!({})).await;
    let guest = town.guest().await;
    let token = text(&town.open("GetOpenIdToken", json!({"IdentityId": guest})).await.unwrap()["Token"]);
    let cx = town.house.app.context().unwrap();
    use poolhouse::domain::identities::identity_token;
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!((header.alg, header.typ.as_deref()), (jsonwebtoken::Algorithm::RS512, Some("JWS")));
    let jwks = identity_token::jwks(&cx).await.unwrap();
    let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"] == json!(header.kid)).unwrap();
    let key = jsonwebtoken::DecodingKey::from_rsa_components(key["n"].as_str().unwrap(), key["e"].as_str().unwrap());
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS512);
    validation.validate_exp = false;
    validation.set_audience(&[&town.pool]);
    validation.set_issuer(&[text(&identity_token::configuration(&cx)["issuer"])]);
    jsonwebtoken::decode::<Value>(&token, &key.unwrap(), &validation).unwrap();
    let again = House::new(json!({}), json!({})).await;
    let other = identity_token::jwks(&again.app.context().unwrap()).await.unwrap();
    assert_ne!(other, jwks, "each server has keys of its own");
}
