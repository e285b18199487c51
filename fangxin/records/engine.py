"""Writing records. Every write, whoever makes it, goes through the steps of `write_many`, in one transaction with its log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fangxin.fields.base import Environment
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import ConstraintViolated, Tx
from fangxin.kernel.errors import (
    Conflict,
    FangxinError,
    FieldError,
    FieldProblem,
    Forbidden,
    Invalid,
    NotFound,
)
from fangxin.kernel.ids import is_id, new_id
from fangxin.objects.declare import Action, Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records import hooks
from fangxin.records.hooks import Refuse
from fangxin.records.idempotency import keyed
from fangxin.records.indexes import index_rows, search_keys, unindex_rows
from fangxin.records.keys import (
    find_duplicates,
    refuse_taken,
    write_duplicate_keys,
    write_unique_keys,
)
from fangxin.records.reading import environment, find_ids, get_many, readable_object
from fangxin.records.validate import (
    accept,
    copy_titles,
    fill_defaults,
    missing_fields,
    resolve_links,
)

Body = Mapping[str, Any]


def require(ctx: Ctx, word: str, action: str) -> ObjectDef:
    """Return the object if the actor's role grants `action` on any of its rows, or raise Forbidden."""
    definition: ObjectDef = readable_object(ctx, word)
    if ctx.rights.scope(definition.name, action).kind == "none":
        raise Forbidden(
            "Your role does not allow you to {action} {object}.",
            values={"action": action, "object": definition.facts.path},
        )
    return definition


async def run_unit(ctx: Ctx, unit: Any) -> Any:
    """Run a unit of work, with the request's idempotency key if it has one, and name what a constraint refused."""
    try:
        return await ctx.database.write(keyed(ctx, unit) if ctx.request_key is not None else unit)
    except ConstraintViolated as error:
        raise Conflict(
            "Other records point to this one, or it repeats a value that must be unique.",
            code="in_use" if error.kind == "foreign_key" else "not_unique",
        ) from error


# ---------------------------------------------------------------- the steps of a write


async def write_many(
    ctx: Ctx,
    tx: Tx,
    object: str,  # noqa: A002 - the field's own word
    verb: str,
    changes: Sequence[Change],
    *,
    refuse: Refuse | None = None,
    check_duplicates: bool = False,
) -> list[Change]:
    """Write changes of one object (each record once) inside a unit and return those that were written.

    Values are accepted already. Without `refuse` the first refusal is raised; with it, refused changes are handed over and
    left out. Updates that change nothing write nothing.
    """
    definition = ctx.registry[object]
    left = _Left(changes, refuse)
    await _load_before(ctx, tx, definition, verb, left)
    if verb in {"create", "update"}:
        await _settle_values(ctx, tx, definition, verb, left)
        if check_duplicates and verb == "create":
            await _refuse_duplicates(ctx, tx, definition, left.changes)
    await hooks.call(definition.facts.check, ctx, tx, left.changes, left.refuse)
    written = left.changes
    await _store(ctx, tx, definition, verb, written)
    await _index(tx, definition, verb, written)
    await store.log(ctx, tx, definition, written)
    await hooks.call(definition.facts.after, ctx, tx, written, None)
    return written


class _Left:
    """The changes that nobody has refused yet."""

    def __init__(self, changes: Sequence[Change], refuse: Refuse | None) -> None:
        self.changes = list(changes)
        self._refuse = refuse
        self.refuse: Refuse | None = None if refuse is None else self.drop

    def drop(self, change: Change, error: FangxinError) -> None:
        """Leave a change out and hand its error over, or raise it."""
        if self._refuse is None:
            raise error
        self.changes = [each for each in self.changes if each is not change]
        self._refuse(change, error)


async def _load_before(ctx: Ctx, tx: Tx, definition: ObjectDef, verb: str, left: _Left) -> None:
    if verb == "create":
        return
    action = {"restore": "delete", "purge": "delete"}.get(verb, verb)
    ids = [change.id for change in left.changes]
    rows = await store.load(ctx, tx, definition, ids, action)
    for change in list(left.changes):
        row = rows.get(change.id)
        wants_deleted = verb == "restore"
        if row is None or not row.seen or (verb != "purge" and row.deleted != wants_deleted):
            left.drop(change, NotFound())
        elif not row.allowed:
            left.drop(change, Forbidden("You may see this record, but not change it."))
        elif change.version is not None and change.version != row.version:
            left.drop(change, _Stale(row.values))
        else:
            change.before, change.version, change.verb = row.values, row.version, verb


