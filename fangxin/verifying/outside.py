"""What anybody sees of a server: that it answers, is documented, and lets no stranger in."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Final

from fangxin.verifying.check import Check, Seen, expect
from fangxin.verifying.visit import CSRF, Visit, code_of

# an unknown user, and one more guess than is allowed
REFUSED: Final = {HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS}


def _answers(visit: Visit) -> Seen:
    nobody = visit.caller()
    for path in ("/healthz", "/readyz"):
        nobody.page(path)
    document = nobody.ask("GET", "/openapi.json", 200)
    values = {"version": document["info"]["version"], "url": visit.url}
    return Seen("{url} runs version {version} and is ready.", values)


def _documented(visit: Visit) -> Seen:
    visit.path("account")
    document = visit.admin.ask("GET", "/openapi.json", 200)
    expect(str(document["openapi"]).startswith("3.1"), "The document is not OpenAPI 3.1.")
    addresses = document["paths"]
    lacking = [path for path in visit.paths.values() if not _described(addresses, path)]
    expect(not lacking, "These are not documented: {paths}.", paths=", ".join(lacking))
    visit.caller().page("/api/docs")
    values = {"objects": len(visit.paths), "paths": len(addresses)}
    return Seen("OpenAPI 3.1 describes {objects} objects on {paths} paths.", values)


def _described(addresses: dict[str, object], path: str) -> bool:
    return any(each.rstrip("/").endswith(f"/{path}") for each in addresses)


def _guarded(visit: Visit) -> Seen:
    page = visit.caller().page("/")
    policy = page.headers.get("content-security-policy", "")
    scripts = next((part for part in policy.split(";") if "script-src" in part), "")
    expect("'self'" in scripts and "unsafe" not in scripts, "Scripts of others may run.")
    sniffed = page.headers.get("x-content-type-options") != "nosniff"
    expect(not sniffed, "The header {header} is missing.", header="x-content-type-options")
    hostile = "'; DROP TABLE account; --<script>alert(1)</script>"
    tree = {"filter": {"field": "name", "op": "is", "value": hostile}, "count": "exact"}
    found = visit.admin.ask("POST", f"/{visit.path('account')}/query", 200, json=tree)
    expect(found["count"]["value"] == 0, "A hostile filter found records.")
    for path in (f"/search?q={hostile}", f"/accounts?filter={hostile}", f"/accounts/{hostile}"):
        answer = visit.admin.send("GET", path)
        expect(not answer.is_server_error, "A hostile question broke {path}.", path=path)
    return Seen("Strict headers; hostile input is content and nothing else.")


def _signs_in(visit: Visit) -> Seen:
    nobody = visit.caller()
    for path in ("/accounts", "/search?q=a", "/changes", "/auth/me", "/objects", "/users"):
        status = nobody.send("GET", path).status_code
        refused = status == HTTPStatus.UNAUTHORIZED
        expect(refused, "A stranger got {status} at {path}.", status=status, path=path)
    for secret in ("x", "fx_" + secrets.token_urlsafe(32)):
        liar = visit.caller(authorization=f"Bearer {secret}")
        status = liar.send("GET", "/accounts").status_code
        refused = status == HTTPStatus.UNAUTHORIZED
        expect(refused, "A made-up token got {status}.", status=status)
    guess = {"email": f"{visit.mark}@example.invalid", "password": secrets.token_urlsafe(12)}
    answer = nobody.send("POST", "/auth/login", json=guess)
    expect(answer.status_code in REFUSED, "An unknown user could sign in.")
    if CSRF in visit.admin.client.headers:
        forged = visit.admin.send("POST", "/accounts", json={}, headers={CSRF: "forged"})
        expect(code_of(forged) == "csrf", "A forged write was not refused.")
    return Seen("Strangers, made-up tokens, wrong passwords and forged writes are refused.")


def _both_languages(visit: Visit) -> Seen:
    told = []
    for language in ("en", "zh-CN"):
        answer = visit.caller(**{"accept-language": language}).send("GET", "/accounts")
        told.append(answer.json()["detail"])
    expect(told[0].isascii() and not told[1].isascii(), "Faults are not told in both languages.")
    page = visit.caller().page("/").text
    expect("viewport" in page and "<script" in page, "The web app is not there.")
    return Seen("The web app is there, fit for phones; faults are told in Chinese and English.")


OUTSIDE: Final = (
    Check("availability", "Availability: it answers, it is ready, its version is known", _answers),
    Check("open", "Open: a documented REST API for other systems", _documented),
    Check("owasp", "OWASP Top 10: injection, script and forgery get nowhere", _guarded),
    Check("sign_in", "Security: nobody in without signing in", _signs_in),
    Check("clients", "On every device, in Chinese and English", _both_languages),
)
