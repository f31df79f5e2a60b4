//! Differences between parsers, algorithms and keys that are not the provider's.

use super::idp::{self, DS, IDP, OTHER, Parts, Signing};
use super::{accept, accept_by, refused, refused_with, trusting};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use poolhouse::federation::saml::Refusal;

fn good() -> String {
    Parts::default().with_signed_assertion(&IDP)
}

#[test]
fn a_name_cannot_be_cut() {
    // The provider signs the long name; a reader that takes the first text alone would read the short one.
    let parts = Parts { name_id: "admin@example.com.evil.example".into(), ..Parts::default() };
    let good = parts.with_signed_assertion(&IDP);
    assert_eq!(accept(&good).unwrap().assertion.name_id.value, "admin@example.com.evil.example");
    for inserted in ["<!---->", "<!-- x -->", "<?x y?>", "<![CDATA[]]>", "<x/>", "&#0;", "&none;"] {
        let edited = format!("admin@example.com{inserted}.evil.example");
        refused_with(inserted, &good, "admin@example.com.evil.example", &edited);
    }
    for inserted in ["<!-- x -->", "<?x y?>"] {
        refused_with(inserted, &good, "<saml:Subject>", &format!("<saml:Subject>{inserted}"));
        refused_with(inserted, &good, "<samlp:Status>", &format!("{inserted}<samlp:Status>"));
        refused(inserted, &good, |good| format!("{inserted}{good}"));
        refused(inserted, &good, |good| format!("{good}{inserted}"));
    }
}

#[test]
fn document_types_and_entities_are_refused() {
    let good = good();
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;\">]>";
    for doctype in [
        "<!DOCTYPE samlp:Response>",
        "<!DOCTYPE x [<!ENTITY e \"admin\">]>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE x SYSTEM \"http://127.0.0.1/x.dtd\">",
        "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1/x.dtd\"> %p;]>",
        "<!DOCTYPE x [<!ATTLIST saml:Assertion ID ID #IMPLIED>]>",
        "<!DOCTYPE x [<!ATTLIST samlp:Response ID CDATA \"_evil\">]>",
        bomb,
    ] {
        refused(doctype, &good, |good| format!("{doctype}{good}"));
        refused(doctype, &good, |good| format!("<?xml version=\"1.0\"?>{doctype}{good}"));
    }
    refused("an entity", &good, |good| {
        format!("<!DOCTYPE x [<!ENTITY e \"alice\">]>{}", good.replace(">alice<", ">&e;<"))
    });
    refused("another encoding", &good, |good| format!("<?xml version=\"1.0\" encoding=\"UTF-7\"?>{good}"));
    refused("XML 1.1", &good, |good| format!("<?xml version=\"1.1\"?>{good}"));
}

#[test]
fn attributes_and_namespaces_have_one_reading() {
    let good = good();
    let cases = [
        ("<saml:Assertion ", "<saml:Assertion ID=\"_evil\" "),
        ("<saml:Assertion ", "<saml:Assertion Id=\"_assertion\" "),
        ("<saml:Assertion ", "<saml:Assertion xml:id=\"_evil\" "),
        ("<saml:Assertion ", "<saml:Assertion xmlns:a=\"urn:x\" a:ID=\"_evil\" "),
        ("<samlp:Response ", "<samlp:Response xmlns:samlp=\"urn:x\" "),
        ("<samlp:Response ", "<samlp:Response ID=\"_response\" "),
        ("<samlp:Response ", "<samlp:Response Id=\"_assertion\" "),
        ("<samlp:Response ", "<samlp:Response xmlns:r=\"relative\" "),
        ("<samlp:Response ", "<samlp:Response xmlns=\"1\" "),
        ("<samlp:Response ", "<samlp:Response xmlns:xml=\"urn:x\" "),
        ("<samlp:Response ", "<samlp:Response xmlns:xmlns=\"urn:x\" "),
        ("<saml:Assertion xmlns:saml=\"urn:oasis", "<saml:Assertion xmlns:saml=\"urn:OASIS"),
        ("<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"", "<ds:Signature xmlns:ds=\"urn:x\""),
        ("<ds:Signature xmlns:ds", "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\" xmlns:ds"),
        ("Version=\"2.0\"", "Version=\"1.1\""),
        ("Version=\"2.0\"", "Version=\"2.0\" Version=\"2.0\""),
    ];
    for (from, to) in cases {
        refused_with(to, &good, from, to);
    }
}

