from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fangxin.kernel.clock import now, today
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Conflict, FangxinError, Invalid
from fangxin.modules.sales.first_records import PIPELINE, stage_id
from fangxin.records.act import act
from fangxin.records.bulk import batch
from fangxin.records.engine import create, delete, update
from fangxin.records.reading import find, get


async def refused(ctx: Ctx, id_: str, body: dict[str, Any]) -> tuple[str, list[str]]:
    """The code and pointers of a refusal that changed nothing."""
    before = await get(ctx, "opportunity", id_)
    with pytest.raises(FangxinError) as caught:
        await update(ctx, "opportunity", id_, body)
    assert await get(ctx, "opportunity", id_) == before
    return caught.value.code, [each.pointer for each in caught.value.errors]


async def test_a_new_deal_starts_in_the_first_stage(ctx: Ctx) -> None:
    deal = await create(ctx, "opportunity", {"name": "Deal", "amount": "1000.50"})
    assert deal["stage"] == {
        "id": stage_id("prospecting"),
        "name": "Prospecting",
        "object": "stage",
    }
    assert deal["pipeline"]["id"] == PIPELINE
    assert (deal["probability"], deal["forecast_category"]) == ("10", "pipeline")
    assert deal["weighted_amount"] == "100.05"
    assert deal["code"] == f"OP-{now().year}-00001"
    assert deal["closed_on"] is None


async def test_a_stage_asks_for_its_fields_and_names_them(ctx: Ctx) -> None:
    deal = await create(ctx, "opportunity", {"name": "Deal"})
    answer = await refused(ctx, deal["id"], {"stage": "negotiation"})
    assert answer == ("stage_requirements", ["/amount", "/expected_close_date"])
    answer = await refused(ctx, deal["id"], {"stage": "lost"})
    assert answer == ("stage_requirements", ["/lost_reason"])
    body = {"stage": "negotiation", "amount": "5", "expected_close_date": "2026-12-31"}
    assert (await update(ctx, "opportunity", deal["id"], body))["probability"] == "75"
    with pytest.raises(Invalid) as caught:
        await create(ctx, "opportunity", {"name": "At once", "stage": "won"})
    assert caught.value.code == "stage_requirements"


async def test_closing_and_reopening(ctx: Ctx) -> None:
    deal = await create(ctx, "opportunity", {"name": "Deal", "amount": "5"})
    won = await act(ctx, "opportunity", deal["id"], "win", {})
    assert won["stage"]["id"] == stage_id("won")
    assert str(won["closed_on"]) == str(today(ctx.timezone, now()))
    assert (won["probability"], won["forecast_category"]) == ("100", "closed")
    assert (await refused(ctx, deal["id"], {"stage": "lost", "lost_reason": "Price"}))[0] == (
        "transition_not_allowed"
    )
    with pytest.raises(Conflict):
        await act(ctx, "opportunity", deal["id"], "win", {})
    body = {"stage": "negotiation", "expected_close_date": "2027-01-31"}
    opened = await update(ctx, "opportunity", deal["id"], body)
    assert opened["closed_on"] is None
    with pytest.raises(Invalid) as caught:
        await act(ctx, "opportunity", deal["id"], "lose", {})
    assert [each.pointer for each in caught.value.errors] == ["/lost_reason"]
    params = {"lost_reason": "Price", "closed_on": "2026-11-01"}
    lost = await act(ctx, "opportunity", deal["id"], "lose", params)
    assert (lost["lost_reason"], str(lost["closed_on"])) == ("Price", "2026-11-01")


async def test_what_is_recorded_passes_the_gates(ctx: Ctx) -> None:
    past = replace(ctx, source="import")
    body = {"name": "Old", "stage": "lost", "closed_on": "2017-03-01"}
    made = await create(past, "opportunity", body)
    assert str(made["closed_on"]) == "2017-03-01"
    assert made["probability"] == "0"


async def test_keys_of_stages_belong_to_their_pipeline(ctx: Ctx) -> None:
    other = await create(ctx, "pipeline", {"name": "Renewals", "order": 2})
    stages = [
        {"name": "Due", "key": "due", "pipeline": other["id"], "order": 1},
        {"name": "Won", "key": "won", "pipeline": other["id"], "order": 2, "kind": "won"},
    ]
    due, won = [await create(ctx, "stage", each) for each in stages]
    deal = await create(ctx, "opportunity", {"name": "R", "pipeline": other["id"]})
    assert deal["stage"]["id"] == due["id"]
    moved = await act(ctx, "opportunity", deal["id"], "win", {})
    assert moved["stage"]["id"] == won["id"]
    answer = await refused(ctx, deal["id"], {"pipeline": PIPELINE})
    assert answer == ("invalid", ["/stage"])
    with pytest.raises(Invalid) as caught:
        await create(ctx, "stage", stages[1])
    assert caught.value.errors[0].pointer == "/key"
    for body, pointer in (
        ({"required_fields": ["shoe_size"]}, "/required_fields"),
        ({"required_fields": ["code"]}, "/required_fields"),
        ({"allowed_moves": [stage_id("won")]}, "/allowed_moves"),
    ):
        with pytest.raises(Invalid) as caught:
            await update(ctx, "stage", due["id"], body)
        assert caught.value.errors[0].pointer == pointer


async def test_what_is_in_use_stays(ctx: Ctx) -> None:
    deal = await create(ctx, "opportunity", {"name": "Deal"})
    for object_, id_ in (("stage", stage_id("prospecting")), ("pipeline", PIPELINE)):
        with pytest.raises(Conflict) as caught:
            await delete(ctx, object_, id_)
        assert (caught.value.code, caught.value.values["count"]) == ("in_use", 1)
        assert (await get(ctx, object_, id_))["version"] == 1
    await delete(ctx, "opportunity", deal["id"])
    await delete(ctx, "stage", stage_id("prospecting"))
    assert len((await find(ctx, "stage")).items) == 5


async def test_a_batch_of_moves_reports_each(ctx: Ctx) -> None:
    deals = [
        await create(ctx, "opportunity", {"name": f"D{n}", **({"amount": "1"} if n else {})})
        for n in range(3)
    ]
    moves = [{"id": deal["id"], "stage": "proposal"} for deal in deals]
    answer = await batch(ctx, "opportunity", update=moves)
    assert [each["status"] for each in answer["results"]] == [422, 200, 200]
    stages = [(await get(ctx, "opportunity", deal["id"]))["stage"]["name"] for deal in deals]
    assert stages == ["Prospecting", "Proposal", "Proposal"]
