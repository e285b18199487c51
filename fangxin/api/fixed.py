"""The operations that are the same for every installation, for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from fangxin.api import (
    auth,
    changes,
    configuring_shapes,
    definitions,
    duplicate_shapes,
    granting,
    granting_shapes,
    handover_shapes,
    live,
    log_shapes,
    metadata_shapes,
    past_shapes,
    reshaped,
    rule_shapes,
    shapes,
    transfer_shapes,
    views,
)
from fangxin.api.operations import (
    ID,
    READS,
    WRITES,
    answer,
    body,
    operation,
    problems,
    query,
)
from fangxin.api.schemas import ref
from fangxin.fields.divisions import TREES
from fangxin.fields.schema import REF, Schema
from fangxin.granting import simulate
from fangxin.handover import plan
from fangxin.sharing import reveal, share

BODIES: Final = (
    auth.Credentials,
    auth.NewPassword,
    auth.FirstPassword,
    auth.NewToken,
    auth.Profile,
    views.NewView,
    views.ViewChange,
    views.ReadMarks,
    changes.Undo,
    changes.BringBack,
    live.Screen,
    reveal.Reveal,
    share.Sharing,
    granting.ViewAs,
    simulate.RoleDraft,
    plan.HandOver,
)
_OBJECT_NAME: Final = query("object", {"type": "string", "x-object-name": True})
_PROBLEM: Final[Schema] = {
    "type": "object",
    "description": "RFC 9457, with a stable code; `errors` point into the body.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


def components() -> dict[str, Schema]:
    """Return the components that no object owns: what is asked and answered besides records."""
    _, found = msgspec.json.schema_components(_structs(), ref_template=f"{REF}{{name}}")
    # links are described where fields are
    del found["Link"]
    own = {"NewField": definitions.new_field(), "ChangedField": definitions.changed_field()}
    own["NewColumn"] = definitions.new_column()
    own["NewType"] = reshaped.conversion()
    return {**found, **own, "Problem": _PROBLEM}


def _structs() -> list[type[msgspec.Struct]]:
    modules = (
        shapes,
        log_shapes,
        past_shapes,
        duplicate_shapes,
        configuring_shapes,
        handover_shapes,
        definitions,
        metadata_shapes,
        reshaped,
        granting_shapes,
        rule_shapes,
        transfer_shapes,
    )
    found = [each for module in modules for each in vars(module).values()]
    structs = [
        each for each in found if isinstance(each, type) and issubclass(each, msgspec.Struct)
    ]
    return [*BODIES, *(each for each in structs if each is not msgspec.Struct)]


_FILES: Final[dict[str, dict[str, Any]]] = {
    "csv": {"200": {"description": "CSV", "content": {"text/csv": {"schema": {"type": "string"}}}}},
    "any": {"200": {"description": "The file", "content": {"*/*": {"schema": {"type": "string"}}}}},
}
_UNCHANGED: Final = {"304": {"description": "Nothing has changed."}}
_STATUS: Final = {"made": 201, "accepted": 202, "none": 204}
_TAGGED: Final = {"etag": "The version of the metadata."}


def _answer(word: str) -> dict[str, Any]:
    """Return what a row's word means: a file ("csv", "any"), or how it is answered and with
    what shape.
    """
    if word in _FILES:
        return _FILES[word]
    way, _, shape = word.partition(" ")
    schema = ref(shape) if shape else None
    if way == "items":
        next_ = {"type": ["string", "null"]}
        properties = {"items": {"type": "array", "items": schema}, "next": next_}
        schema = {"type": "object", "required": ["items"], "properties": properties}
    if way == "tagged":
        return answer(schema, headers=_TAGGED) | _UNCHANGED
    return answer(schema, _STATUS.get(way, 200))


_BODIES: Final = {
    **transfer_shapes.SENT,
    **{word: body(ref(word), required=False) for word in ("Undo", "Revert")},
}
_IN_PATH: Final = {
    "{id}": ID,
    "{other}": {**ID, "name": "other"},
    "{token}": {"name": "token", "in": "path", "required": True, "schema": {"type": "string"}},
    "{tree}": {"name": "tree", "in": "path", "required": True, "schema": {"enum": [*TREES]}},
    "{object}": {**_OBJECT_NAME, "in": "path", "required": True},
}
_BOOLEAN: Final[Schema] = {"type": "string", "enum": ["true", "false"]}
_IN_QUERY: Final = {
    "cursor": query("cursor", {"type": "string", "x-cursor": True}),
    "since": query("since", {"type": "string", "x-cursor": True}),
    "limit": query("limit", {"type": "integer", "minimum": 1, "maximum": 200}),
    "few": query("limit", {"type": "integer", "minimum": 1, "maximum": 50}),
    "object": _OBJECT_NAME,
    "actor": query("actor", {"type": "string", "format": "uuid"}),
    "deleted": query("deleted", _BOOLEAN),
    "notes": query("notes", _BOOLEAN, "The rows that came in, with what is told of them."),
    "whose": {**_OBJECT_NAME, "required": True},
    "state": query("state", {"type": "string", "enum": ["open", "distinct", "merged"]}),
    "objects": query("objects", {"type": "string", "x-object-names": True}, "Names, with commas."),
    **configuring_shapes.IN_QUERY,
    "q": query("q", {"type": "string", "maxLength": 200, "pattern": "^[^\\u0000]*$"}),
}

_CHANGED: Final = "Change it: other sessions and all tokens end"
# method, path, name, summary, answer, query parameters, body
_Row = tuple[str, str, str, str, str, str, str]
_ROWS: Final[Mapping[str, tuple[_Row, ...]]] = {
    "auth": (
        ("post", "/auth/login", "sign_in", "Sign in", "one Me", "", "Credentials"),
        ("post", "/auth/logout", "sign_out", "Sign out", "none", "", ""),
        ("get", "/auth/me", "get_me", "Who one is", "one Me", "", ""),
        ("patch", "/auth/me", "update_me", "Change one's profile", "one Me", "", "Profile"),
        ("post", "/auth/password", "change_password", _CHANGED, "none", "", "NewPassword"),
        ("get", "/auth/sessions", "list_sessions", "One's sessions", "items Session", "", ""),
        ("delete", "/auth/sessions/{id}", "end_session", "End a session", "none", "", ""),
        ("get", "/auth/tokens", "list_tokens", "One's tokens", "items Token", "", ""),
        ("post", "/auth/tokens", "create_token", "Make a token", "made MadeToken", "", "NewToken"),
        ("delete", "/auth/tokens/{id}", "end_token", "Revoke a token", "none", "", ""),
        (
            "get",
            "/auth/invitations/{token}",
            "get_invitation",
            "Whom it is for",
            "one Invitation",
            "",
            "",
        ),
        (
            "post",
            "/auth/invitations/{token}",
            "accept_invitation",
            "Choose a password",
            "one Me",
            "",
            "FirstPassword",
        ),
    ),
    "metadata": (
        ("get", "/objects", "list_objects", "All objects", "tagged Catalogue", "", ""),
        ("get", "/objects/{object}", "get_object", "One object", "tagged ObjectMeta", "", ""),
        ("get", "/codes/{tree}", "get_codes", "Codes of a standard", "tagged CodeTree", "", ""),
    ),
    "views": (
        ("get", "/views", "list_views", "Saved views", "items SavedView", "object", ""),
        ("post", "/views", "create_view", "Save a view", "made SavedView", "", "NewView"),
        ("get", "/views/{id}", "get_view", "One view", "one SavedView", "", ""),
        ("patch", "/views/{id}", "update_view", "Change a view", "one SavedView", "", "ViewChange"),
        ("delete", "/views/{id}", "delete_view", "Remove a view", "none", "", ""),
        (
            "get",
            "/notifications",
            "list_notifications",
            "The bell",
            "one Notifications",
            "cursor limit",
            "",
        ),
        (
            "post",
            "/notifications/read",
            "read_notifications",
            "Read",
            "one Nothing",
            "",
            "ReadMarks",
        ),
    ),
    "changes": log_shapes.ROWS,
    "imports": transfer_shapes.ROWS,
    "duplicates": duplicate_shapes.ROWS,
    "rights": granting_shapes.ROWS,
    "hand-over": handover_shapes.ROWS,
}
_ADMIN: Final[tuple[_Row, ...]] = (
    *metadata_shapes.ROWS,
    ("get", "/settings", "get_settings", "The company's settings", "one Company", "", ""),
    ("patch", "/settings", "update_settings", "Change them", "one Company", "", "CompanyChange"),
    (
        "post",
        "/demo/clear",
        "clear_demo",
        "Clear demonstration data",
        "accepted StartedJob",
        "",
        "",
    ),
    (
        "get",
        "/custom_fields",
        "list_fields",
        "Custom fields",
        "items CustomField",
        "object deleted",
        "",
    ),
    ("post", "/custom_fields", "create_field", "Make one", "made CustomField", "", "NewField"),
    (
        "patch",
        "/custom_fields/{id}",
        "update_field",
        "Change one",
        "one CustomField",
        "",
        "ChangedField",
    ),
    ("get", "/custom_fields/{id}/uses", "field_uses", "What uses it", "items FieldUse", "", ""),
    ("post", "/custom_fields/check", "check_formula", "Check one", "one Checked", "", "Draft"),
    ("post", "/custom_fields/{id}/convert", "convert", "Convert", "one Converted", "", "NewType"),
    ("delete", "/custom_fields/{id}", "delete_field", "Remove one", "none", "", ""),
    (
        "post",
        "/custom_fields/{id}/restore",
        "restore_field",
        "Bring it back",
        "one CustomField",
        "",
        "",
    ),
    (
        "get",
        "/custom_objects",
        "list_custom_objects",
        "Custom objects",
        "items CustomObject",
        "deleted",
        "",
    ),
    ("post", "/custom_objects", "create_object", "Make one", "made CustomObject", "", "NewObject"),
    (
        "patch",
        "/custom_objects/{id}",
        "update_object",
        "Change one",
        "one CustomObject",
        "",
        "ObjectChange",
    ),
    ("delete", "/custom_objects/{id}", "delete_object", "Remove one", "none", "", ""),
    (
        "post",
        "/custom_objects/{id}/restore",
        "restore_object",
        "Bring it back",
        "one CustomObject",
        "",
        "",
    ),
)
# what strangers may call, and what is counted against guessing
_PUBLIC: Final = ("sign_in", "get_invitation", "accept_invitation")
_COUNTED: Final = (*_PUBLIC, "change_password", "look_up", "ask_owner")


def _written(tag: str, row: _Row) -> dict[str, Any]:
    method, path, name, summary, good, asked, given = row
    refused = READS if method == "get" else WRITES
    if name in _COUNTED:
        refused = (*refused, 429)
    parameters = [schema for word, schema in _IN_PATH.items() if word in path]
    parameters += [_IN_QUERY[word] for word in asked.split()]
    request = None
    if given:
        request = _BODIES.get(given) or body(ref(given))
    return operation(
        name,
        tag,
        summary,
        _answer(good) | problems(*refused),
        parameters=parameters,
        request=request,
        public=name in _PUBLIC,
    )


def paths(*, admin: bool) -> dict[str, Any]:
    """Return all fixed paths; those of administrators only where they are of use."""
    rows = [(tag, row) for tag, group in _ROWS.items() for row in group]
    administered = (*_ADMIN, *configuring_shapes.ROWS, *rule_shapes.ROWS)
    rows += [("admin", row) for row in administered] if admin else []
    found: dict[str, Any] = {}
    for tag, row in rows:
        found.setdefault(row[1], {})[row[0]] = _written(tag, row)
    return found
