"""The one source of time, so that tests and re-run units of work can fix it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fangxin.kernel.errors import FieldError

STORED_LENGTH: Final = 27


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def today(zone: str, moment: datetime) -> date:
    """Return the calendar day of `moment` in the IANA time zone `zone`."""
    return moment.astimezone(zone_of(zone)).date()


def day_start(day: date, zone: str) -> datetime:
    """Return the first moment of a calendar day in the IANA time zone `zone`, in UTC."""
    return datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """Return the IANA time zone, or raise FieldError `bad_timezone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise FieldError("bad_timezone", "{zone} is not a known time zone.", zone=name) from error


def to_stored(moment: datetime) -> str:
    """Write a moment as fixed-width UTC text whose byte order is its time order (SQLite, JSON
    columns).
    """
    # strftime would write the year 67 with two digits
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_stored(text: str) -> datetime:
    """Read what `to_stored` wrote."""
    return datetime.fromisoformat(text)


def stored_to_wire(text: str) -> str:
    """Turn stored text into RFC 3339 as the JSON encoder writes it (no fraction where it is
    zero).
    """
    return text[:19] + "Z" if text.endswith(".000000Z") else text
