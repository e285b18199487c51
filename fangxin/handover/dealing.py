"""Who of several gets a record: whoever has what it hangs on, whoever works in its department, or
the next in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fangxin.fields.base import Field
from fangxin.handover.plan import Receiver
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.objects.registry import ObjectDef
from fangxin.records.reading import get_many


@dataclass(slots=True)
class Dealer:
    """Deals the records of one object. `turn` counts on over all slices."""

    people: Sequence[Receiver]
    by_department: bool
    turn: int = 0

    def receiver(self, values: Mapping[str, Any], above: str | None) -> Receiver:
        """Return who gets a record; `above` is who holds what it hangs on."""
        among = self.people
        if self.by_department:
            there = [each for each in among if each.department == values.get("department")]
            among = there or among
        kept = next((each for each in self.people if each.id == above), None)
        if kept is not None:
            return kept
        found = among[self.turn % len(among)]
        self.turn += 1
        return found


def _hanging(definition: ObjectDef) -> Field | None:
    return next((each for each in definition.fields.values() if each.cascade), None)


async def holders_above(
    ctx: Ctx, tx: Tx, definition: ObjectDef, rows: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    """Return by record who owns what it hangs on (a contact on its account) as things stand."""
    link = _hanging(definition)
    if link is None:
        return {}
    aims: dict[str, tuple[str, str]] = {}
    for id_, values in rows.items():
        aim = values.get(link.key)
        if aim is not None:
            aims[id_] = (link.target, aim) if link.target else (aim.object, aim.id)
    owners: dict[tuple[str, str], str] = {}
    for name in sorted({name for name, _ in aims.values()}):
        above = ctx.registry.get(name)
        if above is None or "owner" not in above.fields:
            continue
        ids = sorted({id_ for other, id_ in aims.values() if other == name})
        for record in await get_many(ctx, above, ids, ["id", "owner"], tx.fetch):
            if record["owner"] is not None:
                owners[name, record["id"]] = record["owner"]["id"]
    return {id_: owners[aim] for id_, aim in aims.items() if aim in owners}
