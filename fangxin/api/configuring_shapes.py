"""The settings as a whole, for the OpenAPI document: their history, and what a file of them would
change.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from fangxin.api.log_shapes import FieldChange
from fangxin.api.operations import query
from fangxin.api.reshaped import ConversionPreview
from fangxin.api.shapes import Id, Link, Moment


class Configuration(Struct):
    """The configuration as a file: items by their objects and keys, no ids and no secrets."""

    format: str
    version: int
    company: dict[str, Any]
    custom_objects: dict[str, dict[str, Any]]
    custom_fields: dict[str, dict[str, Any]]
    records: dict[str, dict[str, Any]]
    views: dict[str, dict[str, Any]]


class SettingKind(Struct):
    """A kind of settings, in the reader's language."""

    key: str
    label: str


class SettingSet(Struct):
    """The change set that a change belongs to: `count` changes, taken back together or one by
    one.
    """

    kind: str
    object: str
    count: int
    undoes: Id | None
    undoable: bool


class SettingChange(Struct):
    """One change of one setting; nested ones are told a part a line."""

    id: str
    at: Moment
    actor: Link
    source: str
    change_set: Id
    set: SettingSet
    kind: str
    kind_label: str
    record: Link
    about: str | None
    verb: str
    changes: list[FieldChange]
    revertible: bool


class SettingsHistory(Struct):
    """A page of the settings history."""

    items: list[SettingChange]
    next: str | None
    kinds: list[SettingKind]


class Revert(Struct, forbid_unknown_fields=True):
    """Whether a change is taken back although its values were changed again since."""

    force: bool = False


class Comparison(Struct, forbid_unknown_fields=True):
    """A file of the configuration, to be compared with what is here."""

    configuration: dict[str, Any]


class Application(Struct, forbid_unknown_fields=True):
    """A file of the configuration, to be brought about; `prune` removes what it does not name,
    `empty_unfit` leaves values empty that do not fit the new type of their field.
    """

    configuration: dict[str, Any]
    prune: bool = False
    dry_run: bool = False
    empty_unfit: bool = False


class ConfiguredType(ConversionPreview):
    """What becomes of the values of a field that gets another type; `pointer` is its place in the
    file.
    """

    pointer: str


class ConfiguredProperty(Struct):
    """A property of an item, as it is here and as the file has it."""

    property: str
    before: Any
    after: Any


class ConfiguredItem(Struct):
    """An item that differs; `pointer` is its place in the file."""

    pointer: str
    section: str
    object: str | None
    key: str
    change: Literal["added", "changed", "removed"]
    properties: list[ConfiguredProperty]
    # the same in the reader's words, nested ones a part a line
    lines: list[FieldChange]


class ConfigurationDiff(Struct):
    """How a file differs from what is here."""

    changes: list[ConfiguredItem]


class ConfigurationDone(Struct):
    """What a file changed, or on a dry run would change."""

    changes: list[ConfiguredItem]
    conversions: list[ConfiguredType]
    applied: bool
    change_set: Id | None


_HISTORY: Final = "/settings/history"
_REVERT: Final = "/settings/history/{id}/revert"
IN_QUERY: Final[dict[str, Any]] = {
    "kind": query("kind", {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}),
    "include": query("include", {"type": "string", "pattern": "^[a-z_,]*$"}, "Names, with commas."),
    "record": query("record", {"type": "string", "format": "uuid"}),
    "change_set": query("change_set", {"type": "string", "format": "uuid"}),
}
_ASKED: Final = "kind object record actor change_set cursor limit"
# method, path, name, summary, answer, query parameters, body (see fixed.py)
ROWS: Final = (
    (
        "get",
        _HISTORY,
        "list_settings_changes",
        "What was set",
        "one SettingsHistory",
        _ASKED,
        "",
    ),
    (
        "get",
        "/configuration",
        "export_configuration",
        "All settings",
        "one Configuration",
        "include",
        "",
    ),
    (
        "post",
        "/configuration/diff",
        "compare_configuration",
        "Compare a file",
        "one ConfigurationDiff",
        "",
        "Comparison",
    ),
    (
        "post",
        "/configuration/apply",
        "apply_configuration",
        "Bring it about",
        "one ConfigurationDone",
        "",
        "Application",
    ),
    ("post", _REVERT, "revert_setting", "Take it back", "one UndoResult", "", "Revert"),
)
