"""JSON Schema of one object's records: as read, created, changed, filtered, listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from fangxin.access.fieldrules import readable
from fangxin.access.scope import Rights, shares_any
from fangxin.api.metadata import label_of, params_of
from fangxin.fields.base import IN_LIMIT, Field
from fangxin.fields.schema import REF, Schema, forms, text_of
from fangxin.fields.text import TEXT_LENGTH
from fangxin.objects.declare import Action
from fangxin.objects.registry import ObjectDef
from fangxin.records.filters import MASKED_OPERATORS, Path, operator_names
from fangxin.sharing.reveal import PERMISSION as REVEALING

ALWAYS: Final = ("id", "name", "version")
MASKED: Final = "masked"


def ref(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": f"{REF}{name}"}


def component_name(definition: ObjectDef) -> str:
    """Return the object's name as components bear it: payment_plan → PaymentPlan. What is made by
    an administrator cannot take the name of another shape: rocket → Custom_Rocket.
    """
    name = "".join(part.capitalize() for part in definition.name.split("_"))
    return name if definition.custom_id is None else f"Custom_{name}"


class View:
    """What one reader may know of an object; without rights everything that is shipped."""

    def __init__(self, definition: ObjectDef, rights: Rights | None, locale: str) -> None:
        self.definition = definition
        self.rights = rights
        self.locale = locale
        self.name = component_name(definition)
        self.label = label_of(definition, definition.facts.label, locale)
        self.plural = definition.plural(locale)
        fields = definition.fields
        sights = readable({}, definition) if rights is None else rights.readable(definition)
        self.sights: Mapping[str, str] = sights
        known = [field for key, field in fields.items() if key in sights]
        self.fields = [each for each in known if rights is not None or not each.custom]

    def may(self, action: str) -> bool:
        """Tell whether the reader's role grants `action` on some of its rows."""
        rights = self.rights
        return rights is None or bool(rights.scope(self.definition.name, action).kind != "none")

    def may_share(self) -> bool:
        """Tell whether there is something to share, and the reader may."""
        if self.rights is None:
            return not self.definition.facts.open_to_all
        return shares_any(self.rights, self.definition)

    def may_reveal(self) -> bool:
        """Tell whether something is masked for the reader that he may have shown."""
        masked = MASKED in self.sights.values()
        return self.rights is None or (masked and self.rights.allows(REVEALING))

    def writable(self) -> list[Field]:
        """Return the fields that the reader may write."""
        if self.rights is None:
            return [each for each in self.fields if not (each.read_only or each.system)]
        editable = self.rights.editable(self.definition)
        return [each for each in self.fields if each.key in editable]

    def params(self, action: Action) -> list[Field]:
        """Return the parameters of an action, as the reader may know them."""
        return params_of(action, {each.key for each in self.fields})

    def components(self) -> dict[str, Schema]:
        """Return all components of this object."""
        return {
            self.name: self._record(),
            f"{self.name}Create": self._body(create=True),
            f"{self.name}Update": self._body(create=False),
            f"{self.name}Filter": self._filter(),
            f"{self.name}Page": _page(ref(self.name)),
            f"{self.name}Query": self._query(),
        }

    def _described(self, field: Field, schema: Schema) -> Schema:
        return {"title": label_of(field, field.label, self.locale), **schema}

    def _record(self) -> Schema:
        found: dict[str, Schema] = {}
        for field in self.fields:
            # a mask has another form than what it hides
            read = {} if self.sights[field.key] == MASKED else forms(field.type, field).read
            nullable = read and not (field.required or field.key in ALWAYS)
            if nullable:
                read = {"anyOf": [read, {"type": "null"}]}
            found[field.key] = self._described(field, {**read, "readOnly": field.read_only})
        needed = [key for key in ALWAYS if key in found]
        return {
            "type": "object",
            "title": self.label,
            "properties": found,
            "required": ["id", "version"],
        } | ({"x-always": needed} if needed else {})

    def _body(self, *, create: bool) -> Schema:
        found = {}
        needed = []
        for field in self.writable():
            schema = forms(field.type, field).write
            if not field.required:
                schema = {"anyOf": [schema, {"type": "null"}]}
            elif create and field.default is None and field.key not in self._filled():
                needed.append(field.key)
            found[field.key] = self._described(field, schema)
        body: Schema = {"type": "object", "properties": found, "additionalProperties": False}
        return {**body, "required": needed} if needed else body

    def _filled(self) -> frozenset[str]:
        """Fields that the object's own preparation may fill: nobody need send them."""
        prepared = self.definition.facts.prepare is not None
        title = self.definition.facts.title
        copied = {"name"} if title != "name" else set()
        return frozenset(
            copied | ({each.key for each in self.fields if each.target} if prepared else set())
        )

    def _conditions(self) -> Iterable[Schema]:
        """Return one schema for fields that take the same operators with the same values."""
        groups: dict[bytes, tuple[Schema | None, list[str], list[str]]] = {}
        for field in self.fields:
            names = operator_names(Path((), self.definition, field))
            if not field.type.operators(field):
                continue
            if self.sights[field.key] == MASKED:
                names = [each for each in names if each in MASKED_OPERATORS]
            by_value: dict[bytes, tuple[Schema | None, list[str]]] = {}
            for name in names:
                value = operand_schema(name, forms(field.type, field).operand)
                by_value.setdefault(msgspec.json.encode(value), (value, []))[1].append(name)
            for key, (value, operators) in by_value.items():
                whole = msgspec.json.encode([operators]) + key
                groups.setdefault(whole, (value, operators, []))[2].append(field.key)
        for value, operators, keys in groups.values():
            yield _condition(keys, operators, value)

    def _filter(self) -> Schema:
        own = ref(f"{self.name}Filter")
        many = {"type": "array", "items": own, "minItems": 1, "maxItems": 3}
        nodes = [_only({"all": many}), _only({"any": many}), _only({"not": own})]
        return {
            "description": "Also dotted paths to linked records, has and has_not: see the guide.",
            "anyOf": [*self._conditions(), *nodes],
        }

    def sort_pattern(self) -> str:
        """Return the pattern of `sort`: up to four keys, each with or without a minus."""
        keys = [
            field.key
            for field in self.fields
            if field.type.sort_column(field) is not None and self.sights[field.key] != MASKED
        ]
        one = f"-?({'|'.join(keys)})"
        return f"^{one}(,{one}){{0,3}}$"

    def sort_schema(self) -> Schema:
        """Return the schema of `sort`, which says where rows without a value stand."""
        said = (
            "Up to four keys; a minus before one turns it round. Rows without a value come last"
            " either way, and the newest of them first where there is one key."
        )
        return {"type": "string", "pattern": self.sort_pattern(), "description": said}

    def fields_pattern(self) -> str:
        """Return the pattern of `fields`."""
        one = f"({'|'.join(field.key for field in self.fields)})"
        return f"^{one}(,{one}){{0,9}}$"

    def _query(self) -> Schema:
        keys = {"type": "string", "enum": [field.key for field in self.fields]}
        properties = {
            "filter": ref(f"{self.name}Filter"),
            "sort": self.sort_schema(),
            "fields": {"type": "array", "items": keys},
            "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
            "cursor": {"type": "string", "x-cursor": True},
            "count": {"enum": ["capped", "exact", "none"]},
            "q": {"type": "string", "maxLength": 200, "pattern": "^[^\\u0000]*$"},
        }
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def aggregate_schema(self) -> Schema:
        """Return the schema of the body of an aggregate."""
        open_ = [each for each in self.fields if self.sights[each.key] != MASKED]
        groups = [each.key for each in open_ if each.type.groups]
        measures: list[Schema] = [_only({"op": {"const": "count"}})]
        for name in ("sum", "avg", "min", "max"):
            keys = [each.key for each in open_ if name in each.type.aggregates]
            if keys:
                measures.append(_only({"op": {"const": name}, "field": {"enum": keys}}))
        dated = [each.key for each in open_ if "in_period" in each.type.operators(each)]
        group: list[Schema] = [{"type": "string", "enum": groups}] if groups else []
        if dated:
            units = {"enum": ["day", "week", "month", "quarter", "year"]}
            group.append(_only({"field": {"enum": dated}, "by": units}))
        properties = {
            "filter": ref(f"{self.name}Filter"),
            "q": {"type": "string", "maxLength": 200, "pattern": "^[^\\u0000]*$"},
            "group": {"type": "array", "items": {"anyOf": group}, "maxItems": 4},
            "measures": {
                "type": "array",
                "items": {"anyOf": measures},
                "minItems": 1,
                "maxItems": 10,
            },
            "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
        }
        return {"type": "object", "properties": properties, "additionalProperties": False}


