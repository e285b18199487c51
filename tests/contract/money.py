"""The money of the seeded company, worked out in plain Python: lines and their sums, and what of a
contract is planned, ordered and received.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")


def money(amount: Decimal) -> dict[str, str]:
    """Money as it reads: two digits, more only where there are more."""
    return {"amount": f"{amount:.2f}", "currency": "CNY"}


def amount_of(values: Mapping[str, Any], key: str) -> Decimal:
    return Decimal(values[key]["amount"])


def lines(i: int, products: Sequence[str | None]) -> list[dict[str, Any]]:
    """One line a product, with quantities, discounts and taxes that do not come out even."""
    made = []
    for each, product in enumerate(products):
        line = {
            "product": product,
            "description": f"line {each}",
            "quantity": f"{i % 5 + 1}.5",
            "unit_price": f"{(i * 13 + each * 7) % 89 + 1}.33",
            "discount_percent": str(i % 3 * 7) if i % 3 else None,
            "tax_percent": "13" if each % 2 else None,
        }
        made.append({**line, "amount": plain(_amount(line))})
    return made


def plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _amount(line: Mapping[str, Any]) -> Decimal:
    kept = 1 - Decimal(line["discount_percent"] or 0) / 100
    whole = Decimal(line["quantity"]) * Decimal(line["unit_price"]) * kept
    return whole.quantize(CENT, ROUND_HALF_UP)


def _tax(line: Mapping[str, Any]) -> Decimal:
    rate = Decimal(line["tax_percent"] or 0) / 100
    return (_amount(line) * rate).quantize(CENT, ROUND_HALF_UP)


def amounts(object_: str, i: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a row of the chain holds where the plain values of its type would contradict others."""
    if object_ in {"quote", "order"}:
        net = sum(map(_amount, values["lines"]), Decimal(0))
        tax = sum(map(_tax, values["lines"]), Decimal(0))
        sums = {"subtotal": money(net), "tax": money(tax), "total": money(net + tax)}
        return {"currency": "CNY", **sums}
    if object_ == "contract":
        return {"total": money(Decimal((i * 41) % 97 * 100 + 9010))}
    if object_ == "payment_plan":
        return {"amount": money(Decimal((i * 37) % 89 * 10) + Decimal("200.5"))}
    if object_ == "payment":
        return {"amount": money(Decimal((i * 29) % 83) + Decimal("1.5"))}
    return {}


def settle(rows: Mapping[str, Sequence[Any]], today: date) -> None:
    """Make links and sums along the chain agree with each other, deleted rows left out."""
    by_id = {row.id: row for group in rows.values() for row in group}
    for row in (*rows["order"], *rows["payment_plan"], *rows["payment"]):
        row.values["contract"] = _signed(rows["contract"], row.values["contract"])
    for payment in rows["payment"]:
        plan = payment.values.get("payment_plan")
        if plan is not None:
            payment.values["contract"] = by_id[plan].values["contract"]
    for row in (*rows["payment_plan"], *rows["payment"]):
        row.values.pop("account", None)
        account = by_id[row.values["contract"]].values.get("account")
        row.values |= {"account": account} if account else {}
    for plan in rows["payment_plan"]:
        _settle_plan(plan, rows, today)
    for contract in rows["contract"]:
        plans = _live(rows["payment_plan"], "contract", contract.id)
        for number, values in enumerate(sorted(plans, key=lambda each: each["due_on"]), start=1):
            values["number"] = number
        _settle_contract(contract, rows)


def _signed(contracts: Sequence[Any], id_: str) -> str:
    """The signed contract next to this one: nothing hangs on others."""
    place = next(index for index, row in enumerate(contracts) if row.id == id_)
    signed = [row for row in contracts[place:] + contracts if row.values["state"] == "signed"]
    return str(signed[0].id)


def _live(rows: Sequence[Any], key: str, id_: str) -> list[dict[str, Any]]:
    return [each.values for each in rows if not each.deleted and each.values.get(key) == id_]


def _posted(payments: Sequence[Mapping[str, Any]]) -> Decimal:
    posted = (amount_of(each, "amount") for each in payments if each["state"] == "posted")
    return sum(posted, Decimal(0))


def _settle_plan(plan: Any, rows: Mapping[str, Sequence[Any]], today: date) -> None:
    received = _posted(_live(rows["payment"], "payment_plan", plan.id))
    left = amount_of(plan.values, "amount") - received
    late = date.fromisoformat(plan.values["due_on"]) < today
    state = "overdue" if late else "partial" if received else "open"
    plan.values |= {
        "received": money(received),
        "outstanding": money(left),
        "state": state if left else "paid",
    }


def _settle_contract(contract: Any, rows: Mapping[str, Sequence[Any]]) -> None:
    received = _posted(_live(rows["payment"], "contract", contract.id))
    planned = [
        amount_of(each, "amount") for each in _live(rows["payment_plan"], "contract", contract.id)
    ]
    orders = [
        each
        for each in _live(rows["order"], "contract", contract.id)
        if each["state"] != "cancelled"
    ]
    contract.values |= {
        "received": money(received),
        "outstanding": money(amount_of(contract.values, "total") - received),
        "planned": money(sum(planned, Decimal(0))),
        "ordered": money(sum((amount_of(each, "total") for each in orders), Decimal(0))),
    }
