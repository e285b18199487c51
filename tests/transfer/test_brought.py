"""Files of other programs: dates and authors that come along, names in two columns, odd cells."""

from __future__ import annotations

import pytest

from fangxin.kernel.ids import named_id
from fangxin.records import engine
from fangxin.records.reading import find
from fangxin.transfer.importing import import_file
from fangxin.transfer.orders import Order
from fangxin.transfer.previewing import preview

TEXT = (
    "客户名称,客户编号,负责人,创建人,创建时间,最后修改人,最后修改时间\n"
    "远山,C1,Lin,Lin,2019-03-04 10:00,Lin,2021-05-06 11:30\n"
    "近水,C2,,nobody known,2020-01-02 08:00,,\n"
)


def moment(found):
    """Return a moment as text, however the database gives it."""
    return str(found).replace(" ", "T")


async def test_owner_authors_and_dates_are_kept(admin, tmp_path):
    lin = {"name": "Lin", "email": "lin@x.example", "role": named_id("role", "sales")}
    await engine.create(admin, "user", lin)
    path = tmp_path / "old.csv"
    path.write_text(TEXT, "utf-8")
    found = await preview(admin, path, {"object": "account"})
    suggested = {each["name"]: each["suggested"] for each in found["columns"]}
    assert suggested["最后修改时间"] == "updated_at"
    assert found["brought"] == ["created_at", "created_by", "updated_at", "updated_by"]
    done = await import_file(admin, path, Order("account"))
    assert (done["created"], done["errors"]) == (2, [])
    kept = ["name", "owner", "created_by", "created_at", "updated_by", "updated_at"]
    far, near = (await find(admin, "account", sort="code", fields=kept)).items
    assert {far[key]["name"] for key in ("owner", "created_by", "updated_by")} == {"Lin"}
    assert moment(far["created_at"]).startswith("2019-03-04T02:00")
    assert moment(far["updated_at"]).startswith("2021-05-06T03:30")
    # who is not known here is whoever imports
    assert near["created_by"]["name"] == "Administrator"
    assert moment(near["updated_at"]) > "2026"
    # the same file again changes nothing; what is changed by a file was changed now
    again = await import_file(admin, path, Order("account", match="code", mode="upsert"))
    assert (again["unchanged"], again["updated"]) == (2, 0)
    path.write_text(TEXT.replace("远山,", "高山,"), "utf-8")
    again = await import_file(admin, path, Order("account", match="code", mode="upsert"))
    assert (again["unchanged"], again["updated"]) == (1, 1)
    far = (await find(admin, "account", sort="code", fields=kept)).items[0]
    assert moment(far["created_at"]).startswith("2019-03-04T02:00")
    assert moment(far["updated_at"]) > "2026"


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("First Name,Last Name,Mobile", 'Anna,Bell,"=""+4915123456789"""', "Anna Bell"),
        ("姓,名,移动电话", "欧阳,小明,+4915123456789", "欧阳小明"),
        # a whole name is taken as it is
        ("First Name,Last Name,Full Name", "Anna,Bell,Dr. Bell", "Dr. Bell"),
    ],
)
async def test_names_in_two_columns(admin, tmp_path, header, cells, expected):
    path = tmp_path / "people.csv"
    path.write_text(f"{header}\n{cells}\n", "utf-8")
    done = await import_file(admin, path, Order("contact"))
    assert (done["created"], done["errors"]) == (1, [])
    (person,) = (await find(admin, "contact", fields=["name", "phone"])).items
    assert person["name"] == expected
    assert person["phone"] == ("+4915123456789" if "Full" not in header else None)


async def test_a_zero_in_a_cell_is_left_out(admin, tmp_path):
    path = tmp_path / "zeros.csv"
    path.write_bytes(
        b"name,phone\nA\x00B,no \x00number\n" + b"".join(b"N%d,\n" % n for n in range(200))
    )
    done = await import_file(admin, path, Order("account"))
    assert (done["created"], [each["row"] for each in done["errors"]]) == (200, [2])
    path.write_text('[{"name": "A\\u0000B"}]')
    assert (await import_file(admin, path, Order("account")))["created"] == 1
    assert (await find(admin, "account", sort="name", fields=["name"])).items[0]["name"] == "AB"
