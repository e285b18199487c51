"""Tables that went through many hands: each is read as its maker meant it, or refused in words."""

from __future__ import annotations

import re
import zipfile

import pytest
import xlsxwriter

from fangxin.kernel.defusing import restore
from fangxin.kernel.errors import Invalid
from fangxin.kernel.spreadsheets import open_table, rows

PEOPLE = "姓名,城市\n张三,北京市\n李四,上海市\n"
BOM = "\ufeff".encode()


def table_of(tmp_path, content):
    path = tmp_path / "table"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    table = open_table(path)
    return table.columns, [row.fault.code if row.fault else row.cells for row in rows(table)]


READ = {
    "marks where files were joined": (
        b"name,city\n" + BOM + b"A,Ulm\n",
        (("name", "city"), [("A", "Ulm")]),
    ),
    "all kinds of line ends": (
        b'name,city\r\nA,Ulm\rB,"x\ry"\nC,D',
        (("name", "city"), [("A", "Ulm"), ("B", "x\ry"), ("C", "D")]),
    ),
    "the end of a file in DOS": (
        b"name,city\r\nA,Ulm\r\n\x1a",
        (("name", "city"), [("A", "Ulm")]),
    ),
    "tabs, where texts have commas": (
        "name\tcity, land\nA\tUlm, D\n",
        (("name", "city, land"), [("A", "Ulm, D")]),
    ),
    "a zero in a cell is no other encoding, and nothing to keep": (
        b"name,city\nA\x00B,Ulm\n" + b"C,D\n" * 100,
        (("name", "city"), [("AB", "Ulm"), *[("C", "D")] * 100]),
    ),
    "names with what is not seen": (
        "\u200bname\u00a0,city\u200b\nA,B\n",
        (("name", "city"), [("A", "B")]),
    ),
    "a cell too long for any field": (
        f"name,city\n{'x' * 140_000},Ulm\nB,Bonn\n",
        (("name", "city"), ["long_cell", ("B", "Bonn")]),
    ),
}


@pytest.mark.parametrize("name", READ)
def test_read(tmp_path, name):
    content, expected = READ[name]
    assert table_of(tmp_path, content) == expected


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "big5hkscs"])
def test_encodings_without_a_word_about_them(tmp_path, encoding):
    text = (
        PEOPLE if encoding != "big5hkscs" else "客戶名稱,城市\n台灣積體電路製造股份有限公司,新竹\n"
    )
    columns, found = table_of(tmp_path, text.encode(encoding))
    assert [columns, *found] == [tuple(line.split(",")) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<html><table><tr><td>name</td></tr></table>", "old_excel"),
        ('<?xml version="1.0"?><Workbook/>', "old_excel"),
        ("%PDF-1.4\n1 0 obj\n", "not_a_table"),
        (r"{\rtf1\ansi name}", "not_a_table"),
        # UTF-8 that was cut in the middle of a character is said to be that
        (PEOPLE.encode()[:-2], "wrong_encoding"),
    ],
)
def test_refused(tmp_path, content, code):
    with pytest.raises(Invalid) as refused:
        table_of(tmp_path, content)
    assert refused.value.code == code
    assert code != "wrong_encoding" or refused.value.values["encoding"] == "utf-8"


@pytest.mark.parametrize("name", ["x" * 200_000, "\ud800", "a\0b", "--help"])
def test_a_sheet_that_no_program_could_be_asked_for(tmp_path, name):
    with pytest.raises(Invalid) as refused:
        open_table(book(tmp_path, plain), sheet=name)
    assert refused.value.code == "unknown_sheet"


def test_digits_kept_from_becoming_numbers():
    assert restore('="00123"') == "00123"
    assert restore('="a ""b"""') == 'a "b"'
    assert restore("'=1+1") == "=1+1"
    assert restore("=1+1") == "=1+1"


# --- workbooks ---


def book(tmp_path, fill, name="made.xlsx"):
    path = tmp_path / name
    made = xlsxwriter.Workbook(str(path))
    fill(made.add_worksheet("客户"), made)
    made.close()
    return path


