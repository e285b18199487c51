"""The worker: claims jobs, runs them, keeps their leases, and enqueues what is periodic."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from fangxin.access.contexts import system_context
from fangxin.app import Installation, Parts, load_parts
from fangxin.history.recycle import empty_bin
from fangxin.kernel import garbage
from fangxin.kernel.errors import Conflict, FangxinError, TooMany
from fangxin.kernel.ids import new_id
from fangxin.kernel.jobs import Cron, JobState
from fangxin.kernel.leases import HEARTBEATS, LEASE, GiveUp, Handler, LeaseLost, Leases, Run
from fangxin.kernel.logging import configure_logging, logger
from fangxin.kernel.parent import end_with_parent
from fangxin.kernel.settings import Settings, read_settings
from fangxin.kernel.terminal import say
from fangxin.migrations.partitions import make_partitions
from fangxin.sealing.examine import list_keys
from fangxin.sealing.seal_anew import start_rotation
from fangxin.search.reindexing import start_reindex

if TYPE_CHECKING:
    from fangxin.api.edge import Edge

Made = TypeVar("Made", bound=Installation)

AT_ONCE: Final = 4
LOOK_SECONDS: Final = 0.5
# below Granian's patience with a process that is to end
GRACE_SECONDS: Final = 3.0
# after a fault of the database itself
PAUSE_SECONDS: Final = 2.0
# these may heal by waiting; every other fault of content will not
PASSING: Final = (Conflict, TooMany)
CLIENT_FAULT: Final = range(400, 500)

log = logger("worker")


class Worker:
    """One worker of an installation. `run` works until `stop` is called or its task is cancelled.

    `at_once` is how many jobs it runs side by side, `lease` how long a job of a lost worker waits.
    """

    def __init__(
        self,
        installation: Installation,
        *,
        at_once: int = AT_ONCE,
        lease: timedelta = LEASE,
        handlers: Mapping[str, Handler] | None = None,
    ) -> None:
        self.installation = installation
        self.handlers = installation.parts.jobs if handlers is None else handlers
        self.at_once = at_once
        name = f"{socket.gethostname()}:{os.getpid()}:{new_id()[-6:]}"
        self.leases = Leases(installation.database, name, lease)
        self._running: dict[asyncio.Task[None], Run] = {}
        self._stopping = asyncio.Event()
        self._slots: dict[str, int] = {}

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the running jobs have ended, or given back."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until stopped."""
        log.info("worker started", worker=self.leases.worker)
        keeper = asyncio.create_task(self._keep_leases())
        try:
            while not self._stopping.is_set():
                await self._look()
        finally:
            await self._wind_up()
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
            log.info("worker stopped", worker=self.leases.worker)

    async def drain(self) -> int:
        """Run what is due until nothing is left; return how many jobs that were."""
        count = 0
        while runs := await self.leases.claim(self.at_once):
            await asyncio.gather(*(self._run(run) for run in runs))
            count += len(runs)
        return count

    async def _look(self) -> None:
        try:
            await self._enqueue_periodic()
            free = self.at_once - len(self._running)
            runs = await self.leases.claim(free) if free else []
        except Exception:
            # the database may be away for a moment; a worker outlives that
            log.exception("the worker cannot reach its jobs")
            await self._wait(PAUSE_SECONDS)
            return
        for run in runs:
            task = asyncio.create_task(self._run(run))
            self._running[task] = run
            task.add_done_callback(self._running.pop)
        if not runs:
            await self._wait(LOOK_SECONDS)

    async def _wait(self, seconds: float) -> None:
        """Wait for a free place, the end, or the next look, whichever comes first."""
        waits = {asyncio.create_task(self._stopping.wait())}
        full = len(self._running) >= self.at_once
        done, pending = await asyncio.wait(
            waits | (set(self._running) if full else set()),
            timeout=seconds,
            return_when=asyncio.FIRST_COMPLETED,
        )
        for task in (pending | done) & waits:
            task.cancel()

    async def _run(self, run: Run) -> None:
        """Run one job to its end. Its faults end in its row; only cancellation is raised."""
        try:
            result = await self._handler(run.kind)(self.installation, run)
            await self.leases.done(run, result)
        except LeaseLost:
            log.warning("a job was taken over by another worker", job=run.id, kind=run.kind)
        except asyncio.CancelledError:
            await asyncio.shield(self.leases.hand_back(run))
            raise
        except Exception as error:
            log.exception("a job failed", job=run.id, kind=run.kind, attempt=run.attempt)
            await self._note_failure(run, error)

    def _handler(self, kind: str) -> Handler:
        handler = self.handlers.get(kind)
        if handler is None:
            raise GiveUp(f"no handler for the job {kind}")
        return handler

    async def _note_failure(self, run: Run, error: Exception) -> None:
        try:
            await self.leases.failed(run, _describe(error), final=_is_final(error))
        except Exception:
            # the lease runs out, and the job is tried again
            log.exception("a failure could not be written", job=run.id)

    async def _keep_leases(self) -> None:
        pause = self.leases.lease.total_seconds() / HEARTBEATS
        while True:
            try:
                # one's own first: they may have run out while the database was busy
                lost = await self.leases.renew(list(self._running.values()))
                await self.leases.release_lost()
            except Exception:
                log.exception("the worker cannot renew its leases")
                lost = []
            for task, run in list(self._running.items()):
                if run in lost:
                    task.cancel()
            await asyncio.sleep(pause)

    async def _enqueue_periodic(self) -> None:
        moment = self.leases.clock()
        for cron in self.installation.parts.cron:
            slot = cron.slot(moment)
            if self._slots.get(cron.name) != slot:
                await self._enqueue_slot(cron, slot)
                self._slots[cron.name] = slot

    async def _enqueue_slot(self, cron: Cron, slot: int) -> None:
        key = f"cron:{cron.name}:{slot}"
        jobs = self.installation.jobs
        await self.installation.database.write(
            lambda tx: jobs.enqueue(tx, cron.kind, cron.args, dedupe=key)
        )

    async def _wind_up(self) -> None:
        """Let running jobs end for GRACE_SECONDS, then cancel them, so that they are given back."""
        running = set(self._running)
        if not running:
            return
        _, late = await asyncio.wait(running, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _is_final(error: Exception) -> bool:
    if isinstance(error, FangxinError):
        return error.status in CLIENT_FAULT and not isinstance(error, PASSING)
    return isinstance(error, GiveUp)


def add_upkeep(parts: Parts) -> None:
    """Add what keeps every installation tidy to the jobs of its packages."""
    parts.add_job("upkeep", upkeep)
    parts.cron.append(Cron("upkeep", "upkeep", timedelta(hours=1)))


async def upkeep(installation: Installation, run: Run) -> dict[str, int]:
    """Remove what has outlived its time, and make the log's next partitions."""
    database, moment = installation.database, installation.jobs.clock()
    await make_partitions(database, moment)
    done = {"jobs": await installation.jobs.forget_old()}
    done["uploads"] = await installation.services.storage.sweep()
    done["deleted_records"] = await empty_bin(await system_context(installation))
    return done


async def work(installation: Installation) -> None:
    """Run a worker on a started installation until SIGTERM or SIGINT."""
    worker = Worker(installation)
    garbage.settle()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, worker.stop)
    await worker.run()


