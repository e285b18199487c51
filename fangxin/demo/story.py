"""What happened in the demonstration company during the last year, as writes in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from fangxin.demo import words
from fangxin.demo.cast import BY_MAIL, Person, department_id
from fangxin.demo.companies import Company, Market
from fangxin.fields.link import Reference
from fangxin.modules.sales.first_records import stage_id

OPEN: Final = ("prospecting", "engaging", "proposal", "negotiation")
# after so many days without an end a deal is decided
_PATIENCE: Final = 130
_MENTION_EVERY: Final = 14


@dataclass(frozen=True, slots=True)
class Event:
    """One write: who, when, what. `verb` is create or update; values by field key."""

    at: datetime
    actor: str
    object: str
    verb: str
    id: str
    values: dict[str, Any]


class Story:
    """Tells what happened around companies; `share` is how much of talks, tasks and people it
    tells.
    """

    def __init__(self, market: Market, share: float = 1.0) -> None:
        self.market = market
        self.share = share
        self.talks = 0

    @property
    def dice(self) -> Random:
        """The dice of the company that is told of."""
        return self.market.dice

    def of_company(self, company: Company) -> Iterator[Event]:
        """Yield the company, its people, its deals with their course, its tasks."""
        dice, now = self.dice, self.market.now
        yield Event(company.born, company.owner.id, "account", "create", company.id, company.values)
        people = []
        for place in range(dice.choice((1, 1, 1, 2, 2, 3)) if self.share == 1 else 1):
            at = min(company.born + timedelta(minutes=7 * (place + 1)), now)
            people.append(self.market.new_id(at))
            yield self._made(at, company, "contact", people[-1], self.market.contact(company))
        for _ in range(dice.choice((0, 1, 1, 1, 1, 2))):
            yield from self._deal(company, dice.choice(people))
        if dice.random() < 0.5 * self.share:
            at = self.market.moment(company.born, now)
            yield self._talk(company, at, Reference("account", company.id))

    def _made(
        self, at: datetime, company: Company, object_: str, id_: str, values: dict[str, Any]
    ) -> Event:
        return Event(at, company.owner.id, object_, "create", id_, values)

    def _deal(self, company: Company, contact: str) -> Iterator[Event]:
        dice, now = self.dice, self.market.now
        first = company.born + timedelta(hours=1)
        at = self.market.moment(first, now - timedelta(days=2))
        id_ = self.market.new_id(at)
        values = self.market.deal(company, contact)
        values |= {
            "stage": stage_id(OPEN[0]),
            "engaged_on": at.date() if dice.random() < 0.8 else None,  # noqa: PLR2004
            "expected_close_date": (at + timedelta(days=dice.randint(40, 120))).date(),
        }
        yield self._made(at, company, "opportunity", id_, values)
        about = Reference("opportunity", id_)
        yield from self._course(company, at, id_, about)

    def _course(
        self, company: Company, at: datetime, id_: str, about: Reference
    ) -> Iterator[Event]:
        """Yield the moves of a deal: forward step by step, decided after some time."""
        dice, now, began = self.dice, self.market.now, at
        for place, key in enumerate(OPEN):
            if dice.random() < self.share:
                yield self._talk(company, min(at + timedelta(hours=3), now), about)
            last, at = at, self.market.moment(at + timedelta(days=4), at + timedelta(days=34))
            decided = place > 0 and dice.random() < 0.12 * place
            if at > now:
                yield from self._open_tasks(company, about, last)
                return
            if decided or key == OPEN[-1] or (at - began).days > _PATIENCE:
                yield self._end(company, at, id_)
                return
            move: dict[str, Any] = {
                "stage": stage_id(OPEN[place + 1]),
                "next_step": self._next_step(),
            }
            if dice.random() < 0.3:  # noqa: PLR2004 - some slip
                move["expected_close_date"] = (at + timedelta(days=dice.randint(10, 60))).date()
            yield Event(at, company.owner.id, "opportunity", "update", id_, move)
            if dice.random() < 0.6 * self.share:
                yield self._done_task(company, at, about)

    def _end(self, company: Company, at: datetime, id_: str) -> Event:
        if self.dice.random() < 0.63:  # noqa: PLR2004 - about as many as good teams win
            values: dict[str, Any] = {"stage": stage_id("won"), "closed_on": at.date()}
        else:
            reasons = words.REASONS if self.market.chinese else words.ENGLISH_REASONS
            reason = self.dice.choice(reasons)
            values = {"stage": stage_id("lost"), "lost_reason": reason, "closed_on": at.date()}
        return Event(at, company.owner.id, "opportunity", "update", id_, values)

    def _next_step(self) -> str:
        steps = words.NEXT_STEPS if self.market.chinese else words.ENGLISH_NEXT_STEPS
        return self.dice.choice(steps)

    def _talk(self, company: Company, at: datetime, about: Reference) -> Event:
        self.talks += 1
        values = self.market.talk(company) | {"at": at, "about": about}
        if self.talks % _MENTION_EVERY == 0:
            told = BY_MAIL["sales" if company.owner.mail != "sales" else "manager"]
            mentions = words.MENTIONS if self.market.chinese else words.ENGLISH_MENTIONS
            text = self.dice.choice(mentions).format(name=told.name, id=told.id)
            values |= {"kind": "note", "body": text}
            values["subject"] = "需要协助" if self.market.chinese else "Need a hand"
        return self._made(at, company, "activity", self.market.new_id(at), values)

    def _task(self, company: Company, made: datetime, due: datetime, about: Reference) -> Event:
        values = self.market.todo(company) | {"due_at": due, "about": about}
        return self._made(made, company, "task", self.market.new_id(made), values)

    def _done_task(self, company: Company, at: datetime, about: Reference) -> Event:
        done = min(at + timedelta(hours=20), self.market.now)
        event = self._task(company, at, at + timedelta(days=1), about)
        return Event(
            event.at, event.actor, "task", "create", event.id, {**event.values, "done_at": done}
        )

    def _open_tasks(self, company: Company, about: Reference, since: datetime) -> Iterator[Event]:
        """Yield what is still to be done: some of it late, some today, most in the next weeks."""
        dice, now = self.dice, self.market.now
        for _ in range(dice.choice((1, 1, 2))):
            due = now + timedelta(days=dice.choice((-6, -3, -2, -1, 0, 0, 1, 2, 3, 5, 8, 14)))
            due = due.replace(hour=dice.randint(1, 9), minute=dice.choice((0, 30)), second=0)
            made = min(now, due) - timedelta(days=dice.randint(2, 9), hours=dice.randint(1, 6))
            made = max(made, since + timedelta(hours=4))
            yield self._task(company, made, due.replace(microsecond=0), about)


def today_of(market: Market, person: Person, count: int) -> Iterator[Event]:
    """Yield tasks of a person that are late, for today, and for tomorrow: his screens are alive on
    the first day.
    """
    todos = words.TODOS if market.chinese else words.ENGLISH_TODOS
    start = market.now.replace(hour=1, minute=0, second=0, microsecond=0)
    for place in range(count):
        days = (-2, 0, 0, 1)[place % 4]
        due = start + timedelta(days=days, hours=2 + place, minutes=30)
        made = start - timedelta(days=4, hours=place)
        values = {
            "subject": todos[place % len(todos)],
            "priority": ("high", "normal", "low")[place % 3],
            "assignee": person.id,
            "owner": person.id,
            "department": department_id(person.department),
            "due_at": due,
            "reminder_at": due - timedelta(minutes=30) if days > 0 else None,
        }
        yield Event(made, person.id, "task", "create", market.new_id(made), values)
