"""Text that lies encrypted in the database, beside a keyed index by which equal text is found.

It behaves as its type does but for what needs the text itself: the forms of kernel/sealed_text.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.fields.base import Environment, Field, FieldType, Operator, Storage
from fangxin.kernel.errors import FieldError
from fangxin.kernel.sealed_text import MARK, UNREADABLE, Bare, Cipher, Held, Open, Shut
from fangxin.kernel.sql import InArray

# ends the name of the column that holds a shipped field's ciphertext
SEALED: Final = "_sealed"
EXACT: Final = ("is", "is_not", "in")


class Sealed(FieldType):
    """What encryption changes of a text's type; `sealed` mixes it in."""

    # by time.monotonic(); till then texts are stored as they are (see sealing/bound.await_others)
    open_until = 0.0

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.Text()), (SEALED, sa.Text()))

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        if wire == UNREADABLE:
            message = "This value could not be opened. Leave it out, or give a new one."
            raise FieldError("unreadable", message)
        return super().read(field, wire, env)  # type: ignore[safe-super]

    def store(self, field: Field, value: Any) -> Storage:
        if isinstance(value, Held):
            return (value.blind, value.cipher)
        if isinstance(value, Open):
            plain = super().store(field, str(value))
            return plain if field.custom else (plain[0], None)
        # rules ask for equal text before a row is written
        return (field.seal.blinds(value)[0] if field.seal else None, Bare(value))

    def load(self, field: Field, storage: Storage) -> Any:
        blind, sealed, *record = (*storage, None) if len(storage) == 1 else storage
        if isinstance(sealed, Bare | Cipher):
            return sealed.text
        if blind is None or not str(sealed).startswith(MARK):
            return blind  # of a row from before the field was encrypted
        return field.seal.open(blind, sealed, record[0]) if record else Shut(blind, sealed)

    def write(self, field: Field, storage: Storage) -> Any:
        value = self.load(field, storage)
        return None if value is None else str(value)

    def operators(self, field: Field) -> Mapping[str, Operator]:
        inner = super().operators(field)
        return {name: _exact(name, inner[name]) for name in EXACT if name in inner}

    def sort_column(self, field: Field) -> int | None:
        return None

    def keys(self, field: Field, value: Any) -> Iterable[str]:
        plain = super().keys(field, str(value))
        if field.seal is None:
            return plain
        return [f"+{blind}" for each in plain for blind in field.seal.blinds(f"key {each}")]


def _exact(name: str, operator: Operator) -> Operator:
    def read(field: Field, operand: Any, env: Environment) -> Sequence[Any]:
        given = operator.read(field, operand, env)[0]
        texts = [each or "" for each in (given if isinstance(given, list) else [given])]
        # rows from before the field was encrypted hold the text itself in place of its index
        return ([*texts, *(b for text in filter(None, texts) for b in field.seal.blinds(text))],)

    def build(c: Any, bind: Any) -> Any:
        if name == "is_not":
            return sa.not_(InArray(sa.func.coalesce(c[0], ""), bind.array(0)))
        return InArray(c[0], bind.array(0))

    return Operator(read, build)


@cache
def _sealed_class(kind: type[FieldType]) -> type[FieldType]:
    unlike = {"groups": False, "likeness": ""}
    return type(f"Sealed{kind.__name__}", (Sealed, kind), unlike)


def sealed(type_: FieldType, *, wanted: bool) -> FieldType:
    """Return a type of text, encrypted where that is wanted; it keeps its name, forms and mask."""
    return _sealed_class(type(type_))() if wanted else type_
