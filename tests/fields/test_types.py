"""What the younger field types read, refuse and write; expected values are the standards' own."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import pytest

from fangxin.fields.base import Environment, Field
from fangxin.fields.catalogue import TYPES
from fangxin.fields.cells import cell
from fangxin.fields.divisions import TREES, industries, places
from fangxin.fields.searched import searched
from fangxin.fields.spoken import Speech, spoken
from fangxin.kernel.clock import now
from fangxin.kernel.errors import FieldError

ENV = Environment("en", "UTC", now(), "CNY")


def field(name: str, **more: Any) -> Field:
    return Field(type=TYPES[name], label="X", key="x", **more)


def taken(name: str, text: str, **more: Any) -> Any:
    made = field(name, **more)
    value = made.type.read_text(made, text, ENV)
    return made.type.write(made, made.type.store(made, value))


@pytest.mark.parametrize(
    ("name", "text", "wire"),
    [
        *[("duration", text, 90) for text in ("90", "1h 30m", "1小时30分", "1:30", "1.5h", "1h30")],
        ("duration", "45分钟", 45),
        ("duration", "2 hours", 120),
        ("rating", "4", 4),
        ("rating", "★★★☆☆", 3),
        ("rating", "2/5", 2),
        *[
            ("time", text, "15:05")
            for text in ("15:05", "3:05 pm", "下午3点5分", "15时05分", "15:05:00")
        ],
        ("time", "12 am", "00:00"),
        ("time", "9:30:15", "09:30:15"),
        *[("currency", text, "CNY") for text in ("cny", "人民币", "RMB", "¥", "Chinese Yuan")],
        *[("region", text, "310115") for text in ("310115", "上海市 / 浦东新区", "上海市浦东新区")],
        *[("region", text, "DE") for text in ("DE", "德国", "Germany")],
        *[("region", text, "810000") for text in ("HK", "香港", "Hong Kong", "中国香港特别行政区")],
        *[("industry", text, "I65") for text in ("I65", "65", "软件和信息技术服务业")],
        ("geo_point", "31.2304, 121.4737", {"lat": 31.2304, "lon": 121.4737}),
        ("geo_point", "(-33.8568，151.2153)", {"lat": -33.8568, "lon": 151.2153}),
        ("credit_code", " 9135 0100 m000 100y 43 ", "91350100M000100Y43"),
        ("rich_text", "two\nlines & <b", "<p>two</p><p>lines &amp; &lt;b</p>"),
        ("rich_text", "<p onclick=x()>a<script>b()</script></p>", "<p>a</p>"),
    ],
)
def test_a_cell_is_read_as_people_write_it(name: str, text: str, wire: Any) -> None:
    assert taken(name, text) == wire
    made = field(name)
    for locale in ("en", "zh-CN"):
        # what is exported for people is read as it was
        assert taken(name, cell(made, wire, locale, "UTC")) == wire


@pytest.mark.parametrize(
    ("name", "wire", "code"),
    [
        ("duration", "soon", "wrong_type"),
        ("duration", "1.01h", "too_precise"),
        ("duration", -5, "too_small"),
        ("rating", 6, "out_of_range"),
        ("rating", 0, "out_of_range"),
        ("rating", "3", "wrong_type"),
        ("time", "25:00", "wrong_type"),
        ("time", "9:30", "wrong_type"),
        ("time", "0٣:30", "wrong_type"),
        ("currency", "XYZ", "bad_currency"),
        ("currency", 7, "bad_currency"),
        ("region", "朝阳区", "unknown_code"),
        ("region", ["CN"], "wrong_type"),
        ("industry", "Z99", "unknown_code"),
        ("geo_point", {"lat": 91, "lon": 0}, "out_of_range"),
        ("geo_point", {"lat": 1}, "wrong_type"),
        ("geo_point", [1, 2], "wrong_type"),
        ("credit_code", "91350100M000100Y34", "bad_check_digit"),
        ("credit_code", "9135O100M000100Y43", "bad_credit_code"),
        ("rich_text", 1, "wrong_type"),
        ("rich_text", "&" * 50_000, "too_long"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(name: str, wire: Any, code: str) -> None:
    made = field(name)
    with pytest.raises(FieldError) as caught:
        made.type.read(made, wire, ENV)
    assert caught.value.code == code


def test_values_are_spoken_in_the_readers_language_and_found_in_both() -> None:
    chinese, english = Speech("zh-CN", "Asia/Shanghai"), Speech("en", "UTC")
    for name, wire, zh, en in (
        ("duration", 90, "1小时30分钟", "1h 30m"),
        ("duration", 0, "0分钟", "0m"),
        ("region", "330106", "浙江省 / 杭州市 / 西湖区", "Zhejiang / Hangzhou / Xihu"),
        ("industry", "P", "教育", "Education"),
        ("currency", "USD", "美元", "US Dollar"),
        ("rich_text", "<p>a &amp; b</p><p>c</p>", "a & b\nc", "a & b\nc"),
    ):
        assert (spoken(field(name), wire, chinese), spoken(field(name), wire, english)) == (zh, en)
    words = searched(field("region"), "330106")
    assert "杭州市" in words
    assert "Hangzhou" in words
    assert "strong" not in searched(field("rich_text"), "<p><strong>a</strong></p>")


def test_currencies_are_offered_that_are_taken() -> None:
    tree = TREES["currency"]()
    assert tree.name("CNY", "zh-CN") == "人民币"
    assert {"USD", "EUR", "HKD"} <= tree.names.keys()
    # withdrawn by the euro
    assert not {"DEM", "FRF"} & tree.names.keys()
    for code in tree.names:
        assert taken("currency", code) == code


def test_a_circle_is_as_wide_as_it_says() -> None:
    made = field("geo_point")
    low, high, *_, most = made.type.operators(made)["within"].read(
        made, {"lat": "31.2304", "lon": 121.4737, "km": 1}, ENV
    )
    # a kilometre is 1/111.195 of a degree; the haversine of its arc is (d/2R)²
    assert (high - low) / 2 == pytest.approx(1e6 / 111.195, rel=1e-3)
    assert most == pytest.approx((1 / (2 * 6371.0088)) ** 2, rel=1e-6)
    assert math.isfinite(most)


@pytest.mark.shared
def test_real_codes_are_known(shared_folder: Path) -> None:
    data = shared_folder / "data/zh"
    for line in (data / "uscc_valid.txt").read_text("utf-8").split():
        assert taken("credit_code", line) == line
    for part in ("provinces", "cities", "areas"):
        with (data / f"division_{part}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                code = row["code"].ljust(6, "0")
                assert places().name(code, "zh-CN") == row["name"], row
    with (data / "gbt4754_2017.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["level"] in {"门类", "大类"}:
                assert industries().name(row["code"], "zh-CN") == row["name"]
