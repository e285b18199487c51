"""Which records are worth comparing: those that share a key, in blocks of a bounded size.

A block that is too large is parted by the other things its records share, so that a common name
alone brings no two records together, but name and city do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from fangxin.merging.likeness import reading
from fangxin.merging.naming import in_latin, parts_of
from fangxin.merging.weights import Feature, Values

# pairs of at most so many records of one block are compared
BLOCK: Final = 60
# what more than this part of all records (and so many) share tells nothing
COMMON: Final = 0.05
FEW: Final = 2000
DEPTH: Final = 2
_VOWELS: Final = re.compile(r"(?<=.)[aeiouyhw\s]")
_TWICE: Final = re.compile(r"(.)\1+")
_LONG_ENOUGH: Final = 4
# the end of a phone number, whatever stands before it
_LOCAL_DIGITS: Final = 8


def skeleton(text: str) -> str:
    """Return a word without what is often misspelt: vowels but the first, doubled letters."""
    return _TWICE.sub(r"\1", _VOWELS.sub("", text))


def keys_of(feature: Feature, value: str) -> list[str]:
    """Return the keys by which a value finds others; the first is the value itself."""
    if feature.kind == "name":
        keys = [value, reading(value)]
        if value.isascii():
            if len(bone := skeleton(value)) >= _LONG_ENOUGH:
                keys.append(f"~{bone}")
        else:
            # a company by its brand and trade alone, and as it would be said in English
            keys += [reading(parts_of(value).core), reading(in_latin(value))]
        return list(dict.fromkeys(keys))
    if feature.kind == "code":
        local, at, _ = value.partition("@")
        if at and len(local) >= _LONG_ENOUGH:
            return [value, local]
        if value[:1] == "+" and len(value) > _LOCAL_DIGITS:
            return [value, value[-_LOCAL_DIGITS:]]
        return [value]
    return [value] if feature.kind == "day" else []


def pairs_of(
    block: Sequence[int],
    values: Callable[[int], Values],
    features: Iterable[int],
    records: int,
    depth: int = 0,
) -> Iterator[tuple[int, int]]:
    """Yield pairs of a block's records (numbers); a block over BLOCK is parted by `features`."""
    if len(block) <= BLOCK:
        yield from combinations(block, 2)
        return
    if depth == DEPTH or len(block) > max(FEW, COMMON * records):
        return
    left = list(features)
    for place, feature in enumerate(left):
        parts: dict[str, list[int]] = {}
        for record in block:
            if value := values(record)[feature]:
                parts.setdefault(value, []).append(record)
        for part in parts.values():
            if 1 < len(part) < len(block):
                rest = left[place + 1 :]
                yield from pairs_of(part, values, rest, records, depth + 1)
