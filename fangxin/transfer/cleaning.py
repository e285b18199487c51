"""Cleaning rules of an import: what is done to a column's texts before they are read."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import phonenumbers

from fangxin.kernel.errors import FieldError
from fangxin.kernel.telephones import read_number

_THOUSANDS: Final = r"[.\s'’]"
_COMMA: Final = re.compile(r"(\D*?)(\d{1,3}(?:[.\s'’]\d{3})+|\d+)(,\d*)?(\D*)")


def comma_made_point(text: str) -> str:
    """Return a figure such as 1.234,56 as 1234.56."""
    found = _COMMA.fullmatch(text.strip())
    if found is None:
        return text
    before, whole, fraction, behind = found.groups(default="")
    return f"{before}{re.sub(_THOUSANDS, '', whole)}{fraction.replace(',', '.')}{behind}"


RULES: Final[Mapping[str, Callable[[str], str]]] = {
    # full width made half, and other forms of one character the plain one
    "width": lambda text: unicodedata.normalize("NFKC", text),
    "spaces": lambda text: " ".join(text.split()),
    "upper": str.upper,
    "lower": str.lower,
    "title": lambda text: re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), text.lower()),
    "digits": lambda text: re.sub(r"\D", "", text),
    # a comma before the fraction, and points between thousands
    "comma": comma_made_point,
    # O&#039;Brien &amp; Sons
    "entities": html.unescape,
    # in which order a day's parts stand
    "ymd": lambda text: ordered_day(text, "ymd"),
    "dmy": lambda text: ordered_day(text, "dmy"),
    "mdy": lambda text: ordered_day(text, "mdy"),
}
# "phone:DE": numbers without a country code are German ones
PHONE: Final = "phone:"
KNOWN: Final = (*RULES, f"{PHONE}CN")
PARTS: Final = 20
_DAY: Final = re.compile(r"(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,4})日?(?!\d)")
_YEAR: Final = 4
_SHORT: Final = 2
_MONTHS: Final = 12
# two digits of a year from here on are of the last century (as POSIX reads them)
_LAST_CENTURY: Final = 69


def is_rule(name: object) -> bool:
    """Tell whether there is a cleaning rule of that name."""
    if not isinstance(name, str):
        return False
    return name in RULES or name.removeprefix(PHONE) in phonenumbers.SUPPORTED_REGIONS


def apply(rule: str, text: str, country: str | None = None) -> str:
    """Return a text after one rule; one that the rule does not fit stays as it is. A number without
    a country's code is one of `country`, if that is known, rather than of the rule's.
    """
    if not rule.startswith(PHONE):
        return RULES[rule](text)
    try:
        number, doubt = read_number(text, country or rule.removeprefix(PHONE))
    except FieldError:
        return text
    # what says more than a number, or is none of that country, stays as it is
    return number if doubt is None else text


def ordered_day(text: str, order: str) -> str:
    """Return a text with the day it begins with in ISO form; `order` is that of its parts."""
    found = _DAY.match(text.strip())
    if found is None:
        return text
    parts = dict(zip(order, found.groups(), strict=True))
    if len(parts["y"]) == _SHORT:
        parts["y"] = ("19" if int(parts["y"]) >= _LAST_CENTURY else "20") + parts["y"]
    if len(parts["y"]) != _YEAR or max(len(parts["m"]), len(parts["d"])) > _SHORT:
        return text
    rest = text.strip()[found.end() :]
    return f"{parts['y']}-{parts['m']:0>2}-{parts['d']:0>2}{rest}"


def order_of_days(texts: Iterable[str]) -> str | None:
    """Return the order that a file's days must have, None when any would do or none fits all."""
    possible = {"ymd", "dmy", "mdy"}
    seen = 0
    for text in texts:
        found = _DAY.match(text.strip())
        if found is None:
            continue
        seen += 1
        fits = {"ymd"} if len(found[1]) == _YEAR else {"dmy", "mdy"}
        first, second = int(found[1]), int(found[2])
        fits -= {"mdy"} if first > _MONTHS else set()
        fits -= {"dmy"} if second > _MONTHS else set()
        possible &= fits
    return possible.pop() if seen and len(possible) == 1 else None


