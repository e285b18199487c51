"""The command line as a user types it, without the second that loading the product takes.

Each command runs in a process of its own, forked from one that has loaded the product and done
nothing else: it has its own folder, environment, output, exit code, and can be killed.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

from fangxin import cli

_LOADED = multiprocessing.get_context("forkserver")
_LOADED.set_forkserver_preload(["tests.loaded"])


def _run(words: list[str], folder: Path, environment: dict[str, str], out: Path, err: Path) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    try:
        cli.main(words)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def start(
    words: list[str], folder: Path, environment: Mapping[str, str], *, into: Path | None = None
) -> BaseProcess:
    """Start `fangxin WORDS` in a folder, with nothing but `environment` beside this process's own;
    `into` takes the files `out` and `err`.
    """
    target = into or Path(tempfile.gettempdir())
    out, err = (target / name if into else Path(os.devnull) for name in ("out", "err"))
    together = {**os.environ, **environment}
    process = _LOADED.Process(target=_run, args=(words, folder, together, out, err))
    process.start()
    return process


def run(
    words: list[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run `fangxin WORDS` to its end, as `start`; what it printed is read back."""
    with tempfile.TemporaryDirectory() as name:
        process = start(words, folder, environment, into=Path(name))
        process.join()
        out, err = (Path(name, each).read_text("utf-8") for each in ("out", "err"))
    return subprocess.CompletedProcess(words, process.exitcode or 0, out, err)