def _only(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _condition(keys: list[str], operators: list[str], value: Schema | None) -> Schema:
    properties: dict[str, Schema] = {"field": {"enum": keys}, "op": {"enum": operators}}
    return _only(properties if value is None else {**properties, "value": value})


def _page(item: Schema) -> Schema:
    count = {
        "type": ["object", "null"],
        "properties": {"value": {"type": "integer"}, "capped": {"type": "boolean"}},
    }
    return {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": item},
            "next": {"type": ["string", "null"]},
            "count": count,
        },
    }


# how an operator takes its value: one, a list, two bounds, the name of a period, or none
_LISTS: Final = ("in", "has_any", "has_all", "has_none")


def operand_schema(operator: str, operand: Schema) -> Schema | None:
    """Return the schema of an operator's value, None when it takes none."""
    if operator in {"empty", "not_empty"}:
        return None
    if operator in _LISTS:
        return {"type": "array", "items": operand, "maxItems": IN_LIMIT}
    if operator == "between":
        return {"type": "array", "items": operand, "minItems": 2, "maxItems": 2}
    if operator == "in_period":
        return {"type": "string", "format": "period", "examples": ["this_month", "last_30_days"]}
    if operator in {"contains", "starts_with"} and operand.get("format") != "phone":
        return text_of(TEXT_LENGTH, minLength=1)
    return operand
