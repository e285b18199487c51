"""Errors are part of the API: each has a status, a stable code and a message that is translated at
the edge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One fault of the input: `pointer` is a JSON pointer (RFC 6901) into the body, `message` an
    English msgid.
    """

    pointer: str
    code: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


class FangxinError(Exception):
    """Base of every error that reaches a client. `detail` is an English msgid with {named}
    values.
    """

    status: ClassVar[int] = 500
    code: str = "internal"
    detail: str = "Something went wrong on the server."

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        errors: Sequence[FieldProblem] = (),
        values: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = detail or type(self).detail
        self.code = code or type(self).code
        self.errors = list(errors)
        self.values = dict(values or {})
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        super().__init__(self.detail)


class NotFound(FangxinError):
    """What does not exist and what may not be seen look alike."""

    status = 404
    code = "not_found"
    detail = "This does not exist, or you may not see it."


class Unauthenticated(FangxinError):
    """Nobody is signed in."""

    status = 401
    code = "unauthenticated"
    detail = "Please sign in."


class Forbidden(FangxinError):
    """Seen, but not allowed."""

    status = 403
    code = "forbidden"
    detail = "Your role does not allow this. Ask an administrator for the right."


class Invalid(FangxinError):
    """The content of the request is wrong; `errors` names the fields."""

    status = 422
    code = "invalid"
    detail = "Some of the content is not valid."


class BadRequest(FangxinError):
    """The request cannot be read: not JSON, a wrong query string, a broken cursor."""

    status = 400
    code = "bad_request"
    detail = "The request cannot be read."


class Conflict(FangxinError):
    """The state of the data does not admit the change."""

    status = 409
    code = "conflict"
    detail = "Someone else changed this meanwhile."


class TooLarge(FangxinError):
    """Body, file or batch is over its limit."""

    status = 413
    code = "too_large"
    detail = "This is larger than allowed."


class TooMany(FangxinError):
    """Too many requests; `Retry-After` is in the headers."""

    status = 429
    code = "too_many_requests"
    detail = "Too many requests. Please wait a moment."


class FieldError(ValueError):
    """A value that a field type refuses; the engine adds the pointer and raises `Invalid`. `place`
    is the pointer inside the value, where it has parts.
    """

    def __init__(self, code: str, message: str, place: str = "", /, **values: Any) -> None:
        self.code = code
        self.message = message
        self.place = place
        self.values = values
        # what else is wrong with the same value
        self.further: Sequence[FieldError] = ()
        super().__init__(message)

    def at(self, pointer: str) -> FieldProblem:
        """This refusal as a problem of the field at `pointer`."""
        return FieldProblem(pointer + self.place, self.code, self.message, self.values)

    @classmethod
    def raise_all(cls, faults: Sequence[FieldError]) -> None:
        """Raise the first of some faults of one value, with the others; nothing without any."""
        if faults:
            faults[0].further = faults[1:]
            raise faults[0]

    def all_at(self, pointer: str) -> list[FieldProblem]:
        """This refusal and whatever else is wrong with the value at `pointer`."""
        return [each.at(pointer) for each in (self, *self.further)]
