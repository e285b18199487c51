"""Each operator of each field, and each order, against the same question answered in Python."""

from __future__ import annotations

import html
import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fangxin.records import reading
from tests.contract.oracle import FORMULAS, Oracle
from tests.contract.questions import expected, ids
from tests.contract.seeds import MADE, READERS, Row, id_of
from tests.contract.world import LATER, World

ZONE = ZoneInfo("Asia/Shanghai")
BASE = frozenset({"id", "version", "created_at", "created_by", "updated_at", "updated_by"})
EVERY = pytest.mark.parametrize("object_", MADE)


def comparable(kind: str, value: Any) -> Any:  # noqa: PLR0911 - one answer a form
    """The value in a form whose order is the field's order; None where there is none."""
    if value is None or value == []:
        return None
    if kind in {"decimal", "percent", "formula"}:
        return Decimal(value)
    if kind == "money":
        return Decimal(value["amount"])
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "datetime":
        return datetime.fromisoformat(value)
    if kind == "rich_text":
        return html.unescape(re.sub("<[^>]*>", "", value))
    return value["id"] if isinstance(value, dict) and "id" in value else value


def _kilometres(here: Any, there: Any) -> float:
    """The way along a great circle, by the law of cosines."""
    (north, east), (top, right) = (
        (math.radians(each["lat"]), math.radians(each["lon"])) for each in (here, there)
    )
    arc = math.sin(north) * math.sin(top)
    arc += math.cos(north) * math.cos(top) * math.cos(east - right)
    return 6371.0088 * math.acos(min(1.0, arc))


def _lies_under(code: str, above: str) -> bool:
    inner = {"CN": r"CN|\d{6}", "310000": "310...", "810000": "81....", "330106": "330106"}
    return re.fullmatch(inner.get(above, f"{above}.*"), code) is not None


