"""A user with few rights sees less, on every path."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Final

from fangxin.verifying.check import Check, NotAsked, Seen, expect
from fangxin.verifying.visit import CSRF, Caller, Visit, ids_of

ROLE: Final = "sales"


def _guest(visit: Visit) -> Caller:
    """Return a new salesperson, signed in by an invitation."""
    if "admin.users" not in visit.admin.ask("GET", "/auth/me", 200)["permissions"]:
        raise NotAsked("Only who administers users can ask this.")
    roles = visit.admin.ask("GET", "/roles", 200)["items"]
    role = next((each["id"] for each in roles if each["key"] == ROLE), None)
    if role is None:
        raise NotAsked("There is no role {role} here.", role=ROLE)
    email = f"{visit.mark}@example.invalid"
    user = visit.make("user", {"name": visit.mark, "email": email, "role": role})
    link = visit.admin.ask("POST", f"/users/{user['id']}/actions/invite", 200, json={})["url"]
    guest = visit.caller()
    secret = link.rstrip("/").rpartition("/")[2]
    password = {"password": secrets.token_urlsafe(24)}
    answer = guest.send("POST", f"/auth/invitations/{secret}", json=password)
    expect(answer.status_code == HTTPStatus.OK, "An invitation was not accepted.")
    guest.client.headers[CSRF] = answer.headers[CSRF]
    return guest


def _sees_less(visit: Visit) -> Seen:
    guest = _guest(visit)
    name = f"{visit.mark} hidden"
    id_ = visit.make("account", {"name": name, "phone": "+8613800138000"})["id"]
    paths = _paths(visit, guest, id_, name)
    seen = [path for path, found in paths.items() if found]
    expect(
        not seen, "A user with few rights finds what is not his: {paths}.", paths=", ".join(seen)
    )
    for method, path, body in (
        ("PATCH", f"/accounts/{id_}", {"name": "taken"}),
        ("DELETE", f"/accounts/{id_}", None),
        ("PUT", f"/accounts/{id_}/shares", {"shares": []}),
    ):
        guest.ask(method, path, 403, 404, json=body)
    for path in ("/users", "/roles", "/custom_fields"):
        guest.ask("POST", path, 403, json={"name": "x"})
    expect(visit.count("account", name) == 1, "A refused write changed something.")
    own = visit.make("account", {"name": f"{visit.mark} own"}, guest)
    guest.ask("GET", f"/accounts/{own['id']}", 200)
    return Seen(
        "A salesperson sees his own records; a colleague's on none of {count} paths.",
        {"count": len(paths)},
    )


def _paths(visit: Visit, guest: Caller, id_: str, name: str) -> dict[str, bool]:
    """Return for each path whether somebody finds a record by it that is not his."""
    tree = {"field": "id", "op": "is", "value": id_}
    figures = {"filter": tree, "measures": [{"op": "count"}]}
    alone = {"get": "", "timeline": "/timeline", "explain": "/explain", "shares": "/shares"}
    found = {
        path: guest.send("GET", f"/accounts/{id_}{end}").is_success for path, end in alone.items()
    }
    for path, address in (("picker", "/accounts"), ("search", "/search")):
        hits = guest.ask("GET", address, params={"q": name})["items"]
        found[path] = id_ in ids_of(hits)
    found["list"] = bool(guest.ask("POST", "/accounts/query", json={"filter": tree})["items"])
    found["count"] = visit.count("account", name, guest) > 0
    counted = guest.ask("POST", "/accounts/aggregate", json=figures)["rows"]
    found["aggregate"] = counted[0]["values"] != [0]
    return found


RIGHTS: Final = (
    Check("rights", "RBAC: each role sees only its own data, on every path", _sees_less),
)
