"""Saved views and the bell over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.params import FromPath

from fangxin.api import answers, door, reading
from fangxin.data import inbox
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.idempotency import Answer
from fangxin.views import kept as views

CONFIG_BYTES: Final = 64_000

Incoming = Request[Any, Any, Any]
Word = FromPath[str]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Position = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


Kind = Literal["list", "board", "calendar"]
Roles = Annotated[list[str], msgspec.Meta(max_length=100)]


class NewView(msgspec.Struct, forbid_unknown_fields=True):
    """Body of a new view; `config` belongs to the web app: filter, sort, columns, group. `roles`
    narrows whom a shared view is shared with; none means all.
    """

    object: str
    name: Name
    kind: Kind = "list"
    config: dict[str, Any] = {}
    shared: bool = False
    roles: Roles = []
    pinned: bool = False
    position: Position = 0


class ViewChange(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Body of a change of a view. `object` may be repeated, but a view keeps its object."""

    object: str | msgspec.UnsetType = msgspec.UNSET
    name: Name | msgspec.UnsetType = msgspec.UNSET
    kind: Kind | msgspec.UnsetType = msgspec.UNSET
    config: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    shared: bool | msgspec.UnsetType = msgspec.UNSET
    roles: Roles | msgspec.UnsetType = msgspec.UNSET
    pinned: bool | msgspec.UnsetType = msgspec.UNSET
    position: Position | msgspec.UnsetType = msgspec.UNSET


class ReadMarks(msgspec.Struct, forbid_unknown_fields=True):
    """Which notifications have been read."""

    ids: list[str] | Literal["all"]


def _check_size(config: Any) -> None:
    if len(msgspec.json.encode(config)) > CONFIG_BYTES:
        message = "A view may hold at most {limit} bytes."
        problem = FieldProblem("/config", "too_long", message, {"limit": CONFIG_BYTES})
        raise Invalid(errors=[problem])


@get("/views")
async def list_views(request: Incoming) -> Response[Any]:
    """One's own and the shared views."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("object",))
    items = await views.list_views(ctx, asked.get("object") or None)
    return answers.json_answer({"items": items, "next": None})


@post("/views")
async def create_view(request: Incoming) -> Response[Any]:
    """Keep a view."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    raw = await reading.raw_body(request)
    body = msgspec.structs.asdict(reading.struct_of(raw, NewView))
    _check_size(body["config"])
    return await answers.once(
        request, ctx, raw, answers.plain(201), lambda ctx: views.create_view(ctx, body)
    )


@get("/views/{id:str}")
async def get_view(request: Incoming, id: Word) -> Response[Any]:
    """One view."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer(await views.get_view(ctx, id))


@patch("/views/{id:str}")
async def update_view(request: Incoming, id: Word) -> Response[Any]:
    """Change a view."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    body = reading.struct_of(await reading.raw_body(request), ViewChange)
    changes = {
        key: value
        for key, value in msgspec.structs.asdict(body).items()
        if value is not msgspec.UNSET and key != "object"
    }
    _check_size(changes.get("config"))
    return answers.json_answer(await views.update_view(ctx, id, changes))


@delete("/views/{id:str}", status_code=204)
async def delete_view(request: Incoming, id: Word) -> Response[None]:
    """Remove a view."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    await views.delete_view(ctx, id)
    return answers.nothing()


@get("/notifications")
async def list_notifications(request: Incoming) -> Response[Any]:
    """One's own notifications, the latest first."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("cursor", "limit"))
    limit = reading.limit_of(asked.get("limit"), default=inbox.PAGE, largest=200)
    return answers.json_answer(await inbox.page(ctx, cursor=asked.get("cursor"), limit=limit))


@post("/notifications/read", status_code=200)
async def read_notifications(request: Incoming) -> Response[Any]:
    """Mark notifications as read; answers how many are left."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    raw = await reading.raw_body(request)
    body = reading.struct_of(raw, ReadMarks)
    ids = None if body.ids == "all" else body.ids

    async def run(ctx: Any) -> None:
        await inbox.mark_read(ctx, ids)

    def answer(_: None) -> Answer:
        return Answer(200, {}, b"{}")

    return await answers.once(request, ctx, raw, answer, run)


ROUTES: Final = (
    list_views,
    create_view,
    get_view,
    update_view,
    delete_view,
    list_notifications,
    read_notifications,
)
