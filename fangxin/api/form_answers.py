"""What somebody sent by a public form: its body, and the answers read by their fields."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from litestar import Request

from fangxin.api import answers, problems, reading
from fangxin.api.form_page import CONSENT, HONEY, STAMP
from fangxin.data.public_forms import PublicForm
from fangxin.fields.base import Environment, Field
from fangxin.kernel.errors import FieldError, FieldProblem, Invalid, TooLarge

FORM_TYPE: Final = "application/x-www-form-urlencoded"
# a form is not a place to leave files
LARGEST: Final = 64 * 1024
MOST_FIELDS: Final = 100
TRACE_LENGTH: Final = 2000

Incoming = Request[Any, Any, Any]


async def body_of(request: Incoming) -> dict[str, Any]:
    """Return what was sent, a page's form or JSON; anything else or too much is refused."""
    length = request.headers.get("content-length") or "0"
    if length.isdigit() and int(length) > LARGEST:
        raise TooLarge
    kind = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if kind not in {FORM_TYPE, answers.JSON}:
        raise problems.NotAcceptable(values={"expected": f"{FORM_TYPE}, {answers.JSON}"})
    raw = await request.body()
    if len(raw) > LARGEST:
        raise TooLarge
    if kind == answers.JSON:
        return reading.object_of(raw)
    try:
        pairs = parse_qsl(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise Invalid("The form cannot be read.") from error
    return dict(pairs)


def mark_of(body: Mapping[str, Any]) -> str:
    """Return what is equal for equal content of one page."""
    content = msgspec.json.encode(dict(body), order="deterministic")
    return hashlib.sha256(content).hexdigest()


def read_answers(
    form: PublicForm, body: Mapping[str, Any], env: Environment, *, json: bool
) -> tuple[dict[str, Any], list[FieldProblem]]:
    """Read the answers by their fields, JSON as it is on the wire and a page's texts as they are
    written; returns values and faults.
    """
    values: dict[str, Any] = {}
    faults: list[FieldProblem] = []
    for each in form.questions:
        key = each.field.key
        try:
            value = _value(each.field, body.get(key), env, json=json)
        except FieldError as error:
            faults.append(error.at(f"/{key}"))
            continue
        if value is not None:
            values[key] = value
        if each.required and value in (None, False):
            faults.append(FieldProblem(f"/{key}", "required", "This field is required."))
    asked = {each.field.key for each in form.questions}
    if json:
        faults += _unknown(body, asked | {each.key for each in form.traces})
    for field in form.traces:
        value = _trace(field, body.get(field.key), env)
        if value is not None and field.key not in asked:
            values[field.key] = value
    return values, faults


def _unknown(body: Mapping[str, Any], known: set[str]) -> list[FieldProblem]:
    extra = [key for key in body if key not in known | {STAMP, CONSENT, HONEY}]
    message = "This form has no field {field}."
    return [
        FieldProblem(f"/{key[:80]}", "unknown_field", message, {"field": key[:80]}) for key in extra
    ]


def _value(field: Field, given: Any, env: Environment, *, json: bool) -> Any:
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    value = (field.type.read if json else field.type.read_text)(field, given, env)
    if value is not None:
        field.type.store(field, value)
    return value


def _trace(field: Field, given: Any, env: Environment) -> Any:
    """Read where somebody came from; it is no answer of his, so a bad one is left out."""
    if not isinstance(given, str):
        return None
    try:
        return _value(field, given[: field.max_length or TRACE_LENGTH], env, json=False)
    except FieldError:
        return None
