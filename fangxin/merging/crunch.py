"""The reckoning of a scan, in a process of its own so that nobody waits for it:
`python -m fangxin.merging.crunch FOLDER`.

It knows no database. FOLDER holds `plan.json` and a file of records for each object; out come
`pairs-N.jsonl` for each entry of the plan, and lines of progress (0 to 1) on the way. Memory stays
bounded: records and blocks lie in files, cut into PARTS by a hash of the key.
"""

from __future__ import annotations

import mmap
import os
import random
import sys
import traceback
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations
from math import log2
from pathlib import Path
from struct import Struct
from typing import Any, BinaryIO, Final

import msgspec

from fangxin.merging.candidates import BLOCK, keys_of, pairs_of
from fangxin.merging.likeness import EQUAL, LEVELS, plain
from fangxin.merging.weights import (
    FIRST_M,
    Feature,
    Frequencies,
    Model,
    Pattern,
    count_levels,
    dependent,
    learn_m,
    pattern,
)

PARTS: Final = 64
SEPARATOR: Final = "\x1f"
# pairs by chance from which u is counted, and candidates from which m is learned
RANDOM_PAIRS: Final = 40_000
LEARNED_PAIRS: Final = 300_000
# decoded records that are held at once
HELD: Final = 4096
# from so many records on, two processes share the comparing
WORTH_TWO: Final = 20_000
# two records are held to be one thing from this probability on
LIKELY: Final = 0.5
# records that are one by way of others are told as pairs up to a group of so many
GROUP: Final = 10
_ENTRY: Final = Struct(">8sIB")
_KEPT: Final = Struct(">IId")
_DERIVED: Final = 255


class Records:
    """The records of one comparison: plain values in a file, read where they lie."""

    def __init__(self, path: Path) -> None:
        self.starts = array("Q", [0])
        self._ids = bytearray()
        self._path = path
        self._file = path.open("w+b")
        self._map: mmap.mmap | None = None

    def add(self, id_: str, values: Sequence[str]) -> None:
        """Write a record behind the others."""
        line = SEPARATOR.join(values).encode()
        self._file.write(line)
        self._ids += bytes.fromhex(id_.replace("-", ""))
        self.starts.append(self.starts[-1] + len(line))

    def close(self) -> None:
        """Let what was written be read."""
        self._file.flush()
        if self.starts[-1]:
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, record: int) -> list[str]:
        found = self._map[self.starts[record] : self.starts[record + 1]] if self._map else b""
        return found.decode().split(SEPARATOR)

    def id(self, record: int) -> str:
        """Return the id of a record in the form of the database."""
        text = self._ids[16 * record : 16 * record + 16].hex()
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class Blocks:
    """The keys of all records in files by hash, so that each file holds whole blocks."""

    def __init__(self, folder: Path) -> None:
        self._paths = [folder / f"block-{part}" for part in range(PARTS)]
        self._files: list[BinaryIO] = [path.open("wb") for path in self._paths]

    def add(self, record: int, features: Sequence[Feature], values: Sequence[str]) -> None:
        """Write the keys of a record."""
        for index, (feature, value) in enumerate(zip(features, values, strict=True)):
            for place, key in enumerate(keys_of(feature, value) if value else ()):
                digest = blake2b(f"{index}|{key}".encode(), digest_size=8).digest()
                tag = _DERIVED if place else index
                self._files[digest[0] % PARTS].write(_ENTRY.pack(digest, record, tag))

    def close(self) -> None:
        """Let what was written be read."""
        for each in self._files:
            each.close()

    def part(self, number: int) -> Iterator[tuple[int, list[int]]]:
        """Yield (feature or _DERIVED, records) for each block of a part with more than one."""
        blocks: dict[bytes, list[int]] = {}
        tags: dict[bytes, int] = {}
        for digest, record, tag in _ENTRY.iter_unpack(self._paths[number].read_bytes()):
            blocks.setdefault(digest, []).append(record)
            tags[digest] = min(tag, tags.get(digest, tag))
        for digest, block in blocks.items():
            if len(block) > 1:
                yield tags[digest], block


