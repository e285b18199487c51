"""Reading a file of the configuration, and telling how it differs from what is here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from fangxin.configuring.portray import FORMAT, VERSION, Document
from fangxin.kernel.errors import FieldProblem, Invalid

# a whole file is read into memory; what a company sets is far smaller
LARGEST: Final = 5_000_000
_NESTED: Final = ("custom_fields", "records", "views")
_SECTIONS: Final = ("company", "custom_objects", *_NESTED)
_HEAD: Final = ("format", "version")

Address = tuple[str, ...]
Items = dict[Address, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """An item of the file that is not as it is here; `removed` is one that only stands here."""

    address: Address
    change: Literal["added", "changed", "removed"]
    # by property: (as it is here, as the file has it)
    properties: Mapping[str, tuple[Any, Any]]
    # all that the file says of it
    item: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pointer(self) -> str:
        """The JSON pointer of the item in the file."""
        return pointer_of(self.address)

    def wire(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "pointer": self.pointer,
            "section": self.address[0],
            "object": self.address[1] if len(self.address) > len(("section", "key")) else None,
            "key": self.address[-1],
            "change": self.change,
            "properties": [
                {"property": name, "before": old, "after": new}
                for name, (old, new) in self.properties.items()
            ],
        }


def pointer_of(address: Address) -> str:
    """Return the JSON pointer (RFC 6901) of a place in the file."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in address)


def read_document(wire: Any) -> Document:
    """Return a document whose outline holds, or raise Invalid naming each place that does not."""
    faults: list[FieldProblem] = []

    def fault(place: Address, code: str, message: str, **values: Any) -> None:
        faults.append(FieldProblem(pointer_of(place) or "/", code, message, values))

    if not isinstance(wire, Mapping) or wire.get("format") != FORMAT:
        message = "This is no file of a configuration: its format would be {format}."
        raise Invalid(
            errors=[FieldProblem("/format", "unknown_format", message, {"format": FORMAT})]
        )
    if wire.get("version") != VERSION:
        message = "The file is of version {found}; this release reads version {known}."
        found = str(wire.get("version"))[:20]
        fault(("version",), "unknown_version", message, found=found, known=VERSION)
    for name in wire:
        if name not in _HEAD and name not in _SECTIONS:
            fault((str(name)[:80],), "unknown_section", "There is no section {name}.", name=name)
    for place, value in _outline(wire):
        if not isinstance(value, Mapping):
            fault(place, "wrong_type", "An object is needed here.")
    if faults:
        raise Invalid(errors=faults)
    return dict(wire)


def _outline(wire: Mapping[str, Any]) -> Iterator[tuple[Address, Any]]:
    """Give every place of the file that has to be an object."""
    for section in _SECTIONS:
        if section not in wire:
            continue
        whole = wire[section]
        yield (section,), whole
        if section == "company" or not isinstance(whole, Mapping):
            continue
        for name, each in whole.items():
            yield (section, name), each
            if section in _NESTED and isinstance(each, Mapping):
                for key, item in each.items():
                    yield (section, name, key), item


def items_of(document: Mapping[str, Any]) -> Items:
    """Return the items of a document by their place in it."""
    found: Items = {}
    for section in _SECTIONS:
        whole = document.get(section)
        if whole is None:
            continue
        if section == "company":
            found[section,] = whole
            continue
        for name, each in whole.items():
            if section in _NESTED:
                found |= {(section, name, key): item for key, item in each.items()}
            else:
                found[section, name] = each
    return found


def compare(here: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[Difference]:
    """Return how `wanted` differs from what is here, in the order of the file; what it does not
    name at all counts as removed where it names others of its kind.
    """
    mine, theirs = items_of(here), items_of(wanted)
    found: list[Difference] = []
    for address, item in theirs.items():
        own = mine.get(address)
        if own is None:
            new = {key: (None, value) for key, value in item.items()}
            found.append(Difference(address, "added", new, item))
            continue
        sides = {key: (own.get(key), value) for key, value in item.items()}
        moved = {key: pair for key, pair in sides.items() if not _same(*pair)}
        if moved:
            found.append(Difference(address, "changed", moved, item))
    found += [
        Difference(address, "removed", {key: (value, None) for key, value in item.items()})
        for address, item in mine.items()
        if address not in theirs and _named(address, wanted)
    ]
    return found


def _named(address: Address, wanted: Mapping[str, Any]) -> bool:
    """Tell whether the file speaks of the kind of an item."""
    section, *rest = address
    if section in _NESTED:
        return rest[0] in (wanted.get(section) or {})
    return section in wanted and bool(rest)


def _same(one: Any, other: Any) -> bool:
    """Tell whether two values mean the same: what is empty, or a switch that is off, has many
    forms.
    """
    return bool(one == other) or (off(one) and off(other))


def off(value: Any) -> bool:
    """Tell whether a value is empty, or a switch that is off; zero is neither."""
    return value is None or value is False or (not value and not isinstance(value, int | float))
