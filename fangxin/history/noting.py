"""Settings that are no records, in the change log: custom objects and fields, the company's own,
views that are shared.

`noted` compares what a piece of work finds with what it leaves, so that no way of changing a
definition can forget the log. Names of these kinds are names of no object: readers of the log that
show records pass them over, and only the settings history tells of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeVar

import msgspec

from fangxin.access.settings import WRITABLE, read_company
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.epoch import hold
from fangxin.kernel.ids import named_id, new_id
from fangxin.objects.custom import METADATA, FieldRow, ObjectRow, load
from fangxin.records.log import write_lines

T = TypeVar("T")

FIELD: Final = "custom_field"
OBJECT: Final = "custom_object"
COMPANY: Final = "company_settings"
# a view that is, or was, shared (views/noted.py)
VIEW: Final = "shared_view"
PLAIN: Final = (FIELD, OBJECT, COMPANY, VIEW)
# the company's settings have no row with an id of its own
COMPANY_ID: Final = named_id("setting", "company")
# the kind of a change set that holds such settings: taken back by configuring/whole.py
SETTINGS: Final = "settings"
_ROW: Final = frozenset({"id", "code", "created_at", "deleted_at", "settings"})
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class State:
    """A setting as it stands: what it holds, what it is about, whether it lies in the bin."""

    values: Mapping[str, Any]
    about: Mapping[str, Any]
    deleted: bool = False


States = Mapping[tuple[str, str], State]


def field_values(row: FieldRow) -> dict[str, Any]:
    """Return what a custom field is defined by, without what its type leaves at its default."""
    plain = {key: value for key, value in asdict(row).items() if key not in _ROW}
    return {**plain, **row.settings}


def object_values(row: ObjectRow) -> dict[str, Any]:
    """Return what a custom object is defined by."""
    return {key: value for key, value in asdict(row).items() if key not in _ROW}


async def states(tx: Database | Tx) -> States:
    """Read every setting that is no record."""
    custom, company = await load(tx), asdict(await read_company(tx))
    found: dict[tuple[str, str], State] = {}
    for row in custom.fields:
        about = {"object": row.object, "key": row.key, "labels": row.labels}
        found[FIELD, row.id] = State(field_values(row), about, row.deleted_at is not None)
    for each in custom.objects:
        about = {"object": each.name, "labels": each.labels}
        found[OBJECT, each.id] = State(object_values(each), about, each.deleted_at is not None)
    found[COMPANY, COMPANY_ID] = State({key: company[key] for key in WRITABLE}, {})
    return found


async def noted(ctx: Ctx, tx: Tx, work: Callable[[Tx], Awaitable[T]]) -> T:
    """Do a piece of work inside a unit, and log beside it what it did to such settings."""
    # what somebody else changes meanwhile is none of this work
    await hold(tx, METADATA)
    before = await states(tx)
    result = await work(tx)
    await log_states(ctx, tx, before, await states(tx))
    return result


async def log_states(ctx: Ctx, tx: Tx, before: States, after: States) -> None:
    """Log inside a unit how such settings differ, a line for each that does."""
    lines: dict[tuple[str, str], list[tuple[str, int, str]]] = {}
    for kind, id_ in {**before, **after}:
        told = _told(before.get((kind, id_)), after.get((kind, id_)))
        if told is not None:
            verb, payload = told
            lines.setdefault((kind, verb), []).append((id_, 0, _encode(payload).decode()))
    group = ctx.change_set
    # taken back from the last to the first, an object is there as long as its fields are
    for (kind, verb), own in sorted(lines.items(), key=lambda each: _place(*each[0])):
        group = group or ChangeSet(new_id(), SETTINGS, kind)
        await write_lines(ctx.within(group), tx, kind, verb, own, settings=True)


def _place(kind: str, verb: str) -> int:
    order = (OBJECT, FIELD)
    if verb in {"create", "restore"}:
        return order.index(kind) if kind in order else len(order)
    if verb == "update":
        return len(order)
    return len(order) + (2 if kind == OBJECT else 1)


def _told(old: State | None, new: State | None) -> tuple[str, dict[str, Any]] | None:
    """Return the verb and the payload of what became of a setting, None for nothing."""
    if new is None:
        return None if old is None else ("purge", {"about": old.about, "before": old.values})
    if old is None:
        return "create", {"about": new.about, "after": new.values}
    if new.deleted and not old.deleted:
        return "delete", {"about": old.about, "before": old.values}
    if old.deleted and not new.deleted:
        return "restore", {"about": new.about, "after": new.values}
    keys = [
        key for key in {**old.values, **new.values} if old.values.get(key) != new.values.get(key)
    ]
    if not keys:
        return None
    sides = {
        side: {key: state.values[key] for key in keys if key in state.values}
        for side, state in (("before", old), ("after", new))
    }
    return "update", {"about": new.about, **sides}
