"""Search latency by kind of word, as administrator and as a salesperson who sees next to nothing of
it all.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias
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

# a word that all companies of the poor salesperson have
OWN = "systems"
# a word of more letters is mistyped; of more than LONG, in two places
SHORTEST, LONG = 5, 7
Words: TypeAlias = dict[str, tuple[str, ...]]


def words_of(names: Sequence[str]) -> Words:
    """Return what is searched for by kind of word, made of companies' names."""
    chinese = [name for name in names if not name[:6].isascii() and len(name) > SHORT]
    english = [name.split(" ") for name in names if name.isascii()]
    letters = ["".join((syllable(each) or "x")[0] for each in name[2:6]) for name in chinese]
    return _near_words(chinese, english) | {
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


def _near_words(chinese: Sequence[str], english: Sequence[Sequence[str]]) -> Words:
    """Return what somebody types who meant one of the most frequent words, a name, or nothing."""
    counted = Counter(word for parts in english for word in parts)
    frequent = [word.lower() for word, _ in counted.most_common() if len(word) > SHORTEST]
    long = [word for word in frequent if len(word) > LONG]
    alike: dict[str, list[str]] = {}
    for each in dict.fromkeys("".join(chinese)):
        alike.setdefault(syllable(each) or each, []).append(each)
    marked = [name[2:6] for name in chinese]
    heard = [(name, _other(name[1], alike)) for name in marked]
    read = ["".join(syllable(each) or "x" for each in name[:2]) for name in marked]
    return {
        "near, a letter less": tuple(word[:2] + word[3:] for word in (OWN, *frequent[:14])),
        "near, two edits": tuple(
            word[0] + word[2] + word[1] + word[3:-2] + word[-1] for word in long[:15]
        ),
        "near, sounds alike": tuple(name[0] + it + name[2:] for name, it in heard if it)[:30],
        "near, characters turned": tuple(name[0] + name[2] + name[1] + name[3] for name in marked)[
            :30
        ],
        "near, pinyin misspelt": tuple(word[:3] + word[4:] for word in read if len(word) > LONG)[
            :30
        ],
        "nothing near": tuple(word[::-1] + "qx" for word in frequent[:10])
        + tuple(name[::-1] for name in marked[:10]),
    }


def _other(character: str, alike: Mapping[str, Sequence[str]]) -> str:
    known = alike.get(syllable(character) or character, ())
    return next((each for each in known if each != character), "")


async def _answered_near(port: int, token: str, words: Sequence[str]) -> str:
    """Ask every word once; return how many of them near words answer."""
    near = 0
    for word in words:
        _, body = await once(port, request("GET", f"/api/v1/search?q={quote(word)}", token))
        near += json.loads(body)["instead"] is not None
    return f"{near} of {len(words)}"


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

            near = await _answered_near(port, token, words)
            before = sum(map(cpu.seconds, roots))
            load = await run(port, 1, ASKED, ask)
            spent = (sum(map(cpu.seconds, roots)) - before) * 1000 / ASKED
            if load.failed:
                raise RuntimeError(load.first_failure)
            waits = [round(load.at(share), 1) for share in (0.5, 0.95)]
            found[f"{who}, {kind}"] = {"p50/p95": waits, "CPU": round(spent, 1)}
            found[f"{who}, {kind}"] |= {"by near words": near} if "near" in kind else {}
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
        body = json.dumps({"name": f"上海科技有限公司 {OWN.title()} Group {number}"}).encode()
        path = "/api/v1/accounts?allow_duplicates=true"
        status, answer = await once(port, request("POST", path, token, body))
        if status != HTTPStatus.CREATED:
            raise RuntimeError(answer[:300].decode())
    return token
