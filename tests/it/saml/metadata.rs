//! Metadata of providers: what they say, and when they are read again.

use super::idp::{self, IDP, OTHER};
use super::journey::{BASE, message, metadata, parts, site_of, value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::x509::X509;
use poolhouse::app::TestApp;
use poolhouse::clock::Clock;
use poolhouse::web::Method;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Serves a document for as long as it is not empty; what it is, how often it was asked for, and where.
fn serve() -> (Arc<Mutex<(String, u32)>>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/metadata", listener.local_addr().unwrap());
    let shared: Arc<Mutex<(String, u32)>> = Arc::default();
    let state = shared.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            let mut state = state.lock().unwrap();
            state.1 += 1;
            let status = if state.0.is_empty() { "500 No" } else { "200 OK" };
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", state.0.len());
            stream.write_all([head.as_bytes(), state.0.as_bytes()].concat().as_slice()).unwrap();
        }
    });
    (shared, url)
}

#[tokio::test]
async fn an_address_is_read_again_after_six_hours() {
    let (served, url) = serve();
    served.lock().unwrap().0 = metadata(&[&IDP]);
    let app = TestApp::with(Clock::fake(idp::NOW), |config| config.federation.allow_private = true).await.unwrap();
    let site = site_of(app, json!({"MetadataURL": url})).await;
    let mut browser = site.browser();
    let outcome = async |browser: &mut crate::hosted::Browser<'_>, number: u32, idp: &idp::Idp| {
        browser.cookies.retain(|name, _| name == "csrf-state");
        let page = browser.get(&format!("/oauth2/authorize?{}&identity_provider=Corp", site.query())).await;
        let (query, xml) = message(page.location().unwrap());
        let id = value(&xml, "ID");
        let late = site.house.app.context().unwrap().now.secs() - idp::NOW.secs();
        let mut parts = parts(&site, Some(&id), &format!("_m{number}"));
        (parts.issued, parts.not_before, parts.not_on_or_after) = (late, late - 30, late + 300);
        let response = idp::encode(&parts.with_signed_assertion(idp));
        let form = [("SAMLResponse", response.as_str()), ("RelayState", query.get("RelayState").unwrap())];
        browser.send(Method::Post, "/saml2/idpresponse", &form).await.code().is_some()
    };
    let asked = || served.lock().unwrap().1;
    assert!(outcome(&mut browser, 1, &IDP).await);
    assert_eq!(asked(), 1, "read when the provider was made");
    served.lock().unwrap().0 = metadata(&[&OTHER]);
    assert!(!outcome(&mut browser, 2, &OTHER).await, "not read again yet");
    site.house.app.advance(Duration::from_secs(6 * 3600));
    assert!(outcome(&mut browser, 3, &OTHER).await);
    assert!(!outcome(&mut browser, 4, &IDP).await, "the old key signs no more");
    assert_eq!(asked(), 2);
    // The address fails: what was known stays, and not every sign-in asks.
    served.lock().unwrap().0.clear();
    site.house.app.advance(Duration::from_secs(6 * 3600));
    assert!(outcome(&mut browser, 5, &OTHER).await && outcome(&mut browser, 6, &OTHER).await);
    assert_eq!(asked(), 3);
    site.house.app.advance(Duration::from_secs(301));
    assert!(outcome(&mut browser, 7, &OTHER).await);
    assert_eq!(asked(), 4);
}

#[tokio::test]
async fn a_provider_that_takes_forms_gets_a_signed_one() {
    let document = metadata(&[&IDP])
        .replace(
            "SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\"",
            "SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"",
        )
        .replace("<md:IDPSSODescriptor ", "<md:IDPSSODescriptor WantAuthnRequestsSigned=\"true\" ");
    let app = TestApp::with(Clock::fake(idp::NOW), |_| {}).await.unwrap();
    let site = site_of(app, json!({"MetadataFile": document})).await;
    let mut browser = site.browser();
    let page = browser.get(&format!("/oauth2/authorize?{}&identity_provider=Corp", site.query())).await;
    let form = page.form_with("SAMLRequest");
    assert_eq!(form.action, "https://idp.example.com/sso");
    let xml = String::from_utf8(STANDARD.decode(&form.fields["SAMLRequest"]).unwrap()).unwrap();
    assert!(xml.contains(&format!("AssertionConsumerServiceURL=\"{BASE}/saml2/idpresponse\"")), "{xml}");
    // The signature is that of the pool's certificate: xmlsec1 verifies it, where it is installed.
    let asked = json!({"UserPoolId": site.house.pool});
    let certificate = site.house.done("GetSigningCertificate", asked).await["Certificate"].as_str().unwrap().to_owned();
    let dir = tempfile::tempdir().unwrap();
    let (file, key) = (dir.path().join("m.xml"), dir.path().join("c.pem"));
    std::fs::write(&file, &xml).unwrap();
    let pem = X509::from_der(&STANDARD.decode(certificate).unwrap()).unwrap().to_pem().unwrap();
    std::fs::write(&key, pem).unwrap();
    let mut verify = std::process::Command::new("xmlsec1");
    verify.args(["--verify", "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:protocol:AuthnRequest", "--pubkey-cert-pem"]);
    match verify.arg(&key).arg(&file).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => println!("xmlsec1 is not here: {error}"),
    }
}
