"""Reading the sharing rules in force, for the memory of each worker: once for all users, and again
when one of them changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from fangxin.access.lending import LendingRule, alone
from fangxin.granting.conditions import condition_of
from fangxin.kernel.db import Database
from fangxin.kernel.errors import FangxinError
from fangxin.kernel.logging import logger
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import metadata
from fangxin.objects.registry import Registry

log = logger("sharing rules")


def _find() -> sa.Select[Any]:
    rule = metadata.tables["sharing_rule"].c
    live = (rule.active.is_(sa.true()), rule.deleted_at.is_(None))
    columns = (rule.id, rule.name, rule.applies_to, rule.condition, rule.holders, rule.level)
    # skip one-door: rights are what the door is made of
    return sa.select(*columns).where(*live).order_by(rule.name_sort, rule.id)


_rules: Final = Prepared(_find)


async def read_rules(database: Database, registry: Registry) -> Sequence[LendingRule]:
    """Return the rules in force, in order of name. One that cannot be read any more lends
    nothing.
    """
    found = []
    for row in await database.read(_rules(database.dialect), {}):
        try:
            found.append(_rule(registry, row))
        except FangxinError as error:
            # a field that it names may be in the bin: that must keep nobody out
            log.warning("a sharing rule cannot be read", extra={"rule": row[0], "why": str(error)})
    return found


def _rule(registry: Registry, row: Sequence[Any]) -> LendingRule:
    id_, name, applies_to, tree, holders, level = row
    definition = registry[applies_to]
    text = msgspec.json.encode([definition.name, tree], order="deterministic")
    return LendingRule(
        id=id_,
        name=name,
        object=definition.name,
        edits=level == "edit",
        holders=frozenset(
            each["id"] if each.get("below", True) else alone(each["id"]) for each in holders or ()
        ),
        key=hashlib.sha256(text).hexdigest()[:16],
        tree=tree,
        condition=condition_of(registry, definition, tree),
    )
