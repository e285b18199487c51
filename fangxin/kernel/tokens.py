"""Search tokens: how text becomes words that both databases index alike, and a query conditions.

Chinese, Japanese and Korean text gives overlapping pairs and its last character; other text gives
words and, from inside them, runs of three ("~glo"). Chinese also gives the initials of its pinyin
in pairs ("^hw") and its syllables ("!hua"). A phrase of such tokens is a substring; every run ends
with a shorter token, so that no phrase reaches into the next run. A title is also one token as a
whole ("=tacmecorp"), so that what begins with the query is found at once.

A few records, chosen by their id, have all their tokens a second time with a mark: a sixteenth of
all with one, a sixteenth of these with another instead. What is asked with a mark is asked of a
sample, and a frequent word needs no more: its list is short there, however long it is in the whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from fangxin.kernel.pinyin import syllable
from fangxin.kernel.simplified import simplified

# raised when other tokens come of the same text: a job then writes those of all records anew
FORM: Final = 2
# of a text, and of what a file holds: PostgreSQL tells the places of 16,383 tokens of a row apart
TOKENS: Final = 4000
HELD: Final = 9000
LONG_TEXT: Final = 300
LONGEST: Final = 60
TERMS: Final = 8
QUERY_LENGTH: Final = 200
GRAM: Final = 3
SEGMENTATIONS: Final = 4
# the marks of the samples, the smallest first: no text has them, since folding makes them digits
SAMPLES: Final = ("²", "¹")
_EAST: Final = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN: Final = re.compile(f"[{_EAST}]+|[^\\W_{_EAST}]+")
_ASCII_RUN: Final = re.compile("[a-z0-9]+")
_IS_EAST: Final = re.compile(f"[{_EAST}]")
_MARKS: Final = re.compile("[\u0300-\u036f]")
# no syllable begins with these: a word that has one is not a row of initials
_NO_INITIALS: Final = frozenset("iuv")
_MOST_SYLLABLE: Final = 6
_VOWELS: Final = frozenset("aeo")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that must follow one another; with `open`, the last one may go on."""

    tokens: tuple[str, ...]
    open: bool = False


# a term is met by any of its phrases; a query by all of its terms
Term: TypeAlias = tuple[Phrase, ...]


