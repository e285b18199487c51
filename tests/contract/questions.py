"""What the tests of reading share: the objects, how to compare answers, how to expect a refusal."""

from __future__ import annotations

from typing import Any

import pytest

from fangxin.kernel.errors import FangxinError
from tests.contract.oracle import Oracle
from tests.contract.portraits import record
from tests.contract.seeds import MADE, SETTINGS, Row
from tests.contract.world import World

OBJECTS = (
    *("department", "role", "user", "pipeline", "stage", "exchange_rate", "sharing_rule"),
    *SETTINGS,
    *MADE,
)
EVERY = pytest.mark.parametrize("object_", OBJECTS)


def kinds(world: World, object_: str) -> dict[str, str]:
    """The name of each field's type by key."""
    return {key: f.type.name for key, f in world.registry[object_].fields.items()}


def same(answers: list[Any]) -> Any:
    """The one answer that both databases gave."""
    first, *others = answers
    for each in others:
        assert each == first
    return first


def ids(rows: list[Row]) -> list[str]:
    return sorted(row.id for row in rows)


async def refusal(awaitable: Any, *said: object) -> tuple[int, str]:
    """Status and code of what must be refused; `said` names the case where it is not."""
    try:
        await awaitable
    except FangxinError as error:
        return error.status, error.code
    pytest.fail(f"not refused: {said}")


def expected(world: World, oracle: Oracle, person: str, row: Row) -> dict[str, Any]:
    fields = world.registry[row.object].fields
    return record(oracle, person, row, kinds(world, row.object), lambda key: fields[key].target)
