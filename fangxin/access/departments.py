"""Department: a tree. Each keeps its path of ids from the root, so that "here and below" is one
range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from fangxin.access.scope import Scope
from fangxin.customizing.configuration import Configuration
from fangxin.kernel import epoch
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FieldProblem, Forbidden, Invalid
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import Id, InArray, SortText, metadata
from fangxin.objects.declare import Change, Layout, Navigation, ObjectFacts, Record, integer, link
from fangxin.objects.registry import ObjectDef

DEPTH: Final = 20
# what says who holds a record by his grant
_PLACE: Final = ("owner", "department")
OUT_OF_SCOPE: Final = (
    "The record would leave what you may work on. Ask somebody with a wider scope to do this."
)


def path_range(path: str) -> tuple[str, str]:
    """Return [from, to) of all paths at or below `path` ("/" comes right before "0")."""
    return (path, path[:-1] + "0") if path else ("", "")


def paths_of(parents: Mapping[str, str | None]) -> dict[str, str]:
    """Return the path of each department, "/root/…/id/"; raise Conflict where the tree runs in a
    circle.
    """
    paths: dict[str, str] = {}

    def path(id_: str, depth: int) -> str:
        if depth > DEPTH:
            raise Conflict(
                "A department cannot lie below itself, and at most {limit} levels deep.",
                code="department_circle",
                values={"limit": DEPTH},
            )
        if id_ not in paths:
            parent = parents[id_]
            head = "/" if parent is None or parent not in parents else path(parent, depth + 1)
            paths[id_] = f"{head}{id_}/"
        return paths[id_]

    for each in parents:
        path(each, 1)
    return paths


def _lock_tree() -> sa.Select[Any]:
    table = metadata.tables["department"].c
    # locked, so that two moves that together make a circle meet here; SQLite has one writer anyway
    # skip one-door: the tree's shape does not depend on who asks
    made = sa.select(table.id, table.parent_id, table.path).order_by(table.id)
    return made.with_for_update()


def _set_one_path() -> sa.Update:
    table = metadata.tables["department"]
    made = table.update().where(table.c.id == sa.bindparam("department", type_=Id()))
    return made.values(path=sa.bindparam("path"))


def _find_inhabitants() -> sa.CompoundSelect[Any]:
    below, user = metadata.tables["department"], metadata.tables["user"]
    live, working = below.c.deleted_at.is_(None), user.c.deleted_at.is_(None)
    # skip one-door: whether a department is empty does not depend on who asks
    return sa.union_all(
        sa.select(below.c.id).where(InArray(below.c.parent_id, "ids"), live),
        sa.select(user.c.id).where(InArray(user.c.department_id, "ids"), working),
    ).limit(1)


_tree: Final = Prepared(_lock_tree)
_set_path: Final = Prepared(_set_one_path)
_inhabited: Final = Prepared(_find_inhabitants)


async def check_departments(_ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse a department as its own parent, and one that goes while people or departments are in
    it.
    """
    for change in changes:
        if change.get("parent") == change.id:
            problem = FieldProblem("/parent", "circle", "A department cannot lie below itself.")
            raise Invalid(errors=[problem])
    gone = [each.id for each in changes if each.verb in {"delete", "purge"}]
    if gone and await tx.fetch_one(_inhabited(tx.dialect), {"ids": gone}):
        raise Conflict(
            "There are people or departments in it. Move them first.", code="department_in_use"
        )


async def after_departments(_ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Bring the paths below what was made or moved up to date; no record changes."""
    await epoch.bump(tx, epoch.ACCESS)
    if not any(change.before is None or "parent" in change.values for change in changes):
        return
    rows = await tx.fetch(_tree(tx.dialect), {})
    paths = paths_of({row[0]: row[1] for row in rows})
    moved = [
        {"department": row[0], "path": paths[row[0]]} for row in rows if row[2] != paths[row[0]]
    ]
    await tx.execute_many(_set_path(tx.dialect), moved)


def refuse_places(
    ctx: Ctx,
    definition: ObjectDef,
    action: str,
    changes: Sequence[Change],
    given: Mapping[str, Mapping[str, Any]],
    refuse: Callable[[Change, Forbidden], None],
) -> None:
    """Refuse to put a record of one's own where one's scope does not reach: it would leave what its
    owner's department sees and enter what another does. Refuse to move what one holds by a share
    alone, or to make it one's own.

    `given` holds the values as the client gave them: what modules put in stands, and what passes to
    another owner is judged once it is written.
    """
    for change in list(changes):
        chosen = given[change.id]
        moved = "department" in chosen and (change.before is None or change.changes("department"))
        own = change.get("owner") == ctx.actor.id and not definition.facts.open_to_all
        if moved and own and not _reaches(ctx, definition.name, action, chosen["department"]):
            refuse(change, Forbidden(OUT_OF_SCOPE, code="out_of_scope"))
        elif _is_lent(ctx, definition, change) and any(map(change.changes, _PLACE)):
            message = "A shared record stays with its owner. Ask the owner to hand it over."
            refuse(change, Forbidden(message, code="out_of_scope"))


def _reaches(ctx: Ctx, object_name: str, action: str, department: str | None) -> bool:
    scope = ctx.rights.scope(object_name, action)
    own = scope.kind == "all" or department == ctx.department
    return own or department in places_of(ctx, scope)


def _is_lent(ctx: Ctx, definition: ObjectDef, change: Change) -> bool:
    """Tell whether the actor may change a record for no other reason than a share."""
    if change.before is None:
        return False
    scope = ctx.rights.scope(definition.name, "update")
    shared = ctx.rights.lends(definition.name) and not definition.facts.open_to_all
    if not shared or scope.kind == "all":
        return False
    mine = change.before["owner"] == ctx.actor.id
    return not mine and change.before["department"] not in places_of(ctx, scope)


def places_of(ctx: Ctx, scope: Scope) -> Sequence[str]:
    """Return the departments whose records a scope holds beside one's own records."""
    if scope.kind == "department":
        return () if ctx.department is None else (ctx.department,)
    return ctx.departments if scope.kind == "department_below" else scope.chosen


class Department(Record):
    """A part of the company. `path` is "/<id>/<id>/" and kept by the hook; it is no field."""

    __tablename__ = "department"
    object = ObjectFacts(
        path="departments",
        label="Department",
        label_plural="Departments",
        icon="sitemap",
        open_to_all=True,
        configuration=Configuration(key=("parent", "name"), carried="asked"),
        navigation=Navigation(group="admin", order=40),
        check=check_departments,
        after=after_departments,
        layout=Layout(
            list=("name", "parent", "order", "updated_at"),
            facts=("parent", "owner"),
            sections=(("details", "Details", ("name", "parent", "order", "owner")),),
            quick_create=("name", "parent"),
            related=(("user", "department"), ("department", "parent")),
            default_sort="name",
        ),
    )

    parent: Mapped[str | None] = link("department", "Parent department")
    order: Mapped[int | None] = integer("Sequence", default=0, summed=False)
    path: Mapped[str] = mapped_column(SortText(), nullable=False, server_default="", index=True)
