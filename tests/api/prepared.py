"""What generated requests of the operations that no object owns need, done to each call.

`PREPARED` has a function for each operation; it changes the generated case so that it means
something, and leaves alone what is free.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx

from tests.api.desk import CSV, NUMBERS, OPTIONS, Desk
from tests.api.walk import RULE

# characters of a generated text; the longest that is taken is sent elsewhere
LONGEST = 200
# settings of a custom field that must fit its type
FITTING = {
    "text": "x",
    "integer": 7,
    "decimal": "1.5",
    "percent": "12.5",
    "date": "2026-11-21",
    "boolean": True,
    "auto_number": "N-{number:04}",
}


def _at(case: Any, **parameters: str) -> None:
    case.path_parameters = {**(case.path_parameters or {}), **parameters}


def _by_cookie(case: Any, browser: httpx.Client) -> dict[str, Any]:
    """Return how a call is made by a session in place of the token."""
    # generation sends tokens of its own
    case.headers = {k: v for k, v in (case.headers or {}).items() if k != "Authorization"}
    case.cookies = {}
    return {
        "headers": {"x-csrf-token": browser.headers["x-csrf-token"]},
        "cookies": dict(browser.cookies),
    }


def _another(desk: Desk) -> str:
    """Return the id of a user who is not the desk's own."""
    people = [each["id"] for each in desk.admin.get("/users").json()["items"]]
    mine = desk.client.get("/auth/me").json()["user"]["id"]
    return next(each for each in people if each != mine)


def _sign_in(case: Any, desk: Desk) -> None:
    case.body = {"email": desk.email, "password": desk.password}


def _sign_out(case: Any, desk: Desk) -> Any:
    return _by_cookie(case, desk.browser())


def _change_password(case: Any, desk: Desk) -> Any:
    email, password = desk.spare()
    case.body = {"current": password, "new": f"another pass phrase {next(NUMBERS)}"}
    desk.spare_changes(case.body["new"])
    return _by_cookie(case, desk.browser(email, password))


def _end_session(case: Any, desk: Desk) -> None:
    with closing(desk.browser()) as browser:
        items = browser.get("/auth/sessions").json()["items"]
    _at(case, id=next(each["id"] for each in items if each["current"]))


def _end_token(case: Any, desk: Desk) -> None:
    with closing(desk.browser()) as browser:
        _at(case, id=str(desk.post("/auth/tokens", {"name": "ends"}, client=browser)["id"]))


def _create_token(case: Any, desk: Desk) -> Any:
    if not case.body.get("scopes"):
        case.body.pop("scopes", None)
    if case.body.get("expires_at"):
        case.body["expires_at"] = "2099-01-01T00:00:00Z"
    return _by_cookie(case, desk.browser())


def _update_me(case: Any, desk: Desk) -> None:
    # what is told in another language is shown elsewhere
    case.body.pop("locale", None)


def _invited(case: Any, desk: Desk) -> None:
    _at(case, token=desk.invitation())


def _accept(case: Any, desk: Desk) -> None:
    _invited(case, desk)
    case.body = {"password": f"a fresh pass phrase {next(NUMBERS)}"}


def _for_own_role(case: Any, desk: Desk) -> None:
    if isinstance(case.body, dict) and case.body.get("roles"):
        case.body["roles"] = [desk.role]


def _create_view(case: Any, desk: Desk) -> None:
    case.body["object"] = "account"
    _for_own_role(case, desk)


def _on_view(case: Any, desk: Desk) -> None:
    _at(case, id=desk.view())
    _for_own_role(case, desk)


def _change_set(case: Any, desk: Desk) -> None:
    _at(case, id=desk.change_set())
    for key in ("only", "overwrite"):
        if isinstance(case.body, dict):
            case.body.pop(key, None)


def _hand_over(case: Any, desk: Desk) -> None:
    _at(case, id=desk.client.get("/auth/me").json()["user"]["id"])
    if isinstance(case.body, dict):
        # a hand-over of nothing that closes nobody's account
        case.body |= {"to": [_another(desk)], "objects": {}, "deactivate": False}
        if not case.path.endswith("preview"):
            case.body["objects"] = dict.fromkeys(("account", "contact", "task"))


def _purge(case: Any, desk: Desk) -> None:
    id_ = desk.post("/accounts", {"name": f"Gone {next(NUMBERS)}"})["id"]
    desk.client.delete(f"/accounts/{id_}")
    _at(case, object="account", id=str(id_))
    if isinstance(case.body, dict):
        case.body.pop("with", None)


