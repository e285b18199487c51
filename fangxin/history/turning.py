"""Turning one logged change round: the opposite change, or the conflict that stands in its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from fangxin.fields.base import Field
from fangxin.kernel.context import SYSTEM
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records.log import log_key

# the code of a conflict that may be overridden
CHANGED: Final = "changed_since"
OPPOSITE: Final = {
    "create": "purge",
    "update": "update",
    "delete": "restore",
    "restore": "delete",
    "purge": "create",
}
# a record by object and id
Which: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a change set is to be undone: `only` these records, of each these fields (None: all);
    and what was changed since and is to be overwritten all the same: everything (`force`), or
    fields chosen one by one (None: a record that was made, and would go).
    """

    force: bool = False
    only: Mapping[Which, frozenset[str] | None] | None = None
    overwrite: frozenset[tuple[str, str, str | None]] = frozenset()

    def overwrites(self, logged: Logged, key: str | None) -> bool:
        """Tell whether what somebody changed since is to go."""
        return self.force or (logged.object, logged.id, key) in self.overwrite

    def takes(self, logged: Logged, key: str) -> bool:
        """Tell whether a field is among what is to be undone."""
        keys = None if self.only is None else self.only.get((logged.object, logged.id))
        return keys is None or key in keys


@dataclass(slots=True)
class Report:
    """What an undo did, and what it left as it was with the reason."""

    change_set: str
    undone: int = 0
    # what was as before already, since undoing the others of the set brings it there
    settled: int = 0
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    # undoing an action of one's own: what it let follow a record, whosever it is, comes back
    own_action: bool = False
    # of a merge, or of one taken back: the record that stayed; others only pointed elsewhere
    stayed: str | None = None
    # by record: the version that undoing a later change of the set has left, and the one it equals
    turned: dict[str, tuple[int, int]] = field(default_factory=dict)

    def untouched(self, logged: Logged, row: store.Loaded) -> bool:
        """Tell whether nobody but this undo has changed the record since the logged change."""
        return row.version == logged.version or self.turned.get(logged.id) == (
            row.version,
            logged.version,
        )


@dataclass(frozen=True, slots=True)
class Logged:
    """One change of the set that is to be undone."""

    seq: int
    object: str
    id: str
    verb: str
    version: int
    payload: Mapping[str, Any]


def runs_of(slice_: Sequence[Logged]) -> list[list[Logged]]:
    """Cut the slice where object or verb changes or a record repeats, keeping the order."""
    runs: list[list[Logged]] = []
    kind: tuple[str, str] | None = None
    ids: set[str] = set()
    for each in slice_:
        if kind != (each.object, each.verb) or each.id in ids:
            kind, ids = (each.object, each.verb), set()
            runs.append([])
        runs[-1].append(each)
        ids.add(each.id)
    return runs


def turned(
    definition: ObjectDef,
    logged: Logged,
    row: store.Loaded | None,
    report: Report,
    wanted: Wanted,
) -> Change | None:
    """Return the opposite change, or None: with a conflict noted, or with nothing left to do."""
    if logged.verb == "purge":
        before = logged.payload.get("before") or {}
        found = logged_values(definition, logged.id, before)
        known = {log_key(each) for each in definition.stored}
        if held := {key: value for key, value in before.items() if key not in known}:
            # of fields in the bin, which may come back
            found[store.REST] = held
        # the product itself is nobody whom a record could name
        values = {key: value for key, value in found.items() if value != SYSTEM.id}
        return Change(definition.name, logged.id, "create", values) if row is None else None
    if _stands_already(logged, row):
        report.settled += 1
        return None
    if row is None:
        note_conflict(report, definition, logged, "gone", "The record is not there any more.")
        return None
    if logged.verb == "update":
        values = _old_values(definition, logged, row, report, wanted)
        return Change(definition.name, logged.id, "update", values) if values else None
    changed_since = not report.untouched(logged, row)
    if logged.verb == "create" and changed_since and not wanted.overwrites(logged, None):
        message = "The record was changed after it had been created."
        name = row.values.get("name") if row.seen else None
        note_conflict(report, definition, logged, CHANGED, message, name=name)
        return None
    return Change(definition.name, logged.id, OPPOSITE[logged.verb], {})


def _stands_already(logged: Logged, row: store.Loaded | None) -> bool:
    """Tell whether a record has gone, or come back, as undoing would have it do."""
    if row is None:
        return logged.verb == "create"
    return (logged.verb == "delete" and not row.deleted) or (
        logged.verb == "restore" and row.deleted
    )


def logged_values(definition: ObjectDef, record: str, packed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the log has packed as values by field key; fields that are gone are left out."""
    fields = {log_key(each): each for each in definition.stored}
    return {
        fields[key].key: fields[key].type.load(fields[key], fields[key].unpack(value, record))
        for key, value in packed.items()
        if key in fields
    }


def _old_values(
    definition: ObjectDef, logged: Logged, row: store.Loaded, report: Report, wanted: Wanted
) -> dict[str, Any]:
    """Return the values from before, but for fields that somebody has changed since."""
    before = logged_values(definition, logged.id, logged.payload.get("before") or {})
    after = logged_values(definition, logged.id, logged.payload.get("after") or {})
    found: dict[str, Any] = {}
    for key in dict.fromkeys([*before, *after]):
        if not wanted.takes(logged, key):
            continue
        now, old = row.values.get(key), before.get(key)
        if now in (after.get(key), old) or wanted.overwrites(logged, key):
            found[key] = old
            continue
        field_ = definition.fields[key]
        # who does not see the record any more is not told what it holds
        sides = (_packed(field_, old), _packed(field_, now)) if row.seen else (None, None)
        values = {"field": key, "mine": sides[0], "theirs": sides[1]}
        name = row.values.get("name") if row.seen else None
        message = "The value was changed since."
        note_conflict(report, definition, logged, CHANGED, message, name=name, **values)
    return found


def _packed(field_: Field, value: Any) -> Any:
    return None if value is None else field_.pack(field_.type.store(field_, value))


def note_conflict(
    report: Report, definition: ObjectDef, logged: Logged, code: str, message: str, **more: Any
) -> None:
    """Note what stands in the way of undoing a change; values are packed as in the log."""
    report.conflicts.append(
        {
            "object": definition.name,
            "id": logged.id,
            "name": None,
            "field": None,
            "code": code,
            "message": message,
            "seq": logged.seq,
            **more,
        }
    )
