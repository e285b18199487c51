"""One seed tells one story: whatever the process and the hour, and of the same companies any
day.
"""

from __future__ import annotations

import os
import subprocess
import sys

TELL = """
import sys
from datetime import datetime
from hashlib import sha256
from fangxin.demo.companies import Market
from fangxin.demo.make import SEED, played
events = played(Market(SEED, datetime.fromisoformat(sys.argv[1])), 40)
print(sha256(repr(events).encode()).hexdigest())
for each in events:
    if each.object == "account":
        print(each.id[-20:], each.values["name"], each.values["email"])
"""
ANOTHER_HOUR, ANOTHER_DAY = "2026-11-22T23:59:58.7+00:00", "2026-12-25T09:30:00+00:00"


def told(hash_seed: str, now: str) -> list[str]:
    """What another process tells: a digest of everything, then the companies."""
    command = [sys.executable, "-c", TELL, now]
    variables = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_process_and_hour_change_nothing_and_the_day_no_company() -> None:
    whole, *companies = told("1", "2026-11-22T00:00:01+00:00")
    assert len(companies) == 40
    assert told("2", ANOTHER_HOUR) == [whole, *companies]
    later, *others = told("1", ANOTHER_DAY)
    assert later != whole
    assert sorted(others) == sorted(companies)
