"""The processes of the product: they share work, outlive each other, and end when told to."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fangxin.app import build_installation
from fangxin.kernel.jobs import JobState
from fangxin.kernel.settings import read_settings
from tests import servers
from tests.servers import PASSWORD, Server

Start = Callable[..., Server]


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return [int(each) for each in found]


def web_processes(server: Server) -> list[int]:
    """The processes that serve; multiprocessing's own helper is none of them."""

    def words(pid: int) -> str:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8")

    return [pid for pid in children(server.process.pid) if "resource_tracker" not in words(pid)]


def sign_in(server: Server) -> str:
    body = json.dumps({"email": "admin@demo.local", "password": PASSWORD}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{server.url}/api/v1/auth/login", body, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.headers["Set-Cookie"]).split(";")[0]


async def state_of(url: str, folder: Path, wanted: str, *, kind: str) -> JobState:
    """Enqueue a job as a request would, and wait until the processes have done it."""
    installation = build_installation(read_settings(servers.environment(url, folder)))
    await installation.start()
    jobs = installation.jobs
    job_id = await installation.database.write(lambda tx: jobs.enqueue(tx, kind, {}))
    found: Any = None
    for _ in range(600):
        found = await jobs.state(job_id)
        if found is not None and found.state == wanted:
            break
        await asyncio.sleep(0.1)
    await installation.stop()
    return found


async def test_run_does_the_work_too(empty_database_url, start_server: Start, tmp_path):
    server = start_server(empty_database_url)
    server.wait()
    done = await state_of(empty_database_url, tmp_path, "done", kind="upkeep")
    assert (done.state, done.error) == ("done", None)


async def test_serving_and_working_apart(database_url, start_server: Start, tmp_path):
    web = start_server(database_url, command="serve")
    web.wait()
    waiting = await asyncio.wait_for(
        state_of(database_url, tmp_path, "waiting", kind="seal_log"), 60
    )
    assert waiting.state == "waiting"
    start_server(database_url, command="work")
    done = await state_of(database_url, tmp_path, "done", kind="seal_log")
    assert done.state == "done"


@pytest.mark.crash
def test_a_killed_web_process_comes_back(empty_database_url, start_server: Start):
    server = start_server(empty_database_url, workers="2")
    server.wait()
    before = web_processes(server)
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        now = web_processes(server)
        if len(now) == 2 and before[0] not in now:
            break
        time.sleep(0.1)
    assert len(web_processes(server)) == 2
    server.wait()
    assert sign_in(server)


def test_it_ends_soon_although_a_browser_listens(empty_database_url, start_server: Start):
    server = start_server(empty_database_url)
    server.wait()
    request = urllib.request.Request(
        f"{server.url}/api/v1/live", headers={"Cookie": sign_in(server)}
    )
    with urllib.request.urlopen(request, timeout=10) as stream:
        assert stream.status == 200
        server.process.terminate()
        # a stream that it waited for would hold it for ever
        server.process.wait(60)
