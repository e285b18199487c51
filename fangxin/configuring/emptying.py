"""The jobs that remove for good the custom fields whose time in the recycle bin is over: first the
definitions and what they claim for one record alone, so that their keys are free again at once,
then their values and links from the records, in slices.

The change log keeps what it tells of those values: it is what happened, and nobody rewrites it for
this. Who may read no such field any more is not shown it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

from fangxin.access.contexts import system_context
from fangxin.customizing.customize import forget_fields
from fangxin.history.noting import noted
from fangxin.kernel.db import Tx
from fangxin.kernel.jobs import Cron
from fangxin.kernel.leases import Handler, Run
from fangxin.linking.links import drop_links
from fangxin.objects.custom import FieldRow, custom_record, load
from fangxin.objects.registry import Registry
from fangxin.reshaping import unique
from fangxin.sealing.places import FIRST, SLICE, Place

KIND: Final = "objects.forget_fields"
STRIP: Final = "objects.strip_values"


async def forget(installation: Any, _run: Run) -> Mapping[str, Any]:
    """Empty the bin of custom fields, and leave their values to a job for each object."""
    ctx = await system_context(installation)

    async def unit(tx: Tx) -> Sequence[FieldRow]:
        gone: Sequence[FieldRow] = await noted(ctx, tx, lambda tx: forget_fields(tx, ctx.clock()))
        codes: dict[str, list[str]] = {}
        for row in gone:
            codes.setdefault(row.object, []).append(row.code)
            # later they would be those of another field, if it has the key
            await unique.free(tx, row.object, row.key)
        for name, own in codes.items():
            await installation.jobs.enqueue(tx, STRIP, {"object": name, "codes": own})
        return gone

    return {"fields": len(await installation.database.write(unit))}


async def _place(tx: Tx, registry: Registry, name: str) -> Place | None:
    """Return the rows of an object, of one in the bin too; None where it is gone itself."""
    definition = registry.get(name)
    if definition is not None:
        return Place(name, definition.table, (), {}, definition.custom_id)
    own = next((each for each in (await load(tx)).objects if each.name == name), None)
    return None if own is None else Place(name, custom_record, (), {}, own.code)


async def _step(
    registry: Registry, run: Run, before: Mapping[str, Any], tx: Tx
) -> Mapping[str, Any]:
    """Strip one slice and return the next place. A unit may be run again: `before` stays."""
    place, codes = await _place(tx, registry, run.args["object"]), {*run.args["codes"]}
    after, count = before["after"], before["stripped"]
    rows: Sequence[Sequence[Any]] = ()
    if place is not None:
        rows = await tx.fetch(place.statement(tx.dialect, lock=True), {"after": after})
        stripped: list[str] = []
        for id_, custom in rows:
            kept = {key: value for key, value in (custom or {}).items() if key not in codes}
            if len(kept) < len(custom or {}):
                values = {"row_id": id_, "set_custom": kept}
                # no change of the record: nobody could read it any more
                await tx.execute(place.update(tx.dialect), values)
                stripped.append(id_)
        await drop_links(tx, codes, stripped)
        count += len(stripped)
    done = len(rows) < SLICE
    reached = {"after": after if done else rows[-1][0], "stripped": count, "done": done}
    await run.save(tx, progress=0.5, result=reached)
    return reached


async def strip(installation: Any, run: Run) -> Mapping[str, Any]:
    """Take the values of removed fields out of all records of an object, those in the bin too;
    {"stripped"}. Running it again goes on.
    """
    registry = await installation.refresh_registry()
    place = dict(run.saved or {"after": FIRST, "stripped": 0, "done": False})
    while not place["done"]:
        place = await installation.database.write(partial(_step, registry, run, place))
        # other work of this process comes in between
        await asyncio.sleep(0)
    return {"stripped": place["stripped"]}


JOBS: Final[Mapping[str, Handler]] = {KIND: forget, STRIP: strip}
CRON: Final = (Cron(KIND, KIND, timedelta(days=1)),)
