"""What is told before anything is written, duplicates while typing and values of a file to import,
keeps to scope and field rights like every other reading.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from fangxin.data import alike as asking
from fangxin.kernel.quotas import Quota
from fangxin.transfer.previewing import preview
from tests.contract.oracle import Oracle
from tests.contract.questions import EVERY, refusal
from tests.contract.seeds import READERS
from tests.contract.world import wire


def _allowed(oracle: Oracle, person: str, object_: str, action: str) -> bool:
    return all(oracle.grant(person, object_, each) != "none" for each in ("read", action))


@EVERY
async def test_duplicates_are_named_to_those_who_see_them(
    worlds: Any, object_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the quota is tested where it is at home; here very many questions are asked at one moment
    most = 10**6
    monkeypatch.setattr(asking, "QUOTAS", [Quota(most, each.window) for each in asking.QUOTAS])
    for world in worlds:
        definition = world.registry[object_]
        keys = [each.key for each in definition.fields.values() if each.duplicate_key]
        oracle = Oracle(world.rows)
        for person in READERS:
            ctx = world.reader(person)
            for row in world.rows[object_][::4]:
                typed = {key: row.values[key] for key in keys if key in row.values}
                if not _allowed(oracle, person, object_, "create"):
                    assert (await refusal(asking.alike(ctx, object_, typed)))[0] == 403
                    continue
                hidden = [key for key in typed if oracle.sight(person, object_, key) == "none"]
                if hidden:
                    told = await refusal(asking.alike(ctx, object_, typed))
                    assert told == (422, "invalid"), (person, typed)
                    continue
                editable = ctx.rights.editable(definition)
                typed = {key: value for key, value in typed.items() if key in editable}
                seen = {each.id: each for each in oracle.visible(person, object_)}
                for each in await asking.alike(ctx, object_, typed):
                    assert set(each["matched_on"]) <= {*typed, *_keys(world, each["object"])}
                    if each["id"] is None:
                        assert each["name"] is None
                    elif each["object"] == object_:
                        assert each["id"] in seen, (person, each)


def _keys(world: Any, object_: str) -> set[str]:
    fields = world.registry[object_].fields.values()
    return {each.key for each in fields if each.duplicate_key}


async def test_values_of_a_file_lead_to_visible_records_alone(worlds: Any, tmp_path: Path) -> None:
    for world in worlds:
        oracle = Oracle(world.rows)
        accounts = world.rows["account"]
        path = tmp_path / f"{world.kind}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            lines = [["Deal", "Client"], *([f"D{n}", each.id] for n, each in enumerate(accounts))]
            csv.writer(file).writerows(lines[:51])
        plan = {"columns": {"Deal": "name", "Client": "account"}}
        asked = {"object": "opportunity", "map": plan}
        for person in READERS:
            ctx = world.reader(person)
            mapped = ("name", "account")
            editable = ctx.rights.editable(world.registry["opportunity"])
            if not _allowed(oracle, person, "opportunity", "import"):
                assert (await refusal(preview(ctx, path, asked)))[0] == 403
                continue
            if not all(key in editable for key in mapped):
                assert (await refusal(preview(ctx, path, asked)))[0] == 422
                continue
            (_, column) = wire(await preview(ctx, path, asked))["columns"]
            seen = set()
            if oracle.grant(person, "account", "read") != "none":
                seen = {each.id for each in oracle.visible(person, "account")}
            for item in column["values"]["items"]:
                found = item["read"] and item["read"]["id"]
                assert found == (item["value"] if item["value"] in seen else None), person
            assert {each["key"] for each in column["values"]["options"]} <= seen
