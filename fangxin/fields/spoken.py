"""Values as people read them, in a language and a time zone: labels of choices, written-out days,
amounts with their currency. Beside the text form of `write_text`, which machines read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import singledispatch
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, get_currency_precision

from fangxin.fields.base import Field, FieldType
from fangxin.fields.choice import Choice, MultiChoice, Tags
from fangxin.fields.codes import Currency
from fangxin.fields.computed import Formula
from fangxin.fields.dates import DateTimeType, DateType
from fangxin.fields.divisions import Coded
from fangxin.fields.link import Link, RecordLink
from fangxin.fields.many import LinkMany
from fangxin.fields.money import MoneyType
from fangxin.fields.number import Boolean, DecimalNumber, Integer, Percent
from fangxin.fields.reach import Address, Phone
from fangxin.fields.rich import RichText, plain_text
from fangxin.fields.spans import Duration, span_text
from fangxin.kernel.i18n import LOCALES, translate
from fangxin.kernel.telephones import spoken_number

# where addresses begin with the largest part; elsewhere they end with it
_LARGE_FIRST: Final = frozenset({"CN", "HK", "MO", "TW", "JP", "KR"})
_SMALL_FIRST: Final = ("street", "district", "city", "region", "postcode")


@dataclass(frozen=True, slots=True)
class Speech:
    """Whose ear it is for."""

    locale: str
    timezone: str

    @property
    def babel(self) -> str:
        """The locale as Babel names it."""
        return LOCALES[self.locale]


def spoken(field: Field, wire: Any, speech: Speech) -> str:
    """Return a field's JSON as a text for people; empty for what is empty."""
    return "" if wire is None else _spoken(field.type, field, wire, speech)


@singledispatch
def _spoken(type_: FieldType, field: Field, wire: Any, _speech: Speech) -> str:
    return type_.write_text(field, wire)


def _label(field: Field, key: str, speech: Speech) -> str:
    return next((each.spoken(speech.locale) for each in field.options if each.key == key), key)


@_spoken.register
def _(type_: Formula, field: Field, wire: Any, speech: Speech) -> str:
    return _spoken(type_.result, field, wire, speech)


@_spoken.register
def _(_type: Choice, field: Field, wire: Any, speech: Speech) -> str:
    return _label(field, wire, speech)


_spoken.register(Phone, lambda _type, _field, wire, _speech: spoken_number(wire))


@_spoken.register
def _(_type: MultiChoice, field: Field, wire: Any, speech: Speech) -> str:
    return _joined((_label(field, key, speech) for key in wire), speech)


@_spoken.register
def _(_type: Tags, _field: Field, wire: Any, speech: Speech) -> str:
    return _joined(wire, speech)


def _joined(texts: Any, speech: Speech) -> str:
    return ("、" if speech.locale == "zh-CN" else ", ").join(texts)


@_spoken.register
def _(_type: DateType, _field: Field, wire: Any, speech: Speech) -> str:
    # PostgreSQL's driver has made a date of it
    day = wire if isinstance(wire, date) else date.fromisoformat(wire)
    return format_date(day, format="long", locale=speech.babel)


@_spoken.register
def _(_type: DateTimeType, _field: Field, wire: Any, speech: Speech) -> str:
    moment = wire if isinstance(wire, datetime) else datetime.fromisoformat(wire)
    zone = ZoneInfo(speech.timezone)
    return format_datetime(moment, format="medium", tzinfo=zone, locale=speech.babel)


@_spoken.register
def _(_type: MoneyType, _field: Field, wire: Any, speech: Speech) -> str:
    amount = Decimal(wire["amount"])
    currency, locale = wire["currency"], speech.babel
    # more digits than the currency's coin are shown, not rounded away
    if -_exponent(amount) > get_currency_precision(currency):
        pattern = "¤#,##0." + "0" * -_exponent(amount)
        return format_currency(amount, currency, pattern, locale, currency_digits=False)
    return format_currency(amount, currency, locale=locale)


def _exponent(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


@_spoken.register
def _(_type: Integer, _field: Field, wire: Any, speech: Speech) -> str:
    return format_decimal(wire, locale=speech.babel)


@_spoken.register
def _(_type: Duration, _field: Field, wire: Any, speech: Speech) -> str:
    return span_text(wire, *(("小时", "分钟") if speech.locale == "zh-CN" else ()))


@_spoken.register
def _(type_: Coded, _field: Field, wire: Any, speech: Speech) -> str:
    return type_.codes().written(wire, speech.locale)


@_spoken.register
def _(_type: Currency, _field: Field, wire: Any, speech: Speech) -> str:
    return str(Locale.parse(speech.babel).currencies.get(wire, wire))


@_spoken.register
def _(_type: RichText, _field: Field, wire: Any, _speech: Speech) -> str:
    return plain_text(wire)


@_spoken.register
def _(_type: DecimalNumber, _field: Field, wire: Any, speech: Speech) -> str:
    return format_decimal(Decimal(wire), locale=speech.babel, decimal_quantization=False)


@_spoken.register
def _(_type: Percent, _field: Field, wire: Any, speech: Speech) -> str:
    return f"{format_decimal(Decimal(wire), locale=speech.babel, decimal_quantization=False)}%"


@_spoken.register
def _(_type: Boolean, _field: Field, wire: Any, speech: Speech) -> str:
    return translate(speech.locale, "Yes" if wire else "No")


@_spoken.register(Link)
@_spoken.register(RecordLink)
def _(_type: FieldType, _field: Field, wire: Any, _speech: Speech) -> str:
    return str(wire["name"] or "")


@_spoken.register
def _(_type: LinkMany, _field: Field, wire: Any, speech: Speech) -> str:
    return _joined((each["name"] or "" for each in wire), speech)


@_spoken.register
def _(_type: Address, _field: Field, wire: Any, speech: Speech) -> str:
    country, home = wire.get("country"), "CN" if speech.locale == "zh-CN" else None
    large_first = (country or home) in _LARGE_FIRST
    parts = [wire.get(part) for part in _SMALL_FIRST]
    # nobody writes his own country's name
    if country and country != home:
        parts.append(Locale.parse(speech.babel).territories.get(country, country))
    found = [str(part) for part in (reversed(parts) if large_first else parts) if part]
    return ("" if large_first and not any(map(str.isascii, found)) else ", ").join(found)
