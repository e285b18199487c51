"""What requests can speak of: ids and names that exist in the sized data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from bench import servers
from bench.load import once, request
from bench.prices import World


async def _json(port: int, token: str, path: str) -> Any:
    status, body = await once(port, request("GET", path, token))
    if status != HTTPStatus.OK:
        message = f"{path}: {status} {body[:300].decode()}"
        raise RuntimeError(message)
    return json.loads(body)


def tokens(env: Mapping[str, str]) -> tuple[str, str]:
    """Return new tokens of the salesperson and of the administrator."""
    seller, admin = (
        servers.fangxin(env, "token", "add", "--user", f"{who}@demo.local", "--name", "bench")
        for who in ("sales", "admin")
    )
    return seller, admin


async def explore(port: int, token: str, admin: str) -> World:
    """Find ids that requests can speak of, as the salesperson sees them."""
    stages = (await _json(port, token, "/api/v1/stages?limit=100"))["items"]
    by_key = {each["key"]: each["id"] for each in stages}
    accounts = (await _json(port, token, "/api/v1/accounts?limit=200&fields=name"))["items"]
    # the oldest: the newest may be what measurements made
    oldest = "/api/v1/accounts?limit=200&fields=name&sort=created_at"
    named = (await _json(port, admin, oldest))["items"]
    open_ = {"field": "stage.kind", "op": "is", "value": "open"}
    path = f"/api/v1/opportunities?limit=200&fields=name&filter={quote(json.dumps(open_))}"
    opportunities = (await _json(port, token, path))["items"]
    words = []
    for each in accounts[:40]:
        name = each["name"]
        words += [name[1:3], name.split(" ")[0][:6]] if not name.isascii() else [name.split(" ")[0]]
    return World(
        token=token,
        admin=admin,
        stage=by_key["proposal"],
        owner=(await _json(port, token, "/api/v1/auth/me"))["user"]["id"],
        open_stages=("engaging", "proposal"),
        accounts=tuple(each["id"] for each in accounts),
        opportunities=tuple(each["id"] for each in opportunities),
        words=tuple(word for word in words if len(word) > 1),
        names=tuple(each["name"] for each in named),
    )


async def look(env: Mapping[str, str]) -> World:
    """Serve the product for a moment to explore its database."""
    with servers.product(env, 1) as (port, _):
        return await explore(port, *tokens(env))
