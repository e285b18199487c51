"""Verbs on a user: invite, deactivate, move to another department, hand over all records to another
user.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fangxin.access.contexts import context_for_user, elevated
from fangxin.access.login import new_invitation, put_invitation
from fangxin.access.sessions import close_others
from fangxin.access.users import User
from fangxin.fields.base import Field
from fangxin.fields.link import Link, UserLink
from fangxin.fields.number import Boolean
from fangxin.kernel.context import ChangeSet
from fangxin.kernel.errors import FieldProblem, Forbidden, Invalid
from fangxin.objects.declare import Action, Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import bulk
from fangxin.records.engine import write_many
from fangxin.records.reading import find_ids

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx
    from fangxin.kernel.leases import Run

KIND: Final = "transfer_records"
# so many records move within the request; more are moved by a job
AT_ONCE: Final = 200

Record = dict[str, Any]


def _may(ctx: Ctx) -> None:
    if not ctx.rights.allows("admin.users"):
        raise Forbidden("Only who may administer users can do this.", code="admin_users")


async def _set(ctx: Ctx, tx: Tx, definition: ObjectDef, record: Record, values: Record) -> None:
    change = Change(definition.name, record["id"], "update", values, version=record["version"])
    await write_many(ctx, tx, definition.name, "update", [change])


async def invite(
    ctx: Ctx, tx: Tx, _definition: ObjectDef, record: Record, _params: Record
) -> dict[str, Any]:
    """Make a link by which the user sets his password, once, within seven days; an older one is
    void.
    """
    _may(ctx)
    if not ctx.rights.admin and await _is_administrator(ctx, tx, record["id"]):
        raise Forbidden(
            "Only an administrator can make, change or remove administrators.", code="admin_users"
        )
    secret, row = new_invitation(record["id"], ctx.actor.id, ctx.clock())
    await put_invitation(tx, row)
    return {"url": f"{ctx.services.settings.base_url}/invite/{secret}"}


async def _is_administrator(ctx: Ctx, tx: Tx, user_id: str) -> bool:
    tree = {
        "all": [
            {"field": "id", "op": "is", "value": user_id},
            {"field": "role.key", "op": "is", "value": "administrator"},
        ]
    }
    found = await find_ids(elevated(ctx), ctx.registry["user"], tree, limit=1, fetch=tx.fetch)
    return bool(found)


async def deactivate(
    ctx: Ctx, tx: Tx, definition: ObjectDef, record: Record, _params: Record
) -> None:
    """End the user's access: sessions and tokens at once, sign-in with the next look at his
    record.
    """
    _may(ctx)
    await _set(ctx, tx, definition, record, {"active": False})
    await close_others(tx, record["id"], None, ctx.clock())


async def hand_over(
    ctx: Ctx, tx: Tx, _definition: ObjectDef, record: Record, params: Record
) -> dict[str, Any]:
    """Give everything the user owns to `to`, as one change set; more than AT_ONCE by a job."""
    _may(ctx)
    target = params["to"]
    tree = {
        "all": [
            {"field": "id", "op": "is", "value": target},
            {"field": "active", "op": "is", "value": True},
        ]
    }
    here = elevated(ctx)
    found = await find_ids(here, ctx.registry["user"], tree, limit=1, fetch=tx.fetch)
    if not found or target == record["id"]:
        message = "Another active user is needed here."
        raise Invalid(errors=[FieldProblem("/to", "not_active", message)])
    department = await _department_of(here, tx, target)
    return await _transfer(here, tx, record["id"], {"owner": target, "department": department})


async def _department_of(ctx: Ctx, tx: Tx, user_id: str) -> str | None:
    from fangxin.records.change import load  # noqa: PLC0415

    rows = await load(ctx, tx, ctx.registry["user"], [user_id], "read")
    department: str | None = rows[user_id].values.get("department")
    return department


async def move(
    ctx: Ctx, tx: Tx, definition: ObjectDef, record: Record, params: Record
) -> dict[str, Any]:
    """Put the user into another department, with `records` also everything he owns."""
    _may(ctx)
    await _set(ctx, tx, definition, record, {"department": params["department"]})
    if not params.get("records"):
        return {}
    return await _transfer(elevated(ctx), tx, record["id"], {"department": params["department"]})


def _owned(owner: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filter for what is still to be moved."""
    mine = {"field": "owner", "op": "is", "value": owner}
    if "owner" in values:
        return mine
    there = {"field": "department", "op": "is", "value": values["department"]}
    return {"all": [mine, {"not": there}]}


