//! A browser's way to a SAML provider and back, and out again.

use super::idp::{self, ENTITY, GCM, IDP, Idp, NOW, OTHER, OURS, PROTOCOL, Parts, SAML, Signing, at, encode};
use crate::hosted::{Look, Site, web_client};
use crate::house::{House, merged};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::hash::MessageDigest;
use openssl::sign::Verifier;
use openssl::x509::X509;
use poolhouse::app::TestApp;
use poolhouse::clock::Clock;
use poolhouse::web::{Method, Parameters};
use serde_json::{Value, json};
use std::io::Read as _;
use std::time::Duration;

pub const BASE: &str = "http://shop.auth.localhost:9229";
const SSO: &str = "https://idp.example.com/sso";
const SLO: &str = "https://idp.example.com/slo";
const OUT: &str = "https://app.example.com/out";

pub fn metadata(idps: &[&Idp]) -> String {
    let keys: String = idps
        .iter()
        .map(|idp| {
            format!(
                "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}\
                 </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
                STANDARD.encode(&idp.certificate)
            )
        })
        .collect();
    format!(
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ds=\"{}\" entityID=\"{ENTITY}\">\
         <md:IDPSSODescriptor protocolSupportEnumeration=\"{PROTOCOL}\">{keys}\
         <md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"{SLO}\"/>\
         <md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"{SSO}\"/>\
         </md:IDPSSODescriptor></md:EntityDescriptor>",
        idp::DS
    )
}

async fn site(details: Value, idps: &[&Idp]) -> Site {
    let app = TestApp::with(Clock::fake(NOW), |_| {}).await.unwrap();
    site_of(app, merged(json!({"MetadataFile": metadata(idps)}), details)).await
}

/// A pool with a SAML provider of these details.
pub async fn site_of(app: TestApp, details: Value) -> Site {
    let mut house = House::over(app, json!({}), web_client(json!({}))).await;
    let mapping = json!({"email": "email", "custom:groups": "groups"});
    let attribute = json!({"Name": "groups", "AttributeDataType": "String", "Mutable": true});
    house.done("AddCustomAttributes", json!({"UserPoolId": house.pool, "CustomAttributes": [attribute]})).await;
    let provider = json!({"UserPoolId": house.pool, "ProviderName": "Corp", "ProviderType": "SAML",
        "ProviderDetails": details, "AttributeMapping": mapping, "IdpIdentifiers": ["corp.example"]});
    house.done("CreateIdentityProvider", provider).await;
    let client = json!({"SupportedIdentityProviders": ["COGNITO", "Corp"], "LogoutURLs": [OUT]});
    house.client = house.another_client(web_client(client)).await;
    Site::over(house, Look::Managed).await
}

/// Parts that fit the site's pool.
pub fn parts(site: &Site, request: Option<&str>, assertion: &str) -> Parts {
    Parts {
        assertion_id: assertion.into(),
        destination: format!("{BASE}/saml2/idpresponse"),
        recipient: format!("{BASE}/saml2/idpresponse"),
        audience: format!("urn:amazon:cognito:sp:{}", site.house.pool),
        in_response_to: request.map(str::to_owned),
        confirmed_request: request.map(str::to_owned),
        attributes: [idp::attribute("email", &["alice@example.com"]), idp::attribute("groups", &["a b", "c"])].concat(),
        ..Parts::default()
    }
}

/// The query of a URL at the provider, and the message in it.
pub fn message(url: &str) -> (Parameters, String) {
    let query = Parameters::parse(url.split_once('?').unwrap().1).unwrap();
    let bytes = STANDARD.decode(query.get("SAMLRequest").unwrap()).unwrap();
    let mut xml = String::new();
    flate2::read::DeflateDecoder::new(&bytes[..]).read_to_string(&mut xml).unwrap();
    (query, xml)
}

