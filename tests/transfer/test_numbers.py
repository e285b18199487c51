"""Automatic numbers that an import brings along."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxin.kernel.numbers import Numbers, number_in
from fangxin.records import engine
from fangxin.transfer.importing import Order, import_file


def written(tmp_path, text):
    path = tmp_path / "accounts.csv"
    path.write_text(text, "utf-8")
    return path


async def test_numbers_that_come_along_are_not_given_again(admin, tmp_path):
    year = admin.clock().year
    # this process holds numbers from 1 on, and so does another one
    await engine.create(admin, "account", {"name": "First"})
    other = Numbers()
    await other.reserve(admin.database, "account.code", 5, year)
    text = f"Name,Code\nA,AC-{year}-00003\nB,\nC,AC-{year}-00120\nD,AC-1999-99999\nE,X\n"
    plan = {"columns": {"Name": "name", "Code": "code"}}
    order = Order("account", map=plan, mode="create")
    done = await import_file(admin, written(tmp_path, text), order)
    assert (done["created"], done["failed"]) == (5, 0)
    made = [await engine.create(admin, "account", {"name": f"N{at}"}) for at in range(2)]
    assert all(int(each["code"].rpartition("-")[2]) > 120 for each in made)
    taken = f"Name,Code\nF,AC-{year}-00055\n"
    assert (await import_file(admin, written(tmp_path, taken), order))["created"] == 1
    elsewhere = replace(admin, services=replace(admin.services, numbers=other))
    codes = [
        (await engine.create(elsewhere, "account", {"name": f"O{at}"}))["code"] for at in range(8)
    ]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("text", "number"),
    [("OP-2026-00042", 42), ("OP-2026-7", 7), ("OP-2025-00042", None), ("OP-2026-x", None)],
)
def test_a_number_is_read_by_its_pattern(text, number):
    assert number_in("OP-{year}-{number:05}", text, 2026) == number
    assert number_in("plain", text, 2026) is None
