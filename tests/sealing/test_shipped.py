"""Shipped fields that an administrator has encrypted: what they hold already, and what refuses."""

from __future__ import annotations

from typing import Any

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.customizing.customize import SEAL_JOB
from fangxin.history.field_history import field_history
from fangxin.history.sealer import broken_seals, seal
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Conflict, FangxinError, Forbidden
from fangxin.modules.base.first_run import FIRST_USER
from fangxin.records import engine
from fangxin.records.reading import find, get
from fangxin.sealing import bound
from fangxin.search.finding import search
from fangxin.worker import Worker
from tests.sealing.conftest import NEW, OLD, House
from tests.sealing.test_keys import finding, needed, rotate

PLAIN = {"phone": "13955501234", "description": "whisperwort 绝密", "website": "https://obscura.cn"}
PIECES = ("3955501234", "3955507777", "3955509999", "whisperwort", "绝密", "obscura")


async def encrypt(
    house: House, *keys: str, object: str = "account", actor: str = FIRST_USER
) -> None:
    """Have shipped fields encrypted as the API does, and every process know of it."""
    for key in keys:
        ctx = await context_for_user(house.installation, actor, "api")
        await engine.create(ctx, "encrypted_field", {"of_object": object, "field": key})
        await house.installation.refresh_registry()


async def met(house: House, key: str, op: str, *value: Any) -> list[str]:
    tree: dict[str, Any] = {"field": key, "op": op} | ({"value": value[0]} if value else {})
    if op == "is_not":
        tree = {"not": {**tree, "op": "is"}}
    found = await find(await house.ctx(), "account", filter=tree, sort="name")
    return [each["name"] for each in found.items]


async def write_late(house: House, stale: Ctx, phone: str) -> None:
    """Read and write as a process does that does not know yet: it sees the text and no index, and
    the last text holds.
    """
    given = {"name": "C", "phone": "13955507777"}
    made = await engine.create(await house.ctx(), "account", given)
    assert (await get(stale, "account", made["id"]))["phone"] == "+8613955507777"
    [first] = (await field_history(stale, "account", made["id"], "phone"))["items"]
    assert first["after"] == "+8613955507777"
    await engine.update(stale, "account", made["id"], {"phone": phone})
    assert (await get(await house.ctx(), "account", made["id"]))["phone"] == f"+86{phone}"


async def changes_its_key(house: House) -> None:
    """The key changes for them as for any."""
    await house.reopen(f"{NEW},{OLD}")
    await rotate(house)
    await house.reopen(NEW)
    assert set(await needed(house)) == {2}
    assert (await finding(house)).good
    assert await met(house, "phone", "is", PLAIN["phone"]) == ["A"]


