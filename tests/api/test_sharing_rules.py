"""Records lent by rules: seen on every path as long as they meet the condition, explained, and
never more than the role may do.
"""

from __future__ import annotations

from typing import Any

from fangxin.access.contexts import context_for_user
from tests.api.test_live import _screen
from tests.api.test_sharing import EVERYWHERE, _sees, _told


async def _rule(admin: Any, body: dict[str, Any], **more: Any) -> Any:
    return await admin.post("/sharing_rules", json={**body, **more})


def _body(house: Any, **more: Any) -> dict[str, Any]:
    holder = {"object": "department", "id": house.ids["west"]}
    tree = {"all": [{"field": "industry", "op": "is", "value": "finance"}]}
    plain = {"name": "Finance for the west", "applies_to": "account"}
    return {**plain, "condition": tree, "holders": [holder], **more}


async def _edits_and_ends(house: Any, id_: str, url: str) -> None:
    admin, lin, zhao = [await house.browser(name) for name in ("admin", "lin", "zhao")]
    # a level more: to edit, but neither to delete nor to take
    await admin.patch(url, json={"level": "edit"})
    await _told(house)
    assert (await zhao.patch(f"/accounts/{id_}", json={"phone": "13800138000"})).status_code == 200
    assert (await zhao.delete(f"/accounts/{id_}")).status_code == 403
    taken = await zhao.patch(f"/accounts/{id_}", json={"owner": house.ids["zhao"]})
    assert (taken.status_code, taken.json()["code"]) == (403, "out_of_scope")

    # what does not meet the condition any more is gone at once
    await lin.patch(f"/accounts/{id_}", json={"industry": "retail"})
    assert await _sees(zhao, id_, "Quartzite") == set()
    await lin.patch(f"/accounts/{id_}", json={"industry": "finance"})
    assert (await zhao.get(f"/accounts/{id_}")).status_code == 200
    # and so is all of it when the rule rests, or is undone
    await admin.patch(url, json={"active": False})
    await _told(house)
    assert await _sees(zhao, id_, "Quartzite") == set()
    latest = (await admin.get("/change_sets", params={"actor": "me"})).json()["items"][0]
    assert (await admin.post(f"/change_sets/{latest['id']}/undo", json={})).status_code == 200
    await _told(house)
    assert (await zhao.get(f"/accounts/{id_}")).status_code == 200


async def test_a_rule_lends_what_meets_it_on_every_path(house):
    admin, lin, zhao = [await house.browser(name) for name in ("admin", "lin", "zhao")]
    wanted = {"name": "Quartzite Ltd", "industry": "finance"}
    id_ = (await lin.post("/accounts", json=wanted)).json()["id"]
    await lin.post("/contacts", json={"name": "Kay", "account": id_})
    hidden = (await lin.post("/accounts", json={"name": "Quartz mine"})).json()["id"]
    assert await _sees(zhao, id_, "Quartzite") == set()

    made = await _rule(admin, _body(house))
    assert made.status_code == 201, made.text
    await _told(house)
    assert await _sees(zhao, id_, "Quartzite") == EVERYWHERE
    assert (await zhao.get(f"/accounts/{hidden}")).status_code == 404
    hits = (await zhao.get("/search", params={"q": "Quartz"})).json()["items"]
    assert {each["id"] for each in hits} == {id_}
    why = (await zhao.get(f"/accounts/{id_}/explain")).json()
    assert why["read"]["reasons"] == [
        {"kind": "rule", "text": "The sharing rule Finance for the west lets you see it."}
    ]
    assert (await zhao.patch(f"/accounts/{id_}", json={"phone": "13800138000"})).status_code == 403
    people = (await lin.get(f"/accounts/{id_}/access")).json()["people"]
    assert {each["person"]["name"]: each["ways"] for each in people}["Zhao"] == ["rule"]
    # whom no rule concerns asks what he asked before
    plain = await context_for_user(house.installation, house.ids["boss"], "api")
    lent = await context_for_user(house.installation, house.ids["zhao"], "api")
    assert (plain.rights.rules, len(lent.rights.rules)) == ((), 1)
    await _edits_and_ends(house, id_, f"/sharing_rules/{made.json()['id']}")


async def test_open_screens_hear_of_what_a_rule_lends_until_it_does_not(house, hub):
    admin, lin = [await house.browser(name) for name in ("admin", "lin")]
    ids = {}
    for name, industry in (("Quartzite", "finance"), ("Hidden", "retail")):
        made = await lin.post("/accounts", json={"name": name, "industry": industry})
        ids[name] = made.json()["id"]
    lent = f"/accounts/{ids['Quartzite']}"
    kay = (await lin.post("/contacts", json={"name": "Kay", "account": ids["Quartzite"]})).json()
    await _rule(admin, _body(house))
    by_link = {"field": "account.industry", "op": "is", "value": "finance"}
    await _rule(admin, _body(house), applies_to="contact", condition=by_link)
    await _told(house)
    screen = await _screen(house, hub, "zhao", account="*", contact="*")

    async def hears(key: str, id_: str) -> None:
        await screen.hears("change", lambda data: data[key] == [id_])
        screen.told.clear()

    await lin.patch(f"/accounts/{ids['Hidden']}", json={"phone": "13800138000"})
    await lin.patch(lent, json={"phone": "13800138000"})
    await hears("ids", ids["Quartzite"])
    await lin.patch(f"/contacts/{kay['id']}", json={"account": ids["Hidden"]})
    await hears("gone", kay["id"])
    # what was lent before several changes at once is gone after them
    await lin.patch(lent, json={"industry": "retail"})
    await lin.patch(lent, json={"industry": None, "phone": None})
    await hears("gone", ids["Quartzite"])
    # of what happens to it then he hears nothing
    await lin.patch(lent, json={"phone": "13800138001"})
    await lin.patch(f"/accounts/{ids['Hidden']}", json={"industry": "finance"})
    await screen.hears("change", lambda data: data["ids"] == [ids["Hidden"]])
    assert screen.ids() == {ids["Hidden"]}


