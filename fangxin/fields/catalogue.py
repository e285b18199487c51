"""The field types that an administrator may choose from, and what each lets him set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from fangxin.fields.base import FieldType
from fangxin.fields.choice import Choice, MultiChoice, Tags
from fangxin.fields.codes import CreditCode, Currency
from fangxin.fields.computed import Formula, RollUp
from fangxin.fields.dates import DateTimeType, DateType
from fangxin.fields.divisions import Industry, Region
from fangxin.fields.geo import GeoPoint
from fangxin.fields.lines import LIMIT
from fangxin.fields.link import FileLink, ImageLink, Link, RecordLink, UserLink
from fangxin.fields.many import LinkMany
from fangxin.fields.money import MoneyType
from fangxin.fields.number import Boolean, DecimalNumber, Integer, Percent
from fangxin.fields.reach import Address, Email, Phone, Url
from fangxin.fields.rich import RichText
from fangxin.fields.spans import Duration, Rating, Time
from fangxin.fields.sub_table import SubTable
from fangxin.fields.text import AutoNumber, LongText, Text

# a running number's pattern may name these alone: format strings can reach further than they look
NUMBER_PATTERN: Final = re.compile(
    r"[^{}]{0,20}(?:\{year\}[^{}]{0,20})?\{number(?::0[1-9])?\}[^{}]{0,20}"
)
# what a roll-up adds up: "opportunity.account", sum, "amount", a filter tree
ROLLED: Final = ("over", "function", "of", "filter")
_PLAIN: Final = frozenset({"required", "indexed", "help"})
_WORDS: Final = _PLAIN | {"searchable", "encrypted"}
_SETTINGS: Final[tuple[tuple[FieldType, frozenset[str]], ...]] = (
    (Text(), _WORDS | {"unique", "max_length", "default"}),
    (LongText(), frozenset({"required", "searchable", "encrypted", "help", "max_length"})),
    (RichText(), frozenset({"required", "searchable", "encrypted", "help", "max_length"})),
    (Integer(), _PLAIN | {"unique", "min", "max", "default"}),
    (DecimalNumber(), _PLAIN | {"min", "max", "scale", "default"}),
    (Percent(), _PLAIN | {"min", "max", "scale", "default"}),
    (MoneyType(), _PLAIN | {"min", "max"}),
    (DateType(), _PLAIN | {"default"}),
    (DateTimeType(), _PLAIN),
    (Time(), _PLAIN | {"default"}),
    (Duration(), _PLAIN | {"min", "max", "default"}),
    (Rating(), _PLAIN | {"max", "default"}),
    (Boolean(), _PLAIN | {"default"}),
    (Choice(), _PLAIN | {"options", "default"}),
    (MultiChoice(), frozenset({"required", "help", "options", "default"})),
    (Link(), _PLAIN | {"target"}),
    (UserLink(), _PLAIN),
    (RecordLink(), frozenset({"required", "help"})),
    (LinkMany(), frozenset({"required", "help", "target"})),
    (FileLink(), frozenset({"required", "help"})),
    (ImageLink(), frozenset({"required", "help"})),
    (Email(), _WORDS | {"unique"}),
    (Phone(), _WORDS | {"unique"}),
    (Url(), _WORDS),
    (Address(), frozenset({"required", "help"})),
    (Region(), _PLAIN | {"searchable", "default"}),
    (GeoPoint(), frozenset({"required", "help"})),
    (Industry(), _PLAIN | {"searchable", "default"}),
    (CreditCode(), _WORDS | {"unique"}),
    (Currency(), _PLAIN | {"default"}),
    (Tags(), frozenset({"required", "help"})),
    (AutoNumber(), frozenset({"indexed", "help", "default"})),
    (Formula(), frozenset({"help", "formula", "scale"})),
    (RollUp(), frozenset({"indexed", "help", *ROLLED})),
    (SubTable(), frozenset({"required", "searchable", "help", "columns", "min", "max"})),
)
TYPES: Final[Mapping[str, FieldType]] = {type_.name: type_ for type_, _ in _SETTINGS}
SETTINGS: Final[Mapping[str, frozenset[str]]] = {
    type_.name: settings for type_, settings in _SETTINGS
}
# what must be given, since nothing else would make sense
NEEDS: Final[Mapping[str, str]] = {
    Choice.name: "options",
    MultiChoice.name: "options",
    Link.name: "target",
    LinkMany.name: "target",
    Formula.name: "formula",
    RollUp.name: "over",
    AutoNumber.name: "default",
    SubTable.name: "columns",
}
# what every value is filled with by the system
COMPUTED: Final = frozenset({AutoNumber.name, Formula.name, RollUp.name})
ROLL_UP: Final = RollUp.name
PATTERNED: Final = AutoNumber.name
# types whose records are always of one object
TARGETS: Final[Mapping[str, str]] = {
    UserLink.name: "user",
    FileLink.name: "file",
    ImageLink.name: "file",
}
MANY: Final = LinkMany.name
# the largest `max` of a type that counts from 1
LARGEST: Final[Mapping[str, int]] = {Rating.name: 10, SubTable.name: LIMIT}
SCALED: Final[Mapping[str, int]] = {DecimalNumber.name: 2, Percent.name: 2, Formula.name: 2}
SUB_TABLE: Final = SubTable.name
# what the columns of a sub-table may be, and what of a field makes no sense in one
COLUMNS: Final = (
    *("text", "long_text", "integer", "decimal", "percent", "money", "date", "datetime", "time"),
    *("duration", "rating", "boolean", "choice", "multi_choice", "link", "user", "email", "phone"),
    *("url", "currency", "formula"),
)
NOT_IN_LINES: Final = frozenset({"unique", "indexed", "searchable", "encrypted"})
