"""Rules over HTTP: what an administrator asks of records holds on every way of writing."""

from __future__ import annotations

import json
from typing import Any

from fangxin.worker import Worker
from tests.api.ruling import DEAR, RICH, Client, admin, errors, made
from tests.api.test_custom_object import ASKED, assets, filled

__all__ = ["admin", "assets"]

BODY = {"name": "New", "annual_revenue": "1000001"}


async def test_a_validation_holds_for_the_row_as_it_will_be(house: Any, admin: Client) -> None:
    await made(admin, "accounts", name="Old", annual_revenue="2000000")
    poor = await made(admin, "accounts", name="Poor", annual_revenue="5")
    tried = await admin.post("/rules/try", json=DEAR)
    assert tried.json() == {"failing": 1, "of": 2}
    rule = await made(admin, "rules", **DEAR)
    assert rule["of_object"] == "account"

    # create and update, each language; nothing is kept of what was refused
    refused = await admin.post("/accounts", json=BODY)
    assert errors(refused) == {"/industry": ("rule", "Which industry?")}
    chinese = await admin.patch("/auth/me", json={"locale": "zh-CN"})
    assert chinese.status_code == 200
    house.installation.directory._memory.checked = 0.0
    assert errors(await admin.post("/accounts", json=BODY)) == {"/industry": ("rule", "请填写行业")}
    await admin.patch("/auth/me", json={"locale": "en"})
    grown = await admin.patch(f"/accounts/{poor['id']}", json={"annual_revenue": "2000000"})
    assert errors(grown) == {"/industry": ("rule", "Which industry?")}
    assert (await admin.get(f"/accounts/{poor['id']}")).json()["version"] == 1
    # the row as it is after the write: what is said in the same write counts
    both = {"annual_revenue": "2000000", "industry": "manufacturing"}
    assert (await admin.patch(f"/accounts/{poor['id']}", json=both)).status_code == 200


async def test_a_validation_holds_for_many_and_for_what_comes_back(admin: Client) -> None:
    old = await made(admin, "accounts", name="Old", annual_revenue="2000000")
    rule = await made(admin, "rules", **DEAR)
    # a batch: each item alone, and whole
    batch = {
        "create": [{**BODY, "name": "B1"}, {"name": "B2"}],
        "update": [{"id": old["id"], "phone": "+8613800138000"}],
    }
    results = (await admin.post("/accounts/batch", json=batch)).json()["results"]
    assert [each["status"] for each in results] == [422, 201, 422]
    whole = await admin.post("/accounts/batch", json={**batch, "atomic": True})
    assert errors(whole) == {"/create/0/industry": ("rule", "Which industry?")}

    # to the recycle bin one may go as one is; back, or by undo, only as the rules say
    assert (await admin.delete(f"/accounts/{old['id']}")).status_code == 204
    errors(await admin.post(f"/accounts/{old['id']}/restore"))
    sets = (await admin.get("/change_sets")).json()["items"]
    undone = await admin.post(f"/change_sets/{sets[0]['id']}/undo", json={})
    assert undone.status_code == 409
    names = {each["name"] for each in (await admin.get("/accounts")).json()["items"]}
    assert names == {"B2"}

    # switched off it asks nothing, and what holds is known at once
    off = await admin.patch(f"/rules/{rule['id']}", json={"active": False})
    assert off.status_code == 200
    await made(admin, "accounts", **BODY)


