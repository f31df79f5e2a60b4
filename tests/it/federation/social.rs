//! Providers that are known by name, on a server that stands in for theirs.

use super::*;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;

impl Office {
    fn reply(&self, path: &str, body: &Value) {
        let reply = ("200 OK".to_owned(), body.to_string());
        self.provider.change(|state| drop(state.replies.insert(path.to_owned(), reply)));
    }

    async fn social(&self, kind: &str, details: Value, mapping: Value) {
        let asked = json!({"UserPoolId": self.site.house.pool, "ProviderName": kind, "ProviderType": kind,
            "ProviderDetails": details, "AttributeMapping": mapping});
        self.site.house.done("CreateIdentityProvider", asked).await;
        self.offer(json!(["COGNITO", kind])).await;
    }

    async fn preset(&self, name: &str, preset: &str) {
        let details = json!({"preset": preset, "client_id": "here", "client_secret": "hush"});
        let asked = json!({"UserPoolId": self.site.house.pool, "ProviderName": name, "ProviderType": "OIDC",
            "ProviderDetails": details, "AttributeMapping": {"email": "email", "email_verified": "email_verified", "name": "name"}});
        self.site.house.done("CreateIdentityProvider", asked).await;
        self.offer(json!(["COGNITO", name])).await;
    }

    /// The parameters of the way to a stand-in, after a check of its path.
    async fn away(&self, browser: &mut Browser<'_>, name: &str, path: &str) -> Parameters {
        self.away_to(browser, name, &format!("/{name}{path}")).await
    }

    async fn away_to(&self, browser: &mut Browser<'_>, name: &str, path: &str) -> Parameters {
        let away = browser.get(&self.target(name)).await;
        let location = away.location().unwrap_or_else(|| panic!("{}", away.text())).to_owned();
        let (url, query) = location.split_once('?').unwrap();
        assert_eq!(url, format!("{}{path}", self.provider.issuer));
        Parameters::parse(query).unwrap()
    }

    async fn back(&self, browser: &mut Browser<'_>, request: &Parameters) -> Page {
        let back = Parameters::default().with("code", "c").with("state", request.get("state").unwrap());
        browser.send(Method::Get, &format!("/oauth2/idpresponse?{}", back.encode()), &[]).await
    }
}

fn id_token(office: &Office, issuer: &str, nonce: &str, more: Value) -> String {
    let claims = json!({"iss": issuer, "aud": "here", "sub": "1029", "iat": NOW, "exp": NOW + 300, "nonce": nonce});
    provider::sign(&office.provider.state.lock().unwrap(), &merged(claims, more))
}

#[tokio::test]
async fn google_gives_what_its_id_token_says() {
    let office = Office::new().await;
    let details = json!({"client_id": "here", "client_secret": "hush", "authorize_scopes": "profile email openid"});
    office.social("Google", details, json!({"email": "email", "name": "name"})).await;
    let mut browser = office.browser();
    let request = office.away(&mut browser, "Google", "/o/oauth2/v2/auth").await;
    assert_eq!(request.get("scope"), Some("profile email openid"));
    let issuer = format!("{}/Google", office.provider.issuer);
    let token =
        id_token(&office, &issuer, request.get("nonce").unwrap(), json!({"email": "a@g.example", "name": "Ann"}));
    office.reply("/Google/token", &json!({"access_token": "access", "id_token": token}));
    let keys = office.provider.state.lock().unwrap().published.clone();
    assert_eq!(keys, ["first"]);
    office.provider.change(|state| state.same_keys_at = Some("/Google/oauth2/v3/certs".into()));
    let page = office.back(&mut browser, &request).await;
    let id = claims(&office.redeem(&page).await["id_token"]);
    assert_eq!(id["cognito:username"], "Google_1029");
    assert_eq!((&id["email"], &id["identities"][0]["providerType"]), (&json!("a@g.example"), &json!("Google")));
}

