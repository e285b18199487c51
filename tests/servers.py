"""The product as its own process, as a user starts it: `fangxin run`, `serve` or `work`."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests import cluster

READY_SECONDS = 120
# the command as it is installed, so that the tests start what a user starts
COMMAND = Path(sys.executable).with_name("fangxin")
PASSWORD = "correct-horse-battery-staple"


@dataclass
class Forked:
    """A process forked from one that has loaded the product, with the words of `Popen`."""

    process: BaseProcess

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    def poll(self) -> int | None:
        return self.process.exitcode

    def terminate(self) -> None:
        self.process.terminate()

    def wait(self, timeout: float) -> int:
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired(self.process.name, timeout)
        return self.process.exitcode


@dataclass
class Server:
    """A running server process. `url` is its address without a slash at the end."""

    url: str
    process: subprocess.Popen[bytes] | Forked
    log: Path

    def ready(self) -> bool:
        """Whether it answers on /readyz."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def wait(self, seconds: float = READY_SECONDS) -> None:
        """Return when it answers; RuntimeError with its log when it ends or does not."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if self.ready():
                return
            time.sleep(0.05)
        self.kill()
        message = f"the server did not come up:\n{self.log.read_text('utf-8', 'replace')}"
        raise RuntimeError(message)

    def stop(self) -> None:
        """End it as an operator would, by SIGTERM."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it and all its children at once, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


def environment(url: str, folder: Path, **extra: str) -> dict[str, str]:
    """The variables of an installation on the database at `url` with its files in `folder`.

    `extra` are further variables without their prefix: `workers="2"`.
    """
    variables = {
        "database_url": url,
        "files_url": (folder / "files").as_uri(),
        "host": "127.0.0.1",
        "demo": "0",
        "demo_password": PASSWORD,
        **extra,
    }
    return {f"FANGXIN_{key.upper()}": value for key, value in variables.items()}


def start(url: str, folder: Path, *, command: str = "run", port: int = 0, **extra: str) -> Server:
    """Start `fangxin COMMAND` on the database at `url`; its files and log lie in `folder`.

    `extra` as for `environment`.
    """
    port = port or cluster.free_port()
    log = folder / f"{command}-{port}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [COMMAND, command],
            cwd=folder,
            env={**os.environ, **environment(url, folder, port=str(port), **extra)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Server(f"http://127.0.0.1:{port}", process, log)


def fork(url: str, folder: Path, *, first: Path | None = None) -> Server:
    """Start `fangxin run` as `start` does, but without the second that loading the product takes:
    for tests that start it again and again. The file `first` is run before it.
    """
    from tests import typed

    port = cluster.free_port()
    log = folder / f"run-{port}.log"
    variables = environment(url, folder, port=str(port))
    process = typed.start(["run"], folder, variables, outputs=(log, log), first=first)
    return Server(f"http://127.0.0.1:{port}", Forked(process), log)
