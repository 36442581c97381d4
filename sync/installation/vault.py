"""Seals tokens at rest with AES-GCM, so that neither a stolen row nor one moved to another place opens.

A sealed text is `v1.<key id>.<nonce and ciphertext, base64url>`. The place (account, field) and the key id are
authenticated but not stored: who opens must know where the text belongs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = "v1"
_NONCE = 12  # bytes, as GCM wants; random, which is safe for 2**32 seals under one key
_KEY = 32
_SEALED = re.compile(rf"{_VERSION}\.([0-9a-f]{{16}})\.([A-Za-z0-9_-]+=*)")


class Unsealable(Exception):
    """A sealed text does not open: another key, another place, or changed bytes. Never quotes it."""


class Vault:
    """Seals and opens under one 32-byte key. Keeps nothing; thread-safe."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY:
            raise ValueError(f"the key is {_KEY} bytes, not {len(key)}")
        self._cipher = AESGCM(key)
        self.key_id = hmac.digest(key, b"milepost key id", hashlib.sha256).hex()[:16]

    def seal(self, plaintext: str, *, account: str, field: str) -> str:
        """`plaintext`, sealed for this place; twice the same gives two different texts."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, plaintext.encode(), self._place(account, field))
        return f"{_VERSION}.{self.key_id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def sealed(self, text: str) -> bool:
        """Whether `text` says that it was sealed under this key."""
        parts = _SEALED.fullmatch(text)
        return parts is not None and parts[1] == self.key_id

    def open(self, sealed: str, *, account: str, field: str) -> str:
        """What was sealed for this place under this key; anything else raises Unsealable."""
        parts = _SEALED.fullmatch(sealed)
        if parts is None:
            raise Unsealable(f"the stored {field} of {account} is not a sealed text")
        if parts[1] != self.key_id:
            raise Unsealable(
                f"the stored {field} of {account} was sealed with key {parts[1]}, [secrets] key is"
                f" {self.key_id}: give the former key back, run `milepost connect rotate-key`, or connect again"
            )
        try:
            raw = base64.urlsafe_b64decode(parts[2])
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], self._place(account, field)).decode()
        except (InvalidTag, ValueError):
            raise Unsealable(f"the stored {field} of {account} was changed or moved here") from None

    def _place(self, account: str, field: str) -> bytes:
        if "|" in account or "|" in field:
            raise ValueError("a place must be unambiguous: no | in account or field")
        return f"{account}|{field}|{self.key_id}".encode()
