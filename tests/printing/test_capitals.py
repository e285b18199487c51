"""Amounts in capitals, with the examples of 《支付结算办法》附件一."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fangxin.printing.capitals import capital_amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("10010", "壹万零壹拾元整"),
        ("100000001", "壹亿零壹元整"),
        ("1000100000000", "壹万零壹亿元整"),
    ],
)
def test_amounts_are_written_in_capitals(amount: str, text: str) -> None:
    assert capital_amount(Decimal(amount)) == f"人民币{text}"


def test_less_than_nothing_says_so() -> None:
    assert capital_amount(Decimal("-1.5")) == "人民币负壹元伍角整"
