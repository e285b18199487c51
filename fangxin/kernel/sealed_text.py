"""Text that is encrypted for one place: an object, a field, a record.

In memory it is plain text. A value that was read is `Held` and remembers its ciphertext; one that
has none yet is stored as `Bare`, which no database takes: what nobody has sealed cannot be written.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa

from fangxin.kernel.crypto import KeyRing, SealBroken
from fangxin.kernel.sql import JsonPath

MARK: Final = "sealed:"
# shown in place of what does not open: its key is missing, or it was tampered with
UNREADABLE: Final = "⚠ unreadable"
_KEPT: Final = "sealed"


class Cipher(str):
    """A ciphertext as it is stored, that knows its text and its place; `broken`: it did not
    open.
    """

    __slots__ = ("broken", "place", "text")
    text: str
    place: tuple[str, str, str]
    broken: bool


class Held(str):
    """A text that knows the blind index and ciphertext which stand for it."""

    __slots__ = ("blind", "cipher")
    blind: str
    cipher: Cipher


class Bare(NamedTuple):
    """A text that is not sealed."""

    text: str


class Open(str):
    """A text that is stored as it is until a job seals it: it lay there so before its field was
    encrypted, or other processes do not know of that yet and would take a blind index for it.
    """

    __slots__ = ()


class Shut(NamedTuple):
    """What was read of a row and is not opened yet."""

    blind: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Seal:
    """How one field is sealed: the ring, its object, the name that it has for ever."""

    ring: KeyRing
    object: str
    code: str

    def blinds(self, text: str) -> list[str]:
        """Return the blind indexes of a text under each key, the newest first; case and width tell
        no two texts apart.
        """
        plain = unicodedata.normalize("NFKC", text).casefold()
        return self.ring.indexes(plain, self.object, self.code)

    def shut(self, text: str, record: str) -> Held:
        """Encrypt a text for a record."""
        sealed = MARK + self.ring.seal(text, self.object, self.code, record)
        return self._held(text, self.blinds(text)[0], sealed, record, broken=False)

    def open(self, blind: str, sealed: str, record: str) -> Held:
        """Decrypt what stands in a record; what does not open reads UNREADABLE, and stays."""
        try:
            text = self.ring.open(sealed.removeprefix(MARK), self.object, self.code, record)
        except SealBroken:
            return self._held(UNREADABLE, blind, sealed, record, broken=True)
        return self._held(text, blind, sealed, record, broken=False)

    def _held(self, text: str, blind: str, sealed: str, record: str, *, broken: bool) -> Held:
        cipher, held = Cipher(sealed), Held(text)
        cipher.text, cipher.broken = text, broken
        cipher.place = (self.object, self.code, record)
        held.blind, held.cipher = blind, cipher
        return held


def unpacked(packed: Any, record: str) -> tuple[Any, ...]:
    """Return the storage of a packed value; a plain one is from before the field was encrypted."""
    if isinstance(packed, list) and len(packed) > 1 and str(packed[1]).startswith(MARK):
        return (packed[0], packed[1], record)
    text = packed[0] if isinstance(packed, list) else packed
    return (None, None) if text is None else (None, Bare(text))


def columns_in(custom: Any, code: str) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    """Return blind index and ciphertext of a text in a JSON column; one from before the field was
    encrypted, which lies there alone or beside its sort key, in place of the index.
    """
    blind, sealed = (JsonPath(custom, (code, part), sa.Text()) for part in (0, 1))
    marked = sa.func.substr(sealed, 1, sa.literal_column(str(len(MARK)))) == sa.literal_column(
        f"'{MARK}'"
    )
    plain = JsonPath(custom, (code,), sa.Text())
    return sa.func.coalesce(blind, plain), sa.case((marked, sealed))


def put_away(services: Any, purpose: str, plain: dict[str, Any]) -> dict[str, Any]:
    """Return plain data as a job keeps it: sealed while any field of the installation is encrypted,
    since it may say what a record is to hold.
    """
    if services is None or not services.encrypts:
        return plain
    text = msgspec.json.encode(plain).decode()
    return {_KEPT: MARK + services.keys.seal(text, _KEPT, purpose, "")}


def taken_out(services: Any, purpose: str, kept: dict[str, Any]) -> dict[str, Any]:
    """Return what was put away; SealBroken when its key is gone."""
    if _KEPT not in kept:
        return kept
    text = services.keys.open(kept[_KEPT].removeprefix(MARK), _KEPT, purpose, "")
    plain: dict[str, Any] = msgspec.json.decode(text)
    return plain
