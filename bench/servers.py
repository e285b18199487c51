"""What a measurement starts and ends: a private PostgreSQL, the product, the yardstick."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench import cpu

ROOT = Path(__file__).resolve().parent.parent
_ROOT = os.getuid() == 0
PASSWORD = "bench-password-of-this-run"  # noqa: S105 - of a database that lives as long as the run


def free_port() -> int:
    """Return a TCP port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def postgres(name: str) -> str:
    """Return the path of one of PostgreSQL's programs."""
    found = shutil.which(name)
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if places:
        return str(places[-1])
    if found:
        return found
    message = f"{name} of PostgreSQL is needed: run tools/install_test_parts.sh"
    raise SystemExit(message)


OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c shared_buffers=1GB -c max_wal_size=4GB -c max_connections=60"
    " -c autovacuum_naptime=10s"
)


def _as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        if _ROOT
        else command
    )


@contextlib.contextmanager
def postgresql() -> Iterator[tuple[str, int]]:
    """Start a cluster of its own with durable commits; yield its URL and the postmaster's process
    id.
    """
    folder = Path(tempfile.mkdtemp(prefix="fangxin-bench-"))
    port, data = free_port(), folder / "data"
    if _ROOT:
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    lay = [postgres("initdb"), "-D", str(data), "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust"]
    silent = subprocess.DEVNULL
    subprocess.run(_as_postgres([*lay, "-U", "postgres"]), check=True, stdout=silent, cwd=folder)
    run = [
        postgres("postgres"),
        "-D",
        str(data),
        "-p",
        str(port),
        "-k",
        str(folder),
        *OPTIONS.split(),
    ]
    server = subprocess.Popen(_as_postgres(run), cwd=folder, stdout=silent, stderr=silent)
    try:
        wait_for(port)
        url = f"postgresql://postgres@127.0.0.1:{port}/crm"
        create_database(url)
        yield url, server.pid
    finally:
        server.terminate()
        server.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def create_database(url: str) -> None:
    """Make a database on a server that may still be starting; one that is there is emptied."""
    address, _, name = url.rpartition("/")
    server = f"{address}/postgres"
    subprocess.run(
        [postgres("dropdb"), "--if-exists", f"--maintenance-db={server}", name],
        check=False,
        capture_output=True,
    )
    for _ in range(50):
        command = [postgres("createdb"), f"--maintenance-db={server}", name]
        if subprocess.run(command, check=False, capture_output=True).returncode == 0:
            return
        time.sleep(0.2)
    message = "the database of the measurement could not be made"
    raise RuntimeError(message)


def wait_for(port: int, limit: float = 60) -> None:
    """Wait until something listens."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    message = f"nothing listens on port {port}"
    raise TimeoutError(message)


def environment(url: str, folder: Path) -> dict[str, str]:
    """Return the variables of a product on a database."""
    return {
        **os.environ,
        "FANGXIN_DATABASE_URL": url,
        "FANGXIN_FILES_URL": str(folder / "files"),
        "FANGXIN_SECRET_KEY": secrets.token_urlsafe(32),
        "FANGXIN_DEMO": "0",
        "FANGXIN_DEMO_PASSWORD": PASSWORD,
    }


def fangxin(env: Mapping[str, str], *words: str) -> str:
    """Run a command of the product and return what it prints."""
    return python(env, "fangxin.cli", *words)


def python(env: Mapping[str, str], module: str, *words: str) -> str:
    """Run a module and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        env=dict(env),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def peak(env: Mapping[str, str], module: str, *words: str) -> int:
    """Run a module and return the most memory it held with the processes it started, in MB."""
    command = [sys.executable, "-m", module, *words]
    run = subprocess.Popen(command, env=dict(env), cwd=ROOT, stdout=subprocess.DEVNULL)
    most = 0.0
    while not (ended := os.wait4(run.pid, os.WNOHANG))[0]:
        most = max(most, sum(cpu.memory(run.pid)))
        time.sleep(0.5)
    _, status, used = ended
    run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, command)
    return round(max(most, used.ru_maxrss / 1024))


@contextlib.contextmanager
def served(command: list[str], env: Mapping[str, str], port: int) -> Iterator[int]:
    """Run a server and yield its process id once it listens."""
    server = subprocess.Popen(
        command, env=dict(env), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        time.sleep(1)
        yield server.pid
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()


@contextlib.contextmanager
def product(env: Mapping[str, str], workers: int) -> Iterator[tuple[int, int]]:
    """Serve the product; yield (port, process id)."""
    port = free_port()
    own = {**env, "FANGXIN_PORT": str(port), "FANGXIN_WORKERS": str(workers)}
    command = [sys.executable, "-m", "fangxin.cli", "serve"]
    with served(command, own, port) as pid:
        yield port, pid


@contextlib.contextmanager
def yardstick(env: Mapping[str, str], workers: int) -> Iterator[tuple[int, int]]:
    """Serve the hand-written endpoints; yield (port, process id)."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "bench.yardstick.app:application"]
    command += ["--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)]
    command += [
        "--workers",
        str(workers),
        "--loop",
        "uvloop",
        "--no-access-log",
        "--log-level",
        "error",
    ]
    with served(command, env, port) as pid:
        yield port, pid
