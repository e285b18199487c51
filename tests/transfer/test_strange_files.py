"""Files of other programs, as they come: what is guessed of them, what arrives, what is told."""

from __future__ import annotations

import pytest

from fangxin.kernel.days import guess_day, guess_moment
from fangxin.kernel.encodings import detect
from fangxin.kernel.telephones import country_of, country_of_numbers
from fangxin.records import reading
from fangxin.transfer import previewing, reporting
from fangxin.transfer.importing import import_file
from fangxin.transfer.orders import Order
from fangxin.transfer.suggesting import suggest

SALESFORCE = """Id,Name,ParentId,BillingStreet,BillingCity,BillingCountry,Phone,AnnualRevenue,\
CreatedDate,Fax
0015g00000XyZaBAAV,Edge,,312 Place,Austin,United States,(512) 757-6000,3.5E8,\
2023-05-11T08:30:11.000+0000,(512) 757-9000
0015g00000XyZaCAAV,Müller,,Hauptstr. 1,Berlin,Germany,030 901820,,2023-05-11T08:30:11.000+0000,
"""
SUITE = """"Name","Website","Office Phone","Billing City","Date Created","Email Address"
"O&#039;Brien &amp; Sons","http://","(020) 7946 0958","London","03/04/2024 10:30","i@ob.co.uk"
"Plain","","n/a","London","05/04/2024 10:30","a@b.co.uk;c@b.co.uk"
"""
CHINESE = """客户名称(必填),电话,省,市,年收入,详细地址
云朵,0755-88886666转801,浙江省,杭州市,"1,200",文三路1号
山海,8888666,,上海市,-,
大江,400-820-8820,,,,
小河,13800138002/13800138003,,,,
"""


async def brought_in(admin, tmp_path, text, name="account", **options):
    """Return what the preview, a trial and the import say of a file, and the records by name."""
    path = tmp_path / "file.csv"
    path.write_text(text, "utf-8")
    shown = await previewing.preview(admin, path, {"object": name})
    tried = await import_file(admin, path, Order(name, dry_run=True, **options))
    done = await import_file(admin, path, Order(name, **options))
    same = ("created", "failed", "assumed", "errors", "notes", "left_out")
    assert [tried[key] for key in same] == [done[key] for key in same]
    keys = ("phone", "email", "address", "annual_revenue", "website", "created_at")
    page = await reading.find(admin, name, fields=["name", *keys])
    columns = {each["name"]: each for each in shown["columns"]}
    return columns, done, {each["name"]: each for each in page.items}


async def test_numbers_are_of_the_country_that_their_row_or_file_tells(admin, tmp_path):
    columns, done, found = await brought_in(admin, tmp_path, SALESFORCE)
    assert (done["created"], done["failed"]) == (2, 0)
    assert [found[name]["phone"] for name in ("Edge", "Müller")] == ["+15127576000", "+4930901820"]
    assert (columns["Phone"]["phone_country"], columns["Phone"]["country"]) == (
        "US",
        "BillingCountry",
    )
    # the town does not take the street's place
    assert found["Edge"]["address"]["street"] == "312 Place"
    assert found["Edge"]["address"]["city"] == "Austin"
    assert found["Edge"]["annual_revenue"]["amount"] == "350000000.00"
    assert done["left_out"] == ["Fax"]
    us = "Company,Phone\nA,(415) 555-0132\nB,415.555.0133 x7\nC,+44 20 7946 0958\n"
    _, done, found = await brought_in(admin, tmp_path, us)
    assert [found[name]["phone"] for name in "ABC"] == [
        "+14155550132",
        "+14155550133",
        "+442079460958",
    ]
    assert [(each["row"], each["code"]) for each in done["notes"]] == [(3, "extension")]
    assert [each["column"] for each in done["assumed"]] == ["Phone"]
    # who says that they are Chinese is told that they cannot be
    plan = {"columns": {"Company": "name", "Phone": {"field": "phone", "clean": ["phone:CN"]}}}
    _, done, _ = await brought_in(admin, tmp_path, us, map=plan)
    assert [(each["row"], each["code"]) for each in done["notes"]] == [
        (2, "odd_phone"),
        (3, "extension"),
    ]


