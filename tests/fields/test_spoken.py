"""Values as people read them."""

from __future__ import annotations

import pytest

from fangxin.fields.base import Field
from fangxin.fields.money import MoneyType
from fangxin.fields.reach import Address
from fangxin.fields.spoken import Speech, spoken

ADDRESS = Field(type=Address(), label="Address")
MONEY = Field(type=MoneyType(), label="Amount")
HOME = {"country": "CN", "region": "广东省", "city": "深圳市", "street": "科技路 1 号"}
ABROAD = {"country": "US", "region": "California", "city": "San Jose", "street": "80 First St"}


@pytest.mark.parametrize(
    ("locale", "wire", "text"),
    [
        ("zh-CN", HOME, "广东省深圳市科技路 1 号"),
        ("en", HOME, "China, 广东省, 深圳市, 科技路 1 号"),
        ("zh-CN", ABROAD, "80 First St, San Jose, California, 美国"),
        ("en", ABROAD, "80 First St, San Jose, California, United States"),
        ("zh-CN", {"city": "上海市"}, "上海市"),
        ("en", {"country": "Freedonia", "city": "Fred"}, "Fred, Freedonia"),
    ],
)
def test_addresses(locale: str, wire: dict[str, str], text: str) -> None:
    assert spoken(ADDRESS, wire, Speech(locale, "UTC")) == text


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "text"),
    [
        ("zh-CN", "1234.50", "CNY", "¥1,234.50"),
        ("en", "1234.5678", "USD", "$1,234.5678"),
        ("en", "-5.00", "JPY", "-¥5"),
    ],
)
def test_amounts(locale: str, amount: str, currency: str, text: str) -> None:
    wire = {"amount": amount, "currency": currency}
    assert spoken(MONEY, wire, Speech(locale, "UTC")) == text
