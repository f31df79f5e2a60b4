//! Tokens without a sign-in: clients' own, and exchanged ones. What comes out is never more than what went in.

use crate::house::{By, HOUR, House, claims, merged, text};
use poolhouse::domain::tokens::keys_of;
use poolhouse::keys::jwt;
use serde_json::{Value, json};

const API: &str = "https://api.example.com";
const SELF_SERVICE: &str = "aws.cognito.signin.user.admin";

fn scope(name: &str) -> String {
    format!("{API}/{name}")
}

/// A client with a secret.
struct Keeper {
    id: String,
    secret: String,
}

struct Bank {
    house: House,
    /// May get its own tokens for `read` and `write`.
    machine: Keeper,
    /// May exchange tokens, for `read` and self-service.
    service: Keeper,
}

async fn keeper(house: &House, settings: Value) -> Keeper {
    let asked = merged(json!({"UserPoolId": house.pool, "ClientName": "keeper", "GenerateSecret": true}), settings);
    let made = house.done("CreateUserPoolClient", asked).await["UserPoolClient"].clone();
    Keeper { id: text(&made["ClientId"]), secret: text(&made["ClientSecret"]) }
}

impl Bank {
    async fn new() -> Self {
        let house = House::new(
            json!({}),
            json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}),
        )
        .await;
        let scopes: Vec<Value> = ["read", "write", "admin"]
            .iter()
            .map(|name| json!({"ScopeName": name, "ScopeDescription": name}))
            .collect();
        house
            .done(
                "CreateResourceServer",
                json!({"UserPoolId": house.pool, "Identifier": API, "Name": "api", "Scopes": scopes}),
            )
            .await;
        let machine = json!({"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"], "AllowedOAuthScopes": [scope("read"), scope("write")]});
        let service = json!({
            "ExplicitAuthFlows": ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"],
            "AllowedOAuthScopes": [scope("read"), SELF_SERVICE, "openid", "email"],
        });
        let (machine, service) = (keeper(&house, machine).await, keeper(&house, service).await);
        house.user("alice").await;
        Self { machine, service, house }
    }

    /// `GetClientToken` of the machine, without a signature.
    async fn machine(&self, scopes: Value) -> Result<Value, String> {
        let body = json!({"ClientId": self.machine.id, "Secret": self.machine.secret});
        let answer = self.house.unsigned("GetClientToken", merged(body, scopes)).await?;
        Ok(answer["ClientAuthenticationResult"].clone())
    }

    /// `GetDerivedToken` of the service by its secret, without a signature.
    async fn exchange(&self, subject: &Value, more: Value) -> Result<Value, String> {
        let body = json!({"ClientId": self.service.id, "ClientSecret": self.service.secret, "SubjectToken": subject,
            "SubjectTokenType": "ACCESS_TOKEN"});
        self.house.unsigned("GetDerivedToken", merged(body, more)).await
    }

    /// A token that says the same but for some claims, signed by the pool.
    async fn altered(&self, token: &Value, changes: Value) -> Value {
        let said = merged(claims(token), changes);
        let keys = keys_of(&self.house.app.context().unwrap(), &self.house.pool).await.unwrap();
        let key = if said["token_use"] == "id" { &keys.id } else { &keys.access };
        json!(jwt::sign(key, &said).unwrap())
    }

    /// Alice's access token with custom scopes, as the hosted pages give them.
    async fn scoped(&self, scopes: &[&str]) -> Value {
        let token = self.house.tokens("alice").await["AccessToken"].clone();
        let scopes: Vec<String> = scopes
            .iter()
            .map(|name| if name.contains('.') || *name == "openid" { (*name).into() } else { scope(name) })
            .collect();
        self.altered(&token, json!({"scope": scopes.join(" ")})).await
    }
}

#[tokio::test]
async fn a_client_gets_its_own_token() {
    let bank = Bank::new().await;
    let token = bank.machine(json!({})).await.unwrap();
    assert_eq!((&token["TokenType"], &token["ExpiresIn"]), (&json!("Bearer"), &json!(3600)));
    let said = claims(&token["AccessToken"]);
    let id = json!(bank.machine.id);
    assert_eq!(
        (&said["sub"], &said["client_id"], &said["token_use"], &said["version"]),
        (&id, &id, &json!("access"), &json!(2))
    );
    assert_eq!(said["scope"], format!("{} {}", scope("read"), scope("write")));
    assert!(text(&said["iss"]).ends_with(&bank.house.pool));
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 3600);
    for absent in ["username", "cognito:groups", "origin_jti"] {
        assert_eq!(said[absent], Value::Null);
    }
    let some = bank.machine(json!({"Scopes": [scope("write"), scope("unknown")]})).await.unwrap();
    assert_eq!(claims(&some["AccessToken"])["scope"], scope("write"));
    let own = bank.house.call("GetUser", json!({"AccessToken": token["AccessToken"]})).await.unwrap_err();
    assert_eq!(own, "NotAuthorizedException: Invalid Access Token");
}

