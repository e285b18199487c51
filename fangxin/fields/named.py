"""Names that each reader has in his own language: shipped stages, pipelines, roles.

A record keeps its name as any other, and beside it a settings field with the name by language.
Readers get the one of their language, else the plain name; filters meet it in every language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from functools import reduce
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.fields.base import Field, Operator
from fangxin.fields.text import TEXT_LENGTH, Text, clean_text
from fangxin.kernel.errors import FieldError
from fangxin.kernel.i18n import LOCALES

# the parameter that holds the reader's language; access/scope gives it with every read
LOCALE: Final = "reader_locale"
_ALL_OF: Final = frozenset({"is_not"})


def read_names(wire: Any) -> dict[str, str] | None:
    """Normalise {language: name}, or raise FieldError; languages without a name are left out."""
    if not isinstance(wire, Mapping):
        raise FieldError("wrong_type", "An object is needed here.")
    found = {}
    for locale, name in wire.items():
        if locale not in LOCALES:
            allowed = ", ".join(LOCALES)
            raise FieldError(
                "not_an_option", "One of these is needed here: {allowed}.", allowed=allowed
            )
        text = "" if name is None else clean_text(name, TEXT_LENGTH, lines=False)
        if text:
            found[locale] = text
    return found or None


def rename(
    locale: str, names: str, before: Mapping[str, Any], values: MutableMapping[str, Any]
) -> None:
    """Bring `values` of an update in order: a new name alone is that of every language, new names
    take the stored one along in its language, a name sent back as its reader saw it is no change.
    """
    old = before.get(names) or {}
    if names in values and "name" not in values:
        spoken = next((each for each, name in old.items() if name == before["name"]), None)
        values["name"] = (values[names] or {}).get(spoken, before["name"])
    elif "name" in values and values["name"] != before["name"] and names not in values:
        if values["name"] == old.get(locale):
            del values["name"]
        else:
            values[names] = None


def seen_as(name: Field, names: str) -> Callable[[sa.FromClause], tuple[ColumnElement[Any], ...]]:
    """Return the columns of a name: as its reader sees it, its sort key, as it is stored, and in
    each language, by the settings column `names`.
    """

    def columns(table: sa.FromClause) -> tuple[ColumnElement[Any], ...]:
        stored, sort = (table.c[column] for column in name.column_names)

        def of(locale: ColumnElement[str]) -> ColumnElement[str]:
            return table.c[names].op("->>", return_type=sa.Text())(sa.cast(locale, sa.Text()))

        own = of(sa.bindparam(LOCALE, type_=sa.Text()))
        every = (of(sa.literal_column(f"'{locale}'")) for locale in LOCALES)
        return (sa.func.coalesce(own, stored), sort, stored, *every)

    return columns


class NamedText(Text):
    """One line of text with a form for each language beside it (see `seen_as`)."""

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return {key: _over_all(key, each) for key, each in super().operators(field).items()}


def _over_all(key: str, operator: Operator) -> Operator:
    """Return an operator that one of the languages meets; a refusing one must meet them all."""
    join = sa.and_ if key in _ALL_OF else sa.or_

    def build(c: Any, bind: Any) -> ColumnElement[bool]:
        return reduce(join, (operator.build((column,), bind) for column in c[2:]))

    return Operator(operator.read, build)
