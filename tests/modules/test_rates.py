"""Exchange rates: who keeps them, what no rate can be, and that stored money stays as it was."""

from __future__ import annotations

from typing import Any

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.access.settings import read_company
from fangxin.configuring.company import save_settings
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Forbidden
from fangxin.kernel.ids import named_id
from fangxin.modules.base.first_run import FIRST_USER
from fangxin.records.aggregate import aggregate
from fangxin.records.engine import create, delete, update
from fangxin.records.reading import get
from tests.modules.chain import planned, refused, signed_contract

LONG_AGO, LATER, AHEAD = "2020-01-01", "2021-01-01", "2199-01-01"
SUM = [{"op": "sum", "field": "total"}]


def rate(currency: str = "USD", worth: str = "7", day: str = LONG_AGO) -> dict[str, Any]:
    return {"currency": currency, "rate": worth, "valid_from": day}


async def as_user(begun: Any, id_: str = FIRST_USER) -> Ctx:
    """A context that has read the rates anew."""
    begun.directory._memory = None
    return await context_for_user(begun, id_, "api")


async def worth(ctx: Ctx, contract: dict[str, Any]) -> str:
    """What a contract counts for in the base currency."""
    only = {"field": "id", "op": "is", "value": contract["id"]}
    rows = await aggregate(ctx, "contract", filter=only, measures=SUM)
    return str(rows[0]["values"][0]["amount"])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_what_is_no_rate(admin: Ctx) -> None:
    await create(admin, "exchange_rate", rate(day="2020-06-01"))
    await create(admin, "exchange_rate", rate())
    for body, wanted in (
        (rate(worth="0", day=LATER), ("/rate", "too_small")),
        (rate(worth="-7", day=LATER), ("/rate", "too_small")),
        (rate(worth="1000001", day=LATER), ("/rate", "too_large")),
        (rate(worth="7.123456789", day=LATER), ("/rate", "too_precise")),
        (rate(worth="seven", day=LATER), ("/rate", "wrong_type")),
        (rate(worth="70", day=LATER), ("/rate", "absurd")),
        (rate(worth="0.7", day="2019-01-01"), ("/rate", "absurd")),
        (rate("USD", "7.1"), ("/valid_from", "duplicate_day")),
        (rate("XYZ"), ("/currency", "bad_currency")),
        (rate("DEM"), ("/currency", "bad_currency")),
        (rate("CNY"), ("/currency", "base_currency")),
        (rate(day="1899-12-31"), ("/valid_from", "too_early")),
        (rate() | {"base_currency": "EUR"}, ("/base_currency", "read_only")),
        ({"currency": "EUR"}, ("/rate", "required")),
    ):
        assert (await refused(admin, create(admin, "exchange_rate", body)))[2] == [wanted], body


async def test_stored_money_stays_at_the_rate_of_its_day(begun: Any) -> None:
    admin = await as_user(begun)
    first = await create(admin, "exchange_rate", rate())
    assert (first["name"], first["rate"]) == (f"USD/CNY {LONG_AGO}", "7")
    await create(admin, "exchange_rate", rate(worth="9", day=AHEAD))
    admin = await as_user(begun)
    contract = await signed_contract(admin, "100", "USD")
    assert await worth(admin, contract) == "700.00"
    client = contract["account"]["id"]

    async def now_worth(ctx: Ctx) -> str:
        return await worth(ctx, await signed_contract(ctx, "100", "USD", account=client))

    newer = await create(admin, "exchange_rate", rate(worth="8", day=LATER))
    admin = await as_user(begun)
    assert await worth(admin, contract) == "700.00"
    assert await now_worth(admin) == "800.00"
    await update(admin, "exchange_rate", newer["id"], {"rate": "7.5"})
    admin = await as_user(begun)
    assert await now_worth(admin) == "750.00"
    await delete(admin, "exchange_rate", newer["id"])
    admin = await as_user(begun)
    assert await now_worth(admin) == "700.00"
    # without any rate no money of this kind is taken, and what is there stays and can be paid
    plans = await planned(admin, contract, "100")
    await delete(admin, "exchange_rate", first["id"])
    admin = await as_user(begun)
    body = {"contract": contract["id"], "amount": {"amount": "5", "currency": "USD"}}
    assert (await refused(admin, create(admin, "payment", body)))[2] == [("/amount", "no_rate")]
    assert await worth(admin, contract) == "700.00"
    now = await get(admin, "payment_plan", plans[0]["id"])
    assert now["outstanding"] == {"amount": "100.00", "currency": "USD"}


async def test_a_currency_unlike_the_contracts_is_refused(begun: Any) -> None:
    admin = await as_user(begun)
    for currency in ("USD", "EUR"):
        await create(admin, "exchange_rate", rate(currency))
    admin = await as_user(begun)
    contract = await signed_contract(admin, "100", "USD")
    here = {"contract": contract["id"]}
    euros = {"amount": "5", "currency": "EUR"}
    lines = [{"quantity": "1", "unit_price": "5"}]
    for object_, body, wanted in (
        ("payment", {"amount": euros}, "/amount"),
        ("payment", {"amount": "5"}, "/amount"),
        ("payment_plan", {"amount": euros, "due_on": "2040-01-31"}, "/amount"),
        ("order", {"name": "O", "currency": "EUR", "lines": lines}, "/currency"),
    ):
        answer = await refused(admin, create(admin, object_, {**here, **body}))
        assert answer == (422, "invalid", [(wanted, "wrong_currency")]), object_
    order = await create(admin, "order", {**here, "name": "O", "currency": "USD", "lines": lines})
    assert order["total"] == {"amount": "5.00", "currency": "USD"}


async def test_finance_keeps_the_rates_and_sales_reads_them(begun: Any) -> None:
    admin = await as_user(begun)
    people = {}
    for role in ("executive", "sales", "manager"):
        body = {"name": role, "email": f"{role}@x.example", "role": named_id("role", role)}
        people[role] = (await create(admin, "user", body))["id"]
    finance = await as_user(begun, people["executive"])
    kept = await create(finance, "exchange_rate", rate())
    for role in ("sales", "manager"):
        other = await as_user(begun, people[role])
        assert (await get(other, "exchange_rate", kept["id"]))["rate"] == "7"
        for attempt in (
            create(other, "exchange_rate", rate("EUR")),
            update(other, "exchange_rate", kept["id"], {"rate": "6"}),
            delete(other, "exchange_rate", kept["id"]),
        ):
            with pytest.raises(Forbidden):
                await attempt


async def test_the_base_currency_stays_once_there_are_amounts(begun: Any) -> None:
    admin = await as_user(begun)
    await create(admin, "product", {"name": "Without a price"})
    await save_settings(admin, {"base_currency": "EUR"})
    admin = await as_user(begun)
    priced = await create(admin, "product", {"name": "Pump", "list_price": "5"})
    await delete(admin, "product", priced["id"])
    change = {"base_currency": "CNY", "company_name": "Acme"}
    answer = await refused(admin, save_settings(admin, change))
    assert answer == (409, "amounts_stored", [("/base_currency", "amounts_stored")])
    kept = await read_company(admin.database)
    assert (kept.base_currency, kept.company_name) == ("EUR", "")
    await save_settings(admin, change | {"base_currency": "EUR"})
    assert (await read_company(admin.database)).company_name == "Acme"
