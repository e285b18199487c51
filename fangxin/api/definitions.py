"""What administrators shape, for the OpenAPI document: settings, custom fields and objects as asked
and answered.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from fangxin.api.shapes import Id, Labels, Moment
from fangxin.customizing.columns import LIMIT as COLUMN_LIMIT
from fangxin.customizing.definition import (
    DIGITS,
    FUNCTIONS,
    HELP_LENGTH,
    LABEL_LENGTH,
    OPTION_LIMIT,
)
from fangxin.fields.catalogue import COLUMNS, NEEDS, NOT_IN_LINES, SETTINGS
from fangxin.fields.schema import Schema

Text = Annotated[str, Meta(max_length=100, pattern="^[^\\x00]*$")]
Label = Annotated[str, Meta(min_length=1, max_length=LABEL_LENGTH, pattern="^[^\\x00-\\x1f]*\\S$")]
Color = Literal[
    "gray", "blue", "indigo", "violet", "pink", "red", "orange", "amber", "green", "teal", "cyan"
]
KEY: Final = "^[a-z][a-z0-9_]{0,39}$"
Key = Annotated[str, Meta(pattern=KEY)]
Icon = Annotated[str, Meta(pattern="^[a-z0-9-]{1,40}$")]


class WrittenLabels(Struct, rename={"zh": "zh-CN"}, forbid_unknown_fields=True):
    """Words by language, in one at least."""

    en: Label | UnsetType = UNSET
    zh: Label | UnsetType = UNSET


class Company(Struct):
    """The company's settings; `cascades` says which links lend sight of a record."""

    company_name: str
    base_currency: str
    timezone: str
    cascades: dict[str, bool]
    duplicates: dict[str, bool]
    demo: bool
    company_address: str
    company_phone: str
    company_tax_number: str
    company_bank: str
    company_name_en: str
    company_address_en: str
    company_bank_en: str


class CompanyChange(Struct, forbid_unknown_fields=True):
    """Some of the company's settings."""

    company_name: Text | UnsetType = UNSET
    base_currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | UnsetType = UNSET
    timezone: Annotated[str, Meta(extra_json_schema={"format": "timezone"})] | UnsetType = UNSET
    cascades: dict[str, bool] | UnsetType = UNSET
    duplicates: dict[str, bool] | UnsetType = UNSET
    company_address: Text | UnsetType = UNSET
    company_phone: Text | UnsetType = UNSET
    company_tax_number: Text | UnsetType = UNSET
    company_bank: Text | UnsetType = UNSET
    company_name_en: Text | UnsetType = UNSET
    company_address_en: Text | UnsetType = UNSET
    company_bank_en: Text | UnsetType = UNSET


class CustomOption(Struct):
    """An option of a choice."""

    key: str
    labels: Labels
    color: str


class CustomField(Struct):
    """A custom field as it is defined; beside these stand the settings of its type."""

    id: Id
    object: str
    key: str
    type: str
    label: str
    labels: Labels
    options: list[CustomOption]
    custom_id: str
    created_at: Moment
    deleted_at: Moment | None
    required: bool | UnsetType = UNSET
    unique: bool | UnsetType = UNSET
    indexed: bool | UnsetType = UNSET
    searchable: bool | UnsetType = UNSET
    encrypted: bool | UnsetType = UNSET
    help: str | UnsetType = UNSET
    default: Any | UnsetType = UNSET
    max_length: int | UnsetType = UNSET
    min: str | UnsetType = UNSET
    max: str | UnsetType = UNSET
    scale: int | UnsetType = UNSET
    target: str | UnsetType = UNSET
    formula: str | UnsetType = UNSET
    over: str | UnsetType = UNSET
    function: str | UnsetType = UNSET
    of: str | UnsetType = UNSET
    filter: dict[str, Any] | UnsetType = UNSET
    columns: list[dict[str, Any]] | UnsetType = UNSET


class CustomObject(Struct):
    """A custom object as it is defined."""

    id: Id
    name: str
    path: str
    label: str
    labels: Labels
    labels_plural: Labels
    icon: str
    custom_id: str
    created_at: Moment
    deleted_at: Moment | None


