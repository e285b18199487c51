"""Made-up companies, their people and what they buy, as values by field key."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zlib import crc32

from fangxin.demo import words
from fangxin.demo.cast import SELLERS, Person, department_id
from fangxin.fields.money import SCALE, Money
from fangxin.kernel.ids import named_id

_STATUSES: Final = (("active", 50), ("prospect", 32), ("dormant", 13), ("lost", 5))
_SOURCES: Final = (
    ("website", 26),
    ("referral", 24),
    ("event", 18),
    ("partner", 14),
    ("cold_call", 18),
)
_INDUSTRIES: Final = tuple(words.TRADES)
_ROLES: Final = ("decision_maker", "influencer", "user", "gatekeeper")


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the demonstration: id, owner, language, and the short name people use."""

    id: str
    owner: Person
    chinese: bool
    short: str
    born: datetime
    values: dict[str, Any]


def money(yuan: int) -> Money:
    """Return whole yuan as money."""
    return Money(yuan * 10**SCALE, "CNY", yuan * 10**SCALE)


def pick(dice: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    """Choose by weight."""
    return dice.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]


def products() -> list[tuple[str, dict[str, Any]]]:
    """Return (id, values) of the catalogue."""
    return [
        (
            named_id("demo", "product", str(number)),
            {
                "name": f"{chinese} {english}",
                "code": f"P-{100 + number}",
                "category": category,
                "unit": unit,
                "list_price": money(price),
                "active": True,
            },
        )
        for number, (chinese, english, category, unit, price) in enumerate(words.PRODUCTS)
    ]


def _chinese_name(dice: random.Random, industry: str) -> tuple[str, str, str]:
    city = dice.choice(words.PLACES)[1]
    brand = dice.choice(words.FIRST_CHARACTERS) + dice.choice(words.SECOND_CHARACTERS)
    if dice.random() < 0.3:  # noqa: PLR2004 - a third has three characters
        brand += dice.choice(words.SECOND_CHARACTERS)
    trade = dice.choice(words.TRADES[industry])
    return f"{city}{brand}{trade}{dice.choice(words.FORMS)}", brand + trade[:2], city


def _english_name(dice: random.Random, industry: str) -> tuple[str, str, str]:
    brand, second = dice.sample(words.BRANDS, 2)
    noun = dice.choice(words.NOUNS[industry])
    short = f"{brand} {second} {noun}" if dice.random() < 0.6 else f"{brand} {noun}"  # noqa: PLR2004
    return f"{short} {dice.choice(words.ENGLISH_FORMS)}", short, ""


def _address(dice: random.Random, city: str) -> dict[str, str]:
    number = dice.randint(1, 999)
    if not city:
        country, region, town = dice.choice(words.FOREIGN)
        street = f"{number} {dice.choice(words.ROADS)}"
        return {"country": country, "region": region, "city": town, "street": street}
    region, _, district = next(place for place in words.PLACES if place[1] == city)
    street = f"{dice.choice(words.STREETS)}{number}号"
    return {"country": "CN", "region": region, "city": city, "district": district, "street": street}


def _mobile(dice: random.Random, *, chinese: bool) -> str:
    if chinese:
        return f"+861{dice.choice('35789')}{dice.randint(0, 999_999_999):09d}"
    return f"+1{dice.randint(201, 989)}{dice.randint(200, 999)}{dice.randint(0, 9999):04d}"


def _dice(seed: int | str) -> random.Random:
    # made up, not secret
    return random.Random(seed)  # noqa: S311


