"""The course of a lead: its name where none is given, and which state follows which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.modules.sales.move_stage import RECORDED
from fangxin.objects.declare import Change

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

CONVERTED: Final = "converted"
UNQUALIFIED: Final = "unqualified"
REASON: Final = "unqualified_reason"
# set by the action alone: nobody else makes a lead converted
CONVERTING: Final = "converting"
_STAND_IN: Final = ("company", "email", "phone")


async def prepare_leads(ctx: Ctx, _tx: Tx, changes: Sequence[Change]) -> None:
    """Name a lead by its company, e-mail or phone where nothing else is known, and see that its
    state may stand.
    """
    for change in changes:
        if change.get("name") is None:
            known = (change.get(key) for key in _STAND_IN)
            change.values["name"] = next((text for text in known if text is not None), None)
        if ctx.source in RECORDED:
            continue
        if change.before is None and change.get("status") == CONVERTED:
            raise _refusal(
                "not_by_hand",
                "A lead is converted by the action convert, which makes account, contact and "
                "opportunity.",
            )
        _check_reason(change)


def _check_reason(change: Change) -> None:
    """An unqualified lead says why; a lead that is taken up again forgets the reason."""
    if not {"status", REASON} & change.values.keys():
        return
    if change.get("status") == UNQUALIFIED:
        if change.get(REASON) is None:
            message = "Say why the lead is not qualified."
            raise Invalid(errors=[FieldProblem(f"/{REASON}", "required", message)])
    elif change.changes("status") and change.before is not None:
        change.values.setdefault(REASON, None)


async def move_lead(ctx: Ctx, _tx: Tx, changes: Sequence[Change]) -> None:
    """Refuse to convert by hand, and to take a converted lead out of that state."""
    if ctx.source in RECORDED:
        return
    for change in changes:
        before = (change.before or {}).get("status")
        if before == CONVERTED:
            raise _refusal(
                "already_converted",
                "A converted lead keeps its state. Undo the conversion to work on it again.",
            )
        if change.get("status") == CONVERTED and not change.extra.get(CONVERTING):
            raise _refusal(
                "not_by_hand",
                "A lead is converted by the action convert, which makes account, contact and "
                "opportunity.",
            )


def _refusal(code: str, message: str) -> Invalid:
    problem = FieldProblem("/status", code, message)
    return Invalid(message, code="transition_not_allowed", errors=[problem])


def names_nobody(record: dict[str, Any]) -> bool:
    """Tell whether a lead's name is only that of its company, and nothing else tells of a
    person.
    """
    return record.get("name") == record.get("company") and not record.get("title")
