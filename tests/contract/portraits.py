"""How a record reads to somebody: its seeded row as the API tells it, worked out without the code
under test. What he may see at all is the oracle's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.contract.oracle import FORMULAS, ROLLED, Oracle
from tests.contract.seeds import NOW, Row

SYSTEM = "ce374538-70a3-5bfd-b35f-be948cccf232"
ADDRESS = ("country", "region", "city", "district", "street", "postcode")


def mask(kind: str, value: Any) -> Any:
    """What one sees of a value that one may not read."""
    if value is None or kind in {"tags", "multi_choice", "link_to_many", "sub_table"}:
        return None if value is None else []
    if kind == "email":
        return f"{value[0]}***@{value.split('@')[1]}"
    if kind == "credit_code":
        return f"{value[:2]}****{value[-4:]}"
    if kind == "address":
        return f"{value['city']} •••" if value.get("city") else "•••"
    # all phones are Chinese mobiles
    return f"{value[3:6]}****{value[-4:]}" if kind == "phone" else "•••"


def record(
    oracle: Oracle, person: str, row: Row, kinds: Mapping[str, str], target: Any
) -> dict[str, Any]:
    """The row as read; `kinds` are field types by key, `target` says where a link leads."""
    found = {}
    for key, kind in kinds.items():
        sight = oracle.sight(person, row.object, key)
        if sight != "none":
            told = read(oracle, person, row, key, kind, target(key))
            found[key] = mask(kind, told) if sight == "masked" else told
    return found


def read(  # noqa: C901, PLR0911 - one answer a form
    oracle: Oracle, person: str, row: Row, key: str, kind: str, target: str | None
) -> Any:
    value = row.values.get(key)
    if key in {"id", "version"}:
        return row.id if key == "id" else 1
    if key in {"created_at", "updated_at"}:
        return NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    if key in {"created_by", "updated_by"}:
        return {"id": SYSTEM, "name": None, "object": "user"}
    if key in ROLLED:
        return _count(oracle, person, row, *ROLLED[key])
    if key in FORMULAS:
        return _formula(row, key)
    if kind in {"tags", "multi_choice"}:
        return value or []
    if kind == "link_to_many":
        return [_aimed(oracle, person, each) for each in value or []]
    if kind == "lines":
        return [{**line, "product": _product(oracle, line["product"])} for line in value or []]
    if kind == "sub_table":
        return [{**line, "twice": _twice(line["number"])} for line in value or []]
    if value is None or kind not in {"link", "user", "record", "address"}:
        return value
    if kind == "address":
        return {part: value.get(part) for part in ADDRESS}
    if target is not None:
        return {"id": value, "name": oracle.by_id[value].name, "object": target}
    aimed = oracle.by_id[value["id"]]
    # a record in the bin keeps its name for whoever saw it
    seen = oracle.may(person, "read", aimed)
    return {"id": aimed.id, "name": aimed.name if seen else None, "object": aimed.object}


def _twice(number: int | None) -> str | None:
    return None if number is None else str(number * 2)


def _aimed(oracle: Oracle, person: str, id_: str) -> dict[str, Any]:
    """A link as it reads where the name is looked up afterwards."""
    aimed = oracle.by_id[id_]
    name = aimed.name if oracle.may(person, "read", aimed) else None
    return {"id": id_, "name": name, "object": aimed.object}


def _count(oracle: Oracle, person: str, row: Row, object_: str, key: str) -> int:
    """How many visible records point to the row."""
    aimed = [each.values.get(key) for each in oracle.visible(person, object_)]
    return sum(each is not None and each["id"] == row.id for each in aimed)


def _product(oracle: Oracle, id_: str | None) -> dict[str, Any] | None:
    """A product in a line: open to all."""
    if id_ is None:
        return None
    return {"id": id_, "name": oracle.by_id[id_].name, "object": "product"}


def _formula(row: Row, key: str) -> str | None:
    parts = [row.values.get(part) for part in FORMULAS[key]]
    if key == "turn":
        written = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
        return None if parts[0] is not None else parts[1] or written
    if key == "awaited_on":
        return None if parts[0] == "paid" else parts[1]
    if any(part is None for part in parts):
        return None
    if key == "x_formula":
        return str(parts[0] * 2)
    product = Decimal(parts[0]["amount"]) * Decimal(parts[1]) / 100
    return str(product.quantize(Decimal("0.01"), ROUND_HALF_UP)).rstrip("0").rstrip(".")
