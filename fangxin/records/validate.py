"""What a write may hold: fields that exist and may be written, values that their types accept,
links that lead somewhere visible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from fangxin.access.scope import predicate, scope_values
from fangxin.fields.base import Environment, Field
from fangxin.fields.lines import inner_links
from fangxin.fields.named import rename
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import (
    FieldError,
    FieldProblem,
    Forbidden,
    Invalid,
)
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import is_id
from fangxin.kernel.sql import InArray, Statement, compile_statement
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.plans import remember


def accept(
    ctx: Ctx, definition: ObjectDef, body: Any, env: Environment, *, pointer: str = ""
) -> dict[str, Any]:
    """Turn a JSON body into values of fields the actor may write.

    Raises Invalid naming every bad field, else Forbidden naming every field that may be seen but
    not written.
    """
    if not isinstance(body, Mapping):
        problem = FieldProblem(
            pointer or "/", "wrong_type", "An object with field keys is needed here."
        )
        raise Invalid(errors=[problem])
    readable, editable = ctx.rights.readable(definition), ctx.rights.editable(definition)
    values: dict[str, Any] = {}
    faults: list[FieldProblem] = []
    closed: list[FieldProblem] = []
    for key, wire in body.items():
        field = definition.fields.get(key)
        here = f"{pointer}/{key}"
        if field is None or key not in readable:
            known = {"object": definition.name, "field": str(key)[:80]}
            faults.append(
                FieldProblem(here, "unknown_field", "{object} has no field {field}.", known)
            )
        elif field.read_only:
            faults.append(_read_only(ctx, definition, field, here))
        elif key not in editable:
            closed.append(FieldProblem(here, "not_editable", "Your role may not edit this field."))
        else:
            _read(field, wire, env, here, values, faults)
    if faults:
        raise Invalid(errors=faults)
    if closed:
        raise Forbidden(
            "Your role may not edit some of these fields.", code="field_forbidden", errors=closed
        )
    return values


def _read_only(ctx: Ctx, definition: ObjectDef, field: Field, pointer: str) -> FieldProblem:
    """Say what fills a field: a state moves by the object's actions."""
    labels = [translate(ctx.locale, each.label) for each in definition.facts.actions]
    if not field.options or not labels:
        return FieldProblem(pointer, "read_only", "This field is filled by the system.")
    message = "Only actions change this: {actions}."
    return FieldProblem(pointer, "read_only", message, {"actions": ", ".join(labels)})


def _read(
    field: Field,
    wire: Any,
    env: Environment,
    pointer: str,
    values: dict[str, Any],
    faults: list[FieldProblem],
) -> None:
    try:
        value = None if wire is None else field.type.read(field, wire, env)
        if value is not None:
            field.type.store(field, value)
    except FieldError as error:
        faults += error.all_at(pointer)
        return
    values[field.key] = value


def given_version(body: Any) -> int | None:
    """Return the version that a body says its sender has seen, or raise Invalid."""
    version = body.get("version") if isinstance(body, Mapping) else None
    if version is None or (isinstance(version, int) and not isinstance(version, bool)):
        return version
    raise Invalid(errors=[FieldProblem("/version", "wrong_type", "A whole number is needed here.")])


def fill_defaults(
    ctx: Ctx, definition: ObjectDef, changes: Sequence[Change], env: Environment
) -> None:
    """Give new records their fields' defaults, the actor as owner and his department."""
    defaults = [
        each
        for each in definition.fields.values()
        if each.default is not None and not each.type.numbered
    ]
    actor = ctx.actor.id if ctx.actor.kind == "user" else None
    for change in changes:
        for field in defaults:
            if field.key not in change.values:
                change.values[field.key] = field.type.read(field, field.default, env)
        if "owner" not in change.values and not definition.facts.open_to_all:
            change.values["owner"] = actor
        if "department" not in change.values and change.values.get("owner") == actor:
            change.values["department"] = ctx.department if actor else None


