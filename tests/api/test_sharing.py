"""One record shared with a person, a role, a department: seen on every path the moment it is, for
as long as it is, and no further.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from fangxin.access.contexts import context_for_user
from fangxin.kernel.epoch import read_epochs
from fangxin.records import reading
from tests.api.test_live import _screen
from tests.patience import until


async def _told(house: Any) -> None:
    """Wait until the memory of rights knows all that was committed."""
    installation = house.installation

    async def knows() -> bool:
        memory = await installation.directory.memory(installation.registry)
        return bool(memory.epochs == await read_epochs(installation.database))

    await until(knows)


async def _sees(client: Any, id_: str, name: str) -> set[str]:
    """The paths by which somebody finds an account."""
    found = {
        "get": (await client.get(f"/accounts/{id_}")).status_code == 200,
        "explain": (await client.get(f"/accounts/{id_}/explain")).status_code == 200,
        "timeline": (await client.get(f"/accounts/{id_}/timeline")).status_code == 200,
        "shares": (await client.get(f"/accounts/{id_}/shares")).status_code == 200,
    }
    page = (await client.get("/accounts", params={"count": "exact"})).json()
    found["list"] = id_ in {each["id"] for each in page["items"]}
    found["count"] = page["count"]["value"] > 0
    asked = {"measures": [{"op": "count"}]}
    figures = (await client.post("/accounts/aggregate", json=asked)).json()["rows"]
    found["aggregate"] = figures[0]["values"] == [1]
    picked = (await client.get("/accounts", params={"q": name})).json()["items"]
    found["picker"] = id_ in {each["id"] for each in picked}
    hits = (await client.get("/search", params={"q": name})).json()["items"]
    found["search"] = id_ in {each["id"] for each in hits}
    log = (await client.get("/changes")).json()["items"]
    found["feed"] = id_ in {each["record"] for each in log}
    typed = (await client.post("/accounts/duplicates", json={"values": {"name": name}})).json()
    found["duplicates"] = id_ in {each["id"] for each in typed["duplicates"]}
    contacts = (await client.get("/contacts")).json()["items"]
    found["by the account"] = len(contacts) == 1
    return {path for path, true in found.items() if true}


EVERYWHERE = {
    *("get", "explain", "timeline", "shares", "list", "count", "aggregate"),
    *("picker", "search", "feed", "duplicates", "by the account"),
}


async def _reads_alone(zhao: Any, id_: str) -> None:
    url = f"/accounts/{id_}/shares"
    # to read is not to change, to export, or to share
    assert (await zhao.patch(f"/accounts/{id_}", json={"phone": "13800138000"})).status_code == 403
    assert (await zhao.delete(f"/accounts/{id_}")).status_code == 403
    assert (await zhao.put(url, json={"shares": []})).status_code == 403
    assert (await zhao.get(url)).json()["may_share"] is False
    why = (await zhao.get(f"/accounts/{id_}/explain")).json()
    assert [each["kind"] for each in why["read"]["reasons"]] == ["shared"]
    assert not why["update"]["allowed"]


async def _cannot_take(zhao: Any, id_: str, *bodies: Any) -> None:
    """What was given to be edited is not given away, neither singly nor in a block of cells."""
    before = (await zhao.get(f"/accounts/{id_}")).json()
    for body in bodies:
        refused = await zhao.patch(f"/accounts/{id_}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope"), body
        (key,) = body
        block = {"fields": [key], "rows": [{"id": id_, "texts": [body[key]]}]}
        pasted = (await zhao.post("/accounts/cells", json=block)).json()
        assert [each["code"] for each in pasted["refused"]] == ["out_of_scope"], body
    assert (await zhao.get(f"/accounts/{id_}")).json() == before


async def _is_on_the_team(lin: Any, zhao: Any, id_: str) -> None:
    """Who is on a record's team finds it by that; its owner does not stand on it himself."""
    tree = {"field": "owner", "op": "team", "value": "me"}
    for client, found in ((zhao, [id_]), (lin, [])):
        page = (await client.post("/accounts/query", json={"filter": tree})).json()
        assert [each["id"] for each in page["items"]] == found
    through = {"filter": {**tree, "field": "account.owner"}}
    page = (await zhao.post("/contacts/query", json=through)).json()
    assert len(page["items"]) == 1