def _settled(definition: ObjectDef, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what to set on records of an object: who does a task is its owner too."""
    settled = dict(values)
    if definition.facts.open_to_all:
        # the department of a user is where he works, not who looks after his record
        settled.pop("department", None)
    if "assignee" in definition.fields and "owner" in values:
        settled["assignee"] = values["owner"]
    return settled


def _movable(ctx: Ctx, values: Mapping[str, Any]) -> list[ObjectDef]:
    return [each for each in ctx.registry.objects.values() if _settled(each, values)]


async def _transfer(ctx: Ctx, tx: Tx, owner: str, values: dict[str, Any]) -> dict[str, Any]:
    """Set `values` on all that `owner` owns, here or by a job that writes into the same change
    set.
    """
    found = []
    for definition in _movable(ctx, values):
        tree = _owned(owner, values)
        found.append(
            (definition, await find_ids(ctx, definition, tree, limit=AT_ONCE + 1, fetch=tx.fetch))
        )
    if sum(len(ids) for _, ids in found) > AT_ONCE:
        args = {"owner": owner, "values": values, "change_set": _group(ctx).id}
        job = await ctx.services.jobs.enqueue(tx, KIND, args, actor=ctx.actor.id)
        return {"job": job, "change_set": _group(ctx).id}
    for definition, ids in found:
        changes = [
            Change(definition.name, id_, "update", _settled(definition, values)) for id_, _ in ids
        ]
        if changes:
            await write_many(ctx, tx, definition.name, "update", changes)
    moved = sum(len(ids) for _, ids in found)
    return {"changed": moved, "change_set": _group(ctx).id if moved else None}


def _group(ctx: Ctx) -> ChangeSet:
    if ctx.change_set is None:
        message = "an action runs within its change set"
        raise RuntimeError(message)
    return ctx.change_set


async def run_transfer(installation: Any, run: Run) -> Mapping[str, Any]:
    """Move the rest slice by slice. Run again after a crash it goes on with what is left."""
    args = run.args
    ctx = await context_for_user(installation, run.actor_id or "", "web")
    _may(ctx)
    changed = 0
    for definition in _movable(ctx, args["values"]):
        tree = _owned(args["owner"], args["values"])
        report = await bulk.bulk(
            elevated(ctx),
            definition.name,
            bulk.Selection(filter=tree),
            body=_settled(definition, args["values"]),
            change_set=args["change_set"],
        )
        changed += report["changed"]
    return {"changed": changed, "change_set": args["change_set"]}


JOBS: Final = {KIND: run_transfer}
_ACTIVE: Final = {"field": "active", "op": "is", "value": True}
ACTIONS: Final = (
    Action(key="invite", label="Invite", icon="mail", run=invite, when=_ACTIVE),
    Action(
        key="move",
        label="Move to department",
        icon="sitemap",
        run=move,
        params=(
            Field(
                type=Link(),
                label="Department",
                key="department",
                target="department",
                required=True,
            ),
            Field(type=Boolean(), label="With all records", key="records"),
        ),
    ),
    Action(
        key="hand_over",
        label="Hand over",
        icon="switch",
        run=hand_over,
        params=(Field(type=UserLink(), label="To", key="to", target="user", required=True),),
        dangerous=True,
    ),
    Action(
        key="deactivate",
        label="Deactivate",
        icon="lock",
        run=deactivate,
        when=_ACTIVE,
        dangerous=True,
    ),
)
# access/ declares the user and only computes; what acts on him joins here, before the registry is
# built from the classes
User.object = replace(User.object, actions=ACTIONS)