def operands(  # noqa: C901, PLR0911 - one answer a form
    kind: str, op: str, values: list[Any]
) -> list[Any]:
    """What to compare with: values that are there, as one writes them in a filter."""
    plain = [v["amount"] if kind == "money" else v for v in values]
    plain = [v["id"] if isinstance(v, dict) and "id" in v else v for v in plain]
    if kind == "rich_text":
        plain = [comparable(kind, value) for value in plain]
    if kind == "link_to_many":
        plain = [[each["id"] for each in value] for value in values]
    first, other = plain[0], plain[len(plain) // 2]
    if op == "team":
        return [id_of("user", name) for name in ("lin", "help", "ads", "zhao")]
    if op == "within":
        return [{**first, "km": 1}, {**other, "km": "333.5"}, {**first, "km": 20016}]
    if op == "under":
        return [first, other, *({"region": ["CN", "310000"], "industry": ["C"]}[kind])]
    if op in {"has_any", "has_all", "has_none"}:
        return [first, [first[0], other[0]], []]
    if op == "in":
        return [[first, other], []]
    if op == "between":
        numeric = kind in {"money", "decimal", "percent", "formula"}
        return [sorted([first, other], key=Decimal if numeric else None)]
    if op == "in_period":
        return ["this_month", "last_30_days", "next_week", "today"]
    if op == "contains":
        return [first[-4:]] if kind == "phone" else [first[1:4], "%", "_x"]
    return [first[:5].upper(), "%"] if op == "starts_with" else [first, other]


def period(name: str) -> tuple[date, date]:
    """First day and the day after the last, seen from the reader's today."""
    today = LATER.astimezone(ZONE).date()
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return {
        "today": (today, today + timedelta(days=1)),
        "this_month": (first, after),
        "last_30_days": (today - timedelta(days=29), today + timedelta(days=1)),
        "next_week": (monday + timedelta(days=7), monday + timedelta(days=14)),
    }[name]


def _lists(op: str, value: Any, operand: Any) -> bool:
    held, wanted = {v["id"] if isinstance(v, dict) else v for v in value or []}, set(operand)
    if op == "has_any":
        return bool(held & wanted)
    return not held & wanted if op == "has_none" else wanted <= held


def meets(  # noqa: PLR0911 - one answer a form
    kind: str, op: str, value: Any, operand: Any
) -> bool:
    """Whether a row whose field holds `value` meets the condition."""
    if op == "team":
        return False
    if op.startswith("has_"):
        return _lists(op, value, operand)
    here = comparable(kind, value)
    asked = operand if isinstance(operand, list) else [operand]
    if op in {"within", "under"}:
        near = (
            op == "within"
            and here is not None
            and _kilometres(here, operand) <= float(operand["km"])
        )
        return near or (op == "under" and here is not None and _lies_under(here, operand))
    if op not in {"in_period", "contains", "starts_with"}:
        asked = [Decimal(a) if kind == "money" else comparable(kind, a) for a in asked]
    if op == "is_not":
        return bool(here != asked[0])
    if here is None:
        return False
    if op == "in_period":
        low, high = period(operand)
        day = here.astimezone(ZONE).date() if isinstance(here, datetime) else here
        return low <= day < high
    if op in {"contains", "starts_with"}:
        text, part = here.casefold(), operand.casefold()
        return part in text if op == "contains" else text.startswith(part)
    first = asked[0] if asked else None
    return {
        "is": lambda: here == first,
        "in": lambda: here in asked,
        "<": lambda: here < first,
        "<=": lambda: here <= first,
        ">": lambda: here > first,
        ">=": lambda: here >= first,
        "between": lambda: asked[0] <= here <= asked[1],
    }[op]()


def _team(rows: list[Row], user: str) -> list[str]:
    """The rows that are shared with a person himself, today."""
    return [
        row.id
        for row in rows
        for (kind, name), (_, until) in row.shares.items()
        if kind == "user" and id_of("user", name) == user and (until is None or until > LATER)
    ]


def asked_fields(world: World, object_: str) -> dict[str, Any]:
    fields = world.registry[object_].fields
    open_to_somebody = {key: f for key, f in fields.items() if key not in BASE and not f.internal}
    return {key: f for key, f in open_to_somebody.items() if f.type.operators(f)}


@EVERY
async def test_each_operator_of_each_field(worlds, object_):
    for world in worlds:
        oracle, root = Oracle(world.rows), world.reader("root")
        rows = oracle.visible("root", object_)
        records = {row.id: expected(world, oracle, "root", row) for row in rows}
        for key, field in asked_fields(world, object_).items():
            kind = field.type.result_name if key in FORMULAS else field.type.name
            values = [r[key] for r in records.values() if r[key] not in (None, [])]
            if not values:
                continue
            for op in field.type.operators(field):
                for operand in operands(kind, op, values):
                    tree = {"field": key, "op": op, "value": operand}
                    page = await reading.find(
                        root, object_, filter=tree, fields=["id"], limit=1000, count="exact"
                    )
                    wanted = [i for i, r in records.items() if meets(kind, op, r[key], operand)]
                    wanted = _team(rows, operand) if op == "team" else wanted
                    found = sorted(item["id"] for item in page.items)
                    assert found == sorted(wanted), (world.kind, tree)
                    assert page.count == {"value": len(found), "capped": False}
            for op in ("empty", "not_empty"):
                page = await reading.find(
                    root, object_, filter={"field": key, "op": op}, fields=["id"], limit=1000
                )
                wanted = [
                    i for i, r in records.items() if (r[key] in (None, [])) == (op == "empty")
                ]
                assert sorted(item["id"] for item in page.items) == sorted(wanted), (key, op)


async def paged(ctx: Any, object_: str, sort: str, size: int) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = await reading.find(ctx, object_, sort=sort, fields=["id"], limit=size, cursor=cursor)
        found += [item["id"] for item in page.items]
        cursor = page.next
        if cursor is None:
            return found


@EVERY
async def test_each_order_gives_each_row_once_with_the_empty_last(worlds, object_):
    for world in worlds:
        oracle = Oracle(world.rows)
        fields = world.registry[object_].fields
        for person in ("root", "boss") if object_ in {"account", "contact"} else ("root",):
            ctx = world.reader(person)
            rows = oracle.visible(person, object_)
            records = {row.id: expected(world, oracle, "root", row) for row in rows}
            for key, field in fields.items():
                sortable = field.type.sort_column(field) is not None
                if not sortable or oracle.sight(person, object_, key) != "full":
                    continue
                kind = field.type.result_name if key in FORMULAS else field.type.name
                for down in (False, True):
                    found = await paged(ctx, object_, f"{'-' * down}{key}", 5)
                    assert found == ordered(records, key, kind, down=down), (world.kind, key, down)


def ordered(records: dict[str, Any], key: str, kind: str, *, down: bool) -> list[str]:
    """Ids by value, ties by id in the same direction, the empty at the end, newest first."""
    full = [(comparable(kind, r[key]), i) for i, r in records.items() if r[key] is not None]
    empty = sorted((i for i, r in records.items() if r[key] is None), reverse=True)
    return [i for _, i in sorted(full, reverse=down)] + empty


async def test_several_sort_keys_page_without_loss(worlds):
    for world in worlds:
        oracle, root = Oracle(world.rows), world.reader("root")
        for sort in ("industry,-employees", "-status,name", "-industry,-annual_revenue,code"):
            found = await paged(root, "account", sort, 4)
            assert sorted(found) == ids(oracle.visible("root", "account"))
            whole = await paged(root, "account", sort, 1000)
            assert found == whole
    assert await paged(worlds[0].reader("boss"), "account", "industry,-employees", 3) == (
        await paged(worlds[1].reader("boss"), "account", "industry,-employees", 3)
    )


class Counting:
    """Counts the statements that reach the database."""

    def __init__(self, database: Any) -> None:
        self.database = database
        self.statements = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)

    async def read(self, statement: Any, values: Any) -> Any:
        self.statements += 1
        return await self.database.read(statement, values)


@EVERY
async def test_a_page_costs_the_same_statements_whatever_its_length(worlds, object_):
    from dataclasses import replace

    for world in worlds:
        # those that are in the bin are named by a query of their own
        references = 6 * sum(
            bool(f.type.references) for f in world.registry[object_].fields.values()
        )
        for person in READERS:
            oracle = Oracle(world.rows)
            if oracle.grant(person, object_, "read") == "none":
                continue
            counts = []
            for limit in (2, 24):
                counting = Counting(world.installation.database)
                ctx = replace(world.reader(person), database=counting)
                await reading.find(ctx, object_, limit=limit, count="exact")
                counts.append(counting.statements)
            assert max(counts) <= 3 + references, (person, object_)


def test_every_row_is_named_alike(worlds):
    one, two = worlds
    assert [row.id for rows in one.rows.values() for row in rows] == [
        row.id for rows in two.rows.values() for row in rows
    ]
    assert all(isinstance(row, Row) for rows in one.rows.values() for row in rows)
