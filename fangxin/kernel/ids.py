"""Identifiers: UUIDv7 (RFC 9562 section 5.7) as lower-case canonical text, everywhere in Python."""

from __future__ import annotations

import os
import re
import time
import uuid
from typing import Final

_CANONICAL: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_EXTRA_BITS: Final = 12


def new_id() -> str:
    """Make a UUIDv7: 48 bits of Unix milliseconds, 12 bits of the millisecond's fraction, 62 random
    bits.
    """
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    fraction = (rest << _EXTRA_BITS) // 1_000_000
    tail = int.from_bytes(os.urandom(8)) >> 2
    value = (milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | tail
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_id(value: object) -> bool:
    """Tell whether `value` is a UUID in canonical lower-case text."""
    return isinstance(value, str) and _CANONICAL.fullmatch(value) is not None


def named_id(*parts: str) -> str:
    """Return the same UUID (version 5) for the same parts: seeds and fixed rows."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("fangxin", *parts))))