async def test_a_validation_holds_on_every_other_way_of_writing(admin: Client) -> None:
    """A block of cells, many by a filter, two made one, and what a lead becomes."""
    rich = await made(admin, "accounts", name="Way rich", annual_revenue="2000000")
    bare = await made(admin, "accounts", name="Way bare")
    fit = await made(admin, "accounts", name="Way fit", industry="manufacturing")
    lead = await made(admin, "leads", name="L", company="Way lead")
    await made(admin, "rules", **DEAR)
    rows = [{"id": each["id"], "texts": ["2000000"]} for each in (bare, fit)]
    block = {"fields": ["annual_revenue"], "rows": rows}
    pasted = (await admin.post("/accounts/cells", json=block)).json()
    assert pasted["cells"] == 1
    assert [(each["id"], each["field"], each["message"]) for each in pasted["refused"]] == [
        (bare["id"], "industry", "Which industry?")
    ]
    named = {"field": "name", "op": "in", "value": ["Way bare", "Way fit"]}
    change = {"filter": named, "set": {"annual_revenue": "3000000"}}
    many = (await admin.post("/accounts/bulk", json=change)).json()
    assert (many["changed"], [each["id"] for each in many["skipped"]]) == (1, [bare["id"]])
    # the one that stays would be filled with what it may not have
    merge = {"other": rich["id"]}
    errors(await admin.post(f"/accounts/{bare['id']}/actions/merge", json=merge))
    dear = {"account": {"create": {"annual_revenue": "2000000"}}}
    refused = await admin.post(f"/leads/{lead['id']}/actions/convert", json=dear)
    assert errors(refused) == {"/account/create/industry": ("rule", "Which industry?")}

    assert (await admin.get(f"/leads/{lead['id']}")).json()["status"] == lead["status"]
    kept = {each["name"]: each for each in (await admin.get("/accounts")).json()["items"]}
    assert set(kept) == {"Way rich", "Way bare", "Way fit"}
    assert (kept["Way bare"]["version"], kept["Way bare"]["annual_revenue"]) == (1, None)
    assert kept["Way fit"]["annual_revenue"]["amount"] == "3000000.00"


async def test_conditions_mean_what_lists_mean_for_every_type(assets: Any) -> None:
    """The oracle is the list: a record meets a rule just where the filter finds it."""
    house, admin, lin, _ = assets
    asset = await filled(house, lin)
    path = f"/assets/{asset['id']}"
    meant = [{"field": f"a_{name}", "op": op, "value": value} for name, op, value in ASKED]
    meant += [
        {"field": "a_link.employees", "op": "is", "value": 5},
        {"field": "a_link_to_many", "op": "has_any", "value": [asset["a_link"]["id"]]},
        {"field": "a_user", "op": "is", "value": "me"},
        {"field": "a_record", "op": "is", "value": asset["a_link"]["id"]},
        {"field": "a_address.city", "op": "is", "value": "上海"},
        {"field": "created_at", "op": "in_period", "value": "today"},
        {"field": "owner", "op": "in", "value": ["my_department"]},
        {"has": "tasks.about", "where": {"field": "subject", "op": "is", "value": "Oil it"}},
    ]
    shared = {"of_object": "asset", "kind": "display", "effects": {"hide": ["a_url"]}}
    bodies = [{"name": f"R{i}", **shared, "condition": tree} for i, tree in enumerate(meant)]
    batch = (await admin.post("/rules/batch", json={"create": bodies, "atomic": True})).json()
    rules = {each["record"]["id"]: each["record"]["condition"] for each in batch["results"]}

    async def agree(values: dict[str, Any]) -> int:
        asked = {"id": asset["id"], "values": values}
        answer = (await lin.post("/assets/rules/evaluate", json=asked)).json()
        changed = await lin.patch(path, json=values)
        assert changed.status_code == 200, changed.text
        for id_, tree in rules.items():
            listed = (await lin.post("/assets/query", json={"filter": tree})).json()["items"]
            assert bool(listed) == (id_ in answer["acting"]), tree
        return len(answer["acting"])

    # what no row can hold yet counts as it was
    odd = {"a_link": "no id", "a_integer": "x", "a_user": "nobody", "gone": 1, "a_phone": "1"}
    answer = await lin.post("/assets/rules/evaluate", json={"id": asset["id"], "values": odd})
    assert len(answer.json()["acting"]) == len(meant), answer.text
    assert await agree({}) == len(meant)
    other = {"a_integer": 2, "a_text": "two", "a_choice": "sold", "a_money": "3", "a_tags": []}
    other |= {"a_decimal": "5.5", "a_date": "2020-01-01", "a_link": None, "a_region": None}
    other |= {"a_user": house.ids["zhao"], "a_address": {"city": "北京"}, "a_time": "11:00"}
    assert 0 < await agree(other) <= len(meant) - len(other)


