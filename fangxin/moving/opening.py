"""Opening a backup: nothing of it is used before every byte of it was found to be as written.

Names in an archive never lead anywhere: only tables of the manifest and ids are looked at, and any
other name is a refusal. Nothing is unpacked to the disk on the way.
"""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec

from fangxin.kernel.ids import is_id
from fangxin.migrations.migrate import VERSIONS, head
from fangxin.moving.archive import (
    CHUNK,
    FILE_LIST,
    FILES,
    FORMAT,
    MANIFEST,
    TABLES,
    Manifest,
    Member,
    TableEntry,
)
from fangxin.moving.rows import BATCH, Batches, Line, Tally, line_decoder
from fangxin.moving.troubles import Refused, refused

_MIB: Final = 1024 * 1024
MANIFEST_LIMIT: Final = 16 * _MIB
LINE_LIMIT: Final = 64 * _MIB
# rows shrink to a tenth or twentieth; a bomb unfolds a thousandfold
BOMB_RATIO: Final = 200
SMALL: Final = 256 * _MIB
_DAMAGED: Final = "The backup is damaged: {fault}"


class StoredEntry(msgspec.Struct, frozen=True, array_like=True):
    """A line of the list of files."""

    id: str
    size: int
    sha256: str


def damaged(fault: str) -> Refused:
    """Return the refusal of a backup that is not as it was written."""
    return refused(_DAMAGED, fault=fault)


@dataclass(frozen=True, slots=True)
class Backup:
    """An open backup whose manifest was read; `verify` looks at the rest."""

    archive: zipfile.ZipFile
    manifest: Manifest

    def verify(self) -> None:
        """Read every member to its end, or raise Refused for the first that is not as written."""
        _check_members(self.archive)
        expected = {MANIFEST, FILE_LIST}
        self._check(FILE_LIST, self.manifest.files.member)
        for entry in self.manifest.tables:
            expected.add(_table(entry))
            self._check_rows(entry)
        count, size = 0, 0
        for each in self.files():
            if not is_id(each.id):
                raise damaged(f"{each.id[:80]!r} is no id of a file")
            expected.add(f"{FILES}/{each.id}")
            self._check(f"{FILES}/{each.id}", Member(each.size, each.sha256))
            count, size = count + 1, size + each.size
        if (count, size) != (self.manifest.files.count, self.manifest.files.bytes):
            raise damaged("the list of files is not the one that was written")
        for name in self.archive.namelist():
            if name not in expected:
                raise damaged(f"{name[:80]!r} does not belong into it")

    def files(self) -> Iterator[StoredEntry]:
        """Give what the list of files says."""
        read = msgspec.json.Decoder(StoredEntry).decode
        for line in self._lines(FILE_LIST):
            try:
                yield read(line)
            except msgspec.MsgspecError as error:
                raise damaged(f"{FILE_LIST}: {error}") from error

    async def rows(self, entry: TableEntry) -> Batches:
        """Give the rows of a table."""
        batch: list[Line] = []
        read = line_decoder(entry.shape)
        for line in self._lines(_table(entry)):
            batch.append(read(line))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    async def content(self, id_: str) -> AsyncIterator[bytes]:
        """Give the bytes of a stored file."""
        with self.archive.open(f"{FILES}/{id_}") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def _check(self, name: str, member: Member) -> None:
        """Compare a member with what the manifest says of it."""
        digest, size = sha256(), 0
        try:
            stream = self.archive.open(name)
        except KeyError as error:
            raise damaged(f"{name} is missing") from error
        with stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                digest.update(chunk)
        if Member(size, digest.hexdigest()) != member:
            raise damaged(f"{name} is not what was written")

    def _check_rows(self, entry: TableEntry) -> None:
        """Compare a table's member and its rows with what the manifest says of them."""
        tally, digest, size = Tally(entry.shape), sha256(), 0
        read = line_decoder(entry.shape)
        for line in self._lines(_table(entry)):
            digest.update(line)
            size += len(line)
            try:
                row = read(line)
            except msgspec.MsgspecError as error:
                raise damaged(f"{_table(entry)}: {error}") from error
            tally.add([row])
        found = (Member(size, digest.hexdigest()), tally.rows, tally.checksum)
        if found != (entry.member, entry.rows, entry.checksum):
            raise damaged(f"{_table(entry)} is not what was written")

    def _lines(self, name: str) -> Iterator[bytes]:
        try:
            opened = self.archive.open(name)
        except KeyError as error:
            raise damaged(f"{name} is missing") from error
        with opened as stream:
            while line := stream.readline(LINE_LIMIT):
                if not line.endswith(b"\n"):
                    raise damaged(f"{name} has a line without an end")
                yield line


def _table(entry: TableEntry) -> str:
    return f"{TABLES}/{entry.shape.name}.jsonl"


@contextmanager
def open_backup(path: Path) -> Iterator[Backup]:
    """Open the archive and read its manifest; Refused for what is no backup of ours, or of a newer
    version.
    """
    try:
        opened = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise refused("{path} is not a whole backup: {fault}", path=path, fault=error) from error
    with opened as archive:
        manifest = _manifest(archive)
        _check_version(manifest)
        names = [entry.shape.name for entry in manifest.tables]
        if len(names) != len(set(names)):
            raise damaged("a table stands in it twice")
        yield Backup(archive, manifest)


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        with archive.open(MANIFEST) as stream:
            text = stream.read(MANIFEST_LIMIT + 1)
    except KeyError as error:
        raise refused("This is no backup of 放心 CRM: it has no manifest.") from error
    if len(text) > MANIFEST_LIMIT:
        raise damaged("the manifest is too large")
    try:
        said = msgspec.json.decode(text, type=dict)
        if said.get("format") == FORMAT:
            return msgspec.convert(said, Manifest)
    except (msgspec.MsgspecError, ValueError) as error:
        raise damaged(f"{MANIFEST}: {error}") from error
    message = "The backup has format {found}; this version of 放心 CRM reads format {known}."
    raise refused(message, found=str(said.get("format"))[:20], known=FORMAT)


def _check_version(manifest: Manifest) -> None:
    known = {path.name[:4] for path in VERSIONS.glob("[0-9]*.py")}
    if manifest.revision in known:
        return
    message = (
        "The backup is of version {version} with the schema {found}; this one knows only up to"
        " {known}. Restore it with that version or a newer one."
    )
    raise refused(
        message, version=manifest.version[:40], found=manifest.revision[:20], known=head()
    )


def _check_members(archive: zipfile.ZipFile) -> None:
    """Refuse what is built to harm: members that share bytes, names twice, a folded flood."""
    members = sorted(archive.infolist(), key=lambda member: member.header_offset)
    if len({member.filename for member in members}) != len(members):
        raise damaged("a name stands in it twice")
    for one, following in pairwise(members):
        if one.header_offset + one.compress_size > following.header_offset:
            raise damaged("its members overlap")
    folded = sum(member.compress_size for member in members)
    unfolded = sum(member.file_size for member in members)
    if unfolded > max(SMALL, BOMB_RATIO * folded):
        raise damaged(f"{folded} bytes would unfold to {unfolded}")