#[test]
fn the_form_of_a_signature_is_fixed() {
    let good = good();
    let value = |tag: &str| good.split(&format!("<ds:{tag}>")).nth(1).unwrap().split('<').next().unwrap().to_owned();
    let (digest, signature) = (value("DigestValue"), value("SignatureValue"));
    let info = &good[good.find("<ds:SignedInfo").unwrap()..good.find("</ds:SignedInfo>").unwrap() + 16];
    let reference = &info[info.find("<ds:Reference").unwrap()..info.find("</ds:Reference>").unwrap() + 15];
    for (name, from, to) in [
        ("a comment in the digest", &*digest, format!("<!--{digest}-->AAAA")),
        ("an element in the digest", &digest, format!("<x/>{digest}")),
        ("two digests", "</ds:DigestValue>", format!("</ds:DigestValue><ds:DigestValue>{digest}</ds:DigestValue>")),
        ("no digest", &digest, String::new()),
        ("no signature", &signature, String::new()),
        ("two SignedInfo", "<ds:SignedInfo", format!("{info}<ds:SignedInfo")),
        ("two SignedInfo, the other way round", "<ds:SignatureValue>", format!("{info}<ds:SignatureValue>")),
        ("SignedInfo in another namespace", info, info.replace(DS, "urn:x")),
        ("two references", reference, format!("{reference}{reference}")),
        ("no reference", reference, String::new()),
        ("a manifest", reference, format!("<ds:Manifest>{reference}</ds:Manifest>")),
        ("an object", "</ds:Signature>", "<ds:Object></ds:Object></ds:Signature>".into()),
        ("two values", "<ds:KeyInfo>", format!("<ds:SignatureValue>{signature}</ds:SignatureValue><ds:KeyInfo>")),
        ("an empty reference", "URI=\"#_assertion\"", "URI=\"\"".into()),
        ("no URI", "URI=\"#_assertion\"", String::new()),
        ("an XPointer", "URI=\"#_assertion\"", "URI=\"#xpointer(id('_assertion'))\"".into()),
        ("another document", "URI=\"#_assertion\"", "URI=\"http://127.0.0.1/x.xml\"".into()),
        ("a file", "URI=\"#_assertion\"", "URI=\"file:///etc/passwd#_assertion\"".into()),
        ("another element", "URI=\"#_assertion\"", "URI=\"#_response\"".into()),
        ("text in between", "<ds:SignatureMethod", "x<ds:SignatureMethod".into()),
    ] {
        refused_with(name, &good, from, &to);
    }
}