class _Stale(Conflict):
    """The record has another version by now; `current` is filled by the caller that answers a client."""

    code = "stale"
    detail = "Someone else changed this record meanwhile. Look at their change and save again."

    def __init__(self, current: Mapping[str, Any]) -> None:
        super().__init__(extra={"version": current["version"]})


async def _settle_values(ctx: Ctx, tx: Tx, definition: ObjectDef, verb: str, left: _Left) -> None:
    """Defaults, the module's prepare and transition, links, required fields, unchanged ones out."""
    env = environment(ctx)
    if verb == "create":
        for change in left.changes:
            change.verb = verb
        fill_defaults(ctx, definition, left.changes, env)
        await _number(ctx, tx, definition, left.changes)
    await hooks.call(definition.facts.prepare, ctx, tx, left.changes, left.refuse)
    await resolve_links(ctx, tx, definition, left.changes, left.drop)
    if verb == "update":
        await hooks.transition(ctx, tx, definition, left.changes, left.refuse)
    copy_titles(definition, left.changes)
    for change in list(left.changes):
        missing = missing_fields(definition, change)
        if missing:
            left.drop(change, Invalid(errors=missing))
    if verb == "update":
        left.changes = [c for c in left.changes if any(c.changes(key) for key in c.values)]


async def _number(ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change]) -> None:
    """Give automatic numbers, drawn in blocks so that no two writers wait for each other."""
    for field in definition.fields.values():
        if not field.type.numbered:
            continue
        lacking = [change for change in changes if change.values.get(field.key) is None]
        if lacking:
            name = f"{definition.name}.{field.key}"
            numbers = await ctx.services.numbers.take(tx, name, len(lacking), ctx.clock().year)
            for change, number in zip(lacking, numbers, strict=True):
                change.values[field.key] = str(field.default).format(
                    year=ctx.clock().year, number=number
                )


async def reserve_numbers(ctx: Ctx, definition: ObjectDef, count: int) -> None:
    """Draw automatic numbers ahead of the unit that will use them."""
    for field in definition.fields.values():
        if field.type.numbered:
            name = f"{definition.name}.{field.key}"
            await ctx.services.numbers.reserve(ctx.database, name, count, ctx.clock().year)


async def _refuse_duplicates(
    ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change]
) -> None:
    entries = [(change.id, change.values) for change in changes]
    found = await find_duplicates(tx, definition, entries)
    if not found:
        return
    matched: dict[str, list[str]] = {}
    for each in found:
        keys = matched.setdefault(each.record_id, [])
        if each.field not in keys:
            keys.append(each.field)
    seen = await get_many(ctx, definition, list(matched)[:20], ["id", "name"], tx.fetch)
    names = {item["id"]: item["name"] for item in seen}
    # what the actor may not see is told without saying which one it is
    listed = [
        {
            "id": id_ if id_ in names else None,
            "name": names.get(id_),
            "object": definition.name,
            "matched_on": keys,
        }
        for id_, keys in list(matched.items())[:20]
    ]
    raise Conflict(
        "This looks like a record that is already there.",
        code="duplicate",
        extra={"duplicates": listed},
    )


async def _store(
    ctx: Ctx, tx: Tx, definition: ObjectDef, verb: str, changes: Sequence[Change]
) -> None:
    if not changes:
        return
    if verb == "create":
        await store.insert(ctx, tx, definition, changes)
    elif verb == "update":
        await store.update(ctx, tx, definition, changes)
    elif verb == "purge":
        await store.erase(tx, definition, [change.id for change in changes])
    else:
        await store.mark_deleted(ctx, tx, definition, changes, deleted=verb == "delete")


