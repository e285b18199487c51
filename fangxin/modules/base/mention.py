"""Mentions: `@[Name](user:<id>)` in the body of an activity tells that user."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from fangxin.data.notifications import Notice, notify
from fangxin.objects.declare import Change

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

MENTION: Final = re.compile(r"@\[([^\]\n]{1,120})\]\(user:([0-9a-f-]{36})\)")


def mentioned(text: str | None) -> set[str]:
    """Return the ids of the users that a text mentions."""
    return {found.group(2) for found in MENTION.finditer(text or "")}


def plain_text(text: str) -> str:
    """Return the text as one reads it: mentions as @Name."""
    return MENTION.sub(r"@\1", text)


async def notify_mentioned(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Tell those whom this write mentions and the text before did not; never the author himself."""
    notices = []
    for change in changes:
        if change.verb in {"create", "update"} and "body" in change.values:
            before = mentioned((change.before or {}).get("body"))
            new = mentioned(change.values["body"]) - before - {ctx.actor.id}
            subject = change.get("subject") or ""
            about = change.get("about")
            place = (about.object, about.id) if about is not None else (change.object, change.id)
            notices += [
                Notice(user=user, kind="mention", text=subject, object=place[0], record=place[1])
                for user in sorted(new)
            ]
    if notices:
        await notify(ctx, tx, notices)
