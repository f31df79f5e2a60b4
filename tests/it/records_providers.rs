//! Identity providers, and the identities at them that sign users in.

use crate::house::{House, merged, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::x509::X509;
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

async fn house() -> House {
    House::new(json!({}), json!({})).await
}

fn google(house: &House) -> Value {
    json!({"UserPoolId": house.pool, "ProviderName": "Google", "ProviderType": "Google",
        "ProviderDetails": {"client_id": "id", "client_secret": "hush-hush", "authorize_scopes": "profile email openid"},
        "AttributeMapping": {"email": "email"}})
}

fn oidc(house: &House, name: &str) -> Value {
    json!({"UserPoolId": house.pool, "ProviderName": name, "ProviderType": "OIDC",
        "ProviderDetails": {"client_id": "id", "client_secret": "s", "attributes_request_method": "GET", "oidc_issuer": "https://idp.example.com",
            "authorize_scopes": "openid email"},
        "AttributeMapping": {"email": "email"}})
}

fn named(house: &House, name: &str) -> Value {
    json!({"UserPoolId": house.pool, "ProviderName": name})
}

/// A metadata document with the certificate of another pool as the provider's.
async fn metadata(house: &House) -> String {
    let other = house.another_pool(json!({})).await;
    let certificate = text(&house.done("GetSigningCertificate", json!({"UserPoolId": other})).await["Certificate"]);
    format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/saml">
        <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">
        <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo>
        </md:KeyDescriptor>
        <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/slo"/>
        <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/>
        </md:IDPSSODescriptor></md:EntityDescriptor>"#
    )
}

fn saml(house: &House, details: Value) -> Value {
    json!({"UserPoolId": house.pool, "ProviderName": "Office", "ProviderType": "SAML", "ProviderDetails": details})
}

#[tokio::test]
async fn a_social_provider_shows_what_follows_and_keeps_its_secret_sealed() {
    let house = house().await;
    let made = house.done("CreateIdentityProvider", google(&house)).await;
    let details = &made["IdentityProvider"]["ProviderDetails"];
    assert_eq!(details["authorize_url"], "https://accounts.google.com/o/oauth2/v2/auth");
    assert_eq!(details["client_secret"], "hush-hush");
    assert_eq!(made["IdentityProvider"]["AttributeMapping"], json!({"email": "email", "username": "sub"}));
    let group =
        house.done("GetGroup", json!({"UserPoolId": house.pool, "GroupName": format!("{}_Google", house.pool)})).await;
    assert!(text(&group["Group"]["Description"]).contains("Google"));

    assert!(house.refused("CreateIdentityProvider", google(&house)).await.starts_with("DuplicateProviderException"));
    let read = house.done("DescribeIdentityProvider", named(&house, "Google")).await;
    // What was read can be sent back.
    let back = json!({"ProviderDetails": read["IdentityProvider"]["ProviderDetails"], "IdpIdentifiers": ["g"]});
    let changed = house.done("UpdateIdentityProvider", merged(named(&house, "Google"), back)).await;
    assert_eq!(changed["IdentityProvider"]["ProviderDetails"], read["IdentityProvider"]["ProviderDetails"]);
    assert_eq!(changed["IdentityProvider"]["AttributeMapping"]["email"], "email", "what is left out stays");

    house.app.app.services.store.flush().await.unwrap();
    let mut read = 0;
    walk(house.app.data_dir(), &mut |bytes| {
        read += bytes.len();
        assert!(!bytes.windows(9).any(|window| window == b"hush-hush"), "the secret lies open in the store");
    });
    assert!(read > 1000, "the store was read");
    house.done("DeleteIdentityProvider", named(&house, "Google")).await;
    for operation in ["DescribeIdentityProvider", "DeleteIdentityProvider", "UpdateIdentityProvider"] {
        let fault = house.refused(operation, named(&house, "Google")).await;
        assert_eq!(fault, "ResourceNotFoundException: Identity provider Google does not exist.");
    }
}

