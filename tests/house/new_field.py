"""Run inside a copy of the package with one more field: shows what follows from its declaration.

Prints one JSON object. The database of the copy is the first argument.
"""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

from fangxin.access.contexts import system_context
from fangxin.api.metadata import object_wire
from fangxin.app import build_installation
from fangxin.arranging.remembered import layouts_of
from fangxin.kernel.settings import read_settings
from fangxin.migrations.migrate import migrate
from fangxin.records import engine, reading


async def look(url: str) -> dict[str, object]:
    await migrate(url)
    folder = Path.cwd()
    environment = {"FANGXIN_DATABASE_URL": url, "FANGXIN_FILES_URL": str(folder / "files")}
    installation = build_installation(read_settings(environment))
    await installation.start()
    ctx = await system_context(installation)
    made = await engine.create(ctx, "account", {"name": "Acme", "trade_name": "  Zephyr Tools "})
    await engine.create(ctx, "account", {"name": "Other"})
    condition = {"field": "trade_name", "op": "starts_with", "value": "zephyr"}
    page = await reading.find(ctx, "account", filter=condition, sort="-trade_name")
    reader = replace(ctx, locale="zh-CN")
    chinese = object_wire(reader, installation.registry.get("account"), await layouts_of(reader))
    field = next(each for each in chinese["fields"] if each["key"] == "trade_name")
    await installation.stop()
    return {
        "made": made["trade_name"],
        "found": [each["trade_name"] for each in page.items],
        "label": field["label"],
        "type": field["type"],
        "operators": field["operators"],
        "sortable": field["sortable"],
        "editable": field["editable"],
    }


sys.stdout.write(json.dumps(asyncio.run(look(sys.argv[1]))))
