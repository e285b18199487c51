"""Encrypting fields: AES-256-GCM bound to object, field and record, with a ring of keys.

A keyed blind index serves exact search. Layout of a sealed value before
Base64: format (1 byte), key number (1 byte), nonce (12 bytes), ciphertext and tag.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT: Final = 1
NONCE: Final = 12
HEAD: Final = 2
TAG: Final = 16
KEY_BYTES: Final = 32


class SealBroken(Exception):
    """A sealed value does not open: changed, moved to another place, or its key is missing."""


def _derived(key: bytes, purpose: bytes) -> bytes:
    """Derive an independent key (HKDF, RFC 5869), so that one secret serves one purpose."""
    return HKDF(SHA256(), KEY_BYTES, None, b"fangxin " + purpose).derive(key)


def _place(object_name: str, field: str, record_id: str) -> bytes:
    return f"{object_name}:{field}:{record_id}".encode()


class KeyRing:
    """Keys by number (1–255), 32 bytes each. The first seals; all open what they have sealed."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        if not keys:
            message = "a key ring needs a key"
            raise ValueError(message)
        self._sealing = next(iter(keys))
        self._ciphers = {number: AESGCM(_derived(key, b"field")) for number, key in keys.items()}
        self._index_keys = [_derived(key, b"index") for key in keys.values()]

    def seal(self, text: str, object_name: str, field: str, record_id: str) -> str:
        """Encrypt `text` for this place, as Base64. The same text never looks the same twice."""
        nonce = os.urandom(NONCE)
        place = _place(object_name, field, record_id)
        body = self._ciphers[self._sealing].encrypt(nonce, text.encode(), place)
        return base64.b64encode(bytes((FORMAT, self._sealing)) + nonce + body).decode()

    def open(self, sealed: str, object_name: str, field: str, record_id: str) -> str:
        """Decrypt what was sealed for this place, or raise SealBroken."""
        try:
            raw = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError) as error:
            raise SealBroken("not a sealed value") from error
        if len(raw) < HEAD + NONCE + TAG or raw[0] != FORMAT:
            raise SealBroken("not a sealed value")
        cipher = self._ciphers.get(raw[1])
        if cipher is None:
            raise SealBroken(f"key {raw[1]} is not in the ring")
        try:
            nonce, body = raw[HEAD : HEAD + NONCE], raw[HEAD + NONCE :]
            return cipher.decrypt(nonce, body, _place(object_name, field, record_id)).decode()
        except InvalidTag as error:
            raise SealBroken("changed, or sealed for another place") from error

    def is_current(self, sealed: str) -> bool:
        """Tell whether `sealed` uses the key that seals now; rotation seals the others again."""
        return self.number_of(sealed) == self._sealing

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the keys, the one that seals first."""
        return tuple(self._ciphers)

    @staticmethod
    def number_of(sealed: str) -> int:
        """Return the number of the key that `sealed` needs."""
        return base64.b64decode(sealed[:4])[1]

    def index(self, text: str, object_name: str, field: str) -> str:
        """Return the blind index of normalised `text`: HMAC-SHA256 in hexadecimal.

        It is equal for equal text of one field.
        """
        return self.indexes(text, object_name, field)[0]

    def indexes(self, text: str, object_name: str, field: str) -> list[str]:
        """Return the blind indexes under every key, the newest first: what a search looks for."""
        subject = f"{object_name}:{field}:{text}".encode()
        return [hmac.new(key, subject, sha256).hexdigest() for key in self._index_keys]
