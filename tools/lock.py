"""Write the lock files from pyproject.toml: `python -m tools.lock`.

A lock names each package with its version and nothing else, so that it holds on any index:
requirements.lock (what runs), requirements-build.lock (what builds), requirements-dev.lock (all).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Made by `make lock` from pyproject.toml. Do not edit.\n"


def _resolve(requirements: list[str], constraints: Path | None) -> list[str]:
    """Ask pip for the whole closure of `requirements`, as sorted `name==version` lines."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run"]
        command += ["--ignore-installed", "--report", str(report)]
        if constraints is not None:
            command += ["--constraint", str(constraints)]
        subprocess.run([*command, *requirements], check=True)
        items = json.loads(report.read_text("utf-8"))["install"]
    lines = {f"{item['metadata']['name']}=={item['metadata']['version']}" for item in items}
    return sorted(lines, key=str.casefold)


def _write(name: str, lines: list[str]) -> Path:
    path = ROOT / name
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), "utf-8")
    return path


def main() -> None:
    """Resolve the three sets; each later one is held to the versions of the ones before it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    runtime = _write("requirements.lock", _resolve(project["dependencies"], None))
    _write("requirements-build.lock", _resolve(extras["build"], runtime))
    everything = project["dependencies"] + extras["build"] + extras["dev"]
    _write("requirements-dev.lock", _resolve(everything, runtime))


if __name__ == "__main__":
    main()
