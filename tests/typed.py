"""The command line as a user types it, without the second that loading the product takes.

Each command runs in a process of its own, forked from one that has loaded the product and done
nothing else: it has its own folder, environment, output, exit code, and can be killed.
"""

from __future__ import annotations

import importlib.util
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


def _run(
    words: list[str],
    folder: Path,
    environment: dict[str, str],
    outputs: tuple[Path, Path],
    first: Path | None,
) -> None:
    # what kills the command's whole group spares who started it
    os.setsid()
    # as where a user starts it: the server forks its workers
    multiprocessing.set_start_method("fork", force=True)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(outputs, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    try:
        if first is not None:
            _execute(first)
        cli.main(words)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _execute(path: Path) -> None:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def start(
    words: list[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    outputs: tuple[Path, Path] = (Path(os.devnull), Path(os.devnull)),
    first: Path | None = None,
) -> BaseProcess:
    """Start `fangxin WORDS` in a folder, with nothing but `environment` beside this process's own;
    `outputs` take what it prints and what it complains of, and the file `first` runs before it.
    """
    together = {**os.environ, **environment}
    process = _LOADED.Process(target=_run, args=(words, folder, together, outputs, first))
    process.start()
    return process


def run(
    words: list[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run `fangxin WORDS` to its end, as `start`; what it printed is read back."""
    with tempfile.TemporaryDirectory() as name:
        outputs = (Path(name, "out"), Path(name, "err"))
        process = start(words, folder, environment, outputs=outputs)
        process.join()
        out, err = (each.read_text("utf-8") for each in outputs)
    return subprocess.CompletedProcess(words, process.exitcode or 0, out, err)
