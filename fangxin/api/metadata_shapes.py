"""What clients learn of objects, for the OpenAPI document: fields, actions, layouts."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import UNSET, Struct, UnsetType, field

from fangxin.api.rule_shapes import DisplayRule
from fangxin.api.shapes import Id


class Option(Struct):
    """An option in the reader's language."""

    key: str
    label: str
    color: str


class FieldMeta(Struct):
    """What a client needs to know of a field, in the reader's language and rights."""

    key: str
    type: str
    label: str
    help: str
    required: bool
    read_only: bool
    editable: bool
    masked: bool
    sortable: bool
    filterable: bool
    custom: bool
    system: bool
    operators: list[str]
    result_type: str | None
    aggregates: list[Literal["sum", "avg", "min", "max"]]
    group_by: bool
    target: str | None
    unique: bool
    encrypted: bool
    duplicate_key: bool
    default: str | int | float | bool | list[Any] | None
    options: list[Option] | UnsetType = UNSET
    columns: list[FieldMeta] | UnsetType = UNSET
    max_length: int | UnsetType = UNSET
    min: int | str | UnsetType = UNSET
    max: int | str | UnsetType = UNSET
    scale: int | UnsetType = UNSET


class MadeRecords(Struct):
    """What an action makes: the key of its answer that names it, one record or many."""

    key: str
    object: str
    many: bool


class ActionMeta(Struct):
    """An action on a record; `when` is a filter that the record must meet."""

    key: str
    label: str
    icon: str | None
    params: list[FieldMeta]
    primary: bool
    dangerous: bool
    makes: list[MadeRecords]
    when: dict[str, Any] | None


class Section(Struct):
    """Fields that stand together."""

    key: str
    label: str
    fields: list[str]


class RelatedList(Struct):
    """Records of another object that point here by a field; `columns` are shown of each, or what
    suits when there are none; `tab` is the one that the list stands in.
    """

    object: str
    path: str
    field: str
    label: str
    columns: list[str]
    tab: str | None


class PageSection(Struct):
    """Fields in one or two columns, under a title or none."""

    key: str
    label: str
    collapsed: bool
    columns: list[list[str]]


class PageTab(Struct):
    """Sections and lists that are seen together; one tab may stand beside the timeline."""

    key: str
    label: str
    aside: bool
    sections: list[PageSection]
    related: list[RelatedList]


class RecordType(Struct):
    """Records whose field has one of the values (keys of options, ids of records)."""

    field: str
    values: list[str]


class Page(Struct):
    """How a record is laid out where it meets `when`; `id` is null for the layout as shipped.
    `others` are fields that stand nowhere else and may still be shown.
    """

    id: Id | None
    when: RecordType | None
    tabs: list[PageTab]
    related: list[RelatedList]
    others: list[str]


class Pages(Struct):
    """For each place the layouts in order: the first whose `when` a record meets is its own."""

    record: list[Page]
    form: list[Page]
    panel: list[Page]


class LayoutMeta(Struct):
    """Which fields stand where."""

    list_: list[str] = field(name="list")
    facts: list[str]
    sections: list[Section]
    quick_create: list[str]
    card: list[str]
    related: list[RelatedList]
    tabs: list[str]
    pages: Pages


class AskedLayout(Struct, forbid_unknown_fields=True):
    """A layout while it is made: null for the body asks for the one as shipped. It is shown as
    somebody with the role sees it (null: oneself), in a language; `lenient` leaves out what went,
    instead of refusing it.
    """

    place: Literal["record", "form", "panel"]
    lenient: bool = False
    body: dict[str, Any] | None = None
    role: Id | None = None
    locale: Literal["en", "zh-CN"] | None = None


class SeenLayout(Struct):
    """What the layout is in its one form, and what the role sees of it; `lists` are all that a page
    may show, `needed` the fields that a form must ask for.
    """

    body: dict[str, Any]
    page: Page
    fields: list[FieldMeta]
    lists: list[RelatedList]
    needed: list[str]


class Place(Struct):
    """Where an object stands in the side bar."""

    group: str
    order: int


class Board(Struct):
    """The field of a board's columns, and the one that is summed."""

    field: str
    sum: str | None


class StagePath(Struct):
    """The field that is shown as a path."""

    field: str


class ObjectRights(Struct):
    """What one's role may do with some of an object's records."""

    read: bool
    create: bool
    update: bool
    delete: bool
    export: bool
    import_: bool = field(name="import")
    bulk: bool
    share: bool


class ObjectMeta(Struct):
    """Everything about one object that the reader may know."""

    object: str
    path: str
    label: str
    label_plural: str
    icon: str
    module: str
    custom: bool
    title_field: str
    navigation: Place | None
    rights: ObjectRights
    fields: list[FieldMeta]
    layout: LayoutMeta
    board: Board | None
    stage_path: StagePath | None
    default_sort: str
    document: bool
    actions: list[ActionMeta]
    rules: list[DisplayRule]


class CodeTree(Struct):
    """The codes of a standard, each as [code, name, code above it or null], in its order."""

    items: list[list[str | None]]


class Catalogue(Struct):
    """All objects; `version` moves whenever one does."""

    version: str
    objects: list[ObjectMeta]


ROWS: Final = (
    (
        *("post", "/objects/{object}/preview_layout", "preview_layout"),
        *("What a role would see", "one SeenLayout", "", "AskedLayout"),
    ),
)
