"""Search latency by kind of word, as administrator and as a salesperson who sees next to nothing of
it all.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from bench import cpu, servers
from bench.load import once, request, run
from bench.prices import World
from fangxin.kernel.pinyin import syllable

ASKED = 120
# a Chinese name that is no longer has no trade beside place and brand
SHORT = 9
# the poor salesperson has one company in so many
ONE_IN = 10_000
# words that a great part of all records share, so that candidates must be cut off
FREQUENT = ("有限公司", "科技", "公司", "Group", "Ltd", "com", "上海 有限公司", "新能源 集团")


def words_of(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return what is searched for by kind of word, made of companies' names."""
    chinese = [name for name in names if not name[:6].isascii() and len(name) > SHORT]
    english = [name.split(" ") for name in names if name.isascii()]
    letters = ["".join((syllable(each) or "x")[0] for each in name[2:6]) for name in chinese]
    return {
        # place, brand and trade together are one company's or a few companies'
        "rare": tuple(name[:6] for name in chinese[:15])
        + tuple(" ".join(parts[:3]) for parts in english[:15]),
        "frequent": FREQUENT,
        "two characters": tuple(name[2:4] for name in chinese[:30]),
        "pinyin initials": tuple(letters[:30]),
        "prefix": (
            *(parts[0][:4] for parts in english[:15]),
            *("shangh", "guangzh", "xinneng", "keji"),
        ),
    }


async def measure(roots: Sequence[int], port: int, world: World, poor: str) -> dict[str, Any]:
    """Return p50 and p95 in ms, and CPU ms of the processes below `roots`, by reader and kind of
    word, one request at a time. Every word is asked once before.
    """
    found: dict[str, Any] = {}
    readers = {"administrator": world.admin, "who sees 0.01 %": poor}
    for who, token in readers.items():
        for kind, words in words_of(world.names).items():

            def ask(number: int, words: Any = words, token: str = token) -> bytes:
                path = f"/api/v1/search?q={quote(words[number % len(words)])}"
                return request("GET", path, token)

            await run(port, 1, len(words), ask)
            before = sum(map(cpu.seconds, roots))
            load = await run(port, 1, ASKED, ask)
            spent = (sum(map(cpu.seconds, roots)) - before) * 1000 / ASKED
            if load.failed:
                raise RuntimeError(load.first_failure)
            waits = [round(load.at(share), 1) for share in (0.5, 0.95)]
            found[f"{who}, {kind}"] = {"p50/p95": waits, "CPU": round(spent, 1)}
            print(f"  {who}, {kind}: {found[f'{who}, {kind}']}", flush=True)
    return found


def beside(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the figures of each kind of search by database, and how many times as much CPU the
    last database takes as the first.
    """
    first, *_, last = found.values()
    return {
        kind: {
            **{name: figures[kind] for name, figures in found.items()},
            "times dearer": round(last[kind]["CPU"] / max(first[kind]["CPU"], 0.1), 2),
        }
        for kind in first
    }


async def who_sees_little(env: Mapping[str, str], port: int, companies: int) -> str:
    """Add a salesperson with few companies of her own among all the others; return her token."""
    mail = f"few-{secrets.token_hex(4)}@demo.local"
    servers.fangxin(env, "user", "add", "--email", mail, "--name", "Few")
    token = servers.fangxin(env, "token", "add", "--user", mail, "--name", "bench")
    for number in range(max(10, companies // ONE_IN)):
        body = json.dumps({"name": f"上海科技有限公司 Systems Group {number}"}).encode()
        path = "/api/v1/accounts?allow_duplicates=true"
        status, answer = await once(port, request("POST", path, token, body))
        if status != HTTPStatus.CREATED:
            raise RuntimeError(answer[:300].decode())
    return token
