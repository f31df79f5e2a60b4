//! What the tag `poolhouse:oauth` turns on: introspection, pushed requests, form posts, client assertions, DPoP.

use super::{Answer, CALLBACK, Server, VERIFIER, claims, query};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use poolhouse::web::Method;
use serde_json::{Value, json};

async fn with_all(client: Value) -> Server {
    let server = Server::with(client).await;
    let names = "introspection par form_post client_assertions dpop";
    let arn = server.house.done("DescribeUserPool", json!({"UserPoolId": server.house.pool})).await["UserPool"]["Arn"]
        .clone();
    server.house.done("TagResource", json!({"ResourceArn": arn, "Tags": {"poolhouse:oauth": names}})).await;
    server
}

async fn secret(server: &Server) -> String {
    let asked = json!({"UserPoolId": server.house.pool, "ClientId": server.house.client});
    let described = server.house.done("DescribeUserPoolClient", asked).await;
    described["UserPoolClient"]["ClientSecret"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn extensions_are_off_until_they_are_named() {
    let server = Server::new().await;
    let cx = server.house.app.context().unwrap();
    let document = poolhouse::oauth::discovery::configuration(&cx, &server.house.pool).await.unwrap();
    for member in
        ["introspection_endpoint", "pushed_authorization_request_endpoint", "dpop_signing_alg_values_supported"]
    {
        assert!(document.get(member).is_none(), "{member}");
    }
    let posted = server.sign_in(&[("response_mode", "form_post")]).await;
    assert!(posted.location().starts_with(CALLBACK));
    let arn = server.house.done("DescribeUserPool", json!({"UserPoolId": server.house.pool})).await["UserPool"]["Arn"]
        .clone();
    let unknown = json!({"ResourceArn": arn, "Tags": {"poolhouse:oauth": "par nosuch"}});
    assert!(server.house.refused("TagResource", unknown).await.contains("names nosuch"));
}

#[tokio::test]
async fn a_client_with_a_secret_learns_what_a_token_is() {
    let server = with_all(json!({"GenerateSecret": true})).await;
    let (id, secret) = (server.house.client.clone(), secret(&server).await);
    let proof = [("client_id", &*id), ("client_secret", &*secret)];
    let ask = async |token: &str, proof: &[(&str, &str)]| {
        let form = query(&[&[("token", token)], proof].concat());
        server.send(Method::Post, "/oauth2/introspect", &form, &[]).await
    };
    let tokens = server.redeem(&server.code(&[]).await, &[("client_secret", &secret)]).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    let told = ask(access, &proof).await.json();
    assert_eq!(
        (&told["active"], &told["scope"], &told["client_id"]),
        (&json!(true), &json!("openid email"), &json!(id))
    );
    assert_eq!((&told["username"], &told["token_type"]), (&json!(super::USER), &json!("Bearer")));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(ask(refresh, &proof).await.json()["token_type"], "refresh_token");
    for other in [tokens["id_token"].as_str().unwrap(), "nonsense", "a.b.c"] {
        assert_eq!(ask(other, &proof).await.json(), json!({"active": false}));
    }
    let revoke = query(&[&[("token", refresh)], &proof[..]].concat());
    assert_eq!(server.send(Method::Post, "/oauth2/revoke", &revoke, &[]).await.0.status, 200);
    assert_eq!(ask(access, &proof).await.json(), json!({"active": false}));
    let public = server.house.another_client(json!({})).await;
    assert_eq!(ask(access, &[("client_id", &public)]).await.error(), (400, "unauthorized_client".into()));
    assert_eq!(ask(access, &[("client_id", &id)]).await.error(), (400, "invalid_client".into()));
}

#[tokio::test]
async fn a_pushed_request_cannot_be_changed_on_its_way() {
    let server = with_all(json!({})).await;
    let push = async |form: String| server.send(Method::Post, "/oauth2/par", &form, &[]).await;
    let pushed = push(server.request(&[("state", "pushed")])).await;
    assert_eq!(pushed.0.status, 201);
    let uri = pushed.json()["request_uri"].as_str().unwrap().to_owned();
    let short =
        [("client_id", &*server.house.client), ("request_uri", &*uri), ("state", "changed"), ("scope", "openid")];
    let answer = server.get(&format!("/oauth2/authorize?{}", query(&short)), &[]).await;
    assert!(answer.location().contains("/login?client_id="), "{}", answer.location());
    let cookie = server.sign_in(&[]).await.session().unwrap().to_owned();
    let target = format!("/oauth2/authorize?{}", query(&short));
    let signed_in = server.get(&target, &[("cookie", &format!("cognito={cookie}"))]).await;
    assert_eq!(signed_in.sent().get("state"), Some("pushed"));
    let other = server.house.another_client(json!({})).await;
    for (client, uri) in [
        (&*other, &*uri),
        (&*server.house.client, "urn:ietf:params:oauth:request_uri:nosuch"),
        (&*server.house.client, "x"),
    ] {
        let asked = query(&[("client_id", client), ("request_uri", uri)]);
        let answer = server.get(&format!("/oauth2/authorize?{asked}"), &[]).await;
        assert!(answer.location().contains("/error?error=invalid_request_uri"), "{}", answer.location());
    }
    for (form, error) in [
        (server.request(&[("redirect_uri", "https://evil.test")]), "invalid_request"),
        (server.request(&[("scope", "nosuch")]), "invalid_request"),
        (server.request(&[("request_uri", &uri)]), "invalid_request"),
        (server.request(&[("client_id", "nosuchclient")]), "invalid_client"),
    ] {
        assert_eq!(push(form).await.error(), (400, error.into()));
    }
    server.house.app.services.clock.advance(std::time::Duration::from_secs(600));
    let late = server.get(&target, &[]).await;
    assert!(late.location().contains("/error?error=invalid_request_uri"));
}

#[tokio::test]
async fn a_form_post_has_the_answer_in_a_form_and_nothing_else() {
    let server = with_all(json!({})).await;
    let answer = server.sign_in(&[("response_mode", "form_post"), ("state", "\"><script>alert(1)</script>")]).await;
    let page = String::from_utf8(answer.0.body.clone()).unwrap();
    assert_eq!((answer.0.status, answer.0.header("Location")), (200, None));
    assert!(page.contains(&format!("action=\"{}\"", CALLBACK.replace('/', "&#x2f;"))), "{page}");
    assert!(page.contains("name=\"code\" value=\"") && page.matches("<script>").count() == 1, "{page}");
    assert!(answer.0.header("Content-Security-Policy").unwrap().contains("script-src 'sha256-"));
    let refused = server.authorize(&[("response_mode", "form_post"), ("scope", "nosuch")], None).await;
    assert!(String::from_utf8(refused.0.body).unwrap().contains("invalid_scope"));
}

#[tokio::test]
async fn a_client_proves_itself_by_a_token_that_its_secret_signed() {
    let server = with_all(json!({"GenerateSecret": true})).await;
    let (id, secret) = (server.house.client.clone(), secret(&server).await);
    let now = server.house.app.context().unwrap().now.secs();
    let audience = "http://test.auth.localhost:9229/oauth2/token";
    let assertion = |changes: Value, secret: &str| {
        let mut claims =
            json!({"iss": id, "sub": id, "aud": audience, "exp": now + 300, "jti": poolhouse::rng::uuid().unwrap()});
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    };
    let redeem = async |code: &str, assertion: &str| -> Answer {
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("client_assertion", assertion),
            ("client_assertion_type", kind),
        ];
        server.token(&pairs).await
    };
    let code = server.code(&[]).await;
    for wrong in [
        assertion(json!({}), "another secret"),
        assertion(json!({"aud": "https://other.test"}), &secret),
        assertion(json!({"iss": "other"}), &secret),
        assertion(json!({"exp": now}), &secret),
        assertion(json!({"exp": now + 3600}), &secret),
        assertion(json!({"nbf": now + 300}), &secret),
        assertion(json!({"jti": ""}), &secret),
        "a.b.c".into(),
    ] {
        assert_eq!(redeem(&code, &wrong).await.error(), (400, "invalid_client".into()), "{wrong}");
    }
    let good = assertion(json!({}), &secret);
    assert_eq!(redeem(&code, &good).await.0.status, 200);
    let code = server.code(&[]).await;
    assert_eq!(redeem(&code, &good).await.error(), (400, "invalid_client".into()), "it came before");
}

/// A key that signs DPoP proofs.
struct Holder {
    key: EncodingKey,
    jwk: Value,
}

impl Holder {
    fn new() -> Self {
        use base64::Engine as _;
        use openssl::{bn::*, ec::*, nid::Nid, pkey::PKey};
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let pair = EcKey::generate(&group).unwrap();
        let (mut x, mut y) = (BigNum::new().unwrap(), BigNum::new().unwrap());
        let mut context = BigNumContext::new().unwrap();
        pair.public_key().affine_coordinates_gfp(&group, &mut x, &mut y, &mut context).unwrap();
        let text = |n: &BigNum| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(n.to_vec_padded(32).unwrap());
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": text(&x), "y": text(&y)});
        let der = PKey::from_ec_key(pair).unwrap().private_key_to_pkcs8().unwrap();
        Self { key: EncodingKey::from_ec_der(&der), jwk }
    }

    fn proof(&self, server: &Server, path: &str, changes: Value) -> String {
        let now = server.house.app.context().unwrap().now.secs();
        let method = if path.ends_with("userInfo") { "GET" } else { "POST" };
        let mut claims = json!({
            "jti": poolhouse::rng::uuid().unwrap(), "htm": method, "iat": now,
            "htu": format!("http://test.auth.localhost:9229{path}"),
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("dpop+jwt".into());
        header.jwk = Some(serde_json::from_value(self.jwk.clone()).unwrap());
        encode(&header, &claims, &self.key).unwrap()
    }
}

#[tokio::test]
async fn a_token_that_is_bound_to_a_key_needs_the_key() {
    let server = with_all(json!({})).await;
    let (holder, other) = (Holder::new(), Holder::new());
    let form = |code: &str| {
        query(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", &server.house.client),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ])
    };
    let path = "/oauth2/token";
    let now = server.house.app.context().unwrap().now.secs();
    let code = server.code(&[("scope", "openid aws.cognito.signin.user.admin")]).await;
    for changes in [
        json!({"htm": "GET"}),
        json!({"htu": "https://other.test/oauth2/token"}),
        json!({"iat": now - 61}),
        json!({"iat": now + 61}),
        json!({"jti": ""}),
    ] {
        let proof = holder.proof(&server, path, changes.clone());
        let answer = server.send(Method::Post, path, &form(&code), &[("dpop", &proof)]).await;
        assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()), "{changes}");
    }
    let proof = holder.proof(&server, path, json!({}));
    let answer = server.send(Method::Post, path, &form(&code), &[("dpop", &proof)]).await;
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "DPoP", "{tokens}");
    assert!(claims(&tokens["access_token"])["cnf"]["jkt"].is_string());
    let second = server.code(&[]).await;
    let replayed = server.send(Method::Post, path, &form(&second), &[("dpop", &proof)]).await;
    assert_eq!(replayed.error(), (400, "invalid_dpop_proof".into()));

    let token = tokens["access_token"].as_str().unwrap();
    let hash = poolhouse::keys::jwt::whole_hash(token);
    let info = async |scheme: &str, proof: Option<String>| {
        let header = format!("{scheme} {token}");
        let mut headers = vec![("authorization", header.as_str())];
        headers.extend(proof.as_deref().map(|proof| ("dpop", proof)));
        server.get("/oauth2/userInfo", &headers).await
    };
    let path = "/oauth2/userInfo";
    let good = holder.proof(&server, path, json!({"ath": hash}));
    assert_eq!(info("DPoP", Some(good.clone())).await.0.status, 200);
    for (scheme, proof) in [
        ("DPoP", Some(good)),
        ("DPoP", None),
        ("Bearer", None),
        ("Bearer", Some(holder.proof(&server, path, json!({"ath": hash})))),
        ("DPoP", Some(holder.proof(&server, path, json!({})))),
        ("DPoP", Some(other.proof(&server, path, json!({"ath": hash})))),
    ] {
        assert_eq!(info(scheme, proof).await.0.status, 401, "{scheme}");
    }
    // The API has no place for a proof.
    assert!(server.house.unsigned("GetUser", json!({"AccessToken": token})).await.is_err());

    let renew = async |proof: Option<String>| {
        let form = query(&[
            ("grant_type", "refresh_token"),
            ("client_id", &server.house.client),
            ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ]);
        let headers: Vec<(&str, &str)> = proof.iter().map(|proof| ("dpop", proof.as_str())).collect();
        server.send(Method::Post, "/oauth2/token", &form, &headers).await
    };
    assert_eq!(renew(None).await.error(), (400, "invalid_grant".into()));
    let foreign = other.proof(&server, "/oauth2/token", json!({}));
    assert_eq!(renew(Some(foreign)).await.error(), (400, "invalid_grant".into()));
    let own = holder.proof(&server, "/oauth2/token", json!({}));
    assert_eq!(renew(Some(own)).await.json()["token_type"], "DPoP");
}
