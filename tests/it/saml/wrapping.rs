//! Signature wrapping: the signed element stays somewhere in the message, and another one is put where it is read. The
//! eight permutations of Somorovsky et al. (2012), and relatives.

use super::idp::{DS, IDP, Parts, plain};
use super::refused;

/// The parts of a good message that the permutations move about.
struct Pieces {
    good: String,
    /// `Signature` of the signed element.
    signature: String,
    /// The signed element as it stands in the message.
    signed: String,
    /// The signed element without its signature.
    bare: String,
    /// An element that says something else, with another id and without signature.
    evil: String,
}

fn cut<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let start = text.find(from).unwrap();
    let end = text.rfind(to).unwrap() + to.len();
    &text[start..end]
}

fn pieces(good: String, element: &str) -> Pieces {
    let signature = cut(&good, "<ds:Signature ", "</ds:Signature>").to_owned();
    let signed = cut(&good, &format!("<{element} "), &format!("</{element}>")).to_owned();
    let bare = signed.replace(&signature, "");
    let evil = bare.replace("alice", "admin").replace("ID=\"_assertion\"", "ID=\"_evil\"");
    let evil = evil.replace("ID=\"_response\"", "ID=\"_evil-response\"");
    Pieces { good, signature, signed, bare, evil }
}

/// A signature with something in an `Object` of it.
fn with_object(signature: &str, inside: &str) -> String {
    signature.replace("</ds:Signature>", &format!("<ds:Object>{inside}</ds:Object></ds:Signature>"))
}

/// Puts a signature behind the issuer.
fn signed_by(element: &str, signature: &str) -> String {
    element.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
}

#[test]
fn the_eight_permutations() {
    let response = || pieces(Parts::default().with_signed_response(&IDP), "samlp:Response");
    let assertion = || pieces(Parts::default().with_signed_assertion(&IDP), "saml:Assertion");
    // 1 and 2: another response around the signed one, which stands in the signature or beside it.
    let p = response();
    refused("1", &p.good, |_| signed_by(&p.evil, &with_object(&p.signature, &p.bare)));
    refused("1, without Object", &p.good, |_| {
        signed_by(&p.evil, &p.signature.replace("</ds:Signature>", &format!("{}</ds:Signature>", p.bare)))
    });
    refused("2", &p.good, |_| signed_by(&p.evil, &format!("{}{}", p.signature, p.bare)));
    // 3 and 4: another assertion before the signed one, or around it.
    let p = assertion();
    refused("3", &p.good, |good| good.replace(&p.signed, &format!("{}{}", p.evil, p.signed)));
    refused("3, behind", &p.good, |good| good.replace(&p.signed, &format!("{}{}", p.signed, p.evil)));
    refused("4", &p.good, |good| {
        good.replace(&p.signed, &p.evil.replace("</saml:Assertion>", &format!("{}</saml:Assertion>", p.signed)))
    });
    // 5 and 6: the signature in the other assertion; the signed one behind it, or in the signature.
    refused("5", &p.good, |good| good.replace(&p.signed, &format!("{}{}", signed_by(&p.evil, &p.signature), p.bare)));
    refused("6", &p.good, |good| {
        let around = p.signature.replace("</ds:Signature>", &format!("{}</ds:Signature>", p.bare));
        good.replace(&p.signed, &signed_by(&p.evil, &around))
    });
    // 7 and 8: elements that may contain anything.
    refused("7", &p.good, |good| {
        good.replace(&p.signed, &format!("<samlp:Extensions>{}</samlp:Extensions>{}", p.evil, p.signed))
    });
    refused("7, the signed one there", &p.good, |good| {
        good.replace(&p.signed, &format!("<samlp:Extensions>{}</samlp:Extensions>{}", p.signed, p.evil))
    });
    refused("8", &p.good, |good| good.replace(&p.signed, &signed_by(&p.evil, &with_object(&p.signature, &p.bare))));
}

