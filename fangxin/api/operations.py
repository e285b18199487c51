"""The operations of one object for the OpenAPI document, each with its concrete refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fangxin.api import lines, pasting
from fangxin.api.many import PREVIEW, many, preview_schema, results
from fangxin.api.rule_shapes import evaluation_schema
from fangxin.api.schemas import View, ref
from fangxin.data.tagging import ADD, REMOVE, TAGS
from fangxin.fields.schema import Schema, forms
from fangxin.kernel.i18n import LOCALES, translate

PROBLEM: Final = "application/problem+json"
JSON: Final = "application/json"
FORM: Final = "multipart/form-data"
READS: Final = (400, 401, 403, 404, 422)
WRITES: Final = (400, 401, 403, 404, 409, 413, 415, 422)

_KEY: Final[Schema] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same body gives the same answer, once, for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
_MATCH: Final[Schema] = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag that was read; a record changed since is refused with 409.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
ID: Final[Schema] = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
}


def problems(*statuses: int) -> dict[str, Any]:
    """Return the responses that refuse, each a problem of RFC 9457."""
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM: {"schema": ref("Problem")}},
        }
        for status in statuses
    }


def answer(
    schema: Schema | None, status: int = 200, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the response that grants; without a schema it has no body."""
    found: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if schema is not None:
        found["content"] = {JSON: {"schema": schema}}
    if headers:
        kind = {"type": "string"}
        found["headers"] = {
            name: {"description": text, "schema": kind} for name, text in headers.items()
        }
    return {str(status): found}


def body(schema: Schema, media_type: str = JSON, *, required: bool = True) -> Schema:
    """Return a request body."""
    return {"required": required, "content": {media_type: {"schema": schema}}}


def operation(
    name: str,
    tag: str,
    summary: str,
    responses: Mapping[str, Any],
    *,
    parameters: Sequence[Schema] = (),
    request: Schema | None = None,
    public: bool = False,
) -> dict[str, Any]:
    """Return one operation of the document."""
    found: dict[str, Any] = {
        "operationId": name,
        "tags": [tag],
        "summary": summary,
        "responses": dict(responses),
    }
    if parameters:
        found["parameters"] = list(parameters)
    if request is not None:
        found["requestBody"] = request
    if public:
        found["security"] = []
    return found


def query(name: str, schema: Schema, text: str = "") -> Schema:
    """Return a query parameter."""
    found: Schema = {"name": name, "in": "query", "schema": schema}
    return {**found, "description": text} if text else found


_ETAG: Final = {"etag": "The version, for If-Match."}
_MADE: Final = {**_ETAG, "location": "Where it is."}


