"""Stages, pipelines and roles carry their name in each language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxin.kernel.errors import Invalid
from fangxin.modules.sales.first_records import PIPELINE, stage_id
from fangxin.records import engine, reading
from fangxin.records.aggregate import aggregate
from fangxin.search.finding import search

WON = {"id": stage_id("won"), "object": "stage"}


@pytest.fixture
def zh(ctx):
    return replace(ctx, locale="zh-CN")


async def _deal(ctx, **more):
    body = {"name": "Deal", "amount": "5", "stage": stage_id("won"), **more}
    return await engine.create(ctx, "opportunity", body, allow_duplicates=True)


async def test_each_reader_has_the_name_of_his_language(ctx, zh) -> None:
    made = await _deal(ctx)
    for reader, name in ((ctx, "Won"), (zh, "赢单")):
        assert (await reading.get(reader, "opportunity", made["id"]))["stage"] == WON | {
            "name": name
        }
        page = await reading.find(reader, "opportunity", fields=["stage", "stage.name"])
        assert page.items[0]["stage"]["name"] == name
        assert (await reading.get(reader, "stage", WON["id"]))["name"] == name
        rows = await aggregate(reader, "opportunity", group=["stage"])
        assert rows[0]["group"] == [WON | {"name": name}]
    roles = await reading.find(zh, "role", fields=["name"], sort="name")
    assert {"管理员"} <= {each["name"] for each in roles.items}


async def test_filters_and_search_meet_every_language(ctx, zh) -> None:
    await _deal(ctx)
    for reader in (ctx, zh):
        for word in ("Won", "赢单"):
            for tree in (
                {"field": "name", "op": "is", "value": word},
                {"field": "name", "op": "in", "value": [word, "nothing"]},
                {"field": "name", "op": "contains", "value": word.lower()},
                {"field": "name", "op": "starts_with", "value": word},
            ):
                found = await reading.find(reader, "stage", filter=tree, fields=["key"])
                assert [each["key"] for each in found.items] == ["won"], tree
            other = {"field": "name", "op": "is_not", "value": word}
            found = await reading.find(reader, "stage", filter=other, fields=["key"])
            assert "won" not in {each["key"] for each in found.items}
            assert len(found.items) == 5
            hits = await search(reader, word, ["stage"])
            assert [each["id"] for each in hits] == [WON["id"]]
            assert (
                await reading.count(
                    reader,
                    "opportunity",
                    filter={"field": "stage.name", "op": "is", "value": word},
                )
                == 1
            )


async def test_renaming_names_every_language(ctx, zh) -> None:
    before = await reading.get(zh, "stage", WON["id"])
    assert before["names"] == {"en": "Won", "zh-CN": "赢单"}
    same = await engine.update(zh, "stage", WON["id"], {"name": "赢单"})
    assert same["version"] == before["version"], "a name sent back as it was read is no change"
    renamed = await engine.update(zh, "stage", WON["id"], {"name": "成交"})
    assert (renamed["name"], renamed["names"]) == ("成交", None)
    assert (await reading.get(ctx, "stage", WON["id"]))["name"] == "成交"
    assert [each["id"] for each in await search(ctx, "成交", ["stage"])] == [WON["id"]]
    assert await search(ctx, "赢单", ["stage"]) == []


async def test_both_languages_can_be_named(ctx, zh) -> None:
    names = {"en": "Closed won", "zh-CN": "成交"}
    await engine.update(ctx, "stage", WON["id"], {"names": names})
    assert (await reading.get(ctx, "stage", WON["id"]))["name"] == "Closed won"
    assert (await reading.get(zh, "stage", WON["id"]))["name"] == "成交"
    with pytest.raises(Invalid):
        await engine.update(ctx, "stage", WON["id"], {"names": {"fr": "Gagné"}})
    await engine.update(ctx, "pipeline", PIPELINE, {"names": {}})
    assert (await reading.get(zh, "pipeline", PIPELINE))["name"] == "Sales pipeline"


async def test_refusals_name_stages_and_fields_in_the_readers_language(ctx, zh) -> None:
    for reader, stage, field in ((ctx, "Lost", "Reason lost"), (zh, "输单", "输单原因")):
        with pytest.raises(Invalid) as refused:
            await engine.create(reader, "opportunity", {"name": "x", "stage": stage_id("lost")})
        assert refused.value.values == {"stage": stage, "fields": field}