#[tokio::test]
async fn what_no_provider_has_is_refused() {
    let house = house().await;
    let with = |body: Value, key: &str, value: Value| {
        let mut body = body;
        body["ProviderDetails"][key] = value;
        body
    };
    let mapped = |mapping: Value| merged(google(&house), json!({"AttributeMapping": mapping}));
    for (asked, words) in [
        (merged(google(&house), json!({"ProviderName": "Giggle"})), "must be Google"),
        (with(google(&house), "client_secret", json!("")), "client_secret is required"),
        (with(google(&house), "colour", json!("red")), "colour is not one of type Google"),
        (
            mapped(json!({"custom:nothing": "x"})),
            "Invalid user attributes: custom:nothing: Attribute does not exist in the schema.",
        ),
        (mapped(json!({"sub": "x"})), "cannot be mapped"),
        (with(oidc(&house, "Mine"), "oidc_issuer", json!("http://idp.example.com")), "https"),
        (with(oidc(&house, "Mine"), "oidc_issuer", json!("https://169.254.169.254")), "private"),
        (with(oidc(&house, "Mine"), "authorize_scopes", json!("email")), "openid"),
        (with(oidc(&house, "Mine"), "attributes_request_method", json!("PUT")), "GET or POST"),
        (with(oidc(&house, "Mine"), "token_url", json!("https://idp.example.com/t")), "together"),
        (oidc(&house, "Facebook"), "reserved"),
        (merged(oidc(&house, "Mine"), json!({"AcrMapping": {"Level1": "a", "Level2": "a"}})), "unique"),
        (merged(google(&house), json!({"AcrMapping": {"Level1": "a"}})), "OIDC"),
        (merged(oidc(&house, "Mine"), json!({"IdpIdentifiers": ["a", "a"]})), "more than once"),
        (saml(&house, json!({})), "MetadataURL"),
        (saml(&house, json!({"MetadataFile": "<!DOCTYPE x><x/>"})), "document type"),
        (saml(&house, json!({"MetadataURL": "https://127.0.0.1/metadata"})), "private"),
    ] {
        let fault = house.refused("CreateIdentityProvider", asked).await;
        assert!(fault.starts_with("InvalidParameterException") && fault.contains(words), "{fault}");
    }
    let apple = json!({"UserPoolId": house.pool, "ProviderName": "SignInWithApple", "ProviderType": "SignInWithApple",
        "ProviderDetails": {"client_id": "a", "team_id": "b", "key_id": "c", "private_key": "not a key", "authorize_scopes": "email"}});
    assert!(house.refused("CreateIdentityProvider", apple).await.contains("P-256"));
}

