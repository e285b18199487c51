"""Records in the state that an action asks for: a quote that was sent, a signed contract."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx

NUMBERS = itertools.count(1)
LINES = [{"description": "Pump", "quantity": "1", "unit_price": "100"}]
FAR = "2040-01-31"
LAID = {
    "applies_to": "task",
    "place": "record",
    "body": {"tabs": [{"sections": [{"columns": [["name"]]}]}]},
}
# at rest, so that no other call meets it
RULE: dict[str, Any] = {"of_object": "product", "kind": "display", "active": False}
RULE |= {"effects": {"hide": ["description"]}}
# an object takes 50 sharing rules
LENT = itertools.cycle(("account", "contact", "lead", "opportunity", "task", "contract", "order"))
# each shipped field is encrypted once, and these are asked by no other call
TEXTS = {
    "lead": "utm_source utm_medium utm_campaign utm_term utm_content landing_page referrer",
    "opportunity": "lost_reason next_step",
    "quote": "rejected_reason terms description",
    "contract": "void_reason terms",
    "order": "cancel_reason description",
    "payment": "reverse_reason reference",
    "product": "unit category",
    "user": "title mobile",
}
SHIPPED = itertools.cycle(
    {"of_object": name, "field": key} for name, keys in TEXTS.items() for key in keys.split()
)
NAMED = {"field": "name", "op": "is", "value": "Pump"}


class Walk:
    """Carries deals as far as one user may; None where he may not."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.sealed: str | None = None

    def _make(self, path: str, body: dict[str, Any]) -> str | None:
        made = self.client.post(f"/{path}", params={"allow_duplicates": "true"}, json=body)
        if made.status_code == 403:
            return None
        assert made.status_code == 201, (path, made.text)
        return str(made.json()["id"])

    def _act(self, path: str, id_: str | None, action: str, **params: Any) -> str | None:
        if id_ is not None:
            done = self.client.post(f"/{path}/{id_}/actions/{action}", json=params)
            assert done.status_code in {200, 403}, (path, action, done.text)
        return id_

    def account(self) -> str | None:
        return self._make("accounts", {"name": f"Walked {next(NUMBERS)}"})

    def quote(self, *actions: str) -> str | None:
        body = {"name": "Offer", "account": self.account(), "lines": LINES}
        id_ = self._make("quotes", body)
        for action in actions:
            self._act("quotes", id_, action)
        return id_

    def order(self, *actions: str) -> str | None:
        body = {"name": "Order", "account": self.account(), "lines": LINES}
        id_ = self._make("orders", body)
        for action in actions:
            self._act("orders", id_, action)
        return id_

    def contract(self) -> str | None:
        """A signed contract over 100."""
        body = {"name": "Deal", "account": self.account(), "total": "100"}
        return self._act("contracts", self._make("contracts", body), "sign")

    def plan(self) -> str | None:
        """An instalment of a signed contract."""
        contract = self.contract()
        lines = [{"due_on": FAR, "amount": "100"}]
        done = self.client.post(
            f"/contracts/{contract}/actions/plan_payments", json={"instalments": lines}
        )
        return str(done.json()["payment_plans"][0]["id"]) if done.status_code == 200 else None

    def payment(self) -> str | None:
        return self._make("payments", {"contract": self.contract(), "amount": "1"})

    def lead_form(self) -> str | None:
        body = {"name": f"Form {next(NUMBERS)}", "questions": [{"field": "name"}]}
        return self._make("lead_forms", body)

    def layout(self) -> str | None:
        return self._make("page_layouts", {"name": f"Layout {next(NUMBERS)}", **LAID})

    def rule(self) -> str | None:
        return self._make("rules", {"name": f"Rule {next(NUMBERS)}", **RULE})

    def lending(self) -> dict[str, Any]:
        """A sharing rule for the user's own role."""
        role = self.client.get("/auth/me").json()["role"]["id"]
        lent = {"applies_to": next(LENT), "active": False, "condition": NAMED}
        return {**lent, "holders": [{"object": "role", "id": role}]}

    def sharing_rule(self) -> str | None:
        return self._make("sharing_rules", {"name": f"Loan {next(NUMBERS)}", **self.lending()})

    def encrypted_field(self) -> str | None:
        """The same one each time: there is no way back."""
        self.sealed = self.sealed or self._make("encrypted_fields", next(SHIPPED))
        return self.sealed

    def rate(self) -> str | None:
        return self._make("exchange_rates", {"currency": "USD", "rate": "7", **_own_day()})


def _own_day() -> dict[str, str]:
    """A day from which no other rate is valid."""
    return {"valid_from": str(date(2000, 1, 1) + timedelta(days=next(NUMBERS)))}


