"""What is left of a value that one may see only masked: never enough to guess it."""

from __future__ import annotations

import pytest

from fangxin.fields.base import FieldType
from fangxin.fields.codes import CreditCode
from fangxin.fields.number import Integer
from fangxin.fields.reach import Address, Email, Phone
from fangxin.fields.text import LongText, Text

CASES: list[tuple[FieldType, object, object]] = [
    (Phone(), "+8613812341234", "138****1234"),
    (Phone(), "+862112345678", "+8621****5678"),
    (Phone(), "+4930123456", "+49****3456"),
    (Phone(), "+3545551", "****"),
    (Email(), "anna.lind@x.cn", "a***@x.cn"),
    (CreditCode(), "91350100M000100Y43", "91****0Y43"),
    (Text(), "6222 0212 3456 7890", "****7890"),
    (Text(), "Anna Lind", "•••"),
    (Text(), "12345678", "•••"),
    (LongText(), "one\ntwo", "•••"),
    (Integer(), 7, "•••"),
    (Address(), {"region": "上海市", "city": "上海市", "street": "南京路 1 号"}, "上海市 •••"),
    (Address(), {"country": "China", "street": "Road 1"}, "•••"),
    (Address(), "Shanghai", "•••"),
]


@pytest.mark.parametrize(("kind", "value", "seen"), CASES)
def test_a_mask_keeps_what_helps_and_no_more(kind, value, seen):
    assert kind.mask(value) == seen
    assert kind.mask(None) is None
