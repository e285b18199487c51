"""The books of imports: how far each is, and the issues of its rows. Plain tables, not logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import NotFound
from fangxin.kernel.ids import is_id
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id
from fangxin.records.tables import change_set
from fangxin.transfer.casting import Draft, Issue
from fangxin.transfer.tables import import_issue, import_job

SHOWN: Final = 50
LISTED: Final = 50
# of one's own imports: their maps are known again
REMEMBERED: Final = 100
OVER: Final = frozenset({"done", "failed"})


@dataclass(frozen=True, slots=True)
class Book:
    """One import as its row says: the order that was given, and what has been done of it."""

    id: str
    at: datetime
    actor_id: str
    job_id: str | None
    object: str
    file_id: str | None
    file_name: str
    options: dict[str, Any]
    state: str = "waiting"
    total: int | None = None
    processed: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    # rows that look like a record that is there, or like one above
    duplicates: int = 0
    cursor: int = 0
    change_set_id: str | None = None
    error: str | None = None
    finished_at: datetime | None = None

    @property
    def dry_run(self) -> bool:
        """Whether nothing is to be written."""
        return bool(self.options.get("dry_run"))

    def counted(self, **more: int) -> Book:
        """Return this book with some counts raised."""
        return replace(self, **{name: getattr(self, name) + by for name, by in more.items()})


_NAMES: Final = tuple(each.name for each in fields(Book))
_COLUMNS: Final = tuple(import_job.c[name] for name in _NAMES)
_MOVING: Final = _NAMES[_NAMES.index("state") :]
_ISSUE: Final = tuple(column.name for column in import_issue.c)


def _one() -> sa.ColumnElement[bool]:
    return import_job.c.id == sa.bindparam("import_id", type_=Id())


def _update() -> sa.Update:
    moving = {
        name: sa.bindparam(f"new_{name}", type_=import_job.c[name].type)
        for name in (*_MOVING, "job_id")
    }
    return sa.update(import_job).where(_one()).values(moving)


def _issues(*kinds: str) -> sa.Select[Any]:
    columns = [import_issue.c[name] for name in _ISSUE]
    return (
        sa.select(*columns)
        .where(
            import_issue.c.import_id == sa.bindparam("import_id", type_=Id()),
            import_issue.c.kind.in_([sa.literal_column(f"'{kind}'") for kind in kinds]),
            import_issue.c.row > sa.bindparam("after_row", type_=sa.Integer()),
        )
        .order_by(import_issue.c.row, import_issue.c.column)
        .limit(sa.bindparam("how_many", type_=sa.Integer()))
    )


def _drop_issue() -> sa.Delete:
    c = import_issue.c
    return sa.delete(import_issue).where(
        c.import_id == sa.bindparam("import_id", type_=Id()),
        c.row == sa.bindparam("at_row", type_=sa.Integer()),
        c.column == sa.bindparam("at_column", type_=sa.Text()),
    )


def _list() -> sa.Select[Any]:
    anyone = sa.bindparam("anyone", type_=sa.Boolean())
    mine = import_job.c.actor_id == sa.bindparam("actor", type_=Id())
    # every import of an administrator's company, one's own otherwise
    return (
        sa.select(*_COLUMNS)
        .where(sa.or_(anyone, mine))
        .order_by(import_job.c.at.desc(), import_job.c.id.desc())
        .limit(LISTED)
    )


def _mark() -> sa.Update:
    one = change_set.c.id == sa.bindparam("set_id", type_=Id())
    state = sa.bindparam("new_state", type_=sa.Text())
    return sa.update(change_set).where(one).values(state=state)


def _own() -> sa.Select[Any]:
    mine = import_job.c.actor_id == sa.bindparam("actor", type_=Id())
    found = (
        sa.select(*_COLUMNS).where(mine).order_by(import_job.c.at.desc(), import_job.c.id.desc())
    )
    return found.limit(REMEMBERED)


insert_job: Final = Prepared(
    lambda: sa.insert(import_job).values({c.name: sa.bindparam(c.name) for c in import_job.c})
)
_load: Final = Prepared(lambda: sa.select(*_COLUMNS).where(_one()))
_update_job: Final = Prepared(_update)
_bad_rows: Final = Prepared(lambda: _issues("failed", "duplicate"))
_notes: Final = Prepared(lambda: _issues("noted"))
_later_rows: Final = Prepared(lambda: _issues("later"))
_drop: Final = Prepared(_drop_issue)
_listed: Final = Prepared(_list)
_mark_set: Final = Prepared(_mark)
_mine: Final = Prepared(_own)
_by_job: Final = Prepared(
    lambda: sa.select(*_COLUMNS).where(import_job.c.job_id == sa.bindparam("job", type_=Id()))
)


async def of_job(ctx: Ctx, job: str) -> list[Book]:
    """Return the imports, one a sheet, that a job does."""
    rows = await ctx.database.read(_by_job(ctx.database.dialect), {"job": job})
    return [Book(**dict(zip(_NAMES, row, strict=True))) for row in rows]


async def open_book(tx: Tx, book: Book) -> None:
    """Write a new import."""
    await tx.execute(insert_job(tx.dialect), asdict(book))


async def load(ctx: Ctx, import_id: str) -> Book:
    """Return an import of the actor, or any to an administrator, or raise NotFound."""
    values = {"import_id": import_id}
    rows = await ctx.database.read(_load(ctx.database.dialect), values) if is_id(import_id) else []
    if not rows:
        raise NotFound
    book = Book(**dict(zip(_NAMES, rows[0], strict=True)))
    if book.actor_id != ctx.actor.id and not ctx.rights.allows("admin.data"):
        raise NotFound
    return book


async def listed(ctx: Ctx) -> list[Book]:
    """Return the latest imports that the actor may look at."""
    values = {"anyone": ctx.rights.allows("admin.data"), "actor": ctx.actor.id}
    rows = await ctx.database.read(_listed(ctx.database.dialect), values)
    return [Book(**dict(zip(_NAMES, row, strict=True))) for row in rows]


async def mine(ctx: Ctx, object: str) -> list[Book]:
    """Return the actor's own latest imports of an object, the latest first."""
    rows = await ctx.database.read(_mine(ctx.database.dialect), {"actor": ctx.actor.id})
    books = [Book(**dict(zip(_NAMES, row, strict=True))) for row in rows]
    return [book for book in books if book.object == object]


