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


class ReadFault(Struct):
    """Why a text cannot be read."""

    code: str
    message: str


class ReadText(Struct):
    """One text of a column: how often it comes, what the map says of it, what it becomes."""

    value: str
    count: int
    mapped: str | None
    read: Any
    label: str
    missing: Literal["error", "skip", "create"] | None
    problem: ReadFault | None


class Chosen(Struct):
    """What a correction may choose."""

    key: str
    label: str


class ColumnTexts(Struct):
    """The texts of a column that must be understood, the commonest first."""

    items: list[ReadText]
    more: bool
    options: list[Chosen]
    by: list[str]


class CleanText(Struct):
    """A text as it comes out of a column's rules, and what is wrong with it."""

    text: str
    problem: str | None


class ColumnReading(Struct):
    """The first cells of a column as they fill a field."""

    field: str
    after: list[CleanText]


class PreviewColumn(Struct):
    """A column of a file, the field that it seems to be, and those that the map gives it: `field`
    is the first of `reads`. `order_of_days`: in which order the parts of its days stand. `join`:
    what the suggested field needs behind the cells, as a map says it (the other half of a name);
    `times`: by what its figures are multiplied, where the header says so (万元).
    """

    name: str
    samples: list[str]
    suggested: str | None
    join: dict[str, Any] | None
    times: str | None
    field: str | None
    values: ColumnTexts | None
    reads: list[ColumnReading]
    order_of_days: Literal["ymd", "dmy", "mdy"] | None


class Remembered(Struct):
    """What the reader chose last for a file of the same columns; `corrects` is the import whose
    error file this is.
    """

    id: Id
    map: dict[str, Any]
    mode: str | None
    match: str | None
    duplicates: str | None
    corrects: Id | None


class TopRow(Struct):
    """A row at the head of a file: its number, and its first cells, cut to what can be shown."""

    row: int
    cells: list[str]


class Preview(Struct):
    """How a file would be read. `header_row`: the number of the row that names the columns, 0 for
    none, chosen among the first rows (`top`); `quote` is empty where cells are not quoted.
    `brought`: fields of the system that the reader may bring; `upload` stands for the file where it
    is kept.
    """

    encoding: str | None
    delimiter: str | None
    quote: str | None
    header_row: int | None
    top: list[TopRow]
    sheets: list[str]
    sheet: str | None
    columns: list[PreviewColumn]
    rows: int | None
    remembered: Remembered | None
    brought: list[str]
    upload: str | None


class Import(Struct):
    """How an import stands."""

    id: Id
    at: Moment
    state: State
    object: str
    file_name: str
    total: int | None
    processed: int
    created: int
    updated: int
    unchanged: int
    failed: int
    duplicates: int
    error: str | None
    finished_at: Moment | None
    dry_run: bool
    # by it a running import is stopped; None for one of the command line
    job: Id | None
    change_set: Id | None
    sheet: str | None
    # the import of the first sheet, for the others of a file
    of: Id | None
    corrects: Id | None
    # a dry run whose file is kept still: `POST /imports/{id}/start` does what it has tried
    startable: bool
    on_duplicates: Literal["create", "skip", "update", "review"]


class RowFault(Struct):
    """Why a row was kept out."""

    row: int
    column: str | None
    code: str
    message: str
    value: str | None


class ImportPart(Import):
    """One table of a file with its first faults; `error_file` is the address of all of them."""

    errors: list[RowFault]
    error_file: str | None


class ImportDetail(ImportPart):
    """An import, and the other sheets of its file."""

    parts: list[ImportPart]


class Export(Struct):
    """How an export stands; `url` is there when it is done."""

    id: Id
    at: Moment
    object: str
    state: State
    processed: int
    error: str | None
    finished_at: Moment | None
    format: Literal["csv", "xlsx", "json"]
    url: str | None
