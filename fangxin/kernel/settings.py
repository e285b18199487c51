"""What an installation is told from outside: the FANGXIN_* variables, read once and frozen."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit

T = TypeVar("T")

PREFIX: Final = "FANGXIN_"
SQLITE: Final = "sqlite:///"
POSTGRESQL: Final = ("postgresql://", "postgres://")
KEY_BYTES: Final = 32
SHORTEST_SECRET: Final = 16
LARGEST_PORT: Final = 65535
LARGEST_KEY_NUMBER: Final = 255
WORKER_LIMIT: Final = 256
DEFAULT_DATA_FOLDER: Final = Path("data")


class SettingsError(Exception):
    """A variable holds what it may not; the text names the variable and says what it takes."""

    def __init__(self, variable: str, fault: str) -> None:
        self.variable = PREFIX + variable
        super().__init__(f"{self.variable} {fault}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one installation. Secrets stay out of its text form.

    `encryption_keys` maps a key's number (1–255) to its 32 bytes; the first one encrypts, all
    decrypt. `workers` is the number of web processes; `demo` allows demo data in an empty database.
    """

    database_url: str = field(repr=False)
    data_folder: Path
    files_url: str = field(repr=False)
    secret_key: bytes = field(repr=False)
    encryption_keys: Mapping[int, bytes] = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    demo: bool = True
    demo_password: str | None = field(default=None, repr=False)
    base_url: str = ""
    redis_url: str | None = field(default=None, repr=False)
    smtp_url: str | None = field(default=None, repr=False)

    @property
    def embedded(self) -> bool:
        """Whether the database is a file of this machine (SQLite)."""
        return self.database_url.startswith(SQLITE)


@dataclass(frozen=True, slots=True)
class _Variables:
    """The environment, with blank values taken as absent."""

    values: Mapping[str, str]

    def get(self, name: str) -> str | None:
        value = self.values.get(PREFIX + name, "").strip()
        return value or None

    def read(self, name: str, default: T, parse: Callable[[str, str], T]) -> T:
        value = self.get(name)
        return default if value is None else parse(name, value)


def _whole(name: str, value: str, highest: int) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= highest:
        raise SettingsError(name, f"must be a whole number from 1 to {highest}, not {value!r}")
    return int(value)


def _port(name: str, value: str) -> int:
    return _whole(name, value, LARGEST_PORT)


def _workers(name: str, value: str) -> int:
    return _whole(name, value, WORKER_LIMIT)


def _switch(name: str, value: str) -> bool:
    if value not in {"0", "1"}:
        raise SettingsError(name, f"must be 0 or 1, not {value!r}")
    return value == "1"


def _database(name: str, value: str) -> str:
    if value.startswith(SQLITE) and len(value) > len(SQLITE):
        return value
    if value.startswith(POSTGRESQL) and urlsplit(value).path.strip("/"):
        return value
    raise SettingsError(
        name, "must be sqlite:///path/to/file.db or postgresql://user:password@host/database"
    )


def _web_address(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise SettingsError(name, f"must be an http:// or https:// address, not {value!r}")
    return value.rstrip("/")


def _secret(name: str, value: str) -> bytes:
    if len(value) < SHORTEST_SECRET:
        raise SettingsError(name, f"must have at least {SHORTEST_SECRET} characters")
    return value.encode()


def read_keys(name: str, value: str) -> dict[int, bytes]:
    """Read `2:BASE64,1:BASE64` (32 bytes each), the newest first, or raise SettingsError."""
    keys: dict[int, bytes] = {}
    fault = "must be NUMBER:BASE64 of 32 bytes, several by comma, the newest first"
    for part in value.split(","):
        number, _, text = part.strip().partition(":")
        try:
            key = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise SettingsError(name, fault) from error
        known = number.isascii() and number.isdigit() and 1 <= int(number) <= LARGEST_KEY_NUMBER
        if not known or len(key) != KEY_BYTES or int(number) in keys:
            raise SettingsError(name, fault)
        keys[int(number)] = key
    return keys


def make_private(folder: Path) -> None:
    """Make a folder, if it is not there, that its owner alone may enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def kept_secret(folder: Path, name: str, make: Callable[[], str]) -> str:
    """Return the secret kept in `folder`, made on the first call.

    Processes starting at once agree on one. The file is readable by its owner alone.
    """
    path = folder / name
    if not path.exists():
        make_private(folder)
        fresh = folder / f".{name}.{secrets.token_hex(8)}"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # unlike rename, link never replaces what another process has put there meanwhile
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text("utf-8").strip()


def _fresh_key() -> str:
    return "1:" + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _data_folder(database_url: str, files_url: str | None) -> Path:
    """Return where secrets are kept: beside the SQLite file, else beside the folder of files."""
    if database_url.startswith(SQLITE):
        return Path(database_url.removeprefix(SQLITE)).resolve().parent
    parts = urlsplit(files_url or "")
    if files_url and parts.scheme in {"", "file"}:
        return Path(unquote(parts.path)).resolve().parent
    return DEFAULT_DATA_FOLDER.resolve()


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the variables of DESIGN 7, or raise SettingsError naming the one that is wrong.

    Secrets that are not given are made once and kept in the data folder: where the SQLite file
    lies; with PostgreSQL where the folder of files lies, by default `./data`.
    """
    variables = _Variables(environ)
    default_database = f"{SQLITE}./{DEFAULT_DATA_FOLDER}/fangxin.db"
    database_url = variables.read("DATABASE_URL", default_database, _database)
    files_url = variables.get("FILES_URL")
    folder = _data_folder(database_url, files_url)
    secret = variables.get("SECRET_KEY") or kept_secret(
        folder, "secret_key", lambda: secrets.token_urlsafe(48)
    )
    keys = variables.get("ENCRYPTION_KEYS") or kept_secret(folder, "encryption_keys", _fresh_key)
    host = variables.get("HOST") or "127.0.0.1"
    port = variables.read("PORT", 8000, _port)
    return Settings(
        database_url=database_url,
        data_folder=folder,
        files_url=files_url or (folder / "files").as_uri(),
        secret_key=_secret("SECRET_KEY", secret),
        encryption_keys=read_keys("ENCRYPTION_KEYS", keys),
        host=host,
        port=port,
        workers=variables.read("WORKERS", 1, _workers),
        demo=variables.read("DEMO", default=True, parse=_switch),
        demo_password=variables.get("DEMO_PASSWORD"),
        base_url=variables.read("BASE_URL", f"http://{host}:{port}", _web_address),
        redis_url=variables.get("REDIS_URL"),
        smtp_url=variables.get("SMTP_URL"),
    )
