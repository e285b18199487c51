"""Figures as people and other programs write them: 1,234.50, (12), ３．５万, US$1'200.

What may be meant in two ways is left as it is, so that the field's type refuses it: 1,5 is no 15.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

# marks between digits, only where they part them as people do: thousands, lakhs, 万
_GROUPED: Final = re.compile(
    r"\d{1,3}(?P<mark>[,\s'’_])\d{3}(?:(?P=mark)\d{3})*(?:\.\d*)?"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?"
    r"|\d{1,4}(?:,\d{4})+(?:\.\d*)?"
)
_MARKS: Final = re.compile(r"[,\s'’_]")
# how Java writes what it keeps in full (3.5E8); Excel, which cuts digits, puts a sign (3.5E+08)
_EXACT: Final = re.compile(r"\d(?:\.\d{1,15})?[Ee]\d{1,2}")
_UNITS: Final = {
    "千": 10**3,
    "万": 10**4,
    "萬": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "千萬": 10**7,
    "亿": 10**8,
    "億": 10**8,
    "万亿": 10**12,
    "萬億": 10**12,
}
_IN_UNITS: Final = re.compile(rf"(\d+(?:\.\d+)?)\s*({'|'.join(_UNITS)})")
_SHORT: Final = {"k": 10**3, "thousand": 10**3, "thousands": 10**3, "million": 10**6}
_HEADED: Final = re.compile(
    r"[(\[,:/]\s*(?:单位\s*:?\s*)?(?:CNY|RMB|USD|EUR|[¥$€£])?\s*"
    rf"({'|'.join(_UNITS | _SHORT)})\s*(?:元|人民币|美元|CNY|RMB|USD|EUR)?\s*(?:[)\]]|$)",
    re.IGNORECASE,
)
_SIGNS: Final = re.compile(r"[¥$€£%]|元(?=[整]?$)|整$")
_CURRENCIES: Final = (
    *(("US$", "USD"), ("HK$", "HKD"), ("NT$", "TWD"), ("RMB", "CNY"), ("人民币", "CNY")),
    *(("美元", "USD"), ("港元", "HKD"), ("港币", "HKD"), ("欧元", "EUR"), ("日元", "JPY")),
    *(("英镑", "GBP"), ("¥", "CNY"), ("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("元", "CNY")),
)
# of these the sign of the dollar may mean any
_DOLLARS: Final = frozenset({"USD", "HKD", "TWD", "SGD", "AUD", "CAD", "NZD", "MXN"})
# and this sign two
_YEN: Final = frozenset({"CNY", "JPY"})
_CODE: Final = re.compile(r"\b([A-Z]{3})\b")


def plain_figure(text: str) -> str:
    """Return a number as the API writes it, without signs of currency and percent; a text that is
    none, or not beyond doubt, keeps what makes it so.
    """
    if text.isascii() and text.isdigit():
        return text
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    plain = _SIGNS.sub("", plain).strip()
    negative = plain.startswith("(") and plain.endswith(")")
    if negative:
        plain = plain[1:-1].strip()
    sign = plain[:1] if plain[:1] in {"+", "-"} else ""
    plain = plain[len(sign) :].strip()
    if negative:
        sign = "-" if not sign else "--"
    units = _IN_UNITS.fullmatch(plain)
    if units is not None:
        plain = f"{(Decimal(units[1]) * _UNITS[units[2]]).normalize():f}"
    elif _EXACT.fullmatch(plain):
        plain = f"{Decimal(plain):f}"
    elif _GROUPED.fullmatch(plain):
        plain = _MARKS.sub("", plain)
    return f"{sign}{plain}"


def has_unit(text: str) -> bool:
    """Tell whether a figure says itself that it is in thousands or more."""
    return any(each in text for each in _UNITS)


def unit_of_heading(heading: str) -> int | None:
    """Return by what the figures below a heading such as 金额（万元） are to be multiplied."""
    found = _HEADED.search(unicodedata.normalize("NFKC", heading))
    return (_UNITS | _SHORT)[found[1].lower()] if found else None


def currency_and_rest(text: str, usual: str | None) -> tuple[str | None, str]:
    """Return the currency that an amount names, None for none, and the text without its name. A
    sign of several currencies means the `usual` one if it is among them.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    for name, currency in _CURRENCIES:
        if name in plain:
            shared = {"$": _DOLLARS, "¥": _YEN}.get(name, frozenset())
            return (usual if usual in shared else currency), plain.replace(name, "").strip()
    code = _CODE.search(plain)
    return (code[1], plain.replace(code[1], "").strip()) if code else (None, plain)
