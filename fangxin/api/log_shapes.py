"""What the log, undo, the timeline and bulk changes answer, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import UNSET, Struct, UnsetType

from fangxin.api.shapes import Id, Link, Moment


class FieldChange(Struct):
    """One field before and after, as far as one may read it."""

    field: str
    label: str
    before: Any
    after: Any


class LoggedChange(Struct):
    """One change of one record in the feed."""

    id: str
    at: Moment
    change_set: Id
    actor: Id | None
    source: str
    object: str
    record: Id
    verb: str
    changes: list[FieldChange]


class Feed(Struct):
    """A page of the log; `next` is always there, to ask again later."""

    items: list[LoggedChange]
    next: str


class ChangeSet(Struct):
    """What was changed together."""

    id: Id
    at: Moment
    actor: Link
    source: str
    kind: str | None
    label: str | None
    object: str | None
    count: int
    state: Literal["open", "closed", "partial", "undone"]
    undoable: bool
    undone_by: Id | None
    undoes: Id | None
    # of a single change, where one may see it
    record: Link | None


class ChangedRecord(Struct):
    """One change of a change set."""

    id: str
    object: str
    record: Link
    verb: str
    changes: list[FieldChange]


class ChangeSetDetail(ChangeSet):
    """A change set with its first changes."""

    changes: list[ChangedRecord]


class UndoConflict(Struct):
    """A record or value that was changed since, and so was left alone."""

    object: str
    id: Id
    name: str | None
    field: str | None
    code: str
    message: str
    label: str | UnsetType = UNSET
    mine: Any | UnsetType = UNSET
    theirs: Any | UnsetType = UNSET
    # who changed it since, and when
    by: Link | UnsetType = UNSET
    changed_at: Moment | UnsetType = UNSET


class UndoResult(Struct):
    """What was taken back."""

    change_set: Id
    undone: int
    conflicts: list[UndoConflict]


class UndoPreview(Struct):
    """What undoing would take back; `whole`: all of it or nothing, `refused`: nothing, as things
    stand; `more`: only the latest changes of a large set were looked through.
    """

    undone: int
    conflicts: list[UndoConflict]
    whole: bool
    refused: bool
    more: bool


class DeletedRecord(Struct):
    """A record in the recycle bin."""

    id: Id
    name: str | None
    object: str
    deleted_at: Moment
    deleted_by: Link | None


class Belonging(Struct):
    """A record in the bin that belongs to another; `together`: it went in the same change set."""

    id: Id
    name: str | None
    object: str
    together: bool


class MissingLink(Struct):
    """A link that leads to nothing one sees."""

    field: str
    label: str


class DeletedDetail(Struct):
    """What lies in the bin with a deleted record: what it points to, and what points to it."""

    record: Link
    above: list[Belonging]
    below: list[Belonging]
    missing: list[MissingLink]
    more: bool


class NotBroughtBack(Struct):
    """A record that stays in the bin."""

    object: str
    id: Id
    code: str
    message: str


class BroughtBack(Struct):
    """What came back."""

    change_set: Id
    restored: int
    refused: list[NotBroughtBack]


class TimelineEntry(Struct):
    """Something that happened: a change of the record, or a record that hangs on it."""

    id: str
    at: Moment
    kind: str
    actor: Link | None
    source: str | None
    change_set: Id | None
    changes: list[FieldChange] | UnsetType = UNSET
    record: dict[str, Any] | UnsetType = UNSET
    # whose change it is, when it is not the record's own
    of: Link | UnsetType = UNSET


class Timeline(Struct):
    """A page of a record's timeline."""

    items: list[TimelineEntry]
    next: str | None


class Reason(Struct):
    """Why one may, or may not."""

    # skip object-name: ways of seeing a record
    kind: Literal["scope", "shared", "rule", "cascade", "admin"]
    text: str


class Verdict(Struct):
    """Whether an action is allowed, and why."""

    allowed: bool
    reasons: list[Reason]


class FieldVerdict(Struct):
    """What one may do with a field."""

    key: str
    label: str
    read: bool
    edit: bool
    masked: bool
    reason: str