def fold(text: str) -> str:
    """Return text as it is compared: full width made half, case folded, accents taken off, Chinese
    in simplified characters.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).casefold()
    bare = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", plain)))
    return simplified(bare)


def whole_token(text: str) -> str:
    """Return the one token of a title, or of a query that may be the beginning of one; "" when
    there is nothing to find in it.
    """
    runs = "".join(_RUN.findall(fold(text[:QUERY_LENGTH])))
    return f"=t{runs[:LONGEST]}" if runs else ""


def mark_of(id_: str) -> str:
    """Return the mark of the sample that a record is in, mostly none: an id ends at random."""
    if id_[-1] != "0":
        return ""
    return SAMPLES[0] if id_[-2] == "0" else SAMPLES[1]


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)] + [run[-1]]


@lru_cache(maxsize=5000)
def _grams(word: str) -> tuple[str, ...]:
    runs = [f"~{word[at : at + GRAM]}" for at in range(len(word) - GRAM + 1)]
    return (*runs, f"~{word[1 - GRAM :]}") if runs else ()


@lru_cache(maxsize=20_000)
def _syllable(character: str) -> str:
    return syllable(character) or character


@lru_cache(maxsize=5000)
def _pinyin(run: str) -> tuple[str, ...]:
    syllables = [_syllable(character) for character in run]
    initials = "".join([each[0] for each in syllables])
    pairs = [f"^{pair}" for pair in _pairs(initials)]
    return (*pairs, *[f"!{each}" for each in syllables], "!")


def tokens_of(text: str, most: int = TOKENS) -> list[str]:
    """Return the first tokens of one text in order; a long text gives words and pairs only."""
    short = len(text) <= LONG_TEXT
    if short and text.isascii():
        plain = _ASCII_RUN.findall(text.lower())
        if len(text) <= LONGEST or not any(len(run) > LONGEST for run in plain):
            return plain + [gram for run in plain for gram in _grams(run)]
    words: list[str] = []
    inner: list[str] = []
    # line by line: of what a file holds, mostly the beginning is enough
    for run in (run for line in text.split("\n") for run in _RUN.findall(fold(line))):
        if len(words) > most:
            break
        if _IS_EAST.match(run):
            words += _pairs(run)
            if short:
                inner += _pinyin(run)
            continue
        for at in range(0, len(run), LONGEST):
            word = run[at : at + LONGEST]
            words.append(word)
            if short:
                inner += _grams(word)
    return (words + inner)[:most]


def title_tokens(title: str) -> list[str]:
    """Return the tokens of a title: also its first letter or initial, for a query of one letter."""
    found = tokens_of(title)
    first = _RUN.search(fold(title))
    if first is not None and len(found) < TOKENS:
        head = first.group()[0]
        found.append(f"^{_syllable(head)[0]}" if _IS_EAST.match(head) else f"^{head}")
    return found


@lru_cache(maxsize=1)
def _syllables() -> tuple[frozenset[str], frozenset[str]]:
    """Return all pinyin syllables and all their beginnings."""
    whole = frozenset(
        found for code in range(0x4E00, 0x9FA6) if (found := syllable(chr(code))) is not None
    )
    return whole, frozenset(each[:end] for each in whole for end in range(1, len(each) + 1))


def _segment(word: str) -> Iterator[tuple[str, ...]]:
    """Yield ways to read letters as syllables, the longest first; the last may be unfinished."""
    whole, beginnings = _syllables()
    if word in beginnings:
        yield (word,)
    for end in range(min(_MOST_SYLLABLE, len(word) - 1), 0, -1):
        # of single letters only these are read as a syllable, not as an interjection (n, m, ng)
        if word[:end] in whole and (end > 1 or word[0] in _VOWELS):
            for rest in _segment(word[end:]):
                yield (word[:end], *rest)


def _readings(word: str) -> list[Phrase]:
    found = []
    for number, parts in enumerate(_segment(word)):
        if number == SEGMENTATIONS:
            break
        found.append(Phrase(tuple(f"!{part}" for part in parts), open=True))
    return found


def _word_term(word: str) -> Term:
    if len(word) == 1:
        return (Phrase((word,)), Phrase((f"^{word}",)))
    found = [Phrase((word,), open=True)]
    if len(word) >= GRAM:
        found.append(inner_phrase(word))
    if word.isascii() and word.isalpha():
        if not _NO_INITIALS & set(word):
            found.append(Phrase(tuple(f"^{pair}" for pair in _pairs(word)[:-1])))
        found.extend(_readings(word) if len(word) <= LONGEST // 2 else [])
    return tuple(found)


def _east_term(run: str) -> Term:
    if len(run) == 1:
        return (Phrase((run,), open=True),)
    return (Phrase(tuple(_pairs(run)[:-1])),)


def runs_of(query: str) -> tuple[str, ...]:
    """Return the words and rows of characters that someone typed, folded, each once: at most
    TERMS.
    """
    runs = _RUN.findall(fold(query[:QUERY_LENGTH]))
    return tuple(dict.fromkeys(run if is_east(run) else run[:LONGEST] for run in runs))[:TERMS]


def words_in(text: str) -> list[str]:
    """Return the words and rows of characters of a text, folded, in order."""
    return _RUN.findall(fold(text))


def term_of(run: str) -> Term:
    """Return what meets a word or row of characters (see `runs_of`)."""
    return _east_term(run) if is_east(run) else _word_term(run)


def parse_query(query: str) -> tuple[Term, ...]:
    """Return the terms of what someone typed, at most TERMS; none if there is nothing to find."""
    return tuple(map(term_of, runs_of(query)))


def is_east(run: str) -> bool:
    """Tell whether a run is of Chinese, Japanese or Korean characters."""
    return _IS_EAST.match(run) is not None


def inner_phrase(part: str) -> Phrase:
    """Return what meets a word that has `part`, of GRAM letters at least, or ends with it."""
    return Phrase(_grams(part)[:-1] if len(part) >= GRAM else (f"~{part}",))


def syllables_of(run: str) -> list[str]:
    """Return how a row of characters is read, a syllable each."""
    return [_syllable(character) for character in run]


def sounding(syllables: Iterable[str]) -> Phrase:
    """Return what meets characters that are read so."""
    return Phrase(tuple(f"!{each}" for each in syllables))


def read_as(word: str) -> Iterator[tuple[str, ...]]:
    """Yield ways to read letters as whole syllables, several of them."""
    whole, _ = _syllables()
    return (parts for parts in _segment(word) if len(parts) > 1 and parts[-1] in whole)


def whole_words(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return the terms as they are met by whole words alone, Chinese by what was typed."""
    return tuple(closed(term[:1]) for term in terms)


def closed(term: Term) -> Term:
    """Return a term whose words do not go on; a single Chinese character may."""
    return tuple(
        Phrase(each.tokens, each.open and _IS_EAST.match(each.tokens[0]) is not None)
        for each in term
    )


def met_by(term: Term, tokens: Sequence[str]) -> bool:
    """Tell whether a text with these tokens meets a term: the same answer that the indexes give."""
    known = frozenset(tokens)
    # near words are hundreds of phrases, of which a text has hardly one
    possible = (phrase for phrase in term if phrase.open or known.issuperset(phrase.tokens))
    return any(_holds(phrase, tokens) for phrase in possible)


def _holds(phrase: Phrase, tokens: Sequence[str]) -> bool:
    wanted = phrase.tokens
    last = len(wanted) - 1
    for at in range(len(tokens) - last):
        if tuple(tokens[at : at + last]) != wanted[:last]:
            continue
        found = tokens[at + last]
        if found == wanted[last] or (phrase.open and found.startswith(wanted[last])):
            return True
    return False
