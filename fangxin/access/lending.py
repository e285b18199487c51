"""Sharing rules in force: which rows of an object are lent to whom, and how far.

What a rule's condition is in SQL is made where filters are read (granting/rules.py); here it is a
value, so that the scope can ask for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.access.shares import SHARED
from fangxin.kernel.db import Database
from fangxin.objects.registry import Registry


@dataclass(frozen=True, eq=False, slots=True)
class LendingRule:
    """A rule in force: `condition` over the table of `object`, or an alias of it.

    `holders` are ids of users, roles and departments, and `alone` of a department without those
    below it. `key` is equal for rules that read alike in SQL; `tree` is the filter tree itself.
    """

    id: str
    name: str
    object: str
    edits: bool
    holders: frozenset[str]
    key: str
    tree: Any
    condition: Callable[[sa.FromClause], ColumnElement[bool]]


ReadRules: TypeAlias = Callable[[Database, Registry], Awaitable[Sequence[LendingRule]]]


async def no_rules(_database: Database, _registry: Registry) -> Sequence[LendingRule]:
    """Return none: what a directory knows that nobody gave a reader of rules."""
    return ()


def alone(department: str) -> str:
    """Return the holder that stands for a department without those below it."""
    return f"={department}"


def held_rules(
    rules: Sequence[LendingRule], holders: Collection[str], department: str | None
) -> tuple[LendingRule, ...]:
    """Return the rules that concern somebody, given the ids under which things are shared with
    him.
    """
    if not rules:
        return ()
    mine = {*holders} if department is None else {*holders, alone(department)}
    return tuple(each for each in rules if not each.holders.isdisjoint(mine))


def rules_of(
    rules: Sequence[LendingRule], object_name: str, action: str
) -> tuple[LendingRule, ...]:
    """Return which of them let one `action` some records of an object."""
    if not rules or action not in SHARED:
        return ()
    mine = (each for each in rules if each.object == object_name)
    return tuple(each for each in mine if action == "read" or each.edits)
