"""The file of a backup: a zip archive, which every system opens and which a cut shows on.

- `tables/<table>.jsonl`: a row a line (rows.py says how), in no order
- `files/<id>`: the stored files, as they are
- `files.jsonl`: [id, size, SHA-256] of each of them
- `manifest.json`: what there must be, see `Manifest`; written last
"""

from __future__ import annotations

import fcntl
import os
import time
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from fangxin.moving.rows import Batches, Counted, Shape, Tally, encode_line
from fangxin.moving.troubles import refused

FORMAT: Final = 1
CHUNK: Final = 1024 * 1024
MANIFEST: Final = "manifest.json"
FILE_LIST: Final = "files.jsonl"
TABLES: Final = "tables"
FILES: Final = "files"
# rows shrink to a tenth; stored files mostly are compressed already
_LEVEL: Final = 5
_OWNER_ONLY: Final = 0o600


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member of the archive: bytes as they are unpacked, and their SHA-256."""

    size: int
    sha256: str


class TableEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table: its shape, how many rows, their checksum, and the member that holds them."""

    shape: Shape
    rows: int
    checksum: str
    member: Member


class FilesEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The stored files: how many, their bytes, and the member that lists them."""

    count: int
    bytes: int
    member: Member


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup holds. `keys` are fingerprints by the number of the key, never keys; `epoch`
    is that of the change log; `left_out` names the tables that are not moved.
    """

    format: int
    version: str
    made_at: str
    database: str
    revision: str
    epoch: int
    keys: dict[str, str]
    tables: list[TableEntry]
    left_out: list[str]
    files: FilesEntry


class _Hashed:
    """A stream that is written through, counted and hashed."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = sha256()
        self._size = 0

    def write(self, data: bytes) -> None:
        self._stream.write(data)
        self._digest.update(data)
        self._size += len(data)

    @property
    def member(self) -> Member:
        return Member(self._size, self._digest.hexdigest())


def part_of(path: Path) -> Path:
    """Return the name under which `path` is being written."""
    return path.with_name(path.name + ".part")


def _lock(handle: int, part: Path) -> None:
    """Keep other runs away from `part`, or refuse when one is at it, or has finished just now."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        mine = os.path.samestat(os.fstat(handle), part.stat())
    except (BlockingIOError, FileNotFoundError):
        mine = False
    if not mine:
        raise refused("Another run is writing {path}.", path=part)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write that takes the name `path` when all went well, and is gone otherwise.

    It is its owner's alone. What a killed run left behind is written over; a run that is still at
    it is not disturbed.
    """
    part = part_of(path)
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, _OWNER_ONLY)
    with os.fdopen(handle, "w+b") as file:
        _lock(handle, part)
        try:
            os.fchmod(handle, _OWNER_ONLY)
            file.truncate()
            yield file
            file.flush()
            os.fsync(handle)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Let a new name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass
class Writer:
    """Writes the members of an archive, one after the other."""

    archive: zipfile.ZipFile
    # takes the list of files meanwhile, for only one member can be written at a time
    listed: IO[bytes]
    tables: list[TableEntry] = field(default_factory=list)
    _count: int = 0
    _bytes: int = 0

    async def put_table(self, shape: Shape, batches: Batches) -> Counted:
        """Write a table and return what it held."""
        tally = Tally(shape)
        with self._member(f"{TABLES}/{shape.name}.jsonl") as out:
            async for rows in batches:
                tally.add(rows)
                out.write(b"".join(encode_line(row) + b"\n" for row in rows))
        entry = TableEntry(shape, tally.rows, tally.checksum, out.member)
        self.tables.append(entry)
        return Counted(shape.name, tally.rows, tally.checksum)

    def has_file(self, id_: str) -> bool:
        """Tell whether a stored file is in already."""
        try:
            self.archive.getinfo(f"{FILES}/{id_}")
        except KeyError:
            return False
        return True

    async def put_file(self, id_: str, first: bytes, rest: AsyncIterator[bytes]) -> None:
        """Write a stored file: its first chunk and the others."""
        with self._member(f"{FILES}/{id_}", zipfile.ZIP_STORED) as out:
            out.write(first)
            async for chunk in rest:
                out.write(chunk)
        self.listed.write(encode_line([id_, out.member.size, out.member.sha256]) + b"\n")
        self._count += 1
        self._bytes += out.member.size

    def finish(self, facts: dict[str, Any]) -> Manifest:
        """Write the list of files and the manifest: `facts` are what only the caller knows."""
        self.listed.seek(0)
        with self._member(FILE_LIST) as out:
            while chunk := self.listed.read(CHUNK):
                out.write(chunk)
        files = FilesEntry(self._count, self._bytes, out.member)
        manifest = Manifest(format=FORMAT, tables=self.tables, files=files, **facts)
        with self._member(MANIFEST) as last:
            last.write(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        return manifest

    @contextmanager
    def _member(self, name: str, method: int = zipfile.ZIP_DEFLATED) -> Iterator[_Hashed]:
        info = zipfile.ZipInfo(name, date_time=time.localtime()[:6])
        info.compress_type = method
        info._compresslevel = _LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 - public from 3.13 on
        info.external_attr = _OWNER_ONLY << 16
        with self.archive.open(info, "w", force_zip64=True) as stream:
            yield _Hashed(stream)
