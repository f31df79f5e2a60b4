//! SAML: what is taken from identity providers, and every known way to cheat. Each attack starts from a message that is
//! accepted.

mod attacks;
mod conditions;
mod encryption;
mod idp;
mod journey;
mod logout;
mod metadata;
mod properties;
mod wrapping;

use idp::{ADDRESS, AUDIENCE, CURVE, ENTITY, IDP, Idp, NOW, OTHER, Parts, REQUEST, Signing, encode};
use openssl::hash::MessageDigest;
use poolhouse::federation::saml::{Expected, Reader, Received, Refusal, TrustedKeys};

/// A reader that trusts these providers.
fn trusting(idps: &[&Idp], allow_sha1: bool) -> Reader {
    let certificates: Vec<Vec<u8>> = idps.iter().map(|idp| idp.certificate.clone()).collect();
    Reader { keys: TrustedKeys::new(&certificates, allow_sha1), decryption: Vec::new() }
}

fn expected() -> Expected<'static> {
    Expected { provider: ENTITY, audience: AUDIENCE, address: ADDRESS, request: Some(REQUEST), now: NOW }
}

/// Reads and checks a response as the callback does.
fn accept_by(reader: &Reader, xml: &str) -> Result<Received, Refusal> {
    let received = reader.response(&encode(xml))?;
    expected().check(&received)?;
    Ok(received)
}

fn accept(xml: &str) -> Result<Received, Refusal> {
    accept_by(&trusting(&[&IDP], false), xml)
}

/// An edit of a message that must be accepted before it and refused after it.
fn refused(name: &str, good: &str, edit: impl FnOnce(&str) -> String) -> Refusal {
    accept(good).unwrap_or_else(|why| panic!("{name}: the message was not good to begin with: {why}\n{good}"));
    let bad = edit(good);
    assert_ne!(good, bad, "{name}: nothing was changed");
    match accept(&bad) {
        Ok(received) => panic!("{name}: accepted as {:?}\n{bad}", received.assertion.name_id),
        Err(why) => why,
    }
}

/// The same for a replacement.
fn refused_with(name: &str, good: &str, from: &str, to: &str) -> Refusal {
    assert!(good.contains(from), "{name}: {from} is not in {good}");
    refused(name, good, |good| good.replacen(from, to, 1))
}

#[test]
fn signed_messages_are_read() {
    let parts = Parts {
        attributes: [
            idp::attribute("email", &[" alice@example.com\n"]),
            idp::attribute("groups", &["a", "b&amp;c"]),
            idp::attribute("empty", &[""]),
            idp::attribute("groups", &["d"]),
        ]
        .concat(),
        ..Parts::default()
    };
    for (xml, signed) in [
        (parts.with_signed_assertion(&IDP), false),
        (parts.with_signed_response(&IDP), true),
        (parts.with_both_signed(&IDP), true),
    ] {
        let received = accept(&xml).unwrap();
        assert_eq!(received.envelope.signed, signed);
        let assertion = received.assertion;
        assert_eq!(assertion.name_id.value, "alice");
        assert_eq!(assertion.session.unwrap().index.as_deref(), Some("session-7"));
        let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            assertion.attributes,
            [
                ("email".to_owned(), texts(&["alice@example.com"])),
                ("groups".to_owned(), texts(&["a", "b&c", "d"])),
                ("empty".to_owned(), texts(&[""])),
            ]
        );
    }
}

#[test]
fn prefixes_white_space_and_order_of_attributes_do_not_matter() {
    let good = Parts::default().with_signed_assertion(&IDP);
    // None of these changes the canonical form of what is signed.
    for (from, to) in [
        ("<samlp:Response ", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<samlp:Response xmlns:unused=\"urn:x\" "),
        ("<saml:Conditions NotBefore", "<saml:Conditions   NotBefore"),
        ("</saml:Audience>", "</saml:Audience >"),
        ("<samlp:Status>", "\n  <samlp:Status>"),
        ("alice@", "&#97;lice@"),
    ] {
        assert!(good.contains(from), "{from}");
        accept(&good.replacen(from, to, 1)).unwrap_or_else(|why| panic!("{to}: {why}"));
    }
}

#[test]
fn listed_algorithms_and_keys_are_accepted() {
    let parts = Parts::default();
    let more = "http://www.w3.org/2001/04/xmldsig-more#";
    let enc = "http://www.w3.org/2001/04/xmlenc#";
    let sha1 = "http://www.w3.org/2000/09/xmldsig#";
    for (idp, hash, algorithm, digest) in [
        (&*IDP, MessageDigest::sha256(), format!("{more}rsa-sha256"), format!("{enc}sha256")),
        (&*IDP, MessageDigest::sha384(), format!("{more}rsa-sha384"), format!("{more}sha384")),
        (&*IDP, MessageDigest::sha512(), format!("{more}rsa-sha512"), format!("{enc}sha512")),
        (&*CURVE, MessageDigest::sha256(), format!("{more}ecdsa-sha256"), format!("{enc}sha256")),
        (&*CURVE, MessageDigest::sha512(), format!("{more}ecdsa-sha512"), format!("{enc}sha512")),
        (&*IDP, MessageDigest::sha1(), format!("{sha1}rsa-sha1"), format!("{sha1}sha1")),
    ] {
        let form = Signing::of(&parts.assertion_id).with(hash, &algorithm, &digest);
        let xml = idp::plain(&parts.response(&idp.sign(&parts.assertion(), &form)));
        // Any of the listed keys may sign, so that a provider can change its key.
        let (strict, lax) = (trusting(&[&OTHER, idp], false), trusting(&[&OTHER, idp], true));
        assert!(accept_by(&lax, &xml).is_ok(), "{algorithm}");
        assert_eq!(accept_by(&strict, &xml).is_ok(), hash != MessageDigest::sha1(), "{algorithm}");
        assert!(accept_by(&trusting(&[&OTHER], true), &xml).is_err(), "{algorithm}");
    }
}

#[test]
fn prefix_lists_are_honoured() {
    let list = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"><ec:InclusiveNamespaces \
                xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"xs\"></ec:InclusiveNamespaces>\
                </ds:Transform></ds:Transforms>";
    let parts = Parts::default();
    let form = Signing::of(&parts.assertion_id).edit(
        "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform></ds:Transforms>",
        list,
    );
    // Signed with the declaration on the assertion, which stands around it in the message.
    let declared = " xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"";
    let canonical = parts
        .assertion()
        .replace(&format!(" xmlns:saml=\"{}\"", idp::SAML), &format!(" xmlns:saml=\"{}\"{declared}", idp::SAML));
    let signed = IDP.sign(&canonical, &form).replace(declared, "");
    let response = idp::plain(&parts.response(&signed));
    assert!(accept(&response).is_err(), "the prefix is part of what is signed");
    let response = response.replacen("<samlp:Response", &format!("<samlp:Response{declared}"), 1);
    assert_eq!(accept(&response).unwrap().assertion.name_id.value, "alice");
}
