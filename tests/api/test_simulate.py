"""What a changed role would give and take is what it gives and takes once it is saved."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.contract.world import World


async def _seen(client: Any, path: str = "accounts") -> int:
    page = (await client.get(f"/{path}", params={"count": "exact"})).json()
    return int(page["count"]["value"]) if "count" in page else 0


async def _fill(*groups: tuple[str, Any, int]) -> None:
    for word, client, count in groups:
        for number in range(count):
            name = f"{word} {'xyzw'[number] * 9}"
            made = (await client.post("/accounts", json={"name": name})).json()
            assert "id" in made, made
            await client.post("/contacts", json={"name": name, "account": made["id"]})


async def _comes_true(admin: Any, clients: Any, draft: Any, counts: Any) -> None:
    """Save it, and compare what is seen."""
    now = [await _seen(client, path) for client in clients for path in ("accounts", "contacts")]
    role = draft["role"]
    plain = {key: each for key, each in draft.items() if key != "role"}
    assert (await admin.patch(f"/roles/{role}", json=plain)).status_code == 200
    await asyncio.sleep(0.3)
    then = [await _seen(client, path) for client in clients for path in ("accounts", "contacts")]
    told = [
        counts[name][user]["read"] for user in ("lin", "zhao") for name in ("account", "contact")
    ]
    assert ([each["before"] for each in told], [each["after"] for each in told]) == (now, then)
    # and nothing more is told to change
    again = (await admin.post("/simulations", json=draft)).json()
    assert (again["objects"], again["fields"]) == ([], [])


async def test_it_says_before_what_is_so_afterwards(house):
    admin, lin, zhao = [await house.browser(name) for name in ("admin", "lin", "zhao")]
    await _fill(("Amber", lin, 3), ("Birch", zhao, 2), ("Cedar", admin, 4))
    role = (await lin.get("/auth/me")).json()["role"]["id"]
    stored = (await admin.get(f"/roles/{role}")).json()
    accounts = {**stored["grants"]["account"], "read": "all", "delete": "none"}
    accounts["update"] = {"chosen": [house.ids["west"]]}
    rules, masked = stored["field_rules"], {"read": "masked", "edit": False}
    draft: dict[str, Any] = {
        "grants": {**stored["grants"], "account": accounts},
        "field_rules": {**rules, "account": {**rules.get("account", {}), "phone": masked}},
    }
    world = World(house.installation.database.dialect, house.installation, None)
    before = await world.digest()
    answer = await admin.post("/simulations", json={"role": role, **draft})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert await world.digest() == before
    assert (found["of"], found["complete"]) == (2, True)
    assert [each["name"] for each in found["users"]] == ["Lin", "Zhao"]
    # who asks for one of them is told how many there are all the same
    one = {"role": role, "users": [house.ids["lin"]], **draft}
    few = (await admin.post("/simulations", json=one)).json()
    assert (few["of"], [each["name"] for each in few["users"]]) == (2, ["Lin"])
    counts = {
        each["object"]: {house_name(house, c["user"]): c for c in each["counts"]}
        for each in found["objects"]
    }
    whole = {"before": 3, "after": 9, "gained": 6, "lost": 0}
    assert counts["account"]["lin"]["read"] == whole
    assert counts["account"]["lin"]["update"] == {"before": 3, "after": 5, "gained": 2, "lost": 0}
    assert counts["account"]["lin"]["delete"] == {"before": 3, "after": 0, "gained": 0, "lost": 3}
    # what is seen with the account comes with it
    assert counts["contact"]["zhao"]["read"] == {"before": 2, "after": 9, "gained": 7, "lost": 0}
    assert {(f["object"], f["field"], f["before"], f["after"]) for f in found["fields"]} == {
        ("account", "phone", "full", "masked")
    }
    await _comes_true(admin, (lin, zhao), {"role": role, **draft}, counts)


def house_name(house: Any, id_: str) -> str:
    return next(name for name, each in house.ids.items() if each == id_)


async def test_only_who_administers_roles_may_ask_and_bad_drafts_are_refused(house):
    admin, lin = [await house.browser(name) for name in ("admin", "lin")]
    role = (await lin.get("/auth/me")).json()["role"]["id"]
    assert (await lin.post("/simulations", json={"role": role})).status_code == 403
    own = (await admin.get("/auth/me")).json()["role"]["id"]
    assert (await admin.post("/simulations", json={"role": own})).status_code == 409
    bad = [
        ({"role": "x"}, "/role"),
        ({"role": house.ids["lin"]}, "/role"),
        ({"role": role, "grants": {"account": {"read": "most"}}}, "/grants"),
        ({"role": role, "field_rules": {"account": {"phone": {"read": "half"}}}}, "/field_rules"),
        ({"role": role, "users": ["x"]}, "/users"),
        ({"role": role, "users": ["x"] * 21}, "/users"),
    ]
    for body, pointer in bad:
        refused = await admin.post("/simulations", json=body)
        assert refused.status_code == 422, (body, refused.text)
        assert refused.json()["errors"][0]["pointer"].startswith(pointer), refused.text
