"""Plants files in a throw-away tree, to show that a check catches what it is for."""

from __future__ import annotations

from pathlib import Path

from tools.checks.findings import Finding


def plant(root: Path, files: dict[str, str]) -> Path:
    """Write each file below `root` and return it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def seen(findings: list[Finding]) -> list[tuple[str, int, str]]:
    """What was found, by place and rule."""
    return [(each.path, each.line, each.rule) for each in sorted(findings)]
