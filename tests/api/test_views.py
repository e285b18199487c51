"""Saved views of others: they tell nothing about fields that the reader may not read."""

from __future__ import annotations

import asyncio
from typing import Any

HIDDEN = {"account": {"employees": {"read": "none", "edit": False}}}
SECRET = {"field": "employees", "op": ">", "value": 4711}
BY_PARENT = {"field": "parent.employees", "op": "is", "value": 4711}
CITY = {"field": "address.city", "op": "is", "value": "苏州"}
NAMED = {"field": "name", "op": "contains", "value": "x"}
CONFIG = {
    "filter": {
        "all": [
            SECRET,
            NAMED,
            {"not": {"any": [SECRET, BY_PARENT]}},
            {"any": [CITY, {"not": SECRET}]},
            {"has": "opportunities", "where": {"field": "account.employees", "op": "empty"}},
            {"has_not": "tasks.about", "where": {"all": [{"has": "quotes", "where": SECRET}]}},
            {"has": "employees", "where": SECRET},
        ]
    },
    "sort": "-employees,name",
    "columns": [{"key": "name", "width": 200}, {"key": "employees"}],
    "group": "employees",
    "totals": {"employees": "sum", "annual_revenue": "max"},
    "board": {"field": "status", "sum": "employees", "limits": {"active": 3}},
    "calendar": {"field": "created_at", "mode": "week"},
}
SHOWN = {
    "filter": {
        "all": [NAMED, {"any": [CITY]}, {"has": "opportunities"}, {"has_not": "tasks.about"}]
    },
    "sort": "name",
    "columns": [{"key": "name", "width": 200}],
    "group": None,
    "totals": {"annual_revenue": "max"},
    "board": {"field": "status", "sum": None, "limits": {"active": 3}},
    "calendar": {"field": "created_at", "mode": "week"},
}


async def _hide(house: Any, admin: Any, reader: Any, **more: Any) -> None:
    """Take the field from the reader's role, and wait until that is known."""
    role = (await reader.get("/auth/me")).json()["role"]["id"]
    changed = await admin.patch(f"/roles/{role}", json={"field_rules": HIDDEN, **more})
    assert changed.status_code == 200
    for _ in range(600):
        if (await reader.get("/accounts", params={"fields": "employees"})).status_code == 422:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the role's new rules are not known")


async def test_a_view_of_somebody_else_tells_nothing_of_hidden_fields(house):
    boss, zhao = await house.browser("boss"), await house.browser("zhao")
    body = {"object": "account", "name": "Large ones", "shared": True, "config": CONFIG}
    made = (await boss.post("/views", json=body)).json()
    assert (made["config"], made["left_out"]) == (CONFIG, False)
    seen = (await zhao.get(f"/views/{made['id']}")).json()
    # he may read "employees" still; "has employees" is a relation that nobody has
    assert (
        seen["config"]["filter"]["all"] == CONFIG["filter"]["all"][:5] + SHOWN["filter"]["all"][-1:]
    )
    # nor does the settings history, to whoever may read that
    await _hide(house, await house.browser("admin"), zhao, permissions=["admin.settings", "undo"])
    history = await zhao.get("/settings/history", params={"record": made["id"]})
    assert "苏州" in history.text
    for answer in (history, await zhao.get("/views"), await zhao.get(f"/views/{made['id']}")):
        assert "employees" not in answer.text
        assert "4711" not in answer.text
    (listed,) = (await zhao.get("/views", params={"object": "account"})).json()["items"]
    assert (listed["config"], listed["left_out"]) == (SHOWN, True)
    # what he is told he may ask
    asked = {"filter": listed["config"]["filter"], "sort": listed["config"]["sort"]}
    assert (await zhao.post("/accounts/query", json=asked)).status_code == 200
    # whose view it is keeps it whole
    assert (await boss.get(f"/views/{made['id']}")).json()["config"] == CONFIG


async def test_a_view_in_no_form_a_list_knows_is_told_without_it(house):
    boss, zhao = await house.browser("boss"), await house.browser("zhao")
    deep: Any = NAMED
    for _ in range(60):
        deep = {"not": deep}
    odd = [{"filter": each} for each in ("x", [1], {"all": "x"}, {"field": 7}, {"has": []}, deep)]
    odd += [{key: 7} for key in ("sort", "group", "columns", "totals", "board", "calendar")]
    odd += [{"columns": [{"width": 1}]}, {"columns": ["name"]}, {"board": {"field": {}}}]
    for config in odd:
        body = {"object": "account", "name": "Odd", "shared": True, "config": config}
        id_ = (await boss.post("/views", json=body)).json()["id"]
        seen = (await zhao.get(f"/views/{id_}")).json()
        assert (list(seen["config"].values()), seen["left_out"]) == ([None], True), config
        assert (await boss.delete(f"/views/{id_}")).status_code == 204


async def test_whoever_tidies_up_may_narrow_a_view_to_other_roles(house):
    admin, lin = await house.browser("admin"), await house.browser("lin")
    body = {"object": "account", "name": "Ours", "shared": True}
    id_ = (await lin.post("/views", json=body)).json()["id"]
    role = (await lin.get("/auth/me")).json()["role"]["id"]
    changed = await admin.patch(f"/views/{id_}", json={"roles": [role]})
    assert (changed.status_code, changed.json()["roles"]) == (200, [role])
    assert (await lin.get(f"/views/{id_}")).json()["roles"] == [role]