#[tokio::test]
async fn apples_key_is_kept_and_never_shown() {
    let house = house().await;
    let group = openssl::ec::EcGroup::from_curve_name(openssl::nid::Nid::X9_62_PRIME256V1).unwrap();
    let key = openssl::pkey::PKey::from_ec_key(openssl::ec::EcKey::generate(&group).unwrap()).unwrap();
    let pem = String::from_utf8(key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    let details =
        json!({"client_id": "a", "team_id": "b", "key_id": "c", "private_key": pem, "authorize_scopes": "email name"});
    let body = json!({"UserPoolId": house.pool, "ProviderName": "SignInWithApple", "ProviderType": "SignInWithApple", "ProviderDetails": details});
    let made = house.done("CreateIdentityProvider", body).await;
    let shown = made["IdentityProvider"]["ProviderDetails"].clone();
    assert!(shown.get("private_key").is_none() && shown["key_id"] == "c");
    house
        .done("UpdateIdentityProvider", merged(named(&house, "SignInWithApple"), json!({"ProviderDetails": shown})))
        .await;
}

#[tokio::test]
async fn identifiers_lead_to_one_provider() {
    let house = house().await;
    house.done("CreateIdentityProvider", merged(google(&house), json!({"IdpIdentifiers": ["example.com", "g"]}))).await;
    let taken =
        house.refused("CreateIdentityProvider", merged(oidc(&house, "Mine"), json!({"IdpIdentifiers": ["g"]}))).await;
    assert!(taken.starts_with("DuplicateProviderException"), "{taken}");
    house.done("CreateIdentityProvider", merged(oidc(&house, "Mine"), json!({"IdpIdentifiers": ["m"]}))).await;
    let by = |identifier: &str| json!({"UserPoolId": house.pool, "IdpIdentifier": identifier});
    let found = house.done("GetIdentityProviderByIdentifier", by("example.com")).await;
    assert_eq!(found["IdentityProvider"]["ProviderName"], "Google");
    let moved =
        house.refused("UpdateIdentityProvider", merged(named(&house, "Mine"), json!({"IdpIdentifiers": ["g"]}))).await;
    assert!(moved.starts_with("InvalidParameterException"), "{moved}");
    house.done("UpdateIdentityProvider", merged(named(&house, "Google"), json!({"IdpIdentifiers": ["g"]}))).await;
    assert!(
        house
            .refused("GetIdentityProviderByIdentifier", by("example.com"))
            .await
            .starts_with("ResourceNotFoundException")
    );
    house
        .done("UpdateIdentityProvider", merged(named(&house, "Mine"), json!({"IdpIdentifiers": ["example.com"]})))
        .await;
    house.done("DeleteIdentityProvider", named(&house, "Google")).await;
    assert!(house.refused("GetIdentityProviderByIdentifier", by("g")).await.starts_with("ResourceNotFoundException"));

    let (mut seen, mut token) = (Vec::new(), Value::Null);
    house.done("CreateIdentityProvider", google(&house)).await;
    loop {
        let page = house
            .done("ListIdentityProviders", json!({"UserPoolId": house.pool, "MaxResults": 1, "NextToken": token}))
            .await;
        seen.extend(page["Providers"].as_array().unwrap().iter().map(|p| text(&p["ProviderName"])));
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, ["Google", "Mine"]);
}

#[tokio::test]
async fn clients_offer_providers_that_are_there() {
    let house = house().await;
    let fault = house
        .refused(
            "CreateUserPoolClient",
            json!({"UserPoolId": house.pool, "ClientName": "c",
        "SupportedIdentityProviders": ["COGNITO", "Google"]}),
        )
        .await;
    assert_eq!(
        fault,
        format!("InvalidParameterException: The provider Google does not exist for User Pool {}.", house.pool)
    );
    house.done("CreateIdentityProvider", google(&house)).await;
    let client = house.another_client(json!({"SupportedIdentityProviders": ["COGNITO", "Google"]})).await;
    house.done("DeleteIdentityProvider", named(&house, "Google")).await;
    let shown = house.done("DescribeUserPoolClient", json!({"UserPoolId": house.pool, "ClientId": client})).await;
    assert_eq!(shown["UserPoolClient"]["SupportedIdentityProviders"], json!(["COGNITO"]));
}

#[tokio::test]
async fn saml_metadata_is_read_and_a_pool_has_certificates_of_its_own() {
    let house = house().await;
    let document = metadata(&house).await;
    let made = house
        .done("CreateIdentityProvider", saml(&house, json!({"MetadataFile": document, "EncryptedResponses": "true"})))
        .await;
    let details = &made["IdentityProvider"]["ProviderDetails"];
    assert_eq!(details["SSORedirectBindingURI"], "https://idp.example.com/sso");
    assert_eq!(details["SLORedirectBindingURI"], "https://idp.example.com/slo");

    let signing = text(&house.done("GetSigningCertificate", json!({"UserPoolId": house.pool})).await["Certificate"]);
    let again = text(&house.done("GetSigningCertificate", json!({"UserPoolId": house.pool})).await["Certificate"]);
    assert_eq!(signing, again, "made once");
    let encryption = text(&details["ActiveEncryptionCertificate"]);
    assert_ne!(signing, encryption);
    for certificate in [signing, encryption] {
        let certificate = X509::from_der(&STANDARD.decode(certificate).unwrap()).unwrap();
        assert!(certificate.verify(&certificate.public_key().unwrap()).unwrap());
        assert!(format!("{:?}", certificate.subject_name()).contains(&house.pool));
    }
    let unknown = house.refused("GetSigningCertificate", json!({"UserPoolId": "eu-west-1_nothing00"})).await;
    assert!(unknown.starts_with("ResourceNotFoundException"));
}

/// The content of every file under a directory.
fn walk(dir: &std::path::Path, look: &mut dyn FnMut(&[u8])) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, look) } else { look(&std::fs::read(&path).unwrap()) }
    }
}

