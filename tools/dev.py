"""Run the product for its developers: `make dev`.

The server starts again whenever a Python file or a catalogue changes; the web app is served by
Vite, which passes /api on to the server and reloads what changes by itself.
"""

from __future__ import annotations

import os
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
    return subprocess.Popen(command, cwd=folder, env={**os.environ, "PATH": path})


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main() -> None:
    """Run until interrupted."""
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
