"""What the agreement of two records says, learned from the records themselves.

The model of Fellegi and Sunter (1969): a level of agreement in a field weighs
log2(m / u), with m its frequency among pairs that are the same thing and u among others. u is
counted in random pairs, m estimated by expectation maximisation over candidates (no labels). An
agreement on a rare value weighs more than one on a common value (Winkler's frequency weights).
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from zlib import crc32

from fangxin.merging.likeness import EQUAL, LEVELS, level

Values: TypeAlias = Sequence[str]
Pattern: TypeAlias = tuple[int, ...]

# a value is missing on one side: the field says nothing
UNKNOWN: Final = -1
ROUNDS: Final = 40
BUCKETS: Final = 1 << 20
# there are at least so many e-mail addresses or phone numbers in the world of any company
IDENTIFIERS: Final = 10_000
_SMOOTH: Final = 0.5
# what the levels look like before anything is known, from DIFFERENT to EQUAL
FIRST_M: Final = (0.05, 0.05, 0.1, 0.1, 0.7)


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that two records are compared by: a name for it, and how it is compared."""

    key: str
    kind: str


class Frequencies:
    """How often each value stands in each feature, counted in so many buckets that memory stays
    bounded.
    """

    def __init__(self, features: Sequence[Feature]) -> None:
        self.filled = [0] * len(features)
        self._least = [IDENTIFIERS if each.kind == "code" else 1 for each in features]
        self._counts = [array("I", bytes(4 * BUCKETS)) for _ in features]

    def add(self, values: Values) -> None:
        """Count a record."""
        for index, value in enumerate(values):
            if value:
                self.filled[index] += 1
                self._counts[index][crc32(value.encode()) % BUCKETS] += 1

    def share(self, index: int, value: str) -> float:
        """Return which part of all others with this feature holds a value that two records share.

        Addresses and numbers that few records hold are rare however few records there are.
        """
        count = self._counts[index][crc32(value.encode()) % BUCKETS]
        filled = max(self.filled[index], 1)
        return max((count - 2) / filled, 0.5 / max(filled, self._least[index]))


def pattern(features: Sequence[Feature], a: Values, b: Values) -> Pattern:
    """Return the level of agreement in each feature."""
    levels = [
        level(feature.kind, x, y) if x and y else UNKNOWN
        for feature, x, y in zip(features, a, b, strict=True)
    ]
    _cross(features, a, b, levels)
    return tuple(levels)


def _cross(features: Sequence[Feature], a: Values, b: Values, levels: list[int]) -> None:
    """Given name and surname in each other's place differ in both, and are the same together."""
    odd = [
        index for index, found in enumerate(levels) if found == 0 and features[index].kind == "name"
    ]
    for place, first in enumerate(odd):
        for second in odd[place + 1 :]:
            if a[first] == b[second] and a[second] == b[first]:
                levels[first] = levels[second] = EQUAL - 1


@dataclass(slots=True)
class Model:
    """m and u of each level of each feature, and how likely a pair is the same thing at all."""

    features: Sequence[Feature]
    m: list[list[float]]
    u: list[list[float]]
    prior: float
    frequencies: Frequencies = field(repr=False)

    def weight(self, index: int, found: int, a: str, b: str) -> float:
        """Return what the agreement in one feature says, in bits: above 0 for the same thing."""
        if found == UNKNOWN:
            return 0.0
        m, u = self.m[index][found], self.u[index][found]
        if found == EQUAL:
            u = self.frequencies.share(index, a)
        return math.log2(m / u)

    def weights(self, a: Values, b: Values) -> list[float]:
        """Return what each feature says of two records, in bits."""
        found = pattern(self.features, a, b)
        return [self.weight(i, each, a[i], b[i]) for i, each in enumerate(found)]

    def probability(self, weights: Iterable[float]) -> float:
        """Return how likely two records are the same thing."""
        bits = math.log2(self.prior / (1 - self.prior)) + sum(weights)
        return 1 / (1 + 2 ** -max(-60.0, min(60.0, bits)))


def count_levels(
    features: Sequence[Feature], pairs: Iterable[tuple[Values, Values]]
) -> list[list[float]]:
    """Return the frequency of each level in these pairs, by feature."""
    counts = [[_SMOOTH] * LEVELS for _ in features]
    for a, b in pairs:
        for index, found in enumerate(pattern(features, a, b)):
            if found != UNKNOWN:
                counts[index][found] += 1
    return [[each / sum(row) for each in row] for row in counts]


def learn_m(
    patterns: Mapping[Pattern, int], u: Sequence[Sequence[float]], blocked: Sequence[int]
) -> tuple[list[list[float] | None], float]:
    """Estimate m from the patterns of candidates that share the features `blocked`, which say
    nothing among them; return m by feature (None where nothing was learned) and the share of
    matches.
    """
    many = len(u)
    used = [index for index in range(many) if index not in blocked]
    m = [list(FIRST_M) for _ in range(many)]
    share = 0.2
    total = sum(patterns.values())
    for _ in range(ROUNDS):
        counts = [[_SMOOTH * each for each in FIRST_M] for _ in range(many)]
        matches = 0.0
        for found, times in patterns.items():
            odds = share / (1 - share)
            for index in used:
                if found[index] != UNKNOWN:
                    odds *= m[index][found[index]] / u[index][found[index]]
            likely = times * odds / (1 + odds)
            matches += likely
            for index in used:
                if found[index] != UNKNOWN:
                    counts[index][found[index]] += likely
        share = min(max(matches / total, 1e-6), 1 - 1e-6)
        m = [[each / sum(row) for each in row] for row in counts]
    return [m[i] if i in used else None for i in range(many)], share * total
