"""Role: what its users may do with which rows of each object, with which fields, and what else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from fangxin.access.fieldrules import SIGHTS
from fangxin.access.scope import ACTIONS, KINDS, Rights
from fangxin.customizing.configuration import Configuration
from fangxin.fields.base import Option
from fangxin.kernel import epoch
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FieldError, Forbidden
from fangxin.kernel.ids import is_id
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import InArray, metadata
from fangxin.objects.declare import (
    Change,
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    choice,
    long_text,
    names,
    settings,
    text,
)

ADMINISTRATOR: Final = "administrator"
PERMISSIONS: Final = (
    "admin.users",
    "admin.roles",
    "admin.fields",
    "admin.settings",
    "admin.data",
    "reveal",
    "look_up",
    "share",
    "undo",
    "purge",
)
HOMES: Final = tuple(
    Option(key, label)
    for key, label in (
        ("sales", "Sales"),
        ("manager", "Sales management"),
        ("service", "Service"),
        ("marketing", "Marketing"),
        ("executive", "Executive board"),
        ("admin", "Administration"),
    )
)


def _entries(wire: Any) -> Mapping[str, Any]:
    if not isinstance(wire, Mapping) or not all(isinstance(key, str) for key in wire):
        raise FieldError("wrong_type", "An object is needed here.")
    return wire


def _grant(wire: Any) -> Any:
    if isinstance(wire, str) and wire in KINDS and wire != "chosen":
        return wire
    if isinstance(wire, Mapping) and set(wire) == {"chosen"}:
        chosen = wire["chosen"]
        if isinstance(chosen, list) and all(is_id(each) for each in chosen):
            return {"chosen": sorted(set(chosen))}
    allowed = ", ".join(kind for kind in KINDS if kind != "chosen")
    raise FieldError(
        "bad_grant", "A grant is one of {allowed}, or chosen departments.", allowed=allowed
    )


def read_grants(wire: Any) -> dict[str, Any]:
    """Normalise {object: {action: grant}}, or raise FieldError; grants of nothing are left out."""
    found = {}
    for name, actions in _entries(wire).items():
        unknown = sorted(set(_entries(actions)) - set(ACTIONS))
        if unknown:
            raise FieldError("unknown_action", "There is no action {name}.", name=unknown[0])
        given = {action: _grant(actions[action]) for action in ACTIONS if action in actions}
        found[name] = {action: grant for action, grant in given.items() if grant != "none"}
    return found


def read_field_rules(wire: Any) -> dict[str, Any]:
    """Normalise {object: {field: {"read": "full|masked|none", "edit": bool}}}, or raise
    FieldError.
    """
    found: dict[str, Any] = {}
    for name, rules in _entries(wire).items():
        found[name] = {}
        for key, rule in _entries(rules).items():
            read, edit = _entries(rule).get("read", "full"), rule.get("edit", True)
            if set(rule) - {"read", "edit"} or read not in SIGHTS or not isinstance(edit, bool):
                raise FieldError(
                    "bad_rule",
                    "A rule takes read (full, masked or none) and edit (true or false): {name}.",
                    name=key,
                )
            found[name][key] = {"read": read, "edit": edit and read == "full"}
    return found


def read_permissions(wire: Any) -> list[str]:
    """Normalise a list of permissions, or raise FieldError."""
    if not isinstance(wire, list):
        raise FieldError("not_a_list", "A list of values is needed here.")
    unknown = [each for each in wire if each not in PERMISSIONS]
    if unknown:
        raise FieldError(
            "not_an_option",
            "One of these is needed here: {allowed}.",
            allowed=", ".join(PERMISSIONS),
        )
    return sorted(set(wire))


def _find_holders() -> sa.Select[Any]:
    # by name, since users refer to roles and not the other way round
    user = metadata.tables["user"]
    there = sa.and_(InArray(user.c.role_id, "ids"), user.c.deleted_at.is_(None))
    # skip one-door: whether a role is in use does not depend on who asks
    return sa.select(user.c.role_id).where(there).limit(1)


_holders: Final = Prepared(_find_holders)


async def check_roles(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse who may not administer roles, a role in use that would go, and a change of the
    administrators' role.
    """
    rights: Rights = ctx.rights
    if not rights.allows("admin.roles"):
        raise Forbidden("Only who may administer roles can change them.", code="admin_roles")
    for change in changes:
        fixed = change.before is not None and change.before.get("key") == ADMINISTRATOR
        touched = [key for key in ("key", "grants", "permissions") if change.changes(key)]
        if fixed and (touched or change.verb in {"delete", "purge"}):
            raise Conflict("The administrators' role stays as it is.", code="role_fixed")
        if not rights.admin and change.get("key") == ADMINISTRATOR:
            raise Forbidden("Only an administrator can make administrators.", code="admin_roles")
    gone = [each.id for each in changes if each.verb in {"delete", "purge"}]
    if gone and await tx.fetch_one(_holders(tx.dialect), {"ids": gone}):
        raise Conflict("This role has users. Give them another role first.", code="role_in_use")


async def after_roles(_ctx: Ctx, tx: Tx, _changes: Sequence[Change]) -> None:
    """Make every worker read the roles anew."""
    await epoch.bump(tx, epoch.ACCESS)


class Role(Record):
    """A set of rights; `key` names the shipped ones. The role with the key of administrators may do
    everything.
    """

    __tablename__ = "role"
    object = ObjectFacts(
        path="roles",
        label="Role",
        label_plural="Roles",
        icon="shield",
        names="names",
        natural_key="key",
        open_to_all=True,
        configuration=Configuration(),
        navigation=Navigation(group="admin", order=50),
        check=check_roles,
        after=after_roles,
        layout=Layout(
            list=("name", "key", "home", "updated_at"),
            facts=("key", "home"),
            sections=(("details", "Details", ("name", "key", "home", "description")),),
            quick_create=("name", "home", "description"),
            related=(("user", "role"),),
            default_sort="name",
        ),
    )

    key: Mapped[str | None] = text("Key", max_length=60, unique=True)
    description: Mapped[str | None] = long_text("Description")
    home: Mapped[str | None] = choice("Home", HOMES, default="sales")
    grants: Mapped[Any] = settings("Grants", read_grants)
    field_rules: Mapped[Any] = settings("Field rules", read_field_rules)
    permissions: Mapped[Any] = settings("Permissions", read_permissions)
    names: Mapped[Any] = names()
