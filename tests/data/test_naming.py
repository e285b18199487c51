"""Who and what is named: deleted records by links to them, the product itself as an actor."""

from __future__ import annotations

from dataclasses import replace

from fangxin.access.contexts import context_for_user, system_context
from fangxin.history.change_sets import change_set_detail, change_sets
from fangxin.history.timeline import timeline
from fangxin.kernel.ids import named_id
from fangxin.records import engine, reading


async def test_links_to_deleted_records_keep_their_names(begun, admin):
    account = await engine.create(admin, "account", {"name": "Acme"})
    about = {"object": "account", "id": account["id"]}
    task = await engine.create(admin, "task", {"name": "Call", "subject": "Call", "about": about})
    contact = await engine.create(admin, "contact", {"name": "Kim", "account": account["id"]})
    await engine.update(admin, "contact", contact["id"], {"account": None})
    body = {"name": "Lin", "email": "lin@demo.local", "role": named_id("role", "sales")}
    user = await engine.create(admin, "user", body)
    await engine.update(admin, "task", task["id"], {"owner": user["id"]})
    await engine.delete(admin, "account", account["id"])
    assert (await reading.get(admin, "task", task["id"]))["about"]["name"] == "Acme"
    (change,) = [
        each
        for entry in (await timeline(admin, "contact", contact["id"]))["items"]
        for each in entry.get("changes") or ()
    ]
    assert change["before"]["name"] == "Acme"
    lin = await context_for_user(begun, user["id"], "api")
    seen = await reading.get(lin, "task", task["id"])
    assert seen["about"] == {"id": account["id"], "name": None, "object": "account"}
    sets = (await change_sets(admin, object="account"))["items"]
    detail = await change_set_detail(admin, sets[0]["id"])
    assert [each["record"]["name"] for each in detail["changes"]] == ["Acme"]


async def test_the_product_itself_is_called_system(begun, admin):
    itself = await system_context(begun)
    account = await engine.create(itself, "account", {"name": "Acme"})
    for reader, name in ((admin, "System"), (replace(admin, locale="zh-CN"), "系统")):
        told = {"id": itself.actor.id, "name": name, "object": "user"}
        entries = (await timeline(reader, "account", account["id"]))["items"]
        assert [each["actor"] for each in entries] == [told]
        sets = (await change_sets(reader, object="account"))["items"]
        assert sets[0]["actor"] == told
        assert (await change_set_detail(reader, sets[0]["id"]))["actor"] == told


async def test_a_change_of_what_is_hidden_is_not_even_told_to_have_been(begun, admin):
    contract = await engine.create(admin, "contract", {"name": "Deal", "total": "5"})
    await engine.update(admin, "contract", contract["id"], {"total": "6"})
    await engine.update(admin, "contract", contract["id"], {"name": "Big deal"})
    body = {"name": "Chen", "email": "chen@demo.local", "role": named_id("role", "service")}
    user = await engine.create(admin, "user", body)
    chen = await context_for_user(begun, user["id"], "api")

    async def told(reader):
        items = (await timeline(reader, "contract", contract["id"]))["items"]
        return [[each["field"] for each in item["changes"]] for item in items]

    assert await told(chen) == [["name"], []]
    assert len(await told(admin)) == 3
    # pages that lose an entry lead on all the same
    page = await timeline(chen, "contract", contract["id"], limit=2)
    assert ([each["kind"] for each in page["items"]], page["next"] is None) == (["change"], False)
    rest = await timeline(chen, "contract", contract["id"], cursor=page["next"])
    assert [each["kind"] for each in rest["items"]] == ["create"]
