"""What the operations that no object owns answer, for the OpenAPI document.

Typed clients are made from these. The answers themselves are written where the data is; the tests
of the document hold both together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
Labels = dict[Literal["en", "zh-CN"], str]
# every moment is told with its offset
Moment = Annotated[datetime, Meta(tz=True)]
State = Literal["waiting", "running", "done", "cancelled", "failed"]


class Link(Struct):
    """A record by name; the name is null where it may not be seen."""

    id: Id
    name: str | None
    object: str


# --- who one is -----------------------------------------------------------------------------


class Person(Struct):
    """The user who is signed in."""

    id: Id
    name: str
    email: str
    object: Literal["user"]


class MyRole(Struct):
    """One's role; `key` names a shipped one."""

    id: Id
    name: str
    key: str | None


class MyDepartment(Struct):
    """One's department."""

    id: Id
    name: str | None


class CompanyFacts(Struct):
    """What every screen needs of the company's settings; `currencies` are those that money may be
    in today.
    """

    company_name: str
    base_currency: str
    currencies: list[str]
    demo: bool
    timezone: str


class Viewed(Struct):
    """An administrator sees the app as this user, read-only."""

    by: Link
    until: Moment


class Me(Struct):
    """Who one is, one's rights beyond grants, and what the screens need to know first."""

    user: Person
    role: MyRole
    department: MyDepartment | None
    locale: Literal["en", "zh-CN"]
    timezone: str
    csrf_token: str | None
    permissions: list[str]
    preferences: dict[str, Any]
    settings: CompanyFacts
    home: str
    viewing: Viewed | None


class Session(Struct):
    """A session of one's own."""

    id: Id
    created_at: Moment
    last_seen_at: Moment
    expires_at: Moment
    ip: str
    user_agent: str
    current: bool


class Token(Struct):
    """A token of one's own, without its secret."""

    id: Id
    name: str
    scopes: list[Literal["read", "write"]]
    created_at: Moment
    last_used_at: Moment | None
    expires_at: Moment | None


class MadeToken(Struct):
    """A new token: the only answer that shows it."""

    id: Id
    token: str


class Invitation(Struct):
    """Whom an invitation is for."""

    email: str
    name: str


# --- views, bell, search, jobs --------------------------------------------------------------


class SavedView(Struct):
    """A list, board or calendar as somebody left it; `config` belongs to the web app. It is shared
    with `roles`, or with all when these are none. What the reader may not read is not in the
    `config` of somebody else's; `left_out` says whether there was any.
    """

    id: Id
    object: str
    name: str
    kind: Literal["list", "board", "calendar"]
    config: dict[str, Any]
    left_out: bool
    shared: bool
    roles: list[Id]
    pinned: bool
    position: int
    owner: Link


class Notification(Struct):
    """A line of the bell."""

    id: Id
    at: Moment
    kind: str
    text: str
    record: Link | None
    actor: Link | None
    read: bool


class Notifications(Struct):
    """A page of the bell."""

    items: list[Notification]
    unread: int
    next: str | None


class Nothing(Struct):
    """Done; there is nothing to tell."""


class Hit(Struct):
    """A record that answers a search: the keys of the fields that meet it (`name` is the title,
    `contents` what is in a file), and the words around the place in a longer text.
    """

    object: str
    id: Id
    name: str
    subtitle: str | None
    matched_on: list[str]
    snippet: str | None


class Hits(Struct):
    """What answers a search. `instead`: nothing answers the query as it was typed, these do as it
    may have been meant.
    """

    items: list[Hit]
    instead: str | None


class Job(Struct):
    """How background work stands; `progress` runs from 0 to 1."""

    id: Id
    kind: str
    state: State
    progress: float
    result: dict[str, Any] | None
    error: str | None
    created_at: Moment
    finished_at: Moment | None
    repeated: bool


class StartedJob(Struct):
    """Work that has begun."""

    job: Id


class Started(Struct):
    """An import or export that has begun, and its job."""

    id: Id
    job: Id


# --- files in and out -------------------------------------------------------------------------
