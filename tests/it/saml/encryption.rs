//! Encrypted assertions: what is decrypted, and that trying tells nothing.

use super::idp::{self, Encryption, GCM, IDP, OTHER, OURS, Parts, Signing};
use super::{Refusal, accept, accept_by, trusting};
use openssl::hash::MessageDigest;
use poolhouse::federation::saml::Reader;

fn reader() -> Reader {
    Reader { decryption: vec![OTHER.key.clone(), OURS.key.clone()], ..trusting(&[&IDP], false) }
}

const CBC: Encryption = Encryption { content: "http://www.w3.org/2001/04/xmlenc#aes128-cbc", ..GCM };

#[test]
fn listed_ciphers_are_decrypted() {
    let parts = Parts::default();
    let sha256 = "<ds:DigestMethod xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" \
                  Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>";
    let mask = "<m:MGF xmlns:m=\"http://www.w3.org/2009/xmlenc11#\" \
                Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha256\"/>";
    let both: &'static str = format!("{sha256}{mask}").leak();
    let wrap = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
    for how in [
        GCM,
        CBC,
        Encryption { content: "http://www.w3.org/2009/xmlenc11#aes128-gcm", ..GCM },
        Encryption { content: "http://www.w3.org/2001/04/xmlenc#aes256-cbc", ..GCM },
        Encryption { parameters: "", ..GCM },
        Encryption { parameters: sha256, hash: MessageDigest::sha256, ..GCM },
        Encryption { wrap, parameters: both, hash: MessageDigest::sha256, mask: MessageDigest::sha256, ..GCM },
        Encryption { wrap, ..GCM },
    ] {
        let encrypted = how.element(parts.signed_assertion(&IDP).as_bytes());
        let read = accept_by(&reader(), &idp::plain(&parts.response(&encrypted)));
        assert_eq!(read.unwrap().assertion.name_id.value, "alice", "{} {}", how.content, how.wrap);
        // Without the provider's key, or where encryption is not agreed on.
        assert_eq!(accept(&idp::plain(&parts.response(&encrypted))).unwrap_err(), Refusal::UnexpectedEncryption);
        let stranger = Reader { decryption: vec![OTHER.key.clone()], ..trusting(&[&IDP], false) };
        assert_eq!(accept_by(&stranger, &idp::plain(&parts.response(&encrypted))).unwrap_err(), Refusal::Encrypted);
    }
}

