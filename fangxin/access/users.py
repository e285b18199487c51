"""User: who signs in. The password stands apart and is no field of the record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from fangxin.access.roles import ADMINISTRATOR, Role
from fangxin.access.scope import Rights
from fangxin.fields.base import Option
from fangxin.kernel import epoch
from fangxin.kernel.clock import zone_of
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FieldError, Forbidden, Invalid
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import (
    Id,
    Json,
    Timestamp,
    metadata,
)
from fangxin.objects.declare import (
    Change,
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    boolean,
    choice,
    email,
    link,
    phone,
    text,
    user,
)

LOCALES: Final = (Option("zh-CN", "简体中文"), Option("en", "English"))
# what only who administers users may change; the rest of his own record is his
GUARDED: Final = ("email", "role", "department", "active", "owner")

user_secret: Final = sa.Table(
    "user_secret",
    metadata,
    sa.Column("user_id", Id(), sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("password_hash", sa.Text(), nullable=False),
    sa.Column("changed_at", Timestamp(), nullable=False),
)

user_preference: Final = sa.Table(
    "user_preference",
    metadata,
    sa.Column("user_id", Id(), sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("value", Json(), nullable=False),
)


def _lock_administrators() -> sa.Select[Any]:
    user, role = User.__table__, Role.__table__
    there = (role.c.key == ADMINISTRATOR, user.c.active.is_(sa.true()), user.c.deleted_at.is_(None))
    # locked, so that two who leave at once see each other
    # skip one-door: how many administrators are left does not depend on who asks
    made = sa.select(user.c.id).join(role, role.c.id == user.c.role_id).where(*there)
    return made.order_by(user.c.id).with_for_update()


def _find_administrator_roles() -> sa.Select[Any]:
    role = Role.__table__
    # skip one-door: which role is the administrators' does not depend on who asks
    return sa.select(role.c.id).where(role.c.key == ADMINISTRATOR)


_administrators: Final = Prepared(_lock_administrators)
_administrator_roles: Final = Prepared(_find_administrator_roles)


async def prepare_users(_ctx: Ctx, _tx: Tx, changes: Sequence[Change]) -> None:
    """Name a user who came without a name by his address."""
    for change in changes:
        if change.before is None and not change.get("name"):
            change.values["name"] = (change.get("email") or "").partition("@")[0]


async def check_users(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse rights that the actor may not give, an unknown time zone, and the end of the last
    administrator.
    """
    rights: Rights = ctx.rights
    roles = {row[0] for row in await tx.fetch(_administrator_roles(tx.dialect), {})}
    for change in changes:
        _check_zone(change)
        if not rights.allows("admin.users"):
            _check_plain(ctx, change)
        if not rights.admin and _touches(change, roles):
            raise Forbidden(
                "Only an administrator can make, change or remove administrators.",
                code="admin_users",
            )
    await _check_last(tx, changes, roles)


def _check_zone(change: Change) -> None:
    if change.changes("timezone") and change.get("timezone"):
        try:
            zone_of(change.get("timezone"))
        except FieldError as error:
            raise Invalid(errors=[error.at("/timezone")]) from error


def _check_plain(ctx: Ctx, change: Change) -> None:
    guarded = [key for key in GUARDED if change.changes(key)]
    if change.id != ctx.actor.id or change.verb != "update" or guarded:
        raise Forbidden("Only who may administer users can do this.", code="admin_users")


def _touches(change: Change, roles: set[str]) -> bool:
    before = None if change.before is None else change.before.get("role")
    guarded = change.verb != "update" or any(change.changes(key) for key in GUARDED)
    return guarded and (before in roles or change.get("role") in roles)


async def _check_last(tx: Tx, changes: Sequence[Change], roles: set[str]) -> None:
    leaving = {
        change.id
        for change in changes
        if change.before is not None
        and change.before.get("role") in roles
        and change.before.get("active")
        and not _stays(change, roles)
    }
    if not leaving:
        return
    present = {row[0] for row in await tx.fetch(_administrators(tx.dialect), {})}
    if present <= leaving:
        raise Conflict(
            "This is the last active administrator. Make another one first.",
            code="last_administrator",
        )


def _stays(change: Change, roles: set[str]) -> bool:
    kept = change.verb not in {"delete", "purge"}
    return bool(kept and change.get("role") in roles and change.get("active"))


async def after_users(_ctx: Ctx, tx: Tx, _changes: Sequence[Change]) -> None:
    """Make every worker read the users anew."""
    await epoch.bump(tx, epoch.ACCESS)


class User(Record):
    """A person with an account here. `department` is where he works, `role` what he may do."""

    __tablename__ = "user"
    object = ObjectFacts(
        path="users",
        label="User",
        label_plural="Users",
        icon="user",
        natural_key="email",
        plain=("timezone",),
        open_to_all=True,
        navigation=Navigation(group="admin", order=30),
        prepare=prepare_users,
        check=check_users,
        after=after_users,
        layout=Layout(
            list=("name", "email", "role", "department", "active", "updated_at"),
            facts=("email", "role", "department", "active"),
            sections=(
                ("details", "Details", ("name", "email", "title", "manager", "mobile")),
                ("access", "Access", ("role", "department", "active")),
                ("settings", "Settings", ("locale", "timezone")),
            ),
            quick_create=("name", "email", "role", "department"),
            default_sort="name",
        ),
    )

    email: Mapped[str] = email(
        "E-mail", required=True, unique=True, duplicate_key=True, searchable=True
    )
    role: Mapped[str] = link("role", "Role", required=True)
    active: Mapped[bool | None] = boolean("Can sign in", default=True)
    manager: Mapped[str | None] = user("Manager")
    title: Mapped[str | None] = text("Job title", max_length=100)
    mobile: Mapped[str | None] = phone("Mobile")
    locale: Mapped[str | None] = choice("Language", LOCALES, default="zh-CN")
    timezone: Mapped[str | None] = text("Time zone", max_length=60, default="Asia/Shanghai")
