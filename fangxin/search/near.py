"""Near words: what somebody may have meant who mistyped, asked for when nothing answers what he
typed.

A word stands for every word that one edit makes of it (a letter more, less, other, or two letters
changed about), and characters for all that are read alike: these are so few that the index is asked
for them by name, within what the reader sees. Two edits of a long word, and another character in a
row of them, are too many to name: titles that have a part of what was typed are asked for, and
compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from string import ascii_lowercase
from typing import Final, TypeAlias

from rapidfuzz.distance import OSA

from fangxin.kernel.tokens import (
    GRAM,
    Phrase,
    Term,
    inner_phrase,
    is_east,
    read_as,
    runs_of,
    sounding,
    syllables_of,
    term_of,
    words_in,
)

# from so many letters on, a word may have one edit; two; be misspelt pinyin
ONE_EDIT: Final = 4
TWO_EDITS: Final = 8
PINYIN: Final = 5
# so many characters may hold another one
CHARACTERS: Final = 4
# the words of a query that are taken as misspelt, the longest ones
WORDS: Final = 3
# no word that is longer is looked at: its edits are too many
LONGEST: Final = 24
_READINGS: Final = 40
_FAR: Final = 9

# a text's word and how many edits lie between it and what was typed
Likeness: TypeAlias = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Guess:
    """A query as it may have been meant. `compared`: the index gives more than what is near, and
    titles must be looked at. `ways` of asking the index give together what meets `terms`: it looks
    at each row that has a frequent syllable, so hundreds of words must not be looked for there.
    """

    runs: tuple[str, ...]
    ways: tuple[tuple[Term, ...], ...]
    compared: bool

    @property
    def terms(self) -> tuple[Term, ...]:
        """What is met, whichever way it is asked for."""
        return tuple(
            tuple(dict.fromkeys(phrase for term in terms for phrase in term))
            for terms in zip(*self.ways, strict=True)
        )

    def distance(self, title: str) -> int:
        """Return by how many edits a title has the words, FAR for each that it has not."""
        return sum(_nearest(run, [title])[0] for run in self.runs)

    def fits(self, title: str) -> bool:
        """Tell whether a title holds something near each word that may be misspelt."""
        wide = [run for run in self.runs if _is_wide(run)]
        return all(_nearest(run, [title])[0] < _FAR for run in wide)

    def meant(self, texts: Iterable[str]) -> str:
        """Return the query in the words that these texts have."""
        known = list(texts)
        return " ".join(_nearest(run, known)[1] for run in self.runs)


def guesses(query: str) -> Iterator[Guess]:
    """Yield what a query may have been meant as, the nearest first; nothing if it is too short."""
    runs = runs_of(query)
    chosen = sorted(filter(_is_near, runs), key=len, reverse=True)[:WORDS]
    if chosen:
        spelt = _terms(runs, chosen, _edited)
        ways = dict.fromkeys((spelt, _terms(runs, chosen, lambda run: _heard(run) or _edited(run))))
        yield Guess(runs, tuple(ways), compared=False)
    if any(map(_is_wide, chosen)):
        yield Guess(runs, (_terms(runs, chosen, _parted),), compared=True)


def _terms(
    runs: Sequence[str], chosen: Sequence[str], phrases: Callable[[str], Iterable[Phrase]]
) -> tuple[Term, ...]:
    return tuple(
        tuple(dict.fromkeys((*term_of(run), *phrases(run)))) if run in chosen else term_of(run)
        for run in runs
    )


def _is_near(run: str) -> bool:
    if is_east(run):
        return len(run) > 1
    return ONE_EDIT <= len(run) <= LONGEST and not run.isdigit()


def _is_wide(run: str) -> bool:
    if is_east(run):
        return len(run) >= CHARACTERS
    return TWO_EDITS <= len(run) <= LONGEST and not run.isdigit()


def edits(word: str) -> Iterator[str]:
    """Yield every word that one edit makes of a word; those that need no other letter first."""
    letters = ascii_lowercase if word.isascii() else "".join(sorted(set(word)))
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    for head, tail in cuts:
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
    for head, tail in cuts:
        for letter in letters:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]


def _edited(run: str) -> list[Phrase]:
    if is_east(run):
        return [sounding(syllables_of(run))]
    return [Phrase((word,)) for word in dict.fromkeys(edits(run))]


def _heard(run: str) -> list[Phrase]:
    """Return the characters that letters may be misspelt pinyin of: of the fewest syllables, for
    others are of sounds that are hardly a word.
    """
    if is_east(run) or len(run) < PINYIN or not (run.isascii() and run.isalpha()):
        return []
    read = [parts for word in dict.fromkeys(edits(run)) for parts in islice(read_as(word), 1)]
    fewest = min(map(len, read), default=0)
    few = dict.fromkeys(parts for parts in read if len(parts) == fewest)
    return [sounding(parts) for parts in islice(few, _READINGS)]


def _parted(run: str) -> list[Phrase]:
    """Return parts of which one is left as it was, wherever two edits are; what has one edit has
    them too.
    """
    if is_east(run):
        half = len(run) // 2
        parts = (run[:half], run[half:]) if _is_wide(run) else ()
        return [*_edited(run), *(each for part in parts for each in term_of(part))]
    if not _is_wide(run):
        return [*_edited(run), *_heard(run)]
    third = max(GRAM, len(run) // 3)
    cuts = (run[:third], run[third : 2 * third], run[2 * third :])
    return [*map(inner_phrase, cuts), *_heard(run)]


def _nearest(run: str, texts: Iterable[str]) -> Likeness:
    """Return the word of these texts that is nearest to a typed one, else (FAR, the typed one)."""
    found = [each for text in texts for word in words_in(text) for each in _likenesses(run, word)]
    return min(found, default=(_FAR, run), key=lambda each: each[0])


def _likenesses(run: str, word: str) -> Iterator[Likeness]:
    if is_east(word):
        yield from _characters(run, word) if is_east(run) else _read(run, word)
        return
    if run in word:
        yield 0, run
    elif not is_east(run) and _is_near(run):
        most = 2 if _is_wide(run) else 1
        distance = OSA.distance(run, word, score_cutoff=most)
        if distance <= most:
            yield distance, word


def _characters(run: str, word: str) -> Iterator[Likeness]:
    if run in word:
        yield 0, run
        return
    sound = syllables_of(run)
    for length in (len(run) + 1, len(run), len(run) - 1):
        for at in range(len(word) - length + 1):
            part = word[at : at + length]
            alike = length == len(run) and syllables_of(part) == sound
            if alike or (_is_wide(run) and OSA.distance(run, part, score_cutoff=1) <= 1):
                yield 1, part


def _read(run: str, word: str) -> Iterator[Likeness]:
    """Yield the characters of a word that are read like typed letters."""
    syllables = syllables_of(word)
    near = len(run) >= PINYIN
    for start in range(len(word)):
        length = 0
        for end in range(start + 1, len(word) + 1):
            length += len(syllables[end - 1])
            if length > len(run) + 1:
                break
            if length < len(run) - 1:
                continue
            read = "".join(syllables[start:end])
            if read == run:
                yield 0, word[start:end]
            elif near and end > start + 1 and OSA.distance(read, run, score_cutoff=1) <= 1:
                yield 1, word[start:end]
