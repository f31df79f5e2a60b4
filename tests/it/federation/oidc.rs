//! The round trip to a provider that speaks OpenID Connect, and all that can go wrong on it. Each case is wrong in one
//! point alone; `a_first_sign_in_makes_a_user` shows that the same without it succeeds.

use super::provider::{Signing, public_pem};
use super::*;
use std::time::Duration;

/// The answer to a sign-in, and that it left no user.
async fn refused(office: &Office) -> (String, String) {
    let page = office.arrive().await;
    assert!(office.user(USER).await.is_none(), "a user was made");
    assert_eq!(page.code(), None);
    error(&page)
}

fn invalid(text: &str) -> (String, String) {
    ("invalid_request".to_owned(), text.to_owned())
}

#[tokio::test]
async fn the_browser_is_led_to_the_provider_with_what_it_needs() {
    let acr = json!({"AcrMapping": {"Level2": "urn:idp:two"}});
    let office = Office::with(json!({}), acr).await;
    let mut browser = office.browser();
    let target = format!("{}&login_hint=ann%40x&prompt=login&acr_values=urn:cognito:loa:2", office.target(NAME));
    let away = browser.get(&target).await;
    let location = away.location().unwrap();
    assert!(location.len() < 2000);
    let request = office.provider.request(location);
    let here = "http://shop.auth.localhost:9229/oauth2/idpresponse";
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "here"),
        ("scope", "openid email"),
        ("redirect_uri", here),
        ("login_hint", "ann@x"),
        ("prompt", "login"),
        ("acr_values", "urn:idp:two"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(request.get(name), Some(value), "{name}");
    }
    assert!(request.get("nonce").unwrap().len() >= 16 && request.get("state").unwrap().len() <= 40);
    assert!(browser.cookies.contains_key("csrf-state"));
}

#[tokio::test]
async fn a_first_sign_in_makes_a_user() {
    let office = Office::new().await;
    let tokens = office.tokens().await;
    let id = claims(&tokens["id_token"]);
    assert_eq!(id["cognito:username"], USER);
    assert_eq!(id["email"], "ann@idp.example");
    let identity = &id["identities"][0];
    assert_eq!((&identity["userId"], &identity["providerName"]), (&json!("ann"), &json!(NAME)));
    assert_eq!((&identity["primary"], &identity["issuer"]), (&json!("true"), &Value::Null));
    assert_eq!(id["cognito:groups"], json!([format!("{}_{NAME}", office.site.house.pool)]));
    let (status, attributes) = office.user(USER).await.unwrap();
    assert_eq!(status, "EXTERNAL_PROVIDER");
    assert_eq!(attributes["email_verified"], "false");
    let token = office.provider.last("/token");
    assert_eq!((token.form.get("client_id"), token.form.get("client_secret")), (Some("here"), Some("hush")));
    assert_eq!(office.provider.last("/userinfo").authorization.as_deref(), Some("Bearer access"));
}

