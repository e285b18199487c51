"""How a file is written: told by its looks, corrected by words; and cells whose value is lost."""

from __future__ import annotations

import sys
import zipfile

import pytest
import xlsxwriter

from fangxin.kernel import sheet_marks, worksheets
from fangxin.kernel.errors import FieldError, Invalid
from fangxin.kernel.sheet_marks import marks_of
from fangxin.kernel.spreadsheets import open_table, rows

NOTED = "出口报表\n导出时间,2026-11-01\n姓名;城市,电话\n张三;北京,1\n李四;上海\n"


def table_of(path, **said):
    table = open_table(path, **said)
    return table, [row.fault.code if row.fault else row.cells for row in rows(table)]


def put(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "table"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def test_what_is_said_goes_before_what_it_looks_like(tmp_path):
    path = put(tmp_path, NOTED, "gb18030")
    assert table_of(path)[0].delimiter == ";"
    said = {"encoding": "gb18030", "delimiter": ";", "header_row": 3}
    table, found = table_of(path, **said)
    assert (table.header, table.columns) == (3, ("姓名", "城市,电话"))
    assert found == [("张三", "北京,1"), ("李四", "上海")]
    assert [row for row, _ in table.top] == [1, 2, 3, 4, 5]
    bare, found = table_of(path, **{**said, "header_row": 0})
    assert (bare.columns, len(found)) == (("Column 1", "Column 2"), 5)


def test_quotation_marks_are_told_and_may_be_none(tmp_path):
    path = put(tmp_path, "'name','note'\n'A','x, y'\n'B','it''s'\n")
    table, found = table_of(path)
    assert (table.quote, found) == ("'", [("A", "x, y"), ("B", "it's")])
    path = put(tmp_path, 'size,name\n5",pipe\n3","hose\n')
    assert table_of(path)[1] == [('5"', "pipe"), "unclosed_quote"]
    assert table_of(path, quote="")[1] == [('5"', "pipe"), ('3"', '"hose')]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"quote": "«"}, "bad_quote"),
        ({"delimiter": "x"}, "bad_delimiter"),
        ({"header_row": 9}, "no_header_row"),
        ({"encoding": "punycode"}, "unknown_encoding"),
        ({"encoding": "base64"}, "unknown_encoding"),
        ({"encoding": "utf-16-le"}, "wrong_encoding"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, said, code):
    with pytest.raises(Invalid) as refused:
        table_of(put(tmp_path, "name,city\nA,B\nÜ\n"), **said)
    assert refused.value.errors[0].code == code


def test_totals_and_words_below_are_no_records(tmp_path):
    text = (
        '客户,金额,电话\n甲,5,1\n小计,5,\n乙,7,\nTotal,,\n合计（元）：,"12,000.00",\n\n'
        "制表人：王五,,\n第 1 页,,\n"
    )
    assert table_of(put(tmp_path, text))[1] == [
        *[("甲", "5", "1"), "totals_row", ("乙", "7", "")],
        # a company may be called so: nothing but a name is no sum
        *[("Total", "", ""), "totals_row", "below_table", "below_table"],
    ]
    # behind an empty row a table may go on
    text = "name,city,note\nA,B,C\n\nD,,\n\nE,F,\n"
    assert table_of(put(tmp_path, text))[1] == [("A", "B", "C"), ("D", "", ""), ("E", "F", "")]


def test_cells_say_what_people_see(tmp_path):
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["name", "amount", "share", "code"])
    looks = [book.add_format({"num_format": each}) for each in ("0.0%", "00000", '0"%"')]
    sheet.write_row(1, 0, ["A", 5])
    sheet.write_number(1, 2, 0.07, looks[0])
    sheet.write_number(1, 3, 123, looks[1])
    sheet.write(2, 0, "B")
    sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    sheet.write_number(2, 2, 7, looks[2])
    sheet.write(3, 0, "C")
    sheet.write_formula(3, 1, "=SUM(B2:B3)", None, "")
    sheet.write_number(3, 2, 0.125, looks[0])
    book.close()
    expected = [
        *[("A", "5", "7%", "00123"), ("B", "#DIV/0!", "7", ""), ("C", "#FORMULA!", "12.5%", "")],
    ]
    assert table_of(path)[1] == expected
    # as other programs write it: names with a prefix, no value at all, a formula with text
    odd = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(odd, "w") as target:
        for each in source.infolist():
            data = source.read(each)
            if each.filename.endswith("sheet1.xml"):
                data = data.replace(b"<f>SUM(B2:B3)</f><v></v>", b'<f t="shared" si="0"/>')
                data = data.replace(b't="e"', b"t='e'")
            target.writestr(each, data)
    assert table_of(odd)[1] == expected


