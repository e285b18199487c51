"""Install the package itself, editable, when what its installation depends on has changed.

Most changes of pyproject.toml are settings of tools, which need no new installation; and an
installation takes the package away from running processes for a moment.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = Path(sys.prefix) / ".package"


def wanted() -> str:
    """SHA-256 over the tables that an installation reads, in hex."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    read = [project["build-system"], project["project"], project["tool"]["setuptools"]]
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


def main() -> None:
    """Entry point of `make`; the stamp lies in the virtual environment."""
    if STAMP.exists() and STAMP.read_text("utf-8") == wanted():
        return
    quiet = ["-qq", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]
    subprocess.run([sys.executable, "-m", "pip", "install", *quiet, "-e", str(ROOT)], check=True)
    STAMP.write_text(wanted(), "utf-8")


if __name__ == "__main__":
    main()
