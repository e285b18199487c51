"""The floor: what the list's statement costs the database alone, asked by pgbench."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

from bench import cpu, servers
from bench.yardstick import sql

SECONDS = 5


def measure(url: str, postmaster: int, owner: str, stage: str, folder: Path) -> dict[str, Any]:
    """Return database CPU ms a statement and statements a second, 16 clients, prepared."""
    script = folder / "floor.sql"
    text = sql.LIST.replace("$1", f"'{owner}'").replace("$2", f"'{stage}'")
    script.write_text(" ".join(text.split()) + ";\n", encoding="utf-8")
    command = [servers.postgres("pgbench"), "-n", "-M", "prepared", "-c", "16", "-j", "2"]
    command += ["-T", str(SECONDS), "-f", str(script), url]
    before = cpu.seconds(postmaster, gone=True)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    spent = cpu.seconds(postmaster, gone=True) - before
    count = int(re.search(r"actually processed: (\d+)", done.stdout)[1])  # type: ignore[index]
    return {
        "list, database ms": round(spent * 1000 / count, 3),
        "a second at 16": round(count / SECONDS),
    }
