"""What became of deals in the demonstration company: quotes, and of those that were won contracts,
orders, instalments and payments, each as it stands today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from fangxin.demo import words
from fangxin.demo.companies import Company, Market
from fangxin.demo.story import Event, Story
from fangxin.fields.money import SCALE, Money
from fangxin.kernel.ids import named_id
from fangxin.modules.sales.document_lines import sums_of
from fangxin.modules.sales.first_records import stage_id

CURRENCY: Final = "CNY"
# shares of the instalments, in percent; the last takes the rest
_PARTS: Final = ((30, 70), (30, 60, 10), (50, 50), (100,), (40, 30, 30))
_DAYS_BETWEEN: Final = 45
# shares: of offers that sell work as well, and that are not sent yet
_WITH_WORK: Final = 0.4
_UNSENT: Final = 0.25
# of instalments that are paid once due, that are then paid whole, that nobody pays ahead
_PAID: Final = 0.9
_PAID_WHOLE: Final = 0.82
_NOT_AHEAD: Final = 0.7
_DELIVERED_AFTER: Final = timedelta(days=40)
_CONFIRMED_AFTER: Final = timedelta(days=6)
_METHODS: Final = ("bank_transfer", "bank_transfer", "bank_transfer", "acceptance", "wechat")
_TERMS: Final = (
    "报价含税，有效期内按约定交付。付款：按回款计划分期。",
    "Prices include delivery. Payment by instalments as agreed in the contract.",
)
_PRODUCT: Final = {
    named_id("demo", "product", str(number)): (number, price)
    for number, (_, _, _, _, price) in enumerate(words.PRODUCTS)
}
_OFFERED: Final = (stage_id("proposal"), stage_id("negotiation"))


@dataclass(frozen=True, slots=True)
class _Deal:
    """A deal as it stands: what was known at first, changed by its course."""

    id: str
    values: dict[str, Any]
    made: datetime
    moved: datetime


@dataclass(slots=True)
class _Chain:
    """Tells what follows from one deal; the dice are its own, so that the story stays as it is."""

    market: Market
    company: Company
    deal: _Deal

    def at(self, earliest: datetime, latest: datetime) -> datetime:
        """Draw a moment between two, never after now."""
        now = self.market.now
        return self.market.moment(min(earliest, now), min(max(earliest, latest), now))

    def event(self, at: datetime, object_: str, values: dict[str, Any]) -> Event:
        """Return a record that is made at a moment; its values hold a new id."""
        owned = self.market.owned(self.company)
        id_ = self.market.new_id(at)
        return Event(at, self.company.owner.id, object_, "create", id_, {**values, **owned})

    def text(self, both: tuple[str, str]) -> str:
        """Return what our people write in the company's language."""
        return both[0] if self.market.chinese else both[1]

    # ------------------------------------------------------------ the documents

    def lines(self) -> list[dict[str, Any]]:
        """Draw the lines of an offer: the product of the deal and what goes with it."""
        dice, product = self.market.dice, self.deal.values["product"]
        number, price = _PRODUCT[product]
        count = max(1, round(self.deal.values["amount"].amount / 10**SCALE / price))
        chinese, english = words.PRODUCTS[number][:2]
        discount = dice.choice((None, None, Decimal(5), Decimal("8.5"), Decimal(12)))
        lines = [
            _line(product, chinese if self.market.chinese else english, count, price, discount)
        ]
        if dice.random() < _WITH_WORK:
            service = self.text(("安装与培训", "Installation and training"))
            lines.append(_line(None, service, dice.randint(1, 5), 1800, None))
        return lines

    def quote(self, state: str, at: datetime, valid: int = 30) -> Event:
        """Return an offer as it stands; amounts and sums are worked out as it is written."""
        values = {
            "name": self.deal.values["name"],
            "account": self.company.id,
            "contact": self.deal.values["contact"],
            "opportunity": self.deal.id,
            "currency": CURRENCY,
            "lines": self.lines(),
            "valid_until": (at + timedelta(days=valid)).date(),
            "state": state,
            "sent_on": at.date() if state != "draft" else None,
            "terms": self.text(_TERMS),
        }
        if state == "accepted":
            values["accepted_on"] = self.deal.moved.date()
        return self.event(at, "quote", values)

    def offered(self) -> Iterator[Event]:
        """Yield the offer of a deal that is still open."""
        at, now = self.deal.moved, self.market.now
        valid = self.market.dice.choice((10, 20, 30))
        late = (at + timedelta(days=valid)).date() < now.date()
        state = "draft" if self.market.dice.random() < _UNSENT else "sent"
        yield self.quote("expired" if late and state == "sent" else state, at, valid)

    def won(self) -> Iterator[Event]:
        """Yield all that follows from a deal that was won."""
        made, moved = self.deal.made, self.deal.moved
        quote = self.quote("accepted", self.at(made + (moved - made) / 2, moved))
        yield quote
        total = _money(sums_of(quote.values["lines"], CURRENCY)["total"])
        owner = self.company.owner.id
        yield Event(moved, owner, "opportunity", "update", self.deal.id, {"amount": total})
        # written as it stands today
        self.company.values["status"] = "active"
        at = self.at(moved + timedelta(hours=1), moved + timedelta(days=4))
        signed = self.at(at + timedelta(hours=1), at + timedelta(days=6))
        draft = self.market.now - signed < timedelta(days=2)
        contract = self.event(at, "contract", self.contract(quote, total, signed, draft=draft))
        after = list(self.money_of(contract, total, signed))
        if not draft:
            after.append(self.order(contract, quote, total, signed))
        received = sum(e.values["amount"].amount for e in after if e.object == "payment")
        planned = sum(e.values["amount"].amount for e in after if e.object == "payment_plan")
        contract.values.update(
            received=_units(received),
            outstanding=_units(total.amount - received),
            planned=_units(planned),
            ordered=total if not draft else _units(0),
        )
        yield contract
        yield from after

    def contract(
        self, quote: Event, total: Money, signed: datetime, *, draft: bool
    ) -> dict[str, Any]:
        """Return the contract of an accepted offer but for its sums."""
        kept = {key: quote.values[key] for key in ("name", "account", "contact", "opportunity")}
        course = {"state": "draft"} if draft else {"state": "signed", "signed_on": signed.date()}
        runs = {"starts_on": signed.date(), "ends_on": (signed + timedelta(days=365)).date()}
        return {**kept, "quote": quote.id, "total": total, **runs, **course}

    def order(self, contract: Event, quote: Event, total: Money, signed: datetime) -> Event:
        """Return the order of a signed contract."""
        at = self.at(signed + timedelta(hours=2), signed + timedelta(days=3))
        age = self.market.now - at
        values = {
            "name": contract.values["name"],
            "account": self.company.id,
            "contract": contract.id,
            "currency": CURRENCY,
            "lines": quote.values["lines"],
            "ship_to": self.company.values["address"],
            "deliver_by": (at + _DELIVERED_AFTER).date(),
            "total": total,
            "state": "draft",
        }
        if age > _CONFIRMED_AFTER:
            values |= {"state": "confirmed", "confirmed_on": (at + timedelta(days=2)).date()}
        if age > _DELIVERED_AFTER:
            day = at + timedelta(days=self.market.dice.randint(20, 39))
            values |= {"state": "delivered", "delivered_on": day.date()}
        return self.event(at, "order", values)

    # ------------------------------------------------------------ the money

    def money_of(self, contract: Event, total: Money, signed: datetime) -> Iterator[Event]:
        """Yield the instalments with what came in for each."""
        dice, left = self.market.dice, total.amount
        parts = dice.choice(_PARTS)
        for number, percent in enumerate(parts, start=1):
            last = number == len(parts)
            amount = left if last else total.amount * percent // 100 // 10**SCALE * 10**SCALE
            left -= amount
            due = signed + timedelta(days=15 + _DAYS_BETWEEN * (number - 1))
            paid = self.paid(contract, amount, due, signed)
            got = paid.values["amount"].amount if paid is not None else 0
            plan = self.plan(contract, number, due.date(), amount, got)
            yield plan
            if paid is not None:
                paid.values["payment_plan"] = plan.id
                yield paid

    def plan(self, contract: Event, number: int, due: date, amount: int, got: int) -> Event:
        """Return an instalment as it stands."""
        late = due < self.market.now.date()
        state = "overdue" if late else "partial" if got else "open"
        values = {
            "number": number,
            "contract": contract.id,
            "account": self.company.id,
            "due_on": due,
            "amount": _units(amount),
            "received": _units(got),
            "outstanding": _units(amount - got),
            "state": state if amount > got else "paid",
        }
        return self.event(contract.at, "payment_plan", values)

    def paid(self, contract: Event, amount: int, due: datetime, signed: datetime) -> Event | None:
        """Return what came in for an instalment: mostly all and about in time, some of it, or
        nothing yet.
        """
        dice, now = self.market.dice, self.market.now
        at = due + timedelta(days=dice.randint(-9, 20))
        chance = dice.random()
        early = due > now and chance > _NOT_AHEAD
        if early:
            at = now - timedelta(days=dice.randint(1, 6))
        unpaid = at > now or at <= signed or chance > _PAID
        if unpaid or contract.values["state"] != "signed":
            return None
        partial = early or chance > _PAID_WHOLE
        got = amount // 2 // 10**SCALE * 10**SCALE if partial else amount
        if got == 0:
            return None
        values = {
            "name": contract.values["name"],
            "contract": contract.id,
            "account": self.company.id,
            "amount": _units(got),
            "received_on": at.date(),
            "method": dice.choice(_METHODS),
            "reference": f"{at:%Y%m%d}{dice.randint(100_000, 999_999)}",
            "state": "posted",
        }
        return self.event(at, "payment", values)


