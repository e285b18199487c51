"""Days and moments, with periods relative to the reader's today."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import sqlalchemy as sa

from fangxin.fields.base import (
    Environment,
    Field,
    FieldType,
    Operator,
    comparisons,
    equality,
)
from fangxin.kernel.clock import STORED_LENGTH, day_start, stored_to_wire, today, zone_of
from fangxin.kernel.days import guess_day, guess_moment
from fangxin.kernel.errors import FieldError
from fangxin.kernel.sql import Day, Timestamp

DAY_LENGTH: Final = len("2026-11-21")
# what lies beyond is a slip of the pen (0226, 9999); filters may ask for any day
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2200, 12, 31)
TODAY: Final = "today"
_ROLLING: Final = re.compile(r"(last|next)_(\d{1,4})_(days|weeks|months|years)")
_UNITS: Final = {"day", "week", "month", "quarter", "year"}


def add_months(day: date, months: int) -> date:
    """Return the first day of the month that lies `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9998:  # noqa: PLR2004 - the calendar's last whole year
        raise FieldError("bad_period", "The period lies outside the calendar.")
    return date(year, month + 1, 1)


def _unit_start(day: date, unit: str) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return date(day.year, 1, 1)


def _unit_step(start: date, unit: str, count: int) -> date:
    if unit in {"day", "week"}:
        return start + timedelta(days=count * (7 if unit == "week" else 1))
    return add_months(start, count * {"month": 1, "quarter": 3, "year": 12}[unit])


def period(name: Any, day: date) -> tuple[date, date]:
    """Return first day and the day after the last of a named period seen from `day`, or raise
    FieldError.

    Names: today, yesterday, tomorrow; this_, last_, next_ with week, month, quarter, year;
    last_N_days, next_N_weeks … A rolling `last_N_days` ends with today included, `next_N_days`
    starts tomorrow's count with today included.
    """
    simple = {"today": 0, "yesterday": -1, "tomorrow": 1}
    if name in simple:
        start = day + timedelta(days=simple[name])
        return start, start + timedelta(days=1)
    word, _, unit = str(name).partition("_")
    if word in {"this", "last", "next"} and unit in _UNITS:
        start = _unit_start(day, unit)
        shift = {"this": 0, "last": -1, "next": 1}[word]
        return _unit_step(start, unit, shift), _unit_step(start, unit, shift + 1)
    rolling = _ROLLING.fullmatch(str(name))
    if rolling is not None and int(rolling.group(2)) == 0:
        raise FieldError("bad_period", "A period is at least 1 long, such as last_1_days.")
    if rolling is None:
        raise FieldError("bad_period", "{period} is not a known period.", period=str(name)[:40])
    return _rolling(rolling.group(1), int(rolling.group(2)), rolling.group(3), day)


def _rolling(word: str, count: int, units: str, day: date) -> tuple[date, date]:
    days = count * {"days": 1, "weeks": 7, "months": 0, "years": 0}[units]
    try:
        if days:
            span = timedelta(days=days)
            after = day + timedelta(days=1)
            return (after - span, after) if word == "last" else (day, day + span)
        months = count * (1 if units == "months" else 12)
        if word == "last":
            first = add_months(day, -months)
            last_day = (add_months(first, 1) - timedelta(days=1)).day
            return first.replace(day=min(day.day, last_day)), day + timedelta(days=1)
        first = add_months(day, months)
        last_day = (add_months(first, 1) - timedelta(days=1)).day
        return day, first.replace(day=min(day.day, last_day))
    except OverflowError as error:
        raise FieldError("bad_period", "The period lies outside the calendar.") from error


def read_day(field: Field, wire: Any, env: Environment) -> date:
    """Read "2026-11-21", or raise FieldError."""
    if isinstance(wire, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", wire):
        try:
            return date.fromisoformat(wire)
        except ValueError:
            pass
    raise FieldError("wrong_type", "A date such as 2026-11-21 is needed here.")


def read_moment(field: Field, wire: Any, env: Environment) -> datetime:
    """Read RFC 3339 with an offset, or raise FieldError."""
    if isinstance(wire, str) and "T" in wire.upper() and len(wire) <= STORED_LENGTH + 8:
        try:
            moment = datetime.fromisoformat(wire)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise FieldError(
        "wrong_type",
        "A date and time with offset, such as 2026-11-21T09:30:00+08:00, is needed here.",
    )


def within_reason(field: Field, day: date, env: Environment) -> date:
    """Return a day that may be stored, or raise FieldError; with `max` TODAY none that lies
    ahead.
    """
    if day < EARLIEST:
        raise FieldError("too_early", "No day before {day} is taken.", day=EARLIEST.isoformat())
    latest = today(env.timezone, env.now) if field.max == TODAY else LATEST
    if day > latest:
        raise FieldError("too_late", "No day after {day} is taken.", day=latest.isoformat())
    return day


def _moment_within_reason(field: Field, moment: datetime, env: Environment) -> datetime:
    within_reason(field, moment.date(), env)
    return moment


class DateType(FieldType):
    """A calendar day; the default `TODAY` is the day on which a record is made."""

    name = "date"
    likeness = "day"
    aggregates = ("min", "max")
    groups = True

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", Day()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        if wire == TODAY == field.default:
            return today(env.timezone, env.now)
        return within_reason(field, read_day(field, wire, env), env)

    def write(self, field: Field, storage: Sequence[Any]) -> Any:
        return storage[0]

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return (
            {"is": equality(read_day)["is"]}
            | comparisons(read_day)
            | {"in_period": Operator(_period_of_days, _half_open)}
        )

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        return within_reason(field, guess_day(text), env)

    def write_text(self, field: Field, wire: Any) -> str:
        return "" if wire is None else str(wire)


def _period_of_days(field: Field, operand: Any, env: Environment) -> Sequence[Any]:
    return period(operand, today(env.timezone, env.now))


def _half_open(c: Any, bind: Any) -> Any:
    return sa.and_(c[0] >= bind.value(0, c[0]), c[0] < bind.value(1, c[0]))


class DateTimeType(FieldType):
    """A moment, kept in UTC."""

    name = "datetime"
    aggregates = ("min", "max")
    groups = True

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", Timestamp()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return _moment_within_reason(field, read_moment(field, wire, env), env)

    def write(self, field: Field, storage: Sequence[Any]) -> Any:
        moment = storage[0]
        return stored_to_wire(moment) if field.custom and isinstance(moment, str) else moment

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return (
            {"is": equality(read_moment)["is"]}
            | _moment_comparisons()
            | {"in_period": Operator(_period_of_moments, _half_open)}
        )

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        moment = guess_moment(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone_of(env.timezone))
        return _moment_within_reason(field, moment.astimezone(UTC), env)

    def write_text(self, field: Field, wire: Any) -> str:
        if isinstance(wire, datetime):
            return wire.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return "" if wire is None else str(wire)


def _edge(*, last: bool) -> Callable[[Field, Any, Environment], datetime]:
    """Return what reads a moment, or a plain day as its first or last one in the reader's zone."""

    def read(field: Field, wire: Any, env: Environment) -> datetime:
        if not isinstance(wire, str) or len(wire) != DAY_LENGTH:
            return read_moment(field, wire, env)
        try:
            day = read_day(field, wire, env) + timedelta(days=1 if last else 0)
            return day_start(day, env.timezone) - timedelta(microseconds=1 if last else 0)
        except OverflowError as error:
            message = "The period lies outside the calendar."
            raise FieldError("bad_period", message) from error

    return read


def _moment_comparisons() -> dict[str, Operator]:
    first, last = comparisons(_edge(last=False)), comparisons(_edge(last=True))

    def both(field: Field, operand: Any, env: Environment) -> Sequence[Any]:
        # the one looks at its lower bound alone, the other at its upper
        ends = (each["between"].read(field, operand, env) for each in (first, last))
        return [bounds[index] for index, bounds in enumerate(ends)]

    return {
        "<": first["<"],
        "<=": last["<="],
        ">": last[">"],
        ">=": first[">="],
        "between": Operator(both, first["between"].build),
    }


def _period_of_moments(field: Field, operand: Any, env: Environment) -> Sequence[Any]:
    zone = zone_of(env.timezone)
    return tuple(
        datetime.combine(day, time(), zone).astimezone(UTC)
        for day in period(operand, today(env.timezone, env.now))
    )
