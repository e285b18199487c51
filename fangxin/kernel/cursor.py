"""The cursor of a page: where it ended, sealed so that it can be neither read nor bent, and bound
to its query and reader.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fangxin.kernel.errors import FieldProblem, Invalid


@lru_cache(maxsize=8)
def _box(secret: bytes) -> AESGCM:
    return AESGCM(hashlib.sha256(b"fangxin cursor" + secret).digest())


def binding(*parts: Any) -> bytes:
    """Return a digest of what a cursor is only good for: query shape, values, reader."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).digest()


def seal(secret: bytes, bound: bytes, phase: str, keys: Sequence[Any]) -> str:
    """Write the last row's sort keys (id last) as an opaque text."""
    nonce = os.urandom(12)
    packed = msgspec.json.encode([phase, [_plain(key) for key in keys]])
    return base64.urlsafe_b64encode(nonce + _box(secret).encrypt(nonce, packed, bound)).decode()


def _plain(key: Any) -> Any:
    # days and moments say their kind, so that they come back as what the driver wants
    if hasattr(key, "isoformat"):
        return [type(key).__name__, key.isoformat()]
    return key


def _restored(key: Any) -> Any:
    if isinstance(key, list):
        return (datetime if key[0] == "datetime" else date).fromisoformat(key[1])
    return key


def unseal(
    secret: bytes, bound: bytes, cursor: str, pointer: str = "/cursor"
) -> tuple[str, list[Any]]:
    """Read what `seal` wrote, or raise Invalid `bad_cursor`."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode())
        packed = _box(secret).decrypt(raw[:12], raw[12:], bound)
        phase, keys = msgspec.json.decode(packed)
    except (binascii.Error, ValueError, InvalidTag) as error:
        problem = FieldProblem(
            pointer,
            "bad_cursor",
            "This cursor belongs to another query. Start again without a cursor.",
        )
        raise Invalid(errors=[problem]) from error
    return phase, [_restored(key) for key in keys]