# what metadata alone cannot tell how to make
FRESH: dict[str, Callable[[Walk], str | None]] = {
    "exchange_rates": Walk.rate,
    "payments": Walk.payment,
    "payment_plans": Walk.plan,
    "lead_forms": Walk.lead_form,
    "page_layouts": Walk.layout,
    "rules": Walk.rule,
    "sharing_rules": Walk.sharing_rule,
    "encrypted_fields": Walk.encrypted_field,
}
# the record that an action wants
READY: dict[str, Callable[[Walk], str | None]] = {
    "send_quote": Walk.quote,
    "accept_quote": lambda walk: walk.quote("send"),
    "reject_quote": lambda walk: walk.quote("send"),
    "revise_quote": lambda walk: walk.quote("send"),
    "create_contract_quote": lambda walk: walk.quote("send", "accept"),
    "confirm_order": Walk.order,
    "deliver_order": lambda walk: walk.order("confirm"),
    "plan_payments_contract": Walk.contract,
    "end_contract": Walk.contract,
    "create_order_contract": Walk.contract,
}


def _instalments(body: dict[str, Any], walk: Walk) -> None:
    body["instalments"] = [{"due_on": FAR, "amount": "100"}]


def _deal(body: dict[str, Any], walk: Walk) -> None:
    # what a stage asks for, and which may follow which, is shown elsewhere
    for key in ("stage", "pipeline"):
        body.pop(key, None)


def _payment(body: dict[str, Any], walk: Walk) -> None:
    body |= {"contract": walk.contract(), "amount": "1"}
    for key in ("payment_plan", "received_on"):
        body.pop(key, None)


def _form(body: dict[str, Any], walk: Walk) -> None:
    body["questions"] = [{"field": "name"}]
    for key in ("key", "owner", "redirect_url", "domains"):
        body.pop(key, None)


def _layout(body: dict[str, Any], walk: Walk) -> None:
    body |= LAID
    for key in ("roles", "record_type"):
        body.pop(key, None)


def _recorded(body: dict[str, Any], walk: Walk) -> None:
    # a payment stays as it was recorded, but for words about it
    for key in set(body) - {"description", "tags"}:
        del body[key]


def _plan(body: dict[str, Any], walk: Walk) -> None:
    for key in ("contract", "order", "amount"):
        body.pop(key, None)


def _new_plan(body: dict[str, Any], walk: Walk) -> None:
    _plan(body, walk)
    body |= {"contract": walk.contract(), "amount": "1"}


def _order(body: dict[str, Any], walk: Walk) -> None:
    # an order goes to a contract that is signed and has room for it
    for key in ("contract", "lines", "currency"):
        body.pop(key, None)


def _rate(body: dict[str, Any], walk: Walk) -> None:
    # one rate a day of a currency, and each near the one before it
    body |= {"currency": "USD", "rate": "7", **_own_day()}


def _rule(body: dict[str, Any], walk: Walk) -> None:
    body.pop("field", None)
    body |= RULE


def _lending(body: dict[str, Any], walk: Walk) -> None:
    body |= walk.lending()


def _encryption(body: dict[str, Any], walk: Walk) -> None:
    body |= next(SHIPPED)


def _encrypted(body: dict[str, Any], walk: Walk) -> None:
    for key in ("of_object", "field"):
        body.pop(key, None)


def _conversion(body: dict[str, Any], walk: Walk) -> None:
    # what the document calls any JSON is an id or the fields of a new record: left out, all is made
    for key in ("account", "contact", "opportunity"):
        body.pop(key, None)


# the parts of a body that have to agree with something else
AGREED: dict[str, Callable[[dict[str, Any], Walk], None]] = {
    "plan_payments_contract": _instalments,
    "convert_lead": _conversion,
    **dict.fromkeys(("create_opportunity", "update_opportunity"), _deal),
    "create_payment": _payment,
    "update_payment": _recorded,
    "create_payment_plan": _new_plan,
    "update_payment_plan": _plan,
    **dict.fromkeys(("create_exchange_rate", "update_exchange_rate"), _rate),
    **dict.fromkeys(("create_order", "update_order"), _order),
    **dict.fromkeys(("create_page_layout", "update_page_layout"), _layout),
    **dict.fromkeys(("create_rule", "update_rule"), _rule),
    **dict.fromkeys(("create_sharing_rule", "update_sharing_rule"), _lending),
    "create_encrypted_field": _encryption,
    "update_encrypted_field": _encrypted,
    **dict.fromkeys(("create_lead_form", "update_lead_form"), _form),
}

# refused to everybody, by the nature of the thing: each call must be answered with 409
NEVER = {
    "delete_payment": "a payment stays as it was recorded; it is reversed, not removed",
    "restore_payment": "what cannot be deleted lies in no recycle bin",
    "delete_encrypted_field": "a shipped field that was encrypted stays so",
    "restore_encrypted_field": "what cannot be deleted lies in no recycle bin",
}
