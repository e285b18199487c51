"""What makes the records of an object settings: a fact on its declaration (ObjectFacts)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Carried: TypeAlias = Literal["always", "asked", "never"]


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The object's records are settings: the settings history tells of them, and files of the
    configuration carry them to other installations.

    `key` are the fields that tell them apart there, a link by the key of what it points to;
    `carried` whether a file always has them, when it is asked for, or never. `places` says that
    owner and department are part of the setting; `about` is the field that names the object a
    setting is about, `subject` that object where it is always the same.
    """

    key: tuple[str, ...] = ("key",)
    carried: Carried = "always"
    places: bool = False
    about: str | None = None
    subject: str | None = None