#[tokio::test]
async fn facebook_is_asked_for_the_fields_that_are_mapped() {
    let office = Office::new().await;
    let details = json!({"client_id": "here", "client_secret": "hush", "authorize_scopes": "public_profile, email", "api_version": "v17.0"});
    office.social("Facebook", details, json!({"email": "email", "name": "name"})).await;
    let mut browser = office.browser();
    let request = office.away(&mut browser, "Facebook", "/v17.0/dialog/oauth").await;
    assert_eq!((request.get("nonce"), request.get("code_challenge")), (None, None));
    office.reply("/Facebook/v17.0/oauth/access_token", &json!({"access_token": "access"}));
    office.reply("/Facebook/v17.0/me", &json!({"id": "77", "email": "a@f.example", "name": "Ann"}));
    let page = office.back(&mut browser, &request).await;
    let id = claims(&office.redeem(&page).await["id_token"]);
    assert_eq!((&id["cognito:username"], &id["email"]), (&json!("Facebook_77"), &json!("a@f.example")));
    let asked = office.provider.last("/Facebook/v17.0/me");
    assert_eq!(asked.form.get("fields"), Some("id,email,name"));
    assert_eq!(office.provider.last("/Facebook/v17.0/oauth/access_token").form.get("client_secret"), Some("hush"));
}

#[tokio::test]
async fn amazon_names_its_users_in_its_profile() {
    let office = Office::new().await;
    let details = json!({"client_id": "here", "client_secret": "hush", "authorize_scopes": "profile postal_code"});
    office.social("LoginWithAmazon", details, json!({"email": "email"})).await;
    let mut browser = office.browser();
    let request = office.away(&mut browser, "LoginWithAmazon", "/ap/oa").await;
    office.reply("/LoginWithAmazon/auth/o2/token", &json!({"access_token": "access"}));
    office.reply("/LoginWithAmazon/user/profile", &json!({"user_id": "amzn1.account.X", "email": "a@a.example"}));
    let page = office.back(&mut browser, &request).await;
    let id = claims(&office.redeem(&page).await["id_token"]);
    assert_eq!(id["cognito:username"], "LoginWithAmazon_amzn1.account.X");
}

