"""Links that waited for the end of their file: to records of it that came below the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FangxinError
from fangxin.objects.declare import Change
from fangxin.records.engine import write_many
from fangxin.transfer import ledger
from fangxin.transfer.casting import Draft, Issue, way_of
from fangxin.transfer.ledger import Book
from fangxin.transfer.slices import Slices


async def link_later(slices: Slices, book: Book, waiting: Sequence[Mapping[str, Any]]) -> Book:
    """Set links to records of the same file; one that still leads nowhere is noted."""
    columns = {column.name or column.field.key: column for column in slices.plan.columns}
    drafts = []
    for each in waiting:
        draft = Draft(each["row"], each["cells"])
        draft.links.append((columns[each["column"]], each["value"]))
        drafts.append((draft, each))
    await slices.look_up([draft for draft, _ in drafts])

    async def unit(tx: Tx) -> Book:
        changes: dict[str, Change] = {}
        lost: list[tuple[Draft, Issue]] = []
        missing = [draft for draft, _ in drafts if not book.dry_run]
        made = await slices.making.make(tx, missing, own=True)
        for draft, each in drafts:
            column, text = draft.links[0]
            answer = made.get(way_of(column), {}).get(text) or slices.making.answer(column, text)
            if isinstance(answer, str):
                name, id_ = slices.plan.definition.name, each["record_id"]
                change = changes.setdefault(id_, Change(name, id_, "update", {}))
                change.values[column.field.key] = answer
            elif not (
                book.dry_run and (column.missing == "create" or slices.is_promised(column, text))
            ):
                lost.append((draft, _noted(each)))

        def refuse(change: Change, error: FangxinError) -> None:
            mine = [pair for pair in drafts if pair[1]["record_id"] == change.id]
            lost.extend((draft, _noted(each, error)) for draft, each in mine)

        if changes and not book.dry_run:
            name, links = slices.plan.definition.name, list(changes.values())
            await write_many(slices.ctx, tx, name, "update", links, refuse=refuse)
        await ledger.drop_issues(tx, book.id, [(e["row"], e["column"]) for e in waiting])
        await ledger.add_issues(tx, book.id, lost)
        await slices.save(tx, book)
        return book

    return await slices.ctx.database.write(unit)


def _noted(each: Mapping[str, Any], error: FangxinError | None = None) -> Issue:
    """A link that led nowhere even at the end, or may not be: the record stays, the link is
    reported.
    """
    known = {name: each[name] for name in ("row", "column", "code", "message", "values", "value")}
    if error is not None:
        fault = next(iter(error.errors), None)
        told = (fault.code, fault.message) if fault else (error.code, error.detail)
        known |= {"code": told[0], "message": told[1], "values": dict(error.values)}
    return Issue(**known, kind="noted", record_id=each["record_id"])