def test_formatted_columns_without_values_take_no_room(tmp_path):
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    share = book.add_format({"num_format": "0%"})
    sheet.write_row(0, 0, ["name", "share"])
    sheet.write_row(1, 0, ["A", 0.5], share)
    # the last cell of columns that hold nothing
    for column in range(1, 100):
        sheet.write_blank(1_048_575, column, None, share)
    book.close()
    assert table_of(path)[1] == [("A", "50%")]
    known = path.stat()
    stamp = (known.st_mtime_ns, known.st_size)
    marks = marks_of(path, stamp, "xl/worksheets/sheet1.xml", (2, 2))
    assert {column: len(looks) for column, looks in marks.looks.items()} == {0: 2, 1: 2}


def _workbook_of(path, rows_of_xml):
    """Put a workbook whose one sheet is written here."""
    bare = path.with_suffix(".bare")
    book = xlsxwriter.Workbook(bare)
    book.add_worksheet()
    book.close()
    with zipfile.ZipFile(bare) as source, zipfile.ZipFile(path, "w") as target:
        for each in source.infolist():
            data = source.read(each)
            if each.filename.endswith("sheet1.xml"):
                cells = b"<sheetData>" + rows_of_xml + b"</sheetData>"
                data = data.replace(b"<sheetData/>", cells)
            target.writestr(each, data, zipfile.ZIP_DEFLATED)
    return path


def _marks_of(path, box):
    known = path.stat()
    return marks_of(path, (known.st_mtime_ns, known.st_size), "xl/worksheets/sheet1.xml", box)


def test_errors_of_every_row_are_told_in_little_room(tmp_path):
    count = 600_000
    cells = b"".join(
        b'<row><c r="A%d" t="e"><v>#REF!</v></c></row>' % row for row in range(1, count + 1)
    )
    path = _workbook_of(tmp_path / "book.xlsx", cells)
    marks = _marks_of(path, (count, 1))
    assert {column: (len(held), min(held)) for column, held in marks.errors.items()} == {
        0: (count, max(marks.errors[0]))
    }
    assert sum(sys.getsizeof(held) for held in marks.errors.values()) < 2 * count
    texts = [""]
    marks.put(count - 1, [None], texts, 0)
    assert texts == ["#REF!"]


def test_a_row_without_an_end_is_cut_between_cells(tmp_path, monkeypatch):
    cells = [b'<c r="A1" t="e">%s<v>#N/A</v></c>' % (b" " * size) for size in (0, 70, 900, 5)]
    path = _workbook_of(tmp_path / "book.xlsx", b"<row>" + b"".join(cells * 500) + b"</row>")
    monkeypatch.setattr(sheet_marks, "_CHUNK", 500)
    monkeypatch.setattr(sheet_marks, "_WINDOW", 100)
    with zipfile.ZipFile(path) as archive:
        parts = list(sheet_marks._parts(archive, "xl/worksheets/sheet1.xml"))
    assert sum(part.count(b"#N/A</v></c>") for part in parts) == 2000
    assert all(part.count(b"<c ") == part.count(b"</c>") for part in parts)
    assert max(map(len, parts)) < 3000


def test_marks_where_no_cells_can_be_are_damage(tmp_path):
    hidden = b'<row><c r="A1" t="e"/><!-- <c r="%s1" t="e"><v>#N/A</v></c> --></row>'
    with pytest.raises(FieldError, match="damaged"):
        _marks_of(_workbook_of(tmp_path / "book.xlsx", hidden % b"ZZZ"), (9, 9))


def test_a_workbook_is_laid_out_once_for_its_header_and_its_rows(tmp_path, monkeypatch):
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 1, "who")
    sheet.merge_range(0, 2, 0, 3, "paid")
    sheet.write_row(1, 0, ["name", "city", "how", "what"])
    sheet.write_row(2, 0, ["A", "B", "C", "D"])
    book.close()
    laid, plain = [], worksheets._sheet
    monkeypatch.setattr(worksheets, "_sheet", lambda *given: laid.append(1) or plain(*given))
    table = open_table(path)
    assert table.columns == ("who name", "who city", "paid how", "paid what")
    assert [row.cells for row in rows(table)] == [("A", "B", "C", "D")]
    assert len(laid) == 1
    assert [row.cells for row in rows(table.released())] == [("A", "B", "C", "D")]
    assert len(laid) == 2
