"""What a column's cells tell of how they are meant: the order of days, the country of phone
numbers, commas before fractions, texts that were written for web pages.

What the cells of a column leave open is taken from what else the file tells, then from where the
reader is, and is said (`assumptions`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import phonenumbers

from fangxin.fields.base import Field
from fangxin.fields.reach import default_region
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldError
from fangxin.kernel.figures import plain_figure
from fangxin.kernel.i18n import translate
from fangxin.kernel.spreadsheets import Table, rows
from fangxin.kernel.telephones import (
    HOME,
    country_of,
    country_of_numbers,
    is_complete,
    name_of_country,
)
from fangxin.records.reading import environment
from fangxin.transfer.cleaning import PHONE, comma_made_point, has_open_days, order_of_days
from fangxin.transfer.mapping import ImportMap

# rows that are looked at
SNIFFED: Final = 500
# where the month is written first
_MONTH_FIRST: Final = frozenset({"US", "PH", "PR", "GU", HOME})
_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#0?39|#\d{2,5}|#x[\da-fA-F]{2,4});")
_COMMA: Final = re.compile(r"\D*\d{1,3}(?:[.\s']\d{3})*,(?:\d{1,2}|\d{4,})\D*")
_PHONE: Final = re.compile(r"['+(]*\d[\d\s().+/-]{5,18}\d(?:\s*(?:x|ext|转|#).*)?", re.IGNORECASE)
_EAST: Final = re.compile("[\u4e00-\u9fff]")
_TOP_DOMAIN: Final = re.compile(r"[@.][\w-]+\.([a-z]{2})(?:/|$|\s)", re.IGNORECASE)
# names of domains that are no country's code, or everybody's
_ANYBODY: Final = frozenset({"io", "co", "ai", "me", "tv", "cc", "eu", "to", "ws"})
# the share of a column of countries that are known by name
_MOST: Final = 0.6
# the share of addresses in the web whose ending tells of a country
_SOME: Final = 0.3


@dataclass(frozen=True, slots=True)
class Told:
    """What a file tells of itself: the cells of its first rows by column, the column that names
    each row's country, the countries that it names, the order of its days, the usual country.
    """

    cells: Mapping[str, Sequence[str]]
    country: str | None
    countries: tuple[str, ...]
    order: str | None
    home: str
    chinese: bool

    def region(self, texts: Sequence[str]) -> str:
        """Return the country of a column's phone numbers that do not say it."""
        own = [code for text in texts if is_complete(text) and (code := _code(text))]
        others = [each for each, _ in Counter(own).most_common(2)]
        # where rows name their countries, the commonest is that of the rows that name none
        usual = self.countries[0] if self.country else self.home
        return country_of_numbers(texts, usual, [*others, *self.countries], chinese=self.chinese)

    def phones(self, column: str) -> str | None:
        """Return the country of a column's phone numbers, None where it holds others things."""
        texts = self.cells[column]
        numbers = [text for text in texts if _PHONE.fullmatch(text) and not order_of_days([text])]
        if len(numbers) < max(1, len(texts) * _MOST) or all(map(is_complete, numbers)):
            return None
        return self.region(texts)

    def days(self, texts: Sequence[str]) -> str | None:
        """Return the order of a column's days where it can be told, or must be assumed."""
        own = order_of_days(texts)
        if own is not None or not has_open_days(texts):
            return own
        if self.order is not None:
            return self.order
        region = self.countries[0] if self.countries else self.home
        return "mdy" if region in _MONTH_FIRST else "dmy"


def _code(text: str) -> str | None:
    try:
        number = phonenumbers.parse(re.sub(r"^\s*00", "+", text), None)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.region_code_for_number(number)


def told_by(ctx: Ctx, table: Table) -> Told:
    """Look at the first rows of a file."""
    sample = [row.cells for row in islice(rows(table), SNIFFED) if row.fault is None]
    cells = {
        name: [row[at].strip() for row in sample if row[at].strip()]
        for at, name in enumerate(table.columns)
    }
    country, countries = _countries(cells)
    orders = {order_of_days(texts) for texts in cells.values()} & {"dmy", "mdy"}
    home = default_region(environment(ctx))
    chinese = any(map(_EAST.search, table.columns)) or any(
        _EAST.search(text) for texts in cells.values() for text in texts[:50]
    )
    order = orders.pop() if len(orders) == 1 else None
    return Told(cells, country, countries, order, home, chinese)