async def test_a_rule_gives_no_more_than_the_role_may_do_at_all(house):
    admin, lin, zhao = [await house.browser(name) for name in ("admin", "lin", "zhao")]
    wanted = {"name": "Quartzite Ltd", "industry": "finance"}
    id_ = (await lin.post("/accounts", json=wanted)).json()["id"]
    await _rule(admin, _body(house, level="edit"))
    role = (await zhao.get("/auth/me")).json()["role"]["id"]
    read = await admin.get(f"/roles/{role}")
    assert read.status_code == 200, read.text
    grants = read.json()["grants"]
    without = {**grants, "account": {"read": "own"}}
    await admin.patch(f"/roles/{role}", json={"grants": without})
    await _told(house)
    assert (await zhao.get(f"/accounts/{id_}")).status_code == 200
    assert (await zhao.patch(f"/accounts/{id_}", json={"phone": "13800138000"})).status_code == 403
    await admin.patch(f"/roles/{role}", json={"grants": {**grants, "account": {}}})
    await _told(house)
    assert (await zhao.get(f"/accounts/{id_}")).status_code == 403


async def test_a_rule_that_cannot_be_is_refused_and_changes_nothing(house):
    admin, lin = [await house.browser(name) for name in ("admin", "lin")]
    body = _body(house)
    leaf = body["condition"]["all"][0]
    user = {"object": "user", "id": house.ids["zhao"]}
    bad = [
        ({"applies_to": "nothing"}, "/applies_to"),
        ({"applies_to": "product"}, "/applies_to"),
        ({"condition": {}}, "/condition"),
        ({"condition": {"all": []}}, "/condition"),
        ({"condition": []}, "/condition"),
        ({"condition": {"field": "nonsense", "op": "is", "value": 1}}, "/condition/field"),
        ({"condition": {"field": "owner", "op": "is", "value": "me"}}, "/condition"),
        ({"condition": {"field": "owner", "op": "team", "value": user["id"]}}, "/condition"),
        ({"condition": {"has": "contacts"}}, "/condition"),
        ({"condition": {"all": [leaf] * 21}}, "/condition"),
        (
            {
                "applies_to": "contact",
                "condition": {"field": "account.parent.name", "op": "is", "value": "x"},
            },
            "/condition",
        ),
        ({"holders": []}, "/holders"),
        ({"holders": [{**user, "id": "x"}]}, "/holders"),
        ({"holders": [{**user, "object": "account"}]}, "/holders"),
        ({"holders": [{**user, "id": house.ids["west"]}]}, "/holders/0/id"),
        ({"holders": [user] * 51}, "/holders"),
        ({"level": "own"}, "/level"),
    ]
    for more, pointer in bad:
        refused = await _rule(admin, body, **more)
        assert refused.status_code == 422, (more, refused.text)
        told = [each["pointer"] for each in refused.json()["errors"]]
        assert any(each.startswith(pointer) for each in told), (more, told)
    # a salesperson neither makes nor reads them
    assert (await _rule(lin, body)).status_code == 403
    assert (await lin.get("/sharing_rules")).status_code == 403
    assert (await admin.get("/sharing_rules")).json()["items"] == []


async def test_a_rule_whose_field_is_gone_lends_nothing_and_keeps_nobody_out(house):
    admin, lin, zhao = [await house.browser(name) for name in ("admin", "lin", "zhao")]
    field = {"object": "account", "key": "tier", "type": "text", "labels": {"en": "Tier"}}
    made = (await admin.post("/custom_fields", json=field)).json()
    other = (await admin.post("/custom_fields", json={**field, "object": "contact"})).json()
    id_ = (await lin.post("/accounts", json={"name": "Quartzite", "tier": "gold"})).json()["id"]
    paths = ("tier", "parent.tier")
    tree = {"any": [{"field": path, "op": "is", "value": "gold"} for path in paths]}
    rule = await _rule(admin, _body(house, condition=tree))
    assert rule.status_code == 201
    await _told(house)
    assert (await zhao.get(f"/accounts/{id_}")).status_code == 200
    uses = (await admin.get(f"/custom_fields/{made['id']}/uses")).json()["items"]
    told = {(each["kind"], each["name"]) for each in uses}
    assert ("sharing_rule", "Finance for the west") in told
    # a field of the same key elsewhere is another
    assert (await admin.get(f"/custom_fields/{other['id']}/uses")).json()["items"] == []
    assert (await admin.delete(f"/custom_fields/{made['id']}")).status_code == 204
    await _told(house)
    assert (await zhao.get(f"/accounts/{id_}")).status_code == 404
    assert (await zhao.get("/accounts")).json()["items"] == []
    # it may be put to rest; what it asks must be what can be asked
    url = f"/sharing_rules/{rule.json()['id']}"
    again = await admin.patch(url, json={"condition": {"field": "tier", "op": "is", "value": "x"}})
    assert again.status_code == 422
    assert (await admin.patch(url, json={"active": False})).status_code == 200
