"""Processes that meet a database which nobody has made yet."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import servers
from tests.crash.journal import sign_in

PROCESSES = 4
# how often they race; the long run as often again and more
ROUNDS = (2, pytest.param(9, marks=pytest.mark.long))
# all begin at the same moment: each waits for the file that lets them go
MAKE = """
import asyncio, os, sys, time
from fangxin.kernel.db import open_database
from fangxin.migrations.migrate import migrate

async def main(url, go):
    while not os.path.exists(go):
        time.sleep(0.001)
    await migrate(url)
    database = open_database(url)
    await database.start()
    await database.stop()

asyncio.run(main(*sys.argv[1:]))
"""


def rush(url: str, folder: Path, number: int) -> list[str]:
    """Let PROCESSES make the database at `url` at once; return what they complain of."""
    go = folder / f"go-{number}"
    processes = [
        subprocess.Popen([sys.executable, "-c", MAKE, url, go], stderr=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    # time to import
    time.sleep(0.7)
    go.touch()
    errors = [each.communicate(timeout=60)[1] for each in processes]
    return [e for each, e in zip(processes, errors, strict=True) if each.returncode or e]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_many_processes_make_one_database(databases, database_kind, tmp_path, rounds):
    for number in range(rounds):
        assert rush(databases.new(database_kind, migrated=False), tmp_path, number) == []


def test_four_servers_start_at_once_on_nothing(empty_database_url, tmp_path):
    started = [servers.fork(empty_database_url, tmp_path) for _ in range(PROCESSES)]
    try:
        for each in started:
            each.wait(90)
        tokens = [sign_in(each.url) for each in started]
        logs = [each.log.read_text("utf-8") for each in started]
    finally:
        for each in started:
            each.stop()
    assert [text for text in logs if "Traceback" in text or "locked" in text] == []
    assert len(set(tokens)) == PROCESSES