async def save(tx: Tx, book: Book) -> None:
    """Write how far an import is."""
    values = {f"new_{name}": getattr(book, name) for name in (*_MOVING, "job_id")}
    await tx.later(_update_job(tx.dialect), {"import_id": book.id, **values})


async def mark_change_set(tx: Tx, change_set_id: str, state: str) -> None:
    """Mark the change set of an import as "open" or "closed", where it has begun."""
    values = {"set_id": change_set_id, "new_state": state}
    await tx.execute(_mark_set(tx.dialect), values)


async def add_issues(tx: Tx, import_id: str, drafts: Sequence[tuple[Draft, Issue]]) -> None:
    """Write issues, each with the cells of its row."""
    rows = {
        (issue.row, issue.column): (
            import_id,
            issue.row,
            issue.column,
            issue.kind,
            issue.code,
            issue.message,
            {key: str(value) for key, value in issue.values.items()},
            issue.value,
            list(draft.cells),
            issue.record_id,
        )
        for draft, issue in reversed(drafts)
    }
    if rows:
        await tx.insert_rows(import_issue, _ISSUE, list(rows.values()))


async def drop_issues(tx: Tx, import_id: str, places: Sequence[tuple[int, str]]) -> None:
    """Remove issues by row and column."""
    rows = [{"import_id": import_id, "at_row": row, "at_column": name} for row, name in places]
    await tx.execute_many(_drop(tx.dialect), rows)


async def bad_rows(
    ctx: Ctx, import_id: str, *, notes: bool = False, after: int = 0, limit: int = SHOWN
) -> list[Mapping[str, Any]]:
    """Return why rows were kept out, or the `notes` on those that came in, in order of their rows,
    behind row `after`.
    """
    return await _fetch(ctx, _notes if notes else _bad_rows, import_id, after, limit)


async def later_rows(ctx: Ctx, import_id: str, limit: int) -> list[Mapping[str, Any]]:
    """Return links that wait for the end of the file."""
    return await _fetch(ctx, _later_rows, import_id, 0, limit)


async def _fetch(
    ctx: Ctx, statement: Prepared, import_id: str, after: int, limit: int
) -> list[Mapping[str, Any]]:
    values = {"import_id": import_id, "after_row": after, "how_many": limit}
    rows = await ctx.database.read(statement(ctx.database.dialect), values)
    return [dict(zip(_ISSUE, row, strict=True)) for row in rows]
