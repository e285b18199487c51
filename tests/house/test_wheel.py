"""The wheel holds all that a running installation needs: the machine has only Python."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tools import build_web
from tools.checks.findings import ROOT

NOT_SHIPPED = {".pyc", ".pyo"}


def test_the_wheel_ships_the_whole_package(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(ROOT / "fangxin", source / "fangxin")
    build_web.copy_guide(target=source / "fangxin" / "guide")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(source)], check=True)
    (wheel,) = tmp_path.glob("fangxin-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shipped = set(archive.namelist())
    package = ROOT / "fangxin"
    files = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and path.suffix not in NOT_SHIPPED and not path.name.startswith(".")
    }
    assert files - shipped == set()
    written = ROOT / "docs" / "guide" / "user"
    pages = {path.relative_to(written).as_posix() for path in written.rglob("*.*")}
    assert {f"fangxin/guide/{name}" for name in pages} - shipped == set()
    assert {name for name in pages if name.endswith(".md")} != set()
    assert not [name for name in shipped if name.startswith(("tests/", "tools/", "web/"))]
