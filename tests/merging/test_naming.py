"""Names as Chinese companies and people bear them: what is close, and what is somebody else's."""

from __future__ import annotations

import pytest

from fangxin.merging.candidates import keys_of
from fangxin.merging.likeness import NEAR, level, plain
from fangxin.merging.weights import Feature

CLOSE = [
    ("上海放心软件有限公司", "上海放心软件股份有限公司"),
    ("上海放心软件有限公司", "上海放心軟件有限公司"),
    ("上海放心软件有限公司", "放心软件（上海）有限公司"),
    ("上海放心软件有限公司", "上海市放心软件有限公司"),
    ("上海放心软件有限公司", "放心软件有限公司"),
    ("上海放心软件有限公司", "上海放心软件有限公司北京分公司"),
    ("上海放心软件有限公司", "上海方心软件有限公司"),
    ("上海放心软件有限公司", "Shanghai Fangxin Software Co., Ltd."),
    ("华为技术有限公司", "Huawei Technologies Co., Ltd."),
    ("广东省广州市天河区某某商贸行", "广州某某商贸行"),
    ("深圳市大疆创新科技有限公司", "大疆创新"),
    ("腾讯科技(深圳)有限公司", "深圳腾讯科技有限公司"),
    ("IBM China", "IBM中国"),
    ("张伟", "Zhang Wei"),
    ("王小明", "王晓明"),
]
APART = [
    ("北京放心软件有限公司", "上海放心软件有限公司"),
    ("腾讯科技（深圳）有限公司", "腾讯科技（北京）有限公司"),
    ("中国工商银行股份有限公司", "中国建设银行股份有限公司"),
    ("上海放心软件有限公司北京分公司", "上海放心软件有限公司广州分公司"),
    ("上海康明软件有限公司", "上海明康软件有限公司"),
    ("深圳卓盛生物医药有限公司", "深圳泰卓生物医药有限公司"),
    ("上海第一百货", "上海第二百货"),
    ("顺丰速运3号店", "顺丰速运5号店"),
    # of two characters very many sound alike
    ("张伟", "张维"),
    ("刘洋", "刘阳"),
]


def compared(a: str, b: str) -> int:
    found = level("name", plain("name", a), plain("name", b))
    assert found == level("name", plain("name", b), plain("name", a))
    return found


@pytest.mark.parametrize(("a", "b"), CLOSE)
def test_one_company_or_person(a: str, b: str) -> None:
    assert compared(a, b) >= NEAR


@pytest.mark.parametrize(("a", "b"), APART)
def test_another_company_or_person(a: str, b: str) -> None:
    assert compared(a, b) < NEAR


def test_such_names_meet_in_a_block() -> None:
    name = Feature("name", "name")
    keys = set(keys_of(name, plain("name", "上海恒瑞软件有限公司")))
    for other in ("恒瑞软件（上海）有限公司", "恒瑞软件", "Shanghai Hengrui Software Co., Ltd."):
        assert keys & set(keys_of(name, plain("name", other))), other
