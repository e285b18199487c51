from pathlib import Path

import pytest

from tests.house.plant import plant, seen
from tools.checks import tree
from tools.checks.findings import ROOT

INIT = "fangxin/records/__init__.py"


def test_the_tree_speaks() -> None:
    assert seen(tree.findings(ROOT)) == []


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("fangxin/kernel/utils.py", "", [("fangxin/kernel/utils.py", 0, "tree-name")]),
        ("fangxin/utils/money.py", "", [("fangxin/utils/money.py", 0, "tree-name")]),
        ("fangxin/kernel/_money.py", "", [("fangxin/kernel/_money.py", 0, "tree-name")]),
        ("tools/helpers.py", "", [("tools/helpers.py", 0, "tree-name")]),
        ("fangxin/modules/sales/opportunity.py", "", []),
        ("fangxin/modules/sales/x/y.py", "", [("fangxin/modules/sales/x/y.py", 0, "tree-depth")]),
        (INIT, '"""Says what is here."""\n', []),
        (INIT, '__version__ = "1"\n', []),
        (INIT, '"""Doc."""\nfrom fangxin.records.engine import create\n', [(INIT, 2, "tree-init")]),
        (INIT, '__all__ = ["create"]\n', [(INIT, 1, "tree-init")]),
        ("tests/house/__init__.py", "import os\n", []),
    ],
)
def test_what_is_found(tmp_path: Path, name: str, text: str, found: list[object]) -> None:
    assert seen(tree.findings(plant(tmp_path, {name: text}))) == found
