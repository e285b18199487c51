"""What an action makes is its answer, told again to the same key, as far as one may see it."""

from __future__ import annotations

KEY = {"idempotency-key": "once"}


async def test_an_action_answers_with_what_it_made(house):
    lin, boss = await house.browser("lin"), await house.browser("boss")
    account = (await lin.post("/accounts", json={"name": "Vista"})).json()["id"]
    line = {"description": "x", "unit_price": "100"}
    body = {"name": "Offer", "account": account, "lines": [line]}
    quote = (await lin.post("/quotes", json=body)).json()["id"]
    for action in ("send", "accept"):
        done = await lin.post(f"/quotes/{quote}/actions/{action}", json={})
        assert (done.status_code, done.json()["id"]) == (200, quote)
    address = f"/quotes/{quote}/actions/create_contract"
    made = await lin.post(address, json={}, headers=KEY)
    contract = made.json()
    assert contract["quote"]["id"] == quote
    assert contract["contract"]["id"] == contract["id"] != quote
    assert made.headers["etag"] == '"1"'
    assert (await lin.get(f"/contracts/{contract['id']}")).json()["total"]["amount"] == "100.00"
    again = await lin.post(address, json={}, headers=KEY)
    assert again.json() == contract
    # what went to somebody else is not told again
    owner = {"owner": house.ids["zhao"]}
    assert (await boss.patch(f"/contracts/{contract['id']}", json=owner)).status_code == 200
    later = (await lin.post(address, json={}, headers=KEY)).json()
    assert later == {
        "id": contract["id"],
        "version": 1,
        "contract": {"id": contract["id"], "version": 1},
    }
