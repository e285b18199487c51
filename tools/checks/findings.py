"""What all checks share: a finding, the files to look at, and how findings are printed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON_ROOTS = ("fangxin", "tools", "bench", "tests")
SKIPPED_FOLDERS = {"__pycache__", "node_modules", "web_dist", "dist"}


@dataclass(frozen=True, order=True)
class Finding:
    """One breach of one rule. `line` counts from 1; 0 means the file as a whole."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.rule}: {self.message}"


def walk(root: Path, tops: tuple[str, ...], suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Give every file below `root`/`tops` with one of `suffixes`, in a fixed order."""
    for top in tops:
        for folder, names, files in os.walk(root / top):
            names[:] = sorted(name for name in names if name not in SKIPPED_FOLDERS)
            yield from (Path(folder) / name for name in sorted(files) if name.endswith(suffixes))


def skipped(lines: list[str], line: int, rule: str, *, mark: str = "#") -> bool:
    """Whether the line, or the comment line above it, names `rule` as skipped and says why.

    The form is `# skip one-door: the reason`, in the language's own comment mark.
    """
    pattern = re.compile(rf"{re.escape(mark)}\s*skip {re.escape(rule)}: \S.{{9,}}")
    candidates = [lines[line - 1]] if 0 < line <= len(lines) else []
    if line > 1 and lines[line - 2].strip().startswith(mark):
        candidates.append(lines[line - 2])
    return any(pattern.search(text) for text in candidates)
