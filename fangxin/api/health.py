"""Whether the process lives, whether it can serve, and its figures."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
import structlog
from litestar import Request, Response, get

from fangxin.api import answers, door
from fangxin.kernel.sql import compile_statement

_log: Final = structlog.get_logger("fangxin.api")

Incoming = Request[Any, Any, Any]


@get("/healthz")
async def healthz(request: Incoming) -> Response[Any]:
    """200 while the process answers at all."""
    return answers.json_answer({"status": "ok"})


@get("/readyz")
async def readyz(request: Incoming) -> Response[Any]:
    """200 when the database answers, else 503."""
    database = door.installation_of(request).database
    try:
        await database.read(
            compile_statement(sa.select(sa.literal_column("1")), database.dialect), {}
        )
    except Exception:  # noqa: BLE001 - whatever it is, this process cannot serve
        _log.warning("not ready", exc_info=True)
        return answers.json_answer({"status": "unavailable"}, 503, {"retry-after": "1"})
    return answers.json_answer({"status": "ok"})


@get("/metrics")
async def metrics(request: Incoming) -> Response[Any]:
    """Figures for Prometheus."""
    found = request.app.state.metrics
    return Response(found.text(), headers=answers.PRIVATE, media_type=found.media_type)


ROUTES: Final = (healthz, readyz, metrics)
