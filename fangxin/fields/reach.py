"""How one reaches people and places: e-mail, phone, web address, postal address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa

from fangxin.fields.base import Environment, Field, FieldType, Operator, Storage, array, scalar
from fangxin.fields.text import Text, clean_text, text_operators
from fangxin.kernel.errors import FieldError
from fangxin.kernel.sql import InArray, like_pattern
from fangxin.kernel.telephones import HOME, country_of_zone, read_number
from fangxin.kernel.web_addresses import host_of

EMAIL_LENGTH: Final = 254
URL_LENGTH: Final = 2000
PART_LENGTH: Final = 200
_EMAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\u0080-\uffff-]{1,64}@"
    r"(?:[A-Za-z0-9\u0080-\uffff](?:[A-Za-z0-9\u0080-\uffff-]{0,61}[A-Za-z0-9\u0080-\uffff])?\.)+"
    r"[A-Za-z0-9\u0080-\uffff-]{2,63}"
)


class Email(FieldType):
    """An e-mail address, kept in lower case."""

    name = "email"
    likeness = "code"

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.Text()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        text = clean_text(wire, EMAIL_LENGTH, lines=False).lower()
        if text and not _EMAIL.fullmatch(text):
            raise FieldError("bad_email", "This is not an e-mail address.")
        return text or None

    def operators(self, field: Field) -> Mapping[str, Operator]:
        def read(field: Field, wire: Any, env: Environment) -> str:
            return clean_text(wire, EMAIL_LENGTH, lines=False).lower()

        return text_operators(read)

    def keys(self, field: Field, value: Any) -> Iterable[str]:
        local, _, domain = value.partition("@")
        return (f"{local.partition('+')[0]}@{domain}",)

    def mask(self, wire: Any) -> Any:
        return None if wire is None else f"{wire[:1]}***@{wire.partition('@')[2]}"


def default_region(env: Environment | None) -> str:
    """Return the country whose numbers may be written without a country code."""
    if env is None:
        return HOME
    return env.region or country_of_zone(env.timezone) or HOME


def read_phone(wire: Any, env: Environment | None) -> str | None:
    """Return E.164 text, or raise FieldError."""
    text = clean_text(wire, 60, lines=False)
    if not text:
        return None
    number, doubt = read_number(text, default_region(env))
    if doubt is not None and env is not None and env.doubts is not None:
        env.doubts.append(doubt)
    return number


_MOBILE: Final = re.compile(r"\+861[0-9]{10}")
# a shorter number would be told by what is left of it
MASKABLE: Final = 10


class Phone(FieldType):
    """A phone number in E.164."""

    name = "phone"
    likeness = "code"
    has_country = True

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.Text()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return read_phone(wire, env)

    def operators(self, field: Field) -> Mapping[str, Operator]:
        def exact(field: Field, wire: Any, env: Environment) -> str:
            return read_phone(wire, env) or ""

        def digits(field: Field, wire: Any, env: Environment) -> str:
            found = re.sub(r"\D", "", clean_text(wire, 60, lines=False))
            if not found:
                raise FieldError("wrong_type", "Some digits are needed here.")
            return like_pattern(found, anywhere=True)

        return {
            "is": Operator(scalar(exact), lambda c, bind: c[0] == bind.value(0, c[0])),
            "in": Operator(array(exact), lambda c, bind: InArray(c[0], bind.array(0))),
            "contains": Operator(
                scalar(digits), lambda c, bind: c[0].like(bind.value(0, c[0]), escape="\\")
            ),
        }

    def keys(self, field: Field, value: Any) -> Iterable[str]:
        return (value,)

    def mask(self, wire: Any) -> Any:
        """Return 138****1234 for a mobile at home, else all but four of the last eight digits."""
        if wire is None:
            return None
        own = wire[3:] if _MOBILE.fullmatch(wire) else wire
        return f"{own[:-8]}****{own[-4:]}" if len(own) > MASKABLE else "****"


class Url(Text):
    """A web address; http and https only, so that a click can never run a script."""

    name = "url"
    groups = False
    likeness = "code"

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", sa.Text()),)

    def store(self, field: Field, value: Any) -> Storage:
        return (value,)

    def sort_column(self, field: Field) -> int | None:
        return 0

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        text = clean_text(wire, URL_LENGTH, lines=False)
        if not text:
            return None
        if "://" not in text and not text.lower().startswith(("javascript:", "data:", "mailto:")):
            text = f"https://{text}"
        try:
            good = bool(host_of(text))
        except ValueError:
            good = False
        if not good or text.split() != [text]:
            raise FieldError("bad_url", "A web address such as https://example.com is needed here.")
        return text

    def operators(self, field: Field) -> Mapping[str, Operator]:
        def read(field: Field, wire: Any, env: Environment) -> str:
            return clean_text(wire, URL_LENGTH, lines=False)

        return text_operators(read)

    def keys(self, field: Field, value: Any) -> Iterable[str]:
        host = host_of(value).removeprefix("www.")
        return (host,) if host else ()


ADDRESS_PARTS: Final = ("country", "region", "city", "district", "street", "postcode")


class Address(FieldType):
    """A postal address in six parts, each its own column, so that dotted parts filter like text."""

    name = "address"
    parts = ADDRESS_PARTS
    likeness = "name"

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return tuple((f"_{part}", sa.Text()) for part in ADDRESS_PARTS)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        if not isinstance(wire, Mapping):
            raise FieldError(
                "wrong_type", "An address has the parts {parts}.", parts=", ".join(ADDRESS_PARTS)
            )
        unknown = set(wire) - set(ADDRESS_PARTS)
        if unknown:
            raise FieldError(
                "unknown_part", "An address has the parts {parts}.", parts=", ".join(ADDRESS_PARTS)
            )
        parts = {
            part: clean_text(wire[part], PART_LENGTH, lines=False)
            for part in ADDRESS_PARTS
            if wire.get(part) is not None
        }
        return {part: text for part, text in parts.items() if text} or None

    def store(self, field: Field, value: Any) -> Storage:
        return tuple(value.get(part) for part in ADDRESS_PARTS)

    def load(self, field: Field, storage: Storage) -> Any:
        found = {p: text for p, text in zip(ADDRESS_PARTS, storage, strict=True) if text}
        return found or None

    def write(self, field: Field, storage: Storage) -> Any:
        if not any(storage):
            return None
        return dict(zip(ADDRESS_PARTS, storage, strict=True))

    def mask(self, wire: Any) -> Any:
        """Return the town at most; a part by itself says nothing."""
        if not isinstance(wire, Mapping):
            return None if wire is None else "•••"
        places = [str(wire[part]) for part in ("region", "city") if wire.get(part)]
        return " ".join([*dict.fromkeys(places), "•••"])

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return {}

    def sort_column(self, field: Field) -> int | None:
        return None

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        street = clean_text(text, PART_LENGTH, lines=False)
        return {"street": street} if street else None

    def write_text(self, field: Field, wire: Any) -> str:
        return " ".join(wire[part] for part in ADDRESS_PARTS if wire.get(part)) if wire else ""