pub fn value(xml: &str, name: &str) -> String {
    xml.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Goes to the provider; the id of the request and the relay state.
macro_rules! leave {
    ($site:expr, $browser:expr) => {{
        // Whoever is signed in is not led there again.
        $browser.cookies.retain(|name, _| name == "csrf-state");
        let page = $browser.get(&format!("/oauth2/authorize?{}&identity_provider=Corp", $site.query())).await;
        let location = page.location().unwrap_or_else(|| panic!("{}: {}", page.status, page.text())).to_owned();
        assert!(location.starts_with(SSO), "{location}");
        let (query, xml) = message(&location);
        (value(&xml, "ID"), query.get("RelayState").unwrap().to_owned(), location)
    }};
}

macro_rules! post {
    ($browser:expr, $xml:expr, $state:expr) => {{
        let form = [("SAMLResponse", encode(&$xml)), ("RelayState", $state.to_owned())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = $browser.send(Method::Post, "/saml2/idpresponse", &form).await;
        $browser.follow(page).await
    }};
}

#[tokio::test]
async fn a_user_signs_in_at_the_provider_and_is_known() {
    let site = site(json!({"RequestSigningAlgorithm": "rsa-sha256"}), &[&OTHER, &IDP]).await;
    let mut browser = site.browser();
    let (id, state, location) = leave!(site, browser);
    // The request is signed by the key of GetSigningCertificate.
    let asked = json!({"UserPoolId": site.house.pool});
    let certificate = site.house.done("GetSigningCertificate", asked).await["Certificate"].as_str().unwrap().to_owned();
    let public = X509::from_der(&STANDARD.decode(certificate).unwrap()).unwrap().public_key().unwrap();
    let (signed, signature) = location.split_once('?').unwrap().1.split_once("&Signature=").unwrap();
    let signature = Parameters::parse(&format!("s={signature}")).unwrap().get("s").unwrap().to_owned();
    let mut verifier = Verifier::new(MessageDigest::sha256(), &public).unwrap();
    assert!(verifier.verify_oneshot(&STANDARD.decode(signature).unwrap(), signed.as_bytes()).unwrap());

    let parts = parts(&site, Some(&id), "_a1");
    let page = post!(browser, parts.with_signed_assertion(&IDP), state);
    assert!(page.code().is_some(), "{:?} {}", page.location(), page.text());
    let user = site.house.done("AdminGetUser", json!({"UserPoolId": site.house.pool, "Username": "Corp_alice"})).await;
    assert_eq!(user["UserStatus"], "EXTERNAL_PROVIDER");
    let attributes = user["UserAttributes"].as_array().unwrap();
    let of = |name: &str| attributes.iter().find(|a| a["Name"] == name).map(|a| a["Value"].as_str().unwrap());
    assert_eq!(of("email"), Some("alice@example.com"));
    assert_eq!(of("custom:groups"), Some("[a+b,c]"));
    let identities: Value = serde_json::from_str(of("identities").unwrap()).unwrap();
    assert_eq!((&identities[0]["issuer"], &identities[0]["userId"]), (&json!(ENTITY), &json!("alice")));

    // The same answer again is none: its state is used up. In a new round its assertion is.
    let page = post!(browser, parts.with_signed_assertion(&IDP), state);
    page.shows("relay");
    let (id, state, _) = leave!(site, browser);
    let again = Parts { in_response_to: Some(id.clone()), confirmed_request: Some(id), ..parts };
    let page = post!(browser, again.with_signed_assertion(&IDP), state);
    let location = page.location().unwrap();
    assert!(location.contains("Invalid+samlResponse+or+relayState"), "{location}");
}

#[tokio::test]
async fn bad_answers_are_told_to_the_app_and_make_no_user() {
    let site = site(json!({}), &[&IDP]).await;
    let mut browser = site.browser();
    for (words, make) in [
        ("SAML+Assertion+signature+is+invalid", (|p: &Parts| p.with_signed_assertion(&OTHER)) as fn(&Parts) -> String),
        ("SAML+Response+signature+is+invalid", |p| p.with_signed_response(&OTHER)),
        ("SAML+Assertion+signature+is+invalid", |p| idp::plain(&p.response(&idp::plain(&p.assertion())))),
        ("Audience+restriction", |p| Parts { audience: "x".into(), ..p.clone() }.with_signed_assertion(&IDP)),
        ("Invalid+samlResponse+or+relayState", |p| {
            Parts { recipient: "https://x.example/".into(), ..p.clone() }.with_signed_assertion(&IDP)
        }),
        ("not+valid+at+this+time", |p| Parts { not_on_or_after: -90, ..p.clone() }.with_signed_assertion(&IDP)),
        ("is+encrypted", |p| idp::plain(&p.response(&GCM.element(p.signed_assertion(&IDP).as_bytes())))),
        ("access_denied", |p| {
            let failed = "urn:oasis:names:tc:SAML:2.0:status:Responder\"><samlp:StatusCode \
                          Value=\"urn:oasis:names:tc:SAML:2.0:status:AuthnFailed";
            let xml = Parts { status: failed.into(), ..p.clone() }.response("");
            idp::plain(&xml.replace("</samlp:StatusCode>", "</samlp:StatusCode></samlp:StatusCode>"))
        }),
    ] {
        let (id, state, _) = leave!(site, browser);
        let page = post!(browser, make(&parts(&site, Some(&id), "_b1")), state);
        let location = page.location().unwrap_or_else(|| panic!("{words}: {}", page.text()));
        assert!(location.starts_with("https://app.example.com/callback") && location.contains(words), "{location}");
        assert!(!location.contains("code="), "{location}");
    }
    let users = site.house.done("ListUsers", json!({"UserPoolId": site.house.pool})).await;
    assert_eq!(users["Users"], json!([]));
    // Requests that are no answers, and states of nobody.
    let page = browser.send(Method::Get, "/saml2/idpresponse?SAMLResponse=x", &[]).await;
    browser.follow(page).await.shows("requested page");
    let page = post!(browser, "<a/>", "none");
    page.shows("relay");
    // Another browser's answer.
    let (id, state, _) = leave!(site, browser);
    let mut stranger = site.browser();
    let _ = leave!(site, stranger);
    let page = post!(stranger, parts(&site, Some(&id), "_b2").with_signed_assertion(&IDP), state);
    page.shows("relay");
}

#[tokio::test]
async fn encrypted_assertions_are_opened_with_the_providers_certificate() {
    let site = site(json!({"EncryptedResponses": "true"}), &[&IDP]).await;
    let mut browser = site.browser();
    let page = browser.send(Method::Get, "/saml2/metadata?identity_provider=Corp", &[]).await;
    assert_eq!(page.status, 200);
    let described = site
        .house
        .done("DescribeIdentityProvider", json!({"UserPoolId": site.house.pool, "ProviderName": "Corp"}))
        .await;
    let certificate = described["IdentityProvider"]["ProviderDetails"]["ActiveEncryptionCertificate"].as_str().unwrap();
    assert!(page.html.contains(certificate) && page.html.contains(&format!("{BASE}/saml2/idpresponse")));
    let public = X509::from_der(&STANDARD.decode(certificate).unwrap()).unwrap().public_key().unwrap();
    let (id, state, _) = leave!(site, browser);
    let parts = parts(&site, Some(&id), "_c1");
    let plain = post!(browser, parts.with_signed_assertion(&IDP), state);
    assert!(plain.location().unwrap().contains("not+encrypted"), "{:?}", plain.location());
    let (id, state, _) = leave!(site, browser);
    let parts = Parts { in_response_to: Some(id.clone()), confirmed_request: Some(id), ..parts };
    let encrypted = GCM.element_for(&public, parts.signed_assertion(&IDP).as_bytes());
    let page = post!(browser, idp::plain(&parts.response(&encrypted)), state);
    assert!(page.code().is_some(), "{:?} {}", page.location(), page.text());
    let (_, state, _) = leave!(site, browser);
    let foreign = GCM.element(parts.signed_assertion(&IDP).as_bytes());
    let page = post!(browser, idp::plain(&parts.response(&foreign)), state);
    assert!(page.location().unwrap().contains("cannot+be+decrypted"), "{:?}", page.location());
    assert_ne!(OURS.certificate, STANDARD.decode(certificate).unwrap());
    // A new pair: the certificate is another, and what is encrypted to the one before is still opened.
    let details =
        json!({"MetadataFile": metadata(&[&IDP]), "EncryptedResponses": "true", "RotateEncryptionCertificate": "true"});
    let named = json!({"UserPoolId": site.house.pool, "ProviderName": "Corp", "ProviderDetails": details});
    let updated = site.house.done("UpdateIdentityProvider", named).await;
    let details = &updated["IdentityProvider"]["ProviderDetails"];
    let renewed = details["ActiveEncryptionCertificate"].as_str().unwrap();
    assert!(renewed != certificate && details.get("RotateEncryptionCertificate").is_none());
    let new = X509::from_der(&STANDARD.decode(renewed).unwrap()).unwrap().public_key().unwrap();
    for (number, public) in [public, new].iter().enumerate() {
        let (id, state, _) = leave!(site, browser);
        let parts = self::parts(&site, Some(&id), &format!("_r{number}"));
        let encrypted = GCM.element_for(public, parts.signed_assertion(&IDP).as_bytes());
        let page = post!(browser, idp::plain(&parts.response(&encrypted)), state);
        assert!(page.code().is_some(), "{:?} {}", page.location(), page.text());
    }
    assert_eq!(browser.send(Method::Get, "/saml2/metadata?identity_provider=None", &[]).await.status, 404);
}

#[tokio::test]
async fn a_sign_in_may_begin_at_the_provider_where_that_is_on() {
    let on = site(json!({"IDPInit": "true"}), &[&IDP]).await;
    let off = site(json!({}), &[&IDP]).await;
    let state = |site: &Site, redirect: &str, who: &str| {
        format!("{who}&client_id={}&redirect_uri={redirect}&response_type=code&scope=email%2Bopenid", site.house.client)
    };
    let callback = "https%3A%2F%2Fapp.example.com%2Fcallback%3Ffrom%3Dpool";
    for (number, who) in ["identity_provider=Corp", "idp_identifier=corp.example"].iter().enumerate() {
        let mut browser = on.browser();
        browser.cookies.insert("csrf-state".into(), "0123456789abcdef0123456789abcdef".into());
        let parts = parts(&on, None, &format!("_d{number}"));
        let page = post!(browser, parts.with_signed_assertion(&IDP), state(&on, callback, who));
        assert!(page.code().is_some(), "{:?} {}", page.location(), page.text());
        assert!(!page.location().unwrap().contains("state="), "nobody asked");
        let page = post!(browser, parts.with_signed_assertion(&IDP), state(&on, callback, who));
        assert!(page.location().unwrap().contains("Invalid+samlResponse"), "once only");
        let old = Parts { issued: -400, assertion_id: "_old".into(), ..parts.clone() };
        let page = post!(browser, old.with_signed_assertion(&IDP), state(&on, callback, who));
        assert!(page.location().unwrap().contains("Invalid+samlResponse"), "{:?}", page.location());
        let fresh = Parts { assertion_id: "_fresh".into(), ..parts };
        for (relay, status) in [
            (state(&on, "https%3A%2F%2Fevil.example%2F", who), 400),
            (state(&on, callback, "identity_provider=None"), 400),
            (format!("client_id={}", on.house.client), 400),
            (who.to_string(), 400),
        ] {
            let page = post!(browser, fresh.with_signed_assertion(&IDP), relay);
            assert_eq!((page.status, page.location()), (status, None), "{relay}");
        }
    }
    let mut browser = off.browser();
    browser.cookies.insert("csrf-state".into(), "0123456789abcdef0123456789abcdef".into());
    let parts = parts(&off, None, "_d9");
    let page = post!(browser, parts.with_signed_assertion(&IDP), state(&off, callback, "identity_provider=Corp"));
    page.shows("relay");
}

#[tokio::test]
async fn a_sign_out_goes_on_at_the_provider() {
    let site = site(json!({"IDPSignout": "true"}), &[&IDP]).await;
    let mut browser = site.browser();
    let (id, state, _) = leave!(site, browser);
    let page = post!(browser, parts(&site, Some(&id), "_e1").with_signed_assertion(&IDP), state);
    assert!(page.code().is_some());
    let leave = format!("/logout?client_id={}&logout_uri=https%3A%2F%2Fapp.example.com%2Fout", site.house.client);
    let page = browser.get(&leave).await;
    let location = page.location().unwrap().to_owned();
    assert!(location.starts_with(SLO) && location.contains("&Signature="), "{location}");
    let (query, xml) = message(&location);
    for part in [">alice</saml:NameID>", "<samlp:SessionIndex>session-7<", "nameid-format:persistent"] {
        assert!(xml.contains(part), "{part} in {xml}");
    }
    let answer = format!(
        "<samlp:LogoutResponse xmlns:samlp=\"{PROTOCOL}\" Destination=\"{BASE}/saml2/logout\" ID=\"_answer\" \
         InResponseTo=\"{}\" IssueInstant=\"{}\" Version=\"2.0\"><saml:Issuer xmlns:saml=\"{SAML}\">{ENTITY}\
         </saml:Issuer>{{signature}}<samlp:Status><samlp:StatusCode \
         Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"></samlp:StatusCode></samlp:Status></samlp:LogoutResponse>",
        value(&xml, "ID"),
        at(0)
    );
    let signed = encode(&IDP.sign(&answer, &Signing::of("_answer")));
    let form = [("SAMLResponse", signed.as_str()), ("RelayState", query.get("RelayState").unwrap())];
    let page = browser.send(Method::Post, "/saml2/logout", &form).await;
    assert_eq!(page.location(), Some(OUT));
    assert_eq!(browser.get(&leave).await.location(), Some(OUT), "nobody is signed in any more");
}

#[tokio::test]
async fn metadata_are_read_again_and_a_new_key_signs() {
    let site = site(json!({}), &[&IDP]).await;
    let mut browser = site.browser();
    let named = json!({"UserPoolId": site.house.pool, "ProviderName": "Corp"});
    let both = json!({"ProviderDetails": {"MetadataFile": metadata(&[&IDP, &OTHER])}});
    site.house.done("UpdateIdentityProvider", merged(named.clone(), both)).await;
    for (number, idp) in [&*IDP, &*OTHER].into_iter().enumerate() {
        let (id, state, _) = leave!(site, browser);
        let page = post!(browser, parts(&site, Some(&id), &format!("_f{number}")).with_signed_assertion(idp), state);
        assert!(page.code().is_some(), "{:?}", page.location());
    }
    let new = json!({"ProviderDetails": {"MetadataFile": metadata(&[&OTHER])}});
    site.house.done("UpdateIdentityProvider", merged(named, new)).await;
    let (id, state, _) = leave!(site, browser);
    let page = post!(browser, parts(&site, Some(&id), "_f8").with_signed_assertion(&IDP), state);
    assert!(page.location().unwrap().contains("signature+is+invalid"), "{:?}", page.location());
    // Too long at the provider.
    let (id, state, _) = leave!(site, browser);
    site.house.app.advance(Duration::from_secs(301));
    let late = Parts { issued: 290, not_on_or_after: 600, ..parts(&site, Some(&id), "_f9") };
    let page = post!(browser, late.with_signed_assertion(&OTHER), state);
    assert!(page.location().is_none_or(|location| !location.contains("code=")), "{:?}", page.location());
}
