"""What an account's timeline tells of the business that hangs on it."""

from __future__ import annotations

import pytest


@pytest.fixture
async def walk(house):
    """An account of lin's with an opportunity, a quote on it, and a note on the quote."""
    lin, admin = await house.browser("lin"), await house.browser("admin")

    async def make(path, by=lin, **body):
        made = await by.post(f"/{path}", json=body)
        assert made.status_code == 201, made.text
        return made.json()

    # an account lends no sight of its deals, as a first start decides
    closed = {"cascades": {"opportunity.account": False}}
    assert (await admin.patch("/settings", json=closed)).status_code == 200
    pipeline = await make("pipelines", admin, name="Sales", order=1)
    stage = {"name": "Open", "key": "open", "kind": "open", "order": 1}
    await make("stages", admin, pipeline=pipeline["id"], **stage)

    account = await make("accounts", name="Vista")
    deal = await make("opportunities", name="Deal", account=account["id"], amount="100")
    line = {"description": "x", "unit_price": "100"}
    quote = await make(
        "quotes", name="Offer", account=account["id"], opportunity=deal["id"], lines=[line]
    )
    await make("activities", body="They like it", about={"object": "quote", "id": quote["id"]})
    await lin.patch(f"/opportunities/{deal['id']}", json={"next_step": "call"})
    await lin.patch(f"/opportunities/{deal['id']}", json={"amount": "200"})
    return {"client": lin, "account": account, "deal": deal, "quote": quote}


async def _items(client, path, id_, **more):
    answer = await client.get(f"/{path}/{id_}/timeline", params=more)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_an_account_tells_of_its_business(walk):
    items = await _items(walk["client"], "accounts", walk["account"]["id"])
    told = [(each["of"]["object"], each["kind"]) for each in items if each.get("of")]
    # the next step moved nothing that matters here
    assert told == [("opportunity", "change"), ("quote", "create"), ("opportunity", "create")]
    moved = next(each for each in items if each.get("of") and each["kind"] == "change")
    assert [each["field"] for each in moved["changes"]] == ["amount"]
    assert moved["of"] == {"id": walk["deal"]["id"], "name": "Deal", "object": "opportunity"}
    note = next(each for each in items if each["kind"] == "activity")
    assert note["record"]["about"]["id"] == walk["quote"]["id"]
    only = await _items(walk["client"], "accounts", walk["account"]["id"], kinds="create")
    assert {each["kind"] for each in only} == {"create"}


async def test_pages_of_a_timeline_hold_each_entry_once(walk):
    client, id_ = walk["client"], walk["account"]["id"]
    whole = [each["id"] for each in await _items(client, "accounts", id_)]
    found, cursor = [], None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await client.get(f"/accounts/{id_}/timeline", params=params)).json()
        found += [each["id"] for each in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert found == whole


async def test_nobody_is_told_of_what_he_may_not_see(walk, house):
    # the boss gives lin's account to zhao, the deals stay with lin
    boss, zhao = await house.browser("boss"), await house.browser("zhao")
    id_ = walk["account"]["id"]
    owner = {"owner": house.ids["zhao"]}
    assert (await boss.patch(f"/accounts/{id_}", json=owner)).status_code == 200
    items = await _items(zhao, "accounts", id_)
    assert items
    assert [each for each in items if each.get("of")] == []
    assert [each for each in items if each["kind"] == "activity"] == []
