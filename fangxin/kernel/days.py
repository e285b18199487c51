"""Days and times as people and other programs write them: 2024/1/5 9:03, 05.01.2024, 45296.4375."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from fangxin.kernel.errors import FieldError

_EXCEL_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone
_DAY_SECONDS: Final = 86_400
_TEXT_FORMATS: Final = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%Y年%m月%d号",
    "%Y%m%d",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%m/%d/%y",
    "%d.%m.%y",
)
_SERIAL: Final = re.compile(r"\d{5}(\.\d+)?")
# milliseconds since 1970, as HubSpot writes moments
_EPOCH: Final = re.compile(r"1?\d{12}")
_STAMP: Final = re.compile(r"(?:19|20)\d{2}[01]\d[0-3]\d[0-2]\d[0-5]\d(?:[0-5]\d)?")
# the day of the week before or behind a day, and the zone's name behind a moment, say nothing more
_WEEKDAY: Final = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?\s*"
    r"|\s*[(（]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][)）]?",
    re.IGNORECASE,
)
_ZONE_NAME: Final = re.compile(r"\s*(?:\[[\w/+-]+\]|\([A-Za-z ]+\))$")
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
# 4-Mar-24, March 4th 2024, 2024-Mar-04
_WORDED: Final = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s/.,-]*{_MONTH}[\s/.,'’-]*(?P<year>\d{{4}}|\d\d)",
        rf"{_MONTH}[\s/.,-]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s/.,-]+(?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}})[\s/.,-]*{_MONTH}[\s/.,-]*(?P<day>\d{{1,2}})",
    )
)
# a day, and the time that stands behind it
_PARTED: Final = re.compile(
    r"(.*?)(?:[T\s,]+|(?<=日)|(?<=号))((?:上午|下午|[AP]M)?\s*\d{1,2}\s*[:：时点].*)",
    re.IGNORECASE | re.DOTALL,
)
_TIME: Final = re.compile(
    r"(?P<first>上午|下午|[AP]M)?\s*(?P<hour>\d{1,2})\s*[:：时点]\s*(?P<minute>\d{1,2})?\s*"
    r"(?:[:：分]\s*(?:(?P<second>\d{1,2})(?:[.,]\d+)?\s*秒?)?)?\s*"
    r"(?P<last>[AP]\.?M\.?)?\s*(?P<zone>(?:UTC|GMT)?[+-]\d{2}:?\d{2}|Z|UTC|GMT)?",
    re.IGNORECASE,
)
_AFTERNOON: Final = ("下午", "P")
_NOON: Final = 12


def guess_day(text: str) -> date:
    """Read a day, or raise FieldError; a time behind it does not matter."""
    plain = _bare(text)
    if _SERIAL.fullmatch(plain):
        return (_EXCEL_EPOCH + timedelta(days=int(plain.partition(".")[0]))).date()
    if moment := _digits(plain):
        return moment.date()
    found = _PARTED.fullmatch(plain)
    head = found[1].strip() if found else plain
    for shape in _TEXT_FORMATS:
        try:
            return datetime.strptime(head, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    if day := _worded(head):
        return day
    raise FieldError("wrong_type", "A date such as 2026-11-21 is needed here.")


def _bare(text: str) -> str:
    """Return a text without the name of a zone and the day of the week."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _WEEKDAY.sub("", _ZONE_NAME.sub("", plain.strip()), count=1).strip()


def _digits(plain: str) -> datetime | None:
    """Return the moment of 20240304101500, or of 1709547300000 milliseconds since 1970."""
    if not _STAMP.fullmatch(plain):
        is_epoch = _EPOCH.fullmatch(plain)
        return datetime.fromtimestamp(int(plain) / 1000, UTC) if is_epoch else None
    try:
        return datetime.strptime(plain.ljust(14, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError:
        return None


def _worded(head: str) -> date | None:
    """Return a day whose month is said in English."""
    found = next(filter(None, (each.fullmatch(head) for each in _WORDED)), None)
    if found is None:
        return None
    year = found["year"] if len(found["year"]) > 2 else f"20{found['year']}"  # noqa: PLR2004
    try:
        return date(int(year), _MONTHS.index(found["month"][:3].lower()) + 1, int(found["day"]))
    except ValueError:
        return None


def guess_moment(text: str) -> datetime:
    """Read a day and the time behind it, with its zone where it has one, or raise FieldError; a day
    alone begins at midnight.
    """
    plain = _bare(text)
    try:
        return datetime.fromisoformat(plain)
    except ValueError:
        pass
    if _SERIAL.fullmatch(plain):
        return _EXCEL_EPOCH + timedelta(seconds=round(float(plain) * _DAY_SECONDS))
    if moment := _digits(plain):
        return moment
    found = _PARTED.fullmatch(plain)
    if found is None:
        return datetime.combine(guess_day(plain), time())
    return _with_time(guess_day(found[1]), found[2].strip())


def _with_time(day: date, text: str) -> datetime:
    found = _TIME.fullmatch(text)
    refusal = FieldError("wrong_type", "A date and a time such as 2026-11-21 09:30 is needed here.")
    if found is None:
        raise refusal
    hour = int(found["hour"])
    half = (found["first"] or found["last"] or "").upper()
    if half:
        late = half.startswith(_AFTERNOON)
        # 下午 13:30 is said, 13:30 AM is not
        if hour > _NOON and not late:
            raise refusal
        hour = hour % _NOON + (_NOON if late else 0)
    zone = (found["zone"] or "").upper()
    zone = "Z" if zone in {"UTC", "GMT"} else zone.lstrip("UTCGM")
    clock = f"{hour:02}:{int(found['minute'] or 0):02}:{int(found['second'] or 0):02}"
    try:
        return datetime.fromisoformat(f"{day.isoformat()}T{clock}{zone}")
    except ValueError:
        raise refusal from None
