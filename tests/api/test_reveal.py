"""Masked values: shown to those who may, one by one, with a line in the register for each look."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.kernel.errors import TooMany
from fangxin.records import reading
from fangxin.records.aggregate import aggregate

MASKED = {"account": {"phone": {"read": "masked", "edit": False}}}


async def _masking(house: Any, *permissions: str) -> tuple[Any, Any, str]:
    """The administrator, somebody to whom phones are masked, and an account with one."""
    admin, lin = await house.browser("admin"), await house.browser("lin")
    body = {"name": "Quartzite", "phone": "13812341234", "email": "a@quartz.cn"}
    id_ = (await lin.post("/accounts", json=body)).json()["id"]
    role = (await lin.get("/auth/me")).json()["role"]["id"]
    changed = {"field_rules": MASKED, "permissions": list(permissions)}
    assert (await admin.patch(f"/roles/{role}", json=changed)).status_code == 200
    await asyncio.sleep(0.3)
    return admin, lin, id_


async def test_a_look_at_a_masked_value_is_written_down(house):
    admin, lin, id_ = await _masking(house, "reveal")
    assert (await lin.get(f"/accounts/{id_}")).json()["phone"] == "138****1234"
    shown = await lin.post(f"/accounts/{id_}/reveal", json={"fields": ["phone"]})
    assert shown.json() == {"values": {"phone": "+8613812341234"}}
    # shown once, it stays masked wherever else it stands
    assert (await lin.get(f"/accounts/{id_}")).json()["phone"] == "138****1234"
    page = (await admin.get("/read_log")).json()
    (look,) = page["items"]
    assert (look["user"]["name"], look["record"]["name"]) == ("Lin", "Quartzite")
    assert (look["field"], look["label"], look["record"]["id"]) == ("phone", "Phone", id_)
    assert page["next"] is None
    await lin.post(f"/accounts/{id_}/reveal", json={"fields": ["phone"]})
    first = (await admin.get("/read_log", params={"limit": 1})).json()
    rest = (await admin.get("/read_log", params={"limit": 1, "cursor": first["next"]})).json()
    assert rest["items"] == [look]
    assert (await lin.get("/read_log")).status_code == 403


async def test_a_look_reaches_no_further_than_ones_rows(house):
    admin, lin = await house.browser("admin"), await house.browser("lin")
    hidden = (await admin.post("/accounts", json={"name": "Basalt"})).json()["id"]
    about = {"object": "account", "id": hidden}
    body = {"subject": "Call", "about": about, "assignee": house.ids["lin"]}
    id_ = (await admin.post("/tasks", json=body)).json()["id"]
    role = (await lin.get("/auth/me")).json()["role"]["id"]
    rules = {"task": {"about": {"read": "masked", "edit": False}}}
    changed = {"field_rules": rules, "permissions": ["reveal"]}
    assert (await admin.patch(f"/roles/{role}", json=changed)).status_code == 200
    await asyncio.sleep(0.3)
    assert (await lin.get(f"/tasks/{id_}")).json()["about"] == "•••"
    shown = await lin.post(f"/tasks/{id_}/reveal", json={"fields": ["about"]})
    assert shown.json() == {"values": {"about": {**about, "name": None}}}


async def test_what_is_not_masked_or_not_seen_is_not_shown(house):
    admin, lin, id_ = await _masking(house, "reveal")
    zhao = await house.browser("zhao")
    url, wanted = f"/accounts/{id_}/reveal", {"fields": ["phone"]}
    # zhao has the same role and does not see the account
    assert (await zhao.post(url, json=wanted)).status_code == 404
    for keys in (["email"], ["shared_with"], ["nothing"], ["phone", "email"]):
        refused = await lin.post(url, json={"fields": keys})
        assert refused.status_code == 422, keys
    assert (await lin.post(url, json={"fields": []})).status_code == 422
    token = await house.program("lin", "read")
    assert (await token.post(url, json=wanted)).status_code == 403
    assert (await admin.get("/read_log")).json()["items"] == []
    codes = [(await lin.post(url, json=wanted)).status_code for _ in range(31)]
    assert (set(codes[:30]), codes[30]) == ({200}, 429)


async def test_without_the_permission_nothing_is_shown(house):
    admin, lin, id_ = await _masking(house)
    refused = await lin.post(f"/accounts/{id_}/reveal", json={"fields": ["phone"]})
    assert refused.status_code == 403
    assert (await admin.get("/read_log")).json()["items"] == []


async def test_who_tries_what_a_mask_leaves_open_is_stopped(house):
    """By each path that takes a filter; the rest of what he does goes on, and so do others."""
    _, _, id_ = await _masking(house)
    real = await context_for_user(house.installation, house.ids["lin"], "api")
    moment = real.clock()

    def later(minutes: int) -> Any:
        return replace(real, clock=lambda: moment + timedelta(minutes=minutes))

    def phones(first: int, count: int) -> dict[str, Any]:
        numbers = [f"138001{first + number:05}" for number in range(count)]
        return {"field": "phone", "op": "in", "value": numbers}

    right = {"field": "phone", "op": "is", "value": "13812341234"}
    found = await reading.find(later(0), "account", filter=right)
    assert [each["id"] for each in found.items] == [id_]
    await reading.find(later(0), "account", filter=phones(0, 19))
    assert await reading.count(later(0), "account", filter=phones(100, 10)) == 0
    for asked in (
        reading.find(later(0), "account", filter=right),
        reading.count(later(0), "account", filter={"not": right}),
        aggregate(later(0), "account", filter=right),
        reading.find_ids(later(0), house.installation.registry["account"], right),
        reading.find(later(0), "contact", filter={**right, "field": "account.phone"}),
    ):
        with pytest.raises(TooMany):
            await asked
    # whether it is filled is told by the mask itself
    there = {"field": "phone", "op": "not_empty"}
    assert await reading.count(later(0), "account", filter=there) == 1
    boss = await context_for_user(house.installation, house.ids["boss"], "api")
    assert await reading.count(boss, "account", filter=right) == 1
    assert await reading.count(later(2), "account", filter=right) == 1
    # nor by patience within a day
    asked = [reading.find(later(n), "account", filter=phones(n * 100, 20)) for n in range(3, 20)]
    assert [await _too_many(each) for each in asked][-1]


async def _too_many(asked: Any) -> bool:
    try:
        await asked
    except TooMany:
        return True
    return False