def _line(
    product: str | None, text: str, count: int, price: int, discount: Decimal | None
) -> dict[str, Any]:
    return {
        "product": product,
        "description": text,
        "quantity": Decimal(count),
        "unit_price": Decimal(price),
        "discount_percent": discount,
        "tax_percent": Decimal(13) if product is not None else Decimal(6),
        "amount": None,
    }


def _units(amount: int) -> Money:
    return Money(amount, CURRENCY, amount)


def _money(amount: Decimal) -> Money:
    return _units(int(amount.scaleb(SCALE)))


def _deals(events: Sequence[Event]) -> Iterator[_Deal]:
    """Yield the deals of some events as they ended."""
    for first in events:
        if first.object == "opportunity" and first.verb == "create":
            later = [each for each in events if each.id == first.id and each is not first]
            values = dict(first.values)
            for each in later:
                values |= each.values
            yield _Deal(first.id, values, first.at, max(e.at for e in (first, *later)))


def told_to_the_end(story: Story, company: Company) -> Iterator[Event]:
    """Yield what happened around a company, and what followed from its deals."""
    events = list(story.of_company(company))
    yield from events
    for deal in _deals(events):
        market = Market(deal.id, story.market.now, chinese=story.market.chinese)
        if market.dice.random() > story.share:
            continue
        told = _Chain(market, company, deal)
        if deal.values["stage"] == stage_id("won"):
            yield from told.won()
        elif deal.values["stage"] in _OFFERED:
            yield from told.offered()
