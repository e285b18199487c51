"""Figures as people write them: read as they are meant, or left for the field to refuse."""

from __future__ import annotations

import pytest

from fangxin.kernel.days import guess_moment
from fangxin.kernel.errors import FieldError
from fangxin.kernel.figures import currency_and_rest, plain_figure, unit_of_heading
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


def test_headings_name_units():
    named = {"年营业额（万元）": 10**4, "Amount (USD thousand)": 1000, "金额/亿元": 10**8}
    named |= {"单位：千元": 1000, "金额": None, "电话(万科)": None, "Milestone (M)": None}
    assert {text: unit_of_heading(text) for text in named} == named


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024/1/5 9:03", "2024-01-05T09:03:00"),
        ("01/05/2024 10:33 PM", "2024-01-05T22:33:00"),
        ("01/05/2024 12:05 AM", "2024-01-05T00:05:00"),
        ("2024年1月5日 下午3:05", "2024-01-05T15:05:00"),
        ("2024年1月5日9时3分", "2024-01-05T09:03:00"),
        ("2024年1月5号 9:03", "2024-01-05T09:03:00"),
        ("45296.4375", "2024-01-05T10:30:00"),
        ("2024-01-05 10:33:00 +0800", "2024-01-05T10:33:00+08:00"),
        ("05.01.2024", "2024-01-05T00:00:00"),
        ("2024/1/5 25:00", None),
        ("01/05/2024 13:30 AM", None),
        ("2024/1/5 9:03 or later", None),
    ],
)
def test_a_time_is_read_with_its_day_or_refused(text, found):
    try:
        assert guess_moment(text).isoformat() == found
    except FieldError:
        assert found is None


def test_a_comma_before_the_fraction():
    made = {
        "1.234,56": "1234.56",
        "€ 1.234": "€ 1234",
        "-3,2": "-3.2",
        "1.5": "1.5",
        "a, b": "a, b",
    }
    assert {text: RULES["comma"](text) for text in made} == made
