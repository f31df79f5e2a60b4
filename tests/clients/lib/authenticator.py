"""A passkey in software (WebAuthn, ES256, no attestation) and the browser around it, which also lies when it is told to."""

import base64
import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Passkey:
    """One credential on a page of `origin`. `rp_id` and `challenge` replace what was asked for; `odd_key` registers an Ed25519 key."""

    def __init__(self, origin, rp_id=None, challenge=None, odd_key=False, verifies=True):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.counter, self.user = os.urandom(20), 0, None
        self.origin, self.rp_id, self.challenge, self.odd_key, self.verifies = origin, rp_id, challenge, odd_key, verifies

    def create(self, options):
        """`navigator.credentials.create`: RegistrationResponseJSON."""
        self.user = options["user"]["id"]
        data = self._data(options["rp"]["id"], self._attested())
        attestation = b"\xa3" + b"\x63fmt\x64none" + b"\x67attStmt\xa0" + b"\x68authData\x59" + len(data).to_bytes(2, "big") + data
        response = {"clientDataJSON": encode(self._client_data("webauthn.create", options)), "attestationObject": encode(attestation)}
        return self._credential(response | {"transports": ["internal", "hybrid"]})

    def get(self, options):
        """`navigator.credentials.get`: AuthenticationResponseJSON."""
        self.counter += 1
        data, client_data = self._data(options["rpId"], None), self._client_data("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": encode(client_data), "authenticatorData": encode(data), "signature": encode(signature)}
        return self._credential(response | {"userHandle": self.user})

    def _credential(self, response):
        known = {"id": encode(self.id), "rawId": encode(self.id), "type": "public-key", "authenticatorAttachment": "platform"}
        return known | {"clientExtensionResults": {}, "response": response}

    def _client_data(self, kind, options):
        challenge = self.challenge or options["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, asked, attested):
        flags = PRESENT | (VERIFIED if self.verifies else 0) | (ATTESTED if attested else 0)
        party = hashlib.sha256((self.rp_id or asked).encode()).digest()
        return party + bytes([flags]) + self.counter.to_bytes(4, "big") + (attested or b"")

    def _attested(self):
        """AAGUID, credential id, and the public key as COSE has it."""
        if self.odd_key:
            raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            key = bytes([0xA4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32]) + raw
        else:
            point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            key = bytes([0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]) + point[1:33] + bytes([0x22, 0x58, 32]) + point[33:]
        return bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
