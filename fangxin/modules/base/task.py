"""Task: something to be done by someone, about any record."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Mapped

from fangxin.fields.base import Option
from fangxin.modules.base.complete_task import COMPLETE, REOPEN, after_task, prepare_task
from fangxin.objects.declare import (
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    choice,
    formula,
    long_text,
    moment,
    record,
    text,
    user,
)

PRIORITIES: Final = (
    Option("low", "Low", "gray"),
    Option("normal", "Normal", "blue"),
    Option("high", "High", "red"),
)


class Task(Record):
    """Open while `done_at` is empty. The assignee is also its owner, so that his scope covers
    it.
    """

    __tablename__ = "task"
    object = ObjectFacts(
        path="tasks",
        label="Task",
        label_plural="Tasks",
        icon="checkbox",
        title="subject",
        finished={"field": "done_at", "op": "not_empty"},
        navigation=Navigation(group="work", order=10),
        indexes=(("about", "due_at"), ("assignee", "due_at")),
        actions=(COMPLETE, REOPEN),
        prepare=prepare_task,
        after=after_task,
        layout=Layout(
            list=("subject", "due_at", "priority", "about", "assignee", "done_at"),
            facts=("due_at", "priority", "assignee", "about", "reminder_at", "done_at"),
            sections=(
                ("details", "Details", ("subject", "due_at", "reminder_at", "priority")),
                ("people", "People", ("assignee", "about")),
                ("more", "More", ("description", "tags", "owner", "department", "done_at")),
            ),
            quick_create=("subject", "due_at", "assignee", "priority", "about"),
            card=("due_at", "priority", "assignee"),
            default_sort="turn",
        ),
    )

    subject: Mapped[str] = text("Subject", required=True)
    due_at: Mapped[datetime | None] = moment("Due", indexed=True)
    done_at: Mapped[datetime | None] = moment("Done")
    priority: Mapped[str | None] = choice("Priority", PRIORITIES, default="normal")
    about: Mapped[Any] = record("About", cascade=True)
    assignee: Mapped[str | None] = user("Assignee")
    reminder_at: Mapped[datetime | None] = moment("Reminder", indexed=True)
    # what is open by when it is due, or by when it was written down; what is done has no turn.
    # The index of a page in this order stands in migration 0022, which writes the same as SQL.
    turn = formula("Turn", "if(empty(done_at), if(empty(due_at), created_at, due_at))")
    description: Mapped[str | None] = long_text("Description", searchable=True)
