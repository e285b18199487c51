"""Automatic numbers that an import brings along."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace

import pytest

from fangxin.kernel.numbers import Numbers, number_in
from fangxin.kernel.sql import Statement
from fangxin.records import bulk, engine
from fangxin.transfer.importing import import_file
from fangxin.transfer.orders import Order
from tests import servers


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


def brought_elsewhere(database_url, folder, numbers):
    """Let a process of its own bring these numbers along, past those that this one holds."""
    lines = "".join(f"Brought {text},{text}\n" for text in numbers)
    written(folder, f"name,code\n{lines}")
    subprocess.run(
        [servers.COMMAND, "import", "account", "accounts.csv"],
        cwd=folder,
        env={**os.environ, **servers.environment(database_url, folder)},
        check=True,
        capture_output=True,
    )


async def test_slices_outrun_by_another_process_draw_anew(admin, database_url, tmp_path):
    year = admin.clock().year
    await engine.create(admin, "account", {"name": "First"})
    taken = 1

    def next_ones():
        """The numbers that this process will give next, but the very next."""
        held = admin.services.numbers._blocks[f"account.code.{year}"]
        return [f"AC-{year}-{number:05}" for number in held[1:3]]

    bodies = [{"name": f"B{at}"} for at in range(4)]
    for atomic in (True, False):
        brought_elsewhere(database_url, tmp_path, next_ones())
        done = await bulk.batch(admin, "account", create=bodies, atomic=atomic)
        assert [each["status"] for each in done["results"]] == [201] * 4
        await engine.create(admin, "account", {"name": f"Holds a block {taken}"})
        taken += 2 + len(bodies) + 1
    brought_elsewhere(database_url, tmp_path, next_ones())
    order = Order("account", map={"columns": {"Name": "name"}}, mode="create")
    done = await import_file(admin, written(tmp_path, "Name\nA\nB\nC\nD\n"), order)
    assert (done["created"], done["failed"]) == (4, 0)
    await engine.create(admin, "account", {"name": "Holds a block again"})
    brought_elsewhere(database_url, tmp_path, next_ones())
    plan = {"columns": {"Name": "name", "Account": {"field": "account", "missing": "create"}}}
    lines = "".join(f"P{at},New {at}\n" for at in range(4))
    path = written(tmp_path, f"Name,Account\n{lines}")
    done = await import_file(admin, path, Order("contact", map=plan, mode="create"))
    assert (done["created"], done["failed"]) == (4, 0)
    codes = "SELECT count(*), count(DISTINCT code) FROM account"
    rows = await admin.database.read(Statement(codes, (), {}, (), ()), {})
    assert tuple(rows[0]) == (taken + 2 + 4 + 1 + 2 + 4,) * 2


async def test_a_number_brought_twice_is_still_refused(admin, tmp_path):
    made = await engine.create(admin, "account", {"name": "First"})
    plan = {"columns": {"Name": "name", "Code": "code"}}
    path = written(tmp_path, f"Name,Code\nSecond,\nThird,{made['code']}\nFourth,\n")
    done = await import_file(admin, path, Order("account", map=plan, mode="create"))
    assert (done["created"], done["failed"]) == (2, 1)
    assert [each["code"] for each in done["errors"]] == ["not_unique"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("OP-2026-00042", 42), ("OP-2026-7", 7), ("OP-2025-00042", None), ("OP-2026-x", None)],
)
def test_a_number_is_read_by_its_pattern(text, number):
    assert number_in("OP-{year}-{number:05}", text, 2026) == number
    assert number_in("plain", text, 2026) is None