/// Answers one request with this body; the address to call.
fn serve_once(body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/metadata", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        stream.write_all([head.as_bytes(), body.as_bytes()].concat().as_slice()).unwrap();
    });
    url
}

#[tokio::test]
async fn metadata_is_fetched_where_the_settings_allow_it() {
    let clock = Clock::fake(Timestamp::from_secs(1_767_225_600));
    let app = TestApp::with(clock, |config| config.federation.allow_private = true).await.unwrap();
    let open = House::over(app, json!({}), json!({})).await;
    let url = serve_once(metadata(&open).await);
    let made = open.done("CreateIdentityProvider", saml(&open, json!({"MetadataURL": url}))).await;
    assert_eq!(made["IdentityProvider"]["ProviderDetails"]["SSORedirectBindingURI"], "https://idp.example.com/sso");
    let huge = serve_once("x".repeat(600 * 1024));
    let fault = open
        .refused(
            "CreateIdentityProvider",
            merged(saml(&open, json!({"MetadataURL": huge})), json!({"ProviderName": "Big"})),
        )
        .await;
    assert!(fault.contains("larger"), "{fault}");

    let closed = house().await;
    let url = serve_once(String::new());
    assert!(
        closed.refused("CreateIdentityProvider", saml(&closed, json!({"MetadataURL": url}))).await.contains("https")
    );
}

fn link(house: &House, user: &str, provider: &str, subject: &str) -> Value {
    json!({"UserPoolId": house.pool, "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": user},
        "SourceUser": {"ProviderName": provider, "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": subject}})
}

fn identity(house: &House, provider: &str, subject: &str) -> Value {
    json!({"UserPoolId": house.pool,
        "User": {"ProviderName": provider, "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": subject}})
}

#[tokio::test]
async fn an_identity_belongs_to_one_user_of_one_pool() {
    let house = house().await;
    house.done("CreateIdentityProvider", google(&house)).await;
    house.user("alice").await;
    house.user("bob").await;
    house.done("AdminLinkProviderForUser", link(&house, "alice", "Google", "1029")).await;
    let user = house.done("AdminGetUser", house.admin("alice")).await;
    let told = user["UserAttributes"].as_array().unwrap().iter().find(|a| a["Name"] == "identities").unwrap().clone();
    let told: Value = serde_json::from_str(told["Value"].as_str().unwrap()).unwrap();
    assert_eq!(told[0]["userId"], "1029");
    assert_eq!((&told[0]["providerName"], &told[0]["primary"]), (&json!("Google"), &json!(false)));

    let again = house.refused("AdminLinkProviderForUser", link(&house, "alice", "Google", "1029")).await;
    assert!(again.starts_with("InvalidParameterException"), "{again}");
    let stolen = house.refused("AdminLinkProviderForUser", link(&house, "bob", "Google", "1029")).await;
    assert!(stolen.starts_with("AliasExistsException"), "{stolen}");
    for (body, name) in [
        (link(&house, "nobody", "Google", "1"), "UserNotFoundException"),
        (link(&house, "alice", "Facebook", "1"), "ResourceNotFoundException"),
        (link(&house, "alice", "Cognito", "bob"), "InvalidParameterException"),
        (
            merged(link(&house, "alice", "Google", "1"), json!({"UserPoolId": "eu-west-1_nothing00"})),
            "ResourceNotFoundException",
        ),
    ] {
        let fault = house.refused("AdminLinkProviderForUser", body).await;
        assert!(fault.starts_with(name), "{fault}");
    }
    let mut by_mail = link(&house, "alice", "Google", "a@example.com");
    by_mail["SourceUser"]["ProviderAttributeName"] = json!("email");
    assert!(house.refused("AdminLinkProviderForUser", by_mail).await.contains("Cognito_Subject"));
    // Nobody writes the attribute past the links.
    let forged = json!({"UserAttributes": [{"Name": "identities", "Value": "[]"}]});
    assert!(
        house
            .refused("AdminUpdateUserAttributes", merged(house.admin("bob"), forged))
            .await
            .starts_with("InvalidParameterException")
    );

    house.done("AdminDisableProviderForUser", identity(&house, "Google", "1029")).await;
    assert!(
        house
            .refused("AdminDisableProviderForUser", identity(&house, "Google", "1029"))
            .await
            .starts_with("UserNotFoundException")
    );
    house.done("AdminLinkProviderForUser", link(&house, "bob", "Google", "1029")).await;
    house.done("AdminDeleteUser", house.admin("bob")).await;
    house.done("AdminLinkProviderForUser", link(&house, "alice", "Google", "1029")).await;
    for subject in ["2", "3", "4", "5"] {
        house.done("AdminLinkProviderForUser", link(&house, "alice", "Google", subject)).await;
    }
    let sixth = house.refused("AdminLinkProviderForUser", link(&house, "alice", "Google", "6")).await;
    assert!(sixth.starts_with("LimitExceededException"), "{sixth}");
}

