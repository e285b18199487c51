"""What a query finds in a text, shown on the tokens themselves."""

from __future__ import annotations

import pytest

from fangxin.kernel import tokens
from fangxin.kernel.tokens import fold, met_by, parse_query, title_tokens, tokens_of


def found(query: str, text: str) -> bool:
    tokens = title_tokens(text)
    terms = parse_query(query)
    return bool(terms) and all(met_by(term, tokens) for term in terms)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("华", "华为技术有限公司"),
        ("司", "华为技术有限公司"),
        ("为技", "华为技术有限公司"),
        ("技术有限", "华为技术有限公司"),
        ("hwjs", "华为技术有限公司"),
        ("yxgs", "华为技术有限公司"),
        ("huawei", "华为技术有限公司"),
        ("huaw", "华为技术有限公司"),
        ("jishuyouxian", "华为技术有限公司"),
        ("h", "华为技术有限公司"),
        ("xian", "西安饮食"),
        ("lv", "绿城中国"),
        ("技术 华为", "华为技术有限公司"),
        ("acm", "Acme Corporation"),
        ("CORP", "Acme Corporation"),
        ("porat", "Acme Corporation"),
        ("a", "Acme Corporation"),
        ("acme corp", "Acme Corporation"),
        ("cafe", "Café Noir"),
        ("ＡＣＭＥ", "Acme"),
        ("acme", "ＡＣＭＥ 株式会社"),
        ("株式", "ＡＣＭＥ 株式会社"),
        ("13800138000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("00042", "OP-2026-00042"),
        ("op-2026-00042", "OP-2026-00042"),
        ("tony@moveer.com", "Tony.Turner@moveer.com"),
        ("3m中国", "3M中国有限公司"),
        ("москв", "ООО Москва"),
        ("𠮷野", "𠮷野家"),
    ],
)
def test_finds(query, text):
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("华技", "华为技术有限公司"),
        ("hwyx", "华为技术有限公司"),
        ("司华", "华为 公司"),
        ("为科", "华为 科技"),
        ("hwkj", "华为 科技"),
        ("acmecorp", "Acme Corp"),
        ("bexexi", "globex exit"),
        ("orp", "Acme Co rp"),
        ("acme 华为", "Acme Corporation"),
    ],
)
def test_does_not_find(query, text):
    assert not found(query, text)


@pytest.mark.parametrize("query", ["", "   ", "--", "'", '"', "%", "\x00"])
def test_nothing_to_look_for(query):
    assert parse_query(query) == ()


def test_a_long_text_is_cut_and_gives_words_only():
    tokens = tokens_of("华为 alphabet " * 5000)
    assert len(tokens) <= 4000
    assert "alphabet" in tokens
    assert not any(token.startswith(("~", "^", "!")) for token in tokens)


def test_of_a_very_long_text_only_the_beginning_is_looked_at(monkeypatch):
    lines = ["供应光伏逆变器" * 20, "Offer for a turbine"] * 40
    whole = tokens_of("\n".join(lines), 10**6)
    folded = []
    monkeypatch.setattr(tokens, "fold", lambda line: folded.append(line) or fold(line))
    # in Chinese as in English
    for many, most in ((lines, 300), (lines[:1] * 80, 300), (lines[1:2] * 900, 300)):
        folded.clear()
        assert len(tokens_of("\n".join(many), most)) == most
        assert len(folded) < len(many) / 5
    assert tokens_of("\n".join(lines), 300) == whole[:300]
