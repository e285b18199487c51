"""Every screen of a running product: its name and where it is, found by asking the product."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from playwright.sync_api import APIRequestContext

Screen = tuple[str, str]
# conditions that a reader of the picture understands
LARGE = """{"all":[{"field":"expected_close_date","op":"in_period","value":"this_year"},
    {"field":"amount","op":">=","value":"100000"}]}"""
LARGE_DEALS = "/opportunities?sort=-amount&filter=" + quote(LARGE)
FIXED: tuple[Screen, ...] = (
    ("day", "/"),
    ("dashboard", "/dashboard"),
    ("forecast", "/dashboard/forecast"),
    ("cash", "/dashboard/cash"),
    ("imports", "/imports"),
    ("change_sets", "/change_sets"),
    ("duplicates", "/duplicates"),
    ("lookup", "/lookup"),
    ("recycle_bin", "/recycle_bin"),
    ("notifications", "/notifications"),
    ("not_found", "/no/such/page"),
)
SETTINGS = (
    "profile",
    "security",
    "tokens",
    "users",
    "departments",
    "roles",
    "sharing",
    "reads",
    "fields",
    "objects",
    "layouts",
    "rules",
    "history",
    "files",
    "company",
)
# the record of a list that shows most: one that the chain has gone through
FULLEST = {
    "opportunities": "-amount",
    "accounts": "-updated_at",
    "contracts": "-received",
    "quotes": "-total",
    "orders": "-total",
}


def _read(request: APIRequestContext, path: str) -> Any:
    answer = request.get(f"/api/v1{path}")
    if not answer.ok:
        raise SystemExit(f"{path}: {answer.status} {answer.text()}")
    return answer.json()


def first_record(request: APIRequestContext, path: str) -> str | None:
    """Return the id of the record whose page shows most, None when there is none."""
    sort = FULLEST.get(path, "-updated_at")
    asked = f"/{path}?fields=name&limit=1&sort="
    if not request.get(f"/api/v1{asked}{sort}").ok:
        # by what not everybody may read
        sort = "-updated_at"
    items = _read(request, asked + sort)["items"]
    return items[0]["id"] if items else None


def _of_object(request: APIRequestContext, meta: dict[str, Any]) -> Iterator[Screen]:
    path = meta["path"]
    yield f"{path}-list", f"/{path}"
    if meta.get("board"):
        yield f"{path}-board", f"/{path}/board"
    record = first_record(request, path)
    if record is None:
        return
    yield f"{path}-panel", f"/{path}?peek={record}"
    yield f"{path}-record", f"/{path}/{record}"
    if meta.get("document"):
        yield f"{path}-print", f"/api/v1/{path}/{record}/document?format=html&locale={{locale}}"


def screens(request: APIRequestContext) -> list[Screen]:
    """Return all screens as (name, address) for who is signed in.

    An address may have `{locale}` for the reader's language.
    """
    found = [*FIXED, *((f"settings-{key}", f"/settings/{key}") for key in SETTINGS)]
    objects = _read(request, "/objects")["objects"]
    for meta in objects:
        if meta.get("navigation"):
            found += _of_object(request, meta)
    # not everybody sees them
    seen = any(meta["path"] == "lead_forms" for meta in objects)
    forms = _read(request, "/lead_forms?fields=key&limit=1")["items"] if seen else []
    found += [("public_form", f"/forms/{form['key']}?locale={{locale}}") for form in forms]
    return [*found, ("help", "/help/{locale}/"), ("help-page", "/help/{locale}/quotes")]
