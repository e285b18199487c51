"""What the review of duplicates answers, for the OpenAPI document."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from msgspec import UNSET, Struct, UnsetType

from fangxin.api.shapes import Id, Link, Moment, State


class LikelyDuplicate(Struct):
    """A record that looks like what is being typed; `id` and `name` are null where one may not see
    it. `likely`: close, not the same, which refuses no save.
    """

    id: Id | None
    name: str | None
    object: str
    matched_on: list[str]
    likely: bool


class Evidence(Struct):
    """What one field says of a pair: its level from 0 (they differ) to 4 (equal), and its weight in
    bits, above 0 where it speaks for one thing.
    """

    field: str
    other_field: str
    label: str
    level: int
    weight: float


class DuplicatePair(Struct):
    """Two records that look like one thing. `probability` is null where it rests on fields that
    one may not read; `by_others`: a third record brought them together. `change_set`: the one of
    their merge, which undoing takes back.
    """

    id: Id
    records: list[Link]
    probability: float | None
    by_others: bool
    evidence: list[Evidence]
    state: Literal["open", "distinct", "merged"]
    found_at: Moment
    decided_at: Moment | None
    change_set: Id | None


class Decision(Struct):
    """That two records are not one thing, or that this is open again."""

    state: Literal["open", "distinct"]


class DuplicateScan(Struct):
    """A look through everything."""

    job: Id
    state: State
    progress: float
    finished_at: Moment | None


class LatestScan(Struct):
    """The latest look, null before any."""

    scan: DuplicateScan | None


class MergeReference(Struct):
    """How many records point to the one that would go; null for objects one may not read."""

    object: str | None
    field: str | None
    label: str | None
    count: int


class MergePreview(Struct):
    """What a merge would do, and between which fields one may choose."""

    object: str
    references: list[MergeReference]
    total: int
    fields: list[str]
    allowed: bool


class LookUp(Struct):
    """A name, phone number, e-mail or web address, or credit code of a customer."""

    text: str


class Known(Struct):
    """A record that may be the customer. Of one that the reader may not see `id` is null, the name
    half hidden; `ask` serves to ask another owner. `exact`: it holds just what was asked.
    """

    object: str
    exact: bool
    matched_on: list[str]
    id: Id | None
    name: str
    owner: str | None
    department: str | None
    state: str | None
    since: date
    ask: str | None


class KnownAlready(Struct):
    """What is known, the surest first; `more`: others have the text in their names."""

    items: list[Known]
    more: bool


class AskOwner(Struct):
    """What `lookup` gave to ask by, and a message."""

    ask: str
    message: str | UnsetType | None = UNSET


_ASKED: Final = "whose state cursor limit"
_ONE: Final = "/duplicates/{id}"
_MERGE: Final = "/{object}/{id}/merge/{other}"
# method, path, name, summary, answer, query parameters, body (see fixed.py)
ROWS: Final = (
    ("get", "/duplicates", "list_pairs", "Likely duplicates", "items DuplicatePair", _ASKED, ""),
    ("get", _ONE, "get_pair", "One pair", "one DuplicatePair", "", ""),
    ("patch", _ONE, "decide_pair", "Decide", "one DuplicatePair", "", "Decision"),
    ("get", "/duplicates/scan", "get_scan", "The latest look", "one LatestScan", "", ""),
    ("post", "/duplicates/scan", "start_scan", "Look again", "accepted ScanJob", "", ""),
    ("post", "/lookup", "look_up", "Known already?", "one KnownAlready", "", "LookUp"),
    ("post", "/lookup/ask", "ask_owner", "Ask the owner", "none", "", "AskOwner"),
    ("get", _MERGE, "preview_merge", "What a merge would do", "one MergePreview", "", ""),
)


class ScanJob(Struct):
    """The job that looks."""

    job: Id
