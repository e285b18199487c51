"""Writing records. Every write, whoever makes it, goes through the steps of `write_many`, in one
transaction with its log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fangxin.access.departments import refuse_places
from fangxin.access.shares import write_shares
from fangxin.fields.settings import SHARES
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import ConstraintViolated, Tx
from fangxin.kernel.errors import Conflict, FangxinError, Forbidden, Invalid, NotFound
from fangxin.kernel.idempotency import keyed
from fangxin.kernel.ids import is_id, new_id
from fangxin.linking.links import write_links
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records import hooks
from fangxin.records.attaching import attach_files
from fangxin.records.circles import refuse_circles
from fangxin.records.duplicates import refuse_duplicates
from fangxin.records.holding import refuse_held
from fangxin.records.hooks import Refuse
from fangxin.records.indexes import index_rows, search_keys, unindex_rows
from fangxin.records.keys import claim_unique_keys, moves_keys, write_duplicate_keys
from fangxin.records.log import log
from fangxin.records.numbering import give_numbers, numbered_anew, reserve_numbers
from fangxin.records.reading import environment, get_many, readable_object
from fangxin.records.sharing import refuse_sharing
from fangxin.records.validate import (
    accept,
    copy_titles,
    fill_defaults,
    given_version,
    missing_fields,
    resolve_links,
    settle_names,
)

Body = Mapping[str, Any]


def require(ctx: Ctx, word: str, action: str) -> ObjectDef:
    """Return the object if the actor's role grants `action` on any of its rows, or raise
    Forbidden.
    """
    definition: ObjectDef = readable_object(ctx, word)
    if ctx.rights.scope(definition.name, action).kind == "none":
        values = {"object": definition.plural(ctx.locale)}
        raise Forbidden("Your role does not allow this for {object}.", values=values)
    return definition


async def run_unit(ctx: Ctx, unit: Any) -> Any:
    """Run a unit of work, with the request's idempotency key if it has one, and name what a
    constraint refused.
    """
    try:
        return await ctx.database.write(keyed(ctx, unit) if ctx.request_key is not None else unit)
    except ConstraintViolated as error:
        if error.kind == "check":
            raise Conflict(
                "The amounts would no longer agree with each other. Look at the record again.",
                code="out_of_balance",
            ) from error
        raise Conflict(
            "Other records point to this one, or it repeats a value that must be unique.",
            code="in_use" if error.kind == "foreign_key" else "not_unique",
        ) from error


# ---------------------------------------------------------------- the steps of a write


async def write_many(
    ctx: Ctx,
    tx: Tx,
    object: str,
    verb: str,
    changes: Sequence[Change],
    *,
    refuse: Refuse | None = None,
    check_duplicates: bool = False,
) -> list[Change]:
    """Write changes of one object (each record once) inside a unit and return those that were
    written.

    Values are accepted already. Without `refuse` the first refusal is raised; with it, refused
    changes are handed over and left out. Updates that change nothing write nothing.
    """
    definition = ctx.registry[object]
    left = _Left(changes, refuse)
    await _load_before(ctx, tx, definition, verb, left)
    if verb in {"create", "update"}:
        await _settle_values(ctx, tx, definition, verb, left)
        if check_duplicates and verb == "create":
            await refuse_duplicates(ctx, tx, definition, left.changes)
    await hooks.call(definition.facts.check, ctx, tx, left.changes, left.refuse)
    # the demonstration comes and goes as a whole
    if verb in {"delete", "purge"} and ctx.source != "demo":
        await refuse_held(ctx, tx, definition, left.changes, left.drop)
    if definition.guard is not None and left.changes:
        await definition.guard(ctx, tx, definition, left.changes, left.drop)
    if verb == "update":
        await refuse_circles(ctx, tx, definition, left.changes, left.drop)
    await _store(ctx, tx, definition, verb, left.changes)
    await index_changes(tx, definition, verb, left.changes)
    group = await log(ctx, tx, definition, left.changes)
    # what follows from a write is told, and undone, with it
    within = ctx if group is None else ctx.within(group)
    if verb in {"create", "update"}:
        await attach_files(within, tx, definition, left.changes, write_many)
    await hooks.call(definition.facts.after, within, tx, left.changes, None)
    return left.changes


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
        if row is None or not row.seen or (row.deleted and verb not in {"purge", "restore"}):
            left.drop(change, NotFound())
        elif verb == "restore" and not row.deleted:
            left.drop(change, Conflict("This record is not deleted.", code="not_deleted"))
        elif not row.allowed:
            left.drop(change, Forbidden("You may see this record, but not change it."))
        elif change.version is not None and change.version != row.version:
            left.drop(change, Stale(row.values))
        else:
            change.before, change.version, change.verb = row.values, row.version, verb


class Stale(Conflict):
    """The record has another version by now; `current` is filled by the caller that answers a
    client.
    """

    code = "stale"
    detail = "Someone else changed this record meanwhile. Look at their change and save again."

    def __init__(self, current: Mapping[str, Any]) -> None:
        super().__init__(extra={"version": current["version"]})


async def _settle_values(ctx: Ctx, tx: Tx, definition: ObjectDef, verb: str, left: _Left) -> None:
    """Defaults, the module's prepare and transition, links, required fields, unchanged ones out."""
    env = environment(ctx)
    for change in left.changes:
        change.verb, change.extra["given"] = verb, frozenset(change.values)
    if verb == "create":
        fill_defaults(ctx, definition, left.changes, env)
    await give_numbers(ctx, tx, definition, left.changes, fresh=verb == "create")
    prepare = definition.facts.prepare
    # as they are given, before a module puts anything in
    given = {c.id: dict(c.values) if prepare else c.values for c in left.changes}
    await hooks.call(prepare, ctx, tx, left.changes, left.refuse)
    refuse_places(ctx, definition, verb, left.changes, given, left.drop)
    await refuse_sharing(ctx, tx, definition, left.changes, left.drop)
    await resolve_links(ctx, tx, definition, left.changes, given, left.drop)
    if verb == "update":
        await hooks.transition(ctx, tx, definition, left.changes, left.refuse)
    copy_titles(definition, left.changes)
    settle_names(ctx.locale, definition, left.changes)
    for change in list(left.changes):
        missing = missing_fields(definition, change)
        if missing:
            left.drop(change, Invalid(errors=missing))
    if verb == "update":
        left.changes = [c for c in left.changes if any(c.changes(key) for key in c.values)]


