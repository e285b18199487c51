"""Plain data with a shape of its own, such as a role's grants: kept whole, neither filtered nor
sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from fangxin.fields.base import Environment, Field, FieldType
from fangxin.kernel.errors import FieldError
from fangxin.kernel.sql import Json

SIZE: Final = 64_000
# the key under which every record says with whom it is shared
SHARES: Final = "shared_with"


def plain_object(wire: Any) -> Any:
    """Take any JSON object."""
    if not isinstance(wire, Mapping):
        raise FieldError("wrong_type", "An object is needed here.")
    return wire


class Settings(FieldType):
    """JSON of at most SIZE bytes; `check` normalises it or raises FieldError, and is the only one
    to know its shape.
    """

    name = "settings"
    listed = False

    def __init__(self, check: Callable[[Any], Any] = plain_object) -> None:
        self.check = check

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", Json()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        if len(msgspec.json.encode(wire)) > SIZE:
            raise FieldError("too_long", "At most {limit} bytes are allowed.", limit=SIZE)
        return self.check(wire)

    def sort_column(self, field: Field) -> int | None:
        return None

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        try:
            wire = msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise FieldError("wrong_type", "This is not JSON.") from error
        return self.read(field, wire, env)

    def write_text(self, field: Field, wire: Any) -> str:
        return "" if wire is None else msgspec.json.encode(wire).decode()

    def mask(self, wire: Any) -> Any:
        return None


def _entry(wire: Any) -> Mapping[str, Any]:
    if not isinstance(wire, Mapping) or not isinstance(wire.get("with"), Mapping):
        raise FieldError("wrong_type", "An object is needed here.")
    return wire


class Shares(Settings):
    """With whom a record is shared, kept in it, so that the log tells it and undo takes it back:
    [{"with": {"object", "id", "name": null}, "level": "read" | "edit", "until": stored
    moment or null, "part": word or null}].

    It is checked by who writes it (sharing/share.py); nobody writes it as a plain field.
    """

    name = "shares"
    always_told = True

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        if not isinstance(wire, list):
            raise FieldError("not_a_list", "A list of values is needed here.")
        return [_entry(each) for each in wire]