LEAD = {"of_object": "lead", "kind": "display"}
HOT = {"field": "rating", "op": "is", "value": "hot"}
HOT_LEADS = {
    **LEAD,
    "name": "Hot leads",
    "condition": HOT,
    "effects": {
        "require": ["phone", "email"],
        "hide": ["email"],
        "lock": ["source"],
        "options": {"status": ["new", "working", "qualified"]},
    },
}
GATE = {
    "name": "Qualified",
    "of_object": "lead",
    "kind": "gate",
    "state": {"field": "status", "values": ["qualified"]},
    "effects": {"require": ["company", "industry"]},
    "needs": {"field": "email", "op": "not_empty"},
    "messages": {"en": "An e-mail address, please."},
}


async def test_what_forms_ask_is_kept_by_the_server(house: Any, admin: Client) -> None:
    """Required, read-only and narrowed while a condition is met."""
    await made(admin, "rules", **HOT_LEADS)
    seen = {**LEAD, "name": "Seen", "condition": HOT, "effects": {"show": ["website"]}}
    await made(admin, "rules", **seen)
    lin = await house.program("lin")
    # what is hidden is not required; what a new record is born with is no choice of options
    refused = await lin.post("/leads", json={"name": "L", "rating": "hot", "source": "website"})
    wanted = {"/phone": "required", "/source": "locked"}
    assert {key: code for key, (code, _) in errors(refused).items()} == wanted
    number = "+8613800138000"
    lead = await made(lin, "leads", name="L", source="website", email="a@b.cn", phone=number)
    path = f"/leads/{lead['id']}"
    # by the write that makes it read-only a field may still be filled
    both = await lin.patch(path, json={"rating": "hot", "source": "event"})
    assert both.status_code == 200, both.text
    locked = await lin.patch(path, json={"source": "website"})
    message = "This field cannot be changed now (Hot leads)."
    assert errors(locked) == {"/source": ("locked", message)}
    narrowed = await lin.patch(path, json={"status": "unqualified", "unqualified_reason": "x"})
    assert errors(narrowed)["/status"][0] == "not_an_option"
    assert (await lin.get(path)).json()["version"] == 2
    # hidden fields keep their values, and count
    assert both.json()["email"] == "a@b.cn"
    evaluated = await lin.post("/leads/rules/evaluate", json={"id": lead["id"], "values": {}})
    assert len(evaluated.json()["acting"]) == 2
    typed = {"id": lead["id"], "values": {"rating": None, "phone": "not a number"}}
    assert (await lin.post("/leads/rules/evaluate", json=typed)).json()["acting"] == []


async def test_a_gate_names_every_field_that_it_wants(house: Any, admin: Client) -> None:
    await made(admin, "rules", **GATE)
    lin = await house.program("lin")
    lead = await made(lin, "leads", name="L", email="a@b.cn")
    path = f"/leads/{lead['id']}"
    # the record is asked once, when it enters
    asked = await lin.patch(path, json={"status": "qualified", "email": None})
    assert asked.json()["code"] == "rule_not_met"
    assert {key: code for key, (code, _) in errors(asked).items()} == {
        "/company": "stage_requirement",
        "/industry": "stage_requirement",
        "/status": "rule",
    }
    asked = await lin.patch(path, json={"status": "qualified"})
    assert asked.json()["code"] == "stage_requirements"
    filled_ = {"status": "qualified", "company": "C", "industry": "manufacturing"}
    assert (await lin.patch(path, json=filled_)).status_code == 200
    assert (await lin.patch(path, json={"company": None})).status_code == 200

    # an import has error rows, and writes the others
    sheet = b"name,status,email,company,industry\nA,qualified,,,\nB,new,,,\n"
    options = {
        "map": {
            "object": "lead",
            "columns": {
                k: {"field": k} for k in ("name", "status", "email", "company", "industry")
            },
        }
    }
    answer = await admin.post(
        "/imports",
        data={"object": "lead", "options": json.dumps(options)},
        files={"file": ("l.csv", sheet, "text/csv")},
    )
    assert answer.status_code == 202, answer.text
    await Worker(house.installation).drain()
    done = (await admin.get(f"/imports/{answer.json()['id']}")).json()
    assert (done["created"], done["failed"]) == (1, 1), done
    wrong = (await admin.get(f"/imports/{answer.json()['id']}/errors")).text
    assert "this field is needed" in wrong


