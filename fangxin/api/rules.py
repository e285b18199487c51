"""Rules: tried before they are saved, and asked by forms; they are made like any other record."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from fangxin.api import answers, door, reading
from fangxin.api.rule_shapes import RuleDraft
from fangxin.rules.trying import acting, faulty_rules, try_rule

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


@post("/rules/try", status_code=200)
async def try_one(request: Incoming) -> Response[Any]:
    """How many of the records that are there a rule would refuse; nothing is written."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    draft = reading.struct_of(await reading.raw_body(request), RuleDraft)
    return answers.json_answer(await try_rule(ctx, msgspec.structs.asdict(draft)))


@get("/rules/faults")
async def list_faults(request: Incoming) -> Response[Any]:
    """The active rules that make no sense any more, and why."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    return answers.json_answer({"items": await faulty_rules(ctx), "next": None})


@post("/{path:str}/rules/evaluate", status_code=200)
async def evaluate(request: Incoming, path: Word) -> Response[Any]:
    """Which display rules act on a record as it is being typed."""
    ctx = await door.reader(request)
    reading.query_of(request, ())
    body = reading.object_of(await reading.raw_body(request))
    reading.only(body, ("id", "values"))
    values = body.get("values", {})
    if not isinstance(values, dict):
        raise reading.wrong("/values", "wrong_type", "An object with field keys is needed here.")
    return answers.json_answer(await acting(ctx, path, values, reading.text_of(body, "id")))


ROUTES: Final = (try_one, list_faults, evaluate)
