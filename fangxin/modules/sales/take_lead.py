"""From a public form to a lead: found by its key, made for its owner, likely twins told to him
alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from fangxin.data.notifications import Notice, notify
from fangxin.data.public_forms import PublicForm, Question, Submission, UsedPage
from fangxin.fields.link import Reference
from fangxin.kernel.context import ChangeSet
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import named_id, new_id
from fangxin.kernel.quotas import use_once
from fangxin.modules.sales.check_form import PHRASES, askable
from fangxin.objects.declare import Change
from fangxin.records.duplicates import likely_duplicates
from fangxin.records.engine import write_many
from fangxin.records.reading import find, find_ids

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

LEAD: Final = "lead"
FORM: Final = "lead_form"
TRACES: Final = (
    *("landing_page", "referrer"),
    *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
)
READ: Final = (
    *("name", "key", "title", "intro", "thanks", "language", "questions", "consent_text"),
    *("redirect_url", "allowed_sites", "source", "owner", "department"),
)
DOUBTED: Final = "Possible duplicate"
_TOLD: Final = 5


async def find_form(ctx: Ctx, key: str) -> PublicForm | None:
    """Return an open form by its key; fields that are gone meanwhile are not asked for."""
    tree = {
        "all": [
            {"field": "key", "op": "is", "value": key},
            {"field": "active", "op": "is", "value": True},
        ]
    }
    page = await find(ctx, FORM, filter=tree, fields=READ, limit=1, count="none")
    return _public(ctx, page.items[0]) if page.items else None


def _public(ctx: Ctx, form: Mapping[str, Any]) -> PublicForm:
    lead = ctx.registry[LEAD]
    fields = askable(lead)
    questions = tuple(
        Question(
            fields[line["field"]],
            bool(line["required"]),
            line["label"],
            PHRASES.get(line["field"]),
        )
        for line in form["questions"] or ()
        if line["field"] in fields
    )
    owner, department = form["owner"], form["department"]
    lines = {key: form[key] for key in ("id", "key", "intro", "thanks", "redirect_url")}
    return PublicForm(
        **lines,
        title=form["title"] or form["name"],
        locale=None if form["language"] == "browser" else form["language"],
        questions=questions,
        traces=tuple(lead.fields[key] for key in TRACES),
        consent=form["consent_text"],
        sites=tuple(form["allowed_sites"] or ()),
        owner=owner["id"] if owner else None,
        fixed={
            "form": form["id"],
            "source": form["source"],
            "owner": owner["id"] if owner else None,
            "department": department["id"] if department else None,
        },
    )


async def take_lead(ctx: Ctx, form: PublicForm, submission: Submission, owner: Ctx | None) -> None:
    """Make the lead, once for each submission and each copy of the page; whoever looks after the
    form is told. Raises UsedPage for other content from a page that was sent already.

    A likely duplicate is made all the same: strangers learn nothing of who is known here.
    """
    id_ = named_id("public form", form.id, submission.mark)

    async def unit(tx: Tx) -> None:
        if await use_once(tx, f"form page {submission.page}", ctx.clock()):
            here = ctx.within(ChangeSet(new_id(), "create", LEAD))
            await _make(here, tx, id_, _values(ctx, form, submission, owner), owner)
            return
        known = {"field": "id", "op": "is", "value": id_}
        if not await find_ids(ctx, ctx.registry[LEAD], known, fetch=tx.fetch):
            raise UsedPage

    await ctx.database.write(unit)


def _values(
    ctx: Ctx, form: PublicForm, submission: Submission, owner: Ctx | None
) -> dict[str, Any]:
    values = {**submission.values, **form.fixed}
    if owner is None:
        # who has left gets nothing more; his department does
        values["owner"] = None
    elif values["department"] is None:
        values["department"] = owner.department
    if submission.consent:
        values["consent_at"] = ctx.clock()
    return values


async def _make(ctx: Ctx, tx: Tx, id_: str, values: dict[str, Any], owner: Ctx | None) -> None:
    """Write the lead and, where it looks like somebody known, a note; tell the owner."""
    twins = await likely_duplicates(owner or ctx, ctx.registry[LEAD], values, fetch=tx.fetch)
    if twins:
        values["tags"] = [translate((owner or ctx).locale, DOUBTED)]
    change = Change(LEAD, id_, "create", values)
    await write_many(ctx, tx, LEAD, "create", [change])
    if twins:
        await _tell_twins(ctx, tx, id_, twins, owner)
    if owner is not None:
        text = str(change.values["name"])
        await notify(ctx, tx, [Notice(owner.actor.id, "assigned", text, LEAD, id_)])


async def _tell_twins(
    ctx: Ctx, tx: Tx, lead: str, twins: Sequence[Mapping[str, Any]], owner: Ctx | None
) -> None:
    """Write a note for the owner that names what the lead looks like, as far as he may see it."""
    locale = (owner or ctx).locale
    lines = []
    for twin in twins[:_TOLD]:
        definition = ctx.registry[twin["object"]]
        fields = ctx.registry[LEAD].fields
        matched = ", ".join(translate(locale, fields[key].label) for key in twin["matched_on"])
        # without an owner nobody's rights say who may be named
        hidden = owner is None or twin["name"] is None
        name = translate(locale, "a record you may not see") if hidden else twin["name"]
        lines.append(f"{translate(locale, definition.facts.label)}: {name} ({matched})")
    values = {
        "kind": "note",
        "subject": translate(locale, "This looks like a record that is already there."),
        "body": "\n".join(lines),
        "about": Reference(LEAD, lead),
        "owner": owner.actor.id if owner is not None else None,
        "department": owner.department if owner is not None else None,
    }
    change = Change("activity", new_id(), "create", values)
    await write_many(ctx, tx, "activity", "create", [change])
