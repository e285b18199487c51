"""One user with real views, fields, tokens, change sets, imports … made afresh when asked for."""

from __future__ import annotations

import itertools
import time
import uuid
from contextlib import closing
from typing import Any

import httpx

from tests import servers

NUMBERS = itertools.count(1)
CSV = b"Name,Phone\nFirst,\nSecond,nonsense\n"
OPTIONS = '{"map": {"columns": {"Name": "name", "Phone": "phone"}}, "mode": "create"}'
# more than a bulk change does at once: a job does it
JOB_SIZE = 800


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
        self._many: list[str] = []
        self._pair = ""

    def browser(self, email: str = "", password: str = "") -> httpx.Client:
        """A signed-in session of this user or another, by cookie."""
        browser = httpx.Client(base_url=f"{self.url}/api/v1", timeout=60)
        body = {"email": email or self.email, "password": password or self.password}
        answer = browser.post("/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        browser.headers["x-csrf-token"] = answer.headers["x-csrf-token"]
        return browser

    def post(self, path: str, body: Any, *, client: httpx.Client | None = None) -> dict[str, Any]:
        """Send, and expect that it is done; a refusal gives an id that leads nowhere. Where one
        asks too often, it waits as long as it is told.
        """
        answer = (client or self.client).post(path, json=body)
        if answer.status_code == 429:
            time.sleep(int(answer.headers["retry-after"]))
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
        return self._ended(path, OPTIONS)

    def tried(self) -> str:
        """A dry run of one's own that has ended."""
        options = OPTIONS.replace("{", '{"dry_run": true, ', 1)
        return str(self._ended("/imports", options, "tried")["id"])

    def _ended(self, path: str, options: str, name: str = "") -> dict[str, Any]:
        known = name or path
        if known not in self._done:
            if path == "/imports":
                form = {"object": "account", "options": options}
                answer = self.client.post(path, data=form, files={"file": ("a.csv", CSV)})
            else:
                answer = self.client.post(path, json={"object": "account"})
            assert answer.status_code == 202, answer.text
            self._done[known] = answer.json()
            end = time.monotonic() + 60
            while self.client.get(f"{path}/{answer.json()['id']}").json()["state"] != "done":
                assert time.monotonic() < end
                time.sleep(0.2)
        return self._done[known]

    def running(self) -> str:
        """A job of one's own that may be stopped: a change of more than is done at once."""
        if not self._many:
            made = [{"name": f"Many {uuid.uuid4().hex}"} for _ in range(JOB_SIZE)]
            results = self.post("/accounts/batch", {"create": made})["results"]
            self._many = [each["id"] for each in results]
        body = {"ids": self._many, "set": {"description": f"Changed {next(NUMBERS)}"}}
        return str(self.post("/accounts/bulk", body)["job"])

    def pair(self) -> str:
        """A likely duplicate, of two accounts of one's own."""
        if not self._pair:
            same = {"phone": "+8613912345678", "website": "https://twins.example.com"}
            ids = set()
            for name in ("Twin Peaks Timber Ltd", "Twin Peaks Timber Limited"):
                made = self.post("/accounts?allow_duplicates=true", {"name": name, **same})
                ids.add(made["id"])
            job = self.post("/duplicates/scan", {}, client=self.admin)["job"]
            # behind all that was asked of the worker before, and at its lowest priority
            end = time.monotonic() + 600
            while self.admin.get(f"/jobs/{job}").json()["state"] != "done":
                assert time.monotonic() < end, "the look for duplicates does not end"
                time.sleep(0.2)
            asked: dict[str, Any] = {"object": "account", "limit": 200}
            while not self._pair:
                page = self.client.get("/duplicates", params=asked).json()
                pairs = (
                    (each["id"], {one["id"] for one in each["records"]}) for each in page["items"]
                )
                self._pair = next((id_ for id_, records in pairs if records == ids), "")
                asked["cursor"] = page["next"]
                assert self._pair or page["next"], "the two were not found to be alike"
        return self._pair

    def holders(self) -> list[dict[str, str]]:
        """With whom a record may be shared: a user, a role, a department."""
        found = []
        for path in ("users", "roles", "departments"):
            items = self.client.get(f"/{path}", params={"limit": 1}).json().get("items", [])
            found += [{"object": path[:-1], "id": each["id"]} for each in items]
        return found

    def exportable(self) -> list[str]:
        objects = self.client.get("/objects").json()["objects"]
        return [each["object"] for each in objects if each["rights"]["export"]]