def bent(path, bend):
    """Write the workbook anew with its sheet's XML changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = bend(parts["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def plain(sheet, _book):
    sheet.write_row(0, 0, ["name", "city"])
    sheet.write_row(1, 0, ["A", "Ulm"])


def test_groups_above_the_names_of_columns(tmp_path):
    def fill(sheet, _book):
        sheet.merge_range(0, 0, 0, 5, "2026 年客户")
        sheet.merge_range(1, 0, 2, 0, "名称")
        sheet.merge_range(1, 1, 1, 2, "联系人")
        sheet.merge_range(1, 3, 1, 5, "开票")
        sheet.write_row(2, 1, ["姓名", "电话", "税号", "银行", "电话"])
        # two people of one customer
        sheet.merge_range(3, 0, 4, 0, "远山")
        sheet.write_row(3, 1, ["王", "1", "T", "B", "2"])
        sheet.write_row(4, 1, ["李", "3"])
        sheet.write_row(5, 0, ["近水", "", "5"])

    table = open_table(book(tmp_path, fill))
    assert table.columns == (
        *("名称", "联系人 姓名", "联系人 电话"),
        *("开票 税号", "开票 银行", "开票 电话"),
    )
    assert [(row.number, row.cells[:3]) for row in rows(table)] == [
        (4, ("远山", "王", "1")),
        (5, ("远山", "李", "3")),
        (6, ("近水", "", "5")),
    ]


def test_a_cell_far_away_is_refused_before_it_takes_all_memory(tmp_path):
    def fill(sheet, made):
        plain(sheet, made)
        # what only has a look is nothing to read
        sheet.write_blank(1_048_575, 16_000, None, made.add_format({"bold": True}))

    path = book(tmp_path, fill)
    assert [row.cells for row in rows(open_table(path))] == [("A", "Ulm")]
    far = book(tmp_path, lambda sheet, _: (plain(sheet, _), sheet.write(1_048_575, 16_383, "x")))
    with pytest.raises(Invalid) as refused:
        open_table(far)
    assert refused.value.code == "file_too_large"
    assert refused.value.values == {"sheet": "客户", "cell": "XFD1048576"}
    # a hidden neighbour of that kind is nobody's matter
    beside = book(tmp_path, lambda sheet, made: (plain(sheet, made), distant(made)))
    assert len(list(rows(open_table(beside)))) == 1


def distant(made):
    sheet = made.add_worksheet("far")
    sheet.write(1_048_575, 16_383, "x")
    sheet.hide()


@pytest.mark.parametrize(
    "bend",
    [
        lambda xml: xml[:-40],
        lambda xml: xml.replace(b'r="B2"', b'r="ZZZZZZZ99999999999"'),
    ],
)
def test_a_damaged_sheet(tmp_path, bend):
    with pytest.raises(Invalid) as refused:
        open_table(bent(book(tmp_path, plain), bend))
    assert refused.value.code == "broken_file"


def test_characters_that_are_none(tmp_path):
    def fill(sheet, made):
        plain(sheet, made)
        sheet.write_row(2, 0, ["a_xD800_b", "a_x0000_b_x000D_"])

    table = open_table(book(tmp_path, fill))
    assert [row.cells for row in rows(table)][1] == ("a\ufffdb", "ab\r")


@pytest.mark.parametrize("said", [b"A1:XFD1048576", b"A1", b"A1:A1"])
def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path, said):
    def bend(xml):
        return re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="%s"/>' % said, xml)

    assert [row.cells for row in rows(open_table(bent(book(tmp_path, plain), bend)))] == [
        ("A", "Ulm")
    ]


# --- vCards ---


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        # an assistant within a card (version 2.1)
        (
            "FN:A\nAGENT:\nBEGIN:VCARD\nFN:Inner\nTEL:9\nEND:VCARD\nTEL:5\n",
            {"Full name": "A", "Phone": "5"},
        ),
        # quoted-printable without a charset, as Windows wrote it
        ("FN;ENCODING=QUOTED-PRINTABLE:J=F6rg\n", {"Full name": "Jörg"}),
        ("FN:A\nNOTE;ENCODING=BASE64:5L2g5aW9\n", {"Full name": "A", "Note": "你好"}),
    ],
)
def test_cards(tmp_path, card, expected):
    columns, found = table_of(tmp_path, f"BEGIN:VCARD\nVERSION:2.1\n{card}END:VCARD\n")
    assert [dict(zip(columns, cells, strict=True)) for cells in found] == [expected]


def test_cards_in_wide_characters(tmp_path):
    text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:王 😀\r\nEND:VCARD\r\n"
    assert table_of(tmp_path, text.encode("utf-16")) == (("Full name",), [("王 😀",)])
