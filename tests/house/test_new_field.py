"""Say it once: a new field takes three edits by hand, a declaration, a migration and its words."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import Databases
from tools.checks.findings import ROOT

DECLARATION = '    trade_name: Mapped[str | None] = text("Trade name", indexed=True)\n'
WORDS = 'msgid "Trade name"\nmsgstr "商号"\n'


def run(tree: Path, *arguments: str | Path) -> str:
    """Run a Python program on the copy of the package in `tree`."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with one more field on accounts, by the three edits of the guide."""
    root = tmp_path_factory.mktemp("newcomer")
    for name in ("fangxin", "tools"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("web_dist"))
    shutil.copy(ROOT / "pyproject.toml", root)
    declaration = root / "fangxin" / "modules" / "base" / "account.py"
    text = declaration.read_text("utf-8")
    changed = re.sub(r"(?m)^(?=    \w+: Mapped\[)", DECLARATION, text, count=1)
    declaration.write_text(changed, "utf-8")
    run(root, "-m", "tools.draft_migration", "account trade name")
    (root / "fangxin" / "locale" / "zh_CN" / "newcomer.po").write_text(WORDS, "utf-8")
    return root


def test_the_whole_product_knows_a_new_field(
    tree: Path, databases: Databases, database_kind: str
) -> None:
    url = databases.new(database_kind, migrated=False)
    seen = json.loads(run(tree, ROOT / "tests" / "house" / "new_field.py", url))
    assert "contains" in seen.pop("operators")
    assert seen == {
        "made": "Zephyr Tools",
        "found": ["Zephyr Tools"],
        "label": "商号",
        "type": "text",
        "sortable": True,
        "editable": True,
    }