#[tokio::test]
async fn clients_prove_themselves_as_the_provider_wants() {
    let key = openssl::pkey::PKey::from_rsa(openssl::rsa::Rsa::generate(2048).unwrap()).unwrap();
    let pem = String::from_utf8(key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    let office = Office::new().await;
    let add = async |name: &str, details: Value| office.add_provider(name, json!({"ProviderDetails": details})).await;
    add("Basic", json!({"token_endpoint_auth_method": "client_secret_basic", "client_secret": "a b:c"})).await;
    add("Signed", json!({"token_endpoint_auth_method": "private_key_jwt", "private_key": pem, "key_id": "k1"})).await;
    add("Public", json!({"client_secret": ""})).await;
    add("Posting", json!({"attributes_request_method": "POST"})).await;
    office.offer(json!(["Basic", "Signed", "Public", "Posting"])).await;
    let come = async |name: &str| {
        let page = office.come_back(&mut office.browser(), name).await;
        office.redeem(&page).await;
        office.provider.last("/token")
    };
    let basic = come("Basic").await;
    let expected = base64::engine::general_purpose::STANDARD.encode("here:a%20b%3Ac");
    assert_eq!(basic.authorization.unwrap(), format!("Basic {expected}"));
    assert_eq!(basic.form.get("client_secret"), None);
    let signed = come("Signed").await;
    let assertion = claims(&json!(signed.form.get("client_assertion").unwrap()));
    assert_eq!((&assertion["iss"], &assertion["sub"]), (&json!("here"), &json!("here")));
    assert_eq!(assertion["aud"], format!("{}/token", office.provider.issuer));
    let public = come("Public").await;
    assert_eq!((public.form.get("client_id"), public.form.get("client_secret")), (Some("here"), None));
    come("Posting").await;
    let shown = office
        .site
        .house
        .done("DescribeIdentityProvider", json!({"UserPoolId": office.site.house.pool, "ProviderName": "Signed"}))
        .await;
    assert_eq!(shown["IdentityProvider"]["ProviderDetails"].get("private_key"), None);
}

#[tokio::test]
async fn a_provider_that_cannot_be_used_is_not_led_to() {
    for look in [Look::Managed, Look::Classic] {
        let office = Office::looking(look, json!({}), json!({})).await;
        office.add_provider("Other", json!({})).await;
        for name in ["Nobody", "Other", "mock"] {
            let page = office.browser().get(&office.target(name)).await;
            page.shows("Login option is not available. Please try another one");
            assert_eq!(page.status, if look == Look::Managed { 401 } else { 400 });
        }
        office
            .site
            .house
            .done("DeleteIdentityProvider", json!({"UserPoolId": office.site.house.pool, "ProviderName": NAME}))
            .await;
        office.browser().get(&office.target(NAME)).await.shows("Login option is not available. Please try another one");
    }
}

#[tokio::test]
async fn a_state_is_good_once_in_its_own_browser() {
    let office = Office::new().await;
    let mut browser = office.browser();
    let away = browser.get(&office.target(NAME)).await;
    let back = format!("/oauth2/idpresponse?{}", office.provider.approve(away.location().unwrap()));
    let altered = back.replace("state=", "state=x");
    for target in ["/oauth2/idpresponse?code=code-0", "/oauth2/idpresponse?code=code-0&state=", &altered] {
        browser.get(target).await.shows("An error was encountered").is_at("/error");
    }
    office.browser().get(&back).await.is_at("/error");
    let mut thief = office.browser();
    thief.get(&office.target(NAME)).await;
    assert_eq!(thief.get(&back).await.code(), None, "another browser's");
    assert!(browser.send(Method::Get, &back, &[]).await.code().is_some(), "the right browser still succeeds");
    let again = browser.get(&back).await;
    again.is_at("/error");
    assert_eq!((again.status, again.code()), (400, None));
    assert_eq!(office.provider.count("/token"), 1);
}

#[tokio::test]
async fn who_is_away_for_too_long_begins_again() {
    let office = Office::new().await;
    let mut browser = office.browser();
    let away = browser.get(&office.target(NAME)).await;
    let back = office.provider.approve(away.location().unwrap());
    office.site.house.app.advance(Duration::from_secs(301));
    browser.get(&format!("/oauth2/idpresponse?{back}")).await.is_at("/login").shows("Something went wrong");
    assert_eq!(office.provider.count("/token"), 0);
}

#[tokio::test]
async fn what_the_provider_refuses_is_passed_on() {
    let office = Office::new().await;
    let mut browser = office.browser();
    let away = browser.get(&office.target(NAME)).await;
    let state = office.provider.request(away.location().unwrap()).get("state").unwrap().to_owned();
    let back = format!("/oauth2/idpresponse?error=access_denied&error_description=She+said+no&state={state}");
    let page = browser.send(Method::Get, &back, &[]).await;
    assert_eq!(error(&page), ("access_denied".to_owned(), "She said no".to_owned()));
}

#[tokio::test]
async fn errors_of_the_token_endpoint_are_told() {
    let office = Office::new().await;
    let reply = |status: &str, body: &str| {
        let reply = (status.to_owned(), body.to_owned());
        office.provider.change(|state| drop(state.replies.insert("/token".into(), reply)));
    };
    reply("400 Bad Request", r#"{"error":"invalid_request","error_description":"bad luck"}"#);
    assert_eq!(refused(&office).await, invalid("Mock Error - 400 invalid_request bad luck"));
    reply("401 Unauthorized", r#"{"error":"invalid_client"}"#);
    assert_eq!(refused(&office).await, invalid("Mock Error - 401 error getting token"));
    reply("503 Service Unavailable", "<html>");
    assert_eq!(refused(&office).await, invalid("Mock Error - 503 error getting token"));
    reply("200 OK", "[]");
    assert_eq!(refused(&office).await.0, "invalid_request");
    reply("302 Found\r\nLocation: http://127.0.0.1:1/", "");
    assert_eq!(refused(&office).await, invalid("Mock Error - 302 error getting token"));
    office.provider.change(|state| {
        state.replies.clear();
        state.broken.insert("/token".into());
    });
    assert_eq!(refused(&office).await, invalid("Connection reset"));
    office.provider.change(|state| state.silent.extend(["/keys".to_owned()]));
    office.provider.change(|state| state.broken.clear());
    assert_eq!(refused(&office).await, invalid("Timeout in calling jwks uri"));
    office.provider.change(|state| state.silent.extend(["/token".to_owned()]));
    assert_eq!(refused(&office).await, invalid("Timeout occurred in calling IdP token endpoint"));
    office.provider.change(|state| state.silent.clear());
    office.tokens().await;
}

#[tokio::test]
async fn tokens_that_say_the_wrong_thing_are_refused() {
    let office = Office::new().await;
    let issuer = office.provider.issuer.clone();
    let cases = [
        ("iss", json!(format!("{issuer}/")), format!("Bad id_token issuer {issuer}/")),
        ("iss", Value::Null, "Bad id_token issuer ".into()),
        ("aud", json!("another"), "Invalid id_token: its audience is another client".into()),
        ("aud", json!(["a", "b"]), "Invalid id_token: its audience is another client".into()),
        ("aud", Value::Null, "Invalid id_token: its audience is another client".into()),
        ("exp", json!(NOW - 61), "Invalid id_token: it has expired".into()),
        ("exp", Value::Null, "Invalid id_token: it has expired".into()),
        ("iat", json!(NOW + 120), "Invalid id_token: it is not valid yet".into()),
        ("nbf", json!(NOW + 120), "Invalid id_token: it is not valid yet".into()),
        ("nonce", json!("another"), "Invalid id_token: its nonce is not that of the request".into()),
        ("nonce", Value::Null, "Invalid id_token: its nonce is not that of the request".into()),
        ("at_hash", json!("AAAA"), "Invalid id_token: its at_hash is not that of the access token".into()),
        ("sub", Value::Null, "username attribute mapping required".into()),
        ("sub", json!(""), "username attribute mapping required".into()),
        ("sub", json!("x".repeat(256)), "Invalid id_token: its subject is too long".into()),
    ];
    for (name, value, told) in cases {
        office.provider.claim(name, value.clone());
        assert_eq!(refused(&office).await, invalid(&told), "{name} {value}");
        office.provider.change(|state| state.claims.clear());
    }
    // A little skew is no fault, and several audiences are none where this client is the party.
    office.provider.claim("exp", json!(NOW - 30));
    office.provider.claim("iat", json!(NOW + 30));
    office.provider.claim("aud", json!(["here", "b"]));
    office.provider.claim("azp", json!("here"));
    office.tokens().await;
}

#[tokio::test]
async fn tokens_that_are_signed_wrongly_are_refused() {
    let office = Office::new().await;
    let sign = |signing: Signing| office.provider.change(|state| state.signing = signing);
    for (signing, told) in [
        (Signing::WrongKey, "its signature is wrong"),
        (Signing::None, "its algorithm is not allowed"),
        (Signing::Shared(public_pem()), "its signature is wrong"),
        (Signing::Shared(Vec::from("another secret")), "its signature is wrong"),
    ] {
        sign(signing);
        assert_eq!(refused(&office).await, invalid(&format!("Invalid id_token: {told}")));
    }
    sign(Signing::Right);
    office.provider.change(|state| state.kid = "unknown".into());
    assert_eq!(refused(&office).await, invalid("Invalid id_token: its key is unknown"));
    office.provider.change(|state| state.kid = String::new());
    assert_eq!(refused(&office).await, invalid("Invalid id_token: it names no key"));
    office.provider.change(|state| state.kid = "first".into());
    office.tokens().await;
    // Issuers may sign with the secret that they share with the client.
    sign(Signing::Shared(Vec::from("hush")));
    office.tokens().await;
}

#[tokio::test]
async fn keys_that_change_are_fetched_and_dropped_keys_are_forgotten() {
    let office = Office::new().await;
    office.tokens().await;
    office.tokens().await;
    assert_eq!(office.provider.count("/keys"), 1, "keys are kept");
    office.provider.change(|state| (state.kid, state.published) = ("second".into(), vec!["second".into()]));
    office.tokens().await;
    assert_eq!(office.provider.count("/keys"), 2);
    office.provider.change(|state| state.kid = "first".into());
    assert_eq!(error(&office.arrive().await), invalid("Invalid id_token: its key is unknown"));
    for _ in 0..10 {
        office.arrive().await;
    }
    assert!(office.provider.count("/keys") <= 7, "made-up keys are not fetched without end");
    office.site.house.app.advance(Duration::from_secs(61));
    office.provider.change(|state| (state.kid, state.published) = ("third".into(), vec!["third".into()]));
    office.provider.claim("exp", json!(NOW + 600));
    office.tokens().await;
}

#[tokio::test]
async fn what_user_info_says_must_be_of_the_same_user() {
    let office = Office::new().await;
    office.provider.claim("nickname", json!("from-token"));
    office.tokens().await;
    assert_eq!(office.attribute("nickname").await, "from-token", "the token counts more");
    office.provider.change(|state| state.user_info["sub"] = json!("bob"));
    assert_eq!(error(&office.arrive().await), invalid("Mock Error - UserInfo cannot be used"));
    office.provider.change(|state| drop(state.replies.insert("/userinfo".into(), ("500 Oh".into(), "{}".into()))));
    assert_eq!(error(&office.arrive().await), invalid("Mock Error - the endpoint for attributes cannot be used"));
}

#[tokio::test]
async fn an_answer_of_another_provider_is_refused() {
    let office = Office::new().await;
    let mut browser = office.browser();
    let away = browser.get(&office.target(NAME)).await;
    let back = office.provider.approve(away.location().unwrap());
    let target = format!("/oauth2/idpresponse?{back}&iss=https%3A%2F%2Fevil.example");
    let page = browser.send(Method::Get, &target, &[]).await;
    assert_eq!(error(&page), invalid("Bad id_token issuer https://evil.example"));
    assert_eq!(office.provider.count("/token"), 0, "the code was not given away");
    // A provider that says it names itself must do so.
    let naming = Office::new().await;
    let names = "authorization_response_iss_parameter_supported";
    naming.provider.change(|state| drop(state.discovery.insert(names.into(), json!(true))));
    assert_eq!(error(&naming.arrive().await), invalid("Bad id_token issuer "));
}

#[tokio::test]
async fn a_discovery_document_of_another_issuer_is_refused() {
    let office = Office::new().await;
    let other = |value: &str| {
        let value = json!(value);
        office.provider.change(|state| drop(state.discovery.insert("issuer".into(), value)));
    };
    other("https://other.example");
    let page = office.browser().get(&office.target(NAME)).await;
    assert_eq!(error(&page), invalid("Mock Error - the discovery document cannot be used"));
}

#[tokio::test]
async fn any_tenant_signs_in_where_the_provider_is_set_to_it() {
    let office = Office::new().await;
    let template = format!("{}/{{tenantid}}/v2.0", office.provider.issuer);
    office.provider.change(|state| drop(state.discovery.insert("issuer".into(), json!(template))));
    office.add_provider("Many", json!({"ProviderDetails": {"multi_tenant": "true"}})).await;
    office.offer(json!(["Many", NAME])).await;
    office.provider.claim("tid", json!("ab-12"));
    office.provider.claim("iss", json!(format!("{}/ab-12/v2.0", office.provider.issuer)));
    assert!(office.come_back(&mut office.browser(), "Many").await.code().is_some());
    office.provider.claim("tid", json!("cd-34"));
    assert_eq!(error(&office.come_back(&mut office.browser(), "Many").await).0, "invalid_request");
    assert_eq!(error(&office.browser().get(&office.target(NAME)).await).0, "invalid_request", "only where it is set");
}

#[tokio::test]
async fn details_that_cannot_be_used_are_refused() {
    let office = Office::new().await;
    let house = &office.site.house;
    let create = async |details: Value| {
        let usual = json!({"client_id": "c", "oidc_issuer": "https://idp.example", "authorize_scopes": "openid",
            "attributes_request_method": "GET"});
        let asked = json!({"UserPoolId": house.pool, "ProviderName": "New", "ProviderType": "OIDC", "ProviderDetails": merged(usual, details)});
        house.call("CreateIdentityProvider", asked).await.unwrap_err()
    };
    for (details, told) in [
        (json!({"oidc_issuer": "http://idp.example"}), "it must be an https:// URL"),
        (json!({"token_endpoint_auth_method": "tls"}), "token_endpoint_auth_method must be"),
        (json!({"token_endpoint_auth_method": "private_key_jwt", "private_key": "x"}), "private_key must be"),
        (json!({"token_endpoint_auth_method": "client_secret_basic"}), "client_secret is required"),
        (json!({"preset": "Friendster"}), "preset must be one of Microsoft"),
        (json!({"preset": "GitHub"}), "oidc_issuer is the preset's to say"),
        (json!({"pkce": "maybe"}), "pkce must be true or false"),
        (json!({"tenant": "a/b"}), "tenant must be"),
    ] {
        let error = create(details).await;
        assert!(error.starts_with("InvalidParameterException") && error.contains(told), "{error}");
    }
    for name in ["ab", "_abc"] {
        let asked =
            json!({"UserPoolId": house.pool, "ProviderName": name, "ProviderType": "OIDC", "ProviderDetails": {}});
        assert!(
            house.call("CreateIdentityProvider", asked).await.unwrap_err().starts_with("InvalidParameterException")
        );
    }
}

#[tokio::test]
async fn only_provider_and_known_domains_need_no_choice() {
    let office = Office::with(json!({}), json!({"IdpIdentifiers": ["corp.example"]})).await;
    let by_identifier = format!("/oauth2/authorize?{}&idp_identifier=corp.example", office.site.query());
    assert!(office.browser().get(&by_identifier).await.location().unwrap().starts_with(&office.provider.issuer));
    office.browser().login().await.is_at("/login").shows(NAME);
    office.offer(json!([NAME])).await;
    assert!(office.browser().login().await.location().unwrap().starts_with(&office.provider.issuer));
}

#[tokio::test]
async fn a_session_is_of_the_provider_that_it_came_from() {
    let office = Office::new().await;
    let mut browser = office.browser();
    assert!(office.come_back(&mut browser, NAME).await.code().is_some());
    let asked = office.provider.count("/token");
    assert!(browser.get(&office.target(NAME)).await.code().is_some(), "no second round trip");
    browser.get(&office.target("COGNITO")).await.is_at("/login");
    let again = browser.get(&format!("{}&prompt=login", office.target(NAME))).await;
    assert_eq!(office.provider.request(again.location().unwrap()).get("prompt"), Some("login"));
    assert_eq!(office.provider.count("/token"), asked);
    let bye = format!(
        "/logout?client_id={}&redirect_uri={}&response_type=code",
        office.site.house.client,
        crate::hosted::CALLBACK
    );
    browser.send(Method::Get, &bye, &[]).await;
    assert!(browser.get(&office.target(NAME)).await.location().unwrap().starts_with(&office.provider.issuer));
}

#[tokio::test]
async fn tokens_of_any_issuer_are_verified_for_who_shows_them() {
    let provider = Provider::start(NOW);
    let app = TestApp::with(Clock::fake(Timestamp::from_secs(NOW)), |config| config.federation.allow_private = true);
    let app = app.await.unwrap();
    let now = app.context().unwrap().now;
    let mut token = json!({"iss": provider.issuer, "aud": "app", "sub": "ann", "exp": NOW + 60});
    let sign = |claims: &Value| provider::sign(&provider.state.lock().unwrap(), claims);
    let verify =
        async |token: &str| app.services.oidc.verify_id_token(&provider.issuer, &["other", "app"], token, now).await;
    assert_eq!(verify(&sign(&token)).await.unwrap()["sub"], "ann");
    token["aud"] = json!("stranger");
    assert!(verify(&sign(&token)).await.is_err());
    assert!(verify("a.b.c").await.is_err());
}

#[tokio::test]
async fn an_address_of_a_known_domain_leads_to_its_provider() {
    let office = Office::with(json!({}), json!({"IdpIdentifiers": ["corp.example"]})).await;
    office.client(json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})).await;
    let mut browser = office.browser();
    browser.login().await;
    let page = browser.submit(&[("username", "Bob@Corp.example")]).await;
    let away = browser.get(page.location().unwrap()).await;
    assert!(away.location().unwrap().starts_with(&office.provider.issuer), "{:?}", away.location());
    browser.login().await;
    browser.submit(&[("username", "bob@elsewhere.example")]).await.lacks("No sign-in is set up");
    let token = browser.page.clone().unwrap();
    assert_ne!(token.location().map(|l| l.starts_with(&office.provider.issuer)), Some(true));
}
