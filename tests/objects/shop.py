"""A shop whose accounts have the sub-table `items`."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from fangxin.access.contexts import system_context
from fangxin.customizing import customize
from fangxin.kernel.clock import now
from fangxin.kernel.errors import Invalid
from fangxin.objects.custom import load
from fangxin.records.reading import get

COLUMNS: list[dict[str, Any]] = [
    {"key": "item", "type": "text", "labels": {"en": "Item", "zh-CN": "品名"}, "required": True},
    {"key": "grade", "type": "choice", "labels": "Grade", "options": ["a", "b"]},
    {"key": "quantity", "type": "decimal", "labels": "Quantity", "scale": 3, "default": "1"},
    {"key": "price", "type": "money", "labels": "Price", "min": 0},
    {"key": "due", "type": "date", "labels": "Due"},
    {"key": "paid", "type": "boolean", "labels": "Paid"},
    {"key": "who", "type": "link", "labels": "Who", "target": "accounts"},
    {"key": "off", "type": "percent", "labels": "Off"},
    {
        "key": "amount",
        "type": "formula",
        "labels": "Amount",
        "formula": "round(quantity * price * (100 - off_or_0) / 100, 2)",
        "scale": 2,
    },
    {
        "key": "off_or_0",
        "type": "formula",
        "labels": "Off or 0",
        "formula": "if(empty(off), 0, off)",
        "scale": 2,
        "summed": False,
    },
]


class Shop:
    """An installation whose accounts have the sub-table `items`."""

    def __init__(self, installation: Any) -> None:
        self.installation = installation
        self.ctx: Any = None
        self.rows: dict[str, Any] = {}

    async def refresh(self) -> Any:
        await self.installation.refresh_registry()
        self.ctx = await system_context(self.installation)
        return self.ctx

    async def make(self, **body: Any) -> dict[str, Any]:
        registry, jobs = self.installation.registry, self.installation.jobs
        body = {"object": "accounts", "labels": body["key"], **body}
        row: dict[str, Any] = await self.installation.database.write(
            lambda tx: customize.create_field(tx, registry, body, now(), jobs)
        )
        await self.refresh()
        self.rows[row["key"]] = row
        return row

    async def change(self, key: str, **body: Any) -> dict[str, Any]:
        registry, jobs, id_ = (
            self.installation.registry,
            self.installation.jobs,
            self.rows[key]["id"],
        )
        row: dict[str, Any] = await self.installation.database.write(
            lambda tx: customize.update_field(tx, registry, id_, body, jobs)
        )
        await self.refresh()
        self.rows[key] = row
        return row

    async def faults(self, work: Any) -> list[tuple[str, str]]:
        before = await load(self.installation.database)
        with pytest.raises(Invalid) as caught:
            await work
        assert await load(self.installation.database) == before
        return [(each.pointer, each.code) for each in caught.value.errors]

    async def lines(self, id_: str, key: str = "items") -> Any:
        """The lines as a client reads them."""
        return sent_over((await get(self.ctx, "account", id_))[key])


def sent_over(wire: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(wire))


def formula(key: str, text: str) -> dict[str, Any]:
    return {"key": key, "type": "formula", "labels": key, "formula": text}