def copy_titles(definition: ObjectDef, changes: Sequence[Change]) -> None:
    """Keep `name` equal to the field that titles the object."""
    title = definition.facts.title
    if title == "name":
        return
    limit = definition.fields["name"].max_length or 255
    for change in changes:
        if title in change.values:
            text = change.values[title]
            change.values["name"] = None if text is None else str(text)[:limit]


def settle_names(locale: str, definition: ObjectDef, changes: Sequence[Change]) -> None:
    """Keep `name` and the names by language in step."""
    key = definition.facts.names
    for change in changes:
        if key is not None and change.before is not None and change.verb == "update":
            rename(locale, key, change.before, change.values)


@lru_cache(maxsize=1000)
def _required(definition: ObjectDef) -> tuple[str, ...]:
    return tuple(
        key for key, each in definition.fields.items() if each.required and not each.system
    )


def missing_fields(definition: ObjectDef, change: Change) -> list[FieldProblem]:
    """Return a problem for each required field that would be empty."""
    return [
        FieldProblem(f"/{key}", "required", "This field is required.")
        for key in _required(definition)
        if change.get(key) is None and (change.before is None or key in change.values)
    ]


@dataclass(frozen=True, slots=True)
class Target:
    """A record that a link may point to."""

    id: str
    natural: str | None
    department: str | None
    links: Mapping[str, Any]


def _target_statement(ctx: Ctx, target: ObjectDef, sight: str) -> Statement:
    """Select id, department, natural key, time of deletion and own links of the visible ones among
    ids and natural keys.
    """
    table = target.table
    natural = target.facts.natural_key
    key = target.fields[natural].columns(table)[0] if natural else sa.null()
    wanted: sa.ColumnElement[bool] = InArray(table.c.id, "ids")
    if natural:
        wanted = sa.or_(wanted, InArray(key, "words"))
    # deleted ones are told apart afterwards: as a condition it opens the way over a partial index,
    # which PostgreSQL walks from end to end while it still takes a young table for an empty one
    conditions = [wanted, *target.where(table)]
    allowed = predicate(ctx.rights, ctx.registry, target, table, sight)
    if allowed is not None:
        conditions.append(allowed)
    links = [f.columns(table)[0].label(f"l_{f.key}") for f in target.links if not f.custom]
    statement = sa.select(
        table.c.id, table.c.department_id, key.label("natural"), table.c.deleted_at, *links
    ).where(*conditions)
    if natural:
        # several may share a natural key, and the oldest comes first; ids alone need no order
        statement = statement.order_by(table.c.created_at, table.c.id)
    return compile_statement(statement, ctx.database.dialect)


async def _targets(
    ctx: Ctx, tx: Tx, target: ObjectDef, references: Sequence[str]
) -> dict[str, list[Target]]:
    shape = ("targets", target.name, ctx.rights.read_shape)
    statement = remember(ctx.registry, shape, lambda: _target_statement(ctx, target, "read"))
    ids = sorted({each for each in references if is_id(each)})
    words = sorted({each for each in references if not is_id(each)})
    rows = await tx.fetch(statement, {**scope_values(ctx), "ids": ids, "words": words})
    keys = [field.key for field in target.links if not field.custom]
    found: dict[str, list[Target]] = {}
    for row in rows:
        if row[3] is not None:
            continue
        each = Target(row[0], row[2], row[1], dict(zip(keys, row[4:], strict=False)))
        found.setdefault(each.id, []).append(each)
        if each.natural is not None:
            found.setdefault(each.natural, []).append(each)
    return found


def _choose(change: Change, candidates: Sequence[Target]) -> Target:
    """Prefer, among records with one natural key, the one whose own links agree with the
    change's.
    """
    if len(candidates) == 1:
        return candidates[0]

    def agreement(target: Target) -> int:
        return sum(change.get(key) == value for key, value in target.links.items() if value)

    return max(candidates, key=agreement)