class ObjectChange(Struct, forbid_unknown_fields=True):
    """Words and icon of a custom object."""

    labels: WrittenLabels | UnsetType = UNSET
    labels_plural: WrittenLabels | UnsetType = UNSET
    icon: Icon | UnsetType = UNSET


class NewObject(Struct, forbid_unknown_fields=True):
    """A new custom object; a name not given is made of its label, a path of its name."""

    labels: WrittenLabels
    name: Key | UnsetType = UNSET
    path: Key | UnsetType = UNSET
    labels_plural: WrittenLabels | UnsetType = UNSET
    icon: Icon | UnsetType = UNSET


class NewOption(Struct, forbid_unknown_fields=True):
    """An option of a choice as it is sent."""

    key: Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$")]
    labels: WrittenLabels
    color: Color = "gray"


_FLAG: Final[Schema] = {"type": "boolean"}
_NUMBER: Final[Schema] = {"type": "string", "pattern": "^-?[0-9]{1,9}$"}
_SETTING: Final[dict[str, Schema]] = {
    **dict.fromkeys(("required", "unique", "indexed", "searchable", "encrypted"), _FLAG),
    "help": {"type": "string", "maxLength": HELP_LENGTH, "pattern": "^[^\\u0000]*$"},
    "max_length": {"type": "integer", "minimum": 1, "maximum": 255},
    "min": {**_NUMBER, "description": "A number, or a text that is one."},
    "max": {**_NUMBER, "description": "A number, or a text that is one."},
    "scale": {"type": "integer", "minimum": 0, "maximum": DIGITS},
    "target": {"type": "string", "x-object-name": True},
    "formula": {"type": "string", "x-formula": True},
    "over": {"type": "string", "x-roll-up": True, "description": "opportunity.account"},
    "function": {"type": "string", "enum": [*FUNCTIONS]},
    "of": {"type": "string", "x-roll-up-of": True},
    "filter": {"type": "object", "description": "A filter tree over the records counted."},
    "options": {
        "type": "array",
        "items": {"$ref": "#/components/schemas/NewOption"},
        "minItems": 1,
        "maxItems": OPTION_LIMIT,
    },
    "columns": {
        "type": "array",
        "items": {"$ref": "#/components/schemas/NewColumn"},
        "minItems": 1,
        "maxItems": COLUMN_LIMIT,
    },
    "default": {"description": "As a value of this type is written; the pattern of a number."},
}


def settings_of(type_: str) -> dict[str, Schema]:
    """Return the schemas of the settings that a type knows."""
    return {key: _SETTING[key] for key in sorted(SETTINGS[type_])}


def new_field() -> Schema:
    """Return the schema of a new custom field: for each type the settings that it knows."""
    common: dict[str, Schema] = {"object": {"type": "string", "x-object-name": True}, **_NAMED}
    return {"anyOf": [_kind(type_, common, settings_of(type_)) for type_ in SETTINGS]}


_NAMED: Final[dict[str, Schema]] = {
    "key": {"type": "string", "pattern": KEY},
    "labels": {"$ref": "#/components/schemas/WrittenLabels"},
}


def _kind(type_: str, common: dict[str, Schema], settings: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "title": type_,
        "properties": {**common, "type": {"const": type_}, **settings},
        # without a key it is made of the labels
        "required": [
            *(key for key in (*common, "type") if key != "key"),
            *([NEEDS[type_]] if type_ in NEEDS else []),
        ],
        "additionalProperties": False,
    }


def new_column() -> Schema:
    """Return the schema of a column of a sub-table: for each type the settings that it knows."""
    more: dict[str, Schema] = {"summed": _FLAG, "code": {"type": "string"}}
    more["deleted_at"] = {"type": ["string", "null"], "description": "null brings it back."}
    kinds = []
    for type_ in COLUMNS:
        settings = {k: v for k, v in settings_of(type_).items() if k not in NOT_IN_LINES}
        kinds.append(_kind(type_, _NAMED, {**settings, **more}))
    return {"anyOf": kinds}


def changed_field() -> Schema:
    """Return the schema of a change: labels, and what the type lets one set."""
    properties = {"labels": {"$ref": "#/components/schemas/WrittenLabels"}, **_SETTING}
    fixed = ("target", "scale")
    kept = {key: each for key, each in properties.items() if key not in fixed}
    return {"type": "object", "properties": kept, "additionalProperties": False}