async def _index(tx: Tx, definition: ObjectDef, verb: str, changes: Sequence[Change]) -> None:
    """Keep search rows, duplicate keys and unique keys in step with the rows."""
    if not changes:
        return
    if verb in {"delete", "purge"}:
        await unindex_rows(tx, [change.id for change in changes])
        return
    fresh = verb in {"create", "restore"}
    after = [(change, {**(change.before or {}), **change.values}) for change in changes]
    keyed_: list[tuple[str, Mapping[str, Any]]] = [
        (change.id, values) for change, values in after if fresh or _key_moves(definition, change)
    ]
    refuse_taken(await write_unique_keys(tx, definition, keyed_, fresh=fresh))
    await write_duplicate_keys(tx, definition, keyed_, fresh=fresh)
    searched = search_keys(definition)
    await index_rows(
        tx,
        [
            (definition, change.id, values.get("owner"), values.get("department"), values)
            for change, values in after
            if fresh or any(change.changes(key) for key in searched)
        ],
    )


def _key_moves(definition: ObjectDef, change: Change) -> bool:
    return any(
        change.changes(field.key)
        for field in definition.fields.values()
        if field.unique or field.duplicate_key
    )


# ---------------------------------------------------------------- one record


async def create(
    ctx: Ctx,
    object: str,
    body: Body,
    *,
    allow_duplicates: bool = False,  # noqa: A002
) -> dict[str, Any]:
    """Create a record and return it as the actor sees it."""
    definition = require(ctx, object, "create")
    values = accept(ctx, definition, body, environment(ctx))
    await reserve_numbers(ctx, definition, 1)
    id_ = new_id()

    async def unit(tx: Tx) -> dict[str, Any]:
        change = Change(definition.name, id_, "create", dict(values))
        await write_many(
            ctx, tx, definition.name, "create", [change], check_duplicates=not allow_duplicates
        )
        return await read_back(ctx, tx, definition, id_, 1)

    made: dict[str, Any] = await run_unit(ctx, unit)
    return made


async def read_back(
    ctx: Ctx,
    tx: Tx,
    definition: ObjectDef,
    id: str,
    version: int,  # noqa: A002
) -> dict[str, Any]:
    """Return a record just written, as far as the actor may see it."""
    found = await get_many(ctx, definition, [id], None, tx.fetch)
    return found[0] if found else {"id": id, "version": version}


async def update(
    ctx: Ctx,
    object: str,
    id: str,
    body: Body,
    *,
    version: int | None = None,  # noqa: A002
) -> dict[str, Any]:
    """Change some fields and return the record. With `version`, refuse to write over another's change."""
    definition = require(ctx, object, "update")
    _check_id(id)
    plain = dict(body) if isinstance(body, Mapping) else body
    if version is None and isinstance(plain, dict) and isinstance(plain.get("version"), int):
        version = plain["version"]
    if isinstance(plain, dict):
        plain.pop("version", None)
    values = await _accept_seen(ctx, definition, id, plain)

    async def unit(tx: Tx) -> dict[str, Any]:
        change = Change(definition.name, id, "update", dict(values), version=version)
        await write_many(ctx, tx, definition.name, "update", [change])
        return await read_back(ctx, tx, definition, id, change.version or 1)

    try:
        changed: dict[str, Any] = await run_unit(ctx, unit)
    except _Stale as error:
        raise await _with_current(ctx, definition, id, values, error) from error
    return changed


async def _accept_seen(ctx: Ctx, definition: ObjectDef, id: str, body: Any) -> dict[str, Any]:  # noqa: A002
    """Accept a body; when it is bad, say so only to somebody who may see the record."""
    try:
        return accept(ctx, definition, body, environment(ctx))
    except FangxinError:
        if not await get_many(ctx, definition, [id], ["id"]):
            raise NotFound from None
        raise


async def _with_current(
    ctx: Ctx,
    definition: ObjectDef,
    id: str,
    values: Mapping[str, Any],
    error: Conflict,  # noqa: A002
) -> Conflict:
    """Add the other side's record to a stale refusal."""
    current = await get_many(ctx, definition, [id])
    extra = {"current": current[0] if current else None, "changed": sorted(values)}
    return Conflict(error.detail, code="stale", extra=extra)


def _check_id(id: str) -> None:  # noqa: A002
    if not is_id(id):
        raise NotFound


async def _one(ctx: Ctx, object: str, id: str, verb: str, version: int | None) -> Any:  # noqa: A002
    definition = require(ctx, object, "delete")
    _check_id(id)

    async def unit(tx: Tx) -> dict[str, Any]:
        change = Change(definition.name, id, verb, {}, version=version)
        await write_many(ctx, tx, definition.name, verb, [change])
        return await read_back(ctx, tx, definition, id, change.version or 1)

    return await run_unit(ctx, unit)


