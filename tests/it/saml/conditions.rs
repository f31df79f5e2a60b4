//! Time, place and purpose of assertions that are signed well.

use super::idp::{ADDRESS, AUDIENCE, ENTITY, IDP, NOW, Parts, REQUEST};
use super::{accept, expected, trusting};
use poolhouse::federation::saml::{Expected, Refusal, Status};
use std::time::Duration;

fn outcome(parts: &Parts) -> Option<Refusal> {
    accept(&parts.with_signed_response(&IDP)).err()
}

/// The same with an edit of the assertion before it is signed.
fn edited(from: &str, to: &str) -> Option<Refusal> {
    let parts = Parts::default();
    let assertion = parts.assertion();
    assert!(assertion.contains(from), "{from}");
    let signed = IDP.sign(&assertion.replacen(from, to, 1), &super::Signing::of(&parts.assertion_id));
    accept(&super::idp::plain(&parts.response(&signed))).err()
}

#[test]
fn messages_for_others_are_refused() {
    assert_eq!(outcome(&Parts::default()), None);
    let cases = [
        (Parts { audience: "urn:amazon:cognito:sp:us-east-1_Other".into(), ..Parts::default() }, Refusal::Audience),
        (Parts { recipient: "https://evil.example/saml2/idpresponse".into(), ..Parts::default() }, Refusal::Binding),
        (Parts { recipient: ADDRESS.to_uppercase(), ..Parts::default() }, Refusal::Binding),
        (Parts { destination: "https://evil.example/".into(), ..Parts::default() }, Refusal::Binding),
        (Parts { in_response_to: Some("_other".into()), ..Parts::default() }, Refusal::Binding),
        (Parts { in_response_to: None, ..Parts::default() }, Refusal::Binding),
        (Parts { confirmed_request: Some("_other".into()), ..Parts::default() }, Refusal::Binding),
        (Parts { confirmed_request: None, ..Parts::default() }, Refusal::Binding),
        (Parts { issuer: "https://other.example/metadata".into(), ..Parts::default() }, Refusal::Issuer),
    ];
    for (parts, why) in cases {
        assert_eq!(outcome(&parts), Some(why), "{parts:?}", parts = parts.audience);
    }
    let elsewhere = Parts { destination: String::new(), ..Parts::default() };
    let without = elsewhere.response("").replace("Destination=\"\" ", "");
    let whole = IDP.sign(
        &without
            .replace("</samlp:Response>", &format!("{}</samlp:Response>", super::idp::plain(&elsewhere.assertion()))),
        &super::Signing::of("_response"),
    );
    assert_eq!(accept(&whole).err(), Some(Refusal::Binding), "a signed message says where to");
    let unsigned = super::idp::plain(&without)
        .replace("</samlp:Response>", &format!("{}</samlp:Response>", elsewhere.signed_assertion(&IDP)));
    assert!(accept(&unsigned).is_ok(), "an unsigned one need not");
}

#[test]
fn messages_have_their_time() {
    for (parts, good) in [
        (Parts { not_on_or_after: -59, ..Parts::default() }, true),
        (Parts { not_on_or_after: -60, ..Parts::default() }, false),
        (Parts { not_on_or_after: -3600, ..Parts::default() }, false),
        (Parts { not_before: 60, ..Parts::default() }, true),
        (Parts { not_before: 61, ..Parts::default() }, false),
        (Parts { issued: 60, ..Parts::default() }, true),
        (Parts { issued: 61, ..Parts::default() }, false),
        (Parts { issued: -25 * 3600, ..Parts::default() }, false),
    ] {
        assert_eq!(
            outcome(&parts),
            if good { None } else { Some(Refusal::Time) },
            "{} {}",
            parts.not_before,
            parts.issued
        );
    }
}

