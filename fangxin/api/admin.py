"""What administrators shape: settings, custom fields, custom objects."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from litestar import Request, Response, delete, get, patch, post
from litestar.params import FromPath

from fangxin.access.contexts import CHECK_EVERY
from fangxin.access.settings import read_company, wire_settings
from fangxin.api import answers, door, reading
from fangxin.configuring.company import save_settings
from fangxin.customizing import customize
from fangxin.history.noting import noted
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import NotFound
from fangxin.kernel.idempotency import Answer, keyed
from fangxin.kernel.ids import is_id
from fangxin.objects import custom
from fangxin.reshaping import convert, encrypting, fixed, unique, uses

FIELDS: Final = "admin.fields"
SETTINGS: Final = "admin.settings"

Incoming = Request[Any, Any, Any]
Word = FromPath[str]
Body = dict[str, Any]
Work = Callable[[Ctx, Tx], Awaitable[Any]]
Design = Callable[[Ctx, Tx, Body], Awaitable[Any]]


def _known(id_: str) -> str:
    if not is_id(id_):
        raise NotFound
    return id_


async def _designer(request: Incoming) -> Ctx:
    ctx = await door.writer(request)
    reading.query_of(request, ())
    door.require_permission(ctx, FIELDS)
    return ctx


async def _change(request: Incoming, ctx: Ctx, work: Work) -> Any:
    """Change a definition in one unit, and let this worker know of it before it answers."""

    async def unit(tx: Tx) -> Any:
        return await noted(ctx, tx, lambda tx: work(ctx, tx))

    result = await ctx.database.write(keyed(ctx, unit))
    await door.installation_of(request).refresh_registry()
    return result


async def _change_once(
    request: Incoming, ctx: Ctx, raw: bytes, answer: Callable[[Any], Answer], work: Work
) -> Response[Any]:
    return await answers.once(request, ctx, raw, answer, lambda ctx: _change(request, ctx, work))


@get("/settings")
async def get_settings(request: Incoming) -> Response[Any]:
    """What the company has decided once."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    door.require_permission(ctx, SETTINGS)
    company = await read_company(ctx.database)
    return answers.json_answer(wire_settings(company, ctx.registry))


@patch("/settings")
async def update_settings(request: Incoming) -> Response[Any]:
    """Change some of the company's settings."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    await save_settings(ctx, reading.object_of(await reading.raw_body(request)))
    # what is asked next already follows them, whichever worker is asked
    await asyncio.sleep(CHECK_EVERY)
    company = await read_company(ctx.database)
    return answers.json_answer(wire_settings(company, ctx.registry))


async def _definitions(request: Incoming, allowed: tuple[str, ...]) -> tuple[Any, dict[str, str]]:
    ctx = await door.reader(request)
    asked = reading.query_of(request, allowed)
    door.require_permission(ctx, FIELDS)
    return await custom.load(ctx.database), asked


@get("/custom_fields")
async def list_fields(request: Incoming) -> Response[Any]:
    """Custom fields; with `deleted=true` those in the recycle bin."""
    found, asked = await _definitions(request, ("object", "deleted"))
    deleted = reading.flag_of(asked.get("deleted"), "deleted")
    registry = door.installation_of(request).registry
    name = registry[asked["object"]].name if asked.get("object") else None
    items = [
        customize.field_wire(row)
        for row in found.fields
        if (row.deleted_at is not None) == deleted and name in (None, row.object)
    ]
    return answers.json_answer({"items": items, "next": None})


async def _make(request: Incoming, make: Design) -> Response[Any]:
    ctx = await _designer(request)
    raw = await reading.raw_body(request)
    body = reading.object_of(raw)
    return await _change_once(
        request, ctx, raw, answers.plain(201), lambda ctx, tx: make(ctx, tx, body)
    )


async def _reshape(request: Incoming, reshape: Design) -> Response[Any]:
    ctx = await _designer(request)
    body = reading.object_of(await reading.raw_body(request))
    return answers.json_answer(await _change(request, ctx, lambda ctx, tx: reshape(ctx, tx, body)))


async def _remove(request: Incoming, work: Work) -> Response[None]:
    await _change(request, await _designer(request), work)
    return answers.nothing()


async def _bring_back(request: Incoming, work: Work) -> Response[Any]:
    ctx = await _designer(request)
    raw = await reading.raw_body(request)
    reading.only(reading.object_of(raw), ())
    return await _change_once(request, ctx, raw, answers.plain(200), work)


@post("/custom_fields")
async def create_field(request: Incoming) -> Response[Any]:
    """Make a custom field."""

    async def make(ctx: Ctx, tx: Tx, body: Body) -> Any:
        jobs = ctx.services.jobs
        fixed.judge(ctx.registry, None, body)
        return await customize.create_field(tx, ctx.registry, body, ctx.clock(), jobs)

    return await _make(request, make)


@patch("/custom_fields/{id:str}")
async def update_field(request: Incoming, id: Word) -> Response[Any]:
    """Change a custom field."""
    ctx = await _designer(request)
    body = reading.object_of(await reading.raw_body(request))
    found = await _place(ctx, _known(id))
    fixed.judge(ctx.registry, found[1], body)
    changed = await encrypting.update_field(ctx, id, body, *found)
    await door.installation_of(request).refresh_registry()
    return answers.json_answer(changed)


async def _place(ctx: Ctx, id_: str) -> Any:
    """Return (object, field) of a custom field that is there."""
    for row in (await custom.load(ctx.database)).fields:
        definition = ctx.registry.get(row.object) if row.id == id_ else None
        if definition is not None and not row.deleted_at and row.key in definition.fields:
            return definition, definition.fields[row.key]
    return None, None


@get("/custom_fields/{id:str}/uses")
async def field_uses(request: Incoming, id: Word) -> Response[Any]:
    """What uses a custom field: formulas, roll-ups, views, rules of roles."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    door.require_permission(ctx, FIELDS)
    definition, field = await _place(ctx, _known(id))
    if field is None:
        raise NotFound
    return answers.json_answer({"items": await uses.uses_of(ctx, definition, field), "next": None})


