"""A layout without what is not there any more, so that it can be changed and saved again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fangxin.arranging.check import FORM, fillable, listable, placeable
from fangxin.objects.registry import ObjectDef, Registry


def without_gone(
    registry: Registry, definition: ObjectDef, place: str, body: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a body without fields and lists that went since it was saved."""
    known = listable(registry, definition)
    kept = {
        key
        for key, field in definition.fields.items()
        if placeable(field) and (place != FORM or fillable(field))
    }

    def section(one: Mapping[str, Any]) -> dict[str, Any]:
        columns = [[key for key in column if key in kept] for column in one["columns"]]
        return {**one, "columns": columns}

    return {
        **body,
        "tabs": [
            {**tab, "sections": [section(each) for each in tab["sections"]]} for tab in body["tabs"]
        ],
        "related": [
            {**each, "columns": [key for key in each["columns"] if key in known[name].fields]}
            for each in body["related"]
            if (name := (each["object"], each["field"])) in known
        ],
    }
