"""What is missing is skipped by name, and in CI it is a failure."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.plant import plant
from tools.checks.findings import ROOT

CASES = """
import pytest


@pytest.mark.shared
def test_shared():
    pass


def test_browser(browser_type_launch_args):
    pass


def test_plain():
    pass
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with our fixtures, without the real data beside it."""
    root = tmp_path / "project"
    (root / "tests").mkdir(parents=True)
    for name in ("conftest.py", "cluster.py", "databases.py", "servers.py"):
        shutil.copy(ROOT / "tests" / name, root / "tests" / name)
    shutil.copy(ROOT / "pyproject.toml", root)
    return plant(root, {"tests/test_cases.py": CASES})


def run(tree: Path, **extra: str) -> str:
    """Run the cases with an empty PATH, so that no browser is found; gives pytest's output."""
    clean = {key: value for key, value in os.environ.items() if key not in {"CI", "PATH"}}
    for key in [key for key in clean if key.startswith(("PYTEST_", "FANGXIN_", "COVERAGE_"))]:
        del clean[key]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-o", "addopts=-ra"],
        cwd=tree,
        env={**clean, "PATH": str(tree), **extra},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_elsewhere_it_is_skipped_by_name(tree: Path) -> None:
    output = run(tree)
    assert "1 passed, 2 skipped" in output, output
    assert "the folder ../shared with the real data is not here" in output
    assert "Chromium is missing on this machine" in output


def test_in_ci_it_fails(tree: Path) -> None:
    output = run(tree, CI="true")
    assert "the folder ../shared with the real data is not here: required in CI" in output
    assert "Chromium is missing on this machine: required in CI" in output
    assert "1 passed" in output
    assert "skipped" not in output


def test_the_installer_says_what_is_missing(tmp_path: Path) -> None:
    script = ROOT / "tools" / "install_test_parts.sh"
    text = script.read_text("utf-8").replace("/usr/lib/postgresql", str(tmp_path))
    text = text.replace("/usr/share/fonts", str(tmp_path))
    planted = plant(tmp_path, {"install.sh": text}) / "install.sh"
    for ci, code in (("", 0), ("true", 1)):
        done = subprocess.run(
            ["/bin/bash", planted],
            env={"PATH": str(tmp_path), "CI": ci},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "postgresql chromium fonts-noto-cjk" in done.stderr
