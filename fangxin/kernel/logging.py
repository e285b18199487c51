"""The program's own log (not the change log): lines on standard error, JSON unless people read."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

HIDDEN: Final = "•••"
_SECRET: Final = re.compile(r"passw|secret|token|authorization|cookie|csrf|api_?key|database_url")
# user:password@ in any address
_LOGIN_IN_ADDRESS: Final = re.compile(r"(?<=://)[^/@\s]+@")


def hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Blank what a secret's name gives away, and logins inside addresses."""
    for key, value in event.items():
        if _SECRET.search(key.lower()):
            event[key] = HIDDEN
        elif isinstance(value, str) and "://" in value:
            event[key] = _LOGIN_IN_ADDRESS.sub(f"{HIDDEN}@", value)
    return event


_SHARED: Final[list[Any]] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _formatter(*, readable: bool) -> logging.Formatter:
    # tracebacks are plain: those with local variables would show secrets
    last: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_secrets,
            last,
        ],
    )


def configure_logging(*, readable: bool | None = None) -> None:
    """Send the log of this process, and of the libraries, to standard error.

    `readable` lines are for a person; by default a terminal gets them and anything else JSON.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(readable=sys.stderr.isatty() if readable is None else readable))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # these tell every request or statement at INFO
    for name in ("httpx", "alembic.runtime.migration", "_granian"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of one part of the program, for example `worker`."""
    made: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return made