#[tokio::test]
async fn a_user_named_like_a_profile_and_fixed_attributes_stand_in_the_way_of_links() {
    let schema = json!({"Schema": [{"Name": "badge", "AttributeDataType": "String", "Mutable": false}]});
    let house = House::new(schema, json!({})).await;
    house.done("CreateIdentityProvider", oidc(&house, "Mine")).await;
    house.user("Mine_7").await;
    house.user("alice").await;
    let merging = house.refused("AdminLinkProviderForUser", link(&house, "alice", "Mine", "7")).await;
    assert!(merging.contains("Merging is not currently supported"), "{merging}");
    house.user_with("carol", json!({"custom:badge": "1"})).await;
    assert!(
        house.refused("AdminLinkProviderForUser", link(&house, "carol", "Mine", "8")).await.contains("custom:badge")
    );
    let mut by_mail = link(&house, "alice", "Mine", "a@example.com");
    by_mail["SourceUser"]["ProviderAttributeName"] = json!("email");
    house.done("AdminLinkProviderForUser", by_mail).await;
}

#[tokio::test]
async fn disabling_the_pool_itself_takes_the_password() {
    let house = house().await;
    house.user("alice").await;
    house.tokens("alice").await;
    house.done("AdminDisableProviderForUser", identity(&house, "Cognito", "alice")).await;
    assert!(
        house
            .refused("InitiateAuth", house.sign_in_body("alice", crate::house::PASSWORD))
            .await
            .starts_with("NotAuthorizedException")
    );
}

#[tokio::test]
async fn id_tokens_tell_of_linked_identities_as_text() {
    let house = house().await;
    house.done("CreateIdentityProvider", google(&house)).await;
    house.user("alice").await;
    house.done("AdminLinkProviderForUser", link(&house, "alice", "Google", "1029")).await;
    let token = text(&house.tokens("alice").await["IdToken"]);
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let identity = &claims["identities"][0];
    assert_eq!((&identity["userId"], &identity["primary"]), (&json!("1029"), &json!("false")));
    assert_eq!(identity["dateCreated"], "1767225600000");
}

#[tokio::test]
async fn two_links_of_one_identity_at_once_make_one() {
    let house = house().await;
    house.done("CreateIdentityProvider", google(&house)).await;
    house.user("alice").await;
    house.user("bob").await;
    for round in 0..5 {
        let subject = format!("subject-{round}");
        let to =
            async |user: &str| house.call("AdminLinkProviderForUser", link(&house, user, "Google", &subject)).await;
        let (first, second) = futures::future::join(to("alice"), to("bob")).await;
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        house.done("AdminDisableProviderForUser", identity(&house, "Google", &subject)).await;
        assert!(
            house
                .refused("AdminDisableProviderForUser", identity(&house, "Google", &subject))
                .await
                .starts_with("UserNotFound")
        );
    }
}
