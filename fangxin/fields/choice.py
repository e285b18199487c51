"""Choices from a list, one or many, and free tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from fangxin.fields.base import (
    Environment,
    Field,
    FieldType,
    Operator,
    Storage,
    array,
    equality,
)
from fangxin.fields.text import clean_text
from fangxin.kernel.errors import FieldError
from fangxin.kernel.i18n import LOCALES
from fangxin.kernel.sql import HasAny, Json

TAGS: Final = 50
TAG_LENGTH: Final = 60


def read_option(field: Field, wire: Any, env: Environment) -> str:
    """Return the key of an option, or raise FieldError naming the allowed ones."""
    if isinstance(wire, str) and any(option.key == wire for option in field.options):
        return wire
    message = "One of these is needed here: {allowed}."
    raise FieldError("not_an_option", message, allowed=field.options[:20])


def option_by_text(field: Field, text: str) -> str:
    """Return the key of the option with this key or label in any language, ignoring case, or raise
    FieldError.
    """
    word = text.strip().casefold()
    for option in field.options:
        spoken = (option.spoken(locale) for locale in LOCALES)
        names = (option.key, option.label, *option.labels.values(), *spoken)
        if word in {name.casefold() for name in names}:
            return option.key
    return read_option(field, text.strip(), None)  # type: ignore[arg-type]  # it only raises here


class Choice(FieldType):
    """One key of the field's options."""

    name = "choice"
    groups = True

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.Text()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return read_option(field, wire, env)

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return equality(read_option)

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        return option_by_text(field, text)


def list_operators(read: Any) -> dict[str, Operator]:
    """Return has_any, has_all and has_none on a JSON array of texts."""
    many = array(read)
    return {
        "has_any": Operator(many, lambda c, bind: HasAny(c[0], bind.array(0))),
        "has_all": Operator(many, lambda c, bind: HasAny(c[0], bind.array(0), every=True)),
        "has_none": Operator(many, lambda c, bind: sa.not_(HasAny(c[0], bind.array(0)))),
    }


def _unique_list(field: Field, wire: Any, env: Environment, read: Any, limit: int) -> Any:
    if not isinstance(wire, list):
        raise FieldError("not_a_list", "A list of values is needed here.")
    if len(wire) > limit:
        raise FieldError("too_many", "At most {limit} values are allowed.", limit=limit)
    return list(dict.fromkeys(read(field, each, env) for each in wire)) or None


def split_words(text: str) -> list[str]:
    """Return the words of a cell that holds several."""
    for mark in (";", "；", "、", "|"):
        text = text.replace(mark, ",")
    return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]


class MultiChoice(FieldType):
    """Several keys of the field's options, in the order given."""

    name = "multi_choice"

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", Json()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return _unique_list(field, wire, env, read_option, len(field.options) or 1)

    def store(self, field: Field, value: Any) -> Storage:
        return (value or None,)

    def write(self, field: Field, storage: Storage) -> Any:
        return storage[0] or []

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return list_operators(read_option)

    def sort_column(self, field: Field) -> int | None:
        return None

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        return self.read(field, [option_by_text(field, part) for part in split_words(text)], env)

    def write_text(self, field: Field, wire: Any) -> str:
        return ", ".join(wire or [])

    def mask(self, wire: Any) -> Any:
        return []


def _read_tag(field: Field, wire: Any, env: Environment) -> str:
    tag = clean_text(wire, TAG_LENGTH, lines=False)
    if not tag:
        raise FieldError("empty", "A tag needs a name.")
    return tag


class Tags(MultiChoice):
    """Free words on a record."""

    name = "tags"

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return _unique_list(field, wire, env, _read_tag, TAGS)

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return list_operators(_read_tag)

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        return self.read(field, split_words(text), env)
