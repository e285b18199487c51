"""Build the web app into fangxin/web_dist, where the Python package ships it.

Node comes from the virtual environment. A stamp holds the hash of every source file, so that an
unchanged app costs nothing; another stamp in node_modules holds the hash of the lock file.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
TARGET = ROOT / "fangxin" / "web_dist"
FONTS = ROOT / "fangxin" / "printing" / "fonts"
# what printed documents are set in: npm has it in one piece, with its licence
FONT_PARTS = WEB / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
# what users read: written in docs, travels in the package
GUIDE_SOURCE = ROOT / "docs" / "guide" / "user"
GUIDE = ROOT / "fangxin" / "guide"
FONT_FILES = (
    "400Regular/NotoSansSC_400Regular.ttf",
    "700Bold/NotoSansSC_700Bold.ttf",
    "LICENSE_FONT",
)
BUILD_STAMP = TARGET / ".sources"
MODULES_STAMP = WEB / "node_modules" / ".installed-lock"
# Neither made by others nor read by the build.
IGNORED = {"node_modules", "dist", "test", "e2e", "coverage"}


def sources(web: Path = WEB) -> list[Path]:
    """Every file the build reads, in a fixed order."""
    found = []
    for folder, names, files in os.walk(web):
        names[:] = sorted(name for name in names if name not in IGNORED)
        found += [Path(folder) / name for name in sorted(files)]
    return found


def digest(paths: list[Path], base: Path = WEB) -> str:
    """SHA-256 over names and contents, in hex."""
    total = hashlib.sha256()
    for path in paths:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(base)}\0{content}\n".encode())
    return total.hexdigest()


def _stamped(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text("utf-8") == value


def _npm(*arguments: str) -> None:
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    npm = shutil.which("npm", path=environment["PATH"])
    if npm is None:
        sys.exit("npm is missing from the virtual environment. Try: make clean, then again")
    done = subprocess.run([npm, *arguments], cwd=WEB, env=environment, check=False)
    if done.returncode != 0:
        sys.exit(f"npm {' '.join(arguments)} failed")


def install_modules() -> None:
    """Run `npm ci` when the lock file has changed since the last time."""
    wanted = digest([WEB / "package-lock.json"])
    if _stamped(MODULES_STAMP, wanted):
        return
    print("Installing the web app's parts …", flush=True)
    _npm("ci", "--silent", "--no-audit", "--no-fund")
    MODULES_STAMP.write_text(wanted, "utf-8")


def copy_fonts(parts: Path = FONT_PARTS, target: Path = FONTS) -> None:
    """Put the fonts of printed documents into the package, where they are not there yet."""
    missing = [name for name in FONT_FILES if not (target / Path(name).name).is_file()]
    if not missing:
        return
    install_modules()
    target.mkdir(parents=True, exist_ok=True)
    for name in missing:
        made = shutil.copyfile(parts / name, target / f".{Path(name).name}")
        made.rename(target / Path(name).name)


def copy_guide(source: Path = GUIDE_SOURCE, target: Path = GUIDE) -> None:
    """Put the user guide into the package as it stands now."""
    made = target.with_name(f".{target.name}")
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(source, made)
    shutil.rmtree(target, ignore_errors=True)
    made.rename(target)


def build() -> None:
    """Build when a source has changed since the last time."""
    wanted = digest(sources())
    if _stamped(BUILD_STAMP, wanted):
        return
    install_modules()
    print("Building the web app …", flush=True)
    options = ["--outDir", str(TARGET), "--emptyOutDir", "--logLevel", "warn"]
    _npm("run", "--silent", "build", "--", *options)
    BUILD_STAMP.write_text(wanted, "utf-8")


def main() -> None:
    """Entry point of `make web` and `make node-modules`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules-only", action="store_true", help="install, do not build")
    arguments = parser.parse_args()
    if not (WEB / "package.json").is_file():
        return
    if arguments.modules_only:
        install_modules()
    else:
        copy_fonts()
        copy_guide()
        build()


if __name__ == "__main__":
    main()
