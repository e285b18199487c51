"""The installation: settings, database, registry and what hangs on them.

This file alone lists the packages that bring objects. A process may hold several installations, so
nothing of one lives in a module.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from fangxin.access.contexts import Directory
from fangxin.arranging.remembered import LAYOUTS
from fangxin.customizing.extend import extend
from fangxin.data.doctor import Examination
from fangxin.granting.rules import read_rules
from fangxin.kernel.crypto import KeyRing
from fangxin.kernel.db import Database, open_database
from fangxin.kernel.epoch import read_epochs
from fangxin.kernel.jobs import Cron, Jobs
from fangxin.kernel.leases import Handler
from fangxin.kernel.logging import configure_logging, logger
from fangxin.kernel.numbers import Numbers
from fangxin.kernel.parent import end_with_parent
from fangxin.kernel.settings import Settings, read_settings
from fangxin.kernel.storage import FileStore, open_storage
from fangxin.merging.merge import with_merge
from fangxin.objects import custom
from fangxin.objects.declare import Record
from fangxin.objects.registry import BootError, ObjectDef, Registry, build, definition_of
from fangxin.rules.guard import with_rules
from fangxin.rules.row import load_rules
from fangxin.sealing.bound import await_others, with_seals
from fangxin.sealing.shipped import read_named, with_encrypted

if TYPE_CHECKING:
    from fangxin.api.edge import Edge

# whose files declare objects (classes of Record), handlers of jobs by name (JOBS), periodic jobs
# (CRON), records of a new installation (FIRST_RECORDS: object, body with id), and what the doctor
# looks at (EXAMINATIONS)
PACKAGES: Final = (
    "fangxin.kernel",
    "fangxin.access",
    "fangxin.objects",
    "fangxin.customizing",
    "fangxin.records",
    "fangxin.rules",
    "fangxin.history",
    "fangxin.search",
    "fangxin.data",
    "fangxin.handover",
    "fangxin.merging",
    "fangxin.transfer",
    "fangxin.arranging",
    "fangxin.sealing",
    "fangxin.reshaping",
    "fangxin.granting",
    "fangxin.configuring",
    "fangxin.modules.base",
    "fangxin.modules.sales",
    "fangxin.demo",
)

# how far behind another process's change of custom fields this one may be
WATCH_SECONDS: Final = 0.5

log = logger("installation")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the packages bring."""

    records: list[type[Record]] = field(default_factory=list)
    jobs: dict[str, Handler] = field(default_factory=dict)
    cron: list[Cron] = field(default_factory=list)
    first_records: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    examinations: list[Examination] = field(default_factory=list)

    def add_job(self, kind: str, handler: Handler) -> None:
        """Register the handler of a job; BootError when it has another one."""
        if self.jobs.setdefault(kind, handler) is not handler:
            message = f"the job {kind} has two handlers"
            raise BootError(message)


def _files(package: str) -> Iterator[ModuleType]:
    found = importlib.import_module(package)
    for each in sorted(pkgutil.iter_modules(found.__path__), key=lambda each: each.name):
        yield importlib.import_module(f"{package}.{each.name}")


def _declared(file: ModuleType) -> list[type[Record]]:
    """Return the objects of a file: the classes of Record that stand there under their own name."""
    named = ((name, each) for name, each in vars(file).items() if isinstance(each, type))
    own = [
        each for name, each in named if name == each.__name__ and each.__module__ == file.__name__
    ]
    return [each for each in own if issubclass(each, Record) and each is not Record]


def load_parts() -> Parts:
    """Import every file of PACKAGES and gather what it brings, or raise BootError."""
    parts = Parts()
    for file in (file for package in PACKAGES for file in _files(package)):
        parts.records.extend(_declared(file))
        for kind, handler in getattr(file, "JOBS", {}).items():
            parts.add_job(kind, handler)
        parts.cron.extend(getattr(file, "CRON", ()))
        parts.first_records.extend(getattr(file, "FIRST_RECORDS", ()))
        parts.examinations.extend(getattr(file, "EXAMINATIONS", ()))
    return parts


@dataclass(slots=True)
class Services:
    """What a context's `services` offers to steps that need more than the database."""

    settings: Settings
    storage: FileStore
    jobs: Jobs
    keys: KeyRing
    secret: bytes
    numbers: Numbers
    # whether any field is encrypted
    encrypts: bool = False
    # until then (time.monotonic) this process looks for a change of its own to the registry
    stale_until: float = 0.0


class Installation:
    """One installation in one process. `registry` is an immutable snapshot of this moment."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self.settings = settings
        self.parts = parts
        self.database: Database = open_database(settings.database_url)
        self.shipped: tuple[ObjectDef, ...] = tuple(map(definition_of, parts.records))
        ring = KeyRing(settings.encryption_keys)
        self.registry: Registry = build(with_merge(with_seals(self.shipped, ring)))
        self._metadata_epoch = 0
        self._watcher: asyncio.Task[None] | None = None
        self.jobs = Jobs(self.database)
        self.directory = Directory(self.database, settings.secret_key, read_rules)
        self.services = Services(
            settings=settings,
            storage=open_storage(settings.files_url),
            jobs=self.jobs,
            keys=ring,
            secret=settings.secret_key,
            numbers=Numbers(),
        )

    async def start(self) -> None:
        """Open the database, read the custom fields and objects, and go on watching them."""
        await self.database.start()
        await self.refresh_registry()
        self._watcher = asyncio.create_task(self._watch_registry())

    async def stop(self) -> None:
        """Finish open work and close the database."""
        if self._watcher is not None:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._watcher
        await self.database.stop()

    async def refresh_registry(self) -> Registry:
        """Read custom fields and objects again, and replace the snapshot if anything changed."""
        epochs = await read_epochs(self.database)
        shipped = with_encrypted(self.shipped, await read_named(self.database))
        extended = extend(shipped, await custom.load(self.database))
        extended = with_seals(extended, self.services.keys)
        rules = await load_rules(self.database)
        # browsers learn of new metadata by the version, so that it moves with layouts and rules
        salt = f"{epochs.get(LAYOUTS, '')} {rules!r}"
        built = build(with_merge(with_rules(extended, rules)), salt=salt)
        if built.version != self.registry.version:
            # what was encrypted before this process began is known everywhere
            if self._watcher is not None:
                await_others(self.registry, built)
            self.registry = built
        self.services.encrypts = any(each.seals for each in built.objects.values())
        # read before the rows, so that a change in between is read again
        if (moved := epochs.get(custom.METADATA, 0)) != self._metadata_epoch:
            self._metadata_epoch, self.services.stale_until = moved, 0.0
        return self.registry

    async def _watch_registry(self) -> None:
        """Follow the changes that other processes make."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                epochs = await read_epochs(self.database)
                if epochs.get(custom.METADATA, 0) != self._metadata_epoch:
                    await self.refresh_registry()
            except Exception:
                # the database may be away for a moment
                log.exception("custom fields could not be read again")


def build_installation(settings: Settings) -> Installation:
    """Make an installation; nothing is opened before `start`.

    BootError lists what is wrong with the declarations.
    """
    return Installation(settings, load_parts())


def application() -> Edge:
    """Make the web application of this process: Granian's factory."""
    from fangxin.api.app import create_app  # noqa: PLC0415 - only web processes need it

    end_with_parent()
    configure_logging()
    return create_app(build_installation(read_settings(os.environ)))