#[tokio::test]
async fn a_client_gets_no_token_without_secret_flow_or_scope() {
    let bank = Bank::new().await;
    let refused = async |client: &str, secret: &str, scopes: Value| {
        bank.house
            .unsigned("GetClientToken", merged(json!({"ClientId": client, "Secret": secret}), scopes))
            .await
            .unwrap_err()
    };
    let (id, secret) = (&bank.machine.id, &bank.machine.secret);
    let wrong = refused(id, &bank.service.secret, json!({})).await;
    assert_eq!(wrong, format!("NotAuthorizedException: Client secret does not match for the client: {id}"));
    assert!(
        refused(&bank.house.client, secret, json!({})).await.starts_with("NotAuthorizedException"),
        "a public client"
    );
    assert!(refused("nobody", secret, json!({})).await.starts_with("ResourceNotFoundException"));
    let other_flow = refused(&bank.service.id, &bank.service.secret, json!({})).await;
    assert_eq!(other_flow, "InvalidParameterException: ALLOW_CLIENT_TOKEN_AUTH flow not enabled for this client");
    for scopes in [json!([scope("admin")]), json!(["openid"]), json!([SELF_SERVICE])] {
        assert!(refused(id, secret, json!({"Scopes": scopes})).await.starts_with("InvalidParameterException"));
    }
    bank.house.done("DeleteResourceServer", json!({"UserPoolId": bank.house.pool, "Identifier": API})).await;
    assert!(refused(id, secret, json!({})).await.starts_with("InvalidParameterException"), "scopes that are gone");
}

