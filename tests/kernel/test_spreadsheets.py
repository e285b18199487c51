"""Tables as they come: real corner cases, encodings, delimiters, spreadsheets, no tables at all."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import date

import pytest
import xlsxwriter

from fangxin.kernel.errors import Invalid
from fangxin.kernel.spreadsheets import open_table, rows


def read(path, **options):
    table = open_table(path, **options)
    return [dict(zip(table.columns, row.cells, strict=True)) for row in rows(table)]


def written(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "table"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


SPECTRUM = [
    *("comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json"),
    *("newlines", "newlines_crlf", "quotes_and_newlines"),
    *("simple", "simple_crlf", "utf8"),
]


@pytest.mark.shared
@pytest.mark.parametrize("name", SPECTRUM)
def test_corner_cases_of_csv(shared_folder, name):
    folder = shared_folder / "data/tabular/csv_spectrum"
    # the files were checked out with line feeds alone
    text = (folder / "json" / f"{name}.json").read_text("utf-8").replace("\\r\\n", "\\n")
    expected = json.loads(text)
    assert read(folder / "csvs" / f"{name}.csv") == expected


@pytest.mark.shared
def test_a_quotation_mark_inside_a_plain_cell(shared_folder):
    found = read(shared_folder / "data/tabular/csv_spectrum/csvs/location_coordinates.csv")
    assert found[0]["Location Coordinates"].endswith("""2'17.9"W""")
    assert found[0]["Counties"] == "Stanislaus"


PEOPLE = "姓名,城市,备注\n张三,北京市,重要客户\n李四,上海市,需要回访\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
def test_encodings(tmp_path, encoding):
    text = PEOPLE if encoding not in {"utf-16-le", "utf-16-be"} else "name,city,note\nJo,Ulm,x\n"
    found = read(written(tmp_path, text, encoding))
    assert [tuple(row.values()) for row in found] == [
        tuple(line.split(",")) for line in text.splitlines()[1:]
    ]
    assert list(found[0]) == text.splitlines()[0].split(",")


def test_western_text_is_not_taken_for_chinese(tmp_path):
    text = "Société,Ville\nÉlan Déménagements,Besançon\nMüller & Söhne,Köln\n"
    assert read(written(tmp_path, text, "cp1252"))[0]["Ville"] == "Besançon"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(tmp_path, delimiter):
    lines = [["name", "value", "note"], ["A", "1.5", '"x, y; z"'], ["B", "2", ""]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    found = read(written(tmp_path, text))
    assert found == [
        {"name": "A", "value": "1.5", "note": "x, y; z"},
        {"name": "B", "value": "2", "note": ""},
    ]


def test_excel_names_its_delimiter(tmp_path):
    assert read(written(tmp_path, "sep=;\na;b\n1,5;2\n")) == [{"a": "1,5", "b": "2"}]


def test_one_column(tmp_path):
    assert read(written(tmp_path, "name\nA, B\n")) != []
    assert read(written(tmp_path, "name\nAlpha\n")) == [{"name": "Alpha"}]


def test_columns_get_names_of_their_own(tmp_path):
    table = open_table(written(tmp_path, "a,,a,b,,\n1,2,3,4\n"))
    assert table.columns == ("a", "Column 2", "a (2)", "b")


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path):
    table = open_table(written(tmp_path, '\na,b\n1,2\n\n"x\ny",2\n3,4,5\n6\n'))
    found = [(row.number, row.cells, row.fault and row.fault.code) for row in rows(table)]
    assert found == [
        (3, ("1", "2"), None),
        (5, ("x\ny", "2"), None),
        (6, ("3", "4"), "too_many_cells"),
        (7, ("6", ""), None),
    ]


def test_a_bad_row_does_not_stop_the_rest(tmp_path):
    table = open_table(written(tmp_path, 'a,b\n1,2\n"x"y,3\n4,5\n'))
    found = [(row.number, row.cells[:1], row.fault and row.fault.code) for row in rows(table)]
    assert found == [(2, ("1",), None), (3, ("",), "bad_quotes"), (4, ("4",), None)]


def test_an_unclosed_quote_is_named_with_its_line(tmp_path):
    table = open_table(written(tmp_path, 'a,b\n1,2\n"x,3\n4,5\n'))
    found = list(rows(table))
    assert found[-1].fault.code == "unclosed_quote"
    assert found[-1].fault.values["line"] == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n \n\n", "empty_file"),
        (b"\x00\x01\x02\x03" * 100, "not_a_table"),
        (b"%PDF-1.7\n\x00\x9c\x01" + bytes(range(256)) * 8, "not_a_table"),
        (b"PK\x03\x04nothing", "broken_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "old_excel"),
        (",".join(str(i) for i in range(501)).encode(), "too_many_columns"),
    ],
)
def test_what_is_no_table(tmp_path, content, code):
    with pytest.raises(Invalid) as refused:
        open_table(written(tmp_path, content))
    assert refused.value.code == code


