"""Times that belong to no day: a duration in minutes, a time of the day; and the rating, which
counts stars as they count minutes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from fangxin.fields.base import Environment, Field, FieldType, Operator, comparisons, equality
from fangxin.fields.number import BIGGEST_SAFE, Integer, check_bounds, read_decimal, whole
from fangxin.kernel.errors import FieldError
from fangxin.kernel.sql import SortText

HOUR: Final = 60
STARS: Final = 5
_HOURS: Final = r"(?:hours|hour|hrs|hr|h|个?小时|时)"
_MINUTES: Final = r"(?:minutes|minute|mins|min|m|分钟|分)"
_SPAN: Final = re.compile(
    rf"(-)?(?:(\d{{1,12}}(?:\.\d{{1,6}})?)\s*{_HOURS})?\s*(?:(\d{{1,12}}(?:\.0+)?)\s*{_MINUTES}?)?",
    re.IGNORECASE,
)
_COLONS: Final = re.compile(r"(-)?(\d{1,9}):([0-5]\d)")
_MORNING: Final = ("上午", "早上", "凌晨", "am", "a.m.")
_EVENING: Final = ("下午", "晚上", "傍晚", "pm", "p.m.")
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:：时点](?:(\d{1,2})(?:[:：分](\d{1,2})?秒?)?)?)?")
_WIRE_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")


def span_of(text: str) -> int:
    """Read "1h 30m", "1小时30分", "1:30", "1.5h" or plain minutes, or raise FieldError."""
    plain = text.strip()
    clock = _COLONS.fullmatch(plain)
    if clock is not None:
        minutes = int(clock[2]) * HOUR + int(clock[3])
        return -minutes if clock[1] else minutes
    if re.fullmatch(r"-?\d{1,16}(\.0+)?", plain):
        return int(plain.split(".")[0])
    found = _SPAN.fullmatch(plain)
    if found is None or not (found[2] or found[3]):
        message = 'A duration in minutes, or such as "1h 30m", is needed here.'
        raise FieldError("wrong_type", message)
    total = Decimal(found[2] or 0) * HOUR + Decimal(found[3] or 0)
    if total != total.to_integral_value():
        raise FieldError("too_precise", "A duration is in whole minutes.")
    return -int(total) if found[1] else int(total)


def span_text(minutes: int, hours_word: str = "h ", minutes_word: str = "m") -> str:
    """Write minutes as hours and minutes; what is nothing is "0m"."""
    hours, rest = divmod(abs(minutes), HOUR)
    text = f"{hours}{hours_word}" if hours else ""
    text += f"{rest}{minutes_word}" if rest or not hours else ""
    return ("-" if minutes < 0 else "") + text.strip()


def _read_span(field: Field, wire: Any, env: Environment) -> int:
    minutes = span_of(wire) if isinstance(wire, str) else whole(wire)
    if abs(minutes) > BIGGEST_SAFE:
        raise FieldError("too_large", "The number is too large.")
    return minutes


class Duration(Integer):
    """How long something takes, in whole minutes; never negative unless the field says so."""

    name = "duration"

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        minutes = _read_span(field, wire, env)
        if minutes < 0 and field.min is None:
            raise FieldError("too_small", "At least {min} is allowed.", min="0")
        check_bounds(field, Decimal(minutes))
        return minutes

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return equality(_read_span) | comparisons(_read_span)

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        return self.read(field, text, env)

    def write_text(self, field: Field, wire: Any) -> str:
        return "" if wire is None else span_text(wire)


class Rating(Integer):
    """A number of stars from 1 to the field's `max`, which is 5 unless it says otherwise."""

    name = "rating"

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        stars, most = whole(wire), int(Decimal(str(field.max or STARS)))
        if not 1 <= stars <= most:
            raise FieldError("out_of_range", "From {min} to {max} is allowed.", min=1, max=most)
        return stars

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        stars = text.strip()
        if stars and not stars.strip("★⭐☆"):
            return self.read(field, len(stars) - stars.count("☆"), env)
        return self.read(field, whole(float(read_decimal(stars.partition("/")[0]))), env)


def read_time(field: Field, wire: Any, env: Environment) -> str:
    """Read "09:30" or "09:30:15", or raise FieldError; full minutes go without seconds."""
    if isinstance(wire, str) and _WIRE_TIME.fullmatch(wire):
        return wire.removesuffix(":00") if wire.count(":") > 1 else wire
    raise FieldError("wrong_type", 'A time of the day such as "09:30" is needed here.')


class Time(FieldType):
    """A time of the day, the same in every zone; as text, whose order is that of the day."""

    name = "time"
    aggregates = ("min", "max")
    groups = True

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", SortText()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return read_time(field, wire, env)

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return equality(read_time) | comparisons(read_time)

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        plain = text.strip().lower()
        late = any(word in plain for word in _EVENING)
        early = any(word in plain for word in _MORNING)
        for word in (*_EVENING, *_MORNING):
            plain = plain.replace(word, "")
        found = _CLOCK.fullmatch(plain.strip())
        if found is None:
            return read_time(field, text, env)
        hour, rest = int(found[1]), [int(each or 0) for each in found.groups()[1:]]
        if late and hour < HOUR // 5:
            hour += HOUR // 5
        elif early and hour == HOUR // 5:
            hour = 0
        return read_time(field, ":".join(f"{each:02}" for each in (hour, *rest)), env)
