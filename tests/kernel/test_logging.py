"""The program's log: one JSON object a line, and no secrets in it."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging
from fangxin.kernel.logging import configure_logging, logger
configure_logging(readable=READABLE)
log = logger("test")
log.info("opened", url="postgresql://crm:hunter2@db/crm", password="hunter2", csrf_token="hunter2")
def fail():
    password = "hunter2"
    raise ValueError("cannot reach postgresql://crm:hunter2@db/crm")
try:
    fail()
except ValueError:
    log.exception("failed", kind="import")
logging.getLogger("library").warning("from %s", "a library")
"""


def lines(readable: bool) -> list[str]:
    program = PROGRAM.replace("READABLE", str(readable))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_each_line_is_an_object_with_time_and_level():
    opened, failed, library = map(json.loads, lines(readable=False))
    assert (opened["event"], opened["level"]) == ("opened", "info")
    assert opened["timestamp"].endswith("Z")
    assert opened["url"] == "postgresql://•••@db/crm"
    assert failed["kind"] == "import"
    assert "ValueError" in failed["exception"]
    assert (library["event"], library["level"]) == ("from a library", "warning")


def test_secrets_are_hidden_in_both_forms():
    for readable in (True, False):
        assert "hunter2" not in "\n".join(lines(readable))