async def test_what_a_file_means_is_told_and_nothing_goes_in_silence(admin, tmp_path):
    columns, done, found = await brought_in(admin, tmp_path, SUITE)
    assert (done["created"], done["failed"]) == (2, 0)
    brien = found["O'Brien & Sons"]
    # without a day beyond 12 the addresses tell whose order it is
    assert str(brien["created_at"]).replace("T", " ")[:16] == "2024-04-03 02:30"
    assert (brien["phone"], brien["website"]) == ("+442079460958", None)
    assert columns["Date Created"]["order_of_days"] == "dmy"
    assert {each["column"] for each in done["assumed"]} == {"Date Created", "Office Phone"}
    assert (found["Plain"]["phone"], found["Plain"]["email"]) == (None, "a@b.co.uk")
    assert [(each["row"], each["code"]) for each in done["notes"]] == [(3, "more_than_one")]
    assert "c@b.co.uk" in done["notes"][0]["message"]
    # notes have a file of their own: the error file would bring their rows once more
    lines = [line async for line in reporting.error_lines(admin, done["id"], notes=True)]
    assert (len(lines), done["error_file"]) == (2, None)
    _, done, found = await brought_in(admin, tmp_path, CHINESE)
    assert (done["created"], done["failed"]) == (4, 0)
    assert found["云朵"]["phone"] == "+8675588886666"
    assert found["云朵"]["address"]["region"] == "浙江省"
    assert found["云朵"]["annual_revenue"]["amount"] == "1200.00"
    assert [(each["row"], each["code"]) for each in done["notes"]] == [
        (2, "extension"),
        (3, "odd_phone"),
        (5, "more_than_one"),
    ]


async def test_days_are_read_in_the_order_that_their_file_tells(admin, tmp_path):
    deals = "Name,Close Date,Created Date,Amount\nA,{},{},1\nB,05/06/2024,05/06/2024,{}\n"
    cases = (
        # another column of the file tells it; commas before fractions do not hold for dates
        (("03/04/2024", "13/04/2024", '"1.234,50"'), "dmy", ["Close Date"]),
        (("03/14/2024", "04/03/2024", "1"), "mdy", ["Created Date"]),
        (("2024-03-04", "4-Mar-24", "1"), "mdy", ["Close Date", "Created Date"]),
    )
    path = tmp_path / "deals.csv"
    for (first, second, amount), order, open_ones in cases:
        path.write_text(deals.format(first, second, amount), "utf-8")
        shown = await previewing.preview(admin, path, {"object": "opportunity"})
        assert [each["order_of_days"] for each in shown["columns"][1:3]] == [order] * 2
        told = [each["name"] for each in shown["columns"] if each["assumed"]]
        assert told == open_ones
        done = await import_file(admin, path, Order("opportunity"))
        assert (done["created"], done["failed"]) == (2, 0), done["errors"]
    page = await reading.find(admin, "opportunity", fields=["amount"], sort="-amount", limit=1)
    assert page.items[0]["amount"]["amount"] == "1234.50"


async def test_owners_are_found_by_the_address_behind_their_name(admin, tmp_path):
    text = "Name,Owner\nA,Anybody (admin@demo.local)\nB,Nobody <nobody@x.com>\n"
    _, done, _ = await brought_in(admin, tmp_path, text)
    assert done["created"] == 1
    assert [(each["row"], each["code"]) for each in done["errors"]] == [(3, "unknown_link")]


