"""Stored files: bytes under an id in a folder, written all or not at all.

What a file is called lives in its record only.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import unquote, urlsplit

from fangxin.kernel.errors import NotFound, TooLarge
from fangxin.kernel.ids import is_id, new_id

CHUNK: Final = 256 * 1024
INCOMING: Final = "incoming"
HELD: Final = ".held"
DAY_SECONDS: Final = 86_400
# programs for people's machines: a CRM has no use for them, a mail attachment virus has
REFUSED: Final = (
    *(".exe", ".msi", ".bat", ".cmd", ".com", ".scr", ".pif", ".cpl", ".hta", ".jar", ".ps1"),
    *(".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".lnk", ".reg", ".dll", ".sys", ".app"),
)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What was written: `size` in bytes and the SHA-256 digest in hexadecimal."""

    id: str
    size: int
    sha256: str


def is_refused(name: str) -> bool:
    """Tell whether a file of this name is a program; dots and blanks at its end do not count."""
    return name.rstrip(" .").lower().endswith(REFUSED)


def open_storage(url: str) -> FileStore:
    """Make the store of a URL: a folder, as `file:///path` or as a plain path; else ValueError."""
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
        return FileStore(Path(unquote(parts.path)))
    if not parts.scheme:
        return FileStore(Path(url).resolve())
    message = (
        f"FANGXIN_FILES_URL must be a folder or file:///folder; {parts.scheme}:// is not served"
    )
    raise ValueError(message)


class FileStore:
    """Files in a folder, spread over sub-folders by the random end of their id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _place(self, file_id: str) -> Path:
        # only ids reach the disk, so that no name from outside can lead anywhere
        if not is_id(file_id):
            message = f"not a file id: {file_id!r}"
            raise ValueError(message)
        return self.folder / file_id[-2:] / file_id[-4:-2] / file_id

    async def write(
        self, chunks: AsyncIterable[bytes], *, limit: int, file_id: str | None = None
    ) -> StoredFile:
        """Store a stream under a new id (or `file_id`); TooLarge above `limit` bytes.

        When this returns, the file survives a power cut; when it raises, nothing is left behind.
        """
        found = new_id() if file_id is None else file_id
        place = self._place(found)
        incoming = self.folder / INCOMING / f"{found}.{new_id()}"
        handle = await asyncio.to_thread(_create, incoming)
        try:
            digest, size = hashlib.sha256(), 0
            async for chunk in chunks:
                size += len(chunk)
                _check_size(size, limit)
                digest.update(chunk)
                await asyncio.to_thread(handle.write, chunk)
            await asyncio.to_thread(_settle, handle, incoming, place)
        except BaseException:
            handle.close()
            incoming.unlink(missing_ok=True)
            raise
        return StoredFile(found, size, digest.hexdigest())

    async def size(self, file_id: str) -> int:
        """Return the size in bytes, or raise NotFound."""
        try:
            return (await asyncio.to_thread(os.stat, self._place(file_id))).st_size
        except FileNotFoundError as error:
            raise NotFound from error

    async def read(self, file_id: str, start: int = 0) -> AsyncIterator[bytes]:
        """Give the content from byte `start` in chunks of up to CHUNK bytes, or raise NotFound."""
        try:
            handle = await asyncio.to_thread(self._place(file_id).open, "rb")
        except FileNotFoundError as error:
            raise NotFound from error
        try:
            handle.seek(start)
            while chunk := await asyncio.to_thread(handle.read, CHUNK):
                yield chunk
        finally:
            handle.close()

    def path(self, file_id: str) -> Path:
        """Return where the file lies, for readers that need a real one (spreadsheets)."""
        return self._place(file_id)

    async def delete(self, file_id: str) -> None:
        """Remove the file; one that is not there is no error."""
        with suppress(FileNotFoundError):
            await asyncio.to_thread(os.unlink, self._place(file_id))

    async def hold(self, file_id: str, owner: str = "") -> None:
        """Keep a stored file for a day only, unless it is released; it counts as one of `owner`."""
        await asyncio.to_thread(self._mark(file_id).write_text, owner, "utf-8")

    async def bound(self, owner: str, limit: int) -> None:
        """Remove the oldest files that are held for `owner`, until they have `limit` bytes at
        most; the newest stays whatever it has.
        """
        await asyncio.to_thread(self._bound, owner, limit)

    def _bound(self, owner: str, limit: int) -> None:
        held = []
        for mark in (self.folder / INCOMING).glob(f"*{HELD}"):
            with suppress(FileNotFoundError):
                if mark.read_text("utf-8") == owner:
                    size = self._place(mark.stem).stat().st_size
                    held.append((mark.stat().st_mtime_ns, mark.stem, size))
        held.sort(reverse=True)
        total = sum(size for _, _, size in held[:1])
        for _, file_id, size in held[1:]:
            total += size
            if total > limit and self._let_go(file_id):
                self._place(file_id).unlink(missing_ok=True)

    def _let_go(self, file_id: str) -> bool:
        """Take the mark from a file; False where it has none: somebody keeps it for good."""
        try:
            self._mark(file_id).unlink()
        except FileNotFoundError:
            return False
        return True

    async def release(self, file_id: str) -> bool:
        """Keep a file that was held from now on; False when it was not, or another was quicker."""
        return await asyncio.to_thread(self._let_go, file_id)

    def _mark(self, file_id: str) -> Path:
        return self.folder / INCOMING / f"{file_id}{HELD}"

    def ids(self) -> Iterator[str]:
        """Give the id of every stored file, in no order, as they are found."""
        for path in self.folder.glob("??/??/*"):
            if is_id(path.name):
                yield path.name

    async def sweep(self) -> int:
        """Remove what broken uploads left more than a day ago; return how many."""
        return await asyncio.to_thread(self._sweep)

    def _sweep(self) -> int:
        old = time.time() - DAY_SECONDS
        left = [path for path in (self.folder / INCOMING).glob("*") if path.stat().st_mtime < old]
        for path in left:
            # what is released meanwhile is somebody's
            if path.suffix == HELD and self._let_go(path.stem):
                self._place(path.stem).unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        return len(left)


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise TooLarge(
            "The file is larger than {limit} bytes.",
            code="file_too_large",
            values={"limit": limit},
        )


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb")


def _settle(handle: BinaryIO, incoming: Path, place: Path) -> None:
    handle.flush()
    os.fsync(handle.fileno())
    handle.close()
    place.parent.mkdir(parents=True, exist_ok=True)
    incoming.replace(place)
    for folder in (place.parent, place.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
