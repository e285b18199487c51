"""Rules, for the OpenAPI document: one that is tried, those at fault, and what forms ask."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from fangxin.api.shapes import Id
from fangxin.fields.schema import Schema


class Effects(Struct):
    """What a display rule does to fields: shows them only then, hides them, wants them filled,
    makes them read-only, leaves some options of a choice.
    """

    show: list[str]
    hide: list[str]
    require: list[str]
    lock: list[str]
    options: dict[str, list[str]]


class DisplayRule(Struct):
    """A rule of forms; `asked`: the server tells whether a record meets it (/rules/evaluate)."""

    id: Id
    only_on: Literal["create", "update"] | None
    condition: dict[str, Any] | None
    asked: bool
    effects: Effects


class RuleDraft(Struct, forbid_unknown_fields=True):
    """A rule that is not saved yet; its parts are those of a rule."""

    of_object: str
    kind: Literal["validation", "display", "gate"]
    name: Any = None
    names: Any = None
    active: Any = None
    order: Any = None
    only_on: Any = None
    condition: dict[str, Any] | None = None
    state: dict[str, Any] | None = None
    needs: dict[str, Any] | None = None
    effects: dict[str, Any] | None = None
    field: str | None = None
    messages: dict[str, Any] | None = None


class Tried(Struct):
    """How many of the records that are there a rule would refuse."""

    failing: int
    of: int


class RuleFault(Struct):
    """A rule that makes no sense any more, and why; it rests."""

    id: Id
    messages: list[str]


class Acting(Struct):
    """The ids of the display rules that act; `locking` are those that make fields read-only."""

    acting: list[Id]
    locking: list[Id]


def evaluation_schema(values: Schema, id_: Schema | None) -> Schema:
    """Return the schema of a record that is being typed; `id_` of one that is there already."""
    properties = {"values": values} if id_ is None else {"values": values, "id": id_}
    return {"type": "object", "properties": properties, "additionalProperties": False}


# method, path, name, summary, answer, query parameters, body (see fixed.py)
ROWS: Final = (
    ("post", "/rules/try", "try_rule", "Whom it would refuse", "one Tried", "", "RuleDraft"),
    ("get", "/rules/faults", "list_faults", "Rules at fault", "items RuleFault", "", ""),
)
