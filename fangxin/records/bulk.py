"""Writing many records at once: a batch of given ones, or everything that meets a filter, in slices
of the same steps.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FangxinError, FieldProblem, Invalid, NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import is_id, new_id
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records.engine import require, run_unit, write_many
from fangxin.records.numbering import numbered_anew, reserve_numbers
from fangxin.records.query import Narrow
from fangxin.records.reading import environment, find_ids, get_many
from fangxin.records.validate import accept, given_version

BATCH: Final = 1000
SLICE: Final = {"postgresql": 500, "sqlite": 250}
OPERATIONS: Final = ("create", "update", "delete")


@dataclass(slots=True)
class Item:
    """One operation of a batch and what became of it."""

    index: int
    operation: str
    id: str
    change: Change | None = None
    error: FangxinError | None = None
    record: dict[str, Any] | None = None

    def result(self) -> dict[str, Any]:
        """Return the item as the API tells it; `error` is an exception that the API turns into a
        problem.
        """
        made = {"index": self.index, "operation": self.operation, "id": self.id}
        if self.error is not None:
            return {**made, "status": self.error.status, "error": self.error}
        return {**made, "status": 201 if self.operation == "create" else 200, "record": self.record}


async def batch(
    ctx: Ctx,
    object: str,
    *,
    create: Sequence[Any] = (),
    update: Sequence[Any] = (),
    delete: Sequence[Any] = (),
    atomic: bool = False,
) -> dict[str, Any]:
    """Run up to BATCH operations as one change set: {"results", "change_set": None where nothing
    was written}.

    `atomic`: all or nothing, the first refusal is raised with its index. Else each succeeds or
    fails alone.
    """
    if len(create) + len(update) + len(delete) > BATCH:
        message = "A batch may hold {limit} operations."
        raise Invalid(errors=[FieldProblem("/", "too_many", message, {"limit": BATCH})])
    bodies = {"create": create, "update": update, "delete": delete}
    items: dict[str, list[Item]] = {}
    for operation in OPERATIONS:
        if bodies[operation]:
            definition = require(ctx, object, operation)
            items[operation] = [
                _item(ctx, definition, operation, index, body, atomic=atomic)
                for index, body in enumerate(bodies[operation])
            ]
        _refuse_repeated(operation, items.get(operation, ()), atomic=atomic)
    group = ChangeSet(new_id(), "bulk", ctx.registry[object].name)
    inside = ctx.within(group)
    if "create" in items:
        await reserve_numbers(ctx, ctx.registry[object], len(items["create"]))
    if atomic:
        return await _all_or_nothing(inside, ctx.registry[object], items, group.id)
    written = 0
    for operation, group_items in items.items():
        written += await _each_alone(inside, ctx.registry[object], operation, group_items)
    return _report(items, group.id if written else None)


def _report(items: Mapping[str, Sequence[Item]], change_set: str | None) -> dict[str, Any]:
    results = [item.result() for group in items.values() for item in group]
    return {"results": results, "change_set": change_set}


def _refuse_repeated(operation: str, items: Sequence[Item], *, atomic: bool) -> None:
    """A record may stand once in an operation: which of two changes came last could not be told."""
    seen: set[str] = set()
    for item in items:
        if item.error is None and item.id in seen:
            message = "The batch names this record twice."
            error = Invalid(errors=[FieldProblem("/id", "repeated_id", message)])
            if atomic:
                raise _at(error, operation, item.index)
            item.error = error
        seen.add(item.id)


def _item(
    ctx: Ctx, definition: ObjectDef, operation: str, index: int, body: Any, *, atomic: bool
) -> Item:
    if operation == "create":
        id_ = new_id()
    else:
        id_ = body if isinstance(body, str) else (body or {}).get("id", "")
    item = Item(index, operation, str(id_))
    try:
        if not is_id(item.id):
            raise NotFound
        values: dict[str, Any] = {}
        if operation != "delete":
            plain = body
            if operation == "update":
                plain = {k: v for k, v in dict(body).items() if k not in {"id", "version"}}
            values = accept(ctx, definition, plain, environment(ctx))
        known = given_version(body) if operation == "update" else None
        item.change = Change(
            definition.name, item.id, operation, values, version=known, position=index
        )
    except FangxinError as error:
        if atomic:
            raise _at(error, operation, index) from error
        item.error = error
    return item


def _at(error: FangxinError, operation: str, index: int) -> FangxinError:
    """Say in a refusal which operation of the batch it is about."""
    error.errors = [
        replace(each, pointer=f"/{operation}/{index}{each.pointer}") for each in error.errors
    ]
    error.extra |= {"operation": operation, "index": index}
    return error


async def _all_or_nothing(
    ctx: Ctx, definition: ObjectDef, items: Mapping[str, Sequence[Item]], change_set: str
) -> dict[str, Any]:
    async def unit(tx: Tx) -> dict[str, Any]:
        inside, written = replace(ctx, request_key=None), 0
        for operation, group in items.items():
            changes = [_fresh(item) for item in group]

            def refuse(change: Change, error: FangxinError, operation: str = operation) -> None:
                raise _at(error, operation, change.position)

            written += len(
                await write_many(inside, tx, definition.name, operation, changes, refuse=refuse)
            )
            await _read_back(inside, tx, definition, operation, group)
        # whole inside the unit, which keeps it under the request's key
        return _report(items, change_set if written else None)

    done: dict[str, Any] = await numbered_anew(ctx, [definition], lambda: run_unit(ctx, unit))
    return done


def _fresh(item: Item) -> Change:
    """Return a copy of the item's change: a unit may be run again and must find it untouched."""
    change = cast("Change", item.change)
    return replace(change, values=dict(change.values), before=None)


