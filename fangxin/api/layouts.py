"""A layout while it is made: checked, and shown as a role would see it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from litestar import Request, Response, post
from litestar.params import FromPath

from fangxin.api import answers, door, reading
from fangxin.api.metadata import field_seen
from fangxin.arranging.arrange import PLACES, page, related_lists
from fangxin.arranging.body import read_body
from fangxin.arranging.check import PERMISSION, body_faults, listable, needed
from fangxin.arranging.gone import without_gone
from fangxin.arranging.standard import standard
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldError, FieldProblem, Invalid
from fangxin.kernel.i18n import LOCALES
from fangxin.objects.registry import ObjectDef

Incoming = Request[Any, Any, Any]
_NOTHING: Final[dict[str, Any]] = {"tabs": [], "related": [], "others": []}
Word = FromPath[str]


def _refuse(key: str, code: str, message: str, /, **values: Any) -> Invalid:
    return Invalid(errors=[FieldProblem(f"/{key}", code, message, values)])


def _one_of(key: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        message = "One of these is needed here: {allowed}."
        raise _refuse(key, "not_an_option", message, allowed=", ".join(allowed))
    return str(value)


def _body(ctx: Ctx, definition: ObjectDef, place: str, wire: Any, *, lenient: bool) -> Any:
    if wire is None:
        return standard(ctx.registry, definition, place)
    try:
        body = read_body(wire)
    except FieldError as error:
        raise Invalid(errors=[error.at("/body")]) from error
    if lenient:
        return without_gone(ctx.registry, definition, place, body)
    faults = body_faults(ctx.registry, definition, place, body)
    if faults:
        raise Invalid(errors=faults)
    return body


async def _as_role(request: Incoming, ctx: Ctx, role: Any) -> Ctx:
    """Return the context of somebody who has nothing but a role."""
    if role is None:
        return ctx
    memory = await door.installation_of(request).directory.memory(ctx.registry)
    if not isinstance(role, str) or role not in memory.roles:
        raise _refuse("role", "unknown_role", "There is no role {id}.", id=str(role)[:80])
    return replace(ctx, rights=memory.roles[role][1])


@post("/objects/{name:str}/preview_layout", status_code=200)
async def preview_layout(request: Incoming, name: Word) -> Response[Any]:
    """Say what a role would see of a layout that is being made; nothing is written."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    door.require_permission(ctx, PERMISSION)
    definition = ctx.registry[name]
    asked = reading.object_of(await reading.raw_body(request))
    reading.only(asked, ("place", "body", "role", "locale", "lenient"))
    place = _one_of("place", asked.get("place"), PLACES)
    lenient = asked.get("lenient") is True
    body = _body(ctx, definition, place, asked.get("body"), lenient=lenient)
    seen = await _as_role(request, ctx, asked.get("role"))
    if asked.get("locale") is not None:
        seen = replace(seen, locale=_one_of("locale", asked["locale"], tuple(LOCALES)))
    plain = {"columns": [], "hidden": False, "tab": None}
    lists = [
        {"object": one, "field": key, **plain} for one, key in listable(ctx.registry, definition)
    ]
    # who may not read the object meets none of its fields
    met = seen.rights.scope(definition.name, "read").kind != "none"
    readable = seen.rights.readable(definition) if met else {}
    shown = page(seen, definition, place, body) if met else _NOTHING
    return answers.json_answer(
        {
            "body": body,
            "page": {"id": None, "when": None, **shown},
            "fields": [
                field_seen(seen, definition, each)
                for each in definition.fields.values()
                if each.key in readable
            ],
            "lists": related_lists(ctx, definition, {"related": lists}),
            "needed": needed(definition),
        }
    )


ROUTES: Final = (preview_layout,)
