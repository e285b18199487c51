"""`make bench`: prices on PostgreSQL beside the yardstick, the same requests on SQLite, memory;
prints a table and writes JSON.

`python -m bench [--size small|medium|large] [--only postgresql|sqlite] [--out FILE]`
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench import cpu, importing, searching, servers, shapes
from bench.load import once, request
from bench.prices import World, cases, compare

YARDSTICK_AT_FIRST = {
    "list, 50 rows": 1.00,
    "get one": 0.43,
    "create": 1.06,
}


async def _json(port: int, token: str, path: str) -> Any:
    status, body = await once(port, request("GET", path, token))
    if status != 200:  # noqa: PLR2004 - success
        message = f"{path}: {status} {body[:300].decode()}"
        raise RuntimeError(message)
    return json.loads(body)


async def explore(port: int, token: str, admin: str) -> World:
    """Find ids that requests can speak of, as the salesperson sees them."""
    stages = (await _json(port, token, "/api/v1/stages?limit=100"))["items"]
    by_key = {each["key"]: each["id"] for each in stages}
    accounts = (await _json(port, token, "/api/v1/accounts?limit=200&fields=name"))["items"]
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
        open_stages=("engaging", "proposal"),
        accounts=tuple(each["id"] for each in accounts),
        opportunities=tuple(each["id"] for each in opportunities),
        words=tuple(word for word in words if len(word) > 1),
    )


def _fill(env: dict[str, str], size: str) -> tuple[str, str]:
    """Lay the database and its sized data; return the salesperson's and the administrator's
    token.
    """
    servers.fangxin(env, "migrate")
    servers.fangxin(env, "demo", "--size", size)
    return _tokens(env)


def _tokens(env: dict[str, str]) -> tuple[str, str]:
    seller, admin = (
        servers.fangxin(env, "token", "add", "--user", f"{who}@demo.local", "--name", "bench")
        for who in ("sales", "admin")
    )
    return seller, admin


async def _measure(
    env: dict[str, str], tokens: tuple[str, str], database: int | None, workers: int, only: str
) -> dict[str, Any]:
    found: dict[str, Any] = {"requests": []}
    with servers.product(env, workers) as ours:
        world = await explore(ours[0], *tokens)
        for case in (each for each in cases(world) if only in each.name):
            if database is None:
                found["requests"].append(await compare(case, ours, None, None))
                continue
            with servers.yardstick(env, workers) as theirs:
                figures = await compare(case, ours, theirs, database)
            original = YARDSTICK_AT_FIRST.get(case.name)
            if original:
                total = figures["server ms"] + figures["database ms"]
                figures["to the original study"] = round(total / original, 2)
            found["requests"].append(figures)
            print(f"  {case.name}: {figures}", flush=True)
        found["memory of each process, MB"] = [round(mb) for mb in cpu.memory(ours[1])]
        if not only:
            poor = await _who_sees_little(env, ours[0])
            found["search, ms at p50 and p95"] = await searching.measure(ours[0], world, poor)
    if not only:
        found["query shapes"] = await shapes.run(env)
    return found


async def _who_sees_little(env: dict[str, str], port: int) -> str:
    """Add a salesperson with ten accounts of her own among all the others; return her token."""
    mail = f"few-{secrets.token_hex(4)}@demo.local"
    servers.fangxin(env, "user", "add", "--email", mail, "--name", "Few")
    token = servers.fangxin(env, "token", "add", "--user", mail, "--name", "bench")
    for number in range(10):
        body = json.dumps({"name": f"上海科技有限公司 Systems Group {number}"}).encode()
        path = "/api/v1/accounts?allow_duplicates=true"
        status, answer = await once(port, request("POST", path, token, body))
        if status != 201:  # noqa: PLR2004 - made
            raise RuntimeError(answer[:300].decode())
    return token


def _show(title: str, found: dict[str, Any]) -> None:
    print(f"\n{title}")
    for each in found["requests"]:
        parts = [f"{key} {value}" for key, value in each.items() if key != "request"]
        print(f"  {each['request']:<22} {' · '.join(parts)}")
    for key, value in found.items():
        if key != "requests":
            print(f"  {key}: {value}")


def main() -> None:
    """Run what is asked for."""
    words = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    words.add_argument("--size", default="medium", choices=("small", "medium", "large"))
    words.add_argument("--only", choices=("postgresql", "sqlite"))
    words.add_argument("--out", type=Path)
    words.add_argument("--url", help="a PostgreSQL database that is filled already")
    words.add_argument("--request", default="", help="only requests whose name holds this")
    words.add_argument("--pid", type=int, help="its postmaster's process id")
    asked = words.parse_args()
    results: dict[str, Any] = {"size": asked.size}
    with tempfile.TemporaryDirectory(prefix="fangxin-bench-") as name:
        folder = Path(name)
        if asked.only != "sqlite":
            filled = nullcontext((asked.url, asked.pid)) if asked.url else servers.postgresql()
            with filled as (url, pid):
                env = servers.environment(url, folder)
                tokens = _tokens(env) if asked.url else _fill(env, asked.size)
                results["postgresql"] = asyncio.run(_measure(env, tokens, pid, 2, asked.request))
                if not asked.request:
                    results["postgresql"]["import"] = importing.run(env, url, folder)
                _show("PostgreSQL, 2 workers", results["postgresql"])
        if asked.only != "postgresql":
            env = servers.environment(f"sqlite:///{folder}/crm.db", folder)
            tokens = _fill(env, asked.size)
            results["sqlite"] = asyncio.run(_measure(env, tokens, None, 1, asked.request))
            if not asked.request:
                results["sqlite"]["import"] = importing.run(
                    env, env["FANGXIN_DATABASE_URL"], folder
                )
            _show("SQLite, 1 process", results["sqlite"])
    if asked.out:
        asked.out.write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
