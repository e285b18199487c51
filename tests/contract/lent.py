"""The sharing rules of the seeded company: each as it is stored, and in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.contract.seeds import Row, holder_of, id_of


@dataclass(frozen=True)
class Rule:
    """A sharing rule: its filter tree, and in plain Python which rows meet it."""

    object: str
    tree: dict[str, Any]
    # (object, name) → whether a department lends it to those below it too
    holders: dict[tuple[str, str], bool]
    meets: Callable[[Row, Mapping[str, Row]], bool]
    level: str = "read"
    active: bool = True


def _account(row: Row, rows: Mapping[str, Row]) -> Mapping[str, Any]:
    """The account that a row links to, as one in the bin is not there."""
    found = rows.get(row.values.get("account") or "")
    return {} if found is None or found.deleted else found.values


RULES = (
    Rule(
        "account",
        {"field": "status", "op": "is", "value": "dormant"},
        {("department", "east"): True, ("user", "help"): True},
        lambda row, _: row.values.get("status") == "dormant",
    ),
    Rule(
        "contact",
        {"any": [{"field": "account.status", "op": "in", "value": ["active"]}]},
        {("user", "help"): True, ("role", "manager"): True},
        lambda row, rows: _account(row, rows).get("status") == "active",
        "edit",
    ),
    Rule(
        "contact",
        {"all": [{"not": {"field": "account.industry", "op": "not_empty"}}]},
        {("role", "sales"): True},
        lambda row, rows: "industry" not in _account(row, rows),
    ),
    Rule(
        "project",
        {"all": [{"field": "x_rating", "op": ">=", "value": 4}]},
        {("department", "east"): False, ("department", "hq"): False},
        lambda row, _: (row.values.get("x_rating") or 0) >= 4,
        "edit",
    ),
    Rule(
        "task",
        {"field": "id", "op": "not_empty"},
        {("department", "hq"): True},
        lambda _row, _rows: True,
        active=False,
    ),
)


def rule_rows() -> Iterator[Row]:
    for number, rule in enumerate(RULES):
        yield Row("sharing_rule", id_of("sharing_rule", number), _rule(f"Rule {number}", rule))


def _rule(name: str, rule: Rule) -> dict[str, Any]:
    holders = [
        {"object": kind, "id": holder_of(kind, each)}
        | ({"below": below} if kind == "department" else {})
        for (kind, each), below in rule.holders.items()
    ]
    body = {"applies_to": rule.object, "condition": rule.tree, "holders": holders}
    return {"name": name, **body, "level": rule.level, "active": rule.active}
