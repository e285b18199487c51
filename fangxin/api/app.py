"""The web application: all routes around one installation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler

from fangxin.api import (
    actions,
    admin,
    auth,
    changes,
    configuring,
    documents,
    duplicates,
    exports,
    files,
    forms,
    granting,
    guide,
    handover,
    health,
    imports,
    layouts,
    lines,
    live,
    metadata,
    openapi,
    past,
    pasting,
    problems,
    records,
    rules,
    sharing,
    views,
    web,
)
from fangxin.api.door import Installed
from fangxin.api.edge import Edge
from fangxin.api.hub import Hub
from fangxin.api.metrics import Metrics
from fangxin.printing.pdf import Printer

PREFIX: Final = "/api/v1"
VERSIONED: Final[tuple[ControllerRouterHandler, ...]] = (
    *auth.ROUTES,
    *admin.ROUTES,
    *configuring.ROUTES,
    *imports.ROUTES,
    *exports.ROUTES,
    *changes.ROUTES,
    *actions.ROUTES,
    *pasting.ROUTES,
    *documents.ROUTES,
    *duplicates.ROUTES,
    *metadata.ROUTES,
    *layouts.ROUTES,
    *views.ROUTES,
    *live.ROUTES,
    *files.ROUTES,
    *granting.ROUTES,
    *sharing.ROUTES,
    *past.ROUTES,
    *handover.ROUTES,
    *lines.ROUTES,
    *rules.ROUTES,
    *records.ROUTES,
)
PLAIN: Final[tuple[ControllerRouterHandler, ...]] = (
    *openapi.ROUTES,
    *health.ROUTES,
    *forms.ROUTES,
    *guide.ROUTES,
    *web.ROUTES,
)


def create_app(installation: Installed) -> Edge:
    """Make the ASGI application; it opens the installation when it starts, closes it when it ends.

    Granian may kill a worker before it has ended, so nothing relies on the end being reached.
    """
    settings = installation.settings
    metrics = Metrics(settings.data_folder / "metrics" if settings.workers > 1 else None)

    hub = Hub(installation)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        await installation.start()
        hub.start()
        try:
            yield
        finally:
            await hub.stop()
            await installation.stop()

    app = Litestar(
        [Router(PREFIX, route_handlers=VERSIONED), *PLAIN],
        exception_handlers={Exception: problems.handle},
        lifespan=[lifespan],
        state=State(
            {
                "installation": installation,
                "metrics": metrics,
                "web_folder": web.FOLDER,
                "hub": hub,
                "printer": Printer(),
            }
        ),
        openapi_config=None,
        logging_config=None,
        # the edge keeps the limits
        request_max_body_size=None,
        multipart_form_part_limit=20,
    )
    return Edge(app, metrics, secure=settings.base_url.startswith("https://"))
