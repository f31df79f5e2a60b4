//! XML encryption of assertions (xmlenc-core): AES in CBC or GCM mode under a key that RSA-OAEP wraps. RSA with
//! PKCS#1 v1.5 padding and triple DES are not accepted. Whatever fails, the outcome is one and the same.

use super::algorithms::Digest;
use super::document::{self, at_most_one, escaped, is};
use super::refusal::Refusal;
use super::signature::DS;
use crate::rng;
use openssl::encrypt::Decrypter;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Padding;
use openssl::symm::{Cipher, Crypter, Mode, decrypt_aead};
use roxmltree::Node;
use zeroize::Zeroizing;

pub const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";
/// Most wrapped keys that are tried: a message may be for several recipients.
const MAX_KEYS: usize = 4;
/// Length of the initialisation vector and of the tag in GCM mode.
const GCM: (usize, usize) = (12, 16);

/// Decrypts `EncryptedAssertion`. The outcome is a document whose root, which declares the namespaces that were in
/// scope, contains what was encrypted.
pub fn decrypt(encrypted: Node<'_, '_>, keys: &[PKey<Private>]) -> Result<String, Refusal> {
    let plain = open(encrypted, keys).ok_or(Refusal::Encrypted)?;
    // Some providers encrypt a whole document.
    let inside = match plain.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        Some((_, rest)) => rest,
        None => plain.as_str(),
    };
    let mut text = String::from("<decrypted");
    for declared in encrypted.namespaces().filter(|declared| declared.name() != Some("xml")) {
        match declared.name() {
            Some(prefix) => text.push_str(&format!(" xmlns:{prefix}=\"{}\"", escaped(declared.uri()))),
            None => text.push_str(&format!(" xmlns=\"{}\"", escaped(declared.uri()))),
        }
    }
    text.push('>');
    text.push_str(inside);
    text.push_str("</decrypted>");
    Ok(text)
}

fn open(encrypted: Node<'_, '_>, keys: &[PKey<Private>]) -> Option<Zeroizing<String>> {
    let data = at_most_one(encrypted, XENC, "EncryptedData").ok()??;
    let method = at_most_one(data, XENC, "EncryptionMethod").ok()??;
    let cipher = ContentCipher::of(method.attribute("Algorithm")?)?;
    let content = cipher_value(data)?;
    let info = at_most_one(data, DS, "KeyInfo").ok()?;
    // The wrapped key stands inside, or beside what it is for.
    let inside = info.into_iter().flat_map(|info| info.children()).chain(encrypted.children());
    let wrapped: Vec<Node<'_, '_>> = inside.filter(|node| is(*node, XENC, "EncryptedKey")).collect();
    if wrapped.is_empty() || wrapped.len() > MAX_KEYS {
        return None;
    }
    let mut found = None;
    for (wrapped, key) in wrapped.iter().flat_map(|wrapped| keys.iter().map(move |key| (*wrapped, key))) {
        // A key that cannot be unwrapped is replaced by a random one, so that both ways cost the same.
        let mut content_key = Zeroizing::new(vec![0; cipher.key_length()]);
        rng::fill(&mut content_key).ok()?;
        if let Some(unwrapped) = unwrap(wrapped, key).filter(|unwrapped| unwrapped.len() == content_key.len()) {
            content_key = unwrapped;
        }
        let plain = cipher.open(&content_key, &content).map(Zeroizing::new);
        let text = plain.and_then(|plain| std::str::from_utf8(&plain).ok().map(|text| Zeroizing::new(text.to_owned())));
        // A wrong key yields noise in CBC mode, which is rarely text and never begins an element.
        let plausible = text.filter(|text| text.trim_start_matches(document::is_space).starts_with('<'));
        found = found.or(plausible);
    }
    found
}

/// `CipherData/CipherValue`; references to elsewhere are not followed.
fn cipher_value(node: Node<'_, '_>) -> Option<Vec<u8>> {
    let data = at_most_one(node, XENC, "CipherData").ok()??;
    let value = at_most_one(data, XENC, "CipherValue").ok()??;
    document::base64(value).ok()
}