def has_open_days(texts: Iterable[str]) -> bool:
    """Tell whether a file has days that mean one with the month first and another with the day."""
    for text in texts:
        found = _DAY.match(text.strip())
        if found is not None and len(found[1]) <= _SHORT and "." not in found[0]:
            first, second = int(found[1]), int(found[2])
            if first != second and max(first, second) <= _MONTHS:
                return True
    return False


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What is done to the cells of a column: other columns' cells put behind them (`join`, with
    `mark` between), a part taken, rules applied.
    """

    join: tuple[int, ...] = ()
    mark: str = ""
    split: tuple[str, int] | None = None
    rules: tuple[str, ...] = ()
    # the column that says of which country the row's numbers are
    country: int = -1
    # the field reads phone numbers by itself, once it is told the country
    by_field: bool = False

    @property
    def region(self) -> str | None:
        """The country whose numbers may stand there without its code, None where none is said."""
        return next((each[len(PHONE) :] for each in self.rules if each.startswith(PHONE)), None)

    def joined(self, cells: Sequence[str]) -> str:
        """Return the cells of a row that belong together as one text."""
        return self.mark.join(filter(None, cells))

    def clean(self, text: str, country: str | None = None) -> str:
        """Return the part of a text that is meant, cleaned; `country` is what the row says."""
        if self.split is not None:
            text = taken(text, *self.split)
        for rule in self.rules:
            if not (self.by_field and rule.startswith(PHONE)):
                text = apply(rule, text, country)
        return text.strip()


def taken(text: str, at: str, part: int) -> str:
    """Return the part of a text that stands between marks `at`, from 1; -1 is the last one.

    Beyond the last part nothing is left; of PARTS parts the last holds the rest.
    """
    parts = [each.strip() for each in text.split(at, PARTS)]
    place = part - 1 if part > 0 else part
    return parts[place] if -len(parts) <= place < len(parts) else ""


# ---------------------------------------------------------------- reading the map


class MapReader(Protocol):
    """What reads a map: it knows the file's columns and gathers the faults."""

    @property
    def header(self) -> Mapping[str, int]:
        """The places of the file's columns by name."""

    def fault(self, pointer: str, code: str, message: str, **values: Any) -> None:
        """Note a fault of the map."""

    def keys(self, pointer: str, given: Any, allowed: Sequence[str]) -> Mapping[str, Any]:
        """Return an object of the map without keys that nobody knows."""


def read_cleaning(
    reader: MapReader, pointer: str, given: Mapping[str, Any], *, by_field: bool
) -> Cleaning | None:
    """Read what is done to a column's cells, None for nothing."""
    found = Cleaning(
        *_join(reader, f"{pointer}/join", given.get("join")),
        _split(reader, f"{pointer}/split", given.get("split")),
        _rules(reader, f"{pointer}/clean", given.get("clean") or ()),
        _country(reader, f"{pointer}/country", given.get("country")),
    )
    return None if found == Cleaning() else replace(found, by_field=by_field)


def _join(reader: MapReader, pointer: str, given: Any) -> tuple[tuple[int, ...], str]:
    if given is None:
        return (), ""
    plain = reader.keys(pointer, given, ("columns", "mark"))
    names, mark = plain.get("columns"), plain.get("mark", "")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        reader.fault(f"{pointer}/columns", "wrong_type", "A list of values is needed here.")
        return (), ""
    if not isinstance(mark, str):
        reader.fault(f"{pointer}/mark", "wrong_type", "Text is needed here.")
        return (), ""
    for name in names:
        if name not in reader.header:
            message = "The file has no column {column}."
            reader.fault(f"{pointer}/columns", "unknown_column", message, column=name[:80])
    return tuple(reader.header[name] for name in names if name in reader.header), mark


def _split(reader: MapReader, pointer: str, given: Any) -> tuple[str, int] | None:
    if given is None:
        return None
    plain = reader.keys(pointer, given, ("at", "part"))
    at, part = plain.get("at"), plain.get("part", 1)
    if not isinstance(at, str) or not at:
        reader.fault(f"{pointer}/at", "required", "This field is required.")
    elif not isinstance(part, int) or isinstance(part, bool) or not 0 < abs(part) <= PARTS:
        reader.fault(f"{pointer}/part", "wrong_type", "A whole number is needed here.")
    else:
        return at, part
    return None


def _country(reader: MapReader, pointer: str, given: Any) -> int:
    if given is None:
        return -1
    if not isinstance(given, str) or given not in reader.header:
        message = "The file has no column {column}."
        reader.fault(pointer, "unknown_column", message, column=str(given)[:80])
        return -1
    return reader.header[given]


def _rules(reader: MapReader, pointer: str, given: Any) -> tuple[str, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str):
        reader.fault(pointer, "wrong_type", "A list of values is needed here.")
        return ()
    if not all(map(is_rule, given)):
        message = "One of these is needed here: {allowed}."
        reader.fault(pointer, "not_an_option", message, allowed=", ".join(KNOWN))
        return ()
    return tuple(given)
