"""What the cleaning rules of a map make of texts, in the preview and in the import."""

from __future__ import annotations

import pytest

from fangxin.kernel.errors import Invalid
from fangxin.records import reading
from fangxin.transfer import previewing
from fangxin.transfer.cleaning import order_of_days
from fangxin.transfer.importing import import_file
from fangxin.transfer.mapping import read_map
from fangxin.transfer.orders import Order

DIRTY = """Who,Kind,Tel
ACME  gmbh / LEEDS / UK,ＦＩＮＡＮＣＥ,tel. 138-0013-8000
bolt / YORK,Bank  trade,
"""


async def test_texts_are_split_cleaned_and_then_mapped(admin, tmp_path):
    first = {"split": {"at": "/"}, "clean": ["spaces", "title"]}
    last = {"split": {"at": "/", "part": -1}, "clean": ["title"]}
    kind = {"field": "industry", "clean": ["width", "spaces"], "values": {"bank trade": "finance"}}
    columns = {
        "Who": [{"field": "name", **first}, {"field": "address.city", **last}],
        "Kind": kind,
        "Tel": {"field": "phone", "clean": ["digits"]},
    }
    path = tmp_path / "dirty.csv"
    path.write_text(DIRTY, "utf-8")
    options = {"object": "account", "map": {"columns": columns}}
    looked = await previewing.preview(admin, path, options)
    items = {each["value"]: each for each in looked["columns"][1]["values"]["items"]}
    assert {value: each["read"] for value, each in items.items()} == {
        "ＦＩＮＡＮＣＥ": "finance",
        "Bank  trade": "finance",
    }
    assert items["Bank  trade"]["mapped"] == "finance"
    done = await import_file(admin, path, Order("account", map={"columns": columns}))
    assert (done["created"], done["errors"]) == (2, [])
    fields = ["name", "industry", "address", "phone"]
    found = (await reading.find(admin, "account", fields=fields, sort="name")).items
    assert [(each["name"], each["industry"], each["address"]["city"]) for each in found] == [
        ("Acme Gmbh", "finance", "Uk"),
        ("Bolt", "finance", "York"),
    ]
    assert found[0]["phone"].endswith("13800138000")


PEOPLE = """姓,名,生日,手机
张,三,31/12/1990,0151 23456789
李,四,03.04.85,+86 138 0013 8000
"""


async def test_columns_are_joined_and_days_and_numbers_read_as_they_are_meant(admin, tmp_path):
    columns = {
        "姓": {"field": "name", "join": {"columns": ["名"], "mark": ""}},
        "生日": {"field": "birthday", "clean": ["dmy"]},
        "手机": {"field": "phone", "clean": ["phone:DE"]},
    }
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, "utf-8")
    options = {"object": "contact", "map": {"columns": columns}}
    shown = (await previewing.preview(admin, path, options))["columns"]
    assert [each["text"] for each in shown[0]["reads"][0]["after"]] == ["张三", "李四"]
    assert shown[2]["order_of_days"] == "dmy"
    assert all(each["problem"] is None for each in shown[2]["reads"][0]["after"])
    done = await import_file(admin, path, Order("contact", map={"columns": columns}))
    assert done["errors"] == []
    fields = ["name", "birthday", "phone"]
    found = (await reading.find(admin, "contact", fields=fields, sort="birthday")).items
    assert [tuple(str(each[key]) for key in fields) for each in found] == [
        ("李四", "1985-04-03", "+8613800138000"),
        ("张三", "1990-12-31", "+4915123456789"),
    ]


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["31/12/2020", "01/02/2021"], "dmy"),
        (["12/31/2020"], "mdy"),
        (["2020/3/4"], "ymd"),
        (["01/02/2021"], None),
        (["31/12/2020", "12/31/2020"], None),
        (["no day"], None),
    ],
)
def test_the_order_of_days_is_told_where_they_tell_it(texts, order):
    assert order_of_days(texts) == order


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"clean": ["polish"]}, "clean"),
        ({"clean": "upper"}, "clean"),
        ({"clean": ["phone:XX"]}, "clean"),
        ({"join": {"columns": ["Whom"]}}, "join/columns"),
        ({"join": {"columns": [{}]}}, "join/columns"),
        ({"join": {"columns": [], "mark": 1}}, "join/mark"),
        ({"split": {"at": ""}}, "split/at"),
        ({"split": {"at": "/", "part": 0}}, "split/part"),
        ({"split": {"at": "/", "whole": 1}}, "split/whole"),
    ],
)
async def test_a_bad_rule_is_named(admin, rule, place):
    given = {"columns": {"Who": {"field": "name", **rule}}}
    with pytest.raises(Invalid) as refused:
        read_map(admin, admin.registry["account"], given, ["Who"])
    assert [each.pointer for each in refused.value.errors] == [f"/map/columns/Who/{place}"]
