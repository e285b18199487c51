"""Ruff, mypy and Biome are in force as configured: planted faults are found."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.plant import plant
from tools import run_checks
from tools.checks.findings import ROOT

BIN = Path(sys.executable).parent


def ruff(name: str, text: str) -> list[str]:
    """The codes that ruff finds in `text` standing at `name`."""
    options = ["--no-cache", "--output-format=concise", "--stdin-filename", name, "-"]
    done = subprocess.run(
        [BIN / "ruff", "check", *options],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    return [line.split(" ")[1] for line in done.stdout.splitlines() if line.startswith(name)]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("fangxin/api/a.py", '"""A."""\ntry:\n    x = 1\nexcept Exception:\n    x = 2\n', "BLE001"),
        ("fangxin/api/a.py", '"""A."""\ntry:\n    x = 1\nexcept ValueError:\n    pass\n', "SIM105"),
        ("fangxin/api/a.py", '"""A."""\nprint(1)\n', "T201"),
        ("fangxin/api/a.py", "x = 1\n", "D100"),
        ("fangxin/api/a.py", '"""A."""\n\n\nclass A:\n    x = 1\n', "D101"),
        ("fangxin/api/a.py", '"""A."""\n# x = 1\n', "ERA001"),
        ("fangxin/api/a.py", '"""A."""\n# TODO: later\n', "FIX002"),
        ("fangxin/api/a.py", f'"""A."""\n# {"x" * 100}\n', "E501"),
        (
            "fangxin/api/a.py",
            '"""A."""\nfrom datetime import datetime\n\nx = datetime.now()\n',
            "DTZ005",
        ),
        ("fangxin/data/a.py", '"""A."""\nq = f"SELECT a FROM {1}"\n', "S608"),
        ("fangxin/data/a.py", '"""A."""\n\n\ndef f():\n    """F."""\n', "ANN201"),
        ("tests/test_a.py", "import os\n", "F401"),
    ],
)
def test_ruff_finds(name: str, text: str, code: str) -> None:
    assert code in ruff(name, text)


def test_what_is_right_passes_ruff() -> None:
    text = '"""Adds."""\n\n\ndef add(left: int, right: int) -> int:\n    """Left and right."""\n'
    assert ruff("fangxin/api/a.py", text + "    return left + right\n") == []


LOOSE = {
    "no-untyped-def": "def f(a):\n    return a\n",
    "type-arg": "def f(a: list) -> int:\n    return len(a)\n",
    "assignment": "x: int = 'a'\n",
    "ignore-without-code": "x: int = 'a'  # type: ignore\n",
    "unreachable": "def f(a: int) -> int:\n    return a\n    a = 1\n",
}


def test_mypy_is_strict(tmp_path: Path) -> None:
    files = {f"{code.replace('-', '_')}.py": text for code, text in LOOSE.items()}
    planted = plant(tmp_path, files)
    cache = tmp_path / "cache"
    config = ["--config-file", ROOT / "pyproject.toml", "--cache-dir", cache]
    command = [BIN / "mypy", *config, *(planted / name for name in files)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    for name, code in zip(files, LOOSE, strict=True):
        lines = [line for line in done.stdout.splitlines() if line.startswith(f"{name}:")]
        assert any(f"[{code}]" in line for line in lines), done.stdout


def test_biome_is_in_force(tmp_path: Path) -> None:
    biome = ROOT / "web" / "node_modules" / ".bin" / "biome"
    assert biome.exists(), "run `make node-modules` first"
    plant(tmp_path, {"src/a.ts": "export const a = (b: any) => {\n  console.log(b)\n}\n"})
    shutil.copy(ROOT / "web" / "biome.json", tmp_path)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    done = subprocess.run(
        [BIN / "node", biome.resolve(), "lint", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "noConsole" in done.stderr + done.stdout


def test_a_failed_check_says_why() -> None:
    good = run_checks.run("good", [sys.executable, "-c", "print('fine')"])
    bad = run_checks.run("bad", [sys.executable, "-c", "import sys; sys.exit('the reason')"])
    assert (good.passed, good.output.strip()) == (True, "fine")
    assert (bad.passed, bad.output.strip()) == (False, "the reason")