#[test]
fn relatives_of_the_permutations() {
    let p = pieces(Parts::default().with_signed_assertion(&IDP), "saml:Assertion");
    let same_id = p.evil.replace("_evil", "_assertion");
    refused("two with one id", &p.good, |good| good.replace(&p.signed, &format!("{same_id}{}", p.signed)));
    refused("two with one id, the other way round", &p.good, |good| {
        good.replace(&p.signed, &format!("{}{same_id}", p.signed))
    });
    refused("the signature in one with the same id", &p.good, |good| {
        good.replace(&p.signed, &signed_by(&same_id, &p.signature))
    });
    refused("an id by another name", &p.good, |good| {
        let evil = p.evil.replace(" ID=\"_evil\"", " ID=\"_evil\" Id=\"_assertion\"");
        good.replace(&p.signed, &format!("{}{}", signed_by(&evil, &p.signature), p.bare))
    });
    refused("in Advice", &p.good, |good| {
        let advice = format!("<saml:Advice>{}</saml:Advice><saml:AuthnStatement", p.signed);
        good.replace(&p.signed, &p.evil.replace("<saml:AuthnStatement", &advice))
    });
    refused("in an attribute", &p.good, |good| {
        let value = format!("<saml:AttributeValue>{}</saml:AttributeValue>", p.signed);
        good.replace(&p.signed, &p.evil.replacen("<saml:AttributeValue>", &format!("{value}<saml:AttributeValue>"), 1))
    });
    refused("in the status", &p.good, |good| {
        let detail = format!("<samlp:StatusDetail>{}</samlp:StatusDetail></samlp:Status>", p.signed);
        good.replace(&p.signed, &p.evil).replace("</samlp:Status>", &detail)
    });
    refused("a response in the response", &p.good, |good| {
        let outer = good.replace(&p.signed, &p.evil).replace("ID=\"_response\"", "ID=\"_outer\"");
        outer.replace("</samlp:Response>", &format!("{good}</samlp:Response>"))
    });
    refused("a foreign root", &p.good, |good| format!("<root xmlns=\"urn:x\">{good}</root>"));
    refused("an assertion of another namespace", &p.good, |good| {
        let other = format!("<x:Assertion xmlns:x=\"urn:x\" ID=\"_x\">{}</x:Assertion>", "admin");
        good.replace(&p.signed, &format!("{other}{}", p.signed))
    });
    refused("signed response, then another assertion", &Parts::default().with_both_signed(&IDP), |good| {
        good.replace("<saml:Assertion ", &format!("{}<saml:Assertion ", p.evil))
    });
}

#[test]
fn what_is_not_signed_is_not_read() {
    let parts = Parts::default();
    let (of_assertion, of_response) = (parts.with_signed_assertion(&IDP), parts.with_signed_response(&IDP));
    let strip = |good: &str| good.replace(cut(good, "<ds:Signature ", "</ds:Signature>"), "");
    refused("stripped", &of_assertion, strip);
    refused("stripped", &of_response, strip);
    refused("emptied", &of_assertion, |good| {
        good.replace(cut(good, "<ds:Signature ", "</ds:Signature>"), &format!("<ds:Signature xmlns:ds=\"{DS}\"/>"))
    });
    refused("moved from the assertion to the response", &of_assertion, |good| {
        let signature = cut(good, "<ds:Signature ", "</ds:Signature>");
        good.replace(signature, "").replace("<samlp:Status>", &format!("{signature}<samlp:Status>"))
    });
    refused("moved from the response to the assertion", &of_response, |good| {
        let signature = cut(good, "<ds:Signature ", "</ds:Signature>");
        good.replace(signature, "").replace("<saml:Subject>", &format!("{signature}<saml:Subject>"))
    });
    refused("two signatures", &of_assertion, |good| {
        let signature = cut(good, "<ds:Signature ", "</ds:Signature>");
        good.replace(signature, &format!("{signature}{signature}"))
    });
    refused("the assertion's signature is good, the response's is not", &parts.with_both_signed(&IDP), |good| {
        good.replacen("Destination=\"https", "Consent=\"x\" Destination=\"https", 1)
    });
    for (from, to) in [
        (">alice<", ">admin<"),
        ("alice@example.com", "alice@evil.example"),
        ("session-7", "session-8"),
        ("Name=\"email\"", "Name=\"role\""),
        ("persistent\"", "transient\""),
    ] {
        super::refused_with("changed", &of_assertion, from, to);
        super::refused_with("changed", &of_response, from, to);
    }
    let other = Parts { name_id: "admin".into(), ..Parts::default() };
    refused("the signature of another assertion", &of_assertion, |good| {
        let evil = other.with_signed_assertion(&super::OTHER);
        let theirs = cut(&evil, "<ds:Signature ", "</ds:Signature>");
        evil.replace(theirs, cut(good, "<ds:Signature ", "</ds:Signature>"))
    });
    refused("another assertion, unsigned", &of_assertion, |_| plain(&other.response(&plain(&other.assertion()))));
}
