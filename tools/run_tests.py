"""Run the Python tests with coverage: `python -m tools.run_tests [-m MARKS]`.

Browser tests run in a process of their own, since Playwright keeps an event loop running in the
main thread and the other tests bring theirs. One coverage report covers both and every server
process that they start.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS_COLLECTED = 5
# tests wait for servers, disks and leases more than they compute
WORKERS = min(2 * (os.cpu_count() or 2), 8)


def _python(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, check=False).returncode


def _pytest(*arguments: str) -> bool:
    """Run pytest under coverage; whether nothing failed (an empty selection counts as passed)."""
    code = _python("coverage", "run", "-m", "pytest", "--quiet", *arguments)
    return code in {0, NO_TESTS_COLLECTED}


def main() -> None:
    """Entry point of `make test-python`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-m", dest="marks", default="not long", help="pytest's marker expression")
    parser.add_argument("-n", dest="workers", default=str(WORKERS))
    arguments = parser.parse_args()
    _python("coverage", "erase")
    parallel = ["-n", arguments.workers, "--dist=loadfile"]
    passed = _pytest("-m", arguments.marks, *parallel, "--ignore=tests/e2e")
    if (ROOT / "tests" / "e2e").is_dir():
        passed = _pytest("-m", arguments.marks, "tests/e2e") and passed
    _python("coverage", "combine", "--quiet")
    covered = _python("coverage", "report") == 0
    if not covered:
        print("The line coverage is below the bound in pyproject.toml.", file=sys.stderr)
    sys.exit(0 if passed and covered else 1)


if __name__ == "__main__":
    main()
