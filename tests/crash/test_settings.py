"""A process that is killed while it applies a file of settings leaves all of it, or nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from fangxin.access.contexts import system_context
from fangxin.app import build_installation
from fangxin.configuring import apply
from fangxin.kernel.settings import read_settings
from tests import servers

MIDWAY = Path(__file__).parent / "midway"
LABELS = {"en": "Machine"}
DOCUMENT: dict[str, Any] = {
    "format": "fangxin-configuration",
    "version": 1,
    "company": {"company_name": "Acme"},
    "custom_objects": {"machine": {"labels": LABELS}},
    "custom_fields": {"account": {"units": {"type": "integer", "labels": LABELS}}},
    "records": {
        "pipeline": {"P": {"name": "P", "order": 1}},
        "stage": {"P/a": {"name": "A", "key": "a", "pipeline": "P", "order": 1, "kind": "open"}},
    },
    "views": {"account": {"V": {"kind": "list"}}},
}


@pytest.mark.crash
async def test_a_killed_apply_leaves_all_or_nothing(database_url: str, tmp_path: Path) -> None:
    file, armed = tmp_path / "c.json", tmp_path / "armed"
    file.write_text(json.dumps(DOCUMENT))
    paths = f"{MIDWAY}{os.pathsep}{Path.cwd()}"
    environment = {
        **servers.environment(database_url, tmp_path),
        "PYTHONPATH": paths,
        "HALT_FILE": str(armed),
    }
    words = [sys.executable, "-m", "fangxin.cli", "config", "apply", str(file)]
    installation = build_installation(read_settings(environment))
    await installation.start()
    ctx = await system_context(installation)
    empty = await apply.export(ctx)
    # in the middle of it, and right before the commit
    for place in (45, 0):
        armed.write_text(str(place))
        killed = await asyncio.create_subprocess_exec(
            *words, env=environment, start_new_session=True, stderr=asyncio.subprocess.PIPE
        )
        _, told = await killed.communicate()
        assert killed.returncode == -signal.SIGKILL, told
        assert not armed.exists()
        assert await apply.export(ctx) == empty
    whole = await apply.apply(ctx, DOCUMENT)
    assert (whole["applied"], len(whole["changes"])) == (True, 6)
    assert (await apply.diff(ctx, DOCUMENT))["changes"] == []
    await installation.stop()
