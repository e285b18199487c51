"""What the past of records answers, and its paths, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from fangxin.api.log_shapes import FieldChange
from fangxin.api.operations import ID, READS, answer, body, operation, problems, query
from fangxin.api.schemas import View, ref
from fangxin.api.shapes import Id, Link, Moment
from fangxin.fields.schema import Schema


class FieldEntry(Struct):
    """One change of a field, or what it began with (`create`)."""

    id: str
    at: Moment
    kind: Literal["create", "change"]
    actor: Link
    source: str
    change_set: Id
    before: Any
    after: Any


class FieldHistory(Struct):
    """How a field of a record came by its value, the latest first."""

    field: str
    label: str
    items: list[FieldEntry]
    next: str | None


class PastRecord(Struct):
    """A record as it stood; `changed` are the fields that are otherwise today, `left_out` those
    that are computed today and were not kept.
    """

    at: Moment
    deleted: bool
    record: dict[str, Any]
    changed: list[str]
    left_out: list[str]
    kept_since: Moment | None
    erased: bool


class ChangedFact(FieldChange):
    """A field that is otherwise than it was at a moment."""

    times: int
    at: Moment
    actor: Link


class Changer(Struct):
    """Somebody who changed something, and when last."""

    actor: Link
    at: Moment


class ChangedSince(Struct):
    """What has changed of a record since a moment."""

    since: Moment
    created: bool
    facts: list[ChangedFact]
    people: list[Changer]
    more: bool


class ChangedOne(Struct):
    """What has changed of one record of a list."""

    record: Link
    at: Moment
    created: bool
    facts: list[ChangedFact]
    people: list[Changer]


class ChangedList(Struct):
    """The records of a list that were changed since a moment, the latest first."""

    since: Moment
    items: list[ChangedOne]
    next: str | None
    more: bool


_DAY_OR_MOMENT = "A day such as 2026-11-21, or a moment with its offset."


def _asked(name: str, schema: Schema, text: str = "") -> Schema:
    return {**query(name, schema, text), "required": True}


def paths(view: View) -> dict[str, dict[str, Any]]:
    """Return the paths that tell of the past of one object's records."""
    root = f"/{view.definition.facts.path}"
    either = [{"type": "string", "format": each} for each in ("date", "date-time")]
    moment: Schema = {"anyOf": either}
    kept = [each.key for each in view.fields if not each.system and each.type.storage(each)]
    cursor = query("cursor", {"type": "string", "x-cursor": True})
    limit = query("limit", {"type": "integer", "minimum": 1, "maximum": 200})

    def told(verb: str, summary: str, shape: str, *parameters: Schema) -> dict[str, Any]:
        name, said = f"{verb}_{view.definition.name}", f"{summary}: {view.label}"
        responses = answer(ref(shape)) | problems(*READS)
        found = operation(name, view.plural, said, responses, parameters=[ID, *parameters])
        return {"get": found}

    field = _asked("field", {"type": "string", "enum": kept})
    at, since = (_asked(name, moment, _DAY_OR_MOMENT) for name in ("at", "since"))
    properties = {
        "since": moment,
        "filter": ref(f"{view.name}Filter"),
        "q": {"type": "string", "maxLength": 200, "pattern": "^[^\\u0000]*$"},
        "cursor": cursor["schema"],
        "limit": limit["schema"],
    }
    wanted: Schema = {"type": "object", "required": ["since"], "properties": properties}
    listed = operation(
        f"query_changed_{view.definition.name}",
        view.plural,
        f"What has changed since: {view.label}",
        answer(ref("ChangedList")) | problems(*READS, 413, 415),
        request=body({**wanted, "additionalProperties": False}),
    )
    history = told("history", "History of a field", "FieldHistory", field, cursor, limit)
    return {
        f"{root}/changed": {"post": listed},
        f"{root}/{{id}}/history": history,
        f"{root}/{{id}}/as_of": told("as_of", "As of a moment", "PastRecord", at),
        f"{root}/{{id}}/changed": told("changed", "What has changed since", "ChangedSince", since),
    }