class EmbeddedInstallation(Installation):
    """An installation whose web process does the background work too."""

    async def start(self) -> None:
        """Open the installation and begin to work."""
        await super().start()
        self._worker = Worker(self)
        self._work = asyncio.create_task(self._worker.run())

    async def stop(self) -> None:
        """Let running jobs end, then close the installation."""
        self._worker.stop()
        await self._work
        await super().stop()


def build_working_installation(settings: Settings, kind: type[Made]) -> Made:
    """Make an installation with all its jobs; nothing is opened before `start`."""
    parts = load_parts()
    add_upkeep(parts)
    return kind(settings, parts)


async def reindex_all(settings: Settings) -> None:
    """Have all records indexed anew (see work_off)."""
    await work_off(
        settings,
        lambda installation: start_reindex(installation.database, installation.jobs),
        lambda percent: say("Indexed: {percent} %", percent=percent),
        Conflict("Indexing was not finished: {fault}"),
    )


async def tell_keys(settings: Settings, *, rotate: bool) -> None:
    """Print what needs which encryption key, after all is sealed by the newest where asked."""
    # of objects that are not declared nothing would be counted
    load_parts()
    if rotate:
        await seal_all_anew(settings)
    await list_keys(settings)


async def seal_all_anew(settings: Settings) -> None:
    """Have all encrypted values sealed by the key that seals now (see work_off), and count them."""
    state = await work_off(
        settings,
        lambda installation: start_rotation(installation.database, installation.jobs),
        lambda percent: say("Sealed anew: {percent} %", percent=percent),
        Conflict("Sealing anew was not finished: {fault}"),
    )
    say("{sealed} values were sealed anew, {unreadable} do not open.", **state.result)


async def work_off(
    settings: Settings,
    start: Callable[[Installation], Awaitable[str]],
    tell: Callable[[int], None],
    unfinished: Conflict,
) -> JobState:
    """Work here at the job that `start` names, `tell` how far it is, and return how it ended;
    raises `unfinished` with the fault. Ended early, it goes on with the next worker that starts.
    """
    installation = build_working_installation(settings, EmbeddedInstallation)
    await installation.start()
    try:
        id_ = await start(installation)
        told = -1
        while (state := await installation.jobs.state(id_)) is not None:
            percent = 100 if state.state == "done" else int(state.progress * 100)
            if percent // 10 > told // 10:
                tell(percent)
                told = percent
            if state.state in {"done", "failed", "cancelled"}:
                break
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        await installation.stop()
    if state is None or state.state != "done":
        unfinished.values = {"fault": state and state.error}
        raise unfinished
    return state


def application() -> Edge:
    """Make the web application that works too: Granian's factory for `fangxin run`."""
    from fangxin.api.app import create_app  # noqa: PLC0415 - only web processes need it

    end_with_parent()
    configure_logging()
    settings = read_settings(os.environ)
    return create_app(build_working_installation(settings, EmbeddedInstallation))
