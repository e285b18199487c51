"""The visitor: signed in at a server, keeping count of what he has made there and how long each
answer took.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from fangxin.verifying.check import NotAsked, Unmet, expect

API: Final = "/api/v1"
CSRF: Final = "x-csrf-token"
# for one answer, and for what happens in the background
SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.2
# rounds of emptying the bin: what others point to goes after them
ROUNDS: Final = 6


class Caller:
    """Somebody who asks: nobody, a user with a session, or a program with a token."""

    def __init__(self, url: str, language: str, headers: dict[str, str] | None = None) -> None:
        shared = {"accept-language": language, **(headers or {})}
        self.client = httpx.Client(base_url=url, headers=shared, timeout=SECONDS)
        self.took: list[tuple[str, float]] = []

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send to a path below the API."""
        begun = time.monotonic()
        answer = self.client.request(method, API + path, **more)
        self.took.append((f"{method} {path.split('?', maxsplit=1)[0]}", time.monotonic() - begun))
        return answer

    def page(self, path: str) -> httpx.Response:
        """Return what the server has beside the API, or raise Unmet."""
        answer = self.client.get(path)
        code = answer.status_code
        expect(answer.is_success, "{path} answered {status}.", path=path, status=code)
        return answer

    def ask(self, method: str, path: str, *expected: int, **more: Any) -> Any:
        """Return the JSON of an answer, or None; Unmet for another status than those expected."""
        answer = self.send(method, path, **more)
        wanted = expected or (200, 201, 202, 204)
        expect(
            answer.status_code in wanted,
            "{method} {path} answered {status} {code} in place of {wanted}.",
            method=method,
            path=path.split("?", maxsplit=1)[0],
            status=answer.status_code,
            code=code_of(answer),
            wanted=" / ".join(map(str, wanted)),
        )
        return answer.json() if "json" in answer.headers.get("content-type", "") else None

    def sign_in(self, email: str, password: str) -> None:
        """Open a session, or raise Unmet."""
        credentials = {"email": email, "password": password}
        answer = self.send("POST", "/auth/login", json=credentials)
        expect(
            answer.status_code == HTTPStatus.OK,
            "{email} cannot sign in: {status} {code}.",
            email=email,
            status=answer.status_code,
            code=code_of(answer),
        )
        self.client.headers[CSRF] = answer.headers[CSRF]


def code_of(answer: httpx.Response) -> str:
    """Return the stable code of a problem, or ""."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get("code", "")) if isinstance(body, dict) else ""


@dataclass
class Visit:
    """A visit to one server. `mark` is in the name of all that is made, so that it can be found.

    `local` examines the database beside the server, where this is its machine; `money` allows
    documents that nobody can delete again.
    """

    url: str
    language: str
    admin: Caller
    local: Callable[[], tuple[bool, str]] | None = None
    money: bool = False
    mark: str = field(default_factory=lambda: f"verify-{secrets.token_hex(4)}")
    made: list[tuple[str, str]] = field(default_factory=list)
    # records of visits before it that were killed, removed when it began
    earlier: int = 0
    paths: dict[str, str] = field(default_factory=dict)
    guests: list[Caller] = field(default_factory=list)

    def caller(self, **headers: str) -> Caller:
        """Return somebody who is not signed in."""
        guest = Caller(self.url, self.language, headers)
        self.guests.append(guest)
        return guest

    def make(self, object_: str, body: dict[str, Any], by: Caller | None = None) -> dict[str, Any]:
        """Create a record that is removed at the end."""
        made = (by or self.admin).ask("POST", f"/{self.path(object_)}", 201, json=body)
        self.made.append((object_, made["id"]))
        return dict(made)

    def path(self, object_: str) -> str:
        """Return the path of an object; NotAsked where there is none, or one may not see it."""
        if not self.paths:
            found = self.admin.ask("GET", "/objects")["objects"]
            self.paths = {each["object"]: each["path"] for each in found}
        if object_ not in self.paths:
            raise NotAsked("There is no object {object} here.", object=object_)
        return self.paths[object_]

    def count(self, object_: str, name: str, by: Caller | None = None) -> int:
        """Return how many records of this name somebody sees."""
        tree = {"field": "name", "op": "is", "value": name}
        body = {"filter": tree, "count": "exact", "limit": 1}
        answer = (by or self.admin).ask("POST", f"/{self.path(object_)}/query", json=body)
        return int(answer["count"]["value"])

    def until(self, ask: Callable[[], Any], message: str, **values: Any) -> Any:
        """Return the first answer that is not false or empty; Unmet after SECONDS."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if found := ask():
                return found
            time.sleep(LOOK_SECONDS)
        raise Unmet(message, **values)

    def clean(self) -> list[str]:
        """Remove all that was made, for good, the latest first; return what stayed."""
        left = list(reversed(self.made))
        for object_, id_ in left:
            self.admin.send("DELETE", f"/{self.path(object_)}/{id_}")
        for _ in range(ROUNDS):
            left = [each for each in left if not self._gone(*each)]
            if not left:
                break
        self.made = list(reversed(left))
        return [f"{object_} {id_}" for object_, id_ in left]

    def _gone(self, object_: str, id_: str) -> bool:
        answer = self.admin.send("DELETE", f"/recycle_bin/{object_}/{id_}")
        return answer.status_code in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND}

    def close(self) -> None:
        """Sign out, and close all connections."""
        if CSRF in self.admin.client.headers:
            with suppress(httpx.HTTPError):
                self.admin.send("POST", "/auth/logout")
        for each in (self.admin, *self.guests):
            each.client.close()

    @property
    def host(self) -> str:
        """The server's name."""
        return urlsplit(self.url).hostname or self.url


def ids_of(items: Sequence[dict[str, Any]]) -> set[str]:
    """Return the ids of a list's items."""
    return {each["id"] for each in items}
