"""Draft the next revision from the declarations: `make migration NAME="account fax"`.

A fresh SQLite database is brought to the newest revision and compared with what the code declares,
so no database of the developer's is needed or touched. Read the draft before it is committed.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from fangxin.migrations.migrate import FOLDER, head, migrate


def draft(name: str) -> Path:
    """Write the revision after the newest one and return its file."""
    number = f"{int(head()) + 1:04}"
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.db"
        asyncio.run(migrate(url))
        os.environ["FANGXIN_DATABASE_URL"] = url
        command.revision(config, message=name, autogenerate=True, rev_id=number)
    (path,) = (FOLDER / "versions").glob(f"{number}_*.py")
    for fix in (["check", "--fix-only"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *fix, "--quiet", str(path)], check=True)
    return path


def main() -> None:
    """Entry point of `make migration`."""
    name = " ".join(sys.argv[1:]).strip()
    if not name:
        sys.exit('Say what changes: make migration NAME="account fax"')
    print(f"Read it before you commit it: {draft(name).relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
