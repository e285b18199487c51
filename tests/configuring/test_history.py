"""The settings history: everything an administrator sets is told, and can be taken back."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

from fangxin.access.contexts import system_context
from fangxin.history.sealer import broken_seals, seal
from fangxin.history.settings_log import _statement

FIELD = {"object": "account", "type": "choice", "key": "tier"}
LABELS = {"en": "Grade", "zh-CN": "等级"}
OPTIONS = [{"key": "a", "labels": {"en": "A"}, "color": "red"}]
HISTORY = "/settings/history"


async def lines(client: Any, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get(HISTORY, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def last(client: Any, **asked: Any) -> dict[str, Any]:
    return (await lines(client, **asked))[0]


async def take_back(client: Any, line: Any, status: int = 200, **body: Any) -> dict[str, Any]:
    answer = await client.post(f"{HISTORY}/{line['id']}/revert", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def good(answer: Any) -> Any:
    found = await answer
    assert found.status_code < 300, found.text
    return found.json() if found.content else None


async def test_custom_fields_are_told_and_taken_back(people: Any) -> None:
    _, admin, _ = people
    body = {**FIELD, "labels": LABELS, "options": OPTIONS}
    field = await good(admin.post("/custom_fields", json=body))
    made = await last(admin, kind="custom_field")
    assert (made["verb"], made["record"]["name"], made["about"]) == ("create", "Grade", "Accounts")
    assert made["actor"]["name"] == "Admin"
    told = {each["label"]: (each["before"], each["after"]) for each in made["changes"]}
    assert told["Options › a › Label › English"] == (None, "A")
    # one change is taken back as a whole
    await take_back(admin, made, 422, only=[{"object": "account", "id": field["id"]}])
    place = f"/custom_fields/{field['id']}"
    await good(admin.patch(place, json={"labels": {"en": "Class"}, "required": True}))
    changed = await last(admin)
    told = {each["label"]: (each["before"], each["after"]) for each in changed["changes"]}
    assert told == {
        "Label › English": ("Grade", "Class"),
        "Label › Chinese": ("等级", None),
        "Required": (None, True),
    }
    # in the reader's language
    chinese = await lines_in(people[0], "zh-CN")
    assert chinese[0]["kind_label"] == "自定义字段"
    assert {"显示名称 › English", "必填"} <= {each["label"] for each in chinese[0]["changes"]}
    await take_back(admin, changed)
    (now,) = await keys(admin, "tier")
    assert now["labels"] == LABELS
    assert not now.get("required")
    assert (await take_back(admin, changed, 409))["code"] == "settled"
    # what somebody changed since is not written over silently
    await good(admin.patch(place, json={"labels": {"en": "Rank"}}))
    answer = await take_back(admin, changed, 409)
    assert answer["code"] == "changed_since"
    assert {"Rank"} <= {each["theirs"] for each in answer["conflicts"]}
    await take_back(admin, changed, force=True)


async def test_what_was_made_and_removed_is_turned_round(people: Any) -> None:
    _, admin, _ = people
    body = {**FIELD, "key": "level", "labels": LABELS, "options": OPTIONS}
    field = await good(admin.post("/custom_fields", json=body))
    place, made = f"/custom_fields/{field['id']}", await last(admin)
    # an option that records may hold stays
    more = [*OPTIONS, {"key": "b", "labels": {"en": "B"}}]
    await good(admin.patch(place, json={"options": more}))
    answer = await take_back(admin, await last(admin), 422)
    assert answer["errors"][0]["code"] == "option_removed"
    # made, deleted, restored: each the other way round
    await take_back(admin, made)
    assert await keys(admin, "level") == []
    deleted = await last(admin)
    assert (deleted["verb"], deleted["source"]) == ("delete", "undo")
    await take_back(admin, deleted)
    restored = await last(admin)
    assert restored["verb"] == "restore"
    await take_back(admin, restored)
    assert await keys(admin, "level") == []


async def test_a_field_that_rules_name_is_not_taken_back(people: Any) -> None:
    _, admin, _ = people
    body = {"object": "contact", "key": "ruled", "type": "integer", "labels": {"en": "Ruled"}}
    await good(admin.post("/custom_fields", json=body))
    made = await last(admin, kind="custom_field")
    rule = {"name": "R", "of_object": "contact", "kind": "validation"}
    rule["condition"] = {"field": "ruled", "op": ">", "value": 9}
    found = await good(admin.post("/rules", json={**rule, "messages": {"en": "No"}}))
    assert (await last(admin, kind="rule"))["about"] == "Contacts"
    answer = await take_back(admin, made, 409)
    assert answer["code"] == "in_use"
    assert len(await keys(admin, "ruled")) == 1
    head = {"format": "fangxin-configuration", "version": 1}
    file = {**head, "custom_fields": {"contact": {}}}
    sent = await admin.post("/configuration/apply", json={"configuration": file, "prune": True})
    assert (sent.status_code, sent.json()["errors"][0]["code"]) == (422, "in_use")
    assert len(await keys(admin, "ruled")) == 1
    # rule and field may go together
    await take_back(admin, await last(admin, kind="rule", record=found["id"]))
    await take_back(admin, made)
    assert await keys(admin, "ruled") == []


async def keys(client: Any, key: str) -> list[dict[str, Any]]:
    fields = (await good(client.get("/custom_fields")))["items"]
    return [each for each in fields if each["key"] == key]


async def lines_in(house: Any, language: str) -> list[dict[str, Any]]:
    browser = await house.browser("admin")
    await good(browser.patch("/auth/me", json={"locale": language}))
    found = await lines(browser)
    await good(browser.patch("/auth/me", json={"locale": "en"}))
    return found


async def test_a_conversion_is_told_and_says_what_it_needs(people: Any) -> None:
    _, admin, _ = people
    body = {"object": "account", "key": "size", "type": "text", "labels": {"en": "Size"}}
    field = await good(admin.post("/custom_fields", json=body))
    place = f"/custom_fields/{field['id']}/convert"
    await good(admin.post(place, json={"type": "integer"}))
    first, second = (await lines(admin))[:2]
    assert {first["verb"], second["verb"]} == {"create", "delete"}
    assert first["change_set"] == second["change_set"]
    for line in (first, second):
        answer = await take_back(admin, line, 409)
        assert answer["code"] == "needs_conversion"
    assert [each["type"] for each in await keys(admin, "size")] == ["integer"]


async def test_unique_is_claimed_again_when_a_change_is_taken_back(people: Any) -> None:
    _, admin, _ = people
    body = {"object": "account", "key": "serial", "type": "text", "labels": {"en": "No"}}
    field = await good(admin.post("/custom_fields", json={**body, "unique": True}))
    await good(admin.post("/accounts", json={"name": "One", "serial": "7"}))
    await good(admin.patch(f"/custom_fields/{field['id']}", json={"unique": False}))
    freed = await last(admin)
    two = await good(admin.post("/accounts", json={"name": "Two", "serial": "7"}))
    answer = await take_back(admin, freed, 409)
    assert answer["code"] == "not_unique"
    await good(admin.patch(f"/accounts/{two['id']}", json={"serial": "8"}))
    await take_back(admin, freed)
    answer = await admin.post("/accounts", json={"name": "Three", "serial": "7"})
    assert answer.status_code == 409


async def engines(client: Any) -> list[dict[str, Any]]:
    objects = (await good(client.get("/custom_objects")))["items"]
    return [each for each in objects if each["name"] == "engine"]


async def test_objects_and_the_company_are_told_and_taken_back(people: Any) -> None:
    _, admin, _ = people
    machine = await good(
        admin.post("/custom_objects", json={"name": "engine", "labels": {"en": "Machine"}})
    )
    place = f"/custom_objects/{machine['id']}"
    await good(admin.patch(place, json={"labels": {"en": "Engine"}, "icon": "bolt"}))
    changed = await last(admin, kind="custom_object", object="engine")
    await take_back(admin, changed)
    now = (await engines(admin))[0]
    assert (now["labels"], now["icon"]) == ({"en": "Machine"}, "cube")
    made = [each for each in await lines(admin, kind="custom_object") if each["verb"] == "create"]
    await take_back(admin, made[0])
    assert await engines(admin) == []

    before = await good(admin.get("/settings"))
    change = {"company_name": "放心", "cascades": {"contact.account": False}}
    await good(admin.patch("/settings", json=change))
    company = await last(admin, kind="company_settings")
    told = {each["label"]: (each["before"], each["after"]) for each in company["changes"]}
    assert told["Company name"] == (before["company_name"], "放心")
    assert [label for label in told if label.startswith("Who sees the parent")] == [
        "Who sees the parent sees this too › Contacts › Account"
    ]
    await take_back(admin, company)
    now = await good(admin.get("/settings"))
    assert now == before


async def test_records_that_are_settings_are_told_in_words(people: Any) -> None:
    house, admin, _ = people
    roles = (await good(admin.get("/roles")))["items"]
    found = next(each["id"] for each in roles if each["key"] == "sales")
    role = await good(admin.get(f"/roles/{found}"))
    grants = {**role["grants"], "account": {**role["grants"]["account"], "delete": "all"}}
    await good(admin.patch(f"/roles/{role['id']}", json={"grants": grants}))
    line = await last(admin, kind="role")
    assert line["record"]["id"] == role["id"]
    (one,) = line["changes"]
    assert one["label"] == "Grants › Accounts › Delete"
    assert one["after"] == "All"
    await take_back(admin, line)
    again = await good(admin.get(f"/roles/{role['id']}"))
    assert again["grants"] == role["grants"]
    by = await lines(admin, actor=house.ids["boss"])
    assert by == []
    page = (await admin.get(HISTORY, params={"limit": 2})).json()
    more = (await admin.get(HISTORY, params={"limit": 2, "cursor": page["next"]})).json()
    ids = [each["id"] for each in (*page["items"], *more["items"])]
    assert len(set(ids)) == 4
    assert "custom_field" in {each["key"] for each in page["kinds"]}


async def test_nobody_else_hears_of_settings(people: Any) -> None:
    house, admin, lin = people
    await good(
        admin.post(
            "/custom_fields", json={**FIELD, "key": "secret", "labels": LABELS, "options": OPTIONS}
        )
    )
    await good(admin.patch("/settings", json={"company_name": "Secret"}))
    line = await last(admin)
    for client in (lin, await house.browser("boss")):
        assert (await client.get(HISTORY)).status_code == 403
        await take_back(client, line, 403)
        sets = (await client.get("/change_sets")).json()["items"]
        assert all(each["kind"] != "settings" for each in sets)
        assert (await client.get(f"/change_sets/{line['change_set']}")).status_code == 404
        answer = await client.post(f"/change_sets/{line['change_set']}/undo", json={})
        assert answer.status_code in {403, 404}
        fed = (await client.get("/changes")).json()["items"]
        assert not {each["object"] for each in fed} & {
            "custom_field",
            "company_settings",
            "custom_object",
        }
    assert (await house.stranger().get(HISTORY)).status_code == 401
    # live updates, as the feed, tell of what is an object alone; none may take such a name
    for kind in ("custom_field", "custom_object", "company_settings"):
        assert house.installation.registry.get(kind) is None
        body = {"name": kind, "labels": {"en": "X"}}
        assert (await admin.post("/custom_objects", json=body)).status_code == 422


async def test_readers_of_the_log_cope_with_settings(people: Any) -> None:
    house, admin, _ = people
    await good(admin.patch("/settings", json={"company_name": "Told"}))
    line = await last(admin)
    # readers of the log cope: list, detail, feed, undo, seal
    sets = (await good(admin.get("/change_sets")))["items"]
    mine = next(each for each in sets if each["id"] == line["change_set"])
    assert (mine["kind"], mine["undoable"]) == ("settings", True)
    assert (await good(admin.get(f"/change_sets/{mine['id']}")))["changes"] == []
    await good(admin.get("/changes"))
    place = f"/change_sets/{mine['id']}/undo"
    # parts make no sense alone
    only = [{"object": "company_settings", "id": line["record"]["id"]}]
    assert (await admin.post(place, json={"only": only})).json()["code"] == "whole_only"
    assert (await good(admin.get("/settings")))["company_name"] == "Told"
    assert (await good(admin.post(place, json={})))["undone"] == 1
    assert (await good(admin.get("/settings")))["company_name"] != "Told"
    assert (await admin.post(place, json={})).json()["code"] == "not_undoable"
    database = house.installation.database
    assert await seal(database) > 0
    assert await broken_seals(database) == []
    # bad words have their answer
    for asked in ({"kind": "x"}, {"actor": "x"}, {"record": "x"}, {"limit": "0"}):
        assert (await admin.get(HISTORY, params=asked)).status_code in {400, 422}
    for word in ("x", "0", "9" * 30, "9" * 5000, "٣"):
        assert (await admin.post(f"{HISTORY}/{word}/revert", json={})).status_code == 404


async def test_each_is_told_of_what_he_did_himself(people: Any) -> None:
    """Others who change settings in the same moment are none of it."""
    _, admin, _ = people
    body = {"object": "lead", "type": "text", "labels": {"en": "One of many"}}
    made = [{**body, "key": f"one_{number}"} for number in range(6)]
    await asyncio.gather(*(good(admin.post("/custom_fields", json=each)) for each in made))
    told = await lines(admin, kind="custom_field", object="lead")
    assert len(told) == len({each["change_set"] for each in told}) == len(made)


async def test_the_history_looks_at_few_of_all_change_sets(people: Any) -> None:
    house, _, _ = people
    ctx = await system_context(house.installation)
    if ctx.database.dialect != "sqlite":
        return
    query = _statement(ctx, frozenset()).sql
    path = house.installation.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        blank = ["[]"] * query.count("?")
        rows = connection.execute(f"EXPLAIN QUERY PLAN {query}", blank).fetchall()
    assert [row[3] for row in rows if row[3].startswith("SCAN") and "json_each" not in row[3]] == [
        "SCAN few USING INDEX ix_change_set_settings"
    ]
