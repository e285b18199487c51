"""A record's past over HTTP: as its log has it, and no more than its reader may see today."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest


@pytest.fixture
async def story(house):
    """An account of lin's that was changed twice, a moment between, and lin's client."""
    lin = await house.browser("lin")
    made = (await lin.post("/accounts", json={"name": "Vista", "employees": 10})).json()
    path = f"/accounts/{made['id']}"

    async def change(**body):
        answer = await lin.patch(path, json=body)
        assert answer.status_code == 200, answer.text

    await change(employees=20, phone="+8613800138000")
    between = datetime.now(UTC).isoformat()
    await change(employees=30, phone="+8613900139000", name="Vista Ltd")
    return lin, path, between


async def test_a_field_tells_how_it_came_by_its_value(story):
    lin, path, _ = story
    told = (await lin.get(f"{path}/history", params={"field": "employees", "limit": 2})).json()
    steps = [(each["before"], each["after"]) for each in told["items"]]
    assert (told["label"], steps) == ("Employees", [(20, 30), (10, 20)])
    assert {each["actor"]["name"] for each in told["items"]} == {"Lin"}
    more = {"field": "employees", "cursor": told["next"]}
    rest = (await lin.get(f"{path}/history", params=more)).json()
    (first,) = rest["items"]
    assert (first["kind"], first["before"], first["after"]) == ("create", None, 10)
    assert rest["next"] is None
    # a cursor of one field is none of another
    other = await lin.get(f"{path}/history", params={**more, "field": "phone"})
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (422, "/cursor")


async def test_a_record_as_of_a_moment(story, house):
    lin, path, between = story
    past = (await lin.get(f"{path}/as_of", params={"at": between})).json()
    then, now = past["record"], (await lin.get(path)).json()
    assert (then["name"], then["employees"], then["phone"]) == ("Vista", 20, "+8613800138000")
    assert (then["version"], now["version"]) == (2, 3)
    assert sorted(past["changed"]) == ["employees", "name", "phone"]
    day = (await lin.get(f"{path}/as_of", params={"at": "2100-01-01"})).json()
    assert (day["record"], day["changed"]) == (now, [])
    early = await lin.get(f"{path}/as_of", params={"at": "2001-01-01"})
    assert (early.status_code, early.json()["code"]) == (404, "not_there_yet")
    for bad in ("", "yesterday", "2026-02-30"):
        answer = await lin.get(f"{path}/as_of", params={"at": bad})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/at")

    await lin.delete(path)
    binned = datetime.now(UTC).isoformat()
    assert (await lin.get(f"{path}/as_of", params={"at": between})).status_code == 404
    await lin.post(f"{path}/restore", json={})
    assert (await lin.get(f"{path}/as_of", params={"at": binned})).json()["deleted"]
    assert not (await lin.get(f"{path}/as_of", params={"at": between})).json()["deleted"]


async def test_what_has_changed_since(story, house):
    lin, path, between = story
    since = (await lin.get(f"{path}/changed", params={"since": between})).json()
    facts = {each["field"]: (each["before"], each["after"]) for each in since["facts"]}
    assert facts["employees"] == (20, 30)
    assert facts["name"] == ("Vista", "Vista Ltd")
    assert [each["actor"]["name"] for each in since["people"]] == ["Lin"]
    asked = {"since": between, "filter": {"field": "employees", "op": ">", "value": 5}}
    (item,) = (await lin.post("/accounts/changed", json=asked)).json()["items"]
    assert (item["record"]["name"], len(item["facts"])) == ("Vista Ltd", 3)
    # what went back to what it was is no change
    await lin.patch(path, json={"employees": 20})
    again = (await lin.get(f"{path}/changed", params={"since": between})).json()
    assert "employees" not in {each["field"] for each in again["facts"]}
    nobody = await lin.post("/accounts/changed", json={"since": None})
    assert (nobody.status_code, nobody.json()["errors"][0]["pointer"]) == (422, "/since")


async def test_a_former_value_is_seen_as_well_as_the_present_one(story, house):
    """Fields that are hidden or masked today were no less so yesterday; what is out of sight has
    no past at all.
    """
    _, path, between = story
    admin, zhao = await house.browser("admin"), await house.browser("zhao")
    tree = '{"field": "key", "op": "is", "value": "sales"}'
    (role,) = (await admin.get("/roles", params={"filter": tree})).json()["items"]
    rules = {"account": {"phone": {"read": "masked"}, "employees": {"read": "none"}}}
    done = await admin.patch(f"/roles/{role['id']}", json={"field_rules": rules})
    assert done.status_code == 200, done.text
    # a role is known within the fifth of a second that is promised: at once, here
    house.installation.directory._memory.checked = 0.0
    lin = await house.browser("lin")
    for address, asked in (("as_of", {"at": between}), ("changed", {"since": "2020-01-01"})):
        told = (await lin.get(f"{path}/{address}", params=asked)).text
        assert "138001380" not in told
        assert "employees" not in told
        assert (await zhao.get(f"{path}/{address}", params=asked)).status_code == 404
    past = (await lin.get(f"{path}/as_of", params={"at": between})).json()
    assert past["record"]["phone"] == "138****8000"
    steps = (await lin.get(f"{path}/history", params={"field": "phone"})).json()["items"]
    values = [(each["before"], each["after"]) for each in steps]
    assert values == [("138****8000", "139****9000"), (None, "138****8000")]
    hidden = await lin.get(f"{path}/history", params={"field": "employees"})
    unknown = await lin.get(f"{path}/history", params={"field": "employeesX"})
    assert hidden.status_code == unknown.status_code == 422
    assert hidden.json()["errors"][0]["code"] == unknown.json()["errors"][0]["code"]
    assert (await zhao.get(f"{path}/history", params={"field": "name"})).status_code == 404


async def test_a_part_of_a_change_set_is_taken_back(story, house):
    lin, path, _ = story
    admin = await house.browser("admin")
    (changed, *_) = (await lin.get("/change_sets", params={"limit": 1})).json()["items"]
    undo = f"/change_sets/{changed['id']}/undo"
    id_ = path.rsplit("/", 1)[-1]
    await admin.patch(path, json={"phone": "+8613700137000"})

    seen = (await lin.post(f"{undo}/preview", json={})).json()
    (conflict,) = seen["conflicts"]
    assert (seen["undone"], seen["whole"], seen["refused"]) == (1, False, False)
    assert (conflict["field"], conflict["by"]["name"]) == ("phone", "Admin")
    assert (conflict["theirs"], conflict["mine"]) == ("+8613700137000", "+8613800138000")
    assert (await lin.get(path)).json()["name"] == "Vista Ltd"

    part = {"object": "account", "id": id_, "fields": ["name"]}
    done = (await lin.post(undo, json={"only": [part]})).json()
    assert (done["undone"], done["conflicts"]) == (1, [])
    now = (await lin.get(path)).json()
    assert (now["name"], now["employees"]) == ("Vista", 30)

    # the rest later: what is back already is no conflict, what was changed stays unless named
    rest = (await lin.post(undo, json={})).json()
    assert [each["field"] for each in rest["conflicts"]] == ["phone"]
    now = (await lin.get(path)).json()
    assert (now["employees"], now["phone"]) == (20, "+8613700137000")
    over = {"object": "account", "id": id_, "field": "phone"}
    last = (await lin.post(undo, json={"overwrite": [over]})).json()
    assert last["conflicts"] == []
    assert (await lin.get(path)).json()["phone"] == "+8613800138000"
    assert (await lin.post(undo, json={})).json()["code"] == "not_undoable"


async def test_a_conflict_tells_nothing_of_what_is_out_of_sight(story, house):
    lin, path, _ = story
    admin = await house.browser("admin")
    (changed, *_) = (await lin.get("/change_sets", params={"limit": 1})).json()["items"]
    away = {"owner": house.ids["zhao"], "department": house.ids["west"], "name": "Secret"}
    named = {"id": path.rsplit("/", 1)[-1], "name": "Vista Ltd", "object": "account"}
    assert changed["record"] == named
    assert (await admin.patch(path, json={**away, "employees": 770077})).status_code == 200
    # nor does the log name it
    (again,) = (await lin.get("/change_sets", params={"limit": 1})).json()["items"]
    assert again == {**changed, "record": None}
    seen = (await admin.get(f"/change_sets/{changed['id']}")).json()["record"]
    assert seen == {**named, "name": "Secret"}
    before = (await admin.get(path)).json()
    undo = f"/change_sets/{changed['id']}/undo"
    for address in (f"{undo}/preview", undo):
        answer = await lin.post(address, json={"force": address == undo})
        assert "Secret" not in answer.text
        assert "770077" not in answer.text
    assert (await admin.get(path)).json() == before
    for id_ in (house.ids["lin"], "nothing"):
        stranger = {"only": [{"object": "account", "id": id_}]}
        none = await lin.post(undo, json=stranger)
        assert (none.status_code, none.json()["errors"][0]["pointer"]) == (422, "/only")


async def test_out_of_the_bin_comes_what_belongs_together(story, house):
    lin, path, _ = story
    zhao, id_ = await house.browser("zhao"), path.rsplit("/", 1)[-1]
    contact = (await lin.post("/contacts", json={"name": "Li Na", "account": id_})).json()["id"]
    about = {"object": "contact", "id": contact}
    task = (await lin.post("/tasks", json={"subject": "call", "about": about})).json()["id"]
    for gone in (f"/tasks/{task}", f"/contacts/{contact}", path):
        assert (await lin.delete(gone)).status_code == 204
    bin_ = f"/recycle_bin/account/{id_}"
    told = (await lin.get(bin_)).json()
    below = {each["id"]: each["together"] for each in told["below"]}
    assert (below, told["above"], told["missing"]) == ({contact: False, task: False}, [], [])
    up = (await lin.get(f"/recycle_bin/contact/{contact}")).json()
    assert [each["id"] for each in up["above"]] == [id_]
    for bad in (await zhao.get(bin_), await zhao.post(f"{bin_}/restore", json={})):
        assert bad.status_code == 404
    stranger = {"with": [{"object": "account", "id": house.ids["lin"]}]}
    none = await lin.post(f"{bin_}/restore", json=stranger)
    assert (none.status_code, none.json()["errors"][0]["pointer"]) == (422, "/with/0")
    assert (await lin.get(path)).status_code == 404

    others = [{"object": "contact", "id": contact}, {"object": "task", "id": task}]
    done = (await lin.post(f"{bin_}/restore", json={"with": others})).json()
    assert (done["restored"], done["refused"]) == (3, [])
    assert (await lin.get(f"/contacts/{contact}")).json()["account"]["id"] == id_
    assert (await lin.get(f"/tasks/{task}")).json()["about"]["id"] == contact
    undone = (await lin.post(f"/change_sets/{done['change_set']}/undo", json={})).json()
    assert undone["undone"] == 3
    # what went in one step belongs together all the more
    assert all(each["together"] for each in (await lin.get(bin_)).json()["below"])