async def _is_told(lin: Any, zhao: Any, id_: str) -> None:
    # the record's own history tells of it
    told = (await zhao.get(f"/accounts/{id_}/timeline")).json()["items"][0]["changes"]
    assert [each["field"] for each in told] == ["shared_with"]
    assert told[0]["after"][0]["with"]["name"] == "Zhao"
    people = (await lin.get(f"/accounts/{id_}/access")).json()["people"]
    ways = {each["person"]["name"]: (each["ways"], each["edit"]) for each in people}
    assert ways == {
        "Admin": (["admin"], True),
        "Boss": (["department_below"], True),
        "Lin": (["own"], True),
        "Zhao": (["shared"], False),
    }
    assert (await zhao.get(f"/accounts/{id_}/access")).status_code == 403


async def test_a_shared_record_is_seen_on_every_path_and_no_longer_than_it_is_shared(house, hub):
    lin, zhao, boss = [await house.browser(name) for name in ("lin", "zhao", "boss")]
    id_ = (await lin.post("/accounts", json={"name": "Quartzite Ltd"})).json()["id"]
    await lin.post("/contacts", json={"name": "Kay", "account": id_})
    url = f"/accounts/{id_}/shares"
    screen = await _screen(house, hub, "zhao", account="*")
    assert await _sees(zhao, id_, "Quartzite") == set()

    with_zhao = {"with": {"object": "user", "id": house.ids["zhao"]}, "part": "presales"}
    made = await lin.put(url, json={"shares": [with_zhao], "version": 1})
    assert made.status_code == 200, made.text
    (held,) = made.json()["shares"]
    assert (held["with"]["name"], held["level"], held["until"]) == ("Zhao", "read", None)
    await _is_on_the_team(lin, zhao, id_)
    assert await _sees(zhao, id_, "Quartzite") == EVERYWHERE
    await screen.hears("change", lambda data: data["ids"] == [id_])
    await _reads_alone(zhao, id_)
    await _is_told(lin, zhao, id_)

    # a level more, through the department above his own
    east = {"with": {"object": "department", "id": house.ids["hq"]}, "level": "edit"}
    await boss.put(url, json={"shares": [east]})
    assert (await zhao.patch(f"/accounts/{id_}", json={"phone": "13800138000"})).status_code == 200
    assert (await zhao.delete(f"/accounts/{id_}")).status_code == 403
    await _cannot_take(zhao, id_, {"owner": house.ids["zhao"]}, {"department": house.ids["west"]})

    # ended at once, with the word to open screens
    assert (await lin.put(url, json={"shares": []})).json()["shares"] == []
    assert await _sees(zhao, id_, "Quartzite") == set()
    await screen.hears("change", lambda data: data["gone"] == [id_])
    # undone: shared again
    latest = (await lin.get("/change_sets", params={"actor": "me"})).json()["items"][0]
    assert (await lin.post(f"/change_sets/{latest['id']}/undo", json={})).status_code == 200
    assert (await zhao.get(f"/accounts/{id_}")).status_code == 200


async def _answers(client: Any, path: str, status: int) -> bool:
    return bool((await client.get(path)).status_code == status)


async def _may_share(client: Any, id_: str) -> bool:
    return bool((await client.get(f"/accounts/{id_}/shares")).json()["may_share"])


