"""What the cleaning rules of a map make of texts, in the preview and in the import."""

from __future__ import annotations

import pytest

from fangxin.kernel.errors import Invalid
from fangxin.records import reading
from fangxin.transfer import previewing
from fangxin.transfer.importing import Order, import_file
from fangxin.transfer.mapping import read_map

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


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"clean": ["polish"]}, "clean"),
        ({"clean": "upper"}, "clean"),
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
