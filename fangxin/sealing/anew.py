"""Values sealed anew: under the key that seals now, or for the first time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fangxin.kernel.crypto import KeyRing
from fangxin.kernel.sealed_text import MARK, Seal
from fangxin.sealing.places import Place, is_sealed


class Anew:
    """Seals values anew by the ring, and counts."""

    def __init__(self, ring: KeyRing, counts: Mapping[str, int]) -> None:
        self.ring = ring
        self.counts = {"sealed": 0, "unreadable": 0, **counts}

    def value(self, packed: Any, place: tuple[str, str, str], *, wanted: bool) -> Any:
        """Return a packed value under the present key; plain text is sealed where it is `wanted`.
        What is fine, or does not open, comes back as it is.
        """
        name, code, record = place
        seal = Seal(self.ring, name, code)
        if is_sealed(packed):
            if self.ring.is_current(packed[1].removeprefix(MARK)):
                return packed
            text = seal.open(packed[0] or "", packed[1], record)
            if text.cipher.broken:
                self.counts["unreadable"] += 1
                return packed
        elif packed is None or not wanted:
            return packed
        else:
            text = packed[0] if isinstance(packed, list) else packed
            if not isinstance(text, str):
                return packed
        self.counts["sealed"] += 1
        held = seal.shut(str(text), record)
        return [held.blind, str(held.cipher)]

    def row(self, place: Place, row: Sequence[Any]) -> dict[str, Any] | None:
        """Return the values that a row is written with, None where nothing changes."""
        id_, custom, *columns = row
        given = custom or {}
        made = {
            code: self.value(each, (place.object, code, id_), wanted=place.codes.get(code, False))
            for code, each in given.items()
        }
        values: dict[str, Any] = {"row_id": id_, "set_custom": made}
        changed = made != given
        for index, (key, *names) in enumerate(place.columns):
            blind, sealed = columns[2 * index : 2 * index + 2]
            packed = blind if sealed is None else [blind, sealed]
            anew = self.value(packed, (place.object, key, id_), wanted=True)
            both = [None, None] if anew is None else anew
            changed = changed or anew != packed
            values |= dict(zip((f"set_{name}" for name in names), both, strict=True))
        return values if changed else None

    def payload(
        self, name: str, record: str, payload: Mapping[str, Any], wanted: frozenset[str]
    ) -> dict[str, Any]:
        """Return a payload of the log with its values sealed anew."""
        return {
            side: {
                code: self.value(each, (name, code, record), wanted=code in wanted)
                for code, each in held.items()
            }
            if side in {"before", "after"} and isinstance(held, Mapping)
            else held
            for side, held in payload.items()
        }
