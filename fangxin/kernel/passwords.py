"""Passwords: argon2id in a thread, and what a good one is."""

from __future__ import annotations

import asyncio
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fangxin.kernel.errors import FieldProblem, Invalid

SHORTEST: Final = 10
LONGEST: Final = 128
# the parts of which careless passwords are made; a password of nothing else is refused
COMMON: Final = (
    *("password", "passw0rd", "p@ssw0rd", "qwertyuiop", "qwerty", "asdfghjkl", "zxcvbnm"),
    *("1q2w3e4r5t", "1qaz2wsx", "3edc4rfv", "iloveyou", "woaini", "admin", "administrator"),
    *("welcome", "letmein", "changeme", "secret", "fangxin", "dragon", "monkey", "abc"),
    *("0123456789", "1234567890", "9876543210", "5201314", "147258369", "123", "888", "666"),
)
# OWASP's second choice: 19 MiB, two passes; a login costs about 25 ms of one core
_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# the work for an address that nobody has, done like any other
_NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$g++a0UY4GolU8c9rbwu"
    "Qpw$j2xvgN2O+/1Z2vlo5uOb2hjO2WZKyIFY1WL0WQp7QRk"
)


def _normal(password: str) -> bytes:
    # half a surrogate pair is no password of anybody's, and no error either
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


async def hash_password(password: str) -> str:
    """Return the argon2id hash, made in a thread."""
    return await asyncio.to_thread(_hasher.hash, _normal(password))


def _matches(stored: str | None, password: str) -> bool:
    try:
        _hasher.verify(stored or _NOBODY, _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


async def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether the hash is this password's; with None it is not, after the same work."""
    # a longer one was never accepted, so the rest of it need not be hashed
    return await asyncio.to_thread(_matches, password_hash, password[: LONGEST + 1])


def _is_common(password: str) -> bool:
    rest = password
    for part in sorted(COMMON, key=len, reverse=True):
        rest = rest.replace(part, "")
    return len(set(password)) < len("four") or not rest.strip("0123456789!@#$%.*_-")


def check_password(password: object, *, email: str, name: str, pointer: str = "/password") -> str:
    """Return a password that is good enough, or raise Invalid: too short, too long, guessable."""
    if not isinstance(password, str):
        problem = FieldProblem(pointer, "wrong_type", "Text is needed here.")
        raise Invalid(errors=[problem])
    normal = _normal(password).decode("utf-8", "replace")
    folded = normal.casefold()
    own = {email.casefold(), email.partition("@")[0].casefold(), name.casefold()}
    if len(normal) < SHORTEST:
        code, message = "too_short", "A password has at least {limit} characters."
        problem = FieldProblem(pointer, code, message, {"limit": SHORTEST})
    elif len(normal) > LONGEST:
        code, message = "too_long", "At most {limit} characters are allowed."
        problem = FieldProblem(pointer, code, message, {"limit": LONGEST})
    elif folded in own or _is_common(folded):
        message = "This password is too easy to guess. Take several words."
        problem = FieldProblem(pointer, "too_common", message)
    else:
        return password
    raise Invalid(errors=[problem])
