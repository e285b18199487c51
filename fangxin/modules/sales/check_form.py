"""What a lead form may ask, and who may embed it; its key and addresses where none are given."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fangxin.data.inputs import control_of
from fangxin.fields.base import Field
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.ids import new_id
from fangxin.kernel.pinyin import syllable
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.keys import find_unique

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

# what strangers may be asked of the shipped fields; further ones of the company's own making
ASKED: Final = (
    *("name", "company", "title", "email", "phone", "website"),
    *("industry", "credit_code", "description"),
)
# how one asks a stranger for them (msgids), where the field is called as colleagues call it
PHRASES: Final[Mapping[str, str]] = {"name": "Your name", "description": "Your message"}
# without one of these a lead has no name
NAMING: Final = ("name", "company", "email", "phone")
HEIGHT: Final = 640
QUESTIONS: Final = 40
_KEY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEY_LENGTH: Final = 50
_TRIES: Final = 20


def askable(lead: ObjectDef) -> Mapping[str, Field]:
    """Return the fields that a form may ask for, by key."""
    return {
        key: field
        for key, field in lead.fields.items()
        if (key in ASKED or field.custom)
        # whether another record has a value is nobody's business
        and not (field.unique or field.read_only)
        and control_of(field) is not None
    }


def slug(name: str) -> str:
    """Return a name as a part of an address: letters and digits, Chinese by its pinyin."""
    spoken = "".join(each if each.isascii() else f" {syllable(each) or each} " for each in name)
    words = re.findall(r"[a-z0-9]+", spoken.lower())
    return "-".join(words)[:_KEY_LENGTH].strip("-")


async def prepare_forms(ctx: Ctx, tx: Tx, changes: Sequence[Change]) -> None:
    """Fill key and addresses; whoever makes a form gets its leads unless he names another."""
    for change in changes:
        if change.before is None:
            actor = ctx.actor.id if ctx.actor.kind == "user" else None
            if change.get("owner") is None and change.get("department") is None:
                change.values["owner"] = actor
        if change.get("key") is None:
            change.values["key"] = await _free_key(ctx, tx, change)
        if "key" in change.values:
            change.values |= _addresses(ctx, change)
        elif "name" in change.values or "title" in change.values:
            change.values["embed"] = _addresses(ctx, change)["embed"]


async def _free_key(ctx: Ctx, tx: Tx, change: Change) -> str:
    """Return a key made of the name that no other form has."""
    base = slug(str(change.get("name") or "")) or new_id()[-8:]
    keys = [base, *(f"{base}-{number}" for number in range(2, _TRIES))]
    definition = ctx.registry[change.object]
    taken = await find_unique(tx, definition, definition.fields["key"], keys)
    return next((key for key in keys if key not in taken), f"{base}-{new_id()[-8:]}")


def _addresses(ctx: Ctx, change: Change) -> dict[str, str]:
    page = f"{ctx.services.settings.base_url}/forms/{change.get('key')}"
    title = html.escape(str(change.get("title") or change.get("name") or ""))
    frame = (
        f'<iframe src="{html.escape(page)}" title="{title}" width="100%" height="{HEIGHT}" '
        'style="border:0" referrerpolicy="no-referrer-when-downgrade"></iframe>'
    )
    return {"page_url": page, "embed": frame}


async def check_forms(ctx: Ctx, _tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse forms that ask for what they may not, that name nobody, or that no site can embed."""
    fields = askable(ctx.registry["lead"])
    for change in changes:
        if change.verb not in {"create", "update"}:
            continue
        faults = [*_question_faults(change, fields), *_site_faults(change)]
        key = change.values.get("key")
        if key is not None and not _KEY.fullmatch(key):
            message = "A key has small letters, digits and hyphens between them."
            faults.append(FieldProblem("/key", "bad_key", message))
        if faults:
            raise Invalid(errors=faults)


def _question_faults(change: Change, fields: Mapping[str, Field]) -> Iterator[FieldProblem]:
    if "questions" not in change.values:
        return
    asked: list[str] = []
    for index, line in enumerate(change.values["questions"] or ()):
        key, here = line["field"], f"/questions/{index}/field"
        if key not in fields:
            message = "A form cannot ask for {field}. It may ask for: {allowed}."
            values = {"field": key, "allowed": ", ".join(fields)}
            yield FieldProblem(here, "unknown_field", message, values)
        elif key in asked:
            yield FieldProblem(here, "repeated", "The form asks for this twice.")
        asked.append(key)
    if len(asked) > QUESTIONS:
        message = "At most {limit} questions are allowed."
        yield FieldProblem("/questions", "too_many", message, {"limit": QUESTIONS})
    if not set(NAMING) & set(asked):
        message = "Ask for a name, a company, an e-mail or a phone number at least."
        yield FieldProblem("/questions", "required", message)


def _site_faults(change: Change) -> Iterator[FieldProblem]:
    for index, site in enumerate(change.values.get("allowed_sites") or ()):
        if not is_origin(site):
            message = "An origin such as https://www.example.com is needed here."
            yield FieldProblem(f"/allowed_sites/{index}", "bad_origin", message)


def is_origin(text: Any) -> bool:
    """Tell whether a text is scheme, host and port alone, in small letters."""
    try:
        parts = urlsplit(str(text))
        _ = parts.port
    except ValueError:
        return False
    plain = re.fullmatch(r"[a-z0-9.-]+(?::\d{1,5})?", parts.netloc) is not None
    return (
        plain and text == f"{parts.scheme}://{parts.netloc}" and parts.scheme in {"http", "https"}
    )
