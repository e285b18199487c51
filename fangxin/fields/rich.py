"""Text with headings, lists and links: HTML of a few harmless elements, searched as plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, Final

import nh3
import sqlalchemy as sa

from fangxin.fields.base import Environment, Field, FieldType, Operator, Storage
from fangxin.fields.text import LONG_LENGTH, clean_text, text_operators

TAGS: Final = frozenset(
    (
        *("p", "br", "strong", "b", "em", "i", "u", "s", "code", "pre", "blockquote", "hr", "a"),
        *("h1", "h2", "h3", "h4", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
    )
)
_ATTRIBUTES: Final = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}
_BREAK: Final = re.compile(r"<br ?/?>|</(?:p|li|h[1-4]|tr|pre|blockquote)>")
_CELL: Final = re.compile(r"</t[dh]>")
_MARKUP: Final = re.compile(
    r"</?(?:p|br|div|ul|ol|li|h[1-6]|strong|em|b|i|u|a|table|span)(?:\s[^<>]*)?/?>", re.IGNORECASE
)


def clean_html(text: str) -> str:
    """Return what is harmless of an HTML text; doing it twice changes nothing more."""
    return nh3.clean(
        text,
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow",
    ).strip()


def plain_text(text: str) -> str:
    """Return the words of a clean HTML text, a line each block."""
    broken = _CELL.sub("\t", _BREAK.sub("\n", text))
    return html.unescape(nh3.clean(broken, tags=set())).strip()


def _on_words(operator: Operator) -> Operator:
    """Return an operator on text as one on the second column, the plain words."""
    return Operator(operator.read, lambda c, bind: operator.build(c[1:], bind))


class RichText(FieldType):
    """HTML beside its plain text, which is what filters and search look at."""

    name = "rich_text"
    listed = False

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.Text()), ("_text", sa.Text()))

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        limit = field.max_length or LONG_LENGTH
        # what is stored may be longer than what was sent (& is &amp; there), and is sent back whole
        clean = clean_text(clean_html(clean_text(wire, limit, lines=True)), limit, lines=True)
        return clean if plain_text(clean) or "<hr" in clean else None

    def store(self, field: Field, value: Any) -> Storage:
        return (value, plain_text(value))

    def operators(self, field: Field) -> Mapping[str, Operator]:
        found = text_operators(lambda _field, wire, _env: clean_text(wire, LONG_LENGTH, lines=True))
        return {name: _on_words(found[name]) for name in ("contains", "starts_with")}

    def sort_column(self, field: Field) -> int | None:
        return None

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        if _MARKUP.search(text):
            return self.read(field, text, env)
        # plain words of a file: what looks like an element there is none
        lines = html.escape(text.strip(), quote=False).splitlines()
        return self.read(field, "".join(f"<p>{line}</p>" for line in lines), env)