class Explanation(Struct):
    """Why one may see, change or delete a record."""

    read: Verdict
    update: Verdict
    delete: Verdict
    fields: list[FieldVerdict]


class ShareOf(Struct, rename={"holder": "with"}):
    """A share of a record; `over` tells that its time has passed."""

    holder: Link
    level: Literal["read", "edit"]
    until: Moment | None
    part: str | None
    over: bool


class SharesOf(Struct):
    """With whom a record is shared."""

    shares: list[ShareOf]
    version: int
    may_share: bool


class Seer(Struct):
    """Somebody who sees a record, and how."""

    person: Link
    role: str | None
    ways: list[str]
    edit: bool


class WhoSees(Struct):
    """Who sees a record, of the first hundred users by name."""

    people: list[Seer]
    more: bool


class Revealed(Struct):
    """Masked fields in full."""

    values: dict[str, Any]


class Looked(Struct):
    """Somebody looked at a field that is masked to him."""

    id: Id
    at: Moment
    user: Link
    record: Link
    field: str
    label: str


class AskedFor(Struct):
    """One condition of a filter; `field` as the reader says it."""

    field: str
    op: str
    value: str


class Exported(Struct):
    """Somebody took records out: `conditions` say the filter, `fields` the columns (null: all);
    `source` is where it was asked (web, api, cli), null for exports of earlier releases.
    """

    id: Id
    at: Moment
    user: Link
    object: str
    label: str
    source: str | None
    format: str
    state: str
    count: int
    q: str | None
    conditions: list[AskedFor]
    fields: list[str] | None


class Skipped(Struct):
    """A record that a bulk change left alone."""

    id: str
    code: str
    message: str
    name: str | UnsetType = UNSET


class BulkReport(Struct):
    """What a bulk change did; without a change set where it changed nothing."""

    change_set: Id | None
    changed: int
    skipped: list[Skipped]


class BulkJob(Struct):
    """A bulk change too large for one answer."""

    job: Id
    change_set: Id


_BIN: Final = "/recycle_bin/{object}/{id}"
_UNDO: Final = "/change_sets/{id}/undo"
# method, path, name, summary, answer, query parameters, body (see fixed.py)
ROWS: Final = (
    ("get", "/changes", "list_changes", "The log", "one Feed", "since limit", ""),
    (
        "get",
        "/change_sets",
        "list_change_sets",
        "Change sets",
        "items ChangeSet",
        "cursor actor object limit",
        "",
    ),
    (
        "get",
        "/change_sets/{id}",
        "get_change_set",
        "One change set",
        "one ChangeSetDetail",
        "",
        "",
    ),
    ("post", _UNDO, "undo_change_set", "Undo", "one UndoResult", "", "Undo"),
    (
        "post",
        f"{_UNDO}/preview",
        "preview_undoing",
        "What it would do",
        "one UndoPreview",
        "",
        "Undo",
    ),
    (
        "get",
        "/recycle_bin",
        "list_deleted",
        "The recycle bin",
        "items DeletedRecord",
        "cursor object limit",
        "",
    ),
    ("get", _BIN, "get_deleted", "What belongs to one", "one DeletedDetail", "", ""),
    (
        "post",
        f"{_BIN}/restore",
        "bring_back_record",
        "Bring it back with others",
        "one BroughtBack",
        "",
        "BringBack",
    ),
    ("get", "/read_log", "list_read", "Who looked", "items Looked", "cursor limit", ""),
    ("get", "/export_log", "list_exported", "Exports", "items Exported", "cursor limit", ""),
    ("delete", _BIN, "purge_record", "Remove for good", "none", "", ""),
    ("post", "/live/watch", "watch", "What is on screen", "none", "", "Screen"),
    ("get", "/search", "search", "Search", "one Hits", "q objects few", ""),
    ("get", "/jobs/{id}", "get_job", "A job", "one Job", "", ""),
    ("post", "/jobs/{id}/cancel", "cancel_job", "Stop a job", "one Job", "", ""),
)
