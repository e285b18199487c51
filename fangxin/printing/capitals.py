"""Amounts in Chinese capitals (大写金额), by the rules for bills and settlement vouchers of the
People's Bank of China (《支付结算办法》附件一).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
UNITS: Final = ("", "拾", "佰", "仟")


def _group(number: int) -> str:
    """Write a number below ten thousand; a gap is one zero, the end has none."""
    text, gap = "", False
    for position in (3, 2, 1, 0):
        digit = number // 10**position % 10
        if digit:
            text += (DIGITS[0] if gap and text else "") + DIGITS[digit] + UNITS[position]
        gap = not digit
    return text


def _whole(number: int) -> str:
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        high, low = divmod(number, unit)
        if high:
            gap = DIGITS[0] if 0 < low < unit // 10 else ""
            return _whole(high) + name + (gap + _whole(low) if low else "")
    return _group(number)


def capital_amount(amount: Decimal) -> str:
    """Return an amount of yuan in capitals, to the fen: 1234.50 → 人民币壹仟贰佰叁拾肆元伍角整."""
    cents = int((abs(amount) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = f"{_whole(whole)}元" if whole else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif fen and whole:
        text += DIGITS[0]
    text += f"{DIGITS[fen]}分" if fen else "整"
    if not cents:
        text = "零元整"
    return f"人民币{'负' if amount < 0 and cents else ''}{text}"
