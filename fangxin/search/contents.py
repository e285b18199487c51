"""What is in files, as text: kept beside their records, found by whoever may see these.

A record that is made by an upload has its text read by a job (search/reading.py). The text is kept
in a plain table, for it can be read again from the file, and its tokens stand in the search row of
the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.prepared import Prepared, put_row
from fangxin.kernel.sql import Id, InArray, Timestamp, metadata
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.indexes import CONTENTS, Entry, index_rows

# the field that says where a record's content lies
PLACE: Final = "storage_key"
KIND: Final = "files.read"
# behind what people wait for
PRIORITY: Final = 7

file_text: Final = sa.Table(
    "file_text",
    metadata,
    sa.Column("record_id", Id(), primary_key=True),
    # read, or why there is no text: see reading.REFUSALS
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("at", Timestamp(), nullable=False),
)

_texts: Final = Prepared(
    lambda: sa.select(file_text.c.record_id, file_text.c.text).where(
        InArray(file_text.c.record_id, "ids"), file_text.c.text != ""
    )
)
_known: Final = Prepared(
    lambda: sa.select(file_text.c.record_id).where(InArray(file_text.c.record_id, "ids"))
)
_put: Final = Prepared(lambda: put_row(file_text))
_drop: Final = Prepared(lambda: sa.delete(file_text).where(InArray(file_text.c.record_id, "ids")))


def holds_contents(definition: ObjectDef) -> bool:
    """Tell whether records of this object are made by uploading their content."""
    return PLACE in definition.fields


async def texts_of_files(database: Database, ids: Sequence[str]) -> dict[str, str]:
    """Return the text of each of these files that has any."""
    rows = await database.read(_texts(database.dialect), {"ids": list(ids)})
    return {row[0]: row[1] for row in rows}


async def put_text(ctx: Ctx, tx: Tx, id_: str, state: str, text: str) -> None:
    """Keep the text of a file, or why there is none."""
    values = {"record_id": id_, "state": state, "text": text, "at": ctx.clock()}
    await tx.execute(_put(tx.dialect), values)


async def with_contents(tx: Tx, entries: Sequence[Entry]) -> list[Entry]:
    """Return entries of the index with the text of their files; none of them is left out."""
    held = [each[1] for each in entries if holds_contents(each[0])]
    rows = await tx.fetch(_texts(tx.dialect), {"ids": held}) if held else []
    texts = {row[0]: row[1] for row in rows}
    return [
        (*each[:4], {**each[4], CONTENTS: texts[each[1]]}) if each[1] in texts else each
        for each in entries
    ]


async def read_later(ctx: Ctx, tx: Tx, ids: Sequence[str]) -> None:
    """Have the text of files read by a job each."""
    for id_ in ids:
        await ctx.services.jobs.enqueue(tx, KIND, {"file": id_}, priority=PRIORITY)


async def unread(tx: Tx, ids: Sequence[str]) -> list[str]:
    """Return those of these files whose text nobody has read yet."""
    known = {row[0] for row in await tx.fetch(_known(tx.dialect), {"ids": list(ids)})}
    return [id_ for id_ in ids if id_ not in known]


async def follow_contents(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Join a write of records that hold content: new ones are read, changed ones keep what they
    are found by, those removed for good lose their text.
    """
    by_verb: dict[str, list[Change]] = {}
    for change in changes:
        by_verb.setdefault(change.verb, []).append(change)
    await read_later(ctx, tx, [each.id for each in by_verb.get("create", ())])
    if gone := [each.id for each in by_verb.get("purge", ())]:
        await tx.execute(_drop(tx.dialect), {"ids": gone})
    kept = [*by_verb.get("update", ()), *by_verb.get("restore", ())]
    entries = [_entry(ctx, each, {**(each.before or {}), **each.values}) for each in kept]
    found = await with_contents(tx, entries)
    await index_rows(tx, [each for each in found if CONTENTS in each[4]])


def _entry(ctx: Ctx, change: Change, values: Mapping[str, Any]) -> Entry:
    definition = ctx.registry[change.object]
    return (definition, change.id, values.get("owner"), values.get("department"), values)
