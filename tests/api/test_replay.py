"""An answer that is told again holds no more than its reader may see by then."""

from __future__ import annotations

from fangxin.access.contexts import system_context
from fangxin.records import engine

KEY = {"idempotency-key": "again"}


async def test_a_record_that_left_ones_scope_is_not_told_again(house):
    lin = await house.browser("lin")
    body = {"name": "Acme", "description": "secret"}
    first = await lin.post("/accounts", json=body, headers=KEY)
    record = first.json()
    again = await lin.post("/accounts", json=body, headers=KEY)
    assert (again.status_code, again.json()) == (201, record)
    ctx = await system_context(house.installation)
    await engine.update(ctx, "account", record["id"], {"owner": house.ids["zhao"]})
    late = await lin.post("/accounts", json=body, headers=KEY)
    assert (late.status_code, late.headers["idempotency-replayed"]) == (201, "true")
    assert late.json() == {"id": record["id"], "version": 1}


async def test_nor_are_those_of_a_block_of_cells(house):
    lin = await house.browser("lin")
    id_ = (await lin.post("/accounts", json={"name": "Acme", "phone": "13812341234"})).json()["id"]
    block = {"fields": ["employees"], "rows": [{"id": id_, "texts": ["7"]}]}
    first = (await lin.post("/accounts/cells", json=block, headers=KEY)).json()
    assert first["records"][0]["phone"] == "+8613812341234"
    again = await lin.post("/accounts/cells", json=block, headers=KEY)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first, "true")
    ctx = await system_context(house.installation)
    await engine.update(ctx, "account", id_, {"owner": house.ids["zhao"]})
    late = (await lin.post("/accounts/cells", json=block, headers=KEY)).json()
    assert late == {**first, "records": [{"id": id_, "version": 2}]}


async def test_nor_are_those_of_a_batch(house):
    lin = await house.browser("lin")
    for atomic in (True, False):
        headers = {"idempotency-key": f"batch {atomic}"}
        body = {"create": [{"name": f"A{atomic}"}, {"name": f"B{atomic}"}], "atomic": atomic}
        first = (await lin.post("/accounts/batch", json=body, headers=headers)).json()
        again = (await lin.post("/accounts/batch", json=body, headers=headers)).json()
        assert again == first
        ctx = await system_context(house.installation)
        gone = first["results"][0]["id"]
        await engine.update(ctx, "account", gone, {"owner": house.ids["zhao"]})
        late = (await lin.post("/accounts/batch", json=body, headers=headers)).json()
        assert late["results"][0]["record"] == {"id": gone, "version": 1}
        assert late["results"][1] == first["results"][1]
