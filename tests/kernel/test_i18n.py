"""Words in two languages: choosing, filling in, and catalogues without contradictions."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from babel.messages.pofile import read_po

from fangxin.fields.base import Option
from fangxin.kernel.i18n import FOLDER, catalogue, choose_locale, translate

NAMED = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, "en"),
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("zh_CN", "en"),
        ("en-GB, zh;q=0.9", "en"),
        ("de, fr;q=0.9, zh;q=0.2", "zh-CN"),
        ("en;q=0.1, zh;q=0.2", "zh-CN"),
        ("zh;q=0, en", "en"),
        ("zh;q=0", "en"),
        ("zh;q=nonsense, en;q=0.1", "en"),
        ("*", "en"),
        (",;=,;;q=1", "en"),
        ("xx," * 10_000 + "zh", "en"),
    ],
)
def test_the_language_is_chosen_by_the_header(header, locale):
    assert choose_locale(header) == locale


def test_values_are_put_in_as_text_and_never_read_as_a_pattern():
    assert translate("en", "{a} and {b}", {"a": "{b}", "b": 7}) == "{b} and 7"
    assert translate("en", "{a.__class__} {missing}", {"a": 1}) == "{a.__class__} {missing}"


def test_chinese_has_its_words_and_unknown_text_stays():
    assert translate("zh-CN", "Please sign in.") == "请先登录。"
    assert translate("en", "Please sign in.") == "Please sign in."
    assert translate("zh-CN", "No such sentence {n}.", {"n": 1}) == "No such sentence 1."
    assert translate("xx", "Please sign in.") == "Please sign in."


def test_what_has_a_name_is_called_by_it_with_its_key_behind():
    held = (Option("is", "is"), Option("won", "Won", labels={"zh-CN": "赢单"}))
    assert translate("zh-CN", "{held}", {"held": held}) == "是 (is)、赢单 (won)"
    assert translate("en", "{held}", {"held": held}) == "is, Won"


def entries():
    for path in sorted(FOLDER.rglob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                if message.id:
                    yield path, message


def test_two_catalogues_never_translate_one_sentence_differently():
    found = defaultdict(set)
    for path, message in entries():
        found[path.parent, message.id].add(message.string)
    assert [key for key, strings in found.items() if len(strings) > 1] == []


def test_a_translation_names_the_same_values():
    wrong = [
        (path.name, message.id)
        for path, message in entries()
        if set(NAMED.findall(message.id)) != set(NAMED.findall(message.string))
    ]
    assert wrong == []


def test_catalogues_have_no_empty_and_no_fuzzy_entry():
    assert [(p.name, m.id) for p, m in entries() if not m.string or m.fuzzy] == []
    assert len(catalogue("zh-CN")) > 20
