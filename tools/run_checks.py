"""Run every check and print what each says: `python -m tools.run_checks`, or `make check`.

All run to their end, so that one look shows everything there is to mend.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = [name for name in ("fangxin", "tools", "bench") if (ROOT / name).is_dir()]
CHECKS: Mapping[str, Sequence[str | Path]] = {
    "types": [BIN / "mypy", "--no-error-summary", *PACKAGES],
    "lint": [BIN / "ruff", "check", "--quiet", "--output-format=concise"],
    "format": [BIN / "ruff", "format", "--check", "--output-format=concise"],
    "imports": [BIN / "lint-imports", "--no-logo"],
    "rules": [sys.executable, "-m", "tools.checks"],
}
WEB_CHECKS: Mapping[str, Sequence[str | Path]] = {
    "web lint": ["npm", "--prefix", "web", "run", "--silent", "lint"],
    "web types": ["npm", "--prefix", "web", "run", "--silent", "typecheck"],
}


@dataclass(frozen=True)
class Outcome:
    """How one check ended. `seconds` is wall time."""

    name: str
    passed: bool
    seconds: float
    output: str


def run(name: str, command: Sequence[str | Path]) -> Outcome:
    """Run one check from the root, with the environment's own tools first on the path."""
    start = time.monotonic()
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(name, done.returncode == 0, time.monotonic() - start, done.stdout)


def main() -> None:
    """Entry point: exit with 1 when a check has failed."""
    checks = dict(CHECKS)
    if (ROOT / "web" / "package.json").is_file():
        checks |= WEB_CHECKS
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        outcomes = list(pool.map(run, checks.keys(), checks.values()))
    for outcome in outcomes:
        mark = "ok    " if outcome.passed else "FAILED"
        print(f"{mark} {outcome.name} ({outcome.seconds:.1f} s)")
        if not outcome.passed:
            print(outcome.output)
    sys.exit(0 if all(outcome.passed for outcome in outcomes) else 1)


if __name__ == "__main__":
    main()
