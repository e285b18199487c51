"""What is handed over besides records that one owns: shares, views that others use; and the end:
the account is closed, the receivers are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import elevated
from fangxin.access.sessions import close_others
from fangxin.access.shares import record_share
from fangxin.data.notifications import Notice, notify
from fangxin.fields.settings import SHARES
from fangxin.handover.holdings import USER
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FangxinError
from fangxin.kernel.i18n import translate
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id
from fangxin.objects.declare import Change
from fangxin.records import change as store
from fangxin.records.engine import write_many
from fangxin.views.kept import saved_view

_USER: Final = sa.bindparam("user", type_=Id())


def _shared() -> sa.Select[Any]:
    c = record_share.c
    after = c.record_id > sa.bindparam("after", type_=Id())
    found = sa.select(c.record_id, c.object).where(c.holder_id == _USER, after)
    return found.order_by(c.record_id).limit(sa.bindparam("limit", type_=sa.BigInteger()))


def _give_views() -> sa.Update:
    mine = (saved_view.c.owner_id == _USER, saved_view.c.shared.is_(sa.true()))
    return sa.update(saved_view).where(*mine).values(owner_id=sa.bindparam("to", type_=Id()))


_shares_of: Final = Prepared(_shared)
_views: Final = Prepared(_give_views)


async def shared_records(ctx: Ctx, user: str, after: str, limit: int) -> Sequence[Any]:
    """Return (record id, object) of what is shared with a user, in order of id."""
    values = {"user": user, "after": after, "limit": limit}
    return await ctx.database.read(_shares_of(ctx.database.dialect), values)


async def give_shares(ctx: Ctx, tx: Tx, rows: Sequence[Any], user: str, to: str) -> int:
    """Let records be shared with another than before; who owns one, or has it shared already, needs
    no second share. Returns how many changed.
    """
    changed = 0
    for name in sorted({row[1] for row in rows}):
        definition = ctx.registry.get(name)
        if definition is None:
            continue
        ids = [row[0] for row in rows if row[1] == name]
        found = await store.load(ctx, tx, definition, ids, "update")
        changes = [
            Change(name, id_, "update", {SHARES: _given(row.values, user, to)})
            for id_, row in found.items()
            if not row.deleted
        ]
        changed += len(await write_many(ctx, tx, name, "update", changes, refuse=_left_alone))
    return changed


def _left_alone(_change: Change, _error: FangxinError) -> None:
    """What may not be changed stays as it is."""


def _given(values: Mapping[str, Any], user: str, to: str) -> list[Any] | None:
    shares = values.get(SHARES) or []
    has = values.get("owner") == to or any(each["with"]["id"] == to for each in shares)
    rest = [each for each in shares if each["with"]["id"] != user]
    mine = [
        {**each, "with": {**each["with"], "id": to}}
        for each in shares
        if each["with"]["id"] == user
    ]
    return (rest if has else [*rest, *mine]) or None


async def give_views(tx: Tx, user: str, to: str) -> int:
    """Let another look after the views that a user has made for others."""
    return await tx.execute(_views(tx.dialect), {"user": user, "to": to})


async def close_account(ctx: Ctx, tx: Tx, user: str) -> bool:
    """End a user's access, with the actor's own rights: sessions and tokens at once."""
    row = (await store.load(ctx, tx, ctx.registry[USER], [user], "update")).get(user)
    if row is None or not row.values.get("active"):
        return False
    await write_many(ctx, tx, USER, "update", [Change(USER, user, "update", {"active": False})])
    await close_others(tx, user, None, ctx.clock())
    return True


async def tell(ctx: Ctx, tx: Tx, plan: Mapping[str, Any], given: Mapping[str, int]) -> None:
    """Tell each receiver once, in his language, how much he got and what the actor has to say."""
    people = elevated(ctx).registry[USER]
    ids = [*given, plan["user"]]
    rows = await store.load(elevated(ctx), tx, people, ids, "read")
    names = {id_: row.values for id_, row in rows.items()}
    notices = []
    for id_, count in given.items():
        values = {"count": count, "name": names[plan["user"]]["name"]}
        text = translate(
            names[id_].get("locale") or ctx.locale,
            "{count} records of {name} are yours now.",
            values,
        )
        said = plan.get("message")
        key = f"hand_over:{ctx.change_set.id if ctx.change_set else ''}:{id_}"
        whole = f"{text} {said}" if said else text
        notices.append(Notice(id_, "assigned", whole, USER, plan["user"], key))
    await notify(ctx, tx, notices)
