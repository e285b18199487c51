"""Slices that are made while the one before is on its way: the same comes of them as one by one."""

from __future__ import annotations

import asyncio
import csv

import pytest

from fangxin.history.undo import undo
from fangxin.kernel.context import ChangeSet
from fangxin.kernel.db import NotWritten
from fangxin.kernel.ids import new_id
from fangxin.kernel.sql import Statement
from fangxin.objects.declare import Change
from fangxin.records import engine, reading
from fangxin.records.engine import write_many
from fangxin.transfer import importing
from fangxin.transfer.importing import import_file
from fangxin.transfer.orders import Order
from fangxin.transfer.slices import Slices

ORDER = Order("product", map={"columns": {"Code": "code", "Name": "name", "Price": "list_price"}})
ROWS = 100
# (row, what stands there): a code once more, in the same slice and in later ones; a bad price
ODD = {7: ("P3", "1"), 26: ("P25", "1"), 45: ("P44", "1"), 46: ("P2", "1"), 61: ("P61", "dear")}
TOLD = ("processed", "created", "updated", "unchanged", "failed")


def written(tmp_path):
    path = tmp_path / "products.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Code", "Name", "Price"])
        for row in range(1, ROWS + 1):
            code, price = ODD.get(row, (f"P{row}", f"{row}.5"))
            table.writerow([code, f"Product {row}", price])
    return path


async def codes(ctx):
    page = await reading.find(ctx, "product", fields=["code"], limit=2 * ROWS)
    return sorted(item["code"] for item in page.items)


async def test_rows_that_are_refused_leave_the_others_as_they_are(admin, tmp_path, monkeypatch):
    for name in ("SLICE", "SQLITE_SLICE", "FIRST_SQLITE_SLICE"):
        monkeypatch.setattr(importing, name, 20)
    ahead, found = [], []
    write_ahead = Slices.write_ahead

    async def watched(self, book, *given):
        ahead.append(book.processed)
        return await write_ahead(self, book, *given)

    monkeypatch.setattr(Slices, "write_ahead", watched)
    for independent in (True, False):
        with monkeypatch.context() as patch:
            if not independent:
                patch.setattr(Slices, "independent", lambda *_: False)
            report = await import_file(admin, written(tmp_path), ORDER)
        issues = [(each["row"], each["column"], each["code"]) for each in report["errors"]]
        found.append(([report[name] for name in TOLD], issues, await codes(admin)))
        assert (await undo(admin, report["change_set"]))["conflicts"] == []
        assert await codes(admin) == []
    assert ahead[:2] == [0, 20]
    assert len(ahead) == ROWS // 20
    assert found[0] == found[1]
    assert found[0][0] == [ROWS, ROWS - len(ODD), 0, 0, len(ODD)]


async def product(ctx, code):
    """A unit that makes a product by write_many in rows and what is put off."""
    inside = ctx.within(ChangeSet(new_id(), "import", "product"))
    changes = [
        Change("product", new_id(), "create", {"code": f"{code}{each}", "name": code})
        for each in range(3)
    ]

    async def unit(tx):
        await write_many(inside, tx, "product", "create", changes)
        return code

    return unit


async def test_a_unit_waits_for_the_one_before(admin):
    write_ahead = admin.database.write_ahead
    turn = asyncio.get_running_loop().create_future()
    first = asyncio.ensure_future(write_ahead(await product(admin, "A"), turn))
    if admin.database.dialect == "postgresql":
        # it is made, and nothing of it is there before its turn
        result, landing = await first
        assert (result, landing.done(), await codes(admin)) == ("A", False, [])
        turn.set_result(None)
    else:
        turn.set_result(None)
        result, landing = await first

    async def seen(tx):
        # a question sees what the one before has left
        rows = await tx.fetch(Statement("SELECT count(*) FROM product", (), (), (), ()), {})
        return rows[0][0]

    count, second = await write_ahead(seen, landing)
    await second
    assert count == len(await codes(admin)) == 3


async def test_what_follows_a_unit_that_fails_is_not_written(admin):
    await engine.create(admin, "product", {"code": "B1", "name": "There"})
    write_ahead = admin.database.write_ahead

    async def both():
        _, landing = await write_ahead(await product(admin, "B"), None)
        _, landing = await write_ahead(await product(admin, "C"), landing)
        await landing

    with pytest.raises(NotWritten):
        await both()
    assert await codes(admin) == ["B1"]
    # and nothing stands in the way of others
    _, landing = await write_ahead(await product(admin, "D"), None)
    await landing
    assert len(await codes(admin)) == 4
