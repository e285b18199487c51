"""Telephone numbers as people write them."""

from __future__ import annotations

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse


def spoken_number(text: str) -> str:
    """Return an E.164 number with its usual gaps; what is masked or no such number stays."""
    try:
        return format_number(parse(text), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return text
