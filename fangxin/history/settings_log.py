"""The settings history: who changed which setting, with both sides in the reader's words.

It shows what the log has of custom fields and objects, of the company's settings, and of records
that are settings; the last as everywhere with the reader's field rights and scope.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from fangxin.history.change_sets import SETTINGS_RIGHT
from fangxin.history.entries import name_actors, name_links, readable_changes, seen_records
from fangxin.history.noting import COMPANY, FIELD, OBJECT
from fangxin.history.telling import kind_label, name_of_setting, told_changes
from fangxin.kernel.clock import from_stored, to_stored
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.errors import FieldProblem, Forbidden, Invalid, NotFound
from fangxin.kernel.sql import Id, InArray, Statement, Timestamp, compile_statement
from fangxin.objects.custom import custom_field, custom_object
from fangxin.objects.registry import ObjectDef
from fangxin.records.plans import remember
from fangxin.records.reading import names_of
from fangxin.records.tables import change, change_payload, change_set

PLAIN: Final = (FIELD, OBJECT, COMPANY)
_marked: Final = sa.text("settings")
_few: Final = change_set.alias("few")
sa.Index(
    "ix_change_set_settings",
    change_set.c.at,
    change_set.c.id,
    sqlite_where=_marked,
    postgresql_where=_marked,
)
_COLUMNS: Final = (
    *(change_set.c.at, change.c.seq, change.c.object, change.c.record_id, change.c.verb),
    *(change.c.change_set_id, change.c.actor_id, change.c.source, change_payload.c.payload),
    *(change.c.version, change_set.c.state),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log about a setting, in the order of _COLUMNS."""

    at: Any
    seq: int
    kind: str
    id: str
    verb: str
    change_set: str
    actor: str
    source: str
    payload: Mapping[str, Any] | None
    version: int
    state: str


def require_reader(ctx: Ctx) -> None:
    """Raise Forbidden for whoever may not administer the company's settings."""
    if not ctx.rights.allows(SETTINGS_RIGHT):
        raise Forbidden


def kinds_of(ctx: Ctx) -> list[str]:
    """Return the kinds of settings there are, those of records as far as the reader has a right."""
    return [
        *PLAIN,
        *(
            each.name
            for each in ctx.registry.objects.values()
            if each.facts.configuration and ctx.rights.scope(each.name, "read").kind != "none"
        ),
    ]


def _statement(ctx: Ctx, asked: frozenset[str]) -> Statement:
    def make() -> Statement:
        place = sa.tuple_(
            sa.bindparam("at", type_=Timestamp()), sa.bindparam("seq", type_=sa.BigInteger())
        )
        conditions: dict[str, sa.ColumnElement[bool]] = {
            "actor": change.c.actor_id == sa.bindparam("actor", type_=Id()),
            "ids": InArray(change.c.record_id, "ids"),
            "at": sa.tuple_(change_set.c.at, change.c.seq) < place,
            "one": change.c.seq == sa.bindparam("one", type_=sa.BigInteger()),
        }
        # few of all change sets: else SQLite looks through the whole log
        few = sa.select(_few.c.id).where(sa.literal_column("few.settings"))
        rows = (
            sa.select(*_COLUMNS)
            .join(change, change.c.change_set_id == change_set.c.id)
            .join(change_payload, change_payload.c.seq == change.c.seq)
            .where(change_set.c.id.in_(few), InArray(change.c.object, "kinds"))
            .where(*(conditions[word] for word in sorted(asked)))
            .order_by(change_set.c.at.desc(), change.c.seq.desc())
            .limit(sa.bindparam("limit", type_=sa.BigInteger()))
        )
        return compile_statement(rows, ctx.database.dialect)

    return remember(ctx.registry, ("settings_log", asked), make)


