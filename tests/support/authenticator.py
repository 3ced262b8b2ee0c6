"""A device that holds a passkey: it answers a page's question as a browser would, or with one thing spoilt."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cbor2 import dumps
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey of one origin."""

    origin: str
    host: str
    counts: bool = True
    """Whether it counts its signatures; passkeys that a cloud copies between devices do not."""
    counter: int = 0
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user: str = ""

    def make(self, options: str, **spoilt: Any) -> str:
        """Return the answer to a page that wants a new passkey."""
        asked = json.loads(options)
        self.user = asked["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        attested = bytes(16) + len(self.credential).to_bytes(2) + self.credential + public
        data = self._data(ATTESTED, spoilt) + attested
        statement = dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"], spoilt)
        return self._said(
            {"attestationObject": bytes_to_base64url(statement), "clientDataJSON": bytes_to_base64url(client)}, {}
        )

    def sign(self, options: str, **spoilt: Any) -> str:
        """Return the answer to a page that asks for a known passkey."""
        asked = json.loads(options)
        self.counter += self.counts
        data = self._data(0, spoilt)
        client = self._client("webauthn.get", asked["challenge"], spoilt)
        key: ec.EllipticCurvePrivateKey = spoilt.get("key", self.key)
        signature = key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {
            "authenticatorData": bytes_to_base64url(data),
            "clientDataJSON": bytes_to_base64url(client),
            "signature": bytes_to_base64url(spoilt.get("signature", signature)),
            "userHandle": spoilt.get("user", self.user),
        }
        return self._said(said, spoilt)

    def _data(self, flags: int, spoilt: dict[str, Any]) -> bytes:
        host, counter = str(spoilt.get("host", self.host)), int(spoilt.get("counter", self.counter))
        return sha256(host.encode()).digest() + bytes([spoilt.get("flags", PRESENT | VERIFIED) | flags]) + counter.to_bytes(4)

    def _client(self, kind: str, challenge: str, spoilt: dict[str, Any]) -> bytes:
        told = {
            "type": spoilt.get("type", kind),
            "challenge": spoilt.get("challenge", challenge),
            "origin": spoilt.get("origin", self.origin),
            "crossOrigin": False,
        }
        return json.dumps(told).encode()

    def _said(self, response: dict[str, str], spoilt: dict[str, Any]) -> str:
        shown = bytes_to_base64url(spoilt.get("credential", self.credential))
        return json.dumps({"id": shown, "rawId": shown, "type": "public-key", "response": response})
