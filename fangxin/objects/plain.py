"""Which shipped texts an administrator may have encrypted, and why the others stay plain.

The table of an object has a column for the ciphertext of each that may be, empty until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fangxin.fields.base import Field
from fangxin.fields.catalogue import SETTINGS
from fangxin.fields.sealed import SEALED

if TYPE_CHECKING:
    from fangxin.objects.declare import ObjectFacts


def plain_because(facts: ObjectFacts, field: Field) -> tuple[str, str] | None:
    """Return why a shipped field cannot be encrypted (code, message), None where it can be."""
    if "encrypted" not in SETTINGS.get(field.type.name, ()):
        message = "Only text can be encrypted."
        return "not_text", message
    if facts.configuration is not None:
        message = "Settings are read by the system itself, and stay plain."
        return "setting", message
    if field.key in {"name", facts.title, facts.natural_key} or field.indexed or field.unique:
        message = "Records are named, told apart or sorted by this field, so that it stays plain."
        return "names_records", message
    if field.key in facts.plain or field.internal or field.system:
        message = "The system itself needs this field in plain text."
        return "system_reads", message
    return None


def further_columns(facts: ObjectFacts | None, field: Field) -> list[tuple[str, Any]]:
    """Return the columns (name, type) of a shipped field beside its first, with the spare one."""
    _, *found = zip(field.column_names, (own for _, own in field.type.storage(field)), strict=True)
    if facts is None or field.encrypted or plain_because(facts, field) is not None:
        return found
    return [*found, (field.key + SEALED, sa.Text())]
