"""Reading what is in files, by a job each: their text is taken out by a process of its own
(search/extract.py), kept, and found from then on.

A file that cannot be read costs its own job: why is kept beside it, and it is not tried again.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from fangxin.access.contexts import system_context
from fangxin.kernel.db import Tx
from fangxin.kernel.leases import Handler, Run
from fangxin.records import change as store
from fangxin.records.indexes import index_rows
from fangxin.search.contents import KIND, PLACE, holds_contents, put_text, with_contents

# bytes of a file, and seconds until its reader is ended
LARGEST: Final = 64 * 1024 * 1024
PATIENCE: Final = 90.0
_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys((".txt", ".csv", ".tsv", ".md", ".log", ".json", ".eml", ".vcf"), "text"),
    **dict.fromkeys((".html", ".htm"), "html"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".ods"), "workbook"),
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
}
_MEDIA: Final[Mapping[str, str]] = {
    "application/pdf": "pdf",
    "text/html": "html",
    "text/plain": "text",
    "text/csv": "text",
    "text/markdown": "text",
}


def kind_of(name: str, media_type: str | None) -> str | None:
    """Return how the text of a file is read, by its name and else by what it was said to be; None
    for files without text.
    """
    ending = Path(name).suffix.lower()
    return _KINDS.get(ending) or _MEDIA.get(media_type or "")


async def _run(installation: Any, run: Run) -> Mapping[str, Any]:
    ctx = await system_context(installation)
    id_ = run.args["file"]
    definition = next(each for each in ctx.registry.objects.values() if holds_contents(each))
    # read apart from the writing at the end: a process in between takes its time
    loaded = await ctx.database.write(lambda tx: store.load(ctx, tx, definition, [id_], "update"))
    if id_ not in loaded:
        return {"state": "gone"}
    values = loaded[id_].values
    state, text = await _text_of(installation, values)

    async def unit(tx: Tx) -> None:
        rows = await store.load(ctx, tx, definition, [id_], "update")
        if id_ not in rows:
            return
        await put_text(ctx, tx, id_, state, text)
        if text and not rows[id_].deleted:
            now = rows[id_].values
            entry = (definition, id_, now.get("owner"), now.get("department"), now)
            await index_rows(tx, await with_contents(tx, [entry]))

    await ctx.database.write(unit)
    return {"state": state, "characters": len(text)}


async def _text_of(installation: Any, values: Mapping[str, Any]) -> tuple[str, str]:
    kind = kind_of(str(values.get("name") or ""), values.get("media_type"))
    if kind is None:
        return "no_text", ""
    if (values.get("size") or 0) > LARGEST:
        return "too_large", ""
    path: Path = installation.services.storage.path(values[PLACE])
    if not await asyncio.to_thread(path.is_file):
        return "lost", ""
    return await extracted(kind, path)


async def extracted(kind: str, path: Path) -> tuple[str, str]:
    """Return ("read", text) of a file, or why there is none: "broken", "encrypted", "too_large",
    "too_slow".
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "fangxin.search.extract", kind, str(path)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        # no secret of ours is its business
        env={key: os.environ[key] for key in ("PATH", "PYTHONPATH", "HOME") if key in os.environ},
    )
    try:
        told, _ = await asyncio.wait_for(child.communicate(), PATIENCE)
    except TimeoutError:
        return "too_slow", ""
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    try:
        found = msgspec.json.decode(told)
    except msgspec.DecodeError:
        # its time or memory ran out
        return "too_large", ""
    return found["state"], found["text"]


JOBS: Final[Mapping[str, Handler]] = {KIND: _run}