async def _read_back(
    ctx: Ctx, tx: Tx, definition: ObjectDef, operation: str, items: Sequence[Item]
) -> None:
    if operation == "delete":
        return
    rows = await get_many(ctx, definition, [item.id for item in items], None, tx.fetch)
    by_id = {row["id"]: row for row in rows}
    for item in items:
        item.record = by_id.get(item.id)


async def _each_alone(
    ctx: Ctx, definition: ObjectDef, operation: str, items: Sequence[Item]
) -> int:
    size = SLICE[ctx.database.dialect]
    good = [item for item in items if item.error is None]
    parts = [good[start : start + size] for start in range(0, len(good), size)]
    return sum([await _slice(ctx, definition, operation, part) for part in parts])


async def _slice(ctx: Ctx, definition: ObjectDef, operation: str, items: Sequence[Item]) -> int:
    """Write a slice in one transaction and return how many records it changed; when the database
    itself refuses, find the culprit one by one.
    """
    errors: dict[int, FangxinError] = {}

    async def unit(tx: Tx) -> int:
        errors.clear()
        inside, put = replace(ctx, request_key=None), errors.__setitem__
        changes = [_fresh(item) for item in items]
        done = await write_many(
            inside, tx, definition.name, operation, changes, refuse=lambda c, e: put(c.position, e)
        )
        left = [item for item in items if item.index not in errors]
        await _read_back(inside, tx, definition, operation, left)
        return len(done)

    try:
        keyless = replace(ctx, request_key=None)
        written: int = await numbered_anew(ctx, [definition], lambda: run_unit(keyless, unit))
    except FangxinError as error:
        if len(items) == 1:
            items[0].error = error
            return 0
        return sum([await _slice(ctx, definition, operation, [item]) for item in items])
    for item in items:
        item.error = errors.get(item.index)
    return written


@dataclass(slots=True)
class BulkReport:
    """What a bulk write did."""

    change_set: str
    changed: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)

    def skip(self, ctx: Ctx, id_: str, error: FangxinError) -> None:
        """Note that a record was left as it is, and why, in the actor's language."""
        stale = isinstance(error, Conflict) and error.code == "stale"
        code = "changed_meanwhile" if stale else error.code
        message = translate(ctx.locale, error.detail, error.values)
        self.skipped.append({"id": id_, "code": code, "message": message})

    def wire(self) -> dict[str, Any]:
        """Return the report as the API tells it; nothing written leaves no change set."""
        return {
            "change_set": self.change_set if self.changed else None,
            "changed": self.changed,
            "skipped": self.skipped[:500],
        }


