"""What was set in one step is taken back in one; views that others use are settings as well."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.configuring.test_history import good, keys, last, lines, take_back


async def step(admin: Any) -> tuple[str, dict[str, str]]:
    """Apply a file with a field, a rule on it, a role's words and a shared view."""
    field = {"type": "integer", "labels": {"en": "Weight"}}
    rule = {"name": "Heavy", "of_object": "contact", "kind": "validation"}
    rule["condition"] = {"field": "weight", "op": ">", "value": 9}
    file = {
        "format": "fangxin-configuration",
        "version": 1,
        "company": {"company_name": "Weighed"},
        "custom_fields": {"contact": {"weight": field}},
        "records": {
            "rule": {"contact/Heavy": {**rule, "messages": {"en": "Too heavy"}}},
            "role": {"sales": {"description": "Weighs"}},
        },
        "views": {"contact": {"Heavy ones": {"config": {"columns": ["name", "weight"]}}}},
    }
    done = await good(admin.post("/configuration/apply", json={"configuration": file}))
    roles = (await good(admin.get("/roles?fields=key")))["items"]
    rules = (await good(admin.get("/rules?fields=of_object")))["items"]
    sales = next(each["id"] for each in roles if each["key"] == "sales")
    heavy = next(each["id"] for each in rules if each["of_object"] == "contact")
    return done["change_set"], {"role": sales, "rule": heavy}


async def test_a_whole_file_is_taken_back_in_one_step(people: Any) -> None:
    house, admin, lin = people
    before = (await good(admin.get("/settings")))["company_name"]
    group, ids = await step(admin)
    told = await lines(admin, change_set=group)
    assert {each["kind"] for each in told} >= {"custom_field", "rule", "shared_view", "role"}
    sets = {(each["set"]["object"], each["set"]["undoable"], each["set"]["count"]) for each in told}
    assert sets == {("configuration", True, len(told))}
    undo, preview = (f"/change_sets/{group}/undo{end}" for end in ("", "/preview"))
    for client in (lin, await house.browser("boss")):
        for place in (preview, undo):
            assert (await client.post(place, json={})).status_code == 404
    # what others have set since is named, and stays unless it is meant too
    await good(admin.patch("/settings", json={"company_name": "Later"}))
    await good(admin.patch(f"/roles/{ids['role']}", json={"description": "Later"}))
    seen = await good(admin.post(preview, json={}))
    assert not seen["refused"]
    assert {(each["object"], each["theirs"], each["by"]["name"]) for each in seen["conflicts"]} == {
        ("company_settings", "Later", "Admin"),
        ("role", "Later", "Admin"),
    }
    # the field cannot go from under a rule that stays: then nothing does
    await good(admin.patch(f"/rules/{ids['rule']}", json={"messages": {"en": "Later"}}))
    seen = await good(admin.post(preview, json={}))
    assert seen["refused"]
    assert "in_use" in {each["code"] for each in seen["conflicts"]}
    answer = await admin.post(undo, json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert len(await keys(admin, "weight")) == 1
    assert {each["name"] for each in await views(lin)} == {"Heavy ones"}
    done = await good(admin.post(undo, json={"force": True}))
    assert done["conflicts"] == []
    assert await keys(admin, "weight") == []
    assert await views(lin) == []
    assert (await good(admin.get("/settings")))["company_name"] == before
    rules = (await good(admin.get("/rules?fields=of_object")))["items"]
    assert "contact" not in {each["of_object"] for each in rules}
    newest = await last(admin)
    assert (newest["set"]["undoes"], newest["source"]) == (group, "undo")
    assert not (await lines(admin, change_set=group))[0]["set"]["undoable"]


async def views(client: Any) -> list[dict[str, Any]]:
    return (await good(client.get("/views?object=contact")))["items"]


async def test_shared_views_are_told_and_taken_back(people: Any) -> None:
    _, admin, lin = people
    body = {"object": "contact", "name": "Mine", "config": {"columns": ["name"]}}
    view = await good(lin.post("/views", json=body))
    place = f"/views/{view['id']}"
    # what is nobody else's is nobody else's to hear of
    await good(lin.patch(place, json={"name": "Still mine"}))
    assert await lines(admin, record=view["id"]) == []
    await good(lin.patch(place, json={"shared": True, "pinned": True}))
    shared = await last(admin, kind="shared_view", object="contact")
    assert (shared["record"]["name"], shared["about"]) == ("Still mine", "Contacts")
    told = {each["label"]: (each["before"], each["after"]) for each in shared["changes"]}
    assert told["Shared"] == (False, True)
    assert told["Name"] == (None, "Still mine")
    await good(admin.patch(place, json={"name": "Ours", "config": {"columns": ["phone"]}}))
    renamed = await last(admin, record=view["id"])
    await take_back(admin, renamed)
    (now,) = await views(lin)
    assert (now["name"], now["config"]) == ("Still mine", {"columns": ["name"]})
    # gone, and back with the same owner
    await good(admin.delete(place))
    deleted = await last(admin, record=view["id"])
    assert (deleted["verb"], await views(lin)) == ("delete", [])
    await take_back(admin, deleted)
    (back,) = await views(lin)
    assert (back["id"], back["owner"]["id"], back["pinned"]) == (
        view["id"],
        view["owner"]["id"],
        True,
    )
    # what its owner keeps for himself again is not published by others
    await good(lin.patch(place, json={"shared": False}))
    withdrawn = await last(admin, record=view["id"])
    assert [each["label"] for each in withdrawn["changes"]] == ["Shared"]
    assert (await take_back(admin, withdrawn, 409))["code"] == "gone"
    assert await views(admin) == []


async def test_two_administrators_take_a_step_back_once(people: Any) -> None:
    house, admin, _ = people
    other = await house.browser("admin")
    group, _ = await step(admin)
    place = f"/change_sets/{group}/undo"
    both = await asyncio.gather(*(each.post(place, json={}) for each in (admin, other)))
    first, second = sorted(both, key=lambda answer: int(answer.status_code))
    assert (first.status_code, second.status_code) == (200, 409), (first.text, second.text)
    assert second.json()["code"] == "not_undoable"
    done = first.json()
    sets = (await good(admin.get("/change_sets?limit=2")))["items"]
    assert [(each["id"], each["undone_by"]) for each in sets] == [
        (done["change_set"], None),
        (group, done["change_set"]),
    ]
    assert sets[0]["count"] == done["undone"] == sets[1]["count"]


async def test_a_view_is_changed_as_it_is_when_two_change_it(people: Any) -> None:
    _, admin, lin = people
    body = {"object": "contact", "name": "Ours", "config": {}, "shared": True}
    view = await good(lin.post("/views", json=body))
    place = f"/views/{view['id']}"
    await asyncio.gather(
        good(lin.patch(place, json={"pinned": True})),
        good(admin.patch(place, json={"name": "Everybody's"})),
    )
    now = next(each for each in await views(lin) if each["id"] == view["id"])
    assert (now["pinned"], now["name"]) == (True, "Everybody's")
    gone = await asyncio.gather(lin.delete(place), admin.delete(place))
    assert sorted(each.status_code for each in gone) == [204, 404]
    told = await lines(admin, record=view["id"])
    assert [each["verb"] for each in told].count("delete") == 1