async def delete(ctx: Ctx, object: str, id: str, *, version: int | None = None) -> None:  # noqa: A002
    """Move a record into the recycle bin."""
    await _one(ctx, object, id, "delete", version)


async def restore(ctx: Ctx, object: str, id: str) -> dict[str, Any]:  # noqa: A002
    """Take a record out of the recycle bin and return it."""
    restored: dict[str, Any] = await _one(ctx, object, id, "restore", None)
    return restored


async def purge(ctx: Ctx, object: str, id: str) -> None:  # noqa: A002
    """Remove a record for good; only who may administer settings does that. The log keeps its last state."""
    if not ctx.rights.allows("admin.settings"):
        raise Forbidden
    await _one(ctx, object, id, "purge", None)


# ---------------------------------------------------------------- actions


def action_of(definition: ObjectDef, key: str) -> Action:
    """Return an action by key, or raise NotFound `unknown_action`."""
    for each in definition.facts.actions:
        if each.key == key:
            return each
    raise NotFound("There is no action {action}.", code="unknown_action", values={"action": key})


def read_params(action: Action, params: Any, env: Environment) -> dict[str, Any]:
    """Read an action's parameters by their fields, or raise Invalid naming each bad one."""
    given = params if isinstance(params, Mapping) else {}
    faults = [
        FieldProblem(
            f"/{key}", "unknown_field", "This action takes no {field}.", {"field": str(key)[:80]}
        )
        for key in given
        if all(key != field.key for field in action.params)
    ]
    values: dict[str, Any] = {}
    for field in action.params:
        wire = given.get(field.key)
        if wire is None:
            if field.required:
                faults.append(FieldProblem(f"/{field.key}", "required", "This field is required."))
            continue
        try:
            values[field.key] = field.type.read(field, wire, env)
        except FieldError as error:
            faults.append(error.at(f"/{field.key}"))
    if faults:
        raise Invalid(errors=faults)
    return values


async def act(
    ctx: Ctx,
    object: str,  # noqa: A002
    id: str,  # noqa: A002
    key: str,
    params: Any,
    *,
    version: int | None = None,
) -> dict[str, Any]:
    """Run an action on a record and return what it gives, or the record as it is then."""
    readable_object(ctx, object)
    definition: ObjectDef = ctx.registry[object]
    action = action_of(definition, key)
    _check_id(id)
    values = read_params(action, params, environment(ctx))
    group = ChangeSet(new_id(), "action", definition.name, f"{definition.name}.{key}")

    async def unit(tx: Tx) -> dict[str, Any]:
        inside = replace(ctx.within(group), request_key=None)
        record = await _loaded_for(inside, tx, definition, id, action, version)
        result = await action.run(inside, tx, definition, record, dict(values))
        return result or await read_back(ctx, tx, definition, id, record["version"])

    done: dict[str, Any] = await run_unit(ctx, unit)
    return done


async def _loaded_for(
    ctx: Ctx,
    tx: Tx,
    definition: ObjectDef,
    id: str,
    action: Action,
    version: int | None,  # noqa: A002
) -> dict[str, Any]:
    """Lock the record of an action and check sight, right, version and the action's own condition."""
    row = (await store.load(ctx, tx, definition, [id], action.right)).get(id)
    if row is None or not row.seen or row.deleted:
        raise NotFound
    if not row.allowed:
        raise Forbidden
    if version is not None and version != row.version:
        raise _Stale(row.values)
    if action.when is not None and not await meets(ctx, tx, definition, id, action.when):
        raise Conflict(
            "{action} is not possible in the record's present state.",
            code="action_not_possible",
            values={"action": action.label},
        )
    return dict(row.values)


async def meets(ctx: Ctx, tx: Tx, definition: ObjectDef, id: str, tree: Any) -> bool:  # noqa: A002
    """Tell whether a record meets a filter, by the same SQL that lists use."""
    both = {"all": [{"field": "id", "op": "is", "value": id}, dict(tree)]}
    return bool(await find_ids(ctx, definition, both, limit=1, fetch=tx.fetch))