def _watch(case: Any, desk: Desk) -> None:
    case.body = {"client": desk.view(), "watch": {"accounts": "*", "task": [desk.view()]}}


def _search(case: Any, desk: Desk) -> None:
    if "objects" in (case.query or {}):
        case.query["objects"] = "accounts,task"


def _look_up(case: Any, desk: Desk) -> None:
    case.body = {"text": f"Known already {next(NUMBERS)}"}


def _ask_owner(case: Any, desk: Desk) -> None:
    name = f"Asked about {next(NUMBERS)}"
    desk.post("/accounts", {"name": name, "owner": _another(desk)}, client=desk.admin)
    case.body = {"ask": desk.post("/lookup", {"text": name})["items"][0]["ask"]}


def _view_as(case: Any, desk: Desk) -> Any:
    case.body = {"user": _another(desk)}
    return _by_cookie(case, desk.browser())


def _simulate(case: Any, desk: Desk) -> None:
    # the administrators' role is fixed; what grants may name is tried where roles are changed
    roles = desk.admin.get("/roles").json()["items"]
    case.body = {"role": next(each["id"] for each in roles if each["key"] == "sales")}


def _job(case: Any, desk: Desk) -> None:
    _at(case, id=desk.done("/exports" if desk.exportable() else "/imports")["job"])


def _running(case: Any, desk: Desk) -> None:
    _at(case, id=desk.running())


def _on_pair(case: Any, desk: Desk) -> None:
    _at(case, id=desk.pair())


def _merge(case: Any, desk: Desk) -> None:
    one, other = (desk.post("/accounts", {"name": f"One {next(NUMBERS)}"})["id"] for _ in "12")
    _at(case, object="accounts", id=str(one), other=str(other))


def _import(case: Any, desk: Desk) -> None:
    _at(case, id=desk.done("/imports")["id"])


def _tried(case: Any, desk: Desk) -> None:
    _at(case, id=desk.tried())


def _export(case: Any, desk: Desk) -> None:
    _at(case, id=desk.done("/exports")["id"])


def _upload(case: Any, desk: Desk) -> None:
    case.body = {"file": CSV, "object": "account", "options": OPTIONS}


def _start_export(case: Any, desk: Desk) -> None:
    # what fits the object is told where lists are asked
    for key, value in (("filter", None), ("fields", ["id", "name"]), ("sort", "name")):
        if key in case.body:
            case.body[key] = value
    case.body["object"] = desk.exportable()[0] if desk.exportable() else "account"


def _worded(body: dict[str, Any]) -> None:
    """Let there be a word in one language at least, which a schema can hardly say."""
    for key in ("labels", "labels_plural"):
        if key in body:
            body[key] = body[key] or {"zh-CN": "词"}


def _settings(case: Any, desk: Desk) -> None:
    known = desk.admin.get("/settings").json()
    case.body |= {key: known[key] for key in ("cascades", "duplicates") if key in case.body}
    if "base_currency" in case.body:
        case.body["base_currency"] = "CNY"


def _fit(body: dict[str, Any], type_: str) -> None:
    """Let settings fit one another: a default its type, a formula its fields, bounds each other."""
    _worded(body)
    body.pop("default", None)
    if type_ in FITTING:
        body["default"] = FITTING[type_]
    fitting = {"formula": "1 + 1", "target": "account", "min": "1", "max": "99"}
    fitting |= {"over": "task.about", "function": "count"}
    body |= {key: value for key, value in fitting.items() if key in body}
    for key in ("of", "filter"):
        body.pop(key, None)
    # a required field would refuse what others make; an object has room for few indexes
    body |= {key: False for key in ("required", "indexed", "unique") if key in body}
    if "options" in body:
        body["options"] = list({each["key"]: each for each in body["options"]}.values())


def _create_field(case: Any, desk: Desk) -> None:
    case.body |= {"object": "account", "key": f"made_{next(NUMBERS)}"}
    _fit(case.body, case.body["type"])


def _update_field(case: Any, desk: Desk) -> None:
    _at(case, id=desk.field())
    allowed = {"labels", "help", "searchable", "max_length", "indexed", "required"}
    case.body = {key: value for key, value in case.body.items() if key in allowed}
    _fit(case.body, "text")


def _on_field(case: Any, desk: Desk) -> None:
    _at(case, id=desk.field())


def _convert(case: Any, desk: Desk) -> None:
    _at(case, id=desk.field())
    case.body = {"type": "long_text", "preview": True}