fn unwrap(wrapped: Node<'_, '_>, key: &PKey<Private>) -> Option<Zeroizing<Vec<u8>>> {
    let method = at_most_one(wrapped, XENC, "EncryptionMethod").ok()??;
    let digest = match at_most_one(method, DS, "DigestMethod").ok()? {
        Some(digest) => Digest::of(digest.attribute("Algorithm")?)?,
        None => Digest::Sha1,
    };
    let mask = at_most_one(method, XENC11, "MGF").ok()?;
    let mask = match (method.attribute("Algorithm")?, mask) {
        ("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", None) => MessageDigest::sha1(),
        ("http://www.w3.org/2009/xmlenc11#rsa-oaep", None) => MessageDigest::sha1(),
        ("http://www.w3.org/2009/xmlenc11#rsa-oaep", Some(mask)) => mask_digest(mask.attribute("Algorithm")?)?,
        _ => return None,
    };
    if at_most_one(method, XENC, "OAEPparams").ok()?.is_some() {
        return None;
    }
    let content = cipher_value(wrapped)?;
    let mut decrypter = Decrypter::new(key).ok()?;
    decrypter.set_rsa_padding(Padding::PKCS1_OAEP).ok()?;
    decrypter.set_rsa_oaep_md(digest.openssl()).ok()?;
    decrypter.set_rsa_mgf1_md(mask).ok()?;
    let mut out = Zeroizing::new(vec![0; decrypter.decrypt_len(&content).ok()?]);
    let length = decrypter.decrypt(&content, &mut out).ok()?;
    out.truncate(length);
    Some(out)
}

fn mask_digest(uri: &str) -> Option<MessageDigest> {
    Some(match uri.strip_prefix(XENC11)? {
        "mgf1sha1" => MessageDigest::sha1(),
        "mgf1sha256" => MessageDigest::sha256(),
        "mgf1sha384" => MessageDigest::sha384(),
        "mgf1sha512" => MessageDigest::sha512(),
        _ => return None,
    })
}

/// The cipher of the content.
#[derive(Clone, Copy)]
enum ContentCipher {
    Cbc(Cipher),
    Gcm(Cipher),
}

impl ContentCipher {
    fn of(uri: &str) -> Option<Self> {
        Some(match uri {
            "http://www.w3.org/2001/04/xmlenc#aes128-cbc" => Self::Cbc(Cipher::aes_128_cbc()),
            "http://www.w3.org/2001/04/xmlenc#aes192-cbc" => Self::Cbc(Cipher::aes_192_cbc()),
            "http://www.w3.org/2001/04/xmlenc#aes256-cbc" => Self::Cbc(Cipher::aes_256_cbc()),
            "http://www.w3.org/2009/xmlenc11#aes128-gcm" => Self::Gcm(Cipher::aes_128_gcm()),
            "http://www.w3.org/2009/xmlenc11#aes192-gcm" => Self::Gcm(Cipher::aes_192_gcm()),
            "http://www.w3.org/2009/xmlenc11#aes256-gcm" => Self::Gcm(Cipher::aes_256_gcm()),
            _ => return None,
        })
    }

    fn key_length(self) -> usize {
        let (Self::Cbc(cipher) | Self::Gcm(cipher)) = self;
        cipher.key_len()
    }

    fn open(self, key: &[u8], content: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Gcm(cipher) => {
                let (vector, rest) = content.split_at_checked(GCM.0)?;
                let (text, tag) = rest.split_at_checked(rest.len().checked_sub(GCM.1)?)?;
                decrypt_aead(cipher, key, Some(vector), &[], text, tag).ok()
            }
            Self::Cbc(cipher) => {
                let (vector, text) = content.split_at_checked(cipher.block_size())?;
                if text.is_empty() || !text.len().is_multiple_of(cipher.block_size()) {
                    return None;
                }
                let mut crypter = Crypter::new(cipher, Mode::Decrypt, key, Some(vector)).ok()?;
                crypter.pad(false);
                let mut out = vec![0; text.len() + cipher.block_size()];
                let written = crypter.update(text, &mut out).ok()?;
                let rest = crypter.finalize(out.get_mut(written..)?).ok()?;
                out.truncate(written + rest);
                // Of XML encryption's padding only the last byte has a meaning.
                let padding = usize::from(*out.last()?);
                if !(1..=cipher.block_size()).contains(&padding) {
                    return None;
                }
                out.truncate(out.len().checked_sub(padding)?);
                Some(out)
            }
        }
    }
}
