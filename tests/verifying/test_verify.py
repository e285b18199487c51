"""`fangxin verify` on a real server: all holds, a broken promise is noticed, nothing stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from datetime import timedelta
from typing import Any

import pytest

from fangxin.verifying.check import examine
from fangxin.verifying.leftovers import remove_leftovers
from fangxin.verifying.rights import RIGHTS
from fangxin.verifying.visit import Caller, Visit
from tests import servers

ADMINISTRATOR = "admin@demo.local"


def _verify(url: str, variables: dict[str, str], *words: str) -> tuple[int, dict[str, Any], str]:
    done = subprocess.run(
        [servers.COMMAND, "verify", "--url", url, "--json", *words],
        env={**os.environ, **variables, "LANG": "zh_CN.UTF-8", "LC_ALL": ""},
        capture_output=True,
        timeout=600,
        check=False,
    )
    told = done.stdout.decode()
    return done.returncode, json.loads(told) if told else {}, done.stderr.decode()


def _left(admin: Caller) -> dict[str, Any]:
    paths = ("/accounts", "/leads", "/quotes", "/contracts", "/users", "/recycle_bin")
    paths += ("/auth/sessions",)
    return {path: len(admin.ask("GET", path)["items"]) for path in paths}


def test_a_server_is_verified_and_left_as_it_was(start_server, database_url, tmp_path):
    server = start_server(database_url)
    server.wait()
    variables = servers.environment(database_url, tmp_path, base_url=server.url)
    admin = Caller(server.url, "en")
    admin.sign_in(ADMINISTRATOR, servers.PASSWORD)
    before = _left(admin)
    code, report, faults = _verify(server.url, variables)
    states = {each["key"]: each["state"] for each in report["checks"]}
    broken = [each for each in report["checks"] if each["state"] == "broken"]
    assert (code, report["passed"], broken) == (0, True, []), faults
    assert {key for key, state in states.items() if state != "holds"} == {"payments", "speed"}
    assert (states["payments"], states["speed"]) == ("skipped", "told")
    assert "线索至回款" in " ".join(each["sentence"] for each in report["checks"])
    assert _left(admin) == before

    code, _, faults = _verify(server.url, variables, "--password", "wrong-password-here")
    assert (code, "无法登录" in faults) == (1, True)
    _notices_a_leak(server.url, admin)
    assert _left(admin) == before
    assert _ends_half_way(server.url, variables, admin, signal.SIGTERM) == 130
    assert _left(admin) == before
    _killed(server.url, variables, admin, before)


def _killed(url: str, variables: dict[str, str], admin: Caller, before: dict[str, Any]) -> None:
    """What one leaves that was killed goes with the next one; what merely looks like it stays."""
    named = admin.ask("POST", "/accounts", 201, json={"name": "verify-cafe Ltd"})["id"]
    binned = admin.ask("POST", "/accounts", 201, json={"name": "x verify-0123abcd"})["id"]
    admin.ask("DELETE", f"/accounts/{binned}", 204)
    # it leaves its session too, which ends by itself
    assert _ends_half_way(url, variables, admin, signal.SIGKILL) == -signal.SIGKILL
    count = _left(admin)["/accounts"]
    assert count > before["/accounts"] + 1
    visit = Visit(url, "en", admin)
    # it may be under way yet
    assert remove_leftovers(visit) == 0
    assert _left(admin)["/accounts"] == count
    # what it had made beside accounts, and what lay in the bin, too
    assert remove_leftovers(visit, older=timedelta(0)) > count - before["/accounts"]
    left = {**_left(admin), "/auth/sessions": before["/auth/sessions"]}
    assert left == {**before, "/accounts": before["/accounts"] + 1}
    admin.ask("GET", f"/accounts/{named}", 200)


def _ends_half_way(url: str, variables: dict[str, str], admin: Caller, how: signal.Signals) -> int:
    """Whoever stops it by a signal finds nothing of it afterwards."""
    before = _left(admin)["/accounts"]
    command = [servers.COMMAND, "verify", "--url", url]
    process = subprocess.Popen(command, env={**os.environ, **variables}, stdout=subprocess.DEVNULL)
    while _left(admin)["/accounts"] == before:
        assert process.poll() is None, "it ended before it was stopped"
    process.send_signal(how)
    return process.wait(120)


def _notices_a_leak(url: str, admin: Caller) -> None:
    """A role that sees all is no promise kept."""
    role = next(each for each in admin.ask("GET", "/roles")["items"] if each["key"] == "sales")
    grants = admin.ask("GET", f"/roles/{role['id']}")["grants"]
    wide = {**grants, "account": {**grants["account"], "read": "all"}}
    admin.ask("PATCH", f"/roles/{role['id']}", 200, json={"grants": wide})
    end = time.monotonic() + 60
    paths = ""
    # until the worker knows the role's new grants
    while "search" not in paths:
        assert time.monotonic() < end, paths
        visit = Visit(url, "en", admin)
        (finding,) = examine(visit, RIGHTS)
        assert visit.clean() == []
        paths = finding.seen.values.get("paths", "") if finding.state == "broken" else ""
    admin.ask("PATCH", f"/roles/{role['id']}", 200, json={"grants": grants})


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_server_that_does_not_answer_is_said_to(words, tmp_path):
    variables = servers.environment(f"sqlite:///{tmp_path}/none.db", tmp_path)
    done = subprocess.run(
        [servers.COMMAND, "verify", "--url", "http://127.0.0.1:9", "--token", "x", *words],
        env={**os.environ, **variables},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 1
    assert b"ConnectError" in done.stdout
    assert b"Traceback" not in done.stderr