#[test]
fn assertions_say_all_they_must() {
    assert_eq!(edited("<saml:Subject>", "<saml:Subject>"), None);
    for (from, to, why) in [
        ("cm:bearer", "cm:sender-vouches", Refusal::Binding),
        ("cm:bearer", "cm:holder-of-key", Refusal::Binding),
        (" Recipient=", " Somewhere=", Refusal::Binding),
        (
            "<saml:AudienceRestriction>",
            "<saml:AudienceRestriction></saml:AudienceRestriction><saml:AudienceRestriction>",
            Refusal::Audience,
        ),
        ("<saml:Audience>urn", "<saml:Audience> x urn", Refusal::Audience),
        (
            "<saml:AudienceRestriction>",
            "<saml:Condition></saml:Condition><saml:AudienceRestriction>",
            Refusal::Audience,
        ),
        (
            "SessionIndex=\"session-7\"",
            "SessionIndex=\"session-7\" SessionNotOnOrAfter=\"2020-01-01T00:00:00Z\"",
            Refusal::Time,
        ),
        (" NotOnOrAfter=", " NotBefore=\"2020-01-01T00:00:00Z\" NotOnOrAfter=", Refusal::Binding),
    ] {
        assert_eq!(edited(from, to), Some(why), "{to}");
    }
    // Parts that must be there, and parts that must not be there twice.
    for (from, to) in [
        ("<saml:NameID ", "<saml:NameID>mallory</saml:NameID><saml:NameID "),
        ("<saml:Subject>", "<saml:Subject><saml:NameID>mallory</saml:NameID></saml:Subject><saml:Subject>"),
        ("<saml:Conditions ", "<saml:Conditions></saml:Conditions><saml:Conditions "),
        ("<saml:AuthnStatement ", "<saml:Issuer>x</saml:Issuer><saml:AuthnStatement "),
        ("<saml:AuthnStatement ", "<saml:Unknown></saml:Unknown><saml:AuthnStatement "),
        (">alice<", "><"),
        (">alice<", "> \n <"),
        (">alice<", ">al<b>i</b>ce<"),
        ("NotOnOrAfter=\"2", "NotOnOrAfter=\"x2"),
        ("Name=\"email\"", "FriendlyName=\"email\""),
        ("<saml:Issuer>", "<saml:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">"),
    ] {
        let assertion = Parts::default().assertion();
        assert!(assertion.contains(from), "{from}");
        let outcome = edited(from, to);
        assert!(outcome.is_some_and(|why| why != Refusal::AssertionSignature), "{to}: {outcome:?}");
    }
}

#[test]
fn failures_are_told() {
    let parts = Parts { status: "urn:oasis:names:tc:SAML:2.0:status:Responder".into(), ..Parts::default() };
    assert_eq!(outcome(&parts), Some(Refusal::Status(Status::Other)));
    let denied = parts.response("").replace(
        "></samlp:StatusCode>",
        "><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:AuthnFailed\"></samlp:StatusCode></samlp:StatusCode>",
    );
    // Providers seldom sign those.
    assert_eq!(accept(&super::idp::plain(&denied)).err(), Some(Refusal::Status(Status::AuthnFailed)));
}

#[test]
fn sign_ins_that_begin_at_the_provider() {
    let unasked = |issued| Parts { in_response_to: None, confirmed_request: None, issued, ..Parts::default() };
    let expected = Expected { request: None, ..expected() };
    let reader = trusting(&[&IDP], false);
    let check =
        |parts: &Parts| expected.check(&reader.response(&super::encode(&parts.with_signed_assertion(&IDP))).unwrap());
    assert!(check(&unasked(0)).is_ok());
    assert!(check(&unasked(-360)).is_ok());
    assert_eq!(check(&unasked(-361)), Err(Refusal::Time));
    assert_eq!(check(&Parts::default()), Err(Refusal::Binding), "an answer is not taken for one");
    assert_eq!(check(&Parts { confirmed_request: Some(REQUEST.into()), ..unasked(0) }), Err(Refusal::Binding));
}

#[test]
fn a_used_assertion_is_remembered_as_long_as_it_could_be_used() {
    let reader = trusting(&[&IDP], false);
    let parts = Parts { not_on_or_after: 90 * 86_400, ..Parts::default() };
    let received = reader.response(&super::encode(&parts.with_signed_assertion(&IDP))).unwrap();
    let until = expected().check(&received).unwrap();
    let at = |now| Expected { provider: ENTITY, audience: AUDIENCE, address: ADDRESS, request: Some(REQUEST), now };
    assert!(at(NOW.plus(Duration::from_secs(86_400))).check(&received).is_ok());
    assert_eq!(at(until).check(&received), Err(Refusal::Time));
}
