"""Run the Python tests: `python -m tools.run_tests [-m MARKS] [--coverage]`.

Browser tests run in processes of their own beside the others, since Playwright keeps an event loop
running in the main thread and the other tests bring theirs. With `--coverage`, which takes half as
long again, one report covers both and every server process that they start.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSER = "tests/e2e"
NO_TESTS_COLLECTED = 5
# tests wait for servers, disks and leases now and then
WORKERS = min((os.cpu_count() or 2) + 1, 8)
BROWSERS = 2
# a file stays together, for what its tests share; files come in the order of tests/conftest.py
SPREAD = ("--dist=loadfile", "--no-loadscope-reorder")


def _environment() -> dict[str, str]:
    """What tests run in: a module that one of their many processes compiles is compiled for all."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def _command(*arguments: str, coverage: bool) -> list[str]:
    before = ["-m", "coverage", "run"] if coverage else []
    return [sys.executable, *before, "-m", "pytest", "--quiet", *arguments]


def _passed(code: int) -> bool:
    """Whether nothing failed; an empty selection counts as passed."""
    return code in {0, NO_TESTS_COLLECTED}


def run(marks: str, workers: str, *, coverage: bool) -> bool:
    """Run all tests that `marks` names; what the browser tests print follows at the end."""
    parallel = ["-n", workers, *SPREAD, f"--ignore={BROWSER}"]
    with tempfile.TemporaryFile("w+") as printed:
        browser = subprocess.Popen(
            _command("-m", marks, "-n", str(BROWSERS), *SPREAD, BROWSER, coverage=coverage),
            cwd=ROOT,
            env=_environment(),
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        try:
            command = _command("-m", marks, *parallel, coverage=coverage)
            done = subprocess.run(command, cwd=ROOT, env=_environment(), check=False)
            others = done.returncode
            seen = browser.wait()
        finally:
            browser.kill()
        printed.seek(0)
        print("In the browser:", printed.read(), sep="\n", flush=True)
    return _passed(others) and _passed(seen)


def _coverage(*arguments: str) -> int:
    command = [sys.executable, "-m", "coverage", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main() -> None:
    """Entry point of `make test-python`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-m", dest="marks", default="not long", help="pytest's marker expression")
    parser.add_argument("-n", dest="workers", default=str(WORKERS))
    parser.add_argument("--coverage", action="store_true", help="measure it; too little fails")
    arguments = parser.parse_args()
    if not arguments.coverage:
        sys.exit(0 if run(arguments.marks, arguments.workers, coverage=False) else 1)
    _coverage("erase")
    passed = run(arguments.marks, arguments.workers, coverage=True)
    _coverage("combine", "--quiet")
    covered = _coverage("report") == 0
    if not covered:
        print("The line coverage is below the bound in pyproject.toml.", file=sys.stderr)
    sys.exit(0 if passed and covered else 1)


if __name__ == "__main__":
    main()