#[tokio::test]
async fn the_flow_for_clients_stands_alone_and_needs_a_secret() {
    let house = House::new(json!({}), json!({})).await;
    let make = |flows: Value, secret: bool| json!({"UserPoolId": house.pool, "ClientName": "c", "GenerateSecret": secret, "ExplicitAuthFlows": flows});
    let mixed = make(json!(["ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]), true);
    assert!(house.refused("CreateUserPoolClient", mixed).await.starts_with("InvalidParameterException"));
    let public = make(json!(["ALLOW_CLIENT_TOKEN_AUTH"]), false);
    assert!(house.refused("CreateUserPoolClient", public).await.starts_with("InvalidParameterException"));
    let made =
        house.done("CreateUserPoolClient", make(json!(["ALLOW_CLIENT_TOKEN_AUTH"]), true)).await["UserPoolClient"]
            .clone();
    assert_eq!(made["ExplicitAuthFlows"], json!(["ALLOW_CLIENT_TOKEN_AUTH"]));
    house.user("alice").await;
    let sign_in = merged(house.sign_in_body("alice", crate::house::PASSWORD), json!({"ClientId": made["ClientId"]}));
    assert!(house.refused("InitiateAuth", sign_in).await.contains("flow not enabled"));
}

#[tokio::test]
async fn a_users_token_is_exchanged_for_a_narrower_one() {
    let bank = Bank::new().await;
    let subject = bank.scoped(&["read", "write", SELF_SERVICE]).await;
    let derived = bank
        .exchange(&subject, json!({"Scopes": [scope("read"), scope("write")], "Audiences": ["urn:ledger"]}))
        .await
        .unwrap();
    assert_eq!((&derived["IssuedTokenType"], &derived["TokenType"]), (&json!("ACCESS_TOKEN"), &json!("Bearer")));
    assert_eq!(derived["Scopes"], json!([scope("read")]), "`write` is not the service's to use");
    let (was, is) = (claims(&subject), claims(&derived["IssuedToken"]));
    for kept in ["sub", "username", "origin_jti", "auth_time", "iss"] {
        assert_eq!(is[kept], was[kept], "{kept}");
    }
    assert_eq!(
        (&is["client_id"], &is["aud"], &is["scope"]),
        (&json!(bank.service.id), &json!("urn:ledger"), &json!(scope("read")))
    );
    assert_eq!(is["act"], Value::Null);
    assert_ne!(is["jti"], was["jti"]);
    let resource = bank.exchange(&subject, json!({"Resources": [API]})).await.unwrap();
    assert_eq!(claims(&resource["IssuedToken"])["aud"], API);
    assert_eq!(
        resource["Scopes"],
        json!([scope("read"), SELF_SERVICE]),
        "none asked for: the subject's, of the service's"
    );
    bank.house.unsigned("GetUser", json!({"AccessToken": resource["IssuedToken"]})).await.unwrap();
    for bad in [
        json!({"Resources": ["https://nobody"]}),
        json!({"Resources": [API], "Audiences": ["x"]}),
        json!({"Scopes": [scope("admin")]}),
    ] {
        bank.exchange(&subject, bad).await.unwrap_err();
    }
}

#[tokio::test]
async fn an_exchange_never_widens() {
    let bank = Bank::new().await;
    let reader = bank.scoped(&["read"]).await;
    for asked in [SELF_SERVICE.to_owned(), scope("write"), "openid".into()] {
        assert!(
            bank.exchange(&reader, json!({"Scopes": [asked]}))
                .await
                .unwrap_err()
                .starts_with("InvalidParameterException")
        );
    }
    let id = bank.exchange(&reader, json!({"RequestedTokenType": "ID_TOKEN"})).await.unwrap_err();
    assert!(id.starts_with("InvalidParameterException"), "a token for an API says nothing of the user: {id}");
    let open = bank.scoped(&["openid"]).await;
    let id =
        bank.exchange(&open, json!({"RequestedTokenType": "ID_TOKEN", "Audiences": ["urn:ledger"]})).await.unwrap();
    assert_eq!(
        (&id["TokenType"], &id["IssuedTokenType"], &id["Scopes"]),
        (&json!("N_A"), &json!("ID_TOKEN"), &Value::Null)
    );
    let said = claims(&id["IssuedToken"]);
    assert_eq!(
        (&said["email"], &said["aud"], &said["azp"]),
        (&json!("alice@example.com"), &json!("urn:ledger"), &json!(bank.service.id))
    );
    // An ID token has no scopes to give, and shows no more than it did.
    let mut said = claims(&bank.house.tokens("alice").await["IdToken"]);
    said.as_object_mut().unwrap().remove("email");
    let keys = keys_of(&bank.house.app.context().unwrap(), &bank.house.pool).await.unwrap();
    let bare = json!(jwt::sign(&keys.id, &said).unwrap());
    let by_id = async |more: Value| bank.exchange(&bare, merged(json!({"SubjectTokenType": "ID_TOKEN"}), more)).await;
    let access = by_id(json!({})).await.unwrap();
    assert_eq!((&access["Scopes"], &claims(&access["IssuedToken"])["scope"]), (&json!([]), &Value::Null));
    assert!(bank.house.call("GetUser", json!({"AccessToken": access["IssuedToken"]})).await.is_err());
    assert!(by_id(json!({"Scopes": [scope("read")]})).await.is_err());
    let again = by_id(json!({"RequestedTokenType": "ID_TOKEN"})).await.unwrap();
    assert_eq!(claims(&again["IssuedToken"])["email"], Value::Null);
    // Nothing outlives what it came of.
    let subject = bank.scoped(&["read"]).await;
    bank.house.app.advance(HOUR / 2);
    let late = bank.exchange(&subject, json!({})).await.unwrap();
    assert_eq!((&late["ExpiresIn"], &claims(&late["IssuedToken"])["exp"]), (&json!(1800), &claims(&subject)["exp"]));
    bank.house.app.advance(HOUR / 2);
    assert_eq!(
        bank.exchange(&subject, json!({})).await.unwrap_err(),
        "NotAuthorizedException: The subject token has expired"
    );
}

#[tokio::test]
async fn who_acts_is_told() {
    let bank = Bank::new().await;
    let subject = bank.scoped(&["read"]).await;
    let actor = bank.machine(json!({})).await.unwrap()["AccessToken"].clone();
    let acting = json!({"ActorToken": actor, "ActorTokenType": "ACCESS_TOKEN"});
    let first = bank.exchange(&subject, acting.clone()).await.unwrap();
    assert_eq!(claims(&first["IssuedToken"])["act"], json!({"sub": bank.machine.id}));
    let alice = claims(&subject)["sub"].clone();
    let second = bank
        .exchange(&first["IssuedToken"], json!({"ActorToken": subject, "ActorTokenType": "ACCESS_TOKEN"}))
        .await
        .unwrap();
    assert_eq!(claims(&second["IssuedToken"])["act"], json!({"sub": alice, "act": {"sub": bank.machine.id}}));
    let third = bank.exchange(&second["IssuedToken"], json!({})).await.unwrap();
    assert_eq!(
        claims(&third["IssuedToken"])["act"],
        claims(&second["IssuedToken"])["act"],
        "an exchange without actor hides nobody"
    );
    let mut token = subject.clone();
    for _ in 0..8 {
        token = bank.exchange(&token, acting.clone()).await.unwrap()["IssuedToken"].clone();
    }
    assert!(
        bank.exchange(&token, acting).await.unwrap_err().starts_with("InvalidParameterException"),
        "the chain is bounded"
    );
    for half in [json!({"ActorToken": actor}), json!({"ActorTokenType": "ACCESS_TOKEN"})] {
        assert!(bank.exchange(&subject, half).await.unwrap_err().starts_with("InvalidParameterException"));
    }
    let no_user = bank.exchange(&actor, json!({})).await.unwrap_err();
    assert!(no_user.starts_with("NotAuthorizedException"), "a client's own token is nobody's: {no_user}");
}

#[tokio::test]
async fn only_clients_with_the_flow_and_their_secret_exchange() {
    let bank = Bank::new().await;
    let subject = bank.scoped(&["read"]).await;
    let actor = bank.machine(json!({})).await.unwrap()["AccessToken"].clone();
    let body = |client: &Keeper, secret: Value| {
        let secret = if secret.is_null() { json!({}) } else { json!({"ClientSecret": secret}) };
        merged(json!({"ClientId": client.id, "SubjectToken": subject, "SubjectTokenType": "ACCESS_TOKEN"}), secret)
    };
    for secret in [Value::Null, json!(bank.machine.secret)] {
        let wrong = bank.house.unsigned("GetDerivedToken", body(&bank.service, secret)).await.unwrap_err();
        assert_eq!(
            wrong,
            format!("NotAuthorizedException: Client secret does not match for the client: {}", bank.service.id)
        );
    }
    // A signature stands for the secret, if it is good and its key may.
    bank.house.done("GetDerivedToken", body(&bank.service, Value::Null)).await;
    assert!(
        bank.house
            .refused("GetDerivedToken", body(&bank.service, json!(bank.machine.secret)))
            .await
            .starts_with("NotAuthorized")
    );
    let reader = bank.house.key("read-only").await;
    let by = By { key: Some(&reader), ..By::default() };
    let denied =
        bank.house.call_by(by, "GetDerivedToken", body(&bank.service, json!(bank.service.secret))).await.unwrap_err();
    assert!(denied.starts_with("AccessDeniedException"), "{denied}");
    for (flow, with_actor) in [("ALLOW_TOKEN_EXCHANGE_IMPERSONATION", true), ("ALLOW_TOKEN_EXCHANGE_DELEGATION", false)]
    {
        let half =
            keeper(&bank.house, json!({"ExplicitAuthFlows": [flow], "AllowedOAuthScopes": [scope("read")]})).await;
        let acting = json!({"ActorToken": actor, "ActorTokenType": "ACCESS_TOKEN"});
        let (good, bad) = if with_actor { (json!({}), acting) } else { (acting, json!({})) };
        bank.house.unsigned("GetDerivedToken", merged(body(&half, json!(half.secret)), good)).await.unwrap();
        let refused =
            bank.house.unsigned("GetDerivedToken", merged(body(&half, json!(half.secret)), bad)).await.unwrap_err();
        assert!(refused.ends_with("flow not enabled for this client"), "{refused}");
    }
}

#[tokio::test]
async fn tokens_that_no_longer_stand_are_not_exchanged() {
    let bank = Bank::new().await;
    let house = &bank.house;
    let invalid = "NotAuthorizedException: Invalid subject token";
    let tokens = house.tokens("alice").await;
    let access = &tokens["AccessToken"];
    for (token, kind) in
        [(access, "ID_TOKEN"), (&tokens["IdToken"], "ACCESS_TOKEN"), (&tokens["RefreshToken"], "ACCESS_TOKEN")]
    {
        assert_eq!(bank.exchange(token, json!({"SubjectTokenType": kind})).await.unwrap_err(), invalid);
    }
    let forged = format!("{}x", text(access).trim_end_matches(|c: char| c != '.'));
    assert_eq!(bank.exchange(&json!(forged), json!({})).await.unwrap_err(), invalid);
    for changes in
        [json!({"iss": "https://elsewhere/pool"}), json!({"client_id": "gone"}), json!({"username": null, "sub": "x"})]
    {
        assert_eq!(bank.exchange(&bank.altered(access, changes).await, json!({})).await.unwrap_err(), invalid);
    }
    for more in [json!({"SubjectTokenType": "SAML2"}), json!({"SubjectTokenProviderName": "Okta"})] {
        assert!(bank.exchange(access, more).await.unwrap_err().starts_with("InvalidParameterException"));
    }
    let bad_actor = json!({"ActorToken": forged, "ActorTokenType": "ACCESS_TOKEN"});
    assert_eq!(bank.exchange(access, bad_actor).await.unwrap_err(), "NotAuthorizedException: Invalid actor token");
    // Another pool's client cannot exchange this pool's tokens.
    let other_pool = house.another_pool(json!({})).await;
    let foreign =
        keeper(house, json!({"UserPoolId": other_pool, "ExplicitAuthFlows": ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION"]}))
            .await;
    let body = json!({"ClientId": foreign.id, "ClientSecret": foreign.secret, "SubjectToken": access, "SubjectTokenType": "ACCESS_TOKEN"});
    assert_eq!(house.unsigned("GetDerivedToken", body).await.unwrap_err(), invalid);
    // What ends the sign-in ends what came of it.
    let derived = bank.exchange(access, json!({})).await.unwrap();
    house.unsigned("GetUser", json!({"AccessToken": derived["IssuedToken"]})).await.unwrap();
    house.done("RevokeToken", json!({"Token": tokens["RefreshToken"], "ClientId": house.client})).await;
    let dead = house.unsigned("GetUser", json!({"AccessToken": derived["IssuedToken"]})).await.unwrap_err();
    assert_eq!(dead, "NotAuthorizedException: Access Token has been revoked");
    let revoked = "NotAuthorizedException: The subject token has been revoked";
    assert_eq!(bank.exchange(access, json!({})).await.unwrap_err(), revoked);
    let fresh = house.tokens("alice").await["AccessToken"].clone();
    house.app.advance(HOUR / 60);
    house.done("AdminUserGlobalSignOut", house.admin("alice")).await;
    assert_eq!(bank.exchange(&fresh, json!({})).await.unwrap_err(), revoked);
    let fresh = house.tokens("alice").await["AccessToken"].clone();
    house.done("AdminDeleteUser", house.admin("alice")).await;
    assert_eq!(bank.exchange(&fresh, json!({})).await.unwrap_err(), "UserNotFoundException: User does not exist.");
    house.user("alice").await;
    assert_eq!(
        bank.exchange(&fresh, json!({})).await.unwrap_err(),
        "UserNotFoundException: User does not exist.",
        "another alice"
    );
}

#[tokio::test]
async fn an_id_token_shows_what_the_subjects_client_may_read() {
    let bank = Bank::new().await;
    let narrow = json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "ReadAttributes": ["email"]});
    let narrow = bank.house.another_client(narrow).await;
    let attributes = json!([{"Name": "name", "Value": "Alice"}, {"Name": "email", "Value": "alice@example.com"}]);
    bank.house
        .done("AdminUpdateUserAttributes", merged(bank.house.admin("alice"), json!({"UserAttributes": attributes})))
        .await;
    let shown = async |client: &str| {
        let body = merged(bank.house.sign_in_body("alice", crate::house::PASSWORD), json!({"ClientId": client}));
        let token = bank.house.done("InitiateAuth", body).await["AuthenticationResult"]["AccessToken"].clone();
        let made = bank.exchange(&token, json!({"RequestedTokenType": "ID_TOKEN"})).await.unwrap();
        let said = claims(&made["IssuedToken"]);
        (said["name"].clone(), said["email"].clone())
    };
    assert_eq!(shown(&bank.house.client).await, (json!("Alice"), json!("alice@example.com")));
    assert_eq!(shown(&narrow).await, (Value::Null, json!("alice@example.com")));
}
