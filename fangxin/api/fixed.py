"""The operations that are the same for every installation, for the OpenAPI document."""

from __future__ import annotations

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
_CURSOR: Final = query("cursor", {"type": "string", "x-cursor": True})
_LIMIT: Final = query("limit", {"type": "integer", "minimum": 1, "maximum": 200})
_OBJECT_NAME: Final = query("object", {"type": "string", "x-object-name": True})
_TOKEN: Final[Schema] = {
    "name": "token",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
}
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


def _auth() -> dict[str, Any]:
    def make(name: str, summary: str, responses: dict[str, Any], **more: Any) -> dict[str, Any]:
        return operation(name, "auth", summary, responses, **more)

    me = answer(ref("Me"))
    refused = problems(*WRITES, 429)
    return {
        "/auth/login": {
            "post": make(
                "sign_in", "Sign in", me | refused, public=True, request=body(ref("Credentials"))
            ),
        },
        "/auth/logout": {
            "post": make("sign_out", "Sign out", answer(None, 204) | problems(400, 401, 403)),
        },
        "/auth/me": {
            "get": make("get_me", "Who one is", me | problems(400, 401)),
            "patch": make(
                "update_me", "Change one's profile", me | refused, request=body(ref("Profile"))
            ),
        },
        "/auth/password": {
            "post": make(
                "change_password",
                "Change one's password",
                answer(None, 204) | refused,
                request=body(ref("NewPassword")),
            ),
        },
        "/auth/sessions": {
            "get": make("list_sessions", "One's sessions", answer(_ITEMS) | problems(*READS)),
        },
        "/auth/sessions/{id}": {
            "delete": make(
                "end_session",
                "End a session",
                answer(None, 204) | problems(*WRITES),
                parameters=[ID],
            ),
        },
        "/auth/tokens": {
            "get": make("list_tokens", "One's tokens", answer(_ITEMS) | problems(*READS)),
            "post": make(
                "create_token",
                "Make a token",
                answer(_OBJECT, 201) | problems(*WRITES),
                request=body(ref("NewToken")),
            ),
        },
        "/auth/tokens/{id}": {
            "delete": make(
                "end_token",
                "Revoke a token",
                answer(None, 204) | problems(*WRITES),
                parameters=[ID],
            ),
        },
        "/auth/invitations/{token}": {
            "get": make(
                "get_invitation",
                "Whom a link is for",
                answer(_OBJECT) | problems(*READS),
                parameters=[_TOKEN],
                public=True,
            ),
            "post": make(
                "accept_invitation",
                "Choose a password",
                me | refused,
                parameters=[_TOKEN],
                public=True,
                request=body(ref("FirstPassword")),
            ),
        },
    }


def _metadata() -> dict[str, Any]:
    name = {
        "name": "object",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "x-object-name": True},
    }
    none_new = {"304": {"description": "Nothing has changed."}}
    found = answer(_OBJECT, etag="The version of the metadata.") | none_new | problems(*READS)
    return {
        "/objects": {"get": operation("list_objects", "metadata", "All objects", found)},
        "/objects/{object}": {
            "get": operation("get_object", "metadata", "One object", found, parameters=[name])
        },
    }


def _views() -> dict[str, Any]:
    one, listed = answer(_OBJECT), answer(_ITEMS)

    def make(name: str, summary: str, responses: dict[str, Any], **more: Any) -> dict[str, Any]:
        return operation(name, "views", summary, responses, **more)

    return {
        "/views": {
            "get": make(
                "list_views", "Saved views", listed | problems(*READS), parameters=[_OBJECT_NAME]
            ),
            "post": make(
                "create_view",
                "Save a view",
                answer(_OBJECT, 201) | problems(*WRITES),
                request=body(ref("NewView")),
            ),
        },
        "/views/{id}": {
            "get": make("get_view", "One view", one | problems(*READS), parameters=[ID]),
            "patch": make(
                "update_view",
                "Change a view",
                one | problems(*WRITES),
                parameters=[ID],
                request=body(ref("ViewChange")),
            ),
            "delete": make(
                "delete_view",
                "Remove a view",
                answer(None, 204) | problems(*WRITES),
                parameters=[ID],
            ),
        },
        "/notifications": {
            "get": make(
                "list_notifications",
                "The bell",
                listed | problems(*READS),
                parameters=[_CURSOR, _LIMIT],
            ),
        },
        "/notifications/read": {
            "post": make(
                "read_notifications",
                "Mark as read",
                one | problems(*WRITES),
                request=body(ref("ReadMarks")),
            ),
        },
    }


