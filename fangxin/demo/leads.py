"""Leads of the demonstration company: those of its form and those that sellers brought, in every
state; some became deals that the story tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from fangxin.demo.cast import BY_MAIL, department_id
from fangxin.demo.companies import Company, Market, pick
from fangxin.demo.story import Event
from fangxin.kernel.ids import named_id

FORM: Final = named_id("demo", "lead_form", "website")
SEED: Final = 20_261_122
OPEN: Final = 64
CONVERTED: Final = 18
_DAYS: Final = 45
_STATES: Final = (("new", 34), ("working", 32), ("qualified", 18), ("unqualified", 16))
_RATINGS: Final = (("hot", 20), ("warm", 50), ("cold", 30))
_SOURCES: Final = (("website", 48), ("event", 18), ("advertising", 14), ("referral", 20))
_CAMPAIGNS: Final = (
    ("baidu", "cpc", "crm_2026"),
    ("wechat", "social", "autumn_fair"),
    ("bing", "cpc", "brand"),
    ("newsletter", "email", "october"),
)
_REASONS: Final = (
    ("没有预算", "No budget this year"),
    ("规模太小", "Too small for us"),
    ("同行打探", "A competitor looking around"),
    ("电话打不通", "Cannot be reached"),
)
_WISHES: Final = (
    ("想了解三十人团队的报价。", "Please send a price for a team of thirty."),
    ("希望下周安排一次演示。", "Could we have a demonstration next week?"),
    ("目前用 Excel 管客户，想换系统。", "We keep customers in spreadsheets and want to change."),
    ("能否对接我们的订单系统？", "Does it connect to our order system?"),
)
_QUESTIONS: Final = (
    ("name", True),
    ("company", True),
    ("phone", True),
    ("email", False),
    ("description", False),
)


def leads_of(market: Market, events: Sequence[Event]) -> Iterator[Event]:
    """Yield the form, open leads of companies that are not customers, and converted ones that stand
    before deals among `events`.
    """
    # dice of their own: the rest of the story stays as it is
    fair = Market(SEED, market.now, chinese=market.chinese)
    dice = fair.dice
    fair.names = set(market.names)
    yield _form(fair)
    for _ in range(OPEN):
        yield from _open_lead(fair, fair.company())
    deals = [each for each in events if each.object == "opportunity" and each.verb == "create"]
    accounts = {each.id: each for each in events if each.object == "account"}
    people = {each.id: each for each in events if each.object == "contact"}
    for deal in dice.sample(deals, min(CONVERTED, len(deals))):
        account, contact = deal.values["account"], deal.values["contact"]
        yield from _converted_lead(fair, deal, accounts[account], people[contact])


def _keeper() -> dict[str, Any]:
    person = BY_MAIL["sales"]
    return {"owner": person.id, "department": department_id(person.department)}


def _form(market: Market) -> Event:
    chinese = market.chinese
    values = {
        "name": "官网咨询" if chinese else "Website enquiry",
        "key": "contact",
        "title": "联系我们" if chinese else "Talk to us",
        "intro": "留下联系方式，我们一个工作日内回复。"
        if chinese
        else "Leave your details and we answer within one working day.",
        "thanks": "已收到，我们会尽快联系您。"
        if chinese
        else "Thank you, you will hear from us soon.",
        "consent_text": "我同意贵公司就此咨询与我联系。"
        if chinese
        else "I agree to be contacted about this enquiry.",
        "questions": [
            {"field": key, "required": needed, "label": None} for key, needed in _QUESTIONS
        ],
        "source": "website",
        **_keeper(),
    }
    return Event(_began(market), BY_MAIL["marketing"].id, "lead_form", "create", FORM, values)


def _began(market: Market) -> datetime:
    """Return when the form was put up: after everybody was hired, before the first lead."""
    return market.now - timedelta(days=429)


def _open_lead(market: Market, company: Company) -> Iterator[Event]:
    dice, now = market.dice, market.now
    at = market.moment(now - timedelta(days=_DAYS), now - timedelta(hours=3))
    id_ = market.new_id(at)
    state, facts = pick(dice, _STATES), _facts(market, company, at)
    if state == "new" and "form" in facts:
        # who looks after the form has not handed it on yet
        facts |= _keeper()
    yield Event(at, facts["owner"], "lead", "create", id_, facts)
    if state == "new":
        return
    for step in dict.fromkeys(("working", state)):
        at = market.moment(at + timedelta(hours=2), at + timedelta(days=6))
        if at >= now:
            return
        values: dict[str, Any] = {"status": step}
        if step == "unqualified":
            values["unqualified_reason"] = _said(market, dice.choice(_REASONS))
        elif step == "qualified":
            values["rating"] = "hot"
        yield Event(at, company.owner.id, "lead", "update", id_, values)


def _said(market: Market, words: tuple[str, str]) -> str:
    return words[0] if market.chinese else words[1]


def _facts(market: Market, company: Company, at: datetime) -> dict[str, Any]:
    """Draw what is known of a lead on its first day."""
    dice = market.dice
    person = market.contact(company)
    values = {
        "name": person["name"],
        "company": company.values["name"],
        "title": person["title"],
        "phone": person["phone"],
        "email": person["email"],
        "industry": company.values["industry"],
        "address": company.values["address"],
        "rating": pick(dice, _RATINGS),
        **_origin(market, at),
        **market.owned(company),
    }
    # what strangers write is in their own language
    wish = dice.choice(_WISHES)
    values["description"] = wish[0] if company.chinese else wish[1]
    return values


def _origin(market: Market, at: datetime) -> dict[str, Any]:
    source = pick(market.dice, _SOURCES)
    if source not in {"website", "advertising"}:
        return {"source": source}
    campaign, medium, name = market.dice.choice(_CAMPAIGNS)
    found: dict[str, Any] = {
        "source": source,
        "utm_source": campaign,
        "utm_medium": medium,
        "utm_campaign": name,
        "landing_page": f"https://www.example.com/?utm_source={campaign}",
    }
    if source == "website":
        found |= {"form": FORM, "consent_at": at}
    return found


def _converted_lead(market: Market, deal: Event, account: Event, contact: Event) -> Iterator[Event]:
    """Yield a lead that stands before a deal, and its conversion at the hour of the deal."""
    before = min(account.at, contact.at) - timedelta(days=market.dice.randint(1, 9))
    at = max(before, _began(market) + timedelta(hours=1))
    id_ = market.new_id(at)
    known = {key: contact.values[key] for key in ("name", "title", "email", "phone")}
    facts = {key: account.values[key] for key in ("industry", "owner", "department")}
    values = {**known, **facts, "company": account.values["name"], **_origin(market, at)}
    yield Event(at, deal.actor, "lead", "create", id_, values)
    became = {
        "status": "converted",
        "converted_at": deal.at,
        "account": account.id,
        "contact": contact.id,
        "opportunity": deal.id,
    }
    yield Event(deal.at + timedelta(seconds=1), deal.actor, "lead", "update", id_, became)