async def switched(admin: Client, *, active: bool) -> None:
    for rule in (await admin.get("/rules")).json()["items"]:
        answer = await admin.patch(f"/rules/{rule['id']}", json={"active": active})
        assert answer.status_code == 200, answer.text


async def test_rules_tell_nothing_that_one_may_not_read(house: Any, admin: Client) -> None:
    """A field that the role hides is not named, and no rule or condition is shown that names it."""
    roles = (await admin.get("/roles", params={"limit": 100})).json()["items"]
    sales = next(each for each in roles if each.get("key") == "sales")
    blind = {"account": {"annual_revenue": {"read": "none"}, "industry": {"read": "none"}}}
    answer = await admin.patch(f"/roles/{sales['id']}", json={"field_rules": blind})
    assert answer.status_code == 200, answer.text
    await made(admin, "rules", **DEAR)
    shown = {"show": ["website"], "require": ["industry"]}
    hiding = {"name": "H", "of_object": "account", "kind": "display", "condition": RICH}
    await made(admin, "rules", **hiding, effects=shown)
    house.installation.directory._memory.checked = 0.0
    lin = await house.program("lin")
    account = await made(lin, "accounts", name="A", website="https://a.cn")
    path = f"/accounts/{account['id']}"
    rich = {"annual_revenue": "2000000", "industry": "manufacturing"}
    assert (await admin.patch(path, json=rich)).status_code == 200
    assert (await admin.patch(path, json={"industry": None})).status_code == 422
    [rule] = (await lin.get("/objects/account")).json()["rules"]
    assert (rule["condition"], rule["asked"]) == (None, True)
    assert rule["effects"]["require"] == []
    [whole] = (await admin.get("/objects/account")).json()["rules"]
    assert whole["condition"] == RICH
    # the words are the administrator's; the field is not named
    batch = {"update": [{"id": account["id"], "industry": None}]}
    assert (await lin.post("/accounts/batch", json=batch)).json()["results"][0]["status"] == 422
    off = (await admin.get("/rules")).json()["items"]
    for each in off:
        assert (
            await admin.patch(f"/rules/{each['id']}", json={"active": False})
        ).status_code == 200
    assert (await admin.patch(path, json={"industry": None})).status_code == 200
    for each in off:
        assert (await admin.patch(f"/rules/{each['id']}", json={"active": True})).status_code == 200
    refused = await lin.patch(path, json={"phone": "+8613800138000"})
    assert set(errors(refused)) == {""}
    assert "industry" not in json.dumps(refused.json()["errors"]).lower().replace("industry?", "")


async def test_rules_are_the_administrators(house: Any, admin: Client) -> None:
    lin, other = await house.program("lin"), await house.program("zhao")
    account = await made(lin, "accounts", name="A")
    # rules themselves, and what they would do, are for administrators
    assert (await lin.get("/rules")).status_code == 403
    for call in (lin.post("/rules/try", json=DEAR), lin.get("/rules/faults")):
        assert (await call).status_code == 403
    hidden = await other.post("/accounts/rules/evaluate", json={"id": account["id"]})
    assert hidden.status_code == 404
    # nor does what is typed tell of a record behind a link that one may not see
    behind = {"field": "account.name", "op": "is", "value": "A"}
    told = {"name": "T", "of_object": "contact", "kind": "display", "effects": {"lock": ["title"]}}
    await made(admin, "rules", **told, condition=behind)
    typed = {"values": {"account": account["id"]}}
    found = [
        len((await each.post("/contacts/rules/evaluate", json=typed)).json()["acting"])
        for each in (lin, other)
    ]
    assert found == [1, 0]
