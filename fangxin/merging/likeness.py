"""How alike two values are: a level from 0 (they differ) to EQUAL, by how the field type compares.

Values are compared in a plain form (`plain`): case, width, accents, traditional writing, legal
forms and marks between words tell nothing apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA, JaroWinkler

from fangxin.kernel.legal_forms import bare_name
from fangxin.kernel.pinyin import syllable
from fangxin.kernel.simplified import simplified
from fangxin.merging.naming import EAST, in_latin, parts_of, sounds

# the levels of a comparison; a pair of values that cannot be compared has none
DIFFERENT, PARTLY, NEAR, SAME, EQUAL = range(5)
LEVELS: Final = 5
_SHORT: Final = 4
# a Chinese name of so many characters is borne by many
_COMMON: Final = 2
_VERY_LIKE, _LIKE = 0.92, 0.82
_MARKS: Final = re.compile(r"[^\w@+]+|_")
# the end of a division's code that stands for all within it
_WHOLE: Final = re.compile(r"(?:00)+$")


def plain(kind: str, text: str) -> str:
    """Return a value's text in the form that is compared and indexed; empty: nothing to compare."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in folded if not unicodedata.combining(each))
    bare = simplified(unicodedata.normalize("NFKC", bare)).strip()
    if kind == "name":
        return " ".join(_MARKS.sub(" ", bare_name(bare)).split())
    return bare if kind in {"day", "number"} else "".join(bare.split())


@lru_cache(maxsize=50_000)
def reading(text: str) -> str:
    """Return how a text is read aloud: Chinese by its syllables, in order of the alphabet, so that
    张伟, Zhang Wei and Wei Zhang are one.
    """
    if text.isascii():
        return "".join(sorted(text.split()))
    return "".join(sorted(syllable(each) or each for each in text if not each.isspace()))


def _names(a: str, b: str) -> int:
    return _latin(a, b) if a.isascii() and b.isascii() else _eastern(a, b)


def _eastern(a: str, b: str) -> int:
    """Compare names of which one is Chinese at least: as they are written, by their parts, and by
    how they sound where only one is.
    """
    alike = reading(a) == reading(b)
    if not (EAST.search(a) and EAST.search(b)):
        return SAME if alike else min(NEAR, _latin(in_latin(a), in_latin(b)))
    if max(len(a), len(b)) > _SHORT:
        return _companies(a, b)
    # of two characters many names sound alike; turned round they are a person's
    turned = sorted(a.replace(" ", "")) == sorted(b.replace(" ", ""))
    if turned or (alike and len(a) > _COMMON):
        return SAME
    return PARTLY if alike else min(PARTLY, _latin(a, b))


def _companies(a: str, b: str) -> int:
    one, other = parts_of(a), parts_of(b)
    if one.differs(other):
        return min(PARTLY, _latin(a, b))
    if sounds(one.core) == sounds(other.core):
        return SAME if one.regions == other.regions and one.branch == other.branch else NEAR
    short, long = sorted((one.core, other.core), key=len)
    if len(short) >= _SHORT and long.startswith(short):
        return NEAR
    return max(_latin(a, b), min(_latin(short, long), NEAR))


def _latin(a: str, b: str) -> int:
    if a == b:
        return SAME
    if " " in a or " " in b:
        first, second = sorted(a.split()), sorted(b.split())
        if first == second or "".join(first) == "".join(second):
            return SAME
        score = max(
            JaroWinkler.similarity(a, b),
            JaroWinkler.similarity(" ".join(first), " ".join(second)),
        )
    else:
        score = JaroWinkler.similarity(a, b)
    if score >= _VERY_LIKE or (min(len(a), len(b)) > _SHORT and OSA.distance(a, b) <= 1):
        return NEAR
    if score >= _LIKE or _begins(a, b):
        return PARTLY
    return DIFFERENT


def _begins(a: str, b: str) -> bool:
    """Tell whether one is the other cut short: R. for Robert, a brand for a company."""
    short, long = sorted((a, b), key=len)
    return long.startswith(short)


def _codes(a: str, b: str) -> int:
    local, other = a.partition("@")[0], b.partition("@")[0]
    if "@" in a and local == other:
        return SAME
    distance = OSA.distance(a, b, score_cutoff=2)
    if distance <= 1:
        return NEAR
    if distance <= 2 or JaroWinkler.similarity(local, other) >= _VERY_LIKE:  # noqa: PLR2004
        return PARTLY
    return DIFFERENT


def _days(a: str, b: str) -> int:
    distance = OSA.distance(a, b, score_cutoff=2)
    if distance <= 1 or a[:5] + a[8:10] + a[7:8] + a[5:7] == b:
        return NEAR
    if distance <= 2:  # noqa: PLR2004
        return PARTLY
    return DIFFERENT


def _numbers(a: str, b: str) -> int:
    try:
        first, second = float(a), float(b)
    except ValueError:
        return DIFFERENT
    apart = abs(first - second) / max(abs(first), abs(second), 1e-9)
    return NEAR if apart <= 0.01 else PARTLY if apart <= 0.1 else DIFFERENT  # noqa: PLR2004


def _branches(a: str, b: str) -> int:
    """Codes of a tree: 310000 is Shanghai, 310115 one of its districts; C holds C13."""
    short, long = sorted((_WHOLE.sub("", a), _WHOLE.sub("", b)), key=len)
    return NEAR if long.startswith(short) else DIFFERENT


_COMPARE: Final[Mapping[str, Callable[[str, str], int]]] = {
    "name": _names,
    "code": _codes,
    "day": _days,
    "number": _numbers,
    "tree": _branches,
}


def level(kind: str, a: str, b: str) -> int:
    """Return how alike two plain values are."""
    return EQUAL if a == b else _COMPARE[kind](a, b)
