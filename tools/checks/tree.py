"""The tree speaks: what files may be called, how deep they lie, what an `__init__.py` may hold."""

from __future__ import annotations

import ast
from pathlib import Path, PurePosixPath

from tools.checks.findings import PYTHON_ROOTS, Finding, walk

PACKAGE = "fangxin"
LEVELS = 2
# A name that says nothing about what is inside.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "stuff"}
DUNDERS = {"__init__", "__main__"}


def name_findings(path: PurePosixPath) -> list[Finding]:
    """Names that hide what a file or folder is for."""
    found = []
    for part in (*path.parts[:-1], path.stem):
        if part.lower() in EMPTY_NAMES:
            message = f"`{part}` says nothing; name what is inside"
            found.append(Finding(str(path), 0, "tree-name", message))
    if path.stem.startswith("_") and path.stem not in DUNDERS:
        message = "no `_x.py` behind re-exports; give the file its own name"
        found.append(Finding(str(path), 0, "tree-name", message))
    return found


def depth_findings(path: PurePosixPath) -> list[Finding]:
    """Python files lying deeper than two folders below the package."""
    if path.parts[0] != PACKAGE or len(path.parts) - 2 <= LEVELS:
        return []
    message = f"at most {LEVELS} folders below {PACKAGE}"
    return [Finding(str(path), 0, "tree-depth", message)]


def init_findings(path: PurePosixPath, text: str) -> list[Finding]:
    """Anything in an `__init__.py` of the package but a docstring and the version."""
    if path.name != "__init__.py" or path.parts[0] != PACKAGE:
        return []
    found = []
    for node in ast.parse(text).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        version = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__"
        if not docstring and not version:
            message = "an __init__.py re-exports nothing; import from the file itself"
            found.append(Finding(str(path), node.lineno, "tree-init", message))
    return found


def findings(root: Path) -> list[Finding]:
    """All breaches of the tree below `root`."""
    found = []
    for file in walk(root, PYTHON_ROOTS, (".py",)):
        path = PurePosixPath(file.relative_to(root).as_posix())
        found += name_findings(path)
        found += depth_findings(path)
        found += init_findings(path, file.read_text("utf-8"))
    return found