@dataclass(frozen=True, slots=True)
class Selection:
    """The records of a bulk write: given ids, or all that meet a filter and a search."""

    ids: Sequence[str] | None = None
    filter: Any = None
    narrow: Narrow | None = None


Progress = Callable[[int], Awaitable[None]]


# returns what a record (its values) shall hold; an error leaves that record out
Edit = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Edited:
    """What is written to each record: the same `plain` values, and what `edit` makes of its own."""

    plain: Mapping[str, Any]
    edit: Edit | None

    async def values(
        self,
        ctx: Ctx,
        tx: Tx,
        definition: ObjectDef,
        ids: Sequence[str],
        refused: dict[str, FangxinError],
    ) -> dict[str, dict[str, Any]]:
        """Return values by id; rows that are edited stay locked until they are written."""
        found = {id_: dict(self.plain) for id_ in ids}
        if self.edit is not None:
            for id_, row in (await store.load(ctx, tx, definition, ids, "update")).items():
                if not (row.seen and row.allowed):
                    continue  # the write itself says why
                try:
                    found[id_] |= self.edit(row.values)
                except FangxinError as error:
                    refused[id_] = error
                    del found[id_]
        return found


async def bulk(  # noqa: PLR0913 - what may be asked of many records at once
    ctx: Ctx,
    object: str,
    selection: Selection,
    *,
    body: Mapping[str, Any] | None = None,
    delete: bool = False,
    edit: Edit | None = None,
    change_set: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Set the same values on, or delete, all selected records; each slice checks filter, scope and
    version again. With `edit` a record's values also follow from what it holds.
    """
    require(ctx, object, "bulk")
    definition = require(ctx, object, "delete" if delete else "update")
    if delete == (body is not None or edit is not None):
        problem = FieldProblem("/set", "required", "Give either values to set or delete: true.")
        raise Invalid(errors=[problem])
    values = {} if body is None else accept(ctx, definition, body, environment(ctx), pointer="/set")
    verb = "delete" if delete else "update"
    group = ChangeSet(change_set or new_id(), "bulk", definition.name, verb)
    inside = replace(ctx.within(group), request_key=None)
    report = BulkReport(group.id)
    async for ids in _slices(ctx, definition, selection, SLICE[ctx.database.dialect]):
        await _bulk_slice(inside, definition, verb, ids, _Edited(values, edit), report)
        if progress is not None:
            await progress(report.changed + len(report.skipped))
    return report.wire()


async def _slices(ctx: Ctx, definition: ObjectDef, selection: Selection, size: int) -> Any:
    if selection.ids is not None:
        ids = list(dict.fromkeys(selection.ids))
        for start in range(0, len(ids), size):
            yield [(id_, None) for id_ in ids[start : start + size]]
        return
    after = None
    while True:
        found = await find_ids(
            ctx, definition, selection.filter, narrow=selection.narrow, after=after, limit=size
        )
        if found:
            yield found
        if len(found) < size:
            return
        after = found[-1][0]


async def _bulk_slice(
    ctx: Ctx,
    definition: ObjectDef,
    verb: str,
    rows: Sequence[tuple[str, int | None]],
    edited: _Edited,
    report: BulkReport,
) -> None:
    refused: dict[str, FangxinError] = {}
    put = refused.__setitem__

    async def unit(tx: Tx) -> int:
        refused.clear()
        wanted = {id_: version for id_, version in rows if is_id(id_)}
        values = await edited.values(ctx, tx, definition, list(wanted), refused)
        changes = [
            Change(definition.name, id_, verb, values[id_], version=version)
            for id_, version in wanted.items()
            if id_ in values
        ]
        done = await write_many(
            ctx, tx, definition.name, verb, changes, refuse=lambda c, error: put(c.id, error)
        )
        return len(done)

    try:
        changed = await run_unit(ctx, unit)
    except FangxinError as error:
        if len(rows) == 1:
            report.skip(ctx, rows[0][0], error)
            return
        for row in rows:
            await _bulk_slice(ctx, definition, verb, [row], edited, report)
        return
    report.changed += changed
    for id_, _ in rows:
        if not is_id(id_):
            report.skip(ctx, id_, NotFound())
        elif id_ in refused:
            report.skip(ctx, id_, refused[id_])
