"""Values as cells of an export for people: in their language and time zone, and yet such that an
import reads them as they were.
"""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch
from typing import Any

from fangxin.fields.base import Field, FieldType
from fangxin.fields.choice import Choice, MultiChoice, Tags, option_by_text, split_words
from fangxin.fields.computed import Formula
from fangxin.fields.dates import DateTimeType
from fangxin.fields.divisions import Coded
from fangxin.fields.number import Boolean
from fangxin.fields.spans import Duration, span_text
from fangxin.kernel.clock import zone_of
from fangxin.kernel.errors import FieldError
from fangxin.kernel.i18n import translate


def cell(field: Field, wire: Any, locale: str, timezone: str) -> str:
    """Return a field's JSON as a cell; empty for what is empty."""
    return "" if wire is None else _cell(field.type, field, wire, locale, timezone)


@singledispatch
def _cell(type_: FieldType, field: Field, wire: Any, _locale: str, _timezone: str) -> str:
    return type_.write_text(field, wire)


def _label(field: Field, key: str, locale: str) -> str:
    """Return an option's label, or its key where the label would not be read as this option."""
    label = next((each.spoken(locale) for each in field.options if each.key == key), key)
    try:
        same = option_by_text(field, label) == key and split_words(label) == [label]
    except FieldError:
        same = False
    return label if same else key


@_cell.register
def _(_type: Choice, field: Field, wire: Any, locale: str, _timezone: str) -> str:
    return _label(field, wire, locale)


@_cell.register
def _(_type: MultiChoice, field: Field, wire: Any, locale: str, _timezone: str) -> str:
    return ", ".join(_label(field, key, locale) for key in wire)


@_cell.register
def _(type_: Tags, field: Field, wire: Any, _locale: str, _timezone: str) -> str:
    return type_.write_text(field, wire)


@_cell.register
def _(_type: Boolean, _field: Field, wire: Any, locale: str, _timezone: str) -> str:
    return translate(locale, "Yes" if wire else "No")


@_cell.register
def _(_type: DateTimeType, _field: Field, wire: Any, _locale: str, timezone: str) -> str:
    moment = wire if isinstance(wire, datetime) else datetime.fromisoformat(wire)
    return moment.astimezone(zone_of(timezone)).isoformat(sep=" ")


@_cell.register
def _(_type: Duration, _field: Field, wire: Any, locale: str, _timezone: str) -> str:
    return span_text(wire, *(("小时", "分钟") if locale == "zh-CN" else ()))


@_cell.register
def _(type_: Coded, _field: Field, wire: Any, locale: str, _timezone: str) -> str:
    tree = type_.codes()
    written = tree.written(wire, locale)
    try:
        return written if tree.read(written) == wire else str(wire)
    except FieldError:
        return str(wire)


@_cell.register
def _(type_: Formula, field: Field, wire: Any, locale: str, timezone: str) -> str:
    return _cell(type_.result, field, wire, locale, timezone)
