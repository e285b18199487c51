"""vCards and JSON are read as tables: a card or object is a row."""

from __future__ import annotations

import pytest

from fangxin.kernel.errors import Invalid
from fangxin.kernel.spreadsheets import open_table, rows

CARDS = """BEGIN:VCARD\r
VERSION:2.1\r
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9D=8E;=E5=B0=\r
=8F=E9=BE=99;;;\r
TEL;HOME:010-1\r
TEL;CELL:13800138000\r
TEL;WORK;FAX:010-9\r
END:VCARD\r
begin:vcard\r
VERSION:3.0\r
FN:Anna Sn\r
 ell\r
item1.EMAIL;type=INTERNET:b@x.cn\r
EMAIL;type=pref:a@x.cn\r
ORG:A\\, B\\; C;Sales;East\r
ADR;TYPE=WORK:;Room 2;1 High St\\nBack;Leeds;;LS1;UK\r
NOTE:one\\ntwo\r
URL:http\\://x.cn\r
PHOTO;ENCODING=b:QUJD\r
 REVG\r
BDAY:19800322\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:4.0\r
TEL;VALUE=uri;PREF=1;TYPE="work,voice":tel:+1-418-656-9254;ext=102\r
N:García;José;;;\r
BDAY:--0203\r
END:VCARD\r
BEGIN:VCARD\r
FN:Cut off\r
"""


def read(path, data, **options):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    table = open_table(path, **options)
    found = []
    for row in rows(table):
        cells = dict(zip(table.columns, row.cells, strict=False))
        found.append((row.number, {name: cell for name, cell in cells.items() if cell}, row.fault))
    return found


def test_a_card_is_a_row(tmp_path):
    first, second, third, last = read(tmp_path / "people.vcf", CARDS)
    names = {"Family name": "李", "Given name": "小龙", "Full name": "李小龙"}
    assert first[1] == names | {"Phone": "13800138000", "Phone 2": "010-1", "Fax": "010-9"}
    assert second[1] == {
        "Full name": "Anna Snell",
        "Company": "A, B; C",
        "Department": "Sales / East",
        "Email": "a@x.cn",
        "Email 2": "b@x.cn",
        "Website": "http://x.cn",
        "Street": "1 High St\nBack Room 2",
        "City": "Leeds",
        "Postal code": "LS1",
        "Country": "UK",
        "Birthday": "1980-03-22",
        "Note": "one\ntwo",
    }
    names = {"Family name": "García", "Given name": "José", "Full name": "José García"}
    assert third[1] == names | {"Phone": "+1-418-656-9254"}
    assert [each[0] for each in (first, second, third, last)] == [1, 2, 3, 4]
    assert (last[1], last[2].code) == ({}, "unended_card")


@pytest.mark.parametrize(
    "text",
    [
        '[{"name": "A", "address": {"city": "X"}, "tags": ["a", "b"]},{"name": "B", "n": 1.5}]',
        '{"name":"A","address":{"city":"X"},"tags":["a","b"]}\n\n{"name":"B","n":1.5}\n',
        # as services wrap it
        '\ufeff{"data": [{"name":"A","address.city":"X","tags":["a","b"]},{"name":"B","n":1.5}]}',
    ],
)
def test_an_object_is_a_row(tmp_path, text):
    found = [cells for _, cells, _ in read(tmp_path / "a.json", text)]
    assert found == [{"name": "A", "address.city": "X", "tags": "a, b"}, {"name": "B", "n": "1.5"}]


def test_a_record_a_line_may_hold_a_list(tmp_path):
    lines = '{"id":"1","items":["x","y"]}\n{"id":"2","items":[]}\n'
    found = [cells for _, cells, _ in read(tmp_path / "a.jsonl", lines)]
    assert found == [{"id": "1", "items": "x, y"}, {"id": "2"}]


def test_what_is_no_object_is_told_by_its_row(tmp_path):
    found = read(tmp_path / "a.jsonl", '{"name":"A"}\nnot json\n[1]\n{"name":"B"}\n')
    assert [(number, fault and fault.code) for number, _, fault in found] == [
        (1, None),
        (2, "not_an_object"),
        (3, "not_an_object"),
        (4, None),
    ]


@pytest.mark.parametrize(("text", "code"), [('[{"a": 1', "broken_file"), ("[{}]", "empty_file")])
def test_a_broken_file_is_refused(tmp_path, text, code):
    with pytest.raises(Invalid) as refused:
        read(tmp_path / "a.json", text)
    assert refused.value.code == code


@pytest.mark.shared
def test_cards_of_programs_are_read(shared_folder):
    places = sorted((shared_folder / "data/contacts/vcard").glob("*.vcf"))
    assert places
    for place in places:
        found = list(rows(open_table(place)))
        assert found
        assert all(row.fault is None and row.cells[0] for row in found)
