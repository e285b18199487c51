"""Days and times as people and other programs write them: 2024/1/5 9:03, 05.01.2024, 45296.4375."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
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
    "%d %b %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %B %Y",
)
_SERIAL: Final = re.compile(r"\d{5}(\.\d+)?")
# a day, and the time that stands behind it
_PARTED: Final = re.compile(
    r"(.*?)(?:[T\s,]+|(?<=日)|(?<=号))((?:上午|下午|[AP]M)?\s*\d{1,2}\s*[:：时点].*)",
    re.IGNORECASE | re.DOTALL,
)
_TIME: Final = re.compile(
    r"(?P<first>上午|下午|[AP]M)?\s*(?P<hour>\d{1,2})\s*[:：时点]\s*(?P<minute>\d{1,2})?\s*"
    r"(?:[:：分]\s*(?:(?P<second>\d{1,2})(?:[.,]\d+)?\s*秒?)?)?\s*"
    r"(?P<last>[AP]\.?M\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_AFTERNOON: Final = ("下午", "P")
_NOON: Final = 12


def guess_day(text: str) -> date:
    """Read a day, or raise FieldError; a time behind it does not matter."""
    plain = text.strip()
    if _SERIAL.fullmatch(plain):
        return (_EXCEL_EPOCH + timedelta(days=int(plain.partition(".")[0]))).date()
    found = _PARTED.fullmatch(plain)
    head = found[1].strip() if found else plain
    for shape in _TEXT_FORMATS:
        try:
            return datetime.strptime(head, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise FieldError("wrong_type", "A date such as 2026-11-21 is needed here.")


def guess_moment(text: str) -> datetime:
    """Read a day and the time behind it, with its zone where it has one, or raise FieldError; a day
    alone begins at midnight.
    """
    plain = text.strip()
    try:
        return datetime.fromisoformat(plain)
    except ValueError:
        pass
    if _SERIAL.fullmatch(plain):
        return _EXCEL_EPOCH + timedelta(seconds=round(float(plain) * _DAY_SECONDS))
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
    zone = (found["zone"] or "").upper().replace("UTC", "Z").replace("GMT", "Z")
    clock = f"{hour:02}:{int(found['minute'] or 0):02}:{int(found['second'] or 0):02}"
    try:
        return datetime.fromisoformat(f"{day.isoformat()}T{clock}{zone}")
    except ValueError:
        raise refusal from None
