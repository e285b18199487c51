"""Reading a request: query, body, version header. Whatever is wrong is refused by name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar import Request

from fangxin.api.problems import NotAcceptable
from fangxin.kernel.errors import BadRequest, FieldProblem, Invalid

T = TypeVar("T")

LIMIT: Final = 50
LARGEST_LIMIT: Final = 1000
PARAMETERS: Final = 50
NUL: Final = "\x00"
_ESCAPED_NUL: Final = b"\\u0000"
_VERSION: Final = re.compile(r'(?:W/)?"(\d{1,18})"')
_WHERE: Final = re.compile(r" - at `(?:key in )?\$?(.*)`$")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


def query_of(request: Request[Any, Any, Any], allowed: Collection[str]) -> dict[str, str]:
    """Return the query parameters; an unknown, repeated or broken one raises BadRequest."""
    raw: bytes = request.scope["query_string"]
    if not raw:
        return {}
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=PARAMETERS
        )
    except ValueError as error:  # also what the two decoders raise
        raise BadRequest("The query of the address cannot be read.") from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in allowed:
            raise _unknown(name, allowed)
        if name in found:
            raise BadRequest(
                "The parameter {name} is given twice.",
                code="repeated_parameter",
                values={"name": name},
            )
        if NUL in value:
            raise _nul("/" + name)
        found[name] = value
    return found


def wrong(pointer: str, code: str, message: str, **values: Any) -> Invalid:
    """Return the refusal of one value."""
    return Invalid(errors=[FieldProblem(pointer, code, message, values)])


def _unknown(name: str, allowed: Collection[str]) -> BadRequest:
    values = {"name": name[:100], "allowed": ", ".join(sorted(allowed)) or "–"}
    detail = "There is no parameter {name} here. Allowed: {allowed}."
    problem = FieldProblem(f"/{name[:100]}", "unknown_parameter", detail, values)
    return BadRequest(detail, code="unknown_parameter", values=values, errors=[problem])


def _nul(pointer: str) -> Invalid:
    problem = FieldProblem(pointer, "nul", "Text may not contain the character NUL.")
    return Invalid(errors=[problem])


def _refuse_nul(value: Any, pointer: str) -> None:
    if isinstance(value, str):
        if NUL in value:
            raise _nul(pointer)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            _refuse_nul(key, pointer)
            _refuse_nul(each, f"{pointer}/{key}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _refuse_nul(each, f"{pointer}/{index}")


def decode(raw: bytes) -> Any:
    """Decode JSON, or raise BadRequest; text holding NUL raises Invalid with its place."""
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest("The body is not valid JSON.", code="invalid_json") from error
    if _ESCAPED_NUL in raw:
        _refuse_nul(value, "")
    return value


async def raw_body(request: Request[Any, Any, Any]) -> bytes:
    """Return the body of a JSON request; another media type raises NotAcceptable."""
    media_type = request.headers.get("content-type")
    if media_type is not None and not _is_json(media_type):
        raise NotAcceptable(values={"expected": "application/json"})
    return await request.body()


def _is_json(media_type: str) -> bool:
    name = media_type.partition(";")[0].strip().lower()
    return name == "application/json" or name.endswith("+json")


def object_of(raw: bytes) -> dict[str, Any]:
    """Decode a JSON object; an empty body is an empty one."""
    value = decode(raw) if raw else {}
    if not isinstance(value, dict):
        raise Invalid(errors=[FieldProblem("", "wrong_type", "The body must be a JSON object.")])
    return value


def struct_of(raw: bytes, kind: type[T]) -> T:
    """Decode into a struct; what does not fit raises Invalid with a pointer."""
    value = object_of(raw)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise fault_of(error) from error


def fault_of(error: msgspec.ValidationError) -> Invalid:
    """Turn msgspec's one complaint into a problem with its pointer."""
    text = str(error)
    where = _WHERE.search(text)
    pointer = ""
    if where is not None:
        text = text[: where.start()]
        pointer = "".join(f"/{name or index}" for name, index in _STEP.findall(where.group(1)))
    named = re.search(r"(?:unknown|required) field `(\w+)`", text)
    if named is not None:
        pointer += f"/{named.group(1)}"
        unknown = "unknown" in text
        code = "unknown_field" if unknown else "required"
        message = "There is no field {name} here." if unknown else "This is required."
        return Invalid(errors=[FieldProblem(pointer, code, message, {"name": named.group(1)})])
    message = "This value has the wrong type or is out of range."
    return Invalid(errors=[FieldProblem(pointer, "wrong_type", message)])


def limit_of(value: Any, *, default: int = LIMIT, largest: int = LARGEST_LIMIT) -> int:
    """Read a page size from 1 to `largest`, or raise Invalid naming `limit`."""
    if value is None:
        return default
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < len("1" * 9):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= largest:
        return value
    problem = FieldProblem(
        "/limit",
        "out_of_range",
        "The limit is a whole number from 1 to {largest}.",
        {"largest": largest},
    )
    raise Invalid(errors=[problem])


def json_of(text: str | None, name: str) -> Any:
    """Read a query parameter that holds JSON; None and an empty text are None."""
    if not text:
        return None
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadRequest(
            "The parameter {name} is not valid JSON.", code="invalid_json", values={"name": name}
        ) from error
    _refuse_nul(value, f"/{name}")
    return value


def words_of(value: Any, name: str) -> list[str] | None:
    """Read a list of words: an array, or words by comma; None where nothing is given."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    raise Invalid(
        errors=[FieldProblem(f"/{name}", "wrong_type", "A list of words is needed here.")]
    )


def only(body: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    """Refuse keys of a body that the address does not know, each by name."""
    unknown = [key for key in body if key not in allowed]
    if unknown:
        message = "There is no field {name} here."
        raise Invalid(
            errors=[
                FieldProblem(f"/{key}", "unknown_field", message, {"name": key[:100]})
                for key in unknown[:20]
            ]
        )


def text_of(body: Mapping[str, Any], name: str) -> str | None:
    """Read an optional text, or raise Invalid naming it."""
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value or None
    raise Invalid(errors=[FieldProblem(f"/{name}", "wrong_type", "A text is needed here.")])


def choice_of(value: Any, name: str, allowed: Collection[str], default: str) -> str:
    """Read one of a few words, or raise Invalid naming them."""
    if value is None:
        return default
    if isinstance(value, str) and value in allowed:
        return value
    words = ", ".join(allowed)
    message = "One of these is needed here: {allowed}."
    raise Invalid(errors=[FieldProblem(f"/{name}", "not_an_option", message, {"allowed": words})])


def flag_of(value: str | None, name: str) -> bool:
    """Read a query parameter that is true or false."""
    return choice_of(value, name, ("true", "false"), "false") == "true"


def version_of(request: Request[Any, Any, Any]) -> int | None:
    """Return the version named by If-Match, None without one or with `*`."""
    header = request.headers.get("if-match")
    if header is None or header.strip() == "*":
        return None
    found = _VERSION.fullmatch(header.strip())
    if found is None:
        raise BadRequest(
            'If-Match must be the ETag of the record, such as "3".', code="invalid_if_match"
        )
    return int(found.group(1))
