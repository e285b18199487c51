"""What becomes of a record: written once, locked, taken back, thrown away and brought back, told to
whoever follows.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any, Final

from fangxin.verifying.check import Check, NotAsked, Seen, expect
from fangxin.verifying.visit import Visit, code_of

# of the change log, read to its end before something is done that it must tell
PAGES, PAGE = 100, 500


def _lives(visit: Visit) -> Seen:
    admin, name = visit.admin, f"{visit.mark} life"
    made = visit.make("account", {"name": name})
    path = f"/accounts/{made['id']}"
    changed = admin.ask("PATCH", path, 200, json={"name": f"{name} 2"}, headers={"if-match": '"1"'})
    expect(changed["version"] == made["version"] + 1, "A change did not raise the version.")
    late = admin.send("PATCH", path, json={"name": "late"}, headers={"if-match": '"1"'})
    expect(
        (late.status_code, code_of(late)) == (HTTPStatus.CONFLICT, "stale"),
        "A late change was not refused.",
    )
    told = admin.ask("GET", f"{path}/timeline", 200)["items"]
    kinds = [each["kind"] for each in told]
    expect(kinds[:2] == ["change", "create"], "The timeline does not tell what happened.")
    group = told[0]["change_set"]
    admin.ask("POST", f"/change_sets/{group}/undo", 200, json={})
    expect(admin.ask("GET", path, 200)["name"] == name, "A change was not taken back.")
    admin.ask("DELETE", path, 204)
    admin.ask("GET", path, 404)
    admin.ask("POST", f"{path}/restore", 200)
    expect(admin.ask("GET", path, 200)["name"] == name, "What was restored is not what was there.")
    return Seen("Created, changed, a late change refused, undone, deleted, restored; nothing lost.")


def _once(visit: Visit) -> Seen:
    name = f"{visit.mark} once"
    headers = {"idempotency-key": secrets.token_hex(8)}
    first = visit.admin.ask("POST", "/accounts", 201, json={"name": name}, headers=headers)
    visit.made.append(("account", first["id"]))
    again = visit.admin.ask("POST", "/accounts", 201, json={"name": name}, headers=headers)
    expect(again["id"] == first["id"], "The same request was done twice.")
    visit.admin.ask("POST", "/accounts", 422, json={"name": "other"}, headers=headers)
    expect(visit.count("account", name) == 1, "The same request was done twice.")
    return Seen("A request that is sent again is done once.")


def _names_faults(visit: Visit) -> Seen:
    wrong: tuple[tuple[str, Any, int, str], ...] = (
        ("/accounts", {"name": 5}, 422, "/name"),
        ("/accounts", {}, 422, "/name"),
        ("/accounts", {"name": "x", "no_such_field": 1}, 422, "/no_such_field"),
        ("/accounts/query", {"filter": {"field": "nothing", "op": "is", "value": 1}}, 422, ""),
        ("/accounts/query", {"limit": 0}, 422, "/limit"),
    )
    for path, body, status, pointer in wrong:
        answer = visit.admin.send("POST", path, json=body)
        kind = answer.headers.get("content-type", "")
        expect(answer.status_code == status, "{path} took bad input.", path=path)
        expect(kind.startswith("application/problem+json"), "A fault is no problem+json.")
        faults = [each["pointer"] for each in answer.json()["errors"]]
        named = not pointer or pointer in faults
        expect(faults and named, "A fault does not name its field: {field}.", field=pointer)
    visit.admin.ask("GET", "/accounts/nonsense", 404)
    visit.admin.ask("POST", "/accounts", 400, content=b"{")
    return Seen("Bad input is refused as problem+json that names the field; never an error 500.")


def _feed(visit: Visit) -> Seen:
    cursor = _end_of_log(visit)
    made = visit.make("account", {"name": f"{visit.mark} fed"})
    visit.admin.ask("PATCH", f"/accounts/{made['id']}", 200, json={"name": f"{visit.mark} fed 2"})
    visit.admin.ask("DELETE", f"/accounts/{made['id']}", 204)
    found: list[str] = []

    def complete() -> bool:
        nonlocal cursor
        page = visit.admin.ask("GET", "/changes", 200, params=_asked(cursor))
        cursor = page["next"] or cursor
        found.extend(each["verb"] for each in page["items"] if each["record"] == made["id"])
        return "delete" in found

    visit.until(complete, "The feed does not tell of a change.")
    wanted = ["create", "update", "delete"]
    expect(found == wanted, "The feed tells {found}.", found=", ".join(found))
    return Seen("The feed tells each change once, in order.")


def _asked(cursor: str | None) -> dict[str, Any]:
    return {"limit": PAGE} if cursor is None else {"limit": PAGE, "since": cursor}


def _end_of_log(visit: Visit) -> str | None:
    cursor: str | None = None
    for _ in range(PAGES):
        page = visit.admin.ask("GET", "/changes", 200, params=_asked(cursor))
        if not page["items"]:
            return cursor
        cursor = page["next"] or cursor
    raise NotAsked("The change log is too long to be read to its end here.")


RECORDS: Final = (
    Check("nothing_lost", "Nothing lost: optimistic lock, undo and recycle bin", _lives),
    Check("once", "Nothing done twice: requests may be repeated", _once),
    Check("problems", "Faults name the field and the way out", _names_faults),
    Check("feed", "Every change can be followed by other systems", _feed),
)
