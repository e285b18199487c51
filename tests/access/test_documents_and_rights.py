"""Field rights along the chain: what one may not read is neither printed nor carried over."""

from __future__ import annotations

from typing import Any

import pytest

from fangxin.kernel.context import Ctx
from fangxin.modules.base.default_roles import ROLES
from fangxin.printing.sheet import read_sheet
from fangxin.records.act import act


async def _seller(company: Any, **rules: Any) -> Ctx:
    """A salesperson with further field rules, by object."""
    sales = next(role for role in ROLES if role["key"] == "sales")
    body = {key: value for key, value in sales.items() if key not in {"id", "key", "name"}}
    await company.role("less", **{**body, "field_rules": {**body["field_rules"], **rules}})
    await company.person("less", "less", "shanghai")
    await company.forget()
    made: Ctx = await company.ctx("less")
    return made


@pytest.mark.parametrize("read", ["masked", "none"])
async def test_a_customer_one_may_not_read_is_not_printed(company: Any, read: str) -> None:
    ctx = await _seller(company, contract={"account": {"read": read, "edit": False}})
    account = await company.account("Huaxing Ltd", "less", "shanghai")
    owner = company.people["less"]
    total = {"amount": "5", "currency": "CNY"}
    contract = await company.make(
        "contract", name="Deal", account=account, total=total, owner=owner
    )
    whole = await read_sheet(company.system, "contract", contract, "en")
    assert whole.signatures[1] == "Huaxing Ltd"
    sheet = await read_sheet(ctx, "contract", contract, "en")
    assert (sheet.name, sheet.buyer, sheet.signatures[1]) == ("Deal", [], "Customer")
    assert "Huaxing" not in str(sheet.plain())


async def test_an_amount_one_may_not_read_is_not_carried_over(company: Any) -> None:
    ctx = await _seller(company, opportunity={"amount": {"read": "none", "edit": False}})
    product = await company.make("product", name="Pump", code="P1", list_price="20")
    pipeline = await company.make("pipeline", name="p", order=1)
    stage = await company.make("stage", name="s", key="s", pipeline=pipeline, order=1, kind="open")
    body = {"pipeline": pipeline, "stage": stage, "owner": company.people["less"]}
    body["account"] = await company.account("A", "less", "shanghai")
    deal = await company.make("opportunity", name="Deal", product=product, amount="777", **body)
    quote = (await act(ctx, "opportunity", deal, "create_quote", {}))["quote"]
    assert [each["unit_price"] for each in quote["lines"]] == ["20"]
    plain = await company.make("opportunity", name="Plain", amount="778", **body)
    quote = (await act(ctx, "opportunity", plain, "create_quote", {}))["quote"]
    assert quote["lines"] == []
    whole = (await act(company.system, "opportunity", deal, "create_quote", {}))["quote"]
    assert [each["unit_price"] for each in whole["lines"]] == ["777"]
