"""JSON Schema of each field type: what is read, what may be written, what a filter compares with.

Formats beyond those of JSON Schema: `phone`, `period` (this_week, last_30_days …), `regional` …
are named in their descriptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import singledispatch
from typing import Any, Final, TypeAlias

from fangxin.fields.base import Field, FieldType
from fangxin.fields.choice import TAG_LENGTH, TAGS, Choice, MultiChoice, Tags
from fangxin.fields.codes import CREDIT_LENGTH, CreditCode, Currency, currencies
from fangxin.fields.computed import Formula
from fangxin.fields.dates import DateTimeType, DateType
from fangxin.fields.divisions import Coded
from fangxin.fields.geo import FARTHEST_KM, GeoPoint
from fangxin.fields.lines import LIMIT, Lines
from fangxin.fields.link import Identifier, Link, RecordLink
from fangxin.fields.many import MANY, LinkMany
from fangxin.fields.money import SCALE, MoneyType
from fangxin.fields.number import BIGGEST_SAFE, Boolean, DecimalNumber, Integer, Percent
from fangxin.fields.reach import ADDRESS_PARTS, PART_LENGTH, Address, Email, Phone, Url
from fangxin.fields.rich import RichText
from fangxin.fields.settings import Settings
from fangxin.fields.spans import STARS, Duration, Rating, Time
from fangxin.fields.sub_table import ID, SubTable
from fangxin.fields.text import LONG_LENGTH, TEXT_LENGTH, AutoNumber, LongText, Text

Schema: TypeAlias = dict[str, Any]

REF: Final = "#/components/schemas/"
_NO_NUL: Final = "^[^\\u0000]*$"
_DIGITS: Final = 12
_PHONE_LENGTH: Final = 60
_URL_LENGTH: Final = 2000
_EMAIL_LENGTH: Final = 254

_UUID: Final[Schema] = {"type": "string", "format": "uuid"}
_CURRENCY: Final[Schema] = {"type": "string", "pattern": "^[A-Z]{3}$"}

# the shapes that several types share, as components of the document
SHARED: Final[Mapping[str, Schema]] = {
    "Link": {
        "type": "object",
        "description": "A link as it reads; the name is null where it may not be seen.",
        "required": ["id", "name", "object"],
        "properties": {
            "id": _UUID,
            "name": {"type": ["string", "null"]},
            "object": {"type": "string"},
        },
    },
    "Money": {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {"amount": {"type": "string"}, "currency": _CURRENCY},
    },
    "Address": {
        "type": "object",
        "properties": {part: {"type": ["string", "null"]} for part in ADDRESS_PARTS},
    },
}


@dataclass(frozen=True, slots=True)
class Forms:
    """The schemas of one field. `operand` is what one value of a filter looks like."""

    read: Schema
    write: Schema
    operand: Schema


def _alike(schema: Schema) -> Forms:
    return Forms(schema, schema, schema)


def text_of(length: int, **more: Any) -> Schema:
    """Return the schema of a text of at most `length` characters."""
    return {"type": "string", "maxLength": length, "pattern": _NO_NUL, **more}


def _decimal(scale: int) -> Schema:
    fraction = f"(\\.\\d{{1,{scale}}})?" if scale else ""
    return {"type": "string", "pattern": f"^-?\\d{{1,{_DIGITS}}}{fraction}$"}


def _never_negative(field: Field) -> bool:
    # a bound may be declared as a text, so that it is exact
    return field.min is not None and Decimal(field.min) >= 0


@singledispatch
def forms(_type: FieldType, _field: Field) -> Forms:
    """Return the schemas of a field of this type."""
    return _alike({})


@forms.register
def _identifier(_type: Identifier, _field: Field) -> Forms:
    return _alike(_UUID)


@forms.register
def _text_forms(_type: Text, field: Field) -> Forms:
    plain = text_of(field.max_length or TEXT_LENGTH)
    if not field.required:
        return Forms({"type": "string"}, plain, text_of(TEXT_LENGTH, minLength=1))
    filled = text_of(field.max_length or TEXT_LENGTH, minLength=1)
    # something besides spaces
    filled["pattern"] = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
    return Forms({"type": "string"}, filled, text_of(TEXT_LENGTH, minLength=1))


@forms.register
def _long_text(_type: LongText, field: Field) -> Forms:
    return Forms({"type": "string"}, text_of(field.max_length or LONG_LENGTH), text_of(TEXT_LENGTH))


@forms.register
def _auto_number(_type: AutoNumber, _field: Field) -> Forms:
    return _alike(text_of(TEXT_LENGTH, minLength=1))


@forms.register
def _email(_type: Email, _field: Field) -> Forms:
    address = {"type": "string", "format": "email", "maxLength": _EMAIL_LENGTH}
    return Forms({"type": "string"}, address, text_of(TEXT_LENGTH, minLength=1))


@forms.register
def _url(_type: Url, _field: Field) -> Forms:
    address = {"type": "string", "format": "uri", "maxLength": _URL_LENGTH}
    return Forms({"type": "string"}, address, text_of(TEXT_LENGTH, minLength=1))


@forms.register
def _phone(_type: Phone, _field: Field) -> Forms:
    number = {
        "type": "string",
        "format": "phone",
        "maxLength": _PHONE_LENGTH,
        "examples": ["+8613800138000"],
        "description": "With its country code; without, of the user's country.",
    }
    return Forms({"type": "string"}, number, number)


@forms.register
def _integer(_type: Integer, field: Field) -> Forms:
    least = -BIGGEST_SAFE if field.min is None else int(field.min)
    most = BIGGEST_SAFE if field.max is None else int(field.max)
    bounded = {"type": "integer", "minimum": least, "maximum": most}
    return Forms({"type": "integer"}, bounded, bounded)


@forms.register
def _decimal_forms(_type: DecimalNumber, field: Field) -> Forms:
    number = _decimal(field.scale)
    if _never_negative(field):
        number["pattern"] = number["pattern"].replace("-?", "")
    return Forms({"type": "string"}, number, number)


@forms.register
def _percent(_type: Percent, _field: Field) -> Forms:
    number = {"type": "string", "pattern": "^(100|\\d{1,2}(\\.\\d{1,2})?)$"}
    return Forms({"type": "string"}, number, number)


@forms.register
def _boolean(_type: Boolean, _field: Field) -> Forms:
    return _alike({"type": "boolean"})


@forms.register
def _date(_type: DateType, _field: Field) -> Forms:
    return _alike({"type": "string", "format": "date"})


@forms.register
def _moment(_type: DateTimeType, _field: Field) -> Forms:
    return _alike({"type": "string", "format": "date-time"})


@forms.register
def _choice(_type: Choice, field: Field) -> Forms:
    chosen = {"type": "string", "enum": [option.key for option in field.options]}
    return Forms({"type": "string"}, chosen, chosen)


@forms.register
def _multi_choice(_type: MultiChoice, field: Field) -> Forms:
    keys = {"type": "string", "enum": [option.key for option in field.options]}
    read = {"type": "array", "items": {"type": "string"}}
    return Forms(read, {"type": "array", "items": keys, "uniqueItems": True}, keys)


@forms.register
def _tags(_type: Tags, _field: Field) -> Forms:
    tag = {"type": "string", "minLength": 1, "maxLength": TAG_LENGTH, "pattern": "^\\S+$"}
    read = {"type": "array", "items": {"type": "string"}}
    return Forms(read, {"type": "array", "items": tag, "maxItems": TAGS, "uniqueItems": True}, tag)


@forms.register
def _link(_type: Link, field: Field) -> Forms:
    id_ = {**_UUID, "x-object": field.target}
    return Forms({"$ref": f"{REF}Link"}, id_, id_)


@forms.register
def _link_many(_type: LinkMany, field: Field) -> Forms:
    id_ = {**_UUID, "x-object": field.line[0].target}
    read = {"type": "array", "items": {"$ref": f"{REF}Link"}}
    return Forms(read, {"type": "array", "items": id_, "maxItems": MANY, "uniqueItems": True}, id_)


@forms.register
def _record(_type: RecordLink, _field: Field) -> Forms:
    pair = {
        "type": "object",
        "required": ["object", "id"],
        "properties": {"object": {"type": "string"}, "id": _UUID},
        "x-record": True,
    }
    return Forms({"$ref": f"{REF}Link"}, pair, _UUID)


@forms.register
def _money(_type: MoneyType, field: Field) -> Forms:
    amount = _decimal(SCALE)
    if _never_negative(field):
        amount["pattern"] = amount["pattern"].replace("-?", "")
    pair = {
        "type": "object",
        "required": ["amount"],
        "properties": {"amount": amount, "currency": {**_CURRENCY, "x-currency": True}},
        "additionalProperties": False,
    }
    return Forms({"$ref": f"{REF}Money"}, {"anyOf": [amount, pair]}, amount)


@forms.register
def _address(_type: Address, _field: Field) -> Forms:
    part = text_of(PART_LENGTH)
    write = {
        "type": "object",
        "properties": dict.fromkeys(ADDRESS_PARTS, part),
        "additionalProperties": False,
    }
    return Forms({"$ref": f"{REF}Address"}, write, {})


@forms.register
def _formula(type_: Formula, field: Field) -> Forms:
    return forms(type_.result, field)


@forms.register
def _sub_table(type_: SubTable, field: Field) -> Forms:
    lines = _lines(type_, field)
    read, write = lines.read["items"], lines.write["items"]
    read["properties"][ID] = {"type": ["string", "null"], "description": "It stays with the line."}
    write["properties"][ID] = {"anyOf": [{"type": "string", "pattern": _LINE_ID}, {"type": "null"}]}
    return Forms(lines.read, {**lines.write, "maxItems": int(field.max or LIMIT)}, {})


_LINE_ID: Final = "^[a-z0-9]{1,20}$"


@forms.register
def _lines(_type: Lines, field: Field) -> Forms:
    columns = {each.key: (each, forms(each.type, each)) for each in field.line}
    read = {key: {"anyOf": [made.read, {"type": "null"}]} for key, (_, made) in columns.items()}
    write = {
        # what is computed may be sent back as it was read
        key: {} if each.read_only else made.write if each.required else _or_null(made.write)
        for key, (each, made) in columns.items()
    }
    needed = [key for key, (each, _) in columns.items() if each.required and each.default is None]
    line = {"type": "object", "properties": write, "additionalProperties": False}
    line |= {"required": needed} if needed else {}
    return Forms(
        {"type": "array", "items": {"type": "object", "properties": read}},
        {"type": "array", "items": line, "maxItems": LIMIT},
        {},
    )


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


@forms.register
def _rich_text(_type: RichText, field: Field) -> Forms:
    markup = text_of(field.max_length or LONG_LENGTH)
    markup |= {"contentMediaType": "text/html", "description": "HTML of harmless elements."}
    return Forms({"type": "string"}, markup, text_of(TEXT_LENGTH, minLength=1))


@forms.register
def _duration(_type: Duration, field: Field) -> Forms:
    least = 0 if field.min is None else int(Decimal(field.min))
    most = BIGGEST_SAFE if field.max is None else int(Decimal(field.max))
    minutes = {"type": "integer", "minimum": least, "maximum": most, "description": "Minutes."}
    return Forms({"type": "integer"}, minutes, minutes)


@forms.register
def _rating(_type: Rating, field: Field) -> Forms:
    stars = {"type": "integer", "minimum": 1, "maximum": int(Decimal(field.max or STARS))}
    return Forms({"type": "integer"}, stars, stars)


@forms.register
def _time(_type: Time, _field: Field) -> Forms:
    return _alike({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"})


@forms.register
def _currency(_type: Currency, _field: Field) -> Forms:
    return Forms({"type": "string"}, *(2 * ({"type": "string", "enum": sorted(currencies())},)))


@forms.register
def _coded(type_: Coded, _field: Field) -> Forms:
    code = {"type": "string", "x-codes": type_.name, "description": "A code of /codes."}
    return Forms({"type": "string"}, code, code)


@forms.register
def _credit_code(_type: CreditCode, _field: Field) -> Forms:
    code = text_of(CREDIT_LENGTH, format="credit-code", examples=["91350100M000100Y43"])
    return Forms({"type": "string"}, code, text_of(TEXT_LENGTH, minLength=1))


def _degrees(most: int) -> Schema:
    return {"type": "number", "minimum": -most, "maximum": most}


@forms.register
def _geo_point(_type: GeoPoint, _field: Field) -> Forms:
    parts: dict[str, Schema] = {"lat": _degrees(90), "lon": _degrees(180)}
    point: Schema = {"type": "object", "required": [*parts], "properties": parts}
    point |= {"additionalProperties": False}
    km = {"type": "number", "exclusiveMinimum": 0, "maximum": FARTHEST_KM}
    circle = {**point, "required": [*parts, "km"], "properties": {**parts, "km": km}}
    return Forms(point, point, circle)


@forms.register
def _settings(_type: Settings, _field: Field) -> Forms:
    return _alike({"type": ["object", "array"]})
