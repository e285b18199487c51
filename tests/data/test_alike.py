"""Duplicates while one types: as saving would refuse, with the same rights, not too often."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.configuring.company import save_settings
from fangxin.data.alike import QUOTAS, alike
from fangxin.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from fangxin.kernel.ids import named_id, new_id
from fangxin.records import engine, reading


@pytest.fixture
async def acme(admin):
    body = {"name": "Acme Ltd", "email": "info@acme.example.com"}
    return await engine.create(admin, "account", body)


@pytest.fixture
async def lin(begun, admin):
    body = {"name": "Lin", "email": "lin@demo.local", "role": named_id("role", "sales")}
    made = await engine.create(admin, "user", body)
    return await context_for_user(begun, made["id"], "api")


async def test_what_is_typed_so_far_is_compared(admin, acme):
    told = [
        {"id": acme["id"], "name": "Acme Ltd", "object": "account", "matched_on": ["name"]},
    ]
    assert await alike(admin, "accounts", {"name": "ACME"}) == told
    half = {"name": "Acme", "email": "info@", "phone": "13"}
    assert await alike(admin, "accounts", half) == told, "what is no good yet is left out"
    both = await alike(admin, "accounts", {"name": "Acme", "email": "Info@acme.example.com"})
    assert set(both[0]["matched_on"]) == {"name", "email"}
    assert await alike(admin, "accounts", {"name": "Another"}) == []
    assert await alike(admin, "accounts", {"name": "Acme"}, acme["id"]) == []
    assert (await reading.find(admin, "account", count="exact")).count["value"] == 1


async def test_rights_are_those_of_saving(begun, admin, acme, lin):
    for values, problem in (({"nothing": 1}, Invalid), ({"version": 1}, Invalid)):
        with pytest.raises(problem):
            await alike(lin, "accounts", values)
    for id_ in (acme["id"], new_id(), "x"):
        with pytest.raises(NotFound):
            await alike(lin, "accounts", {"name": "Acme"}, id_)
    with pytest.raises(Forbidden):
        await alike(lin, "products", {"name": "Acme"})
    rules = {"account": {"email": {"read": "none", "edit": False}}}
    await engine.update(admin, "role", named_id("role", "sales"), {"field_rules": rules})
    begun.directory._memory = None
    blind = await context_for_user(begun, lin.actor.id, "api")
    with pytest.raises(Invalid):
        await alike(blind, "accounts", {"email": "info@acme.example.com"})


async def test_an_unseen_one_is_told_without_its_name_or_not_at_all(begun, admin, acme, lin):
    body = {"name": "Acme"}
    unseen = [{"id": None, "name": None, "object": "account", "matched_on": ["name"]}]
    assert await alike(lin, "accounts", body) == unseen
    with pytest.raises(Conflict) as refused:
        await engine.create(lin, "account", body)
    assert refused.value.extra == {"duplicates": unseen}
    await save_settings(admin, {"duplicates": {"tell_unseen": False}})
    begun.directory._memory = None
    silent = await context_for_user(begun, lin.actor.id, "api")
    assert await alike(silent, "accounts", body) == []
    made = await engine.create(silent, "account", body)
    assert [each["id"] for each in await alike(silent, "accounts", body)] == [made["id"]]
    for wrong in ({"tell_unseen": 1}, {"other": True}, True):
        with pytest.raises(Invalid):
            await save_settings(admin, {"duplicates": wrong})


async def test_it_answers_no_faster_than_one_types(admin, acme):
    moment = admin.clock()
    at = replace(admin, clock=lambda: moment)
    for _ in range(QUOTAS[0].most):
        await alike(at, "accounts", {"name": "Acme"})
    with pytest.raises(TooMany) as refused:
        await alike(at, "accounts", {"name": "Acme"})
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 61
    assert await alike(at, "accounts", {}) == [], "what learns nothing is not counted"
    later = replace(admin, clock=lambda: moment + timedelta(minutes=1, seconds=1))
    assert await alike(later, "accounts", {"name": "Acme"})
