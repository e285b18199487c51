"""What the lines of a sub-table get before they are stored: ids, and what no client sends."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fangxin.fields.base import Field
from fangxin.fields.sub_table import ID, KEPT

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"


def settle(field: Field, lines: Sequence[dict[str, Any]], before: Any) -> None:
    """Give new lines their ids, and those that were there what they hold beyond the columns: what
    rests in the bin, and the worth that an amount had on its day.

    A line without an id is the one that holds the same, if there is one.
    """
    free = {line[ID]: line for line in before or ()}
    old = [free.pop(line.get(ID), None) for line in lines]
    for place, line in enumerate(lines):
        if old[place] is None and line.get(ID) is None:
            same = next((id_ for id_, each in free.items() if _same(field, each, line)), None)
            old[place] = free.pop(same, None)
        found = old[place]
        if found is None:
            line[ID] = line.get(ID) or "".join(secrets.choice(_LETTERS) for _ in range(8))
            continue
        line[ID] = found[ID]
        line.update({KEPT: found[KEPT]} if KEPT in found else {})
        line.update({each.key: found[each.key] for each in field.line if _alike(each, found, line)})


def _same(field: Field, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(_alike(each, one, other) for each in field.line)


def _alike(column: Field, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether a cell says the same in two lines."""
    pair = (one[column.key], other.get(column.key))
    if None in pair or pair[0] == pair[1]:
        return bool(pair[0] == pair[1])
    wires = [column.type.write(column, column.type.store(column, each)) for each in pair]
    return bool(wires[0] == wires[1])
