"""File: a document that hangs on a record. Its content lies in the file storage under
`storage_key`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Mapped

from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.storage import is_refused
from fangxin.objects.declare import Change, Layout, ObjectFacts, Record, integer, record, text
from fangxin.search.contents import follow_contents


async def _check(_ctx: Ctx, _tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse a record without content, and names of programs, however they come."""
    for change in changes:
        if change.verb == "create" and not change.get("storage_key"):
            message = "A file is made by uploading its content."
            raise Invalid(errors=[FieldProblem("", "no_content", message)])
        name = str(change.get("name") or "")
        if change.changes("name") and is_refused(name):
            message = "Files of this kind are not taken: {name}."
            raise Invalid(errors=[FieldProblem("/name", "file_type", message, {"name": name})])


class File(Record):
    """Made by an upload, never by a plain create. Who sees the record it is about sees the file."""

    __tablename__ = "file"
    object = ObjectFacts(
        path="files",
        label="File",
        label_plural="Files",
        icon="paperclip",
        indexes=(("about", "created_at"),),
        plain=("media_type", "digest"),
        check=_check,
        after=follow_contents,
        layout=Layout(
            list=("name", "about", "size", "media_type", "owner", "created_at"),
            facts=("about", "size", "media_type", "owner"),
            sections=(("details", "Details", ("name", "about", "size", "media_type", "tags")),),
            card=("size", "media_type"),
            default_sort="-created_at",
        ),
    )

    about: Mapped[Any] = record("About", cascade=True)
    size: Mapped[int | None] = integer("Size", min=0, read_only=True, help="In bytes.")
    media_type: Mapped[str | None] = text("Media type", read_only=True)
    digest: Mapped[str | None] = text("SHA-256", max_length=64, read_only=True)
    storage_key: Mapped[str | None] = text("Place in the storage", read_only=True, internal=True)
