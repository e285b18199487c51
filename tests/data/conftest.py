"""An installation with what every company starts with: roles, a pipeline, an administrator."""

from __future__ import annotations

import pytest

from fangxin.access.contexts import context_for_user, system_context
from fangxin.modules.base.first_run import FIRST_USER, FirstUser, make_first_records


@pytest.fixture
async def begun(installation):
    """A started installation after its first start."""
    ctx = await system_context(installation)
    user = FirstUser("admin@demo.local", "correct horse battery", locale="en")
    await make_first_records(ctx, user, installation.parts.first_records)
    installation.directory._memory = None
    return installation


@pytest.fixture
async def admin(begun):
    """The context of the administrator."""
    return await context_for_user(begun, FIRST_USER, "api")
