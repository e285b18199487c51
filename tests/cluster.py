"""A private PostgreSQL cluster for one run of the tests, shared by all its worker processes.

It is started by the first test that asks, and stopped by the process that started the run.
`FANGXIN_TEST_CLUSTER` names the folder of the run to the workers.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = "FANGXIN_TEST_CLUSTER"
SUPERUSER = "postgres"
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "128MB",
    # Nothing here outlives the run. Crash tests kill our processes, not the database's machine.
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
    "wal_init_zero": "off",
    "synchronous_commit": "off",
    # the databases of a run are many and short-lived: it would visit one of them ten times a second
    "autovacuum": "off",
    "log_min_messages": "fatal",
}


def binaries() -> Path | None:
    """The folder with initdb of the newest PostgreSQL on this machine, None without one."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def _server_user() -> str | None:
    """The user the server runs as: PostgreSQL refuses root."""
    return SUPERUSER if os.geteuid() == 0 else None


def _run(*command: str | Path) -> None:
    user = _server_user()
    group = pwd.getpwnam(user).pw_gid if user else None
    done = subprocess.run(
        [str(part) for part in command],
        user=user,
        group=group,
        extra_groups=[] if user else None,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        message = f"{command[0]} failed: {done.stderr}"
        raise RuntimeError(message)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def open_run() -> None:
    """Make the folder of this run, unless an outer run has made one."""
    if FOLDER in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="fangxin-tests-"))
    folder.chmod(0o755)
    os.environ[FOLDER] = str(folder)
    (folder / "owner").write_text(str(os.getpid()), "utf-8")


def close_run() -> None:
    """Stop the cluster and remove the folder, if this process made it."""
    folder = Path(os.environ[FOLDER])
    owner = folder / "owner"
    if not owner.is_file() or owner.read_text("utf-8") != str(os.getpid()):
        return
    del os.environ[FOLDER]
    bin_folder = binaries()
    if (folder / "pgdata" / "postmaster.pid").exists() and bin_folder is not None:
        _run(bin_folder / "pg_ctl", "stop", "-s", "-m", "immediate", "-D", folder / "pgdata")
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def locked(name: str) -> Iterator[Path]:
    """Hold a lock across the workers of this run; gives the run's folder."""
    folder = Path(os.environ[FOLDER])
    with (folder / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder


def _start(folder: Path, bin_folder: Path) -> str:
    data = folder / "pgdata"
    data.mkdir()
    user = _server_user()
    if user:
        shutil.chown(data, user)
    port = free_port()
    locale = ["--locale=C.UTF-8", "--encoding=UTF8"]
    _run(bin_folder / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "--no-sync", *locale)
    settings = {**OPTIONS, "port": str(port), "unix_socket_directories": str(data)}
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as handle:
        handle.writelines(f"{key} = '{value}'\n" for key, value in settings.items())
    log = data / "server.log"
    _run(bin_folder / "pg_ctl", "start", "-s", "-w", "-t", "60", "-D", data, "-l", log)
    return f"postgresql://{SUPERUSER}@127.0.0.1:{port}"


def given() -> str | None:
    """The URL of a running server to use instead of one of the run's own, if there is one."""
    return os.environ.get("FANGXIN_TEST_POSTGRESQL_URL", "").rstrip("/") or None


def server() -> str | None:
    """The URL of the run's server without a database, started when needed; None without PostgreSQL.

    `FANGXIN_TEST_POSTGRESQL_URL` names a running server to use instead.
    """
    if given():
        return given()
    bin_folder = binaries()
    if bin_folder is None:
        return None
    with locked("server") as folder:
        note = folder / "server.url"
        if not note.exists():
            note.write_text(_start(folder, bin_folder), "utf-8")
        return note.read_text("utf-8")


# psql of this process on the maintenance database of each server: hundreds of databases are made
_sessions: dict[str, subprocess.Popen[str]] = {}
_one_at_a_time = threading.Lock()


def _session(url: str) -> subprocess.Popen[str]:
    session = _sessions.get(url)
    if session is None or session.poll() is not None:
        parts = urlsplit(url)
        bin_folder = binaries()
        psql = bin_folder / "psql" if bin_folder else Path("psql")
        target = f"{parts.scheme}://{parts.netloc}/postgres"
        _sessions[url] = session = subprocess.Popen(
            [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", target],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    return session


def run_sql(url: str, *statements: str, database: str = "postgres") -> None:
    """Run statements one by one on a database of a server, outside a transaction."""
    with _one_at_a_time:
        session = _session(url)
        assert session.stdin is not None
        assert session.stdout is not None
        assert session.stderr is not None
        told = "".join(f"{statement};\n" for statement in statements)
        if database != "postgres":
            told = f"\\connect {database}\n{told}\\connect postgres\n"
        with contextlib.suppress(BrokenPipeError):
            session.stdin.write(f"{told}\\echo done\n")
            session.stdin.flush()
        # it ends at the first error
        if session.stdout.readline() != "done\n":
            session.wait()
            raise RuntimeError(session.stderr.read())
