"""Links of an object to itself (the account above an account) must lead somewhere, not round."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from fangxin.fields.base import Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FangxinError, FieldProblem
from fangxin.kernel.sql import Id, Statement, compile_statement
from fangxin.kernel.turns import take_turns
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.plans import remember


def _above_statement(ctx: Ctx, definition: ObjectDef, link: Field) -> Statement:
    table = definition.table
    # skip one-door: a circle is one whether the actor sees all of it or not
    above = sa.select(link.columns(table)[0]).where(table.c.id == sa.bindparam("id", type_=Id()))
    return compile_statement(above, ctx.database.dialect)


async def refuse_circles(
    ctx: Ctx,
    tx: Tx,
    definition: ObjectDef,
    changes: Sequence[Change],
    refuse: Callable[[Change, FangxinError], None],
) -> None:
    """Refuse what comes to stand below itself; asked of changes that nobody else refuses."""
    for link in definition.links:
        if link.target != definition.name or link.custom:
            continue
        statement = remember(
            ctx.registry,
            ("above", definition.name, link.key),
            lambda link=link: _above_statement(ctx, definition, link),  # type: ignore[misc]
        )
        moved = {c.id: c.values.get(link.key) for c in changes if c.changes(link.key)}
        if any(above is not None for above in moved.values()):
            # two that only together make a circle would not see each other's
            await take_turns(tx, f"above {definition.name}.{link.key}")
        looked = None
        # what is refused stays where it is, and another may have counted on its going
        while looked != len(moved):
            looked = len(moved)
            for change in [each for each in changes if each.id in moved]:
                above = moved[change.id]
                passed: set[str] = set()
                while above is not None and above != change.id and above not in passed:
                    passed.add(above)
                    row = None if above in moved else await tx.fetch_one(statement, {"id": above})
                    above = moved.get(above) if row is None else row[0]
                if above == change.id:
                    del moved[change.id]
                    message = "A record cannot stand below itself."
                    place = FieldProblem(f"/{link.key}", "circle", message)
                    refuse(change, Conflict(message, code="circle", errors=[place]))