async def _lent_by_rule(admin: Any, zhao: Any, house: Any, id_: str) -> None:
    """What a rule lends to be edited is not lent on either."""
    named = {"field": "name", "op": "starts_with", "value": "Quartzite"}
    holder = {"object": "user", "id": house.ids["zhao"]}
    rule = {"name": "Stones", "applies_to": "account", "condition": named, "holders": [holder]}
    made = await admin.post("/sharing_rules", json={**rule, "level": "edit", "active": True})
    assert made.status_code == 201, made.text
    path = f"/accounts/{id_}"
    await until(lambda: _answers(zhao, path, 200))
    assert (await zhao.patch(path, json={"phone": "13900139000"})).status_code == 200
    refused = await zhao.put(f"{path}/shares", json={"shares": [{"with": holder}]})
    assert (refused.status_code, refused.json()["code"]) == (403, "lent")
    assert (await admin.delete(f"/sharing_rules/{made.json()['id']}")).status_code == 204
    await until(lambda: _answers(zhao, path, 404))


async def test_what_was_lent_to_be_edited_is_not_lent_on(house):
    admin, lin, zhao, boss = [
        await house.browser(name) for name in ("admin", "lin", "zhao", "boss")
    ]
    id_ = (await lin.post("/accounts", json={"name": "Quartzite Ltd"})).json()["id"]
    url = f"/accounts/{id_}/shares"
    await _lent_by_rule(admin, zhao, house, id_)
    held = {"with": {"object": "user", "id": house.ids["zhao"]}, "level": "edit"}
    assert (await lin.put(url, json={"shares": [held]})).status_code == 200
    assert (await zhao.patch(f"/accounts/{id_}", json={"phone": "13800138000"})).status_code == 200
    before = (await lin.get(url)).json()
    on = {"with": {"object": "department", "id": house.ids["west"]}, "level": "edit"}
    for wanted in ([held, on], []):
        refused = await zhao.put(url, json={"shares": wanted})
        assert (refused.status_code, refused.json()["code"]) == (403, "lent")
    shared = (await lin.get("/change_sets", params={"actor": "me"})).json()["items"][0]
    undone = await zhao.post(f"/change_sets/{shared['id']}/undo", json={})
    assert undone.status_code in {403, 404}, undone.text
    assert (await zhao.get(url)).json() == {**before, "may_share": False}
    assert (await zhao.get(f"/accounts/{id_}/access")).status_code == 403
    # whom his role lets edit it may, and so may he who has it for good
    assert (await boss.put(url, json={"shares": [held, on]})).json()["may_share"] is True
    given = await boss.patch(f"/accounts/{id_}", json={"owner": house.ids["zhao"]})
    assert given.status_code == 200, given.text
    assert (await zhao.put(url, json={"shares": []})).status_code == 200


async def test_who_ends_the_share_by_which_he_sees_a_record_is_told_so(house):
    admin, lin, zhao = [await house.browser(name) for name in ("admin", "lin", "zhao")]
    id_ = (await lin.post("/accounts", json={"name": "Quartzite Ltd"})).json()["id"]
    held = {"with": {"object": "user", "id": house.ids["zhao"]}, "level": "edit"}
    await lin.put(f"/accounts/{id_}/shares", json={"shares": [held]})
    # a role that may edit all, and see its own only
    role = (await zhao.get("/auth/me")).json()["role"]["id"]
    grants = (await admin.get(f"/roles/{role}")).json()["grants"]
    odd = {**grants["account"], "read": "own", "update": "all"}
    await admin.patch(f"/roles/{role}", json={"grants": {**grants, "account": odd}})
    await until(lambda: _may_share(zhao, id_))
    ended = await zhao.put(f"/accounts/{id_}/shares", json={"shares": []})
    assert ended.json() == {"shares": [], "version": 3, "may_share": False}
    assert (await zhao.get(f"/accounts/{id_}")).status_code == 404


async def test_nobody_is_told_of_users_whom_he_may_not_see(house):
    admin, lin = [await house.browser(name) for name in ("admin", "lin")]
    id_ = (await lin.post("/accounts", json={"name": "Quartzite Ltd"})).json()["id"]
    role = (await lin.get("/auth/me")).json()["role"]["id"]
    grants = (await admin.get(f"/roles/{role}")).json()["grants"]
    masked = {"user": {"role": {"read": "masked", "edit": False}}}
    await admin.patch(f"/roles/{role}", json={"field_rules": masked})
    await _told(house)
    people = (await lin.get(f"/accounts/{id_}/access")).json()["people"]
    assert {each["role"] for each in people} == {None}
    await admin.patch(f"/roles/{role}", json={"grants": {**grants, "user": {}}})
    await _told(house)
    assert (await lin.get(f"/accounts/{id_}/access")).json()["people"] == []


