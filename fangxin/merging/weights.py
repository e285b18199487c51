"""What the agreement of two records says, learned from the records themselves.

The model of Fellegi and Sunter (1969): a level of agreement in a field weighs
log2(m / u), with m its frequency among pairs that are the same thing and u among others. u is
counted in random pairs, m estimated by expectation maximisation over candidates (no labels). An
agreement on a rare value weighs more than one on a common value (Winkler's frequency weights).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Final, TypeAlias
from zlib import crc32

from fangxin.merging.likeness import DIFFERENT, EQUAL, LEVELS, level
from fangxin.merging.naming import is_whole

Values: TypeAlias = Sequence[str]
Pattern: TypeAlias = tuple[int, ...]

# a value is missing on one side: the field says nothing
UNKNOWN: Final = -1
ROUNDS: Final = 30
# one thing written twice differs in a field (filled in both) at most so often
MOST_APART: Final = 0.3
# what is equal in more than this part of random pairs is common
_OFTEN: Final = 0.005
BUCKETS: Final = 1 << 20
# there are at least so many e-mail addresses or phone numbers in the world of any company
IDENTIFIERS: Final = 10_000
# one thing stands in the data at most so often
WHOLE: Final = 10
_SMOOTH: Final = 0.5
# what the levels look like before anything is known, from DIFFERENT to EQUAL
FIRST_M: Final = (0.05, 0.05, 0.1, 0.1, 0.7)


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that two records are compared by: a name for it, and how it is compared."""

    key: str
    kind: str

    @property
    def field(self) -> str:
        """The field that it is, or is a part of."""
        return self.key.partition(".")[0]


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
        least = self._least[index]
        if count <= WHOLE and is_whole(value):
            # no other company may have the whole name of one: these are one, however often
            count, least = 2, max(least, IDENTIFIERS)
        return max((count - 2) / filled, 0.5 / max(filled, least))


def pattern(features: Sequence[Feature], a: Values, b: Values) -> Pattern:
    """Return the level of agreement in each feature."""
    levels = [
        UNKNOWN if not (x and y) else EQUAL if x == y else level(feature.kind, x, y)
        for feature, x, y in zip(features, a, b, strict=True)
    ]
    if levels.count(DIFFERENT) > 1:
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
    groups: Sequence[int]
    m: list[list[float]]
    u: list[list[float]]
    prior: float
    frequencies: Frequencies = field(repr=False)
    # what each level of each feature says, and whether no two features say the same thing
    _bits: list[list[float]] = field(init=False, repr=False)
    _alone: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # behind the levels stands what UNKNOWN (-1) says: nothing
        self._bits = [
            [*(log2(m / u) for m, u in zip(mine, others, strict=True)), 0.0]
            for mine, others in zip(self.m, self.u, strict=True)
        ]
        self._alone = len(set(self.groups)) == len(self.groups)

    def weights(self, a: Values, b: Values) -> list[float]:
        """Return what each feature says of two records, in bits: above 0 for the same thing."""
        found = pattern(self.features, a, b)
        bits = [said[reached] for said, reached in zip(self._bits, found, strict=True)]
        for index, reached in enumerate(found):
            if reached == EQUAL:
                bits[index] = log2(self.m[index][EQUAL] / self.frequencies.share(index, a[index]))
        return bits if self._alone else once(self.groups, bits)

    def probability(self, weights: Iterable[float]) -> float:
        """Return how likely two records are the same thing."""
        bits = log2(self.prior / (1 - self.prior)) + sum(weights)
        return 1 / (1 + 2 ** -max(-60.0, min(60.0, bits)))


def count_levels(features: Sequence[Feature], patterns: Mapping[Pattern, int]) -> list[list[float]]:
    """Return the frequency of each level in these patterns, by feature."""
    counts = [[_SMOOTH] * LEVELS for _ in features]
    for found, times in patterns.items():
        for index, reached in enumerate(found):
            if reached != UNKNOWN:
                counts[index][reached] += times
    return [[each / sum(row) for each in row] for row in counts]


def dependent(features: Sequence[Feature], patterns: Mapping[Pattern, int]) -> list[int]:
    """Return a group for each feature: those of a group say the same thing, as region and city do,
    or the campaign and its landing page.

    Parts of one field are of one group; others are where strangers (`patterns`) who agree in the
    one mostly agree in the other, by far oftener than by chance. Only what strangers often share
    is looked at: what is rare they share because they are the same.
    """
    groups = list(range(len(features)))
    total = max(sum(patterns.values()), 1)
    equal = [_times(patterns, index) for index in groups]
    for a, first in enumerate(features):
        for b in range(a):
            least = min(equal[a], equal[b])
            both = _times(patterns, a, b) if least > _OFTEN * total else 0
            by_chance = equal[a] * equal[b] / total
            if first.field == features[b].field or both > max(least / 2, 2 * by_chance, 1):
                old, new = groups[a], groups[b]
                groups = [new if each == old else each for each in groups]
    return groups


def _times(patterns: Mapping[Pattern, int], *indexes: int) -> int:
    return sum(
        times
        for found, times in patterns.items()
        if all(found[index] == EQUAL for index in indexes)
    )


def once(groups: Sequence[int], bits: Sequence[float]) -> list[float]:
    """Return weights of which each group speaks once for and once against: by its strongest."""
    most: dict[int, int] = {}
    least: dict[int, int] = {}
    for index, group in enumerate(groups):
        if bits[index] > bits[most.setdefault(group, index)]:
            most[group] = index
        if bits[index] < bits[least.setdefault(group, index)]:
            least[group] = index
    return [
        each if (most[group] == index and each > 0) or (least[group] == index and each < 0) else 0.0
        for index, (group, each) in enumerate(zip(groups, bits, strict=True))
    ]


def learn_m(
    patterns: Mapping[Pattern, int],
    u: Sequence[Sequence[float]],
    groups: Sequence[int],
    blocked: int,
) -> tuple[list[list[float] | None], float]:
    """Estimate m from the patterns of candidates that share the feature `blocked`, which says
    nothing among them, nor does its group; return m by feature (None where nothing was learned)
    and the number of matches.
    """
    used = [index for index, group in enumerate(groups) if group != groups[blocked]]
    m = [list(FIRST_M) for _ in u]
    share = 0.2
    total = sum(patterns.values())
    for _ in range(ROUNDS):
        bits = [
            [log2(a / b) for a, b in zip(mine, others, strict=True)] + [0.0]
            for mine, others in zip(m, u, strict=True)
        ]
        counts = [[_SMOOTH * each for each in FIRST_M] for _ in u]
        matches = 0.0
        for found, times in patterns.items():
            said = [bits[i][found[i]] if i in used else 0.0 for i in range(len(u))]
            odds = share / (1 - share) * 2 ** sum(once(groups, said))
            likely = times * odds / (1 + odds)
            matches += likely
            for index in used:
                if found[index] != UNKNOWN:
                    counts[index][found[index]] += likely
        share = min(max(matches / total, 1e-6), 1 - 1e-6)
        m = [_mostly_agreeing(row) for row in counts]
    return [m[i] if i in used else None for i in range(len(u))], share * total


def _mostly_agreeing(counts: Sequence[float]) -> list[float]:
    """Return frequencies of levels where the same thing differs at most so often as it may: else
    what strangers have in common, such as a city, would be taken for the thing itself.
    """
    total = sum(counts)
    rest = total - counts[0]
    apart = min(counts[0] / total, MOST_APART)
    return [apart, *(each / rest * (1 - apart) for each in counts[1:])]