@post("/custom_fields/check", status_code=200)
async def check_formula(request: Incoming) -> Response[Any]:
    """Tell whether a formula would work, and where its fault is; nothing is written."""
    ctx = await _designer(request)
    body = reading.object_of(await reading.raw_body(request))
    reading.only(body, ("object", "formula", "scale", "key"))
    return answers.json_answer(customize.check_formula(ctx.registry, body, ctx.locale))


@post("/custom_fields/{id:str}/convert", status_code=200)
async def convert_field(request: Incoming, id: Word) -> Response[Any]:
    """Give a field another type; with `preview` only say what would not fit."""
    ctx = await _designer(request)
    raw = await reading.raw_body(request)
    body = reading.object_of(raw)

    async def work(ctx: Ctx) -> Any:
        done = await convert.convert(ctx, _known(id), body)
        await door.installation_of(request).refresh_registry()
        return done

    return await answers.once_over(request, ctx, raw, answers.plain(200), work)


@delete("/custom_fields/{id:str}", status_code=204)
async def delete_field(request: Incoming, id: Word) -> Response[None]:
    """Move a custom field into the recycle bin; its values rest with it. What rules name stays."""
    ctx = await _designer(request)
    definition, field = await _place(ctx, _known(id))
    if field is not None:
        uses.refuse_ruled(await uses.uses_of(ctx, definition, field))
    return await _remove(
        request, lambda ctx, tx: customize.delete_field(tx, ctx.registry, _known(id), ctx.clock())
    )


@post("/custom_fields/{id:str}/restore", status_code=200)
async def restore_field(request: Incoming, id: Word) -> Response[Any]:
    """Take a custom field out of the recycle bin."""

    async def work(ctx: Ctx, tx: Tx) -> Any:
        return await unique.restore_field(ctx, tx, ctx.registry, _known(id), ctx.clock())

    return await _bring_back(request, work)


@get("/custom_objects")
async def list_custom_objects(request: Incoming) -> Response[Any]:
    """Custom objects; with `deleted=true` those in the recycle bin."""
    found, asked = await _definitions(request, ("deleted",))
    deleted = reading.flag_of(asked.get("deleted"), "deleted")
    items = [
        customize.object_wire(row)
        for row in found.objects
        if (row.deleted_at is not None) == deleted
    ]
    return answers.json_answer({"items": items, "next": None})


@post("/custom_objects")
async def create_object(request: Incoming) -> Response[Any]:
    """Make a custom object."""
    return await _make(
        request,
        lambda ctx, tx, body: customize.create_object(tx, ctx.registry, body, ctx.clock()),
    )


@patch("/custom_objects/{id:str}")
async def update_object(request: Incoming, id: Word) -> Response[Any]:
    """Change the words and the icon of a custom object."""
    return await _reshape(
        request, lambda _ctx, tx, body: customize.update_object(tx, _known(id), body)
    )


@delete("/custom_objects/{id:str}", status_code=204)
async def delete_object(request: Incoming, id: Word) -> Response[None]:
    """Move a custom object into the recycle bin; its records rest with it."""
    return await _remove(
        request, lambda ctx, tx: customize.delete_object(tx, _known(id), ctx.clock())
    )


@post("/custom_objects/{id:str}/restore", status_code=200)
async def restore_object(request: Incoming, id: Word) -> Response[Any]:
    """Take a custom object out of the recycle bin."""
    return await _bring_back(
        request,
        lambda ctx, tx: customize.restore_object(tx, _known(id), ctx.clock()),
    )


ROUTES: Final = (
    get_settings,
    update_settings,
    list_fields,
    create_field,
    update_field,
    field_uses,
    check_formula,
    convert_field,
    delete_field,
    restore_field,
    list_custom_objects,
    create_object,
    update_object,
    delete_object,
    restore_object,
)
