"""The built web app: its files with their caching, and index.html for every address of its own."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from fangxin.api import answers

FOLDER: Final = Path(__file__).resolve().parent.parent / "web_dist"
YEAR: Final = "public, max-age=31536000, immutable"
FRESH: Final = "no-cache"
# Vite puts a hash of the content before the ending
_HASHED: Final = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.\w+$")
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_TYPES: Final = {
    ".js": "text/javascript",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
# what is asked for outside the API, but is no page of the app
_NO_PAGE: Final = ("/api/",)

Incoming = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the app: where each encoding lies, its media type, its ETag."""

    places: dict[str, Path]
    media_type: str
    etag: str
    caching: str


@cache
def assets(folder: Path) -> dict[str, Asset]:
    """Return all files of the app by address. The folder does not change while a process lives."""
    found = {}
    endings = tuple(ending for _, ending in _ENCODINGS)
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and not path.name.endswith(endings):
            found["/" + path.relative_to(folder).as_posix()] = _asset(path)
    return found


def _asset(path: Path) -> Asset:
    packed = ((name, path.with_name(path.name + ending)) for name, ending in _ENCODINGS)
    places = {name: place for name, place in packed if place.is_file()}
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    media_type = _TYPES.get(path.suffix, guessed)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    caching = YEAR if _HASHED.search(path.name) else FRESH
    return Asset({**places, "": path}, media_type, f'"{digest}"', caching)


def _accepted(request: Incoming, asset: Asset) -> str:
    wanted = request.headers.get("accept-encoding", "")
    names = {part.partition(";")[0].strip() for part in wanted.split(",") if "q=0" not in part}
    return next((name for name, _ in _ENCODINGS if name in names and name in asset.places), "")


def serve(request: Incoming, asset: Asset) -> Response[Any]:
    """Answer with a file of the app in the best encoding that the client takes."""
    encoding = _accepted(request, asset)
    headers = {"etag": asset.etag, "cache-control": asset.caching, "vary": "accept-encoding"}
    if answers.unchanged(request, asset.etag):
        return Response(None, status_code=304, headers=headers)
    if encoding:
        headers["content-encoding"] = encoding
    return Response(
        asset.places[encoding].read_bytes(), headers=headers, media_type=asset.media_type
    )


@get(["/", "/{address:path}"])
async def web_app(request: Incoming) -> Response[Any]:
    """A file of the app, or its page: what is shown at this address is the app's affair."""
    address: str = request.scope["path"]
    known = assets(request.app.state.web_folder)
    found = known.get(address)
    if found is None:
        page = known.get("/index.html")
        file_like = "." in address.rpartition("/")[2]
        if page is None or file_like or f"{address}/".startswith(_NO_PAGE):
            raise NotFoundException
        found = page
    return serve(request, found)


ROUTES: Final = (web_app,)