async def _store(
    ctx: Ctx, tx: Tx, definition: ObjectDef, verb: str, changes: Sequence[Change]
) -> None:
    if not changes:
        return
    # before the rows: whether those stay in scope may hang on their links
    await write_links(tx, definition.listing, verb, changes)
    if definition.seals is not None:
        definition.seals.shut(changes)
    if verb == "create":
        await store.insert(ctx, tx, definition, changes)
    elif verb == "update":
        await store.update(ctx, tx, definition, changes)
    elif verb == "purge":
        await store.erase(tx, definition, [change.id for change in changes])
    else:
        await store.mark_deleted(ctx, tx, definition, changes, deleted=verb == "delete")


async def index_changes(
    tx: Tx, definition: ObjectDef, verb: str, changes: Sequence[Change]
) -> None:
    """Keep search rows, duplicate keys and unique keys in step with the rows."""
    if not changes:
        return
    if verb in {"delete", "purge"}:
        await unindex_rows(tx, [change.id for change in changes])
        if verb == "purge":
            await write_shares(tx, definition, [(change.id, ()) for change in changes])
        return
    new = verb == "create"
    fresh = new or verb == "restore"
    after = [(c, {**c.before, **c.values} if c.before else c.values) for c in changes]
    keyed_: list[tuple[str, Mapping[str, Any]]] = [
        (change.id, values) for change, values in after if fresh or moves_keys(definition, change)
    ]
    await claim_unique_keys(tx, definition, keyed_, fresh=fresh)
    await write_duplicate_keys(tx, definition, keyed_, fresh=fresh, new=new)
    shared = [
        (change.id, values.get(SHARES) or ()) for change, values in after if change.changes(SHARES)
    ]
    await write_shares(tx, definition, shared)
    searched = search_keys(definition)
    await index_rows(
        tx,
        [
            (definition, change.id, values.get("owner"), values.get("department"), values)
            for change, values in after
            if fresh or any(change.changes(key) for key in searched)
        ],
        new=new,
    )


