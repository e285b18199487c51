"""Activity: a note, call, meeting, visit or e-mail that happened, about any record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Mapped

from fangxin.fields.base import Option
from fangxin.modules.base.mention import notify_mentioned, plain_text
from fangxin.objects.declare import (
    Change,
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    choice,
    long_text,
    moment,
    record,
    tags,
    text,
)

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

KINDS: Final = (
    Option("note", "Note", "amber"),
    Option("call", "Call", "green"),
    Option("meeting", "Meeting", "violet"),
    Option("visit", "Visit", "orange"),
    Option("email", "E-mail", "blue"),
)
SUBJECT_LENGTH: Final = 80


async def fill_subject(ctx: Ctx, _tx: Tx, changes: Sequence[Change]) -> None:
    """Take the first line of the body as subject, and now as time, where a new activity has
    none.
    """
    labels = {option.key: option.label for option in KINDS}
    for change in changes:
        if change.before is None:
            if not change.get("subject"):
                line = plain_text(change.get("body") or "").partition("\n")[0].strip()
                subject = line[:SUBJECT_LENGTH] or labels.get(change.get("kind"), "Note")
                change.values["subject"] = subject
            if not change.get("at"):
                change.values["at"] = ctx.clock()


class Activity(Record):
    """What was said or done. Who sees the record it is about sees the activity."""

    __tablename__ = "activity"
    object = ObjectFacts(
        path="activities",
        label="Activity",
        label_plural="Activities",
        icon="message",
        title="subject",
        navigation=Navigation(group="work", order=20),
        indexes=(("about", "at"),),
        prepare=fill_subject,
        after=notify_mentioned,
        layout=Layout(
            list=("subject", "kind", "at", "about", "owner"),
            facts=("kind", "at", "about", "owner"),
            sections=(
                ("details", "Details", ("subject", "kind", "at", "about", "body", "participants")),
                ("more", "More", ("tags", "owner", "department")),
            ),
            quick_create=("kind", "subject", "body", "at", "about"),
            card=("kind", "at", "about"),
            default_sort="-at",
        ),
    )

    kind: Mapped[str] = choice("Kind", KINDS, required=True, default="note")
    subject: Mapped[str] = text("Subject", required=True)
    body: Mapped[str | None] = long_text("Body", searchable=True)
    at: Mapped[datetime] = moment("When", required=True, indexed=True)
    about: Mapped[Any] = record("About", cascade=True)
    participants: Mapped[list[str] | None] = tags("Participants")