#[test]
fn an_assertion_in_a_signed_response_needs_no_signature_of_its_own() {
    let parts = Parts::default();
    let inside = GCM.element(idp::plain(&parts.assertion()).as_bytes()).replace("/>", "></xenc:EncryptionMethod>");
    let inside = inside.replace("sha1\"></xenc:EncryptionMethod>", "sha1\"></ds:DigestMethod>");
    // In canonical form, so that it can be signed as it stands.
    let inside =
        inside.replace("<ds:DigestMethod xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" ", "<ds:DigestMethod ");
    let signed = IDP.sign(&parts.response(&inside), &Signing::of(&parts.response_id));
    assert_eq!(accept_by(&reader(), &signed).unwrap().assertion.name_id.value, "alice");
    assert_eq!(accept_by(&reader(), &idp::plain(&parts.response(&inside))).unwrap_err(), Refusal::Encrypted);
}

#[test]
fn plain_assertions_are_refused_where_encrypted_ones_are_agreed_on() {
    let parts = Parts::default();
    assert_eq!(accept_by(&reader(), &parts.with_signed_assertion(&IDP)).unwrap_err(), Refusal::NotEncrypted);
    assert_eq!(accept_by(&reader(), &parts.with_signed_response(&IDP)).unwrap_err(), Refusal::NotEncrypted);
}

#[test]
fn whatever_fails_looks_the_same() {
    let parts = Parts::default();
    let signed = parts.signed_assertion(&IDP);
    let respond = |encrypted: &str| accept_by(&reader(), &idp::plain(&parts.response(encrypted)));
    let evil = Parts { name_id: "admin".into(), ..Parts::default() };
    let unsigned = idp::plain(&evil.assertion());
    let key = [9; 32];
    let mut texts = vec![
        // What an attacker can encrypt, since our key is public.
        unsigned.clone(),
        evil.signed_assertion(&OTHER),
        signed.replace(">alice<", ">admin<"),
        format!("{unsigned}{signed}"),
        format!("{signed}{unsigned}"),
        format!("</decrypted><decrypted>{signed}"),
        unsigned.replace("</saml:Assertion>", &format!("{signed}</saml:Assertion>")),
        format!("<!DOCTYPE x>{signed}"),
        signed.replace("alice", "al<!-- -->ice"),
        "<a/>".into(),
        "text".into(),
        String::new(),
        parts.with_signed_response(&IDP),
        CBC.element(signed.as_bytes()),
    ];
    texts.push("<a>".repeat(20_000));
    for text in texts {
        assert_eq!(respond(&GCM.element(text.as_bytes())).unwrap_err(), Refusal::Encrypted, "{text:.300}");
        assert_eq!(respond(&CBC.element(text.as_bytes())).unwrap_err(), Refusal::Encrypted, "{text:.300}");
    }
    // Cut, and changed at each byte of the padding, the text, the vector: the oracle of CBC mode.
    let content = CBC.content(signed.as_bytes(), &key);
    assert!(respond(&CBC.around(&content, &key[..16])).is_ok());
    for at in (0..64).chain(content.len() - 40..content.len()) {
        for bit in [1, 0x10, 0x80] {
            let mut changed = content.clone();
            changed[at] ^= bit;
            let outcome = respond(&CBC.around(&changed, &key[..16]));
            // All but the last byte of the padding may be anything, as XML encryption has it.
            if let Err(why) = outcome {
                assert_eq!(why, Refusal::Encrypted);
            } else {
                assert!(at >= content.len() - 32, "{at}");
            }
        }
    }
    for length in [0, 1, 15, 16, 17, 31, 32, content.len() - 16, content.len() - 1] {
        assert_eq!(respond(&CBC.around(&content[..length], &key[..16])).unwrap_err(), Refusal::Encrypted);
        assert_eq!(respond(&GCM.around(&content[..length], &key)).unwrap_err(), Refusal::Encrypted);
    }
    // Keys: of another length, wrapped in another way, changed, missing.
    let good = GCM.element(signed.as_bytes());
    assert!(respond(&good).is_ok());
    assert_eq!(respond(&GCM.around(&content, &key[..16])).unwrap_err(), Refusal::Encrypted);
    let old = Encryption { wrap: "http://www.w3.org/2001/04/xmlenc#rsa-1_5", parameters: "", ..GCM };
    assert_eq!(respond(&old.element(signed.as_bytes())).unwrap_err(), Refusal::Encrypted);
    let value = good.split("<xenc:CipherValue>").nth(1).unwrap().split('<').next().unwrap();
    for (from, to) in [
        (value, format!("A{}", &value[1..])),
        (value, String::new()),
        ("aes256-gcm", "aes192-gcm".into()),
        ("aes256-gcm", "tripledes-cbc".into()),
        ("rsa-oaep-mgf1p", "rsa-oaep".to_owned() + "-x"),
        ("xmldsig#sha1", "xmldsig#md5".into()),
        ("<xenc:CipherValue>", "<xenc:CipherReference URI=\"http://127.0.0.1/\"/><xenc:Other>".into()),
    ] {
        let changed = good.replacen(from, &to, 1).replacen("<xenc:Other>", "<xenc:CipherValue>", 1);
        if from.starts_with("<xenc") {
            continue;
        }
        assert_eq!(respond(&changed).unwrap_err(), Refusal::Encrypted, "{to}");
    }
    let referenced = good.replace(
        &format!("<xenc:CipherValue>{value}</xenc:CipherValue>"),
        "<xenc:CipherReference URI=\"http://127.0.0.1/\"/>",
    );
    assert_eq!(respond(&referenced).unwrap_err(), Refusal::Encrypted);
}
