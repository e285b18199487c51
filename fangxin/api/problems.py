"""Every error as a problem of RFC 9457: status, stable code, translated detail, pointers."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
)

from fangxin.kernel.db import ConstraintViolated
from fangxin.kernel.errors import (
    BadRequest,
    Conflict,
    FangxinError,
    FieldError,
    FieldProblem,
    Invalid,
    NotFound,
    TooLarge,
)
from fangxin.kernel.i18n import choose_locale, translate
from fangxin.kernel.ids import new_id

# where the door leaves the language of the signed-in user
LOCALE_KEY: Final = "fangxin_locale"
MEDIA_TYPE: Final = "application/problem+json"

_log: Final = structlog.get_logger("fangxin.api")


class MethodNotAllowed(FangxinError):
    """The address exists, but not for this method; `Allow` is in the headers."""

    status = 405
    code = "method_not_allowed"
    detail = "This address does not take the method {method}."


class NotAcceptable(BadRequest):
    """The body is of a kind that the address does not read."""

    status = 415
    code = "unsupported_media_type"
    detail = "The body must be {expected}."


class Internal(FangxinError):
    """A fault of ours; `incident` names the line in the log."""

    detail = "Something went wrong on the server. Please report the number {incident}."


def locale_of(request: Request[Any, Any, Any]) -> str:
    """Return the language of this request: the user's, or what the client accepts."""
    known = request.scope.get(LOCALE_KEY)
    if isinstance(known, str):
        return known
    return choose_locale(request.headers.get("accept-language"))


def _from_framework(error: HTTPException, method: str) -> FangxinError:
    if isinstance(error, NotFoundException):
        return NotFound("There is nothing at this address.", code="unknown_address")
    if isinstance(error, MethodNotAllowedException):
        return MethodNotAllowed(values={"method": method}, headers=error.headers)
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TooLarge()
    return BadRequest()


def as_error(error: Exception, method: str = "") -> FangxinError:
    """Return what a client is told about any exception; an unexpected one is logged."""
    if isinstance(error, FangxinError):
        return error
    if isinstance(error, FieldError):
        return Invalid(errors=[error.at("")])
    if isinstance(error, ConstraintViolated):
        return Conflict("Another record has this already, or needs this one.", code=error.kind)
    if isinstance(error, HTTPException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _from_framework(error, method)
    incident = new_id()
    _log.error("unexpected error", incident=incident, exc_info=error)
    return Internal(values={"incident": incident}, extra={"incident": incident})


def _errors(problems: Sequence[FieldProblem], locale: str) -> list[dict[str, str]]:
    return [
        {
            "pointer": each.pointer,
            "code": each.code,
            "message": translate(locale, each.message, each.values),
        }
        for each in problems
    ]


def body_of(error: FangxinError, locale: str) -> dict[str, Any]:
    """Return the members of the problem in the reader's language; a batch has them by item."""
    found: dict[str, Any] = {
        "type": f"/api/docs#problem-{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "code": error.code,
        "detail": translate(locale, error.detail, error.values),
    }
    if error.errors:
        found["errors"] = _errors(error.errors, locale)
    return {**error.extra, **found}


def answer(error: FangxinError, locale: str) -> Response[bytes]:
    """Return the problem as a response."""
    headers = {"cache-control": "no-store", "content-language": locale, **error.headers}
    content = msgspec.json.encode(body_of(error, locale))
    return Response(content, status_code=error.status, headers=headers, media_type=MEDIA_TYPE)


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Turn any exception of a route into its problem (Litestar's exception handler)."""
    return answer(as_error(error, request.method), locale_of(request))
