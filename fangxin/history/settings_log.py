"""The settings history: who changed which setting, with both sides in the reader's words.

It shows what the log has of custom fields and objects, of the company's settings, and of records
that are settings; the last as everywhere with the reader's field rights and scope.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Final

import sqlalchemy as sa

from fangxin.history.change_sets import SETTINGS_RIGHT, undoable
from fangxin.history.entries import name_actors, name_links, readable_changes, seen_records
from fangxin.history.noting import FIELD, PLAIN, VIEW
from fangxin.history.telling import kind_label, name_of_setting, told_changes
from fangxin.kernel.clock import from_stored, to_stored
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.errors import FieldProblem, Forbidden, Invalid, NotFound
from fangxin.kernel.sql import Id, InArray, JsonPath, Statement, Timestamp, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.plans import remember
from fangxin.records.reading import names_of
from fangxin.records.tables import change, change_payload, change_set

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
    *(change.c.version, change_set.c.state, change_set.c.kind, change_set.c.object),
    *(change_set.c.count, change_set.c.undone_by_id, change_set.c.undoes_id),
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
    # of the change set
    set_kind: str
    set_object: str
    count: int
    undone_by: str | None
    undoes: str | None


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


def _told_about() -> sa.ColumnElement[bool]:
    """The line itself says that it is about the object: what it told of may be gone."""
    about = JsonPath(change_payload.c.payload, ("about", "object"), sa.Text())
    return sa.and_(InArray(change.c.object, "plain"), about == sa.bindparam("about"))


def _statement(ctx: Ctx, asked: frozenset[str]) -> Statement:
    def make() -> Statement:
        place = sa.tuple_(
            sa.bindparam("at", type_=Timestamp()), sa.bindparam("seq", type_=sa.BigInteger())
        )
        conditions: dict[str, sa.ColumnElement[bool]] = {
            "actor": change.c.actor_id == sa.bindparam("actor", type_=Id()),
            "ids": sa.or_(InArray(change.c.record_id, "ids"), _told_about()),
            "at": sa.tuple_(change_set.c.at, change.c.seq) < place,
            "one": change.c.seq == sa.bindparam("one", type_=sa.BigInteger()),
            "set": change_set.c.id == sa.bindparam("set", type_=Id()),
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


@dataclass(frozen=True, slots=True)
class Asked:
    """Which changes are meant: of one kind, about one object, of one setting (`record`), by one
    person, of one change set; None asks for all.
    """

    kind: str | None = None
    object: str | None = None
    record: str | None = None
    actor: str | None = None
    change_set: str | None = None


async def settings_log(
    ctx: Ctx, asked: Asked, *, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """Return {"items", "next", "kinds"}: the changes of settings that are asked for, newest
    first.
    """
    require_reader(ctx)
    kinds = kinds_of(ctx)
    if asked.kind is not None and asked.kind not in kinds:
        message, known = "The kinds are {kinds}.", {"kinds": ", ".join(kinds)}
        raise Invalid(errors=[FieldProblem("/kind", "unknown_kind", message, known)])
    values = await _values(ctx, asked, kinds) | {"limit": limit + 1}
    bound = binding("settings_log", *astuple(asked), ctx.actor.id)
    if cursor:
        _, (at, seq) = unseal(ctx.services.secret, bound, cursor)
        values |= {"at": from_stored(at), "seq": seq}
    chosen = frozenset(values.keys() & {"actor", "ids", "at", "set"})
    rows = await ctx.database.read(_statement(ctx, chosen), values)
    lines = [Line(*row) for row in rows]
    following = None
    if len(lines) > limit:
        last = lines[limit - 1]
        keys = [to_stored(last.at), last.seq]
        following = seal(ctx.services.secret, bound, "settings_log", keys)
    named = [{"key": each, "label": kind_label(ctx, each)} for each in kinds]
    return {"items": await _items(ctx, lines[:limit]), "next": following, "kinds": named}


async def _values(ctx: Ctx, asked: Asked, kinds: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {"kinds": kinds if asked.kind is None else [asked.kind]}
    if asked.actor is not None:
        values["actor"] = asked.actor
    if asked.change_set is not None:
        values["set"] = asked.change_set
    if asked.record is not None:
        values |= {"ids": [asked.record], "plain": [], "about": ""}
    elif asked.object is not None:
        definition = ctx.registry[asked.object]
        values["ids"] = await _about(ctx, definition)
        values |= {"plain": list(PLAIN), "about": definition.name}
    return values


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
    """Return the ids of the records that are settings about an object."""
    found: list[str] = []
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
        "set": {
            "kind": line.set_kind,
            "object": line.set_object,
            "count": line.count,
            "undoes": line.undoes,
            "undoable": undoable(
                ctx, {"at": line.at, "state": line.state, "undone_by_id": line.undone_by}
            ),
        },
        "kind": line.kind,
        "kind_label": kind_label(ctx, line.kind),
        "record": {"id": line.id, "name": name, "object": line.kind},
        "about": about,
        "verb": line.verb,
    }


def _plain_item(ctx: Ctx, line: Line) -> dict[str, Any]:
    payload = line.payload or {}
    about = payload.get("about") or {}
    inside = line.kind in {FIELD, VIEW}
    target = ctx.registry.get(about.get("object") or "") if inside else None
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
    plain = readable_changes(ctx, definition, line.id, line.payload or {})
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
