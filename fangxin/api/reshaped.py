"""Custom fields that hold values, for the OpenAPI document: what uses one, another type for it, a
formula while it is written.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from fangxin.api.definitions import CustomField, settings_of
from fangxin.api.shapes import Id
from fangxin.customizing.definition import DIGITS
from fangxin.fields.catalogue import NEEDS
from fangxin.fields.schema import Schema
from fangxin.reshaping.convert import CONVERTIBLE


class FieldUse(Struct):
    """Something that a field is used by."""

    kind: str
    name: str
    # of other settings, in the reader's language
    label: str | UnsetType = UNSET


class Draft(Struct, forbid_unknown_fields=True):
    """A formula of an object while it is written; `key` is the field's own."""

    object: str
    formula: str
    scale: Annotated[int, Meta(ge=0, le=DIGITS)] = 2
    key: str | UnsetType = UNSET


class Checked(Struct):
    """Whether it would work; `position` counts characters from 1."""

    valid: bool
    result_type: str | None
    position: int | None
    message: str | None


class UnfitValue(Struct):
    """A value that does not fit another type, and why."""

    id: Id
    name: str
    value: str
    message: str


class ConversionSample(Struct):
    """A value before and after."""

    from_: str = field(name="from")
    to: str


class ConversionPreview(Struct):
    """What a field's values would become."""

    total: int
    fit: int
    unfit: int
    examples: list[UnfitValue]
    samples: list[ConversionSample]


class Converted(Struct):
    """What would not fit; once it is done the new field and the job that fills it."""

    preview: ConversionPreview
    field: CustomField | None
    job: Id | None


def conversion() -> Schema:
    """Return the schema of another type for a field: the type and its settings."""
    flags = {key: {"type": "boolean"} for key in ("preview", "empty_unfit", "encrypted")}
    kinds = [
        {
            "type": "object",
            "title": type_,
            "properties": {"type": {"const": type_}, **flags, **settings_of(type_)},
            "required": ["type", *([NEEDS[type_]] if type_ in NEEDS else [])],
            "additionalProperties": False,
        }
        for type_ in CONVERTIBLE
    ]
    return {"anyOf": kinds}
