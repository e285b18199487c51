from pathlib import Path

import pytest

from tests.house.plant import plant, seen
from tools import words as words_tool
from tools.checks import words
from tools.checks.findings import ROOT

CODE = """
from dataclasses import dataclass
import sqlalchemy as sa


@dataclass
class Option:
    key: str
    label: str


class Refused(Exception):
    detail = "Not now."

    def __init__(self, detail=None, *, code=None):
        self.detail = detail


class Late(Refused):
    pass


def text(label, **options):
    return label


class Plan:
    def fault(self, pointer, message):
        return message

    def check(self):
        return self.fault("/columns", "Said by a method.")


def fault(message, pointer):
    return message


def check():
    message = "For programmers alone."
    raise ValueError(message)


message = "Said by a variable."
raise Late(message if x else "Said at once.", code="late")
options = [Option("a", "First"), Option(key="b", label="Second")]
name = text("Name", help="Shown below.")
layout = Layout(sections=(("details", "Details", ("name", "label", "fax")),))
index = sa.text("x IS NULL")
# skip words: a proper name, the same in every language
brand = text("Fangxin")
"""
SPOKEN = {
    *("Not now.", "Said by a variable.", "Said at once.", "First", "Second"),
    *("Name", "Shown below.", "Details", "Said by a method."),
}
PO = "fangxin/locale/zh_CN/a.po"


def entry(text: str, translation: str) -> str:
    return f'msgid "{text}"\nmsgstr "{translation}"\n\n'


def test_every_word_of_the_house_is_translated() -> None:
    assert seen(words.findings(ROOT)) == []


def test_words_for_people_are_found_and_others_are_not(tmp_path: Path) -> None:
    plant(tmp_path, {"fangxin/modules/a.py": CODE})
    assert set(words.extract(tmp_path)) == SPOKEN


def test_what_lacks_a_translation_is_named(tmp_path: Path) -> None:
    catalogue = "".join(entry(text, "字") for text in SPOKEN - {"First"})
    plant(tmp_path, {"fangxin/modules/a.py": CODE, PO: catalogue})
    assert [each.message for each in words.findings(tmp_path)] == [
        "fangxin/locale/zh_CN lacks: First"
    ]


@pytest.mark.parametrize(
    ("translation", "count"), [("最多{limit}个", 0), ("最多{max}个", 1), ("最多", 1), ("", 1)]
)
def test_a_translation_keeps_the_values(tmp_path: Path, translation: str, count: int) -> None:
    code = 'def f(label):\n    return label\n\n\nx = f("At most {limit}")\n'
    plant(tmp_path, {"fangxin/a.py": code, PO: entry("At most {limit}", translation)})
    assert len(words.findings(tmp_path)) == count


def test_catalogues_follow_the_code(tmp_path: Path) -> None:
    catalogue = entry("First", "第一") + entry("Gone", "没了")
    plant(tmp_path, {"fangxin/modules/a.py": CODE, PO: catalogue})
    assert words_tool.update(tmp_path, "zh_CN", "fangxin/locale/zh_CN") == len(SPOKEN) - 1
    assert words_tool.update(tmp_path, "zh_CN", "fangxin/locale/zh_CN") == 0
    new = (tmp_path / "fangxin/locale/zh_CN" / words_tool.NEW).read_text("utf-8")
    assert new.startswith('msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Content-Type: text/plain;')
    assert new.count("#") == new.count("#, python-brace-format")
    # what nobody says by its own name may still be said by another
    known = {"First": "第一", "Gone": "没了"}
    assert words.translated(tmp_path / "fangxin/locale/zh_CN") == known
    assert len(words.findings(tmp_path)) == len(SPOKEN) - 1