# ---------------------------------------------------------------- one record


async def create(
    ctx: Ctx, object: str, body: Body, *, allow_duplicates: bool = False
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

    made: dict[str, Any] = await numbered_anew(ctx, [definition], lambda: run_unit(ctx, unit))
    return made


async def read_back(
    ctx: Ctx, tx: Tx, definition: ObjectDef, id: str, version: int
) -> dict[str, Any]:
    """Return a record just written, as far as the actor may see it."""
    found = await get_many(ctx, definition, [id], None, tx.fetch)
    return found[0] if found else {"id": id, "version": version}


async def update(
    ctx: Ctx, object: str, id: str, body: Body, *, version: int | None = None
) -> dict[str, Any]:
    """Change some fields and return the record. With `version`, refuse to write over another's
    change.
    """
    definition = require(ctx, object, "update")
    check_id(id)
    plain: Any = body
    if isinstance(body, dict) and "version" in body:
        plain = {key: value for key, value in body.items() if key != "version"}
        version = given_version(body) if version is None else version
    values = await _accept_seen(ctx, definition, id, plain)

    async def unit(tx: Tx) -> dict[str, Any]:
        change = Change(definition.name, id, "update", dict(values), version=version)
        await write_many(ctx, tx, definition.name, "update", [change])
        return await read_back(ctx, tx, definition, id, change.version or 1)

    try:
        changed: dict[str, Any] = await run_unit(ctx, unit)
    except Stale as error:
        raise await with_current(ctx, definition, id, values, error) from error
    return changed


async def _accept_seen(ctx: Ctx, definition: ObjectDef, id: str, body: Any) -> dict[str, Any]:
    """Accept a body; when it is bad, say so only to somebody who may see the record."""
    try:
        return accept(ctx, definition, body, environment(ctx))
    except FangxinError:
        if not await get_many(ctx, definition, [id], ["id"]):
            raise NotFound from None
        raise


async def with_current(
    ctx: Ctx, definition: ObjectDef, id: str, values: Mapping[str, Any], error: Conflict
) -> Conflict:
    """Add the other side's record to a stale refusal."""
    current = await get_many(ctx, definition, [id])
    extra = {"current": current[0] if current else None, "changed": sorted(values)}
    return Conflict(error.detail, code="stale", extra=extra)


def check_id(id: str) -> None:
    """Raise NotFound for what cannot be an id."""
    if not is_id(id):
        raise NotFound


async def _one(ctx: Ctx, object: str, id: str, verb: str, version: int | None) -> Any:
    definition = require(ctx, object, "delete")
    check_id(id)

    async def unit(tx: Tx) -> dict[str, Any]:
        if verb == "purge":
            await _require_in_bin(ctx, tx, definition, id)
        change = Change(definition.name, id, verb, {}, version=version)
        await write_many(ctx, tx, definition.name, verb, [change])
        return await read_back(ctx, tx, definition, id, change.version or 1)

    try:
        return await run_unit(ctx, unit)
    except Stale as error:
        raise await with_current(ctx, definition, id, {}, error) from error


async def _require_in_bin(ctx: Ctx, tx: Tx, definition: ObjectDef, id: str) -> None:
    row = (await store.load(ctx, tx, definition, [id], "delete")).get(id)
    if row is not None and row.seen and not row.deleted:
        raise Conflict(
            "Delete the record first; the recycle bin removes it for good.", code="alive"
        )


async def delete(ctx: Ctx, object: str, id: str, *, version: int | None = None) -> None:
    """Move a record into the recycle bin."""
    await _one(ctx, object, id, "delete", version)


async def restore(ctx: Ctx, object: str, id: str) -> dict[str, Any]:
    """Take a record out of the recycle bin and return it."""
    restored: dict[str, Any] = await _one(ctx, object, id, "restore", None)
    return restored


async def purge(ctx: Ctx, object: str, id: str) -> None:
    """Remove a record in the recycle bin for good; only who may administer settings does that.
    The log keeps its last state.
    """
    if not ctx.rights.allows("admin.settings"):
        raise Forbidden
    await _one(ctx, object, id, "purge", None)
