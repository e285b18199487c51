"""Adding tags to many records, and taking some off, whatever others each of them has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldError, FieldProblem, Invalid
from fangxin.objects.registry import ObjectDef
from fangxin.records.bulk import Edit
from fangxin.records.reading import environment
from fangxin.records.validate import accept

TAGS: Final = "tags"
ADD: Final = "add_tags"
REMOVE: Final = "remove_tags"


def tag_edit(ctx: Ctx, definition: ObjectDef, asked: Mapping[str, Any]) -> Edit | None:
    """Return what `add_tags` and `remove_tags` do to a record, None when neither is asked for.

    Raises Invalid for what are no tags, for a tag on both sides and beside a `set` of all tags, and
    Forbidden for a role that may not edit them.
    """
    if not asked.get(ADD) and not asked.get(REMOVE):
        return None
    env = environment(ctx)
    added, gone = (_tags(ctx, definition, asked, key) for key in (ADD, REMOVE))
    if both := [tag for tag in added if tag in gone]:
        message = "The tag {tag} cannot be added and removed at once."
        problem = FieldProblem(f"/{REMOVE}", "contradiction", message, {"tag": both[0]})
        raise Invalid(errors=[problem])
    if TAGS in (asked.get("set") or {}):
        message = "Give either all tags, or those to add and to remove."
        raise Invalid(errors=[FieldProblem(f"/set/{TAGS}", "contradiction", message)])
    field = definition.fields[TAGS]

    def edit(values: Mapping[str, Any]) -> dict[str, Any]:
        kept = [tag for tag in values.get(TAGS) or () if tag not in gone]
        try:
            return {TAGS: field.type.read(field, [*kept, *added], env)}
        except FieldError as error:
            raise Invalid(errors=[error.at(f"/{ADD}")]) from error

    return edit


def _tags(ctx: Ctx, definition: ObjectDef, asked: Mapping[str, Any], key: str) -> list[str]:
    wire = asked.get(key)
    if not wire:
        return []
    try:
        return accept(ctx, definition, {TAGS: wire}, environment(ctx))[TAGS] or []
    except Invalid as error:
        problems = [FieldProblem(f"/{key}", p.code, p.message, p.values) for p in error.errors]
        raise Invalid(errors=problems) from error
