"""The user guide at /help/{locale}/{page}: Markdown made into pages in the app's looks.

It needs nobody to be signed in and nothing from elsewhere, so that it is there when help is needed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import nh3
from litestar import Request, Response, get
from litestar.params import FromPath
from markdown_it import MarkdownIt
from markupsafe import Markup

from fangxin.api import answers, problems
from fangxin.api.pages import HTML, page_named
from fangxin.kernel.errors import NotFound
from fangxin.kernel.i18n import LOCALES, translate

INDEX: Final = "index"
_PACKAGE: Final = Path(__file__).resolve().parent.parent
# a checkout shows what is being written, a package what was built into it
_PLACES: Final = (_PACKAGE.parent / "docs" / "guide" / "user", _PACKAGE / "guide")
_NAME: Final = re.compile(r"[a-z][a-z-]{0,40}")
_PICTURE: Final = re.compile(r"[a-z][a-z-]{0,40}\.png")
_HEADING: Final = re.compile(r"^# (.+)$", re.MULTILINE)
_OWN_LINK: Final = re.compile(r"([a-z-]+)\.md(#.*)?")
_WORDS: Final[Mapping[str, str]] = {
    "guide": "User guide",
    "app": "Back to work",
    "pages": "Chapters",
}

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


@dataclass(frozen=True, slots=True)
class GuidePage:
    """One page of the guide: its title, and its body as clean HTML."""

    key: str
    title: str
    body: Markup


def folder() -> Path:
    """Return where the guide lies."""
    return next((place for place in _PLACES if place.is_dir()), _PLACES[-1])


def _missing() -> NotFound:
    return NotFound("There is no such page in the guide.", code="no_guide_page")


def _locale(word: str) -> str:
    if word not in LOCALES:
        raise _missing()
    return word


def _links(tokens: list[Any]) -> None:
    """Make links between files, as a reader of the source follows them, links between pages."""
    for token in tokens:
        _links(token.children or [])
        target = token.attrs.get("href")
        if target and (own := _OWN_LINK.fullmatch(str(target))):
            token.attrs["href"] = f"{own[1]}{own[2] or ''}"
        # skip field-type: a token of Markdown
        if token.type == "image":
            token.attrs["loading"] = "lazy"


@cache
def render(text: str) -> Markup:
    """Return Markdown as HTML that holds nothing but text, links, tables and pictures."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    _links(tokens)
    raw = parser.renderer.render(tokens, parser.options, {})
    allowed = {**nh3.ALLOWED_ATTRIBUTES, "img": {"src", "alt", "loading"}}
    return Markup(nh3.clean(raw, attributes=allowed))  # noqa: S704 - just cleaned


@cache
def guide(locale: str) -> dict[str, GuidePage]:
    """Return the pages of a language in the order of the index, which comes first."""
    place = folder() / locale
    found = {path.stem: path.read_text("utf-8") for path in sorted(place.glob("*.md"))}
    listed = [each[1] for each in re.finditer(r"\]\(([a-z-]+)\.md\)", found.get(INDEX, ""))]
    order = dict.fromkeys((INDEX, *listed, *found))
    return {key: _page(key, found[key]) for key in order if key in found}


def _page(key: str, text: str) -> GuidePage:
    heading = _HEADING.search(text)
    return GuidePage(key, heading[1].strip() if heading else key, render(text))


def _to_index(locale: str) -> Response[None]:
    return Response(None, status_code=302, headers={"location": f"/help/{locale}/{INDEX}"})


@get("/help")
async def open_guide(request: Incoming) -> Response[None]:
    """Lead to the index in the browser's language."""
    return _to_index(problems.locale_of(request))


@get("/help/{locale:str}")
async def open_guide_in(locale: Word) -> Response[None]:
    """Lead to the index in the language asked for."""
    return _to_index(_locale(locale))


@get("/help/{locale:str}/{page:str}")
async def show_page(request: Incoming, locale: Word, page: Word) -> Response[Any]:
    """Show one page of the guide."""
    pages = guide(_locale(locale))
    if _NAME.fullmatch(page) is None or page not in pages:
        raise _missing()
    help_page = page_named("help")
    text = help_page.write(
        page=pages[page],
        pages=tuple(pages.values()),
        locale=locale,
        others=[each for each in LOCALES if each != locale],
        words={key: translate(locale, word) for key, word in _WORDS.items()},
    )
    policy = (
        "default-src 'none'; script-src 'self'; img-src 'self'; "
        f"style-src {help_page.style_source}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
    headers = {
        "content-security-policy": policy,
        "content-language": locale,
        "cache-control": "no-cache",
        "etag": etag,
    }
    if answers.unchanged(request, etag):
        return Response(None, status_code=304, headers=headers)
    return Response(text, headers=headers, media_type=HTML)


@get("/help/{locale:str}/images/{name:str}")
async def show_picture(locale: Word, name: Word) -> Response[bytes]:
    """Show a picture of the guide."""
    path = folder() / _locale(locale) / "images" / name
    if _PICTURE.fullmatch(name) is None or not path.is_file():
        raise _missing()
    headers = {"cache-control": "public, max-age=3600"}
    return Response(path.read_bytes(), headers=headers, media_type="image/png")


ROUTES: Final = (open_guide, open_guide_in, show_page, show_picture)
