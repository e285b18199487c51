"""What a rate must be: of another currency than the base, one a day, and near the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from fangxin.kernel import epoch
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.rates import rates_of
from fangxin.objects.declare import Change

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

# no currency gains or loses as much from one rate to the next: a digit is amiss
LEAP: Final = 10
_PAIR: Final = ("currency", "base_currency")


async def prepare_rates(ctx: Ctx, _tx: Tx, changes: Sequence[Change]) -> None:
    """Name a rate by its pair and day; a new one is of the company's base currency."""
    for change in changes:
        if change.before is None:
            change.values["base_currency"] = ctx.base_currency
        pair = "/".join(str(change.get(key)) for key in _PAIR)
        change.values["name"] = f"{pair} {change.get('valid_from')}"


async def check_rates(_ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse what cannot be meant."""
    mine = [each for each in changes if each.verb not in {"delete", "purge"}]
    wanted = sorted({str(each.get("currency")) for each in mine})
    known = await rates_of(tx, wanted) if mine else []
    ours = {each.id for each in mine}
    beside = [row for row in known if row.id not in ours]
    for change in mine:
        if change.get("currency") == change.get("base_currency"):
            message = "This is the base currency itself: its rate is always 1."
            raise Invalid(errors=[FieldProblem("/currency", "base_currency", message)])
        same = [row for row in beside if (row.currency, row.base) == _pair(change)]
        days = {row.day: row.rate for row in same}
        _check_day(change, days)
        _check_leap(change, days)


def _pair(change: Change) -> tuple[Any, Any]:
    return change.get("currency"), change.get("base_currency")


def _check_day(change: Change, days: dict[date, Decimal]) -> None:
    day = change.get("valid_from")
    if day in days:
        message = "There is a rate of {currency} from {day} on already. Change that one."
        values = {"currency": change.get("currency"), "day": day.isoformat()}
        raise Invalid(errors=[FieldProblem("/valid_from", "duplicate_day", message, values)])


def _check_leap(change: Change, days: dict[date, Decimal]) -> None:
    """Compare a rate with the one before it, the first one with the one after it."""
    day, rate = change.get("valid_from"), change.get("rate")
    before = [each for each in days if each < day]
    if not days or not (change.before is None or change.changes("rate")):
        return
    nearest = max(before) if before else min(days)
    other = days[nearest]
    if not other / LEAP < rate < other * LEAP:
        message = "From {day} on it is {rate}. If that is wrong, correct it first."
        values = {"day": nearest.isoformat(), "rate": f"{other.normalize():f}"}
        raise Invalid(errors=[FieldProblem("/rate", "absurd", message, values)])


async def after_rates(_ctx: Ctx, tx: Tx, _changes: Sequence[Change]) -> None:
    """Let every worker read the rates anew."""
    await epoch.bump(tx, epoch.ACCESS)