class Operations:
    """Writes the paths of one object."""

    def __init__(self, view: View, *, uploads: bool) -> None:
        self.view = view
        self.uploads = uploads
        self.tag = view.plural
        self.root = f"/{view.definition.facts.path}"
        self.one = f"{self.root}/{{id}}"

    def paths(self) -> dict[str, dict[str, Any]]:
        """Return every path with its operations."""
        view = self.view
        found: dict[str, dict[str, Any]] = {
            self.root: {"get": self._list()},
            f"{self.root}/query": {"post": self._query()},
            f"{self.root}/aggregate": {"post": self._aggregate()},
            self.one: {"get": self._get()},
            f"{self.one}/explain": {"get": self._told("explain", "Why one may", "Explanation")},
            **self._sharing(),
            f"{self.one}/timeline": {"get": self._timeline()},
        }
        if view.may("create"):
            found[self.root]["post"] = self._upload() if self.uploads else self._create()
        if view.may("update"):
            found[self.one]["patch"] = self._update()
            found[f"{self.root}/cells"] = {"post": self._cells()}
            for action in view.definition.facts.actions:
                found[f"{self.one}/actions/{action.key}"] = {"post": self._act(action)}
        if view.may("delete"):
            found[self.one]["delete"] = self._delete()
            found[f"{self.one}/restore"] = {"post": self._restore()}
        if view.may("update") or view.may("create"):
            found[f"{self.root}/batch"] = {"post": self._batch()}
            found[f"{self.root}/duplicates"] = {"post": self._duplicates()}
            found[f"{self.root}/rules/evaluate"] = {"post": self._evaluate()}
        typed = (answer(lines.LINES) | problems(*READS, 413, 415), body(lines.LINES))
        found |= lines.paths(view.definition, self.root, self._make, *typed)
        if view.may("bulk"):
            found[f"{self.root}/bulk"] = {"post": self._bulk()}
            found[f"{self.root}/bulk/preview"] = {"post": self._preview()}
        if self.uploads:
            found[f"{self.one}/content"] = {"get": self._content()}
        if view.definition.facts.document is not None:
            found[f"{self.one}/document"] = {"get": self._document()}
        return found

    def _sharing(self) -> dict[str, dict[str, Any]]:
        """Return the paths of who sees a record and what of it: for what all see nothing is shared,
        and where nothing is masked nothing is revealed.
        """
        shares = f"{self.one}/shares"
        found = {shares: {"get": self._told("shares", "With whom shared", "SharesOf")}}
        if self.view.may_share():
            found[shares]["put"] = self._sent("share", "Share", "Sharing", "SharesOf")
            access = self._told("access", "Who sees it", "WhoSees")
            found[f"{self.one}/access"] = {"get": access}
        if self.view.may_reveal():
            reveal = self._sent("reveal", "In full", "Reveal", "Revealed")
            found[f"{self.one}/reveal"] = {"post": reveal}
        return found

    def _make(self, verb: str, summary: str, responses: Mapping[str, Any], **more: Any) -> Any:
        name = f"{verb}_{self.view.definition.name}"
        return operation(name, self.tag, f"{summary}: {self.view.label}", responses, **more)

    def _list(self) -> Any:
        view = self.view
        filter_ = {
            "name": "filter",
            "in": "query",
            "content": {JSON: {"schema": ref(f"{view.name}Filter")}},
        }
        parameters = [
            filter_,
            query("sort", view.sort_schema()),
            query("fields", {"type": "string", "pattern": view.fields_pattern()}),
            query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}),
            query("cursor", {"type": "string", "x-cursor": True}, "The `next` of the page before."),
            query("count", {"type": "string", "enum": ["capped", "exact", "none"]}),
            query("q", {"type": "string", "maxLength": 200, "pattern": "^[^\\u0000]*$"}),
        ]
        responses = answer(ref(f"{view.name}Page")) | problems(*READS, 429)
        return self._make("list", "A page", responses, parameters=parameters)

    def _query(self) -> Any:
        responses = answer(ref(f"{self.view.name}Page")) | problems(*READS, 413, 415, 429)
        request = body(ref(f"{self.view.name}Query"))
        return self._make("query", "A page, asked by a body", responses, request=request)

    def _aggregate(self) -> Any:
        row = {"group": {"type": "array"}, "values": {"type": "array"}}
        rows = {"type": "array", "items": {"type": "object", "properties": row}}
        found = {"type": "object", "required": ["rows"], "properties": {"rows": rows}}
        responses = answer(found) | problems(*READS, 413, 415, 429)
        request = body(self.view.aggregate_schema())
        return self._make("aggregate", "Figures by group", responses, request=request)

    def _create(self) -> Any:
        allow = query("allow_duplicates", {"type": "string", "enum": ["true", "false"]})
        made = answer(ref(self.view.name), 201, _MADE)
        return self._make(
            "create",
            "Create",
            made | problems(*WRITES),
            parameters=[allow, _KEY],
            request=body(ref(f"{self.view.name}Create")),
        )

    def _upload(self) -> Any:
        properties = {
            "file": {"type": "string", "format": "binary"},
            "about_object": {"type": "string"},
            "about_id": {"type": "string", "format": "uuid"},
        }
        schema: Schema = {"type": "object", "required": ["file"], "properties": properties}
        schema["additionalProperties"] = False
        responses = answer(ref(self.view.name), 201, _MADE) | problems(*WRITES)
        request = body(schema, FORM)
        return self._make("create", "Upload", responses, parameters=[_KEY], request=request)

    def _content(self) -> Any:
        content = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
        responses = {
            "200": {"description": "The content.", "content": content},
            "304": {"description": "It is what the client has."},
        }
        download = query("download", {"type": "string", "enum": ["true", "false"]})
        found = responses | problems(*READS)
        return self._make("content", "The content", found, parameters=[ID, download])

    def _document(self) -> Any:
        text: Schema = {"type": "string"}
        content = {
            "text/html": {"schema": text},
            "application/pdf": {"schema": {**text, "format": "binary"}},
        }
        responses = {"200": {"description": "The document.", "content": content}}
        parameters = [
            ID,
            query("format", {"type": "string", "enum": ["html", "pdf"]}, "Else as accepted."),
            query("locale", {"type": "string", "enum": list(LOCALES)}, "Else the reader's."),
        ]
        return self._make(
            "print", "Print", responses | problems(*READS, 413), parameters=parameters
        )

    def _get(self) -> Any:
        fields = query("fields", {"type": "string", "pattern": self.view.fields_pattern()})
        responses = answer(ref(self.view.name), headers=_ETAG) | problems(*READS)
        responses["308"] = {"description": "It was merged: where the one that stayed is."}
        return self._make("get", "One record", responses, parameters=[ID, fields])

    def _told(self, verb: str, summary: str, shape: str) -> Any:
        responses = answer(ref(shape)) | problems(*READS)
        return self._make(verb, summary, responses, parameters=[ID])

    def _sent(self, verb: str, summary: str, request: str, shape: str) -> Any:
        responses = answer(ref(shape)) | problems(*WRITES, 429)
        return self._make(verb, summary, responses, parameters=[ID], request=body(ref(request)))

    def _timeline(self) -> Any:
        parameters = [
            ID,
            query("cursor", {"type": "string", "x-cursor": True}),
            query("limit", {"type": "integer", "minimum": 1, "maximum": 200}),
        ]
        responses = answer(ref("Timeline")) | problems(*READS)
        return self._make("timeline", "What happened", responses, parameters=parameters)

    def _update(self) -> Any:
        request = body(ref(f"{self.view.name}Update"))
        responses = answer(ref(self.view.name), headers=_ETAG) | problems(*WRITES)
        return self._make("update", "Change", responses, parameters=[ID, _MATCH], request=request)

    def _delete(self) -> Any:
        responses = answer(None, 204) | problems(400, 401, 403, 404, 409, 422)
        return self._make("delete", "Move to the recycle bin", responses, parameters=[ID, _MATCH])

    def _restore(self) -> Any:
        responses = answer(ref(self.view.name), headers=_ETAG) | problems(*WRITES)
        return self._make("restore", "Take out of the bin", responses, parameters=[ID, _KEY])

    def _act(self, action: Any) -> Any:
        params = self.view.params(action)
        properties = {each.key: forms(each.type, each).write for each in params}
        needed = [each.key for each in action.params if each.required]
        schema: Schema = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
        if needed:
            schema["required"] = needed
        label = translate(self.view.locale, action.label)
        return operation(
            f"{action.key}_{self.view.definition.name}",
            self.tag,
            f"{label}: {self.view.label}",
            answer(self._answer_of(action)) | problems(*WRITES),
            parameters=[ID, _KEY, _MATCH],
            request=body(schema),
        )

    def _answer_of(self, action: Any) -> Schema:
        """What it makes stands in the answer by key; one record made is the answer itself."""
        if not action.makes:
            return {"type": "object"}
        one: Schema = {"type": "object", "required": ["id"], "properties": {"id": ID["schema"]}}
        properties = {
            each.key: {"type": "array", "items": one} if each.many else one for each in action.makes
        }
        return {"type": "object", "required": list(properties), "properties": properties}

    def _batch(self) -> Any:
        name = self.view.name
        whose: Schema = {"type": "object", "required": ["id"], "properties": {"id": ID["schema"]}}
        # beside the id the fields of an update
        whose["additionalProperties"] = True
        properties: dict[str, Schema] = {"atomic": {"type": "boolean"}}
        if self.view.may("create") and not self.uploads:
            properties["create"] = many(ref(f"{name}Create"))
        if self.view.may("update"):
            properties["update"] = many(whose)
        if self.view.may("delete"):
            properties["delete"] = many({"type": "string", "format": "uuid"})
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        responses = answer(results(ref(name), ID["schema"])) | problems(*WRITES)
        summary = "Several at once"
        return self._make("batch", summary, responses, parameters=[_KEY], request=body(schema))

    def _cells(self) -> Any:
        responses = answer(pasting.answer_schema(ref(self.view.name))) | problems(*WRITES)
        request = body(pasting.block_schema(ID["schema"]))
        return self._make("paste", "Texts", responses, parameters=[_KEY], request=request)

    def _duplicates(self) -> Any:
        properties = {"values": ref(f"{self.view.name}Update")}
        asked: Schema = {"type": "object", "properties": properties, "required": ["values"]}
        # of a record that is being changed
        if self.view.may("update"):
            properties["id"] = ID["schema"]
        asked["additionalProperties"] = False
        found: Schema = {"type": "object", "required": ["duplicates"]}
        found["properties"] = {"duplicates": {"type": "array", "items": ref("LikelyDuplicate")}}
        responses = answer(found) | problems(*READS, 413, 415, 429)
        summary = "What looks like this"
        return self._make("duplicates", summary, responses, request=body(asked))

    def _evaluate(self) -> Any:
        update = self.view.may("update")
        form = ref(f"{self.view.name}{'Update' if update else 'Create'}")
        asked = evaluation_schema(form, ID["schema"] if update else None)
        responses = answer(ref("Acting")) | problems(*READS, 413, 415)
        return self._make("evaluate", "Which rules act", responses, request=body(asked))

    def _bulk(self) -> Any:
        ids = {"type": "array", "items": ID["schema"], "maxItems": 1000}
        base: dict[str, Schema] = {"ids": ids, "filter": ref(f"{self.view.name}Filter")}
        deeds: list[tuple[str, dict[str, Schema]]] = []
        if self.view.may("update"):
            tags = self._tags()
            deeds += [(key, tags) for key in tags]
            deeds.append(("set", {"set": ref(f"{self.view.name}Update")}))
        if self.view.may("delete"):
            deeds.append(("delete", {"delete": {"const": True}}))
        choices = [
            {
                "type": "object",
                "required": [key, "ids"],
                "properties": {**base, **deed},
                "additionalProperties": False,
            }
            for key, deed in deeds
        ]
        done = answer(ref("BulkReport")) | answer(ref("BulkJob"), 202) | problems(*WRITES, 429)
        request = body({"anyOf": choices} if choices else {"type": "object"})
        return self._make("bulk", "All that are meant", done, parameters=[_KEY], request=request)

    def _preview(self) -> Any:
        responses = answer(PREVIEW) | problems(*READS, 409, 413, 415, 429)
        request = body(preview_schema(ID["schema"], ref(f"{self.view.name}Filter")))
        return self._make("preview", "How many are meant", responses, request=request)

    def _tags(self) -> dict[str, Schema]:
        """Return the forms of tags to add and to remove, where the reader may edit them."""
        if all(each.key != TAGS for each in self.view.writable()):
            return {}
        field = self.view.definition.fields[TAGS]
        tags = {**forms(field.type, field).write, "minItems": 1}
        return {ADD: tags, REMOVE: tags}
