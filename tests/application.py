"""The web application around an installation, without the tenth of a second that routes take."""

from __future__ import annotations

import copy
from typing import Any

from litestar.datastructures import State

from fangxin.api.app import create_app
from fangxin.api.edge import Edge
from fangxin.api.hub import Hub
from fangxin.api.metrics import Metrics


class _First:
    """The application that was made first, which nobody asks anything, and what it held."""

    def __init__(self, installation: Any) -> None:
        self.framework: Any = create_app(installation)._app
        self.held = dict(self.framework.state)


_MADE: list[_First] = []


def application(installation: Any) -> Edge:
    """Make the application as `create_app` does; its routes are those of the first one."""
    if not _MADE:
        _MADE.append(_First(installation))
    first = _MADE[0]
    metrics = Metrics(None)
    framework = copy.copy(first.framework)
    framework.state = State(
        {
            **first.held,
            "installation": installation,
            "metrics": metrics,
            "hub": Hub(installation),
        }
    )
    secure = installation.settings.base_url.startswith("https://")
    return Edge(framework, metrics, secure=secure)
