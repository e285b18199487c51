"""From lead to cash, and the sums that stay within what was agreed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from fangxin.verifying.check import Check, NotAsked, Seen, expect
from fangxin.verifying.visit import Visit

CLIENTS: Final = 8
TOTAL, PART = "1000.00", "300.00"
LINES: Final = [{"description": "verify", "quantity": "2", "unit_price": "100"}]


def _act(visit: Visit, object_: str, id_: str, action: str, **body: Any) -> Any:
    path = f"/{visit.path(object_)}/{id_}/actions/{action}"
    return visit.admin.ask("POST", path, 200, json=body)


def _one_chain(visit: Visit) -> Seen:
    lead = visit.make("lead", {"name": visit.mark, "company": f"{visit.mark} chain"})
    created: dict[str, Any] = {
        each: {"create": {}} for each in ("account", "contact", "opportunity")
    }
    links = _act(visit, "lead", lead["id"], "convert", **created)
    visit.made += [(each, links[each]["id"]) for each in created]
    deal = links["opportunity"]["id"]
    quote = _act(visit, "opportunity", deal, "create_quote")["quote"]["id"]
    visit.made.append(("quote", quote))
    visit.admin.ask("PATCH", f"/quotes/{quote}", 200, json={"lines": LINES})
    for action in ("send", "accept"):
        _act(visit, "quote", quote, action)
    contract = _act(visit, "quote", quote, "create_contract")["contract"]
    visit.made.append(("contract", contract["id"]))
    agreed = visit.admin.ask("GET", f"/quotes/{quote}", 200)["total"]
    expect(contract["total"] == agreed, "The contract is not about what the quote offers.")
    same = contract["account"]["id"] == links["account"]["id"]
    expect(same and contract["quote"]["id"] == quote, "The chain from lead to contract is broken.")
    values = {"amount": agreed["amount"], "currency": agreed["currency"]}
    return Seen(
        "Lead, account, opportunity, quote, contract: {amount} {currency} all along.", values
    )


def _never_above(visit: Visit) -> Seen:
    if not visit.money:
        raise NotAsked("Signed contracts and payments stay for good: ask for it with --money.")
    account = visit.make("account", {"name": f"{visit.mark} payer"})["id"]
    body = {"name": visit.mark, "account": account, "total": TOTAL}
    contract = visit.make("contract", body)["id"]
    _act(visit, "contract", contract, "sign")
    # what is signed cannot be removed, nor whom it binds
    del visit.made[-2:]
    try:
        with ThreadPoolExecutor(CLIENTS) as pool:
            answers = list(pool.map(lambda _: _pay(visit, contract), range(CLIENTS)))
        received = visit.admin.ask("GET", f"/contracts/{contract}", 200)["received"]["amount"]
        taken = [each for each in answers if each]
        total = Decimal(PART) * len(taken)
        expect(Decimal(received) == total, "The sum received is not that of the payments.")
        expect(
            total <= Decimal(TOTAL), "{received} of {due} were taken.", received=received, due=TOTAL
        )
        expect(
            len(taken) == Decimal(TOTAL) // Decimal(PART), "Payments that were due were refused."
        )
    finally:
        _take_back(visit, contract)
    values = {"clients": CLIENTS, "received": received, "due": TOTAL}
    return Seen("{clients} clients at once: {received} of {due} taken, the rest refused.", values)


def _pay(visit: Visit, contract: str) -> bool:
    body = {"contract": contract, "amount": PART}
    return visit.admin.send("POST", "/payments", json=body).status_code == HTTPStatus.CREATED


def _take_back(visit: Visit, contract: str) -> None:
    """Reverse the payments and void the contract: that is as far as the law lets it be undone."""
    mine = {"filter": {"field": "contract", "op": "is", "value": contract}}
    for each in visit.admin.ask("POST", "/payments/query", json=mine)["items"]:
        _act(visit, "payment", each["id"], "reverse", reason=visit.mark)
    _act(visit, "contract", contract, "void", reason=visit.mark)


COURSE: Final = (
    Check("chain", "Leads to cash: one consistent chain from customer to contract", _one_chain),
    Check("payments", "Payments never exceed what is due, whoever pays at once", _never_above),
)
