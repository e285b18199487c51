"""Letting records point to another one than before, and nothing else.

This is no edit: what was signed, posted or sent goes on pointing to the same party under another
number. So no module is asked; search, keys and log follow as with any write.
"""

from __future__ import annotations

from collections.abc import Sequence

from fangxin.access.contexts import elevated
from fangxin.customizing.extend import make_field
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FangxinError
from fangxin.linking.links import add_links, write_links
from fangxin.objects.custom import load
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records.circles import refuse_circles
from fangxin.records.engine import index_changes
from fangxin.records.log import log


async def repoint(ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change]) -> None:
    """Write changes of links, whosever the records are, in the recycle bin or not.

    The caller answers for it. Raises Conflict `circle`, and `stale` when another was quicker.
    """
    here = elevated(ctx)
    rows = await store.load(here, tx, definition, [each.id for each in changes], "update")
    present = [each for each in changes if each.id in rows]
    for change in present:
        change.before, change.version = rows[change.id].values, rows[change.id].version

    def refuse(_change: Change, error: FangxinError) -> None:
        raise error

    await refuse_circles(here, tx, definition, present, refuse)
    if present:
        await write_links(tx, definition.listing, "update", present)
        await store.update(here, tx, definition, present)
        living = [each for each in present if not rows[each.id].deleted]
        await index_changes(tx, definition, "update", living)
        await log(ctx, tx, definition, present)


async def link_resting(tx: Tx, written: Sequence[Change]) -> None:
    """Write the rows of links (ADR 25) that records which came back hold in fields of the recycle
    bin, or whose object lies there: the engine knows no such field, and they may come back too.
    """
    held = [(each.id, each.values[store.REST]) for each in written if store.REST in each.values]
    if held:
        fields = (await load(tx)).fields
        codes = [row.code for row in fields if make_field(row).type.many]
        found = [(code, id_, rest.get(code) or ()) for id_, rest in held for code in codes]
        rows = [(code, aim, id_) for code, id_, aims in found for aim in dict.fromkeys(aims)]
        await add_links(tx, rows)
