"""Forms of requests and answers about many records, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from fangxin.api.schemas import ref
from fangxin.fields.schema import Schema

_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
PREVIEW: Final[Schema] = {
    "type": "object",
    "required": ["total", "allowed"],
    "properties": {"total": _COUNT, "allowed": _COUNT},
}


def preview_schema(id_: Schema, filter_: Schema) -> Schema:
    """Return the form of the question how many records a bulk write would mean."""
    properties: dict[str, Schema] = {
        "ids": {"type": "array", "items": id_, "maxItems": 1000},
        "filter": filter_,
        "delete": {"type": "boolean"},
    }
    choices = [{"required": ["ids"]}, {"required": ["filter"]}]
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "anyOf": choices,
    }


def results(record: Schema, id_: Schema) -> Schema:
    """Return what a batch answers: for each operation its record or its problem."""
    properties: dict[str, Schema] = {
        "index": {"type": "integer"},
        "operation": {"enum": ["create", "update", "delete"]},
        "id": {"type": "string"},
        "status": {"type": "integer"},
        "record": {"anyOf": [record, {"type": "null"}]},
        "problem": ref("Problem"),
    }
    needed = ["index", "operation", "id", "status"]
    item = {"type": "object", "properties": properties, "required": needed}
    # null where nothing was written
    group: Schema = {"anyOf": [id_, {"type": "null"}]}
    found = {"results": {"type": "array", "items": item}, "change_set": group}
    return {"type": "object", "properties": found, "required": list(found)}


def many(item: Schema) -> Schema:
    """Return the form of a list of what one request may hold."""
    return {"type": "array", "items": item, "maxItems": 1000}
