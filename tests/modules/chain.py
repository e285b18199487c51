"""The way from quote to payment as the tests walk it, and a look at everything that is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest

from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FangxinError
from fangxin.kernel.sql import Statement, metadata
from fangxin.records.act import act
from fangxin.records.engine import create

# drawn ahead, or told by the clock
VOLATILE = frozenset({"counter", "epoch", "job", "session", "live_watch"})
PAST, FUTURE, LATER = "2020-03-01", "2040-03-01", "2041-03-01"


async def digest(ctx: Ctx) -> str:
    """A fingerprint of every row of every table."""
    made = hashlib.sha256()
    for table in metadata.sorted_tables:
        if table.name in VOLATILE:
            continue
        text = f'SELECT * FROM "{table.name}"'
        rows = await ctx.database.read(Statement(text, (), {}, (), ()), {})
        for row in sorted(str(tuple(each)) for each in rows):
            made.update(f"{table.name}{row}\n".encode())
    return made.hexdigest()


async def refused(ctx: Ctx, attempt: Awaitable[Any]) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, code and (pointer, code) of each fault of what must be refused without a trace."""
    before = await digest(ctx)
    with pytest.raises(FangxinError) as caught:
        await attempt
    assert await digest(ctx) == before
    error = caught.value
    return error.status, error.code, [(each.pointer, each.code) for each in error.errors]


def line(quantity: str = "1", price: str = "100", **more: Any) -> dict[str, Any]:
    return {"quantity": quantity, "unit_price": price, **more}


async def do(ctx: Ctx, object_: str, record: dict[str, Any], key: str, **params: Any) -> Any:
    """Run an action."""
    return await act(ctx, object_, record["id"], key, params)


async def accepted_quote(
    ctx: Ctx, lines: Sequence[dict[str, Any]] = (), currency: str = "CNY", **more: Any
) -> dict[str, Any]:
    """An account with a quote that it has accepted."""
    account = more.pop("account", None) or (await create(ctx, "account", {"name": "Client"}))["id"]
    body = {"name": "Offer", "account": account, "currency": currency, **more}
    quote = await create(ctx, "quote", {**body, "lines": list(lines) or [line()]})
    await do(ctx, "quote", quote, "send")
    accepted: dict[str, Any] = await do(ctx, "quote", quote, "accept")
    return accepted


async def signed_contract(
    ctx: Ctx, total: str = "100", currency: str = "CNY", **more: Any
) -> dict[str, Any]:
    """A signed contract without a quote."""
    account = more.pop("account", None) or (await create(ctx, "account", {"name": "Client"}))["id"]
    money = {"amount": total, "currency": currency}
    contract = await create(
        ctx, "contract", {"name": "Deal", "account": account, "total": money, **more}
    )
    signed: dict[str, Any] = await do(ctx, "contract", contract, "sign")
    return signed


async def planned(ctx: Ctx, contract: dict[str, Any], *amounts: str) -> list[dict[str, Any]]:
    """Its instalments, due far ahead one after the other."""
    lines = [{"due_on": f"20{40 + n}-01-31", "amount": each} for n, each in enumerate(amounts)]
    made = await do(ctx, "contract", contract, "plan_payments", instalments=lines)
    plans: list[dict[str, Any]] = made["payment_plans"]
    return plans


async def pay(ctx: Ctx, contract: dict[str, Any], amount: str, **more: Any) -> dict[str, Any]:
    """Record a payment."""
    money = {"amount": amount, "currency": contract["total"]["currency"]}
    return await create(ctx, "payment", {"contract": contract["id"], "amount": money, **more})
