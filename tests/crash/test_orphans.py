"""kill -9 of the main process alone: its web processes end too, and give the port back."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests import servers
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.crash


@pytest.mark.parametrize("command", ["run", "serve"])
def test_nobody_answers_once_the_main_process_was_killed(command, tmp_path, databases):
    server = servers.start(databases.new("sqlite"), tmp_path, command=command, workers="2")
    try:
        server.wait()
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(20)
        end = time.monotonic() + PATIENCE_SECONDS
        while server.ready():
            assert time.monotonic() < end, "a process that nobody looks after still answers"
            time.sleep(0.1)
    finally:
        server.kill()
