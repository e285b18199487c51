"""Text in its forms, and the automatic number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa

from fangxin.fields.base import Environment, Field, FieldType, Operator, Storage, equality, scalar
from fangxin.kernel.errors import FieldError
from fangxin.kernel.pinyin import sort_key
from fangxin.kernel.sql import Fold, SortText, like_pattern

TEXT_LENGTH: Final = 255
LONG_LENGTH: Final = 100_000
_FORBIDDEN: Final = re.compile("[\x00\ud800-\udfff]")
_CONTROL: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f]")


def clean_text(value: Any, limit: int, *, lines: bool) -> str:
    """Trim and normalise (NFC), or raise FieldError: not text, NUL or lone surrogate, line break
    where none fits, too long.
    """
    if not isinstance(value, str):
        raise FieldError("wrong_type", "Text is needed here.")
    if _FORBIDDEN.search(value):
        raise FieldError(
            "bad_character",
            "The text holds a character that cannot be stored (NUL or half a pair).",
        )
    text = unicodedata.normalize("NFC", value).strip()
    if not lines and ("\n" in text or "\r" in text):
        text = re.sub(r"\s*[\r\n]+\s*", " ", text)
    if len(text) > limit:
        raise FieldError("too_long", "At most {limit} characters are allowed.", limit=limit)
    return text


def _fragment(field: Field, operand: Any, env: Environment) -> str:
    text = clean_text(operand, LONG_LENGTH, lines=True)
    if not text:
        raise FieldError("empty", "Something to look for is needed here.")
    return text


def text_operators(read: Any) -> dict[str, Operator]:
    """Return equality, contains and starts_with; the last two ignore case."""

    def anywhere(field: Field, operand: Any, env: Environment) -> str:
        return like_pattern(_fragment(field, operand, env), anywhere=True)

    def at_start(field: Field, operand: Any, env: Environment) -> str:
        return like_pattern(_fragment(field, operand, env), anywhere=False)

    def build(c: Any, bind: Any) -> Any:
        return Fold(c[0]).like(bind.text(0), escape="\\")

    return equality(read) | {
        "contains": Operator(scalar(anywhere), build),
        "starts_with": Operator(scalar(at_start), build),
    }


def _sorted(field: Field) -> bool:
    # a custom field always: what is stored must not depend on a switch thrown later
    return field.indexed or field.custom


_NUMBER: Final = re.compile(r"[0-9][0-9 -]{8,38}[0-9]")


class Text(FieldType):
    """One line of text. A field that is `indexed` keeps a sort key beside it (case folded,
    pinyin).
    """

    name = "text"
    groups = True
    likeness = "name"

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        if _sorted(field):
            return (("", sa.Text()), ("_sort", SortText()))
        return (("", sa.Text()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return clean_text(wire, field.max_length or TEXT_LENGTH, lines=False) or None

    def store(self, field: Field, value: Any) -> Storage:
        return (value, sort_key(value)) if _sorted(field) else (value,)

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return text_operators(self.read)

    def sort_column(self, field: Field) -> int | None:
        return 1 if _sorted(field) else 0

    def mask(self, wire: Any) -> Any:
        """Return the end of a long number (an account at a bank), and nothing of words."""
        digits = wire is not None and _NUMBER.fullmatch(wire)
        return f"****{wire[-4:]}" if digits else super().mask(wire)

    def keys(self, field: Field, value: Any) -> Iterable[str]:
        return (" ".join(unicodedata.normalize("NFKC", value).casefold().split()),)


class LongText(Text):
    """Text of several lines."""

    name = "long_text"
    groups = False
    listed = False
    likeness = ""

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return clean_text(wire, field.max_length or LONG_LENGTH, lines=True) or None

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.Text()),)

    def store(self, field: Field, value: Any) -> Storage:
        return (value,)

    def sort_column(self, field: Field) -> int | None:
        return None

    def keys(self, field: Field, value: Any) -> Iterable[str]:
        return ()


class AutoNumber(FieldType):
    """A human number made by rule, such as OP-2026-00042. `default` holds the pattern: {year} and
    {number:05}.
    """

    name = "auto_number"
    numbered = True

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", SortText()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return clean_text(wire, field.max_length or TEXT_LENGTH, lines=False) or None

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return text_operators(self.read)

    def keys(self, field: Field, value: Any) -> Iterable[str]:
        return (value.casefold(),)
