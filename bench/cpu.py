"""CPU time and memory of process trees, from /proc."""

from __future__ import annotations

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
_PPID, _USER, _SYSTEM, _GONE_USER, _GONE_SYSTEM = 1, 11, 12, 13, 14


def _stat(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def tree(root: int) -> list[int]:
    """Return a process and all that it started."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                parents.setdefault(int(fields[_PPID]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += parents.get(pid, [])
    return found


def seconds(root: int, *, gone: bool = False) -> float:
    """Return user and system CPU seconds of a process tree so far; with `gone` also of its children
    that have ended.
    """
    total = 0
    for pid in tree(root):
        fields = _stat(pid)
        if fields:
            total += int(fields[_USER]) + int(fields[_SYSTEM])
            if gone and pid == root:
                total += int(fields[_GONE_USER]) + int(fields[_GONE_SYSTEM])
    return total / TICK


def memory(root: int) -> list[float]:
    """Return the resident memory of each process of a tree in MB (proportional share)."""
    found = []
    for pid in tree(root):
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue
        line = next((each for each in text.splitlines() if each.startswith("Pss:")), "Pss: 0")
        found.append(int(line.split()[1]) / 1024)
    return found
