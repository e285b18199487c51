"""Backup, restore and copy on both databases: everything arrives, or nothing is changed."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from pathlib import Path

import pytest

from fangxin.access.contexts import system_context
from fangxin.history.tail import Position, end, tail
from fangxin.kernel.db import open_database
from fangxin.kernel.settings import read_settings
from fangxin.kernel.sql import Statement
from fangxin.kernel.storage import open_storage
from fangxin.records import engine
from fangxin.records.reading import find, get
from fangxin.worker import Worker
from tests.conftest import TOLD
from tests.moving.conftest import AMOUNT, CONTENTS, LARGEST, ODD, Place, opened, other


async def ask(place: Place, text: str) -> list[tuple[object, ...]]:
    """Ask a database past the product."""
    database = open_database(place.url)
    await database.start()
    try:
        return [tuple(row) for row in await database.read(Statement(text, (), {}, (), ()), {})]
    finally:
        await database.stop()


def tables(printed: str) -> dict[str, tuple[str, ...]]:
    """What a command printed of each table, by name."""
    lines = [line.split() for line in printed.splitlines() if line.startswith("  ")]
    return {name: tuple(rest) for name, *rest in lines}


def contents(place: Place) -> list[bytes]:
    store = open_storage(place.environment["FANGXIN_FILES_URL"])
    return sorted(store.path(id_).read_bytes() for id_ in store.ids())


async def check_moved(place: Place) -> None:
    """What was hard to move is there, the log goes on behind it, and the doctor is content."""
    installation = await opened(place)
    try:
        ctx = await system_context(installation)
        wanted = {"field": "share", "op": "is", "value": "0.125"}
        page = await find(ctx, "account", filter=wanted, fields=["id"], limit=2)
        odd = await get(ctx, "account", page.items[0]["id"])
        assert odd["description"] == ODD
        assert (odd["employees"], odd["visits"]) == (7, LARGEST)
        assert odd["annual_revenue"]["amount"] == AMOUNT
        assert str(odd["seen_at"]).startswith(("1901-01-01 19:04:05.678901", "1901-01-01T19:04"))
        vehicles = (await find(ctx, "vehicle", fields=["name", "keeper"])).items
        assert [(v["name"], v["keeper"]["id"]) for v in vehicles] == [("沪A·12345", odd["id"])]
        bin_ = {"field": "name", "op": "is", "value": "Gone"}
        assert (await find(ctx, "account", filter=bin_)).items == []
        before = await end(installation.database)
        made = await engine.create(ctx, "account", {"name": "After", "visits": 1})
        assert made["code"] not in {None, odd["code"]}
        (entry,) = await tail(installation.database, before)
        assert entry.record == made["id"]
        assert entry.position > before
        # whoever read far ahead in the old order still learns of what comes now
        assert await tail(installation.database, Position(0, 2**60, 2**60)) == [entry]
        await Worker(installation).drain()
    finally:
        await installation.stop()
    assert contents(place) == sorted(CONTENTS)
    doctor = place.good("doctor")
    assert "Every seal holds" in doctor
    assert "ILL" not in doctor
    assert await ask(place, "SELECT 1 FROM session") == []
    catalogue = {
        "s": "sqlite_master WHERE type = 'index' AND name",
        "p": "pg_indexes WHERE indexname",
    }
    found = await ask(place, f"SELECT count(*) FROM {catalogue[place.url[0]]} LIKE 'ix_custom_f%'")
    assert found == [(1,)]


async def test_a_backup_goes_round_over_the_other_kind_and_is_the_same(
    source, place, database_kind, tmp_path
):
    first = tables(source.good("backup", tmp_path / "first.zip"))
    there = place(other(database_kind))
    restored = tables(there.good("restore", tmp_path / "first.zip"))
    assert {name: seen[:2] for name, seen in restored.items()} == first
    assert all(seen[:2] == seen[2:4] and seen[4] == "=" for seen in restored.values())
    assert first["account"][0] == "202"
    second = tables(there.good("backup", tmp_path / "second.zip"))
    back = place(database_kind)
    again = tables(back.good("restore", tmp_path / "second.zip"))
    assert {name: seen[:2] for name, seen in again.items()} == second
    # the epochs alone have moved on, and what waited in the jobs is due now
    moved = {name for name in first.keys() | second.keys() if first.get(name) != second.get(name)}
    assert moved == {"epoch", "job"}
    await check_moved(there)
    await check_moved(back)


@pytest.mark.parametrize("same", [False, True])
async def test_a_copy_is_equal_on_either_kind(source, place, database_kind, same):
    target = place(database_kind if same else other(database_kind))
    files = target.folder / "files"
    printed = source.good("copy", "--to", target.url, "--files-to", files)
    assert "DIFFERS" not in printed
    assert "Stored files copied: 3." in printed
    await check_moved(target)
    refused = source.refused("copy", "--to", target.url)
    assert "is not empty" in refused


async def test_search_finds_what_was_moved(source, place, database_kind):
    from fangxin.search.finding import search

    target = place(other(database_kind))
    source.good("copy", "--to", target.url, "--files-to", target.folder / "files")
    found = []
    for each in (source, target):
        installation = await opened(each)
        ctx = await system_context(installation)
        answers = [await search(ctx, words) for words in ("沪A", "放心", "科技", "Gone")]
        found.append([repr(answer) for answer in answers])
        await installation.stop()
    assert found[0] == found[1]
    assert "沪A" in found[0][0]


def test_a_backup_is_its_owners_alone_and_replaces_nothing_unasked(source, tmp_path):
    path = tmp_path / "one.zip"
    source.good("backup", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    held = path.read_bytes()
    assert "is there already" in source.refused("backup", path)
    assert path.read_bytes() == held
    path.write_bytes(b"old")
    (tmp_path / "one.zip.part").write_bytes(b"left by a kill" * 1000)
    source.good("backup", "--force", path)
    assert zipfile.ZipFile(path).testzip() is None
    assert not (tmp_path / "one.zip.part").exists()


def test_no_key_and_no_password_is_in_a_backup(source, archive):
    settings = read_settings(source.environment)
    with zipfile.ZipFile(archive) as opened_archive:
        names = opened_archive.namelist()
        told = opened_archive.read("manifest.json").decode()
        all_of_it = b"".join(opened_archive.read(name) for name in names)
    assert '"session"' in told
    assert "tables/session.jsonl" not in names
    for secret in (settings.secret_key, *settings.encryption_keys.values()):
        assert secret not in all_of_it


def test_missing_keys_are_told(archive, place):
    target = place("sqlite")
    other_keys = {"FANGXIN_ENCRYPTION_KEYS": "2:" + "B" * 43 + "="}
    done = target.run("restore", archive, **other_keys)
    assert done.returncode == 0
    assert "the encryption keys 1 are not here" in done.stdout
    told = target.run("restore", "--force", archive, lang="zh_CN.UTF-8")
    assert "全部内容与备份一致" in told.stdout
    assert "密钥" not in told.stdout


def test_a_target_with_something_in_it_is_kept_without_force(
    source, archive, place, database_kind, tmp_path
):
    target = place(database_kind, TOLD)
    before = tables(target.good("backup", tmp_path / "before.zip"))
    assert "is not empty" in target.refused("restore", archive)
    assert tables(target.good("backup", tmp_path / "after.zip")) == before
    target.good("restore", "--force", archive)
    after = tables(target.good("backup", "--force", tmp_path / "after.zip"))
    assert after["account"] == tables(source.good("backup", tmp_path / "two.zip"))["account"]


def test_a_target_that_is_migrated_and_empty_is_taken(archive, place, database_kind):
    target = place(other(database_kind))
    target.good("migrate")
    target.good("restore", archive)


def test_a_server_at_work_is_not_replaced_under_its_feet(
    archive, place, database_kind, start_server
):
    target = place(database_kind)
    server = start_server(target.url)
    server.wait()
    assert "is at work on" in target.refused("restore", "--force", archive)
    assert server.ready()
    server.stop()
    target.good("restore", "--force", archive)


def test_trouble_ends_in_one_line(source, archive, place, tmp_path):
    target = place("sqlite")
    assert "No such file" in target.refused("restore", tmp_path / "missing.zip")
    assert "There is no database" in target.refused("backup", tmp_path / "x.zip")
    away = "postgresql://nobody@127.0.0.1:1/none"
    assert "failed" in target.refused("restore", archive, "--to", away)
    foreign = tmp_path / "foreign.db"
    foreign.write_bytes(b"not a database" * 100)
    target.refused("restore", archive, "--to", f"sqlite:///{foreign}", "--force")
    assert foreign.read_bytes() == b"not a database" * 100
    assert "No such file" in source.refused("backup", tmp_path / "nowhere" / "x.zip")
    assert source.run("copy").returncode == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk")
def test_a_full_disk_leaves_nothing_behind(source, tmp_path):
    import subprocess

    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine mounts no disks")
    try:
        assert re.search("No space|disk is full", source.refused("backup", disk / "one.zip"))
        assert list(disk.iterdir()) == []
        source.good("backup", tmp_path / "one.zip")
        target = Place(f"sqlite:///{disk / 'in' / 'fangxin.db'}", tmp_path)
        assert re.search("No space|disk is full", target.refused("restore", tmp_path / "one.zip"))
        assert not (Path(disk) / "in" / "fangxin.db").exists()
    finally:
        subprocess.run(["umount", disk], check=True)