class Comparison:
    """One entry of the plan: the records of one object, or of two that are compared with each
    other.
    """

    def __init__(self, folder: Path, entry: dict[str, Any]) -> None:
        self.features = [Feature(key, kind) for key, kind in entry["features"]]
        self.records = Records(folder / "plain")
        self.blocks = Blocks(folder)
        self.frequencies = Frequencies(self.features)
        # records below this number are the left object's; 0: there is one object
        self.border = 0
        for side in entry["sides"]:
            self.border = len(self.records)
            self._read(folder / side["file"], side["columns"])
        self.records.close()
        self.blocks.close()
        # a record is met as often as there are others in its block
        self._values = lru_cache(maxsize=HELD)(self.records.__getitem__)
        self._chance = random.Random(1)  # noqa: S311 - a sample, the same each time

    def _read(self, path: Path, columns: Sequence[int]) -> None:
        with path.open("rb") as lines:
            for line in lines:
                id_, raw = msgspec.json.decode(line)
                values = [
                    plain(feature.kind, raw[column])
                    for feature, column in zip(self.features, columns, strict=True)
                ]
                self.blocks.add(len(self.records), self.features, values)
                self.frequencies.add(values)
                self.records.add(id_, values)

    @property
    def possible(self) -> float:
        """How many pairs there are in all."""
        many = len(self.records)
        if self.border:
            return float(self.border * (many - self.border))
        return many * (many - 1) / 2

    def pairs(self, block: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield the pairs of a block that are to be compared."""
        pairs = pairs_of(block, self._values, range(len(self.features)), len(self.records))
        for a, b in pairs:
            if not self.border or (a < self.border) != (b < self.border):
                yield (a, b) if a < b else (b, a)

    def learn(self) -> Model:
        """Learn what agreements say."""
        strangers = Counter(self._by_chance())
        u = count_levels(self.features, strangers)
        groups = dependent(self.features, strangers)
        seen = self._sample()
        learned: list[list[tuple[float, list[float]]]] = [[(1.0, list(FIRST_M))] for _ in u]
        for feature, patterns in enumerate(seen):
            if patterns:
                found, matches = learn_m(patterns, u, groups, feature)
                for index, row in enumerate(found):
                    if row is not None:
                        learned[index].append((matches, row))
        m = [
            [sum(w * row[i] for w, row in rows) / sum(w for w, _ in rows) for i in range(LEVELS)]
            for rows in learned
        ]
        return Model(self.features, groups, m, u, 0.5, self.frequencies)

    def _by_chance(self) -> Iterator[Pattern]:
        many, border = len(self.records), self.border
        for _ in range(int(min(RANDOM_PAIRS, 4 * self.possible))):
            a = self._chance.randrange(border or many)
            b = self._chance.randrange(border, many)
            if a != b:
                yield pattern(self.features, self.records[a], self.records[b])

    def _sample(self) -> list[Counter[Pattern]]:
        """Count the patterns of candidates by the feature that brought them together."""
        found: list[Counter[Pattern]] = [Counter() for _ in self.features]
        total = 0
        for part in self._chance.sample(range(PARTS), PARTS):
            for feature, block in self.blocks.part(part):
                if feature == _DERIVED or len(block) > BLOCK:
                    continue
                for a, b in self.pairs(block):
                    levels = pattern(self.features, self._values(a), self._values(b))
                    if levels[feature] == EQUAL:
                        found[feature][levels] += 1
                        total += 1
            if total > LEARNED_PAIRS:
                break
        return found

    def promising(self, model: Model, part: int) -> Iterator[tuple[int, int, float]]:
        """Yield candidates of a part that might reach LIKELY, with their weight in bits."""
        least = log2(max(len(self.records), 2)) - 4
        for _, block in self.blocks.part(part):
            for a, b in self.pairs(block):
                bits = sum(model.weights(self._values(a), self._values(b)))
                if bits > least:
                    yield a, b, bits


def settle_prior(model: Model, bits: Sequence[float], possible: float) -> None:
    """Find the share of matches among all pairs that the weights themselves bear out."""
    weights = Counter(round(each, 1) for each in bits)
    prior = 1 / max(possible, 2)
    for _ in range(30):
        model.prior = min(max(prior, 1e-12), 0.3)
        expected = sum(n * model.probability([each]) for each, n in weights.items())
        prior = max(expected, 1.0) / max(possible, 2)


def joined(pairs: Sequence[tuple[int, int]], records: int) -> Iterator[tuple[int, int]]:
    """Yield the pairs that are one by way of others: A is B, B is C."""
    parents = array("I", range(records))

    def root(record: int) -> int:
        while parents[record] != record:
            parents[record] = parents[parents[record]]
            record = parents[record]
        return record

    for a, b in pairs:
        parents[root(a)] = root(b)
    groups: dict[int, list[int]] = {}
    for record in sorted({each for pair in pairs for each in pair}):
        groups.setdefault(root(record), []).append(record)
    known = set(pairs)
    for group in groups.values():
        if 2 < len(group) <= GROUP:  # noqa: PLR2004 - two are a pair already
            yield from (pair for pair in combinations(group, 2) if pair not in known)


def _promising(
    work: Comparison, model: Model, path: Path, tell: Any
) -> dict[tuple[int, int], float]:
    """Return the candidates of all parts with their weights; of very many records, a second process
    takes every other part and writes to `path` what it finds.
    """
    two = len(work.records) >= WORTH_TWO and (os.cpu_count() or 1) > 1
    other = _second(work, model, path) if two else 0
    kept: dict[tuple[int, int], float] = {}
    for part in range(0, PARTS, 2 if two else 1):
        for a, b, bits in work.promising(model, part):
            kept[a, b] = bits
        tell((part + 1) / PARTS)
    if two:
        if os.waitpid(other, 0)[1]:
            message = "the second process that compares records failed"
            raise RuntimeError(message)
        for a, b, bits in _KEPT.iter_unpack(path.read_bytes()):
            kept[a, b] = bits
    return kept


def _second(work: Comparison, model: Model, path: Path) -> int:
    """Begin the process that takes every other part; return its id."""
    first = os.getpid()
    if process := os.fork():
        return process
    code = 1
    try:
        with path.open("wb") as file:
            for part in range(1, PARTS, 2):
                file.writelines(_KEPT.pack(*each) for each in work.promising(model, part))
                if os.getppid() != first:
                    break
            else:
                code = 0
    except BaseException:  # noqa: BLE001 - told to whoever waits by the exit code
        traceback.print_exc()
    finally:
        # nothing of the first process is to be ended or flushed here
        os._exit(code)


def compare(folder: Path, entry: dict[str, Any], out: Path, tell: Any) -> None:
    """Find the pairs of one entry and write them to `out`, a JSON array a line: both ids, the
    probability, levels and weights by feature, and whether others brought them together.
    """
    # what an earlier comparison left there is not this one's
    out.write_bytes(b"")
    if any((folder / side["file"]).stat().st_size == 0 for side in entry["sides"]):
        return
    work = Comparison(folder, entry)
    tell(0.3)
    if len(work.records) < 2:  # noqa: PLR2004 - a pair has two
        return
    model = work.learn()
    tell(0.4)
    kept = _promising(work, model, folder / "kept", lambda share: tell(0.4 + 0.55 * share))
    settle_prior(model, list(kept.values()), work.possible)
    found = [pair for pair, bits in kept.items() if model.probability([bits]) >= LIKELY]
    del kept
    with out.open("wb") as lines:
        for by_others, pairs in ((False, found), (True, joined(found, len(work.records)))):
            for a, b in pairs:
                if not work.border or a < work.border <= b:
                    lines.write(_line(work, model, (a, b), by_others=by_others))
    tell(1.0)


def _line(work: Comparison, model: Model, pair: tuple[int, int], *, by_others: bool) -> bytes:
    a, b = (work.records[each] for each in pair)
    levels = pattern(model.features, a, b)
    weights = model.weights(a, b)
    probability = model.probability(weights)
    ids = [work.records.id(each) for each in pair]
    rounded = [round(each, 2) for each in weights]
    return msgspec.json.encode([*ids, probability, levels, rounded, by_others]) + b"\n"


def main() -> None:
    """Work through the plan of a folder."""
    folder = Path(sys.argv[1])
    # whoever waits for a page comes first
    os.nice(10)
    plan = msgspec.json.decode((folder / "plan.json").read_bytes())
    for number, entry in enumerate(plan):

        def tell(share: float, number: int = number) -> None:
            print((number + share) / len(plan), flush=True)  # noqa: T201 - heard by the scan

        compare(folder, entry, folder / f"pairs-{number}.jsonl", tell)


if __name__ == "__main__":
    main()
