"""What the documents point to exists: files, pictures, commands of make."""

import re
from pathlib import Path

import pytest

from tools.checks.findings import ROOT

LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)")
COMMAND = re.compile(r"`make ([a-z-]+)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    targets = [each for each in LINK.findall(path.read_text("utf-8")) if "://" not in each]
    assert [each for each in targets if not (path.parent / each).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_commands_exist(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(COMMAND.findall(path.read_text("utf-8"))) <= targets


def test_the_two_commands_stand_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert re.search(r"^make run ", text, re.MULTILINE)
    assert re.search(r"^make test ", text, re.MULTILINE)


def test_ci_runs_make_test_and_can_be_executed() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "make --no-print-directory test" in script.read_text("utf-8")
