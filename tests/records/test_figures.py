"""Figures over numbers and money, on both databases, against sums in Python."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest

from fangxin.records import engine
from fangxin.records.aggregate import aggregate

OPS = ("sum", "avg", "min", "max", "count")


@pytest.mark.parametrize(
    "amounts", [("0.10", "0.20", "0.30"), ("10", "0.01"), ("1000000000000", "0.01", "0.01")]
)
async def test_figures_of_money_are_exact(admin, amounts):
    for number, amount in enumerate(amounts):
        body = {"name": f"Figure {number}", "annual_revenue": amount, "employees": number}
        await engine.create(admin, "account", body)
    await engine.create(admin, "account", {"name": "Figure without"})
    measures = [{"op": op, "field": "annual_revenue"} for op in OPS]
    (row,) = await aggregate(admin, "account", measures=measures)
    *figures, count = row["values"]
    wanted = [Decimal(each) for each in amounts]
    # kept to a ten-thousandth of the unit
    mean = (sum(wanted) / len(wanted)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert [Decimal(each["amount"]) for each in figures] == [
        sum(wanted),
        mean,
        min(wanted),
        max(wanted),
    ]
    assert count == len(amounts)


async def test_the_mean_of_nothing_is_nothing_and_whole_numbers_are_rounded(admin):
    ask = [{"op": "avg", "field": "employees"}]
    (row,) = await aggregate(admin, "account", measures=ask)
    assert row["values"] == [None]
    for number in (1, 2):
        await engine.create(admin, "account", {"name": f"Mean {number}", "employees": number})
    (row,) = await aggregate(admin, "account", measures=ask)
    assert row["values"] == [2]
