"""The contracts of import-linter catch what they are for, on a planted package of our own tree."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.plant import plant
from tools.checks.findings import ROOT

FOLDERS = ("kernel", "fields", "objects", "access", "records", "data", "api", "modules")
LOWER_TO_HIGHER = [
    ("kernel", "fields"),
    ("fields", "objects"),
    ("objects", "access"),
    ("access", "records"),
    ("records", "data"),
    ("data", "api"),
    ("data", "modules"),
    ("modules", "api"),
    ("api", "modules"),
]


def lint(tmp_path: Path, extra: dict[str, str]) -> tuple[int, str]:
    """Run the real contracts over a package of empty folders with `extra` planted in it."""
    files = {f"fangxin/{folder}/__init__.py": "" for folder in FOLDERS}
    files |= {f"fangxin/{folder}/a.py": "" for folder in FOLDERS}
    for module in ("base", "sales", "service"):
        files |= {f"fangxin/modules/{module}/__init__.py": ""}
        files |= {f"fangxin/modules/{module}/{name}.py": "" for name in ("a", "public")}
    files |= {"fangxin/__init__.py": "", "fangxin/app.py": "import fangxin.api.a\n"}
    files |= {"pyproject.toml": (ROOT / "pyproject.toml").read_text("utf-8")}
    plant(tmp_path, {**files, **extra})
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_the_planted_package_is_clean(tmp_path: Path) -> None:
    code, output = lint(tmp_path, {})
    assert code == 0, output
    assert "2 kept, 0 broken" in output


def test_imports_point_one_way(tmp_path: Path) -> None:
    wrong = {f"fangxin/{lower}/a.py": "" for lower, _ in LOWER_TO_HIGHER}
    for lower, higher in LOWER_TO_HIGHER:
        wrong[f"fangxin/{lower}/a.py"] += f"import fangxin.{higher}.a\n"
    code, output = lint(tmp_path, wrong)
    assert code == 1
    assert "Imports point one way BROKEN" in output
    for lower, higher in LOWER_TO_HIGHER:
        assert f"fangxin.{lower}.a -> fangxin.{higher}.a" in output, output


def test_every_folder_stands_in_the_list(tmp_path: Path) -> None:
    code, output = lint(tmp_path, {"fangxin/stray/__init__.py": ""})
    assert code == 1, output
    assert "stray" in output


@pytest.mark.parametrize(
    ("target", "kept"), [("base.a", True), ("service.public", True), ("service.a", False)]
)
def test_modules_meet_in_base_or_public(tmp_path: Path, target: str, *, kept: bool) -> None:
    extra = {"fangxin/modules/sales/a.py": f"import fangxin.modules.{target}\n"}
    code, output = lint(tmp_path, extra)
    assert (code == 0) is kept, output


def test_base_knows_no_other_module(tmp_path: Path) -> None:
    extra = {"fangxin/modules/base/a.py": "import fangxin.modules.sales.a\n"}
    assert lint(tmp_path, extra)[0] == 1


def test_the_order_is_the_one_of_the_design() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    named = [layer.replace("(", "").replace(")", "") for layer in layers]
    design = ["data", "records", "access", "objects", "fields", "kernel"]
    assert [each for each in named if each in design] == design
