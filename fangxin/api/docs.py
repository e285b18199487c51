"""The page at /api/docs: small, our own, without a line from elsewhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from fangxin.kernel.errors import NotFound

_TYPES: Final = {"docs.js": "text/javascript", "docs.css": "text/css"}


@cache
def _text(name: str) -> bytes:
    return files("fangxin.api").joinpath("page", name).read_bytes()


def page() -> bytes:
    """Return the page itself."""
    return _text("docs.html")


def part(name: str) -> tuple[bytes, str]:
    """Return script or style with its media type, or raise NotFound."""
    if name not in _TYPES:
        raise NotFound("There is nothing at this address.", code="unknown_address")
    return _text(name), _TYPES[name]