#[tokio::test]
async fn apple_gets_a_signed_secret_and_posts_the_name_at_first() {
    let office = Office::new().await;
    let key = EcKey::generate(&EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap();
    let pem = PKey::from_ec_key(key).unwrap().private_key_to_pem_pkcs8().unwrap();
    let details = json!({"client_id": "here", "team_id": "TEAM", "key_id": "KEY", "private_key": String::from_utf8(pem).unwrap(),
        "authorize_scopes": "email name"});
    office.social("SignInWithApple", details, json!({"email": "email", "given_name": "firstName"})).await;
    let issuer = format!("{}/SignInWithApple", office.provider.issuer);
    office.provider.change(|state| state.same_keys_at = Some("/SignInWithApple/auth/keys".into()));
    for (user, with_name) in [("1029", true), ("1029", false)] {
        let mut browser = office.browser();
        let request = office.away(&mut browser, "SignInWithApple", "/auth/authorize").await;
        assert_eq!(request.get("response_mode"), Some("form_post"));
        let token = id_token(
            &office,
            &issuer,
            request.get("nonce").unwrap(),
            json!({"email": "a@apple.example", "email_verified": "true"}),
        );
        office.reply("/SignInWithApple/auth/token", &json!({"access_token": "access", "id_token": token}));
        let name = r#"{"name":{"firstName":"Ann","lastName":"Lee"},"email":"evil@example.com"}"#;
        let state = request.get("state").unwrap().to_owned();
        let mut form = vec![("code", "c"), ("state", state.as_str())];
        if with_name {
            form.push(("user", name));
        }
        let page = browser.send(Method::Post, "/oauth2/idpresponse", &form).await;
        let id = claims(&office.redeem(&page).await["id_token"]);
        assert_eq!(id["cognito:username"], format!("SignInWithApple_{user}"));
        assert_eq!(id["email"], "a@apple.example");
        let kept = office.user("SignInWithApple_1029").await.unwrap().1;
        assert_eq!(kept["given_name"], "Ann", "the name stays");
    }
    let secret = office.provider.last("/SignInWithApple/auth/token").form.get("client_secret").unwrap().to_owned();
    let header: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(secret.split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!((&header["alg"], &header["kid"]), (&json!("ES256"), &json!("KEY")));
    let said = claims(&json!(secret));
    assert_eq!(
        (&said["iss"], &said["sub"], &said["aud"]),
        (&json!("TEAM"), &json!("here"), &json!("https://appleid.apple.com"))
    );
}

#[tokio::test]
async fn a_form_that_brings_no_cookie_is_sent_once_more_by_this_server() {
    let office = Office::new().await;
    let mut browser = office.browser();
    let away = browser.get(&office.target(NAME)).await;
    let back = office.provider.approve(away.location().unwrap());
    let back = Parameters::parse(&back).unwrap();
    let form: Vec<(&str, &str)> = back.iter().collect();
    // Another site's form takes along no cookie.
    let mut without = office.browser();
    let page = without.send(Method::Post, "/oauth2/idpresponse", &form).await;
    assert_eq!((page.status, page.code()), (200, None));
    let again = page.forms().remove(0);
    assert_eq!(again.action, "http://shop.auth.localhost:9229/oauth2/idpresponse");
    let fields: Vec<(&str, &str)> = again.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    without.send(Method::Post, "/oauth2/idpresponse", &fields).await;
    assert_eq!(office.provider.count("/token"), 0, "a browser without the cookie did not begin it");
    assert!(browser.send(Method::Post, "/oauth2/idpresponse", &fields).await.code().is_some());
}

#[tokio::test]
async fn presets_know_their_providers() {
    let office = Office::new().await;
    office.preset("GitHub", "GitHub").await;
    let mut browser = office.browser();
    let request = office.away(&mut browser, "GitHub", "/login/oauth/authorize").await;
    assert_eq!(request.get("scope"), Some("read:user user:email"));
    office.reply("/GitHub/login/oauth/access_token", &json!({"access_token": "access", "token_type": "bearer"}));
    office.reply("/GitHub/user", &json!({"id": 583231, "login": "octocat", "name": "Octo", "email": null}));
    let emails = json!([{"email": "old@x.example", "primary": false, "verified": true}, {"email": "o@x.example", "primary": true, "verified": true}]);
    office.reply("/GitHub/user/emails", &emails);
    let page = office.back(&mut browser, &request).await;
    let id = claims(&office.redeem(&page).await["id_token"]);
    assert_eq!((&id["cognito:username"], &id["email"]), (&json!("GitHub_583231"), &json!("o@x.example")));
    assert_eq!(id["email_verified"], true);
    // GitHub tells of errors with status 200.
    office.reply(
        "/GitHub/login/oauth/access_token",
        &json!({"error": "bad_verification_code", "error_description": "expired"}),
    );
    let mut browser = office.browser();
    let request = office.away(&mut browser, "GitHub", "/login/oauth/authorize").await;
    let told = error(&office.back(&mut browser, &request).await).1;
    assert_eq!(told, "GitHub Error - 200 bad_verification_code expired");

    office.preset("Xing", "X").await;
    let mut browser = office.browser();
    let request = office.away_to(&mut browser, "Xing", "/X/i/oauth2/authorize").await;
    office.reply("/X/2/oauth2/token", &json!({"access_token": "access"}));
    office.reply("/X/2/users/me", &json!({"data": {"id": "2244", "name": "Ann"}}));
    let page = office.back(&mut browser, &request).await;
    assert_eq!(claims(&office.redeem(&page).await["id_token"])["cognito:username"], "Xing_2244");
    assert!(office.provider.last("/X/2/oauth2/token").form.get("code_verifier").is_some());

    office.preset("Discord", "Discord").await;
    let mut browser = office.browser();
    let request = office.away(&mut browser, "Discord", "/oauth2/authorize").await;
    office.reply("/Discord/api/oauth2/token", &json!({"access_token": "access"}));
    office.reply(
        "/Discord/api/users/@me",
        &json!({"id": "80351110224678912", "email": "d@x.example", "verified": false}),
    );
    let page = office.back(&mut browser, &request).await;
    let id = claims(&office.redeem(&page).await["id_token"]);
    assert_eq!((&id["cognito:username"], &id["email_verified"]), (&json!("Discord_80351110224678912"), &json!(false)));
}