def _changes() -> dict[str, Any]:
    listed = answer(_ITEMS) | problems(*READS)

    def make(name: str, summary: str, responses: dict[str, Any], **more: Any) -> dict[str, Any]:
        return operation(name, "changes", summary, responses, **more)

    actor = query("actor", {"type": "string", "format": "uuid"})
    since = query("since", {"type": "string", "x-cursor": True})
    limit = query("limit", {"type": "integer", "minimum": 1, "maximum": 500})
    q = query("q", {"type": "string", "maxLength": 200, "pattern": "^[^\\u0000]*$"})
    hits = query("limit", {"type": "integer", "minimum": 1, "maximum": 50})
    undone = answer(_OBJECT) | problems(*WRITES)
    return {
        "/changes": {"get": make("list_changes", "The log", listed, parameters=[since, limit])},
        "/change_sets": {
            "get": make(
                "list_change_sets",
                "Change sets",
                listed,
                parameters=[_CURSOR, actor, _OBJECT_NAME, _LIMIT],
            ),
        },
        "/change_sets/{id}": {
            "get": make(
                "get_change_set",
                "One change set",
                answer(_OBJECT) | problems(*READS),
                parameters=[ID],
            ),
        },
        "/change_sets/{id}/undo": {
            "post": make(
                "undo_change_set",
                "Undo",
                undone,
                parameters=[ID],
                request=body(ref("Undo"), required=False),
            ),
        },
        "/recycle_bin": {
            "get": make(
                "list_deleted",
                "The recycle bin",
                listed,
                parameters=[_CURSOR, _OBJECT_NAME, _LIMIT],
            ),
        },
        "/search": {"get": make("search", "Search", listed, parameters=[q, hits])},
        "/jobs/{id}": {
            "get": make("get_job", "A job", answer(_OBJECT) | problems(*READS), parameters=[ID]),
        },
    }


def _imports() -> dict[str, Any]:
    properties = {
        "file": {"type": "string", "format": "binary"},
        "object": {"type": "string", "x-object-name": True},
        "options": {"type": "string", "x-json": True},
    }
    form: Schema = {"type": "object", "required": ["file"], "properties": properties}
    form["additionalProperties"] = False
    needs = {**form, "required": ["file", "object"]}

    def make(name: str, summary: str, responses: dict[str, Any], **more: Any) -> dict[str, Any]:
        return operation(name, "imports", summary, responses, **more)

    csv = {"200": {"description": "CSV", "content": {"text/csv": {"schema": {"type": "string"}}}}}
    return {
        "/imports/preview": {
            "post": make(
                "preview_import",
                "How a file is read",
                answer(_OBJECT) | problems(*WRITES),
                request=body(form, FORM),
            ),
        },
        "/imports": {
            "get": make("list_imports", "Imports", answer(_ITEMS) | problems(*READS)),
            "post": make(
                "start_import",
                "Import a file",
                answer(_OBJECT, 202) | problems(*WRITES),
                request=body(needs, FORM),
            ),
        },
        "/imports/{id}": {
            "get": make(
                "get_import", "An import", answer(_OBJECT) | problems(*READS), parameters=[ID]
            ),
        },
        "/imports/{id}/errors": {
            "get": make("import_errors", "Its error file", csv | problems(*READS), parameters=[ID]),
        },
    }


def _admin() -> dict[str, Any]:
    one, listed = answer(_OBJECT), answer(_ITEMS) | problems(*READS)
    deleted = query("deleted", {"type": "string", "enum": ["true", "false"]})

    def make(name: str, summary: str, responses: dict[str, Any], **more: Any) -> dict[str, Any]:
        return operation(name, "admin", summary, responses, **more)

    found: dict[str, Any] = {
        "/settings": {
            "get": make("get_settings", "The company's settings", one | problems(*READS)),
            "patch": make(
                "update_settings", "Change them", one | problems(*WRITES), request=body(_OBJECT)
            ),
        },
    }
    for path, noun in (("/custom_fields", "custom_field"), ("/custom_objects", "custom_object")):
        parameters = [deleted, _OBJECT_NAME] if noun == "custom_field" else [deleted]
        title = noun.replace("_", " ")
        found[path] = {
            "get": make(f"list_{noun}s", f"All {title}s", listed, parameters=parameters),
            "post": make(
                f"create_{noun}",
                f"Make a {title}",
                answer(_OBJECT, 201) | problems(*WRITES),
                request=body(_OBJECT),
            ),
        }
        found[f"{path}/{{id}}"] = {
            "patch": make(
                f"update_{noun}",
                f"Change a {title}",
                one | problems(*WRITES),
                parameters=[ID],
                request=body(_OBJECT),
            ),
            "delete": make(
                f"delete_{noun}",
                f"Remove a {title}",
                answer(None, 204) | problems(*WRITES),
                parameters=[ID],
            ),
        }
        found[f"{path}/{{id}}/restore"] = {
            "post": make(
                f"restore_{noun}", f"Restore a {title}", one | problems(*WRITES), parameters=[ID]
            ),
        }
    return found


def paths(*, admin: bool) -> dict[str, Any]:
    """Return all fixed paths; those of administrators only where they are of use."""
    found = {**_auth(), **_metadata(), **_views(), **_changes(), **_imports()}
    return {**found, **_admin()} if admin else found