def _check_formula(case: Any, _desk: Desk) -> None:
    case.body["object"] = "account"


def _try_rule(case: Any, _desk: Desk) -> None:
    case.body = {**RULE, "only_on": case.body.get("only_on") and "create"}


def _restore_field(case: Any, desk: Desk) -> None:
    _at(case, id=desk.field(deleted=True))


def _create_object(case: Any, desk: Desk) -> None:
    _worded(case.body)
    case.body["name"] = f"made_{next(NUMBERS)}"
    if "path" in case.body:
        case.body["path"] = f"made_{next(NUMBERS)}"


def _on_object(case: Any, desk: Desk) -> None:
    _at(case, id=desk.object())
    if isinstance(case.body, dict):
        _worded(case.body)


def _restore_object(case: Any, desk: Desk) -> None:
    _at(case, id=desk.object(deleted=True))


def _preview_layout(case: Any, desk: Desk) -> None:
    _at(case, object="accounts")
    for key in ("body", "role"):
        case.body.pop(key, None)


def _configuration(case: Any, desk: Desk) -> None:
    """Send what is there: it fits, and brings about nothing."""
    case.body["configuration"] = desk.admin.get("/configuration").json()
    case.body.pop("prune", None)


def _revert(case: Any, desk: Desk) -> None:
    desk.admin.patch("/settings", json={"company_name": f"Firm {next(NUMBERS)}"})
    _at(case, id=desk.admin.get("/settings/history").json()["items"][0]["id"])


def _settings_history(case: Any, desk: Desk) -> None:
    asked = case.query or {}
    known = {"kind": "role", "object": "account"}
    asked |= {key: value for key, value in known.items() if key in asked}


def _meta(case: Any, desk: Desk) -> None:
    _at(case, object="accounts")


# each may return how the call is made, where that is not by the user's token
PREPARED: dict[str, Callable[[Any, Desk], Any]] = {
    "sign_in": _sign_in,
    "sign_out": _sign_out,
    "change_password": _change_password,
    "end_session": _end_session,
    "end_token": _end_token,
    "create_token": _create_token,
    "update_me": _update_me,
    "get_invitation": _invited,
    "accept_invitation": _accept,
    "get_object": _meta,
    "preview_layout": _preview_layout,
    **dict.fromkeys(("compare_configuration", "apply_configuration"), _configuration),
    "revert_setting": _revert,
    "list_settings_changes": _settings_history,
    "create_view": _create_view,
    **dict.fromkeys(("get_view", "update_view", "delete_view"), _on_view),
    **dict.fromkeys(("get_change_set", "undo_change_set", "preview_undoing"), _change_set),
    **dict.fromkeys(("get_holdings", "preview_hand_over", "start_hand_over"), _hand_over),
    **dict.fromkeys(("purge_record", "get_deleted", "bring_back_record"), _purge),
    "watch": _watch,
    "search": _search,
    "look_up": _look_up,
    "ask_owner": _ask_owner,
    "view_as": _view_as,
    "simulate_role": _simulate,
    "get_job": _job,
    "cancel_job": _running,
    **dict.fromkeys(("get_pair", "decide_pair"), _on_pair),
    "preview_merge": _merge,
    **dict.fromkeys(("get_import", "import_errors"), _import),
    "start_tried": _tried,
    **dict.fromkeys(("get_export", "export_content"), _export),
    **dict.fromkeys(("preview_import", "start_import"), _upload),
    "start_export": _start_export,
    "update_settings": _settings,
    "create_field": _create_field,
    "update_field": _update_field,
    "delete_field": _on_field,
    "field_uses": _on_field,
    "convert": _convert,
    "check_formula": _check_formula,
    "try_rule": _try_rule,
    "restore_field": _restore_field,
    "create_object": _create_object,
    **dict.fromkeys(("update_object", "delete_object"), _on_object),
    "restore_object": _restore_object,
}


def _shorter(shape: dict[str, Any]) -> dict[str, Any]:
    """Bound a text: its length goes into its pattern, and a long one takes 0.2 s to compile."""
    bounded = "pattern" in shape and isinstance(shape.get("maxLength"), int)
    return shape | {"maxLength": min(shape["maxLength"], LONGEST)} if bounded else shape


def closed(document: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Let these shapes of a document hold nothing that they do not name, and no long texts be
    made; what is answered has no bounds.
    """
    found = json.loads(json.dumps(document), object_hook=_shorter)
    for name in names:
        shape = found["components"]["schemas"][name]
        if shape.get("properties"):
            shape["additionalProperties"] = False
    return dict(found)
