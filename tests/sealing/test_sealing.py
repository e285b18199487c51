"""Encrypted fields: what the database holds, what people see and find, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fangxin.access.scope import build_rights
from fangxin.data import mass
from fangxin.history import undo
from fangxin.history.change_sets import change_sets
from fangxin.history.entries import feed
from fangxin.history.field_history import field_history
from fangxin.history.timeline import timeline
from fangxin.history.turning import Wanted
from fangxin.kernel.errors import Conflict, Invalid
from fangxin.kernel.idempotency import Answer, Replay, RequestKey
from fangxin.kernel.sealed_text import UNREADABLE
from fangxin.records import engine
from fangxin.records.act import act
from fangxin.records.aggregate import aggregate
from fangxin.records.reading import find, get
from fangxin.sealing.examine import census
from fangxin.search.finding import search
from fangxin.transfer.exporting import export_file
from fangxin.worker import Worker
from tests.sealing.conftest import FIELDS, PIECES, SHOWN, VALUES, House

EXACT = tuple(key for key in FIELDS if key != "dossier")


async def furnished(house: House) -> tuple[Any, dict[str, Any]]:
    """Make a field of every type of text and a record that holds all."""
    for key, facts in FIELDS.items():
        await house.define(key, encrypted=True, **facts)
    ctx = await house.ctx()
    return ctx, await engine.create(ctx, "account", {"name": "Quarz", **VALUES})


async def names(ctx: Any, object: str, **leaf: Any) -> list[str]:
    page = await find(ctx, object, filter=leaf)
    return sorted(each["name"] for each in page.items)


async def test_the_text_stands_nowhere_and_is_found_and_shown(house: House) -> None:
    ctx, made = await furnished(house)
    assert {key: made[key] for key in FIELDS} == SHOWN
    id_ = made["id"]
    await engine.create(ctx, "account", {"name": "Onyx", "passport": "other"})
    await engine.create(ctx, "contact", {"name": "Ann", "account": id_})
    hotline = VALUES["hotline"]
    # other fields leave a ciphertext as it is, byte by byte
    held = await house.run(f"SELECT custom FROM account WHERE id = '{id_}'")
    await engine.update(ctx, "account", id_, {"name": "Quartz", "phone": "010-62345678"})
    assert await house.run(f"SELECT custom FROM account WHERE id = '{id_}'") == held
    await engine.update(ctx, "account", id_, {"hotline": None, "name": "Quarz"})
    await engine.update(ctx, "account", id_, {"hotline": hotline})
    for key in EXACT:
        assert await names(ctx, "account", field=key, op="is", value=VALUES[key]) == ["Quarz"], key
        asked = {"field": key, "op": "in", "value": [VALUES[key]]}
        assert await names(ctx, "account", **asked) == ["Quarz"], key
    passport = {"object": "account", "field": "passport"}
    assert await names(ctx, **passport, op="is", value="g78215519 机密护照") == ["Quarz"]
    assert await names(ctx, **passport, op="is", value="G78215519") == []
    assert await names(ctx, **passport, op="is_not", value=VALUES["passport"]) == ["Onyx"]
    assert await names(ctx, "account", field="dossier", op="empty") == ["Onyx"]
    assert await names(ctx, "account", field="hotline", op="not_empty") == ["Quarz"]
    assert await names(ctx, "contact", field="account.hotline", op="is", value=hotline) == ["Ann"]
    [ann] = (await find(ctx, "contact", fields=["name", "account.hotline"])).items
    assert ann["account"]["hotline"] == SHOWN["hotline"]
    for text in (hotline, "+86 139 5550 1234"):
        with pytest.raises(Conflict, match="value"):
            await engine.create(ctx, "account", {"name": "Twin", "hotline": text})
    await house.installation.stop()
    await house.open()
    assert await house.found(PIECES) == []


async def test_what_is_kept_beside_records_says_nothing_either(
    house: House, tmp_path: Path
) -> None:
    ctx, made = await furnished(house)
    id_ = made["id"]
    await export_file(ctx, tmp_path / "out.csv", {"object": "account", "sort": "name"})
    assert SHOWN["passport"] in (tmp_path / "out.csv").read_text("utf-8-sig")
    # work that is left to a job, and an answer that is kept for a program
    asked = {"ids": [id_], "set": {"remarks": VALUES["remarks"] + "!"}}
    await mass.enqueue(ctx, "account", asked)
    request = RequestKey("key", "digest", lambda made: Answer(200, {}, str(made).encode()))
    keyed = replace(ctx, request_key=request)
    await engine.create(keyed, "account", {"name": "Kept", "remarks": VALUES["remarks"]})
    assert await house.found(PIECES) == []
    # their key may not be taken away before they are gone
    found = await census(house.database, house.installation.services.keys)
    assert dict(found.passing) == {1: 2}
    with pytest.raises(Replay) as again:
        await engine.create(keyed, "account", {"name": "Kept", "remarks": VALUES["remarks"]})
    assert "whisperwort" in again.value.answer.body.decode()
    await Worker(house.installation).drain()
    assert (await get(ctx, "account", id_))["version"] == 2
    await house.installation.stop()
    await house.open()
    assert await house.found(PIECES) == []


async def test_history_undo_and_merging_go_on(house: House) -> None:
    ctx, made = await furnished(house)
    id_ = made["id"]
    await engine.update(ctx, "account", id_, {"passport": "second 2222-whisperwort"})
    told = await field_history(ctx, "account", id_, "passport")
    assert told["items"][0]["after"] == "second 2222-whisperwort"
    assert told["items"][0]["before"] == SHOWN["passport"]
    line = (await timeline(ctx, "account", id_))["items"][0]
    assert line["changes"][0]["before"] == SHOWN["passport"]
    changed = [each for each in (await feed(ctx, None))["items"] if each["record"] == id_]
    assert changed[-1]["changes"][0]["after"] == "second 2222-whisperwort"
    last = (await change_sets(ctx))["items"][0]
    await undo.undo(ctx, last["id"])
    assert (await get(ctx, "account", id_))["passport"] == SHOWN["passport"]
    # conflicts show what stands against each other
    await engine.update(ctx, "account", id_, {"passport": "third"})
    third = (await change_sets(ctx))["items"][0]
    await engine.update(ctx, "account", id_, {"passport": "fourth"})
    seen = await undo.preview_undo(ctx, third["id"], Wanted())
    [conflict] = seen["conflicts"]
    assert (conflict["mine"], conflict["theirs"]) == (SHOWN["passport"], "fourth")
    # another record takes the text over, under a seal of its own
    other = await engine.create(ctx, "account", {"name": "Winner"})
    taken = ["passport", "hotline"]
    await act(ctx, "account", other["id"], "merge", {"other": id_, "take": taken})
    seen = await get(ctx, "account", other["id"])
    assert [seen[key] for key in taken] == ["fourth", SHOWN["hotline"]]
    await undo.undo(ctx, (await change_sets(ctx))["items"][0]["id"])
    assert (await get(ctx, "account", id_))["hotline"] == SHOWN["hotline"]
    assert await house.found((*PIECES, "2222-whisperwort")) == []


async def test_what_needs_the_text_itself_is_refused(house: House) -> None:
    ctx, made = await furnished(house)
    for key in EXACT:
        for op in ("contains", "starts_with"):
            with pytest.raises(Invalid) as refused:
                await find(ctx, "account", filter={"field": key, "op": op, "value": "139"})
            assert refused.value.errors[0].pointer == "/filter/op"
        with pytest.raises(Invalid):
            await find(ctx, "account", sort=key)
        with pytest.raises(Invalid):
            await aggregate(ctx, "account", group=[key], measures=[{"op": "count"}])
    assert not await search(ctx, "78215519")
    for body, place in (
        ({"key": "a", "type": "text", "encrypted": True, "searchable": True}, "/searchable"),
        ({"key": "b", "type": "integer", "encrypted": True}, "/encrypted"),
        ({"key": "c", "type": "formula", "formula": "passport"}, "/formula"),
    ):
        with pytest.raises(Invalid) as fault:
            await house.define(**body)
        assert fault.value.errors[0].pointer == place
    # a masked reader has the mask, and finds by equality alone as ever
    rules = {"account": {"passport": {"read": "masked", "edit": False}}}
    grants = {"account": {"read": "all"}}
    rights = build_rights("r", admin=False, grants=grants, field_rules=rules)
    seen = await get(replace(ctx, rights=rights), "account", made["id"])
    assert "78215519" not in str(seen["passport"])
    assert "hotline" in seen


async def test_a_ciphertext_opens_in_its_own_record_alone(house: House) -> None:
    ctx, made = await furnished(house)
    twin = await engine.create(ctx, "account", {"name": "Twin", "passport": "own"})
    taken = f"(SELECT custom FROM account WHERE id = '{made['id']}')"
    await house.run(f"UPDATE account SET custom = {taken} WHERE id = '{twin['id']}'")
    page = await find(ctx, "account", sort="name", fields=["name", "passport", "hotline"])
    assert [each["passport"] for each in page.items] == [SHOWN["passport"], UNREADABLE]
    # what does not open is neither lost by another change nor written over by what is shown
    before = await house.run(f"SELECT custom FROM account WHERE id = '{twin['id']}'")
    await engine.update(ctx, "account", twin["id"], {"name": "Twin 2"})
    assert await house.run(f"SELECT custom FROM account WHERE id = '{twin['id']}'") == before
    with pytest.raises(Invalid) as refused:
        await engine.update(ctx, "account", twin["id"], {"passport": UNREADABLE})
    assert refused.value.errors[0].code == "unreadable"
    back = await engine.update(ctx, "account", twin["id"], {"passport": "anew", "hotline": None})
    assert (back["passport"], back["secret_mail"]) == ("anew", UNREADABLE)


async def test_rules_ask_for_equal_text(house: House) -> None:
    ctx, made = await furnished(house)
    condition = {"field": "passport", "op": "in", "value": ["blocked 1", "blocked 2"]}
    rule = {"name": "Blocked", "of_object": "account", "kind": "validation", "condition": condition}
    await engine.create(ctx, "rule", {**rule, "messages": {"en": "On the list."}})
    await house.installation.refresh_registry()
    ctx = await house.ctx()
    for write in (
        lambda: engine.create(ctx, "account", {"name": "B", "passport": "Blocked 2"}),
        lambda: engine.update(ctx, "account", made["id"], {"passport": "blocked 1"}),
    ):
        with pytest.raises(Invalid, match="On the list"):
            await write()
    assert (await get(ctx, "account", made["id"]))["passport"] == SHOWN["passport"]
    await engine.update(ctx, "account", made["id"], {"passport": "welcome"})
    parts = {**condition, "op": "contains", "value": "block"}
    with pytest.raises(Invalid) as refused:
        await engine.create(ctx, "rule", {**rule, "condition": parts, "messages": {"en": "No."}})
    assert refused.value.errors[0].pointer == "/condition/op"