async def resolve_links(
    ctx: Ctx,
    tx: Tx,
    definition: ObjectDef,
    changes: Sequence[Change],
    given: Mapping[str, Mapping[str, Any]],
    refuse: Callable[[Change, Invalid], None],
) -> None:
    """Check set-wise that links lead to records the actor may see; natural keys become ids,
    departments follow owners.

    `given` holds the values by record id as the client gave them: what a module put in stands.
    """
    pending: dict[str, list[tuple[Change, Field]]] = {}
    # one's own account and department need no look-up
    own = {"owner": ctx.actor.id, "department": ctx.department}
    for change in changes:
        for field in definition.links:
            value = change.values.get(field.key)
            if value is None or not change.changes(field.key):
                continue
            known = own.get(field.key) == value or given[change.id].get(field.key) != value
            if field.key == "owner" and value == ctx.actor.id and not definition.facts.open_to_all:
                change.values.setdefault("department", ctx.department)
            if not known:
                pending.setdefault(str(field.target), []).append((change, field))
    for name, places in pending.items():
        references = [change.values[field.key] for change, field in places]
        found = await _targets(ctx, tx, ctx.registry[name], references)
        for change, field in places:
            # what is open to all is no department's: a user's department is where he works
            _place(change, field, found, refuse, follow=not definition.facts.open_to_all)
    await _resolve_references(ctx, tx, definition, changes, refuse)
    await _resolve_lines(ctx, tx, definition, changes, refuse)


def _place(
    change: Change,
    field: Field,
    found: Mapping[str, Sequence[Target]],
    refuse: Callable[[Change, Invalid], None],
    *,
    follow: bool,
) -> None:
    candidates = found.get(change.values[field.key])
    if not candidates:
        refuse(change, _unknown_link(field, change.values[field.key]))
        return
    target = _choose(change, candidates)
    change.values[field.key] = target.id
    if follow and field.key == "owner" and "department" not in change.values:
        change.values["department"] = target.department


def _unknown_link(field: Field, reference: Any, place: str = "") -> Invalid:
    problem = FieldProblem(
        f"{place}/{field.key}",
        "unknown_link",
        "There is no {object} {reference}, or you may not see it.",
        {"object": field.target or "record", "reference": str(reference)[:80]},
    )
    return Invalid(errors=[problem])


async def _resolve_references(
    ctx: Ctx,
    tx: Tx,
    definition: ObjectDef,
    changes: Sequence[Change],
    refuse: Callable[[Change, Invalid], None],
) -> None:
    for field in definition.fields.values():
        if not field.type.references:
            continue
        by_object: dict[str, list[Change]] = {}
        for change in changes:
            if change.changes(field.key) and change.values[field.key] is not None:
                by_object.setdefault(change.values[field.key].object, []).append(change)
        for word, group in by_object.items():
            target = ctx.registry.get(word)
            readable = target is not None and ctx.rights.scope(target.name, "read").kind != "none"
            ids = [change.values[field.key].id for change in group]
            found = await _targets(ctx, tx, target, ids) if target and readable else {}
            for change in group:
                reference = change.values[field.key]
                if reference.id not in found or target is None:
                    refuse(change, _unknown_link(field, reference.id))
                else:
                    change.values[field.key] = reference._replace(object=target.name)


async def _resolve_lines(
    ctx: Ctx,
    tx: Tx,
    definition: ObjectDef,
    changes: Sequence[Change],
    refuse: Callable[[Change, Invalid], None],
) -> None:
    """Check the links inside lines; those that stood there before are left alone."""
    for field in definition.fields.values():
        for link in inner_links(field):
            cells = [
                (change, index, line)
                for change in changes
                if change.changes(field.key)
                for held in [
                    {line[link.key] for line in (change.before or {}).get(field.key) or ()}
                ]
                for index, line in enumerate(change.values[field.key] or ())
                if line[link.key] is not None and line[link.key] not in held
            ]
            references = [line[link.key] for _, _, line in cells]
            target = ctx.registry[str(link.target)]
            found = await _targets(ctx, tx, target, references) if references else {}
            refused: dict[str, Invalid] = {}
            for change, index, line in cells:
                if candidates := found.get(line[link.key]):
                    line[link.key] = candidates[0].id
                    continue
                error = _unknown_link(link, line[link.key], f"/{field.key}/{index}")
                refused.setdefault(change.id, Invalid()).errors += error.errors
            for change in [each for each in changes if each.id in refused]:
                refuse(change, refused[change.id])
