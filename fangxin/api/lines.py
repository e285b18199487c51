"""What the lines of a sub-table come to while they are being typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from litestar import Request, Response, post
from litestar.params import FromPath

from fangxin.api import answers, door, reading
from fangxin.fields.base import Environment, Field
from fangxin.fields.lines import LIMIT
from fangxin.fields.schema import Schema
from fangxin.kernel.errors import FieldError, NotFound
from fangxin.objects.registry import ObjectDef
from fangxin.records.reading import environment, readable_object

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


@post("/{path:str}/lines/{field:str}", status_code=200)
async def reckon_lines(request: Incoming, path: Word, field: Word) -> Response[Any]:
    """The formulas of each line; a cell that is not finished counts as empty."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    body = reading.object_of(await reading.raw_body(request))
    reading.only(body, ("lines",))
    definition = readable_object(ctx, path)
    readable = ctx.rights.readable(definition).get(field) == "full"
    if not readable or field not in definition.inside:
        raise NotFound
    lines, own = body.get("lines"), definition.fields[field]
    if not isinstance(lines, list) or len(lines) > LIMIT:
        raise reading.wrong("/lines", "not_a_list", "A list of lines is needed here.")
    env = environment(ctx)
    return answers.json_answer({"lines": [reckoned(own, each, env) for each in lines]})


def reckoned(field: Field, line: Any, env: Environment) -> dict[str, Any]:
    """Return what formulas come to over a line as it is typed; a cell that cannot be read, and
    what is no line at all, counts as empty.
    """
    stored: dict[str, Any] = {}
    for each in field.line:
        wire = line.get(each.key) if isinstance(line, Mapping) else None
        if wire is not None and not each.computed:
            with suppress(FieldError):
                value = each.type.read(each, wire, env)
                if value is not None:
                    stored[str(each.custom_id)] = each.pack(each.type.store(each, value))
    (shown_,) = field.type.write(field, ([stored],))
    return {each.key: shown_[each.key] for each in field.line if each.computed}


# what is sent and what is answered
LINES: Final[Schema] = {
    "type": "object",
    "properties": {"lines": {"type": "array", "items": {"type": "object"}, "maxItems": LIMIT}},
    "required": ["lines"],
}


def paths(
    definition: ObjectDef,
    root: str,
    make: Callable[..., Any],
    responses: Mapping[str, Any],
    request: Any,
) -> dict[str, Any]:
    """Return the paths of an object's sub-tables for the OpenAPI document."""
    summary = "What lines come to"
    return {
        f"{root}/lines/{key}": {"post": make(f"reckon_{key}", summary, responses, request=request)}
        for key in definition.inside
    }


ROUTES: Final = (reckon_lines,)
