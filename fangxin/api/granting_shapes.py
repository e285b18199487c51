"""What a changed role would give or take, and who saw the app as whom, for the OpenAPI document."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from fangxin.api.shapes import Id, Link, Moment

Sight = Literal["full", "masked", "none"]


class Counts(Struct):
    """How many records, as the role is and as it would be; and how many come and go."""

    before: int
    after: int
    gained: int
    lost: int


class UserCounts(Struct):
    """What a change means to one user, for the records of an object."""

    user: Id
    read: Counts
    update: Counts
    delete: Counts


class TouchedObject(Struct):
    """An object whose records a change of a role gives or takes."""

    object: str
    label: str
    counts: list[UserCounts]


class TouchedField(Struct):
    """A field that a change of a role shows, masks, hides, opens or closes."""

    object: str
    object_label: str
    field: str
    label: str
    before: Sight
    after: Sight
    edit_before: bool
    edit_after: bool


class Simulation(Struct):
    """Who would gain or lose what; `of` counts the role's users, of whom `users` were looked at."""

    objects: list[TouchedObject]
    fields: list[TouchedField]
    users: list[Link]
    of: int
    complete: bool


class Viewing(Struct):
    """A time in which somebody saw the app as somebody else."""

    id: Id
    viewer: Link
    viewed: Link
    started_at: Moment
    ended_at: Moment | None
    lasts: bool
    ip: str


ROWS: Final = (
    ("post", "/auth/view_as", "view_as", "See the app as somebody", "none", "", "ViewAs"),
    ("delete", "/auth/view_as", "stop_viewing", "Stop that", "none", "", ""),
    ("get", "/auth/viewings", "list_own", "Who did so", "items Viewing", "cursor limit", ""),
    ("get", "/viewings", "list_viewings", "Who did so", "items Viewing", "cursor limit", ""),
    (
        "post",
        "/simulations",
        "simulate_role",
        "What a change would give or take",
        "one Simulation",
        "",
        "RoleDraft",
    ),
)
