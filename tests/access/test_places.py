"""Into which department somebody may put his own record."""

from __future__ import annotations

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.kernel.errors import Forbidden
from fangxin.kernel.ids import named_id
from fangxin.records import engine, reading


@pytest.fixture
async def places(begun, admin):
    ids = {}
    for name, above in (("hq", None), ("east", "hq"), ("west", "hq"), ("team", "east")):
        body = {"name": name, "parent": ids.get(above or "")}
        ids[name] = (await engine.create(admin, "department", body))["id"]
    for name, role in (("lin", "sales"), ("boss", "manager")):
        body = {"name": name, "email": f"{name}@demo.local", "department": ids["east"]}
        made = await engine.create(admin, "user", body | {"role": named_id("role", role)})
        ids[name] = made["id"]
    begun.directory._memory = None
    return ids


@pytest.mark.parametrize(
    ("who", "place", "allowed"),
    [
        ("lin", "east", True),
        ("lin", "west", False),
        ("lin", "team", False),
        ("lin", None, False),
        ("boss", "team", True),
        ("boss", "west", False),
        ("boss", "hq", False),
    ],
)
async def test_it_stays_where_his_scope_reaches(begun, places, who, place, allowed):
    ctx = await context_for_user(begun, places[who], "api")
    made = await engine.create(ctx, "account", {"name": "Own"})
    assert made["department"]["id"] == places["east"]
    body = {"department": None if place is None else places[place]}
    if allowed:
        await engine.update(ctx, "account", made["id"], body)
        await engine.create(ctx, "account", {"name": "New", **body})
        return
    for write in (
        lambda: engine.update(ctx, "account", made["id"], body),
        lambda: engine.create(ctx, "account", {"name": "New", **body}),
    ):
        with pytest.raises(Forbidden) as refused:
            await write()
        assert refused.value.code == "out_of_scope"
    assert (await reading.get(ctx, "account", made["id"]))["version"] == 1
    assert await reading.count(ctx, "account") == 1


async def test_who_may_reach_everything_may_put_it_anywhere(admin, places):
    made = await engine.create(admin, "account", {"name": "Own", "department": places["west"]})
    changed = await engine.update(admin, "account", made["id"], {"department": None})
    assert changed["department"] is None
