"""What tests of objects share: a shop with a sub-table."""

from __future__ import annotations

from typing import Any

import pytest

from tests.objects.shop import COLUMNS, Shop


@pytest.fixture
async def shop(begun: Any) -> Shop:
    made = Shop(begun)
    await made.refresh()
    await made.make(key="items", type="sub_table", columns=COLUMNS, searchable=True)
    return made
