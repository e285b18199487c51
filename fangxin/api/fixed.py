"""The operations that are the same for every installation, for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from fangxin.api import auth, changes, live, views
from fangxin.api.operations import FORM, ID, READS, WRITES, answer, body, operation, problems, query
from fangxin.api.schemas import ref
from fangxin.fields.schema import Schema

STRUCTS: Final = (
    auth.Credentials,
    auth.NewPassword,
    auth.FirstPassword,
    auth.NewToken,
    auth.Profile,
    views.NewView,
    views.ViewChange,
    views.ReadMarks,
    changes.Undo,
    live.Screen,
)
_OBJECT: Final[Schema] = {"type": "object"}
_ITEMS: Final[Schema] = {
    "type": "object",
    "required": ["items"],
    "properties": {
        "items": {"type": "array", "items": _OBJECT},
        "next": {"type": ["string", "null"]},
    },
}
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
_ME: Final[Schema] = {
    "type": "object",
    "required": ["user", "role", "locale", "timezone", "permissions", "settings", "home"],
    "properties": {
        "user": {"type": "object", "required": ["id", "name", "email", "object"]},
        "role": {"type": "object", "required": ["id", "name", "key"]},
        "department": {"type": ["object", "null"]},
        "locale": {"type": "string"},
        "timezone": {"type": "string"},
        "csrf_token": {"type": ["string", "null"]},
        "permissions": {"type": "array", "items": {"type": "string"}},
        "preferences": _OBJECT,
        "settings": _OBJECT,
        "home": {"type": "string"},
    },
}
_BATCH: Final[Schema] = {
    "type": "object",
    "required": ["results", "change_set"],
    "properties": {
        "results": {
            "type": "array",
            "items": {"type": "object", "required": ["index", "operation", "id", "status"]},
        },
        "change_set": {"type": "string"},
    },
}


def components() -> dict[str, Schema]:
    """Return the components that no object owns: fixed shapes and the bodies of the structs."""
    _, found = msgspec.json.schema_components(STRUCTS, ref_template="#/components/schemas/{name}")
    own = {"Problem": _PROBLEM, "Me": _ME, "BatchResult": _BATCH, "Entries": _ITEMS}
    return {**found, **own}


_CSV: Final = {
    "200": {"description": "CSV", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
_UNCHANGED: Final = {"304": {"description": "Nothing has changed."}}
_ANSWERS: Final = {
    "me": answer(ref("Me")),
    "items": answer(_ITEMS),
    "one": answer(_OBJECT),
    "tagged": answer(_OBJECT, headers={"etag": "The version of the metadata."}) | _UNCHANGED,
    "made": answer(_OBJECT, 201),
    "accepted": answer(_OBJECT, 202),
    "none": answer(None, 204),
    "csv": _CSV,
    "any": {"200": {"description": "The file", "content": {"*/*": {"schema": {"type": "string"}}}}},
}
_FILE: Final[Schema] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "object": {"type": "string", "x-object-name": True},
        "options": {"type": "string", "x-json": True},
    },
    "additionalProperties": False,
}
_EXPORT: Final[Schema] = {
    "type": "object",
    "required": ["object"],
    "properties": {
        "object": {"type": "string", "x-object-name": True},
        "format": {"type": "string", "enum": ["csv", "xlsx"]},
        "q": {"type": "string", "maxLength": 200, "pattern": "^[^\\u0000]*$"},
    },
}
_BODIES: Final = {
    "export": body(_EXPORT),
    "free": body(_OBJECT),
    "file": body(_FILE, FORM),
    "file for object": body({**_FILE, "required": ["file", "object"]}, FORM),
    "Undo": body(ref("Undo"), required=False),
}
_IN_PATH: Final = {
    "{id}": ID,
    "{token}": {"name": "token", "in": "path", "required": True, "schema": {"type": "string"}},
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
    "q": query("q", {"type": "string", "maxLength": 200, "pattern": "^[^\\u0000]*$"}),
}

_CHANGED: Final = "Change it: other sessions and all tokens end"
# method, path, name, summary, answer, query parameters, body
_Row = tuple[str, str, str, str, str, str, str]
_ROWS: Final[Mapping[str, tuple[_Row, ...]]] = {
    "auth": (
        ("post", "/auth/login", "sign_in", "Sign in", "me", "", "Credentials"),
        ("post", "/auth/logout", "sign_out", "Sign out", "none", "", ""),
        ("get", "/auth/me", "get_me", "Who one is", "me", "", ""),
        ("patch", "/auth/me", "update_me", "Change one's profile", "me", "", "Profile"),
        ("post", "/auth/password", "change_password", _CHANGED, "none", "", "NewPassword"),
        ("get", "/auth/sessions", "list_sessions", "One's sessions", "items", "", ""),
        ("delete", "/auth/sessions/{id}", "end_session", "End a session", "none", "", ""),
        ("get", "/auth/tokens", "list_tokens", "One's tokens", "items", "", ""),
        ("post", "/auth/tokens", "create_token", "Make a token", "made", "", "NewToken"),
        ("delete", "/auth/tokens/{id}", "end_token", "Revoke a token", "none", "", ""),
        ("get", "/auth/invitations/{token}", "get_invitation", "Whom it is for", "one", "", ""),
        (
            *("post", "/auth/invitations/{token}", "accept_invitation", "Choose a password"),
            *("me", "", "FirstPassword"),
        ),
    ),
    "metadata": (
        ("get", "/objects", "list_objects", "All objects", "tagged", "", ""),
        ("get", "/objects/{object}", "get_object", "One object", "tagged", "", ""),
    ),
    "views": (
        ("get", "/views", "list_views", "Saved views", "items", "object", ""),
        ("post", "/views", "create_view", "Save a view", "made", "", "NewView"),
        ("get", "/views/{id}", "get_view", "One view", "one", "", ""),
        ("patch", "/views/{id}", "update_view", "Change a view", "one", "", "ViewChange"),
        ("delete", "/views/{id}", "delete_view", "Remove a view", "none", "", ""),
        ("get", "/notifications", "list_notifications", "The bell", "items", "cursor limit", ""),
        ("post", "/notifications/read", "read_notifications", "Read", "one", "", "ReadMarks"),
    ),
    "changes": (
        ("get", "/changes", "list_changes", "The log", "items", "since limit", ""),
        (
            *("get", "/change_sets", "list_change_sets", "Change sets"),
            *("items", "cursor actor object limit", ""),
        ),
        ("get", "/change_sets/{id}", "get_change_set", "One change set", "one", "", ""),
        ("post", "/change_sets/{id}/undo", "undo_change_set", "Undo", "one", "", "Undo"),
        (
            *("get", "/recycle_bin", "list_deleted", "The recycle bin"),
            *("items", "cursor object limit", ""),
        ),
        ("get", "/search", "search", "Search", "items", "q few", ""),
        ("get", "/jobs/{id}", "get_job", "A job", "one", "", ""),
    ),
    "imports": (
        ("post", "/imports/preview", "preview_import", "How it is read", "one", "", "file"),
        ("get", "/imports", "list_imports", "Imports", "items", "", ""),
        ("post", "/imports", "start_import", "Import", "accepted", "", "file for object"),
        ("get", "/imports/{id}", "get_import", "An import", "one", "", ""),
        ("get", "/imports/{id}/errors", "import_errors", "Its error file", "csv", "", ""),
        ("get", "/exports", "list_exports", "Exports", "items", "", ""),
        ("post", "/exports", "start_export", "Export", "accepted", "", "export"),
        ("get", "/exports/{id}", "get_export", "An export", "one", "", ""),
        ("get", "/exports/{id}/content", "export_content", "Its file", "any", "", ""),
    ),
}
_ADMIN: Final[tuple[_Row, ...]] = (
    ("get", "/settings", "get_settings", "The company's settings", "one", "", ""),
    ("patch", "/settings", "update_settings", "Change them", "one", "", "free"),
    ("post", "/demo/clear", "clear_demo", "Clear demonstration data", "accepted", "", ""),
    ("get", "/custom_fields", "list_fields", "Custom fields", "items", "object deleted", ""),
    ("post", "/custom_fields", "create_field", "Make one", "made", "", "free"),
    ("patch", "/custom_fields/{id}", "update_field", "Change one", "one", "", "free"),
    ("delete", "/custom_fields/{id}", "delete_field", "Remove one", "none", "", ""),
    ("post", "/custom_fields/{id}/restore", "restore_field", "Bring it back", "one", "", ""),
    ("get", "/custom_objects", "list_custom_objects", "Custom objects", "items", "deleted", ""),
    ("post", "/custom_objects", "create_object", "Make one", "made", "", "free"),
    ("patch", "/custom_objects/{id}", "update_object", "Change one", "one", "", "free"),
    ("delete", "/custom_objects/{id}", "delete_object", "Remove one", "none", "", ""),
    ("post", "/custom_objects/{id}/restore", "restore_object", "Bring it back", "one", "", ""),
)
# what strangers may call, and what is counted against guessing
_PUBLIC: Final = ("sign_in", "get_invitation", "accept_invitation")
_COUNTED: Final = (*_PUBLIC, "change_password")


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
        {**_ANSWERS[good], **problems(*refused)},
        parameters=parameters,
        request=request,
        public=name in _PUBLIC,
    )


def paths(*, admin: bool) -> dict[str, Any]:
    """Return all fixed paths; those of administrators only where they are of use."""
    rows = [(tag, row) for tag, group in _ROWS.items() for row in group]
    rows += [("admin", row) for row in _ADMIN] if admin else []
    found: dict[str, Any] = {}
    for tag, row in rows:
        found.setdefault(row[1], {})[row[0]] = _written(tag, row)
    return found