async def test_a_share_ends_by_itself(house):
    lin = await house.browser("lin")
    id_ = (await lin.post("/accounts", json={"name": "Quartzite Ltd"})).json()["id"]
    ctx = await context_for_user(house.installation, house.ids["lin"], "api")
    moment = ctx.clock() + timedelta(days=2)
    role = (await lin.get("/auth/me")).json()["role"]["id"]
    held = {"with": {"object": "role", "id": role}, "level": "edit", "until": moment.isoformat()}
    made = await lin.put(f"/accounts/{id_}/shares", json={"shares": [held]})
    assert made.json()["shares"][0]["over"] is False
    other = await context_for_user(house.installation, house.ids["zhao"], "api")
    before, after = (
        replace(other, clock=lambda days=days: moment + timedelta(days=days)) for days in (-1, 1)
    )
    assert await reading.visible_ids(before, "account", [id_], "update") == {id_}
    for action in ("read", "update"):
        assert await reading.visible_ids(after, "account", [id_], action) == set()


async def test_what_cannot_be_shared_is_refused_and_changes_nothing(house):
    admin, lin, zhao = [await house.browser(name) for name in ("admin", "lin", "zhao")]
    id_ = (await lin.post("/accounts", json={"name": "Quartzite Ltd"})).json()["id"]
    url, user = f"/accounts/{id_}/shares", {"object": "user", "id": house.ids["zhao"]}
    past = "2020-01-01T00:00:00Z"
    bad = [
        ({"shares": [{"with": user}, {"with": user}]}, "/shares/1/with/id"),
        ({"shares": [{"with": user, "until": past}]}, "/shares/0/until"),
        ({"shares": [{"with": user, "until": "2099-01-01T00:00:00"}]}, "/shares/0/until"),
        ({"shares": [{"with": user, "until": "9999-12-31T23:59:59-12:00"}]}, "/shares/0/until"),
        ({"shares": [{"with": user, "level": "own"}]}, "/shares/0/level"),
        ({"shares": [{"with": {**user, "id": "x"}}]}, "/shares/0/with/id"),
        ({"shares": [{"with": {**user, "id": id_}}]}, "/shares/0/with/id"),
        ({"shares": [{"with": {**user, "object": "account"}}]}, "/shares/0/with/object"),
        ({"shares": [{"with": user}] * 101}, "/shares"),
    ]
    for body, pointer in bad:
        refused = await lin.put(url, json=body)
        assert refused.status_code == 422, (body, refused.text)
        assert pointer in {each["pointer"] for each in refused.json()["errors"]}, refused.text
    stale = await lin.put(url, json={"shares": [], "version": 7})
    assert stale.status_code == 409
    # a plain write cannot do it, nor can who does not see the record, nor what all see anyway
    assert (await lin.patch(f"/accounts/{id_}", json={"shared_with": []})).status_code == 422
    assert (await zhao.put(url, json={"shares": []})).status_code == 404
    assert (await zhao.get(url)).status_code == 404
    product = (await admin.post("/products", json={"name": "Bolt"})).json()["id"]
    for_all = await admin.put(f"/products/{product}/shares", json={"shares": []})
    assert for_all.json()["code"] == "open_to_all"
    # the permission apart from the right to edit
    role = (await lin.get("/auth/me")).json()["role"]["id"]
    held = (await admin.get(f"/roles/{role}")).json()["permissions"]
    await admin.patch(f"/roles/{role}", json={"permissions": [p for p in held if p != "share"]})
    await _told(house)
    assert (await lin.put(url, json={"shares": [{"with": user}]})).status_code == 403
    assert (await lin.get(url)).json() == {"shares": [], "version": 1, "may_share": False}