async def settings_log(
    ctx: Ctx,
    *,
    cursor: str | None = None,
    kind: str | None = None,
    object: str | None = None,
    record: str | None = None,
    actor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Return {"items", "next", "kinds"}: changes of settings, newest first; of one kind, about one
    object, of one setting (`record`) or by one person where that is asked for.
    """
    require_reader(ctx)
    kinds = kinds_of(ctx)
    if kind is not None and kind not in kinds:
        message, known = "The kinds are {kinds}.", {"kinds": ", ".join(kinds)}
        raise Invalid(errors=[FieldProblem("/kind", "unknown_kind", message, known)])
    values: dict[str, Any] = {"kinds": kinds if kind is None else [kind], "limit": limit + 1}
    bound = binding("settings_log", kind, object, record, actor, ctx.actor.id)
    if actor is not None:
        values["actor"] = actor
    if record is not None:
        values["ids"] = [record]
    elif object is not None:
        values["ids"] = await _about(ctx, ctx.registry[object])
    if cursor:
        _, (at, seq) = unseal(ctx.services.secret, bound, cursor)
        values |= {"at": from_stored(at), "seq": seq}
    asked = frozenset(values.keys() & {"actor", "ids", "at"})
    rows = await ctx.database.read(_statement(ctx, asked), values)
    lines = [Line(*row) for row in rows]
    following = None
    if len(lines) > limit:
        last = lines[limit - 1]
        keys = [to_stored(last.at), last.seq]
        following = seal(ctx.services.secret, bound, "settings_log", keys)
    named = [{"key": each, "label": kind_label(ctx, each)} for each in kinds]
    return {"items": await _items(ctx, lines[:limit]), "next": following, "kinds": named}


async def setting_line(ctx: Ctx, seq: int) -> Line:
    """Return one line of the settings history that the reader may see, or raise NotFound."""
    require_reader(ctx)
    values = {"kinds": kinds_of(ctx), "one": seq, "limit": 1}
    rows = await ctx.database.read(_statement(ctx, frozenset({"one"})), values)
    lines = [Line(*row) for row in rows]
    if not lines or not await _items(ctx, lines):
        raise NotFound
    return lines[0]


async def _about(ctx: Ctx, definition: ObjectDef) -> list[str]:
    """Return the ids of the settings that are about an object: its fields, itself, and records
    that name it.
    """
    own = (custom_field.c.object, custom_field.c.id), (custom_object.c.name, custom_object.c.id)
    found: list[str] = []
    for named, id_ in own:
        query = sa.select(id_).where(named == sa.literal(definition.name))
        found += await _ids(ctx, query)
    for each in ctx.registry.objects.values():
        facts = each.facts.configuration
        # skip one-door: only ids, whose lines are shown with the reader's rights
        query = sa.select(each.table.c.id)
        if facts and facts.subject == definition.name:
            found += await _ids(ctx, query)
        elif facts and facts.about is not None:
            column = each.fields[facts.about].columns(each.table)[0]
            found += await _ids(ctx, query.where(column == definition.name))
    return found


async def _ids(ctx: Ctx, query: sa.Select[Any]) -> list[str]:
    statement = compile_statement(query, ctx.database.dialect)
    return [row[0] for row in await ctx.database.read(statement, {})]


async def _items(ctx: Ctx, lines: Sequence[Line]) -> list[dict[str, Any]]:
    items = {line.seq: _plain_item(ctx, line) for line in lines if line.kind in PLAIN}
    for name in {line.kind for line in lines} - set(PLAIN):
        group = [line for line in lines if line.kind == name]
        seen = await seen_records(ctx, name, [line.id for line in group])
        names = await names_of(ctx, name, sorted(seen))
        for line in group:
            if line.id in seen:
                items[line.seq] = _record_item(ctx, line, names.get(line.id))
    shown = [items[line.seq] for line in lines if line.seq in items]
    await name_links(ctx, shown)
    await name_actors(ctx, shown)
    return shown


def _item(ctx: Ctx, line: Line, name: str | None, about: str | None) -> dict[str, Any]:
    return {
        "id": str(line.seq),
        "at": line.at,
        "actor": {"id": line.actor, "name": None, "object": "user"},
        "source": line.source,
        "change_set": line.change_set,
        "kind": line.kind,
        "kind_label": kind_label(ctx, line.kind),
        "record": {"id": line.id, "name": name, "object": line.kind},
        "about": about,
        "verb": line.verb,
    }


def _plain_item(ctx: Ctx, line: Line) -> dict[str, Any]:
    payload = line.payload or {}
    about = payload.get("about") or {}
    target = ctx.registry.get(about.get("object") or "") if line.kind == FIELD else None
    name = name_of_setting(ctx, line.kind, about)
    # what is erased cannot be brought back
    known = line.payload is not None and line.verb != "purge"
    return {
        **_item(ctx, line, name, target.plural(ctx.locale) if target else None),
        "changes": told_changes(ctx, line.kind, line.verb, payload),
        "revertible": known,
    }


def _record_item(ctx: Ctx, line: Line, name: str | None) -> dict[str, Any]:
    definition = ctx.registry[line.kind]
    plain = readable_changes(ctx, definition, line.payload or {})
    about = definition.facts.configuration.about
    target = next((each["after"] or each["before"] for each in plain if each["field"] == about), "")
    known = ctx.registry.get(str(target))
    named = known.plural(ctx.locale) if known is not None else str(target) or None
    written = next((each for each in plain if each["field"] == "name"), {})
    told = name or written.get("after") or written.get("before")
    return {
        **_item(ctx, line, told, named),
        "changes": told_changes(ctx, line.kind, line.verb, {"plain": plain}),
        "revertible": line.verb != "purge",
    }