def _countries(cells: Mapping[str, Sequence[str]]) -> tuple[str | None, tuple[str, ...]]:
    """Return the column that names countries, and the countries that a file tells of."""
    found: Counter[str] = Counter()
    named = None
    for name, texts in cells.items():
        codes = [code for each in texts if (code := country_of(each))]
        known = len(codes) >= len(texts) * _MOST if texts else False
        # "IT" and "DE" stand in other columns too
        if known and re.search(r"countr|nation|国|land\b", name, re.IGNORECASE):
            named = named or name
            found.update(codes)
    if not found:
        for texts in cells.values():
            domains = [each[1].lower() for text in texts if (each := _TOP_DOMAIN.search(text))]
            codes = [
                code for each in domains if each not in _ANYBODY and (code := country_of(each))
            ]
            # one address abroad does not tell where a file comes from
            found.update(codes if len(codes) >= len(texts) * _SOME else [])
    return named, tuple(code for code, _ in found.most_common(3))


def guessed(told: Told, field: Field, column: str) -> dict[str, Any]:
    """Return how a column's cells are to be cleaned that fills a field, as maps write it."""
    texts = told.cells.get(column, ())
    rules = []
    if any(_ENTITY.search(text) for text in texts):
        rules.append("entities")
    if field.type.has_country and any(not is_complete(text) for text in texts):
        rules.append(f"{PHONE}{told.region(texts)}")
    aggregates = field.type.aggregates
    if "sum" in aggregates and _with_commas(texts):
        rules.append("comma")
    if "min" in aggregates and "sum" not in aggregates and (order := told.days(texts)) != "ymd":
        rules += [order] if order else []
    with_country = field.type.has_country and told.country is not None
    return {
        **({"clean": rules} if rules else {}),
        **({"country": told.country} if with_country else {}),
    }


def _with_commas(texts: Sequence[str]) -> bool:
    """Tell whether figures can only have commas before their fractions: 1.234,56 or 12,5."""
    meant = any(_COMMA.fullmatch(text) for text in texts)
    pointed = any(re.search(r",\d{3}(?!\d)|\d\.\d{1,2}$", text) for text in texts)
    made = [plain_figure(comma_made_point(text)) for text in texts] if meant else []
    return meant and not pointed and any(re.fullmatch(r"-?\d+(\.\d+)?", each) for each in made)


def assumptions(ctx: Ctx, plan: ImportMap, table: Table) -> list[tuple[str, FieldError]]:
    """Return what is assumed of columns as a map reads them, where their cells leave it open."""
    if not any(_is_open(column.field) for column in plan.columns):
        return []
    told = told_by(ctx, table)
    found = []
    for column in plan.columns:
        texts = told.cells.get(column.name, ())
        rules = column.cleaning.rules if column.cleaning is not None else ()
        aggregates = column.field.type.aggregates
        if "min" in aggregates and "sum" not in aggregates:
            order = next((each for each in rules if each in {"dmy", "mdy", "ymd"}), "mdy")
            if order_of_days(texts) is None and has_open_days(texts):
                found.append((column.name, _day_note(order, texts)))
        if column.field.type.has_country and column.name:
            region = next((each[len(PHONE) :] for each in rules if each.startswith(PHONE)), None)
            if (region or told.home) != told.home:
                message = "Numbers without a country code are read as those of {country}."
                found.append((column.name, FieldError("country", message, country=region)))
    return found


def said(ctx: Ctx, message: str, values: Mapping[str, Any]) -> str:
    """Return a message of an import in the reader's words, countries by their names."""
    known = dict(values)
    if "country" in known:
        known["country"] = name_of_country(str(known["country"]), ctx.locale)
    return translate(ctx.locale, message, known)


def _is_open(field: Field) -> bool:
    return field.type.has_country or "min" in field.type.aggregates


def _day_note(order: str, texts: Sequence[str]) -> FieldError:
    example = next(text for text in texts if has_open_days([text]))
    message = "{example} is read with the month first: no day in this column tells the order."
    if order == "dmy":
        message = "{example} is read with the day first: no day in this column tells the order."
    return FieldError("order_of_days", message, example=example[:40])
