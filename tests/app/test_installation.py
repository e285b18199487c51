"""The installation: what its packages bring, and how it follows changes of other processes."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType
from typing import Any

import pytest

from fangxin import app
from fangxin.access.contexts import system_context
from fangxin.app import Installation, Parts, build_installation, load_parts
from fangxin.kernel import epoch
from fangxin.kernel.clock import now
from fangxin.kernel.ids import new_id
from fangxin.kernel.sql import compile_statement
from fangxin.modules.base.first_run import FirstUser, is_empty, make_first_records
from fangxin.objects import custom
from fangxin.objects.registry import BootError
from fangxin.records.reading import find
from fangxin.worker import EmbeddedInstallation, add_upkeep, build_working_installation
from tests.patience import until


def test_every_periodic_job_has_a_handler():
    parts = load_parts()
    add_upkeep(parts)
    assert {each.kind for each in parts.cron} <= set(parts.jobs)
    names = [each.name for each in parts.cron]
    assert len(names) == len(set(names))


def test_a_job_with_two_handlers_is_refused():
    async def one(_host: Any, _run: Any) -> None: ...

    async def other(_host: Any, _run: Any) -> None: ...

    parts = Parts()
    parts.add_job("mail", one)
    parts.add_job("mail", one)
    with pytest.raises(BootError, match="mail"):
        parts.add_job("mail", other)


def test_a_new_file_of_a_module_is_found_by_itself(monkeypatch):
    before = load_parts()
    file = ModuleType("fangxin.modules.base.planted")
    file.FIRST_RECORDS = (("tag", {"id": "x"}),)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, file.__name__, file)
    whole = app._files
    monkeypatch.setattr(
        app, "_files", lambda name: [*whole(name), *([file] if name.endswith(".base") else [])]
    )
    after = load_parts()
    assert len(after.first_records) == len(before.first_records) + 1
    assert after.records == before.records


async def test_the_first_records_are_made_once_and_complete(installation: Installation):
    ctx = await system_context(installation)
    assert await is_empty(ctx)
    user = FirstUser("admin@demo.local", "correct-horse-battery-staple", locale="en")
    await make_first_records(ctx, user, installation.parts.first_records)
    assert not await is_empty(ctx)
    with pytest.raises(Exception, match="unique"):
        await make_first_records(ctx, user, installation.parts.first_records)
    for name, count in (("user", 1), ("department", 1), ("role", 6), ("pipeline", 1)):
        assert len((await find(ctx, name)).items) == count
    stages = (await find(ctx, "stage", sort="order")).items
    assert [each["kind"] for each in stages[-2:]] == ["won", "lost"]


async def _plant_field(installation: Installation) -> None:
    row = {
        "id": new_id(),
        "code": "fabcdefgh",
        "object": "account",
        "key": "vip_since",
        "type": "date",
        "labels": {"en": "VIP since", "zh-CN": "贵宾起始日"},
        "options": [],
        "settings": {},
        "created_at": now(),
        "deleted_at": None,
    }
    insert = compile_statement(custom.custom_field.insert(), installation.database.dialect)

    async def unit(tx: Any) -> None:
        await tx.execute(insert, row)
        await epoch.bump(tx, custom.METADATA)

    await installation.database.write(unit)


async def test_a_custom_field_made_elsewhere_arrives_by_itself(installation):
    other = build_installation(installation.settings)
    await other.start()
    try:
        before = installation.registry
        assert "vip_since" not in before["account"].fields
        await _plant_field(other)

        async def arrived() -> bool:
            return "vip_since" in installation.registry["account"].fields

        await until(arrived)
        assert installation.registry.version != before.version
        # whoever holds the older snapshot goes on with it unchanged
        assert "vip_since" not in before["account"].fields
    finally:
        await other.stop()


async def test_an_unchanged_registry_stays_the_same_object(installation):
    before = installation.registry
    assert await installation.refresh_registry() is before


async def test_upkeep_runs_on_a_real_database(installation):
    working = build_working_installation(installation.settings, EmbeddedInstallation)
    await working.start()
    try:
        for _ in range(100):
            await asyncio.sleep(0.1)
            rows = await working.database.read(
                compile_statement(_upkeep_states(), working.database.dialect), {}
            )
            if rows and rows[0][0] in {"done", "failed"}:
                break
        assert [tuple(row) for row in rows] == [("done", None)]
    finally:
        await working.stop()


def _upkeep_states() -> Any:
    from fangxin.kernel.jobs import job

    return job.select().with_only_columns(job.c.state, job.c.error).where(job.c.kind == "upkeep")
