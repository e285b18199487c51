"""The user guide: the same pages in each language, whole links, clean HTML, nothing else served."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from fangxin.api import guide
from fangxin.kernel.i18n import LOCALES

PAGES = sorted(guide.folder().glob("*/*.md"))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@pytest.fixture
async def reader(house):
    transport = httpx.ASGITransport(house.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://fangxin.test") as client:
        yield client


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_both_languages_have_the_same_pages() -> None:
    by_locale = [{path.stem for path in PAGES if path.parent.name == each} for each in LOCALES]
    assert len(by_locale[0]) > 10
    assert all(each == by_locale[0] for each in by_locale)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_is_short_listed_and_leads_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 90
    assert text.startswith("# ")
    assert [each for each in LINK.findall(text) if not (path.parent / each).is_file()] == []
    if path.stem != guide.INDEX:
        assert f"({path.name})" in path.with_name(f"{guide.INDEX}.md").read_text("utf-8")


async def test_all_pages_are_served_to_anybody_with_their_pictures(reader) -> None:
    for path in PAGES:
        locale = path.parent.name
        answer = await reader.get(f"/help/{locale}/{path.stem}")
        assert (answer.status_code, answer.headers["content-language"]) == (200, locale)
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert f'<html lang="{locale}">' in answer.text
        assert not re.search(r'href="[^"]+\.md', answer.text)
        for picture in re.findall(r'<img[^>]*src="([^"]+)"', answer.text):
            shown = await reader.get(f"/help/{locale}/{picture}")
            assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")


async def test_the_bare_address_leads_to_the_index_in_the_readers_language(reader) -> None:
    for wanted, locale in (("zh-CN,zh;q=0.9", "zh-CN"), ("en", "en")):
        answer = await reader.get("/help", headers={"accept-language": wanted})
        assert (answer.status_code, answer.headers["location"]) == (302, f"/help/{locale}/index")


ELSEWHERE = (
    "/help/en/no-such-page",
    "/help/fr/index",
    "/help/fr",
    "/help/en/..%2f..%2f..%2fpyproject",
    "/help/..%2f..%2fguide/en",
    "/help/en/images/..%2f..%2f..%2fREADME.png",
    "/help/en/images/%2e%2e%2findex.md",
    "/help/en/images/no.png",
    "/help/en/index.md",
)


async def test_nothing_else_is_served(reader) -> None:
    for address in ELSEWHERE:
        answer = await reader.get(address)
        assert answer.status_code == 404, address
        assert "problem" in answer.headers["content-type"], address


async def test_an_unchanged_page_is_not_sent_again(reader) -> None:
    first = await reader.get("/help/en/index")
    again = await reader.get("/help/en/index", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_html_in_a_page_does_nothing() -> None:
    made = guide.render(
        "# x\n\n<script>alert(1)</script>\n\n[y](javascript:alert(1))"
        " ![z](a.png)\n\n[q](quotes.md#a)"
    )
    assert "<script" not in made
    assert "javascript:" not in re.sub(r">[^<]*<", "><", made)
    assert 'href="quotes#a"' in made
