"""Custom fields and objects: rows that become the same Field and ObjectDef values as the shipped
ones.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from fangxin.customizing.settling import settle
from fangxin.fields.base import Field, Option
from fangxin.fields.beyond import Over
from fangxin.fields.catalogue import (
    COMPUTED,
    MANY,
    PATTERNED,
    ROLLED,
    SCALED,
    SUB_TABLE,
    TARGETS,
    TYPES,
)
from fangxin.fields.computed import Surroundings, bind_formulas, unbound
from fangxin.fields.lines import columns_of
from fangxin.fields.many import many_of
from fangxin.fields.sealed import sealed
from fangxin.fields.sub_table import SubTable
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.sql import Json
from fangxin.objects.custom import (
    CUSTOM_RECORD,
    Custom,
    FieldRow,
    ObjectRow,
    custom_record,
    english,
)
from fangxin.objects.declare import Change, Navigation, ObjectFacts
from fangxin.objects.registry import ObjectDef, fields_of

_FIRST_PLACE: Final = 1000


def make_option(option: Mapping[str, Any]) -> Option:
    """Make the option of a choice from its stored form."""
    labels = option["labels"]
    return Option(option["key"], english(labels), option.get("color") or "gray", labels)


def make_field(row: FieldRow) -> Field:
    """Make the Field of a row; a formula is not bound yet."""
    settings = dict(row.settings)
    over, function, of, where = (settings.pop(key, None) for key in ROLLED)
    object_, _, link = (over or "").partition(".")
    computed, target = row.type in COMPUTED, settings.pop("target", None)
    line = many_of(target) if row.type == MANY else make_columns(settings.pop("columns", ()))
    return Field(
        type=SubTable(line)
        if row.type == SUB_TABLE
        else sealed(TYPES[row.type], wanted=settings.get("encrypted", False)),
        key=row.key,
        label=english(row.labels),
        labels=row.labels,
        options=tuple(make_option(option) for option in row.options),
        target=TARGETS.get(row.type) or (None if row.type == MANY else target),
        line=line,
        scale=settings.pop("scale", SCALED.get(row.type, 0)),
        searchable=settings.pop("searchable", row.type == PATTERNED),
        unique=settings.pop("unique", row.type == PATTERNED),
        read_only=computed,
        custom_id=row.code,
        over=Over(object_, link, function or "count", of, where) if over else None,
        **settings,
    )


# a line, as its columns see it
LINE: Final = sa.table("line", sa.column("custom", Json()))


def make_column(column: Mapping[str, Any]) -> Field:
    """Make a column of a sub-table from its stored form; a formula is not bound yet."""
    own = ("code", "key", "type", "labels", "options", "deleted_at", "summed")
    settings = {key: each for key, each in column.items() if key not in own}
    names = (column["key"], column["type"], column["labels"])
    row = FieldRow(
        *("", column["code"], "", *names, column.get("options") or (), settings),
        *(datetime.now(UTC), None),
    )
    return replace(make_field(row), summed=column.get("summed", True))


def bind_columns(columns: Iterable[Field], *, dropping: bool = False) -> tuple[Field, ...]:
    """Return columns with their formulas bound, or raise FieldError as `bind_formulas` does."""
    around = Surroundings("", {each.key: each for each in columns}, LINE)
    return tuple(bind_formulas(around, dropping=dropping).values())


def make_columns(columns: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    """Make the columns of a sub-table that are not in the bin."""
    live = [make_column(each) for each in columns if each.get("deleted_at") is None]
    return bind_columns(live, dropping=True) if live else ()


def _definition(row: ObjectRow, place: int) -> ObjectDef:
    facts = ObjectFacts(
        path=row.path,
        label=english(row.labels),
        label_plural=english(row.labels_plural),
        icon=row.icon,
        module="custom",
        navigation=Navigation(group="custom", order=_FIRST_PLACE + place),
    )
    # the English words stand in the facts, where singular and plural are told apart
    labels = {locale: label for locale, label in row.labels.items() if locale != "en"}
    return ObjectDef(row.name, facts, custom_record, fields_of(CUSTOM_RECORD), row.code, labels)


def _with_fields(definition: ObjectDef, rows: Iterable[FieldRow], known: set[str]) -> ObjectDef:
    made = [make_field(row) for row in rows]
    # a link into the recycle bin rests with its target
    links = {each.key: {each.target, *(link.target for link in each.line)} for each in made}
    made = [each for each in made if links[each.key] - {None} <= known]
    made = [each for each in made if each.key not in definition.fields]
    if not made:
        return definition
    own = list(definition.fields.values())
    last = max((i for i, each in enumerate(own) if not each.system), default=0) + 1
    fields = {each.key: each for each in (*own[:last], *made, *own[last:])}
    return replace(definition, fields=fields, facts=_with_tables(definition.facts, made))


@dataclass(frozen=True, slots=True)
class _Settling:
    """Prepares a write as its object does, once the lines of its sub-tables are settled."""

    tables: Sequence[Field]
    then: Callable[[Ctx, Tx, Sequence[Change]], Awaitable[None]] | None

    async def __call__(self, ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
        for change in changes:
            for field in self.tables:
                if lines := change.values.get(field.key):
                    settle(field, lines, (change.before or {}).get(field.key))
        if self.then is not None:
            await self.then(ctx, tx, changes)


def _with_tables(facts: ObjectFacts, made: Iterable[Field]) -> ObjectFacts:
    tables, then = [each for each in made if columns_of(each)], facts.prepare
    then = then.then if isinstance(then, _Settling) else then
    return replace(facts, prepare=_Settling(tables, then) if tables else then)


def surroundings(
    definition: ObjectDef, all_: Mapping[str, ObjectDef], *extra: Field
) -> Surroundings:
    """Return what the object's computed fields may read, all of them to be bound anew; `extra`
    fields stand among them.
    """
    own = _bare((*definition.fields.values(), *extra))
    others = {name: each.fields for name, each in all_.items()} | {definition.name: own}
    return Surroundings(definition.name, own, definition.table, others)


def extend(shipped: Sequence[ObjectDef], custom: Custom) -> list[ObjectDef]:
    """Return the definitions with custom fields and objects added. Pure; deleted ones are left
    out.
    """
    live = [row for row in custom.objects if row.deleted_at is None]
    known = {each.name for each in shipped}
    added = [_definition(row, place) for place, row in enumerate(live) if row.name not in known]
    definitions = [*shipped, *added]
    known |= {each.name for each in added}
    fields: dict[str, list[FieldRow]] = {}
    for row in custom.fields:
        if row.deleted_at is None and row.type in TYPES:
            fields.setdefault(row.object, []).append(row)
    made = [_with_fields(each, fields.get(each.name, ()), known) for each in definitions]
    return list(bind_all({each.name: each for each in made}).values())


def bind_all(objects: Mapping[str, ObjectDef]) -> dict[str, ObjectDef]:
    """Return the definitions with their custom computed fields bound; one that reads what is not
    there rests: it is left out.

    One object's formulas may read another's, so that all are bound again until nothing is gained.
    """
    bare = {
        name: replace(each, fields=_bare(each.fields.values()))
        for name, each in objects.items()
        if any(field.custom and field.computed for field in each.fields.values())
    }
    found, passed = {**objects, **bare}, list[list[dict[str, Any]]]()
    while (reads := [_reads(found[name]) for name in bare]) not in passed:
        passed.append(reads)
        around = found
        found = around | {
            name: replace(each, fields=bind_formulas(surroundings(each, around), dropping=True))
            for name, each in bare.items()
        }
    turning = passed[passed.index(reads) :]
    if len(turning) == 1:
        return found
    # two that were made in one moment may read each other in a circle: they come and go for ever
    left = {
        name: _steady(each, states)
        for (name, each), *states in zip(bare.items(), *turning, strict=True)
    }
    return bind_all({**objects, **left})


def _steady(definition: ObjectDef, states: Sequence[Mapping[str, Any]]) -> ObjectDef:
    """Return an object without the fields that one state has and another has not, or otherwise."""
    moving = {key for one in states for other in states for key, _ in one.items() - other.items()}
    fields = {key: each for key, each in definition.fields.items() if key not in moving}
    return replace(definition, fields=fields)


def _bare(fields: Iterable[Field]) -> dict[str, Field]:
    """Return fields by their keys, the custom computed ones to be bound anew."""
    return {each.key: unbound(each) if each.custom else each for each in fields}


def _reads(definition: ObjectDef) -> dict[str, Any]:
    return {key: each.reads for key, each in definition.fields.items() if each.computed}
