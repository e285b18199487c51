"""Figures as people write them: read as they are meant, or left for the field to refuse."""

from __future__ import annotations

import pytest

from fangxin.kernel.figures import currency_and_rest, plain_figure
from fangxin.transfer.cleaning import RULES

MEANT = {
    "1,234.50": "1234.50",
    "1 234": "1234",
    "1'200": "1200",
    "12,34,567": "1234567",
    "３．５万": "35000",
    "1.2亿": "120000000",
    "１２３，４５６": "123456",
    "12万元": "120000",
    "(1,200)": "-1200",
    "−5": "-5",
    "12%": "12",
    "100元整": "100",
    "1,2345": "12345",
    # in more ways than one, or in none
    "1,5": "1,5",
    "1.234,56": "1.234,56",
    "12 34": "12 34",
    "(-3)": "--3",
    "--": "--",
    "1,234,56": "1,234,56",
    "2万3千": "2万3千",
}


@pytest.mark.parametrize("text", MEANT)
def test_figures(text):
    assert plain_figure(text) == MEANT[text]


@pytest.mark.parametrize(
    ("text", "usual", "found"),
    [
        ("$1,000", "CNY", ("USD", "1,000")),
        ("$1,000", "HKD", ("HKD", "1,000")),
        ("US$5", "HKD", ("USD", "5")),
        ("-$5", "USD", ("USD", "-5")),
        ("￥5", "CNY", ("CNY", "5")),
        ("5 EUR", "CNY", ("EUR", "5")),
        ("人民币100元", "USD", ("CNY", "100元")),
        ("12", "CNY", (None, "12")),
    ],
)
def test_currencies(text, usual, found):
    assert currency_and_rest(text, usual) == found


def test_a_comma_before_the_fraction():
    made = {
        "1.234,56": "1234.56",
        "€ 1.234": "€ 1234",
        "-3,2": "-3.2",
        "1.5": "1.5",
        "a, b": "a, b",
    }
    assert {text: RULES["comma"](text) for text in made} == made
