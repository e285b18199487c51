"""How one fills a field in by hand where there is nothing but HTML: which control, told by what the
field's JSON looks like.
"""

from __future__ import annotations

from typing import Final

from fangxin.fields.base import Field
from fangxin.fields.schema import forms

_FORMATS: Final = {"email": "email", "phone": "tel", "uri": "url", "date": "date"}
_KINDS: Final = {"boolean": "checkbox", "integer": "number"}
# what is longer has several lines
_ONE_LINE: Final = 2000


def control_of(field: Field) -> str | None:
    """Return "select", "textarea" or the type of an `<input>`; None where no single one can hold
    the value.
    """
    schema = forms(field.type, field).write
    kind, format_ = schema.get("type"), schema.get("format")
    if kind in _KINDS:
        return _KINDS[kind]
    if kind != "string":
        return None
    if "enum" in schema:
        return "select"
    if format_ is not None:
        return _FORMATS.get(format_)
    return "textarea" if longest(field) > _ONE_LINE else "text"


def longest(field: Field) -> int:
    """Return how many characters its text may have, 0 where that is not said."""
    return int(forms(field.type, field).write.get("maxLength", 0))
