//! An authenticator for passkeys in software (WebAuthn, ES256, no attestation), which also lies when it is told to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

/// One passkey, and the browser around it.
pub struct Authenticator {
    key: EcdsaKeyPair,
    /// The credential's id.
    pub id: Vec<u8>,
    /// Signatures so far; counts up with each.
    pub counter: u32,
    /// Whether it verifies its user.
    pub verifies: bool,
    /// The page that it is used on.
    pub origin: String,
    /// The relying party that it hashes, if not the one that was asked for.
    pub rp_id: Option<String>,
    /// The challenge that it signs, if not the one that was asked for.
    pub challenge: Option<String>,
    /// The user handle, as it was told at registration.
    pub user: Option<String>,
    /// Registers an Ed25519 key, which nobody asked for.
    pub odd_key: bool,
}

impl Authenticator {
    /// A new passkey on a page of the origin.
    pub fn new(origin: &str) -> Self {
        let random = SystemRandom::new();
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, der.as_ref(), &random).unwrap();
        let id = digest(&SHA256, key.public_key().as_ref()).as_ref()[..20].to_vec();
        Self {
            key,
            id,
            counter: 0,
            verifies: true,
            origin: origin.to_owned(),
            rp_id: None,
            challenge: None,
            user: None,
            odd_key: false,
        }
    }

    /// `navigator.credentials.create`: `RegistrationResponseJSON`.
    pub fn create(&mut self, options: &Value) -> Value {
        self.user = options["user"]["id"].as_str().map(str::to_owned);
        let data = self.data(options["rp"]["id"].as_str().unwrap(), Some(self.attested()));
        let mut object = vec![0xa3];
        object.extend([&[0x63], b"fmt".as_slice(), &[0x64], b"none"].concat());
        object.extend([&[0x67], b"attStmt".as_slice(), &[0xa0]].concat());
        object.extend([&[0x68], b"authData".as_slice(), &[0x59]].concat());
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(&data);
        let response = json!({"clientDataJSON": self.client_data("webauthn.create", options), "attestationObject": encode(&object),
            "authenticatorData": encode(&data), "transports": ["internal", "hybrid", "internal", "telepathy"]});
        self.credential(response)
    }

    /// `navigator.credentials.get`: `AuthenticationResponseJSON`.
    pub fn get(&mut self, options: &Value) -> Value {
        self.counter += 1;
        let data = self.data(options["rpId"].as_str().unwrap(), None);
        let client_data = self.client_data("webauthn.get", options);
        let hash = digest(&SHA256, &URL_SAFE_NO_PAD.decode(&client_data).unwrap());
        let signature = self.key.sign(&SystemRandom::new(), &[&data, hash.as_ref()].concat()).unwrap();
        self.credential(json!({"clientDataJSON": client_data, "authenticatorData": encode(&data), "signature": encode(signature.as_ref()),
            "userHandle": self.user}))
    }

    fn credential(&self, response: Value) -> Value {
        json!({"id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key", "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": true}}, "response": response})
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        let challenge = self.challenge.as_deref().unwrap_or(options["challenge"].as_str().unwrap());
        encode(
            json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false})
                .to_string()
                .as_bytes(),
        )
    }

    fn data(&self, asked: &str, attested: Option<Vec<u8>>) -> Vec<u8> {
        let rp_id = self.rp_id.as_deref().unwrap_or(asked);
        let verified = if self.verifies { USER_VERIFIED } else { 0 };
        let flags = USER_PRESENT | verified | if attested.is_some() { ATTESTED } else { 0 };
        [
            digest(&SHA256, rp_id.as_bytes()).as_ref(),
            &[flags],
            &self.counter.to_be_bytes(),
            &attested.unwrap_or_default(),
        ]
        .concat()
    }

    /// AAGUID, credential id, and the public key as COSE has it.
    fn attested(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        let key = if self.odd_key {
            [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32], x].concat()
        } else {
            [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], x, &[0x22, 0x58, 32], y].concat()
        };
        [&[0; 16], u16::try_from(self.id.len()).unwrap().to_be_bytes().as_slice(), &self.id, &key].concat()
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
