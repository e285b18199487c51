"""Values as the words that people search for: names in every language where a code is stored."""

from __future__ import annotations

from functools import singledispatch
from typing import Any, Final

from fangxin.fields.base import Field, FieldType
from fangxin.fields.divisions import Coded
from fangxin.fields.named import NamedText
from fangxin.fields.reach import Email, Phone, Url
from fangxin.fields.rich import RichText, plain_text
from fangxin.fields.sub_table import SubTable
from fangxin.fields.text import AutoNumber, LongText, Text
from fangxin.kernel.i18n import LOCALES

# types whose values are texts, stored and written as they are
_AS_THEY_ARE: Final = frozenset({Text, NamedText, LongText, AutoNumber, Email, Phone, Url})


def searched(field: Field, value: Any) -> str:
    """Return a value (None allowed) as the text it is found by."""
    if value is None:
        return ""
    if type(field.type) in _AS_THEY_ARE and isinstance(value, str):
        return value
    return read_aloud(field, field.type.write(field, field.type.store(field, value)))


def read_aloud(field: Field, wire: Any) -> str:
    """Return the JSON of a value as the text it is found by."""
    if wire is None:
        return ""
    return _words(field.type, field, wire)


@singledispatch
def _words(type_: FieldType, field: Field, wire: Any) -> str:
    return type_.write_text(field, wire)


@_words.register
def _(_type: RichText, _field: Field, wire: Any) -> str:
    return plain_text(wire)


@_words.register
def _(type_: Coded, _field: Field, wire: Any) -> str:
    return " ".join([wire, *(type_.codes().written(wire, locale) for locale in LOCALES)])


@_words.register
def _(_type: SubTable, field: Field, wire: Any) -> str:
    texts = [each for each in field.line if isinstance(each.type, Text)]
    return " ".join(read_aloud(each, line[each.key]) for line in wire for each in texts)