def test_what_unpacks_to_too_much(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(64):
                sheet.write(b"0" * 1024 * 1024)
    with pytest.raises(Invalid) as refused:
        open_table(path)
    assert refused.value.code == "file_too_large"


def test_cells_that_lie_far_apart_end_no_server(tmp_path):
    plain, path = tmp_path / "plain.xlsx", tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(plain)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Name")
        # the last cell there is: the box between them asks for half a terabyte
        sheet.write(1_048_575, 16_383, "far")
    # written as XML may be and as no program writes it
    with zipfile.ZipFile(plain) as made, zipfile.ZipFile(path, "w") as odd:
        for name in made.namelist():
            odd.writestr(name, made.read(name).replace(b'<c r="XFD', b'<c r = "XFD'))
    # it would end the process that reads it, so another one tells
    done = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import pathlib, sys; from fangxin.kernel.errors import Invalid\n"
            "from fangxin.kernel.spreadsheets import open_table\n"
            "try: open_table(pathlib.Path(sys.argv[1]))\n"
            "except Invalid as refused: print(refused.code)",
            str(path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "file_too_large", done.stderr[-500:]
    with pytest.raises(Invalid) as refused:
        open_table(path, sheet="Sheet\0")
    assert refused.value.code == "unknown_sheet"


def test_a_zip_without_a_workbook(tmp_path):
    path = tmp_path / "plain.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(Invalid) as refused:
        open_table(path)
    assert refused.value.code == "not_a_table"


@pytest.mark.shared
def test_spreadsheets(shared_folder):
    folder = shared_folder / "data/tabular/xlsx"
    assert read(folder / "crlf_crlf.xlsx") == [
        {"Normal": "Formula", "abc def": "abc\r\ndef"},
        {"Normal": "Test", "abc def": ""},
    ]
    assert read(folder / "minimal_112.xlsx") == [
        {"Sheet": "123", "JS": "1.23"},
        {"Sheet": "true", "JS": "12.3%"},
    ]
    for name, first in (("1904_1900", "1900-01-11"), ("1904_1904", "1904-01-12")):
        assert list(read(folder / f"{name}.xlsx")[0].values())[1] == first
    table = open_table(folder / "sheet_visibility.xlsx")
    assert table.sheets == ("Visible",)
    with pytest.raises(Invalid):
        open_table(folder / "sheet_visibility.xlsx", sheet="VeryHidden")
    table = open_table(folder / "AutoFilter.xlsx", sheet="Just Filter")
    assert len(list(rows(table))) == 21
    assert table.columns == ("Code", "Format", "Library", "Notes", "Importance")
    assert len(read(folder / "merge_cells.xlsx")) == 2


def test_a_workbook_as_people_make_them(tmp_path):
    path = tmp_path / "made.xlsx"
    book = xlsxwriter.Workbook(str(path))
    hidden = book.add_worksheet("old")
    hidden.write_row(0, 0, ["no", "table"])
    hidden.hide()
    sheet = book.add_worksheet("客户")
    sheet.activate()
    sheet.set_first_sheet()
    sheet.merge_range("B2:E2", "2026 年客户清单")
    sheet.write_row(3, 1, ["编号", "名称", "签约日", "金额"])
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_string(4, 1, "00123")
    sheet.write(4, 2, "远山")
    sheet.write_datetime(4, 3, date(2026, 3, 4), day)
    sheet.write_number(4, 4, 1200000)
    sheet.write_row(6, 1, ["00124", "近水", 46085, "1,200.50"])
    book.close()
    table = open_table(path)
    assert (table.sheets, table.sheet) == (("客户",), "客户")
    assert table.columns == ("Column 1", "编号", "名称", "签约日", "金额")
    assert [(row.number, row.cells[1:], row.fault) for row in rows(table)] == [
        (5, ("00123", "远山", "2026-03-04", "1200000"), None),
        (7, ("00124", "近水", "46085", "1,200.50"), None),
    ]


def test_only_workbooks_have_sheets(tmp_path):
    with pytest.raises(Invalid) as refused:
        open_table(written(tmp_path, "a,b\n1,2\n"), sheet="a")
    assert refused.value.code == "unknown_sheet"


def test_titles_above_the_names_of_columns(tmp_path):
    text = "Customers of 2026;;;\n\n;;;\nname;city;note;size\nA;Ulm;x;1\nB;Köln;;\n"
    table = open_table(written(tmp_path, text))
    assert table.columns == ("name", "city", "note", "size")
    assert [(row.number, row.cells[0]) for row in rows(table)] == [(5, "A"), (6, "B")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # quotation marks inside a plain cell, a mark before the first name, UTF-16 with tabs
        ('name;size\nA "big" one;3\n', [{"name": 'A "big" one', "size": "3"}]),
        ("\ufeff\ufeffname,size\nA,3\n", [{"name": "A", "size": "3"}]),
        ("name\tsize\r\n王\t3\r\n".encode("utf-16"), [{"name": "王", "size": "3"}]),
        ("姓名,镇\n䶮,㙍\n张三,上海市浦东新区\n".encode("gb18030"), None),
    ],
)
def test_odd_ones(tmp_path, content, expected):
    found = read(written(tmp_path, content))
    assert found == (
        expected or [{"姓名": "䶮", "镇": "㙍"}, {"姓名": "张三", "镇": "上海市浦东新区"}]
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"),
    [("accounts", 85), ("products", 7), ("sales_teams", 35), ("sales_pipeline", 8800)],
)
def test_a_real_pipeline_is_read_whole(shared_folder, name, count):
    found = read(shared_folder / "data/pipeline_maven" / f"{name}.csv")
    assert len(found) == count
