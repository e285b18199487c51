"""What is learned from the records alone: strangers of one city stay strangers, and files of known
truth are read nearly right with nothing set for them.
"""

from __future__ import annotations

import random

import msgspec
import pytest

from bench.duplicates import WANTED, quality
from fangxin.fields.divisions import Industry, Region
from fangxin.kernel.ids import new_id
from fangxin.merging.crunch import compare
from fangxin.merging.likeness import DIFFERENT, EQUAL, NEAR, level

PLACES = [("浙江", "杭州"), ("江苏", "南京"), ("四川", "成都"), ("VIC", "Melbourne")]
FEATURES = [
    *(["name", "name"], ["phone", "code"], ["address.region", "name"], ["address.city", "name"]),
    *(["campaign", "name"], ["page", "code"]),
]


def found(folder, rows):
    lines = [msgspec.json.encode((new_id(), row)) for row in rows]
    (folder / "records").write_bytes(b"\n".join(lines) + b"\n")
    side = {"file": "records", "columns": list(range(len(FEATURES)))}
    compare(folder, {"features": FEATURES, "sides": [side]}, folder / "out", lambda _: None)
    return (folder / "out").read_bytes().splitlines()


def test_codes_of_a_tree_are_compared_by_where_they_lie():
    assert Region.likeness == Industry.likeness == "tree"
    pairs = [("310000", "310115"), ("310115", "310104"), ("110105", "510105"), ("c", "c13")]
    assert [level("tree", a, b) for a, b in pairs] == [NEAR, DIFFERENT, DIFFERENT, NEAR]
    assert level("tree", "c13", "c13") == EQUAL


def test_who_lives_in_one_city_is_not_one(tmp_path):
    chance = random.Random(3)
    rows = []
    for _ in range(300):
        name = "".join(chance.choices("北南金锦联启天海远弘华润达泰智和景川峰图", k=4))
        campaign = chance.choice(["", "spring", "autumn"])
        page = campaign and f"https://example.com/{campaign}"
        phone = f"+8613{chance.randrange(10**9):09}"
        rows.append([f"{name}有限公司", phone, *chance.choice(PLACES), campaign, page])
    assert found(tmp_path, rows) == []
    twins = [[row[0][:4], row[1], "", "", "", ""] for row in rows[:10]]
    assert len(found(tmp_path, rows + twins)) == 10
    assert found(tmp_path, rows[:1]) == [], "nothing is left of the comparison before"


@pytest.mark.shared
@pytest.mark.parametrize("name", WANTED)
def test_files_of_known_truth(name, shared_folder, tmp_path):
    assert quality(shared_folder / "data" / "dedupe" / name, tmp_path)["F1"] >= WANTED[name]
