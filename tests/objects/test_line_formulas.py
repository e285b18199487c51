"""Formulas over a line come to the same in Python as in both databases."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from fangxin.kernel.sql import EachLine, Json, JsonPath, compile_statement
from fangxin.records import engine
from tests.objects.shop import Shop, formula, sent_over

FORMULAS = [
    "a + b * c",
    "a / b",
    "round(a / b, 3.0) - c",
    "round(a * 0.335, 2)",
    "-a * b",
    "abs(a - b)",
    "if(a > b, a, if(p, c))",
    "if(empty(a), 0, a)",
    "a * a * a * a",
    "if(a = b and not p or p, 1, 2)",
    "if(d > e, days(e, d), days(d, e))",
    "d + n",
    "d - 400",
    "d - e",
    "t + '-' + u",
    "concat(t, if(p, u), '·')",
    "length(t)",
    "t = u",
    "a <= b",
    "p or a > 0",
    "p and a > 0",
]


def cells(dice: random.Random) -> dict[str, Any]:
    numbers = ["0", "1", "-1", "0.5", "2.25", "-7.125", "9999999.999", "123456789012.5", None]
    days = ["1900-01-01", "2024-02-29", "2026-11-22", "2200-12-31", None]
    texts = ["螺丝", "x", "長い", "a b", None]
    line = {key: dice.choice(numbers) for key in "abc"} | {key: dice.choice(days) for key in "de"}
    line |= {key: dice.choice(texts) for key in "tu"}
    return line | {"p": dice.choice([True, False, None]), "n": dice.choice([0, 3, -500, None])}


async def test_formulas_of_lines_come_to_what_statements_reckon(shop: Shop) -> None:
    """What is read of a line is reckoned in Python, what is added up is reckoned by the database:
    over one line a greatest or a sum says what the line says.
    """
    plain = [
        *({"key": key, "type": "decimal", "scale": 3} for key in "abc"),
        *({"key": key, "type": "date"} for key in "de"),
        *({"key": key, "type": "text"} for key in "tu"),
        *({"key": "p", "type": "boolean"}, {"key": "n", "type": "integer"}),
    ]
    made = [{**formula(f"f{n}", text), "scale": 2} for n, text in enumerate(FORMULAS)]
    columns = [*({**each, "labels": each["key"]} for each in plain), *made]
    row = await shop.make(key="sums", type="sub_table", columns=columns)
    fields = shop.installation.registry["account"].inside["sums"].fields
    dice = random.Random(7)
    bodies = [{"name": f"Sums {n}", "sums": [cells(dice)]} for n in range(60)]
    ids = [(await engine.create(shop.ctx, "account", each))["id"] for each in bodies]
    shown = {id_: (await shop.lines(id_, "sums"))[0] for id_ in ids}
    computed = await reckoned(shop, row["custom_id"], fields)
    for id_, line in shown.items():
        assert computed[id_] == {key: line[key] for key in computed[id_]}, line
    assert {line["f1"] for line in shown.values()} - {None}


async def reckoned(shop: Shop, code: str, fields: Any) -> dict[str, dict[str, Any]]:
    """The formulas of the one line of each record, as the database reckons them."""
    table, dialect = shop.installation.registry["account"].table, shop.installation.database.dialect
    held = EachLine(JsonPath(table.c.custom, (code,), Json())).table_valued("value")
    line: Any = SimpleNamespace(c=SimpleNamespace(custom=held.c.value))
    wanted = {key: each for key, each in fields.items() if each.computed}
    columns = [
        sa.select(each.columns(line)[0]).select_from(held).scalar_subquery().label(key)
        for key, each in wanted.items()
    ]
    query = sa.select(table.c.id, *columns).where(table.c.name.like("Sums %"))
    rows = await shop.installation.database.read(compile_statement(query, dialect), {})
    return {
        row[0]: sent_over(
            {
                key: each.type.write(each, (row[at],))
                for at, (key, each) in enumerate(wanted.items(), 1)
            }
        )
        for row in rows
    }