class Market:
    """Draws companies; dice decide everything, so that one seed gives one market.

    Each company throws dice of its own: what happens around one, which depends on the day, moves no
    other. The story ends as the day of `now` begins, and so is the same all day.
    What the company's own people write is in its language (`chinese`), whatever the customer's.
    Of `parts` markets side by side each has the names and numbers that no other has.
    """

    def __init__(
        self,
        seed: int | str,
        now: datetime,
        part: int = 0,
        parts: int = 1,
        *,
        chinese: bool = True,
    ) -> None:
        self.seed = seed
        self.dice = _dice(seed)
        self.now = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self.chinese = chinese
        self.names: set[str] = set()
        self.number = part
        self.part = part
        self.parts = parts

    def new_id(self, moment: datetime) -> str:
        """Make a UUIDv7 of `moment` from the dice."""
        milliseconds = int(moment.timestamp() * 1000)
        low = self.dice.getrandbits(62)
        value = (milliseconds << 80) | (0x7 << 76) | (self.dice.getrandbits(12) << 64)
        text = f"{value | (0b10 << 62) | low:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def moment(self, earliest: datetime, latest: datetime) -> datetime:
        """Draw a moment of a working day between two moments."""
        span = max(1, int((latest - earliest).total_seconds()))
        moment = earliest + timedelta(seconds=self.dice.randrange(span))
        # 9 to 18 o'clock in China is 1 to 10 in UTC
        moment = moment.replace(hour=self.dice.randint(1, 9), minute=self.dice.randint(0, 59))
        if moment.weekday() > 4:  # noqa: PLR2004 - the weekend
            moment -= timedelta(days=2)
        return min(max(moment, earliest), latest)

    def company(self) -> Company:
        """Draw a company that is not there yet, with dice for all that follows from it."""
        self.number += self.parts
        dice = self.dice = _dice(f"{self.seed}/{self.number}")
        owner = dice.choice(SELLERS)
        chinese = owner.locale == "zh-CN" and dice.random() < 0.93  # noqa: PLR2004 - few foreigners
        while True:
            industry = dice.choice(_INDUSTRIES)
            draw = _chinese_name if chinese else _english_name
            name, short, city = draw(dice, industry)
            if name not in self.names and crc32(name.encode()) % self.parts == self.part:
                break
        self.names.add(name)
        born = self.moment(self.now - timedelta(days=420), self.now - timedelta(days=12))
        return Company(
            self.new_id(born), owner, chinese, short, born, self._facts(name, industry, city, owner)
        )

    def _facts(self, name: str, industry: str, city: str, owner: Person) -> dict[str, Any]:
        dice = self.dice
        employees = int(dice.lognormvariate(4.8, 1.1)) + 5
        domain = f"{dice.choice(words.BRANDS).lower()}{self.number}.example.com"
        return {
            "name": name,
            "status": pick(dice, _STATUSES),
            "industry": industry,
            "phone": _mobile(dice, chinese=bool(city)),
            "email": f"info@{domain}",
            "website": f"https://{domain}",
            "address": _address(dice, city),
            "employees": employees,
            "annual_revenue": money(employees * dice.randint(200, 900) * 1000),
            "source": pick(dice, _SOURCES),
            "tags": dice.choices([None, ["重点客户"], ["VIP"], ["续约"]], [80, 10, 5, 5])[0],
            "owner": owner.id,
            "department": department_id(owner.department),
        }

    def contact(self, company: Company) -> dict[str, Any]:
        """Draw a person of the company."""
        dice = self.dice
        if company.chinese:
            name = dice.choice(words.SURNAMES) + "".join(
                dice.sample(words.GIVEN, dice.choice((1, 2, 2)))
            )
            title, mail = dice.choice(words.TITLES), f"u{dice.randint(1000, 9999)}"
        else:
            first, last = dice.choice(words.FIRST_NAMES), dice.choice(words.LAST_NAMES)
            name, mail = f"{first} {last}", f"{first}.{last}".lower()
            title = dice.choice(words.ENGLISH_TITLES)
        domain = company.values["email"].partition("@")[2]
        return {
            "name": name,
            "account": company.id,
            "title": title,
            "email": f"{mail}@{domain}",
            "phone": _mobile(dice, chinese=company.chinese),
            "decision_role": dice.choice(_ROLES),
            "birthday": date(dice.randint(1965, 1998), dice.randint(1, 12), dice.randint(1, 28)),
            **self.owned(company),
        }

    def owned(self, company: Company) -> dict[str, Any]:
        """Return owner and department of whatever hangs on a company."""
        return {key: company.values[key] for key in ("owner", "department")}

    def deal(self, company: Company, contact: str | None) -> dict[str, Any]:
        """Draw what a company may buy: everything of an opportunity but its course."""
        dice = self.dice
        number = dice.randrange(len(words.PRODUCTS))
        chinese, english, _, _, price = words.PRODUCTS[number]
        count = max(1, int(dice.lognormvariate(1.2, 0.9)) * (30 if price < 10_000 else 1))  # noqa: PLR2004
        name = f"{company.short}{chinese}项目" if self.chinese else f"{company.short}: {english}"
        return {
            "name": name,
            "account": company.id,
            "contact": contact,
            "product": named_id("demo", "product", str(number)),
            "amount": money(price * count * dice.randint(80, 100) // 100 // 100 * 100),
            **self.owned(company),
        }

    def talk(self, company: Company) -> dict[str, Any]:
        """Draw something that was said or done."""
        talks = words.TALKS if self.chinese else words.ENGLISH_TALKS
        kind, subject, body = self.dice.choice(talks)
        return {"kind": kind, "subject": subject, "body": body, **self.owned(company)}

    def todo(self, company: Company) -> dict[str, Any]:
        """Draw something to be done."""
        todos = words.TODOS if self.chinese else words.ENGLISH_TODOS
        return {
            "subject": f"{self.dice.choice(todos)} · {company.short}",
            "priority": self.dice.choices(("low", "normal", "high"), (15, 60, 25))[0],
            "assignee": company.owner.id,
            **self.owned(company),
        }
