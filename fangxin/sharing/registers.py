"""Registers: plain tables of who looked, left or took what, read page by page, the latest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from fangxin.kernel.clock import from_stored, to_stored
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id, Timestamp
from fangxin.records.reading import name_references


class Register:
    """Some columns of a plain table, in order of the column `at` and the id, the last ones first.

    `names`: the keys of items that hold references, whose names are filled in.
    """

    def __init__(
        self,
        word: str,
        columns: Sequence[sa.Column[Any]],
        at: str,
        names: Sequence[str],
        *where: sa.ColumnElement[bool],
    ) -> None:
        table = columns[0].table
        self._word, self._names = word, names
        keys = [column.name for column in columns]
        self._places = keys.index(at), keys.index("id")
        order = table.c[at], table.c.id

        def find(*more: sa.ColumnElement[bool]) -> sa.Select[Any]:
            # skip one-door: a plain table, that of no object
            found = sa.select(*columns).where(*where, *more)
            latest = found.order_by(*(each.desc() for each in order))
            return latest.limit(sa.bindparam("limit", type_=sa.BigInteger()))

        last = sa.bindparam("at", type_=Timestamp()), sa.bindparam("last", type_=Id())
        self._first = Prepared(find)
        self._further = Prepared(lambda: find(sa.tuple_(*order) < sa.tuple_(*last)))

    async def page(
        self,
        ctx: Ctx,
        cursor: str | None,
        limit: int,
        item: Callable[[Ctx, Sequence[Any]], dict[str, Any]],
        values: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return {"items", "next"}: what `item` makes of each row, and the cursor of what follows.
        `values` are those of the conditions.
        """
        bound = binding(self._word, ctx.actor.id)
        given: dict[str, Any] = {"limit": limit + 1, **(values or {})}
        if cursor:
            _, (at, last) = unseal(ctx.services.secret, bound, cursor)
            given |= {"at": from_stored(at), "last": last}
        statement = (self._further if cursor else self._first)(ctx.database.dialect)
        rows = await ctx.database.read(statement, given)
        items = [item(ctx, row) for row in rows[:limit]]
        await name_references(ctx, self._names, items, ctx.database.read)
        following = None
        if len(rows) > limit:
            at, last = (rows[limit - 1][place] for place in self._places)
            following = seal(ctx.services.secret, bound, self._word, [to_stored(at), last])
        return {"items": items, "next": following}
