//! Single logout, and what this server signs itself.

use super::idp::{self, ADDRESS, AUDIENCE, ENTITY, IDP, OTHER, PROTOCOL, REQUEST, SAML, Signing, at, encode};
use super::trusting;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::hash::MessageDigest;
use openssl::sign::{Signer, Verifier};
use poolhouse::federation::saml::{
    AuthnRequest, Header, LogoutRequest, LogoutResponse, NameId, Outgoing, Parameter, Reader, TrustedKeys, new_id,
    posted,
};
use poolhouse::keys::certificate;
use poolhouse::keys::signing::SigningKey;
use std::io::Read as _;
use std::sync::LazyLock;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());

fn own() -> Reader {
    let certificate = certificate::self_signed(&KEY, "pool", idp::NOW).unwrap();
    Reader { keys: TrustedKeys::new(&[certificate], false), decryption: Vec::new() }
}

fn header(id: &str) -> Header<'_> {
    Header { id, issued: idp::NOW, issuer: AUDIENCE, destination: "https://idp.example.com/sso?a=1&b=2" }
}

fn name() -> NameId {
    NameId {
        value: "al<i>&ce".into(),
        format: Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".into()),
        name_qualifier: Some("\"q\"".into()),
        sp_name_qualifier: None,
    }
}

fn response(inside: &str) -> String {
    format!(
        "<samlp:LogoutResponse xmlns:samlp=\"{PROTOCOL}\" Destination=\"{ADDRESS}\" ID=\"_answer\" \
         InResponseTo=\"{REQUEST}\" IssueInstant=\"{}\" Version=\"2.0\"><saml:Issuer xmlns:saml=\"{SAML}\">{ENTITY}\
         </saml:Issuer>{inside}<samlp:Status><samlp:StatusCode \
         Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"></samlp:StatusCode></samlp:Status></samlp:LogoutResponse>",
        at(0)
    )
}

#[test]
fn answers_to_logouts_are_read() {
    let reader = trusting(&[&IDP], false);
    let unsigned = response("");
    let signed = IDP.sign(&response("{signature}"), &Signing::of("_answer"));
    for xml in [&unsigned, &signed] {
        let envelope = reader.logout_response(&encode(xml)).unwrap();
        super::expected().check_envelope(&envelope).unwrap();
    }
    let forged = OTHER.sign(&response("{signature}"), &Signing::of("_answer"));
    for bad in [forged, signed.replace(REQUEST, "_x"), unsigned.replace("LogoutResponse", "Response"), "<a/>".into()] {
        assert!(reader.logout_response(&encode(&bad)).is_err(), "{bad}");
    }
}

#[test]
fn requests_to_log_out_are_signed_in_either_binding() {
    let (id, reader) = (new_id().unwrap(), own());
    let request = LogoutRequest { header: header(&id), name_id: &name(), session_index: Some("s<1>") }.xml();
    let encoded = posted(&request, &id, &KEY).unwrap();
    let read = reader.logout_request(&encoded).unwrap();
    assert_eq!((&read.name_id, read.session_indexes.as_slice()), (&name(), ["s<1>".to_owned()].as_slice()));
    assert_eq!(read.envelope.destination.as_deref(), Some("https://idp.example.com/sso?a=1&b=2"));
    let plain = String::from_utf8(STANDARD.decode(&encoded).unwrap()).unwrap();
    assert!(reader.logout_request(&encode(&request)).is_err(), "unsigned");
    assert!(reader.logout_request(&encode(&plain.replace("s&lt;1", "s&lt;2"))).is_err(), "changed");
    assert!(trusting(&[&IDP], false).logout_request(&encoded).is_err(), "another key");
    // By redirect the signature is over the query.
    let outgoing = Outgoing {
        parameter: Parameter::Request,
        xml: &request,
        relay_state: Some("a b/ü"),
        address: "https://idp.example.com/slo",
    };
    let url = outgoing.redirect(Some(&KEY)).unwrap();
    let query = url.strip_prefix("https://idp.example.com/slo?").unwrap();
    assert_eq!(reader.logout_redirect(query).unwrap().name_id, name());
    let unsigned = outgoing.redirect(None).unwrap();
    for bad in [
        query.replace("RelayState=a", "RelayState=b"),
        query.replace("rsa-sha256", "rsa-sha1"),
        format!("{query}&RelayState=x"),
        format!("SAMLRequest=x&{query}"),
        query.split("&Signature").next().unwrap().to_owned(),
        unsigned.split_once('?').unwrap().1.to_owned(),
        String::new(),
    ] {
        assert!(reader.logout_redirect(&bad).is_err(), "{bad}");
    }
    // A message that is small when compressed only.
    let mut bomb = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut bomb, &vec![b' '; 50_000_000]).unwrap();
    let bomb = percent(&STANDARD.encode(bomb.finish().unwrap()));
    let algorithm = percent("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
    let signed = format!("SAMLRequest={bomb}&SigAlg={algorithm}");
    let signature = percent(&STANDARD.encode(KEY.sign(signed.as_bytes()).unwrap()));
    assert!(reader.logout_redirect(&format!("{signed}&Signature={signature}")).is_err());
}

fn percent(text: &str) -> String {
    text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D").replace(':', "%3A").replace('#', "%23")
}

#[test]
fn requests_are_well_formed_and_their_queries_verify() {
    let id = new_id().unwrap();
    let request = AuthnRequest { header: header(&id), answer_to: ADDRESS, force: true };
    let xml = request.xml();
    for part in ["ForceAuthn=\"true\"", "a=1&amp;b=2", "ProtocolBinding=\"urn", AUDIENCE, &id] {
        assert!(xml.contains(part), "{part} in {xml}");
    }
    assert!(!AuthnRequest { force: false, ..request }.xml().contains("ForceAuthn"));
    let outgoing = Outgoing {
        parameter: Parameter::Request,
        xml: &xml,
        relay_state: Some("state"),
        address: header(&id).destination,
    };
    let url = outgoing.redirect(Some(&KEY)).unwrap();
    let (signed, signature) = url.split_once("&Signature=").unwrap();
    let signed = signed.strip_prefix("https://idp.example.com/sso?a=1&b=2&").unwrap();
    let decode =
        |text: &str| STANDARD.decode(text.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")).unwrap();
    let certificate = openssl::x509::X509::from_der(&certificate::self_signed(&KEY, "p", idp::NOW).unwrap()).unwrap();
    let public = certificate.public_key().unwrap();
    let mut verifier = Verifier::new(MessageDigest::sha256(), &public).unwrap();
    assert!(verifier.verify_oneshot(&decode(signature), signed.as_bytes()).unwrap());
    let message = signed.strip_prefix("SAMLRequest=").unwrap().split('&').next().unwrap();
    let mut read = String::new();
    flate2::read::DeflateDecoder::new(&decode(message)[..]).read_to_string(&mut read).unwrap();
    assert_eq!(read, xml);
    let answer = LogoutResponse { header: header(&id), in_response_to: "_theirs" }.xml();
    let envelope = own().logout_response(&posted(&answer, &id, &KEY).unwrap()).unwrap();
    assert_eq!((envelope.signed, envelope.in_response_to.as_deref()), (true, Some("_theirs")));
    let _ = Signer::new(MessageDigest::sha256(), &IDP.key).unwrap();
}