HEADERS = {
    ("lead", "Record Id,Lead Owner.id,Lead Owner,Company,First Name,Last Name,Title,City,State"): (
        {"Lead Owner": "owner", "First Name": "name", "State": "address.region"},
        {"Record Id", "Lead Owner.id", "Last Name"},
    ),
    ("contact", "Title,First Name,Last Name,Company,Department,Job Title,E-mail Address"): (
        {"First Name": "name", "Company": "account", "Job Title": "title"},
        {"Title", "Department", "Last Name"},
    ),
    ("contact", "id,name,parent_id/name,company_id/id,function,user_id/login,is_company"): (
        {
            "name": "name",
            "parent_id/name": "account",
            "function": "title",
            "user_id/login": "owner",
        },
        {"id", "company_id/id", "is_company"},
    ),
    ("account", "(Do Not Modify) Account,Account Name,Main Phone,Address 1: City"): (
        {"Account Name": "name", "Main Phone": "phone", "Address 1: City": "address.city"},
        {"(Do Not Modify) Account"},
    ),
    ("account", "Id,Name,客戶名稱,Type,BillingCity"): ({"Id": "code", "Type": "status"}, set()),
    ("account", "客戶名稱,電話,公司網址"): (
        {"客戶名稱": "name", "電話": "phone", "公司網址": "website"},
        set(),
    ),
}


def test_columns_of_other_programs(admin):
    for (name, header), (there, left) in HEADERS.items():
        found = suggest(admin, admin.registry[name], header.split(","))
        assert there.items() <= found.items(), (header, found)
        assert not left & set(found), (header, found)


DAYS = {
    **dict.fromkeys(("04-Mar-2024", "4-Mar-24", "March 4 2024", "4th March 2024"), "2024-03-04"),
    **dict.fromkeys(
        ("2024/03/04 星期一", "２０２４年３月４日", "04.03.24", "3/4/24"), "2024-03-04"
    ),
    "Mon, 04 Mar 2024 10:00:00 +0800": "2024-03-04T10:00:00+08:00",
    "Mon Mar 04 2024 10:00:00 GMT+0800 (China Standard Time)": "2024-03-04T10:00:00+08:00",
    "2024-03-04T10:00:00+08:00[Asia/Shanghai]": "2024-03-04T10:00:00+08:00",
    "1714555200000": "2024-05-01T09:20:00+00:00",
    "202403041015": "2024-03-04T10:15:00",
}


@pytest.mark.parametrize("text", DAYS)
def test_days_of_other_programs(text):
    day, _, time = DAYS[text].partition("T")
    assert guess_day(text).isoformat() == day
    assert guess_moment(text).isoformat() == f"{day}T{time or '00:00:00'}"


@pytest.mark.parametrize(
    ("texts", "usual", "others", "chinese", "found"),
    [
        (["415-555-0132", "4155550133"], "CN", [], False, "US"),
        # ten digits that have lost a zero before them
        (["2158881234", "13800138000"], "CN", [], True, "CN"),
        (["030 901820", "0171/1234567"], "CN", ["DE"], False, "DE"),
        (["13800138000", "010-88886666"], "US", [], False, "CN"),
        (["555-0150", "12"], "CN", [], False, "CN"),
        (["+1 415 555 0132"], "CN", [], False, "CN"),
    ],
)
def test_whose_numbers(texts, usual, others, chinese, found):
    assert country_of_numbers(texts, usual, others, chinese=chinese) == found


def test_countries_by_any_name():
    names = {
        "USA": "US",
        "U.K.": "GB",
        "德国": "DE",
        "Côte d’Ivoire": "CI",
        "cn": "CN",
        "Mars": None,
    }
    assert {name: country_of(name) for name in names} == names


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Название,Телефон\nООО Ромашка,1\n"),
        ("cp932", "会社名,電話番号\n株式会社テスト,03\nサクラ商事,06\n"),
        ("big5hkscs", "客戶名稱,電話\n台北科技股份有限公司,02\n"),
        ("cp1252", "Kundenname;Straße\nMüller;Große Gasse\n"),
        ("utf-8", "Name,Phone\nA\x00B,1\nC,\x002\n"),
    ],
)
def test_encodings(encoding, text, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(text.encode(encoding))
    assert detect(path) == encoding


async def test_columns_without_a_name_are_no_fault_of_their_rows(admin, tmp_path):
    text = "Name,Name,Phone,,\nA,B,13800138001,x,y\n"
    columns, done, _ = await brought_in(admin, tmp_path, text)
    assert [*columns] == ["Name", "Name (2)", "Phone", "Column 4", "Column 5"]
    assert (done["created"], done["left_out"]) == (1, ["Name (2)", "Column 4", "Column 5"])
