"""Run the product for its developers: `make dev`.

The server starts again whenever a Python file or a catalogue changes; the web app is served by
Vite, which passes /api on to the server and reloads what changes by itself.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
WATCHED = {".py", ".po", ".json", ".txt", ".mako"}
LOOK_EVERY_SECONDS = 0.5
STOP_SECONDS = 10


def state(folder: Path) -> dict[Path, int]:
    """When each watched file was last written, in nanoseconds."""
    found = {}
    for path in folder.rglob("*"):
        if path.suffix in WATCHED and "web_dist" not in path.parts:
            try:
                found[path] = path.stat().st_mtime_ns
            except FileNotFoundError:  # an editor replaced it this moment
                continue
    return found


def _start(command: Sequence[str | Path], folder: Path) -> subprocess.Popen[bytes]:
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    # where Vite passes /api on to
    api = f"http://127.0.0.1:{os.environ.get('FANGXIN_PORT', '8000')}"
    environment = {**os.environ, "PATH": path, "FANGXIN_API": api}
    return subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True)


def _stop(process: subprocess.Popen[bytes]) -> None:
    # npm starts Vite as a child of its own, so the whole group is told
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def main() -> None:
    """Run until interrupted or terminated."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    server_command: list[str | Path] = [BIN / "fangxin", "run"]
    server = _start(server_command, ROOT)
    web = _start(["npm", "run", "--silent", "dev"], ROOT / "web")
    known = state(ROOT / "fangxin")
    try:
        while web.poll() is None:
            time.sleep(LOOK_EVERY_SECONDS)
            now = state(ROOT / "fangxin")
            if now != known:
                known = now
                print("A file has changed: starting the server again.", flush=True)
                _stop(server)
                server = _start(server_command, ROOT)
    except KeyboardInterrupt:
        pass
    finally:
        _stop(server)
        _stop(web)


if __name__ == "__main__":
    main()
