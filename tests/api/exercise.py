"""Supplies for generated requests: real ids in place of random ones, so that calls get past 404.

All is read from the metadata, so a new object needs nothing here.
"""

from __future__ import annotations

import itertools
import random
from typing import Any

import httpx

from tests.api.walk import FRESH, Walk

WORDS = itertools.count(1)


def _is_open_money(meta: dict[str, Any]) -> bool:
    return bool(meta["type"] == "money" and meta["editable"])


def _private(meta: dict[str, Any]) -> bool:
    """Whether a field holds what only its own module can read, or names of its own kind."""
    return meta["type"] == "settings" or (meta["type"] == "tags" and meta["key"] != "tags")


class Supplies:
    """What one user can name: ids of records, fresh records of any object."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.walk = Walk(client)
        self.objects = {each["path"]: each for each in self._get("/objects")["objects"]}
        self._ids: dict[str, list[str]] = {}
        # the same choices in each run, as the requests are the same
        self._chance = random.Random(7)
        # required links that nothing fills in, learned from refusals
        self._needed: dict[str, set[str]] = {}

    def _get(self, address: str, **query: Any) -> Any:
        answer = self.client.get(address, params=query)
        return answer.json() if answer.status_code == 200 else {"items": []}

    def ids(self, path: str) -> list[str]:
        """Ids of the first records of an object."""
        if path not in self._ids:
            page = self._get(f"/{path}", limit=20, count="none", fields="id")
            self._ids[path] = [each["id"] for each in page["items"]]
        return self._ids[path]

    def path_of(self, name: str) -> str:
        return next((path for path, each in self.objects.items() if each["object"] == name), "")

    def fresh(self, path: str) -> str | None:
        """A record made now, or one that is there where none may be made."""
        if path in FRESH and self.objects[path]["rights"]["create"]:
            return FRESH[path](self.walk)
        made = self._make(path)
        if made is not None and made.status_code == 201:
            return str(made.json()["id"])
        known = self.ids(path)
        return self._chance.choice(known) if known else None

    def _make(self, path: str) -> httpx.Response | None:
        meta = self.objects[path]
        if not meta["rights"]["create"]:
            return None
        if any(each["key"] == "media_type" for each in meta["fields"]):
            return self.client.post(f"/{path}", files={"file": ("a.txt", b"x")})
        body: dict[str, Any] = {"name": f"Fresh {next(WORDS)}"}
        for each in meta["fields"]:
            plain = each["required"] and each["editable"] and each["default"] is None
            if plain and not each["target"]:
                body[each["key"]] = self._value(each)
        # what a stage may ask for
        body |= {each["key"]: "1.00" for each in meta["fields"] if _is_open_money(each)}
        body = {key: value for key, value in body.items() if value is not None}
        made = self._post(path, self.complete(path, body))
        if made.status_code == 422:
            named = {each["pointer"].strip("/") for each in made.json()["errors"]}
            self._needed[path] = {each["key"] for each in meta["fields"] if each["target"]} & named
            made = self._post(path, self.complete(path, body))
        return made

    def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return self.client.post(f"/{path}", params={"allow_duplicates": "true"}, json=body)

    def _value(self, meta: dict[str, Any]) -> Any:
        if meta["target"]:
            return next(iter(self.ids(self.path_of(meta["target"]))), None)
        if "@" in meta.get("placeholder", "") or meta["type"] == "email":
            return f"fresh{next(WORDS)}@example.com"
        if meta.get("options"):
            return meta["options"][0]["key"]
        if meta["type"] in {"date", "datetime"}:
            return "2026-11-21" + ("T09:00:00Z" if meta["type"] == "datetime" else "")
        return f"Fresh {next(WORDS)}" if not meta["aggregates"] else None

    def deleted(self, path: str) -> str | None:
        """A record that lies in the recycle bin."""
        id_ = self.fresh(path)
        if id_ is not None:
            self.client.delete(f"/{path}/{id_}")
        return id_

    def repair(self, path: str, node: Any) -> Any:
        """Put real ids into links, and leave out what only its own module can read."""
        fields = {each["key"]: each for each in self.objects[path]["fields"]}
        if isinstance(node, list):
            return [self.repair(path, each) for each in node]
        if not isinstance(node, dict):
            return node
        found = {}
        for key, value in node.items():
            meta = fields.get(key)
            # who gives a record away may lose it: refused, and shown elsewhere
            if key in {"cursor", "owner", "department", "assignee"} or (meta and _private(meta)):
                continue
            if key == "currency":
                found[key] = "CNY"
            elif meta and value is not None and meta["target"]:
                known = self.ids(self.path_of(meta["target"]))
                found |= {key: self._chance.choice(known)} if known else {}
            elif meta and value is not None and meta["type"] == "record":
                users = self.ids("users")
                found |= {key: {"object": "user", "id": users[0]}} if users else {}
            else:
                found[key] = self.repair(path, value)
        return found

    def complete(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Add required links that nothing else fills in."""
        fields = {each["key"]: each for each in self.objects[path]["fields"]}
        return {**{key: self._value(fields[key]) for key in self._needed.get(path, ())}, **body}

    def parameters(self, path: str, action: str, body: dict[str, Any]) -> dict[str, Any]:
        """Put real ids into the parameters of an action."""
        known = {each["key"]: each for each in self.objects[path]["actions"]}
        found = dict(body)
        for each in known.get(action, {}).get("params", ()):
            if each["target"] and each["key"] in found:
                found[each["key"]] = self.fresh(self.path_of(each["target"]))
        return found