/// What a provider would have to sign itself; each is well signed, so only the rule refuses it.
#[test]
fn transforms_and_canonicalisations_that_saml_forbids() {
    let parts = Parts::default();
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>";
    let enveloped = "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>";
    let transform = |algorithm: &str, inside: &str| {
        format!("{exclusive}<ds:Transform Algorithm=\"{algorithm}\">{inside}</ds:Transform>")
    };
    let xslt = transform(
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "<xsl:stylesheet xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\" version=\"1.0\"></xsl:stylesheet>",
    );
    let xpath = transform("http://www.w3.org/TR/1999/REC-xpath-19991116", "<ds:XPath>not(self::saml:X)</ds:XPath>");
    let filter = transform("http://www.w3.org/2002/06/xmldsig-filter2", "");
    let base64 = transform("http://www.w3.org/2000/09/xmldsig#base64", "");
    let inclusive =
        exclusive.replace("http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315");
    let method = "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">";
    let with = |from: &str, to: &str| {
        let form = Signing::of(&parts.assertion_id).edit(from, to);
        accept(&idp::plain(&parts.response(&IDP.sign(&parts.assertion(), &form))))
    };
    assert!(with("<ds:Transforms>", "<ds:Transforms>").is_ok());
    for (from, to) in [
        (exclusive, &*xslt),
        (exclusive, &xpath),
        (exclusive, &filter),
        (exclusive, &base64),
        (exclusive, &format!("{exclusive}{exclusive}")),
        (exclusive, &inclusive),
        (exclusive, ""),
        (enveloped, ""),
        (enveloped, &format!("{enveloped}{enveloped}")),
        (
            method,
            &method
                .replace("http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
        ),
        (method, &method.replace("http://www.w3.org/2001/10/xml-exc-c14n#", "urn:none")),
        ("#{id}", "#_response"),
        ("#{id}", "{id}"),
        (" URI=\"#{id}\"", ""),
    ] {
        assert_eq!(with(from, to).unwrap_err(), Refusal::AssertionSignature, "{to}");
    }
}

#[test]
fn only_the_providers_own_keys_sign() {
    let parts = Parts::default();
    // The attacker's certificate is in KeyInfo, and everything else is right.
    let forged = parts.with_signed_assertion(&OTHER);
    assert!(accept_by(&trusting(&[&OTHER], false), &forged).is_ok());
    assert_eq!(accept(&forged).unwrap_err(), Refusal::AssertionSignature);
    assert_eq!(accept(&parts.with_signed_response(&OTHER)).unwrap_err(), Refusal::ResponseSignature);
    assert_eq!(accept(&parts.with_both_signed(&OTHER)).unwrap_err(), Refusal::ResponseSignature);
    // A good response does not excuse a bad assertion, nor the other way round.
    let inner = idp::plain(&parts.response("{x}")).replace("{x}", &parts.signed_assertion(&OTHER));
    assert!(accept(&inner).is_err());
    let mixed =
        IDP.sign(&parts.response("{x}").replace("{x}", &parts.signed_assertion(&OTHER)), &Signing::of("_response"));
    assert_eq!(accept(&mixed).unwrap_err(), Refusal::AssertionSignature);
    // No keys trust nothing, and a weak one is none.
    assert!(accept_by(&trusting(&[], true), &good()).is_err());
    let weak = idp::Idp::new(PKey::from_rsa(openssl::rsa::Rsa::generate(1024).unwrap()).unwrap());
    assert!(accept_by(&trusting(&[&weak], true), &parts.with_signed_assertion(&weak)).is_err());
}

#[test]
fn a_public_key_is_no_secret() {
    let parts = Parts::default();
    for (algorithm, hash) in [
        ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", MessageDigest::sha1()),
        ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", MessageDigest::sha256()),
    ] {
        for secret in [
            IDP.certificate.clone(),
            STANDARD.encode(&IDP.certificate).into_bytes(),
            IDP.key.public_key_to_der().unwrap(),
            IDP.key.public_key_to_pem().unwrap(),
        ] {
            let form = Signing::of(&parts.assertion_id).edit("{algorithm}", algorithm);
            let signed = IDP.sign(&parts.assertion(), &form);
            let info = &signed[signed.find("<ds:SignedInfo").unwrap()..signed.find("</ds:SignedInfo>").unwrap() + 16];
            let mut signer = Signer::new(hash, &PKey::hmac(&secret).unwrap()).unwrap();
            let value = STANDARD.encode(signer.sign_oneshot_to_vec(info.as_bytes()).unwrap());
            let start = signed.find("<ds:SignatureValue>").unwrap() + 19;
            let end = signed.find("</ds:SignatureValue>").unwrap();
            let forged = format!("{}{value}{}", &signed[..start], &signed[end..]);
            assert!(accept_by(&trusting(&[&IDP], true), &idp::plain(&parts.response(&forged))).is_err());
        }
    }
    for algorithm in
        ["http://www.w3.org/2001/04/xmldsig-more#rsa-md5", "http://www.w3.org/2000/09/xmldsig#dsa-sha1", ""]
    {
        let form = Signing::of(&parts.assertion_id).edit("{algorithm}", algorithm);
        assert!(accept(&idp::plain(&parts.response(&IDP.sign(&parts.assertion(), &form)))).is_err());
    }
    refused_with("a curve's algorithm", &good(), "more#rsa-sha256", "more#ecdsa-sha256");
}

#[test]
fn messages_are_bounded() {
    let reader = trusting(&[&IDP], false);
    let long = Parts { attributes: idp::attribute("a", &[&"x".repeat(100_000)]), ..Parts::default() };
    assert_eq!(accept(&long.with_signed_assertion(&IDP)).unwrap_err(), Refusal::TooLarge);
    let large = Parts { attributes: idp::attribute("a", &[&"x".repeat(90_000)]), ..Parts::default() };
    assert!(accept(&large.with_signed_assertion(&IDP)).is_ok());
    assert_eq!(reader.response(&"A".repeat(500_000)).unwrap_err(), Refusal::TooLarge);
    for bad in ["", "%", "AAA", "/////w==", "PGE+", "PGEvPg=="] {
        assert!(reader.response(bad).is_err(), "{bad}");
    }
    refused("deep", &good(), |good| {
        let deep =
            format!("<samlp:Extensions>{}{}</samlp:Extensions><samlp:Status>", "<a>".repeat(60), "</a>".repeat(60));
        good.replace("<samlp:Status>", &deep)
    });
}

#[test]
fn characters_that_cognito_does_not_store_are_refused() {
    let parts = Parts { attributes: idp::attribute("name", &["Ünïcödé 名"]), ..Parts::default() };
    assert!(accept(&parts.with_signed_assertion(&IDP)).is_ok());
    for parts in [
        Parts { attributes: idp::attribute("name", &["\u{1F600}"]), ..Parts::default() },
        Parts { name_id: "\u{1F600}".into(), ..Parts::default() },
    ] {
        assert_eq!(accept(&parts.with_signed_assertion(&IDP)).unwrap_err(), Refusal::Character);
    }
}
