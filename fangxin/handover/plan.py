"""Who gets what of a user that leaves, as it was asked for and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, to_builtins

from fangxin.access.contexts import Installed, elevated
from fangxin.handover.holdings import USER, held, movable, require
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.ids import is_id
from fangxin.records.reading import count, get, get_many

RECEIVERS: Final = 50
_Id = Annotated[str, Meta(min_length=1, max_length=40)]
_Ids = Annotated[list[_Id], Meta(min_length=1, max_length=RECEIVERS)]


class HandOver(Struct, forbid_unknown_fields=True):
    """What is handed over, and to whom. `to` get everything but the `objects` that name others, or
    null to stay where they are. Several take `turn`s, or get what is of their `department`; what
    hangs on a customer goes with it either way.
    """

    to: _Ids
    split: Literal["turn", "department"] = "turn"
    objects: dict[str, _Ids | None] = {}
    finished: bool = False
    shares: bool = True
    views: bool = True
    deactivate: bool = False
    message: Annotated[str, Meta(max_length=500)] | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who gets something."""

    id: str
    name: str
    department: str | None


async def read_plan(ctx: Ctx, user: str, asked: HandOver) -> dict[str, Any]:
    """Return the plan as a job keeps it, or raise Forbidden, NotFound, or Invalid naming what does
    not fit.
    """
    require(ctx)
    await get(ctx, USER, user, ["id"])
    problems = [
        FieldProblem(
            f"/objects/{name}", "unknown_object", "There is no object {name}.", {"name": name}
        )
        for name in asked.objects
        if ctx.registry.get(name) not in movable(ctx)
    ]
    named = [(f"/to/{place}", id_) for place, id_ in enumerate(asked.to)]
    for name, ids in asked.objects.items():
        named += [(f"/objects/{name}/{place}", id_) for place, id_ in enumerate(ids or ())]
    known = await receivers(ctx, [id_ for _, id_ in named])
    message = "Another active user is needed here."
    problems += [
        FieldProblem(where, "not_active", message)
        for where, id_ in named
        if id_ not in known or id_ == user
    ]
    if asked.deactivate and user == ctx.actor.id:
        message = "You cannot deactivate yourself. Let another administrator do it."
        problems.append(FieldProblem("/deactivate", "self", message))
    if problems:
        raise Invalid(errors=problems)
    plan: dict[str, Any] = to_builtins(asked)
    objects = {ctx.registry[name].name: ids for name, ids in asked.objects.items()}
    return {**plan, "objects": objects, "user": user}


async def receivers(ctx: Ctx, ids: Sequence[str]) -> dict[str, Receiver]:
    """Return the active users among these, by id."""
    wanted = sorted({each for each in ids if is_id(each)})
    fields = ["name", "active", "department"]
    rows = await get_many(elevated(ctx), ctx.registry[USER], wanted, fields)
    return {
        row["id"]: Receiver(row["id"], row["name"], (row["department"] or {}).get("id"))
        for row in rows
        if row["active"]
    }


def meant(plan: Mapping[str, Any], name: str) -> list[str]:
    """Return the ids of those who get the records of an object; none: they stay."""
    ids: list[str] | None = plan["objects"].get(name, plan["to"])
    return list(dict.fromkeys(ids or ()))


async def preview(installation: Installed, ctx: Ctx, plan: Mapping[str, Any]) -> dict[str, Any]:
    """Return {"objects": [{"object", "label", "count", "to"}], "total", "blind"}: what would move
    and to whom; `blind` names receivers whose role does not let them see what they would get.
    """
    every, total = elevated(ctx), 0
    objects: list[dict[str, Any]] = []
    blind: list[dict[str, Any]] = []
    for definition in movable(ctx):
        ids = meant(plan, definition.name)
        tree = held(definition, plan["user"], finished=plan["finished"])
        number = await count(every, definition.name, filter=tree) if ids else 0
        if not number:
            continue
        known = await receivers(ctx, ids)
        named = {"object": definition.name, "label": definition.plural(ctx.locale)}
        to = [{"id": id_, "name": known[id_].name, "object": USER} for id_ in ids]
        objects.append({**named, "count": number, "to": to})
        total += number
        for link in to:
            person = await installation.directory.person(installation.registry, link["id"])
            if person is None or person.rights.scope(definition.name, "read").kind == "none":
                blind.append({**named, "user": link})
    return {"objects": objects, "total": total, "blind": blind}
