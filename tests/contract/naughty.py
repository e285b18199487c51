"""Records with one text in every field that takes text, and what is to be shown of them."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

LINES = ("description", "x_long_text")
WORDS = ("title", "x_text")


def naughty(number: int, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A contact with the text in every field that takes text, and what is shown of it."""
    kept = unicodedata.normalize("NFC", text).strip()
    one_line = " ".join(re.split(r"\s*[\r\n]+\s*", kept))
    short = one_line[:60].strip()
    sent = {"name": f"n{number} {text[:240]}", "x_rich_text": f"<p>{html.escape(text)}</p>"}
    sent |= dict.fromkeys(LINES, text) | dict.fromkeys(WORDS, one_line[:255])
    sent |= {"x_address": {"street": short}, "tags": [short], "x_tags": [short]} if short else {}
    name = " ".join(re.split(r"\s*[\r\n]+\s*", unicodedata.normalize("NFC", sent["name"]).strip()))
    if one_line[:255]:
        sent["x_sub_table"] = [{"what": one_line[:255], "note": text}]
    shown: dict[str, Any] = {"name": name, "x_rich_text": kept or None}
    shown |= dict.fromkeys(LINES, kept or None)
    shown |= dict.fromkeys(WORDS, one_line[:255].strip() or None)
    listed = [short] if short else []
    shown["x_sub_table"] = [(one_line[:255].strip() or None, kept or None)] if one_line else []
    return sent, shown | {"x_address": short or None, "tags": listed, "x_tags": listed}


def words_of(record: dict[str, Any]) -> dict[str, Any]:
    """What a reader sees: of HTML its words, of an address its street."""
    rich, place = record["x_rich_text"], record["x_address"]
    words = rich and html.unescape(rich.removeprefix("<p>").removesuffix("</p>")).strip()
    cells = [(line["what"], line["note"]) for line in record["x_sub_table"]]
    street = place and place["street"]
    return {**record, "x_rich_text": words, "x_address": street, "x_sub_table": cells}