async def test_what_shipped_fields_hold_is_sealed_by_the_same_job(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    # however slow the machine is
    monkeypatch.setattr(bound, "OPEN_SECONDS", 60.0)
    ctx = await house.ctx()
    old = await engine.create(ctx, "account", {"name": "A", **PLAIN})
    await engine.update(ctx, "account", old["id"], {"description": "second whisperwort"})
    await engine.create(ctx, "account", {"name": "B", "phone": "13100000000"})
    await engine.create(ctx, "account", {"name": "E"})
    await seal(house.database)
    await Worker(house.installation).drain()
    assert await search(ctx, "whisperwort")
    assert len(await house.found(PIECES)) > 3
    await encrypt(house, *PLAIN)
    # while some lie plain yet, filters are right
    await write_late(house, ctx, "13955509999")
    assert await met(house, "phone", "is", PLAIN["phone"]) == ["A"]
    assert await met(house, "phone", "in", [PLAIN["phone"], "13955509999"]) == ["A", "C"]
    assert await met(house, "phone", "is_not", PLAIN["phone"]) == ["B", "C", "E"]
    assert await met(house, "phone", "empty") == ["E"]
    await Worker(house.installation).drain()
    assert await broken_seals(house.database) == []
    assert set(await needed(house)) == {1}
    assert not await search(await house.ctx(), "whisperwort")
    await house.installation.stop()
    await house.open()
    assert await house.found(PIECES) == []
    ctx = await house.ctx()
    seen = await get(ctx, "account", old["id"])
    assert (seen["phone"], seen["description"]) == ("+8613955501234", "second whisperwort")
    [first, *_] = (await field_history(ctx, "account", old["id"], "description"))["items"]
    assert (first["before"], first["after"]) == (PLAIN["description"], "second whisperwort")
    assert await met(house, "phone", "is_not", PLAIN["phone"]) == ["B", "C", "E"]
    with pytest.raises(Conflict) as alike:
        await engine.create(ctx, "account", {"name": "D", "phone": "139 5550 1234"})
    assert alike.value.extra["duplicates"][0]["matched_on"] == ["phone"]
    await changes_its_key(house)


async def test_duplicates_are_found_in_other_objects_too(house: House) -> None:
    """Whichever of the two is encrypted: the number is compared as each of them holds it."""
    ctx = await house.ctx()
    here, there = [
        await engine.create(ctx, name, {"name": name, "phone": phone})
        for name, phone in (("account", PLAIN["phone"]), ("lead", "13100000000"))
    ]

    async def likely(name: str, phone: str) -> list[tuple[str, list[str]]]:
        with pytest.raises(Conflict) as refused:
            await engine.create(await house.ctx(), name, {"name": "B", "phone": phone})
        found = refused.value.extra["duplicates"]
        return [(each["id"], each["matched_on"]) for each in found]

    for encrypted in ("account", "lead"):
        await encrypt(house, "phone", object=encrypted)
        # what lies plain until the job has come to it is found as what does not
        for _ in range(2):
            assert await likely("lead", "139 5550 1234") == [(here["id"], ["phone"])]
            assert await likely("account", "13100000000") == [(there["id"], ["phone"])]
            await Worker(house.installation).drain()
    await house.installation.stop()
    await house.open()
    assert await house.found(PIECES[:1]) == []


REFUSED = (
    ("account", "name", "names_records"),
    ("activity", "subject", "names_records"),
    ("user", "email", "names_records"),
    ("user", "timezone", "system_reads"),
    ("file", "digest", "system_reads"),
    ("account", "status", "not_text"),
    ("role", "description", "setting"),
    ("account", "passport", "custom"),
    ("account", "nothing", "unknown_field"),
    ("nothing", "phone", "unknown_object"),
)


async def test_what_must_stay_plain_is_refused_with_its_reason(house: House) -> None:
    await house.define("passport", type="text")
    await house.define("twice", type="formula", formula="description")
    ctx = await house.ctx()
    for object_, key, code in REFUSED:
        with pytest.raises(FangxinError) as refused:
            await engine.create(ctx, "encrypted_field", {"of_object": object_, "field": key})
        assert refused.value.errors[0].code == code, (object_, key)
    condition = {"field": "email", "op": "is_not", "value": "a@b.cn"}
    rule = {"name": "Lent", "applies_to": "account", "condition": condition}
    holders = [{"object": "user", "id": ctx.actor.id}]
    await engine.create(ctx, "sharing_rule", {**rule, "holders": holders})
    for key in ("description", "email"):
        with pytest.raises(FangxinError) as refused:
            await engine.create(ctx, "encrypted_field", {"of_object": "accounts", "field": key})
        assert "in_use" in {refused.value.code, *(each.code for each in refused.value.errors)}
    grants = {"encrypted_field": {"read": "all", "create": "all"}}
    body = {"name": "Clerk", "key": "clerk", "grants": grants}
    role = (await engine.create(ctx, "role", body))["id"]
    body = {"name": "Clerk", "email": "clerk@example.com", "role": role}
    clerk = (await engine.create(ctx, "user", body))["id"]
    # the grant alone is not enough: it takes the permission to administer fields
    with pytest.raises(Forbidden):
        await encrypt(house, "phone", actor=clerk)
    assert not (await find(ctx, "encrypted_field")).items
    assert not await house.run(f"SELECT kind FROM job WHERE kind = '{SEAL_JOB}'")
    await encrypt(house, "phone")
    ctx = await house.ctx()
    [made] = (await find(ctx, "encrypted_field")).items
    with pytest.raises(Conflict):
        await encrypt(house, "phone")
    with pytest.raises(Conflict) as stays:
        await engine.delete(ctx, "encrypted_field", made["id"])
    assert stays.value.code == "stays_encrypted"
    assert ctx.registry["account"].fields["phone"].encrypted
