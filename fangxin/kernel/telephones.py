"""Telephone numbers as people write them, and the country whose they are."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from babel import Locale
from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    country_code_for_region,
    format_number,
    is_possible_number,
    is_valid_number,
    parse,
)

from fangxin.kernel.errors import FieldError

HOME: Final = "CN"
# mobile numbers in China; after 179 stands a carrier's code
_AT_HOME: Final = re.compile(r"(\+86)?(1(?:[3-68]\d|9\d|7[0-8])[0-9]{8})", re.ASCII)
# (415) 555-0132: so nobody groups a number but in North America
_AMERICAN: Final = re.compile(
    r"(?:1[\s.-]?)?(?:\(\d{3}\)\s*-?|\d{3}[\s.-])\s*\d{3}[\s.-]\d{4}(?!\d)", re.ASCII
)
_AMERICAN_DIGITS: Final = re.compile(r"1?[2-9]\d\d[2-9]\d{6}", re.ASCII)
_CHINESE: Final = re.compile(r"(?:86)?1[3-9]\d{9}|0[1-9]\d{8,10}|[48]00\d{7}", re.ASCII)
# a number that says itself of which country it is
_ABROAD: Final = re.compile(r"\s*[+＋]|\s*00[1-9]")
_BRANCH: Final = re.compile(r"\s*(?:转接?|轉|分机号?|分機)\s*[:：]?\s*(?=\d)")
_LEAST: Final = 7
# the share of a column's numbers that tells whose they are
_MOST: Final = 0.6
# what Babel's names of countries leave out
_NAMES: Final = {
    "usa": "US",
    "us": "US",
    "america": "US",
    "united states of america": "US",
    "u s a": "US",
    "u s": "US",
    "uk": "GB",
    "u k": "GB",
    "england": "GB",
    "great britain": "GB",
    "scotland": "GB",
    "korea": "KR",
    "south korea": "KR",
    "viet nam": "VN",
    "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
    "russian federation": "RU",
    "uae": "AE",
    "p r china": "CN",
    "pr china": "CN",
    "prc": "CN",
    "peoples republic of china": "CN",
    "mainland china": "CN",
    "中国大陆": "CN",
    "中华人民共和国": "CN",
    "大陆": "CN",
    "hong kong": "HK",
    "hongkong": "HK",
    "香港": "HK",
    "中国香港": "HK",
    "macau": "MO",
    "macao": "MO",
    "澳门": "MO",
    "taiwan": "TW",
    "台湾": "TW",
    "中国台湾": "TW",
    "deutschland": "DE",
    "españa": "ES",
    "brasil": "BR",
    "italia": "IT",
    "österreich": "AT",
    "schweiz": "CH",
    "turkey": "TR",
    "日本国": "JP",
    "韩国": "KR",
    "阿联酋": "AE",
}


def spoken_number(text: str) -> str:
    """Return an E.164 number with its usual gaps; what is masked or no such number stays."""
    try:
        return format_number(parse(text), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return text


def read_number(text: str, region: str) -> tuple[str, FieldError | None]:
    """Return a number of `region`, unless it says of which, as E.164, and what may be wrong with
    that; or raise FieldError.
    """
    home = _AT_HOME.fullmatch(text)
    if home is not None and (home[1] or region == HOME):
        # what stands in most files, without the library's hundred steps
        return f"+86{home[2]}", None
    try:
        number = parse(plain_number(text), region)
    except NumberParseException as error:
        raise FieldError("bad_phone", "This is not a phone number.") from error
    if not is_possible_number(number):
        raise FieldError("bad_phone", "This is not a phone number.")
    found = format_number(number, PhoneNumberFormat.E164)
    if number.extension:
        message = "The extension {extension} is left out: the field holds the number alone."
        return found, FieldError("extension", message, extension=number.extension)
    if is_complete(text) or may_be(text, number, region):
        return found, None
    message = "This is no number of {country}, as which it was kept: {number}."
    return found, FieldError("odd_phone", message, country=region, number=found)


def plain_number(text: str) -> str:
    """Return a number with its extension as the library knows it: 0755-8888 转 801."""
    return text if text.isascii() else _BRANCH.sub(" ext. ", text)


def is_complete(text: str) -> bool:
    """Tell whether a number says itself of which country it is."""
    return _ABROAD.match(text) is not None


def may_be(text: str, number: PhoneNumber, region: str) -> bool:
    """Tell whether a number without a country's code can be one of that country."""
    if region == HOME:
        return _is_chinese(text.strip()) or (
            _AMERICAN.match(text.strip()) is None and is_valid_number(number)
        )
    return is_valid_number(number)


def _is_chinese(text: str) -> bool:
    return _CHINESE.fullmatch(re.sub(r"\D", "", text)) is not None


@cache
def _countries() -> dict[str, str]:
    found = {code.casefold(): code for code in SUPPORTED_REGIONS if code.isalpha()}
    for language in ("en", "zh"):
        names = Locale(language).territories
        found |= {_folded(names[code]): code for code in SUPPORTED_REGIONS if code in names}
    return found | _NAMES


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    return " ".join(re.findall(r"[^\W_]+", plain))


def country_of(text: str) -> str | None:
    """Return the code of a country that is named by its code, or in English or Chinese."""
    return _countries().get(_folded(text)) if text else None


def name_of_country(code: str, locale: str) -> str:
    """Return what a country is called in a language, its code where nobody knows."""
    names: Mapping[str, str] = Locale.parse(locale, sep="-").territories
    return names.get(code, code)


@cache
def country_of_zone(zone: str) -> str | None:
    """Return the country in which a time zone lies, None for UTC and the like."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    lines = (line.split("\t") for line in table.splitlines() if line[:1] != "#")
    return next((line[0] for line in lines if line[2:3] == [zone]), None)


def _fits(text: str, region: str) -> bool:
    """Tell whether a number is written as those of a country are."""
    digits = re.sub(r"\D", "", re.split(r"(?i)\s*(?:ext|x|#)", text, maxsplit=1)[0])
    if region == HOME:
        return _is_chinese(digits)
    if country_code_for_region(region) == 1:
        return bool(_AMERICAN.match(text) or _AMERICAN_DIGITS.fullmatch(digits))
    if _AMERICAN.match(text) and not digits.startswith("0"):
        return False
    try:
        return is_valid_number(parse(text, region))
    except NumberParseException:
        return False


def country_of_numbers(
    texts: Iterable[str], usual: str, others: Sequence[str] = (), *, chinese: bool = False
) -> str:
    """Return the country of a column's numbers that do not say it: the `usual` one unless most of
    them can only be another's, of `others` (what the file tells beside them) or North America's.
    What may be either is of the others. In a `chinese` file ten digits are a number that has lost
    its zero.
    """
    bare = [each.strip() for each in texts if each.strip() and not is_complete(each)]
    bare = [each for each in bare if sum(map(str.isdigit, each)) >= _LEAST]
    if not bare:
        return usual
    first = [usual, *others] if chinese else [*others, usual, "US"]
    asked = dict.fromkeys([*first, HOME])
    fits = Counter({each: sum(_fits(text, each) for text in bare) for each in asked})
    best = max(asked, key=lambda each: fits[each])
    return best if fits[best] and fits[best] >= len(bare) * _MOST else usual
