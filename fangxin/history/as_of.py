"""A record as it stood at a moment: the record of today, its log wound back.

What the reader may not read today is not wound back for him either; links are named as of now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from fangxin.fields.base import Field
from fangxin.fields.lines import inner_links
from fangxin.history.record_log import LAST, PIECE, LoggedRow, log_of
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import NotFound
from fangxin.objects.registry import ObjectDef
from fangxin.records.log import log_key
from fangxin.records.reading import get, name_references, readable_object

GONE: Final = frozenset({"delete", "purge"})
_WRITES: Final = frozenset({"create", "update"})


@dataclass(slots=True)
class _Wound:
    """A log wound back: packed values of what was changed since, by log key, and what stood."""

    values: dict[str, Any] = field(default_factory=dict)
    # the latest change that had happened by then, and the latest that wrote fields
    standing: LoggedRow | None = None
    written: LoggedRow | None = None
    # the oldest change of all, where the log was read so far
    oldest: LoggedRow | None = None
    # whether anything was wound back, and whether some of that was erased
    moved: bool = False
    erased: bool = False

    def take(self, row: LoggedRow, moment: datetime) -> bool:
        """Wind one change back, the latest first; True when nothing more is wanted."""
        self.oldest = row
        if self.standing is None and row.at > moment:
            self.moved = True
            self.erased = self.erased or row.payload is None
            for key in (*row.after, *row.before):
                self.values[key] = row.before.get(key)
            return False
        self.standing = self.standing or row
        self.written = row if row.verb in _WRITES else None
        return self.written is not None


async def as_of(ctx: Ctx, object: str, id: str, moment: datetime) -> dict[str, Any]:
    """Return {"at", "deleted", "record", "changed", "left_out", "kept_since", "erased"}.

    `record` is as `get` gives it today; `changed` names the fields that were otherwise then;
    `left_out` those that are computed today and were not kept; `kept_since` tells where the log
    begins, when that is later than the moment. Raises NotFound for what the actor may not see now,
    and for a moment before the record was there.
    """
    definition = readable_object(ctx, object)
    today = await get(ctx, object, id)
    wound = await _wind_back(ctx, id, moment)
    kept_since = None
    if wound.standing is None and wound.oldest is not None:
        if not _older(ctx, definition, today, wound.oldest, moment):
            raise NotFound("This record was not there yet at that moment.", code="not_there_yet")
        kept_since = wound.oldest.at
    record, left_out = _record(ctx, definition, today, wound)
    keys = [each.key for each in definition.fields.values() if each.key in record]
    await name_references(ctx, _nameless(definition, record), [record], ctx.database.read)
    changed = [key for key in keys if not definition.fields[key].system]
    return {
        "at": moment,
        "deleted": wound.standing is not None and wound.standing.verb in GONE,
        "record": record,
        "changed": [key for key in changed if _bare(record[key]) != _bare(today[key])],
        "left_out": left_out,
        "kept_since": kept_since,
        "erased": wound.erased,
    }


async def _wind_back(ctx: Ctx, id: str, moment: datetime) -> _Wound:
    wound, below = _Wound(), LAST
    while True:
        rows = await log_of(ctx, id, below=below)
        for row in rows:
            if wound.take(row, moment):
                return wound
        if len(rows) < PIECE:
            return wound
        below = rows[-1].seq


def _older(
    ctx: Ctx, definition: ObjectDef, today: dict[str, Any], oldest: LoggedRow, moment: datetime
) -> bool:
    """Tell whether a record is older than its log: one that was brought from elsewhere with the
    day it was made on. Who may not read that day is not told by an answer.
    """
    if oldest.verb != "create":
        return True
    readable = ctx.rights.readable(definition).get("created_at") == "full"
    made = today.get("created_at")
    made = datetime.fromisoformat(made) if isinstance(made, str) else made
    return bool(readable and made is not None and made <= moment)


def _record(
    ctx: Ctx, definition: ObjectDef, today: dict[str, Any], wound: _Wound
) -> tuple[dict[str, Any], list[str]]:
    record, left_out = dict(today), []
    for each in definition.fields.values():
        if each.key not in today:
            continue
        if each.computed:
            left_out.append(each.key)
            del record[each.key]
        elif log_key(each) in wound.values and not each.system:
            packed = wound.values[log_key(each)]
            record[each.key] = _then(ctx, definition, each, today["id"], packed)
    last = wound.written
    if last is not None and wound.moved:
        by = {"id": last.actor, "name": None, "object": "user"}
        stamps = {"version": last.version, "updated_at": last.at, "updated_by": by}
        sights = ctx.rights.readable(definition)
        record |= {key: each for key, each in stamps.items() if sights.get(key) == "full"}
    return record, left_out


def _then(ctx: Ctx, definition: ObjectDef, each: Field, record: str, packed: Any) -> Any:
    """Return what was there as any record reads: masked, and what is empty in its own form."""
    value = each.type.write(each, each.unpack(packed, record))
    if each.target is not None and value is not None:
        value = {"id": value, "name": None, "object": each.target}
    masked = ctx.rights.readable(definition).get(each.key) == "masked"
    return each.type.mask(value) if masked else value


def _nameless(definition: ObjectDef, record: Mapping[str, Any]) -> list[str]:
    """Return the keys whose values hold links, which are named all at once; a mask holds none."""
    found = []
    for key, value in record.items():
        each = definition.fields[key]
        links = each.target is not None or each.type.references or inner_links(each)
        if links and isinstance(value, (dict, list)):
            found.append(key)
    return found


def _bare(value: Any) -> Any:
    """Return a value without the names of links, which are today's on either side."""
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if isinstance(value, dict):
        link = "object" in value and "id" in value
        return {key: _bare(each) for key, each in value.items() if not (link and key == "name")}
    return value
