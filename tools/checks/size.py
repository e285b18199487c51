"""Small by ratchet: bounds on functions, files and whole layers.

Lines are counted after `ruff format` at 100 columns with default settings, so that dense writing
wins nothing. `size_exceptions.txt` may name what is over a bound; it may only shrink, which is
checked against every earlier version of it in git.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.checks.findings import PYTHON_ROOTS, Finding, walk

COLUMNS = 100
FUNCTION_LINES = 40
FILE_LINES = 400
WEB_FILE_LINES = 250
# STYLE asks 6,000 with the field types and 4,000; docs/adr/0003 and 0005 tell why the first differs
LAYER_LINES = {("objects", "records"): 5_350, ("data", "access"): 4_000}
# of fields/, for each type on average
TYPE_LINES = 110
EXCEPTIONS = "tools/checks/size_exceptions.txt"
# Alembic writes upgrade() and downgrade() as one list of operations each.
MIGRATIONS = "fangxin/migrations/versions/"
WEB_SUFFIXES = (".ts", ".tsx", ".css")
# Written by openapi-typescript and compared in CI.
WEB_GENERATED = {"web/src/api/schema.d.ts"}


def formatted(root: Path) -> dict[str, str]:
    """Every Python file's text as ruff formats it at 100 columns, by its path from `root`."""
    with tempfile.TemporaryDirectory() as folder:
        copies = {}
        for path in walk(root, PYTHON_ROOTS, (".py",)):
            name = path.relative_to(root).as_posix()
            copies[name] = Path(folder) / name
            copies[name].parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copies[name])
        command = [sys.executable, "-m", "ruff", "format", "--isolated", "--quiet", "--no-cache"]
        subprocess.run([*command, "--line-length", str(COLUMNS), folder], check=True)
        return {name: copy.read_text("utf-8") for name, copy in copies.items()}


def function_findings(name: str, text: str) -> list[Finding]:
    """Functions over the bound, measured from `def` to their last line."""
    if name.startswith(MIGRATIONS):
        return []
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                message = f"{node.name} has {lines} lines, at most {FUNCTION_LINES}"
                found.append(Finding(name, node.lineno, "function-size", message))
    return found


def file_finding(name: str, lines: int, limit: int) -> list[Finding]:
    """The finding for a file over `limit`, if it is."""
    if lines <= limit:
        return []
    return [Finding(name, 0, "file-size", f"{lines} lines, at most {limit}")]


def layer_findings(sizes: dict[str, int]) -> list[Finding]:
    """Groups of layers whose files together are over their bound."""
    found = []
    for layers, limit in LAYER_LINES.items():
        tops = tuple(f"fangxin/{layer}/" for layer in layers)
        lines = sum(size for name, size in sizes.items() if name.startswith(tops))
        if lines > limit:
            message = f"{lines} lines together, at most {limit}"
            found.append(Finding(" + ".join(layers), 0, "layer-size", message))
    return found


def type_findings(texts: Mapping[str, str]) -> list[Finding]:
    """Tell whether fields/ has more lines than its types have room for."""
    files = [text for name, text in texts.items() if name.startswith("fangxin/fields/")]
    types = sum(len(re.findall(r'^    name = "', text, re.MULTILINE)) for text in files)
    lines = sum(len(text.splitlines()) for text in files)
    if lines <= types * TYPE_LINES:
        return []
    message = f"{lines} lines for {types} types, at most {TYPE_LINES} each on average"
    return [Finding("fields", 0, "type-size", message)]


def exceptions(text: str) -> set[str]:
    """The entries of a list of exceptions: one `path` or `path::function` a line, `#` comments."""
    return {line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"}


def _versions(root: Path) -> list[str]:
    """The list's text at each commit that touched it, oldest first; empty outside git."""
    command = ["git", "-C", str(root)]
    log = subprocess.run(
        [*command, "log", "--reverse", "--format=%H", "--", EXCEPTIONS],
        capture_output=True,
        text=True,
        check=False,
    )
    shows = [[*command, "show", f"{commit}:./{EXCEPTIONS}"] for commit in log.stdout.split()]
    runs = [subprocess.run(show, capture_output=True, text=True, check=False) for show in shows]
    return [run.stdout for run in runs]


def ratchet_findings(root: Path) -> list[Finding]:
    """Entries that the list did not have in an earlier version."""
    path = root / EXCEPTIONS
    now = exceptions(path.read_text("utf-8")) if path.is_file() else set()
    versions = [exceptions(text) for text in _versions(root)]
    grown = now - versions[0].intersection(*versions[1:]) if versions else now
    message = "the list of exceptions may only shrink; split this instead"
    return [Finding(EXCEPTIONS, 0, "ratchet", f"{entry}: {message}") for entry in sorted(grown)]


def _excepted(finding: Finding, texts: dict[str, str], listed: set[str]) -> bool:
    if finding.rule != "function-size":
        return finding.path in listed
    function = texts[finding.path].splitlines()[finding.line - 1].split("def ", 1)[-1]
    return f"{finding.path}::{function.split('(')[0]}" in listed


def findings(root: Path) -> list[Finding]:
    """All that is too large below `root`."""
    texts = formatted(root)
    sizes = {name: len(text.splitlines()) for name, text in texts.items()}
    found = layer_findings(sizes) + type_findings(texts)
    for name, text in texts.items():
        found += function_findings(name, text)
        found += file_finding(name, sizes[name], FILE_LINES)
    for path in walk(root, ("web/src",), WEB_SUFFIXES):
        name = path.relative_to(root).as_posix()
        if name not in WEB_GENERATED:
            lines = len(path.read_text("utf-8").splitlines())
            found += file_finding(name, lines, WEB_FILE_LINES)
    path = root / EXCEPTIONS
    listed = exceptions(path.read_text("utf-8")) if path.is_file() else set()
    found = [each for each in found if not _excepted(each, texts, listed)]
    return found + ratchet_findings(root)
