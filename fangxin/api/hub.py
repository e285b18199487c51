"""Live updates: one hub a worker follows the log's tail and tells its clients what moved.

Clients say what is on their screens; they are told ids alone, and only of what they may see. With
equal rights over an object, clients share one question to the database.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import msgspec
import structlog

from fangxin.access.callers import Caller
from fangxin.access.scope import effective_scope
from fangxin.api.door import Installed
from fangxin.data import inbox, watches
from fangxin.data.running import JobNews, job_news
from fangxin.history.tail import FEED, Entry, Position, end, tail
from fangxin.history.vanished import vanished
from fangxin.kernel.clock import now
from fangxin.kernel.context import Ctx
from fangxin.kernel.ids import new_id
from fangxin.records.reading import visible_ids

EVERY: Final = 0.2
BATCH: Final = 0.25
NEWS_EVERY: Final = 1.0
PAUSE: Final = 2.0
QUEUE: Final = 200
IDS: Final = 500
CLIENTS_EACH: Final = 30

Watch: TypeAlias = Mapping[str, frozenset[str] | None]
Resolve: TypeAlias = Callable[[], Awaitable[Caller | None]]
_log: Final = structlog.get_logger("fangxin.live")
_encode: Final = msgspec.json.Encoder().encode


def event(name: str, data: Any) -> bytes:
    """Write one server-sent event."""
    return b"event: " + name.encode() + b"\ndata: " + _encode(data) + b"\n\n"


@dataclass(eq=False, slots=True)
class Client:
    """One open stream. `watch` maps an object to the ids on screen, None for all one may see."""

    caller: Caller
    resolve: Resolve
    id: str = field(default_factory=new_id)
    watch: Watch = field(default_factory=dict)
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    unread: int | None = None
    jobs: dict[str, JobNews] = field(default_factory=dict)
    closed: bool = False

    @property
    def actor(self) -> str:
        """The id of who listens."""
        return self.caller.ctx.actor.id

    def send(self, name: str, data: Any) -> None:
        """Queue an event; who does not read is cut off, and catches up when he connects again."""
        if self.closed:
            return
        try:
            self.queue.put_nowait(event(name, data))
        except asyncio.QueueFull:
            self.close()

    def close(self) -> None:
        """End the stream: nothing is sent any more."""
        self.closed = True
        with suppress(asyncio.QueueEmpty):
            while self.queue.full():
                self.queue.get_nowait()
        self.queue.put_nowait(None)

    async def renew(self) -> bool:
        """Look his rights up anew; False where he is signed out, or where it is somebody else now
        as whom an administrator sees the app: what is on that screen was told to another.
        """
        caller = await self.resolve()
        if caller is None or caller.ctx.actor.id != self.actor:
            return False
        self.caller = caller
        return True

    def wants(self, name: str, ids: Iterable[str]) -> set[str]:
        """Return which of `ids` concern this screen."""
        watched = self.watch[name]
        return set(ids) if watched is None else set(watched.intersection(ids))


class Hub:
    """All clients of one worker."""

    def __init__(self, installation: Installed) -> None:
        self._installation = installation
        self._clients: dict[str, Client] = {}
        self._task: asyncio.Task[None] | None = None
        self._position: Position | None = None
        self._seen_version = -1
        self._pending: dict[str, dict[str, list[Entry]]] = {}
        self._since = 0.0
        self._news_at = 0.0
        self._registry = ""

    def start(self) -> None:
        """Begin to follow the log."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End all streams."""
        for client in list(self._clients.values()):
            client.close()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def add(self, caller: Caller, resolve: Resolve) -> Client:
        """Take a client in; nothing that is committed after this returns is missed."""
        if self._position is None:
            self._position = await end(self._installation.database)
        client = Client(caller, resolve)
        own = [each for each in self._clients.values() if each.actor == client.actor]
        for old in own[: max(0, len(own) + 1 - CLIENTS_EACH)]:
            old.close()
        self._clients[client.id] = client
        client.send("hello", {"client": client.id})
        return client

    def remove(self, client: Client) -> None:
        """Forget a client."""
        self._clients.pop(client.id, None)

    def watch(self, client_id: str, actor: str, watch: Watch) -> bool:
        """Note what is on a screen; False when this worker has no such client of that user."""
        client = self._clients.get(client_id)
        if client is None or client.actor != actor:
            return False
        client.watch = watch
        return True

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            if not self._clients:
                self._position = None
                self._pending.clear()
                continue
            try:
                await self._tick(time.monotonic())
            except Exception:  # noqa: BLE001 - told to the log
                # the database may be away for a moment; the streams outlive that
                _log.exception("live updates are interrupted")
                await asyncio.sleep(PAUSE)

    async def _tick(self, moment: float) -> None:
        database = self._installation.database
        version = await database.data_version()
        moved = database.dialect != "sqlite" or version != self._seen_version
        self._seen_version = version
        if moved:
            await self._take_watches()
            await self._read_tail(moment)
        if self._pending and moment - self._since >= BATCH:
            pending, self._pending = self._pending, {}
            await self._renew()
            for name, records in pending.items():
                await self._tell(name, records)
        if moment - self._news_at >= NEWS_EVERY:
            self._news_at = moment
            await self._tell_news()

    async def _read_tail(self, moment: float) -> None:
        database = self._installation.database
        position = self._position or await end(database)
        while True:
            entries = await tail(database, position)
            for entry in entries:
                if not self._pending:
                    self._since = moment
                self._pending.setdefault(entry.object, {}).setdefault(entry.record, []).append(
                    entry
                )
            position = entries[-1].position if entries else position
            self._position = position
            if len(entries) < FEED:
                return

    async def _take_watches(self) -> None:
        """Fetch what other workers were told for clients of ours."""
        database = self._installation.database
        for client_id, actor, plain in await watches.take(database, list(self._clients), now()):
            self.watch(client_id, actor, watch_of(plain))

    async def _renew(self) -> None:
        """Read everybody's rights anew, and end the streams of those who are signed out."""
        for client in list(self._clients.values()):
            if not await client.renew():
                client.close()

    def _groups(self, name: str) -> Iterable[list[Client]]:
        """Return clients that watch an object, together where they see the same of it."""
        groups: dict[Any, list[Client]] = {}
        for client in self._clients.values():
            ctx = client.caller.ctx
            definition = ctx.registry.get(name)
            if name not in client.watch or definition is None:
                continue
            kind = effective_scope(ctx.rights, definition, "read").kind
            if kind != "none":
                key = (ctx.rights.key, None if kind == "all" else client.actor)
                groups.setdefault(key, []).append(client)
        return groups.values()

    async def _tell(self, name: str, records: Mapping[str, Sequence[Entry]]) -> None:
        for clients in self._groups(name):
            ctx = clients[0].caller.ctx
            wanted = set().union(*(client.wants(name, records) for client in clients))
            seen = await _visible(ctx, name, sorted(wanted))
            lost = wanted - seen
            # one may be told of the end of that alone which one has been able to see
            left = set[str]()
            if lost:
                left = await vanished(ctx, name, {each: records[each] for each in lost})
            for client in clients:
                mine = client.wants(name, records)
                _send_changes(client, name, mine & seen, mine & left)

    async def _tell_news(self) -> None:
        """Tell of the bell, of one's jobs, and of new metadata."""
        version = self._installation.registry.version
        if self._registry and version != self._registry:
            for client in self._clients.values():
                client.send("metadata", {"version": version})
        self._registry = version
        actors = sorted({client.actor for client in self._clients.values()})
        counts = await inbox.unread(self._installation.database, actors)
        news = await job_news(self._installation.database, actors, now())
        for client in list(self._clients.values()):
            count = counts[client.actor]
            if client.unread is not None and count != client.unread:
                client.send("notification", {"unread": count})
            client.unread = count
            self._tell_jobs(client, news.get(client.actor, ()))

    def _tell_jobs(self, client: Client, news: Sequence[JobNews]) -> None:
        for each in news:
            if client.jobs.get(each.id) != each:
                client.send("job", {"id": each.id, "state": each.state, "progress": each.progress})
        client.jobs = {each.id: each for each in news}


async def _visible(ctx: Ctx, name: str, ids: Sequence[str]) -> set[str]:
    seen: set[str] = set()
    for start in range(0, len(ids), IDS):
        seen |= await visible_ids(ctx, name, ids[start : start + IDS])
    return seen


def _send_changes(client: Client, name: str, ids: set[str], gone: set[str]) -> None:
    """Send ids in portions that stay small."""
    told, left = sorted(ids), sorted(gone)
    for start in range(0, max(len(told), len(left)), IDS):
        part = slice(start, start + IDS)
        client.send("change", {"object": name, "ids": told[part], "gone": left[part]})


def watch_of(plain: Mapping[str, Any]) -> Watch:
    """Read what a client says to have on screen: {object: [ids] or "*"}."""
    return {name: None if ids == "*" else frozenset(ids) for name, ids in plain.items()}
