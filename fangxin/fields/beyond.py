"""What computed fields look at beyond their own record, and how they get there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

if TYPE_CHECKING:
    from fangxin.fields.base import Field


@dataclass(frozen=True, slots=True)
class Over:
    """What a roll-up adds up: records of `object` that point to its own by `link` and meet
    `filter`.
    """

    object: str
    link: str
    function: str
    of: str | None = None
    filter: Any = None


class Reader(Protocol):
    """What a computed field sees beyond its own record: as much as whoever reads it may see."""

    def linked(
        self, link: Field, source: sa.FromClause
    ) -> tuple[sa.FromClause, list[ColumnElement[bool]]]:
        """Return a table of what a link leads to, and the conditions that find the record."""

    def below(
        self, over: Over, parent: str, source: sa.FromClause
    ) -> tuple[sa.FromClause, sa.FromClause, list[ColumnElement[bool]]]:
        """Return the table of the records that point here, what it is joined with, and the
        conditions that find them.
        """
