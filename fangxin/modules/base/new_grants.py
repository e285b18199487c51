"""What the shipped roles ship with, after an upgrade: each grant, field rule and permission that
the release has changed and that nobody changed here is brought; what an administrator shaped stays.

Three sides are compared, leaf by leaf: what the role was last given by a release (kept in a
setting; before there was one, the log of changes tells it), what it holds, and what it ships with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import system_context
from fangxin.access.roles import ADMINISTRATOR
from fangxin.access.settings import put_settings, setting
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.ids import new_id
from fangxin.kernel.jobs import Cron
from fangxin.kernel.leases import Run
from fangxin.kernel.logging import logger
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id
from fangxin.modules.base.default_roles import ROLES
from fangxin.objects.declare import Change
from fangxin.records import change as store
from fangxin.records.engine import run_unit, write_many
from fangxin.records.tables import change, change_payload, change_set

if TYPE_CHECKING:
    from fangxin.kernel.db import Tx

OFFERED: Final = "offered_roles"
_LABEL: Final = "role.new_rights"
# what this step calls its writes, and called them in earlier releases
_OURS: Final = frozenset({_LABEL, "Rights of a new release", "Rights on new objects"})
_PARTS: Final = ("grants", "field_rules", "permissions")
log = logger("grants")

# a grant's way from the role's values down: ("grants", "account", "read"), ("permissions", "undo")
Leaf = tuple[str, ...]
Leaves = dict[Leaf, Any]

_offered: Final = Prepared(lambda: sa.select(setting.c.value).where(setting.c.key == OFFERED))


def _find_writes() -> sa.Select[Any]:
    return (
        sa.select(change.c.verb, change_set.c.label, change_payload.c.payload)
        .join(change_set, change_set.c.id == change.c.change_set_id)
        .join(change_payload, change_payload.c.seq == change.c.seq)
        .where(change.c.record_id == sa.bindparam("role", type_=Id()))
        .order_by(change.c.seq)
    )


_writes: Final = Prepared(_find_writes)


def offered_roles() -> dict[str, dict[str, Any]]:
    """Return what this release gives its roles, by key; administrators need no grants."""
    shaped = [role for role in ROLES if role["key"] != ADMINISTRATOR]
    return {role["key"]: {part: deepcopy(role[part]) for part in _PARTS} for role in shaped}


def leaves_of(role: Mapping[str, Any]) -> Leaves:
    """Return all that a role is given, each by its way."""
    found: Leaves = {("permissions", each): True for each in role.get("permissions") or ()}
    for part in _PARTS[:2]:
        for name, entries in (role.get(part) or {}).items():
            found |= {(part, name, key): entry for key, entry in entries.items()}
    return found


def brought(before: Mapping[str, Any], held: Mapping[str, Any], now: Mapping[str, Any]) -> Leaves:
    """Return the leaves that a role is to get (None: to lose), given what an earlier release gave
    it, what it holds, and what this release gives.

    What is held otherwise than it was given was changed here and stays; an object of which
    everything was taken away gets nothing new either.
    """
    base, own, new = leaves_of(before), leaves_of(held), leaves_of(now)
    found: Leaves = {}
    for leaf in {**base, **new}:
        changed = base.get(leaf) != new.get(leaf) and own.get(leaf) == base.get(leaf)
        if changed and not (_any_of(leaf, base) and not _any_of(leaf, own)):
            found[leaf] = new.get(leaf)
    return found


def _any_of(leaf: Leaf, leaves: Leaves) -> bool:
    """Tell whether there is anything on the object that a grant is about."""
    return leaf[0] == "grants" and any(each[:2] == leaf[:2] for each in leaves)


def with_leaves(held: Mapping[str, Any], leaves: Leaves) -> dict[str, Any]:
    """Return the parts of a role with leaves put in, and those that are None taken out."""
    role = {part: deepcopy(held.get(part) or {}) for part in _PARTS[:2]}
    permissions = dict.fromkeys(held.get("permissions") or ())
    for leaf, entry in leaves.items():
        if leaf[0] == "permissions":
            permissions |= {leaf[1]: None}
            if entry is None:
                del permissions[leaf[1]]
        elif entry is None:
            del role[leaf[0]][leaf[1]][leaf[2]]
        else:
            role[leaf[0]].setdefault(leaf[1], {})[leaf[2]] = entry
    return {**role, "permissions": sorted(permissions)}


async def grant_new_rights(ctx: Ctx) -> list[str]:
    """Give each shipped role what this release ships it with beyond the last one, unless it was
    changed here; returns the keys of the roles that were changed.
    """
    rows = await ctx.database.read(_offered(ctx.database.dialect), {})
    if rows and rows[0][0][0] == offered_roles():
        return []
    group = ctx.within(ChangeSet(new_id(), "update", "role", _LABEL))
    changed: list[str] = await run_unit(group, lambda tx: _bring(group, tx))
    if changed:
        log.info("roles were given the rights of this release", extra={"roles": changed})
    return changed


async def _bring(ctx: Ctx, tx: Tx) -> list[str]:
    now, ids = offered_roles(), {each["key"]: each["id"] for each in ROLES}
    rows = await store.load(ctx, tx, ctx.registry["role"], [ids[key] for key in now], "update")
    # read behind the locks: another process may have been quicker
    known = await tx.fetch_one(_offered(tx.dialect), {})
    before = dict(known[0][0]) if known else {}
    offered, changes = dict(before), {}
    for key in now:
        row = rows.get(ids[key])
        if row is None or row.deleted:
            # what comes back from the bin one day is compared with what it was given back then
            continue
        base = before.get(key) or await _given(tx, ids[key])
        offered[key] = now[key]
        if base is None:
            log.warning("what a role was given first is not known", extra={"role": key})
        elif leaves := brought(base, row.values, now[key]):
            values = with_leaves(row.values, leaves)
            changes[key] = Change("role", ids[key], "update", values, version=row.version)
    if changes:
        await write_many(ctx, tx, "role", "update", list(changes.values()))
    if offered != before:
        await put_settings(tx, {OFFERED: offered})
    return list(changes)


async def _given(tx: Tx, role: str) -> dict[str, Any] | None:
    """Return what earlier releases gave a role, by the log: what it was made with, and what this
    step brought since; None where the log does not reach back so far.
    """
    found: dict[str, Any] | None = None
    for verb, label, payload in await tx.fetch(_writes(tx.dialect), {"role": role}):
        before, after = ((payload or {}).get(side) or {} for side in ("before", "after"))
        if verb == "create" and after:
            found = {part: after.get(part) for part in _PARTS}
        elif found is not None and label in _OURS:
            found = with_leaves(found, dict(_difference(before, after)))
    return found


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[Leaf, Any]]:
    """Yield the leaves that a write put or took away; parts that it left alone are on no side."""
    old, new = leaves_of(before), leaves_of(after)
    for leaf in {**old, **new}:
        if old.get(leaf) != new.get(leaf):
            yield leaf, new.get(leaf)


async def handle(installation: Any, _run: Run) -> Mapping[str, Any]:
    """Run as a job: whoever upgrades by `migrate` and serves in several processes has no one
    start.
    """
    return {"roles": await grant_new_rights(await system_context(installation))}


JOBS: Final = {"base.new_grants": handle}
CRON: Final = (Cron("base.new_grants", "base.new_grants", timedelta(hours=1)),)
