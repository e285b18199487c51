"""What generated requests of the operations that no object owns need: real views, fields, tokens,
change sets, imports … made afresh for each call.

`PREPARED` has a function for each operation; it changes the generated case so that it means
something, and leaves alone what is free.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx

from tests import servers

NUMBERS = itertools.count(1)
CSV = b"Name,Phone\nFirst,\nSecond,nonsense\n"
OPTIONS = '{"map": {"columns": {"Name": "name", "Phone": "phone"}}, "mode": "create"}'
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


class Desk:
    """One user with whatever he needs at hand. `admin` invites people for him."""

    def __init__(self, url: str, email: str, password: str, admin: httpx.Client | None) -> None:
        self.url, self.email, self.password = url, email, password
        with closing(self.browser()) as browser:
            made = browser.post("/auth/tokens", json={"name": "generated"})
        headers = {"authorization": f"Bearer {made.json()['token']}"}
        self.client = httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=60)
        self.admin = admin or self.client
        self.role = self.client.get("/auth/me").json()["role"]["id"]
        self._spare: tuple[str, str] | None = None
        self._done: dict[str, dict[str, Any]] = {}

    def browser(self, email: str = "", password: str = "") -> httpx.Client:
        """A signed-in session of this user or another, by cookie."""
        browser = httpx.Client(base_url=f"{self.url}/api/v1", timeout=60)
        body = {"email": email or self.email, "password": password or self.password}
        answer = browser.post("/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        browser.headers["x-csrf-token"] = answer.headers["x-csrf-token"]
        return browser

    def post(self, path: str, body: Any, *, client: httpx.Client | None = None) -> dict[str, Any]:
        """Send, and expect that it is done; a refusal gives an id that leads nowhere."""
        answer = (client or self.client).post(path, json=body)
        if answer.status_code == 403:
            return {"id": "00000000-0000-7000-8000-000000000000"}
        assert answer.status_code < 300, (path, answer.text)
        return dict(answer.json())

    def invitation(self, email: str = "") -> str:
        """The token of a fresh user's invitation."""
        email = email or f"guest{next(NUMBERS)}@example.com"
        body = {"name": "Guest", "email": email, "role": self.role}
        user = self.post("/users", body, client=self.admin)
        url = self.post(f"/users/{user['id']}/actions/invite", {}, client=self.admin)["url"]
        return str(url).rstrip("/").rsplit("/", 1)[-1].rsplit("=", 1)[-1]

    def spare(self) -> tuple[str, str]:
        """E-mail and password of a user of the same role whose password may change."""
        if self._spare is None:
            self._spare = (f"spare{next(NUMBERS)}@example.com", servers.PASSWORD)
            token = self.invitation(self._spare[0])
            body = {"password": servers.PASSWORD}
            done = httpx.post(f"{self.url}/api/v1/auth/invitations/{token}", json=body, timeout=60)
            assert done.status_code == 200, done.text
        return self._spare

    def spare_changes(self, password: str) -> None:
        self._spare = (self.spare()[0], password)

    def change_set(self) -> str:
        self.post("/accounts", {"name": f"Undone {next(NUMBERS)}"})
        return str(self.client.get("/change_sets").json()["items"][0]["id"])

    def view(self) -> str:
        return str(self.post("/views", {"object": "account", "name": "Mine"})["id"])

    def field(self, *, deleted: bool = False) -> str:
        body = {"object": "account", "key": f"extra_{next(NUMBERS)}", "type": "text"}
        id_ = self.post("/custom_fields", {**body, "labels": {"en": "Extra"}})["id"]
        if deleted:
            self.client.delete(f"/custom_fields/{id_}")
        return str(id_)

    def object(self, *, deleted: bool = False) -> str:
        body = {"name": f"thing_{next(NUMBERS)}", "labels": {"en": "Thing"}}
        id_ = self.post("/custom_objects", body)["id"]
        if deleted:
            self.client.delete(f"/custom_objects/{id_}")
        return str(id_)

    def done(self, path: str) -> dict[str, Any]:
        """An import or export of one's own that has ended: {"id", "job"}."""
        if path not in self._done:
            if path == "/imports":
                form = {"object": "account", "options": OPTIONS}
                answer = self.client.post(path, data=form, files={"file": ("a.csv", CSV)})
            else:
                answer = self.client.post(path, json={"object": "account"})
            assert answer.status_code == 202, answer.text
            self._done[path] = answer.json()
            end = time.monotonic() + 60
            while self.client.get(f"{path}/{answer.json()['id']}").json()["state"] != "done":
                assert time.monotonic() < end
                time.sleep(0.2)
        return self._done[path]

    def exportable(self) -> list[str]:
        objects = self.client.get("/objects").json()["objects"]
        return [each["object"] for each in objects if each["rights"]["export"]]


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
    _at(case, id=str(desk.post("/auth/tokens", {"name": "ends"})["id"]))


def _create_token(case: Any, desk: Desk) -> None:
    if not case.body.get("scopes"):
        case.body.pop("scopes", None)
    if case.body.get("expires_at"):
        case.body["expires_at"] = "2099-01-01T00:00:00Z"


def _update_me(case: Any, desk: Desk) -> None:
    # what is told in another language is shown elsewhere
    case.body.pop("locale", None)


def _invited(case: Any, desk: Desk) -> None:
    _at(case, token=desk.invitation())


def _accept(case: Any, desk: Desk) -> None:
    _invited(case, desk)
    case.body = {"password": f"a fresh pass phrase {next(NUMBERS)}"}


def _create_view(case: Any, desk: Desk) -> None:
    case.body["object"] = "account"


def _on_view(case: Any, desk: Desk) -> None:
    _at(case, id=desk.view())


def _change_set(case: Any, desk: Desk) -> None:
    _at(case, id=desk.change_set())


def _purge(case: Any, desk: Desk) -> None:
    id_ = desk.post("/accounts", {"name": f"Gone {next(NUMBERS)}"})["id"]
    desk.client.delete(f"/accounts/{id_}")
    _at(case, object="account", id=str(id_))


def _watch(case: Any, desk: Desk) -> None:
    case.body = {"client": desk.view(), "watch": {"accounts": "*", "task": [desk.view()]}}


def _search(case: Any, desk: Desk) -> None:
    if "objects" in (case.query or {}):
        case.query["objects"] = "accounts,task"


def _job(case: Any, desk: Desk) -> None:
    _at(case, id=desk.done("/exports" if desk.exportable() else "/imports")["job"])


def _import(case: Any, desk: Desk) -> None:
    _at(case, id=desk.done("/imports")["id"])


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
    "create_view": _create_view,
    **dict.fromkeys(("get_view", "update_view", "delete_view"), _on_view),
    **dict.fromkeys(("get_change_set", "undo_change_set"), _change_set),
    "purge_record": _purge,
    "watch": _watch,
    "search": _search,
    "get_job": _job,
    **dict.fromkeys(("get_import", "import_errors"), _import),
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
    "restore_field": _restore_field,
    "create_object": _create_object,
    **dict.fromkeys(("update_object", "delete_object"), _on_object),
    "restore_object": _restore_object,
}


def closed(document: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Let these shapes of a document hold nothing that they do not name."""
    found = json.loads(json.dumps(document))
    for name in names:
        shape = found["components"]["schemas"][name]
        if shape.get("properties"):
            shape["additionalProperties"] = False
    return dict(found)
