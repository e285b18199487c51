"""Views that others use, in the settings history: made, changed, shared, withdrawn, removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from fangxin.history.noting import VIEW, State, log_states
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx

# what is told; its place among others is no setting
TOLD: Final = ("name", "kind", "config", "shared", "roles", "pinned")

Row = Mapping[str, Any]


async def note(ctx: Ctx, tx: Tx, before: Row | None, after: Row | None) -> None:
    """Tell the settings history of what others use: what one keeps for himself is nobody's."""
    row = after or before
    if row is None or not any(each and each["shared"] for each in (before, after)):
        return
    sides = [state_of(each, row) for each in (before, after)]
    if sides[0] is not None and after is not None and not after["shared"]:
        # what it became is its owner's alone; that it was shared is all that is told
        sides[0] = replace(sides[0], values={"shared": True})
    gone = replace(sides[0], deleted=True) if sides[0] is not None and after is None else sides[1]
    place = (VIEW, row["id"])
    old, new = ({place: each} if each is not None else {} for each in (sides[0], gone))
    await log_states(ctx, tx, old, new)


def state_of(row: Row | None, named: Row) -> State | None:
    """Return a view as the log has it: of one that is nobody else's only that it is."""
    if row is None:
        return None
    about = {"object": named["object"], "labels": {"en": named["name"]}, "owner": named["owner_id"]}
    if not row["shared"]:
        return State({"shared": False}, about)
    values = {key: row[key] for key in TOLD} | {"roles": row["roles"] or None}
    return State(values, about)
