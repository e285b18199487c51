"""Write the types of the fixed endpoints for the web app: `npm run api` in web/.

The OpenAPI document of the endpoints that every installation has goes through openapi-typescript
into web/src/api/schema.d.ts. Records are left out: the app draws them from metadata at run time.
So are refusals, which the client turns into one class of error.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fangxin.api import fixed
from fangxin.fields.schema import SHARED
from tools.build_web import digest

ROOT = Path(__file__).resolve().parent.parent
CODEGEN = ROOT / "web" / "tools" / "codegen"
TARGET = ROOT / "web" / "src" / "api" / "schema.d.ts"
STAMP = CODEGEN / "node_modules" / ".installed-lock"
HEADER = "// Made by `npm run api` from the OpenAPI document. Do not edit.\n"


def _granted(operation: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the answers that refuse."""
    answers = operation["responses"].items()
    return {**operation, "responses": {code: each for code, each in answers if code < "400"}}


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the fixed endpoints alone."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "fixed endpoints", "version": "1"},
        "paths": {
            path: {method: _granted(each) for method, each in methods.items()}
            for path, methods in fixed.paths(admin=True).items()
        },
        "components": {"schemas": {**SHARED, **fixed.components()}},
    }


def _environment() -> dict[str, str]:
    """Node lies beside this Python."""
    bin_folder = Path(sys.executable).parent
    return {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def _install() -> None:
    wanted = digest([CODEGEN / "package-lock.json"], CODEGEN)
    if STAMP.is_file() and STAMP.read_text("utf-8") == wanted:
        return
    npm = shutil.which("npm", path=_environment()["PATH"]) or "npm"
    subprocess.run([npm, "ci", "--silent"], cwd=CODEGEN, env=_environment(), check=True)
    STAMP.write_text(wanted, "utf-8")


def generated() -> str:
    """Return the text that the generated file should have."""
    _install()
    command = CODEGEN / "node_modules" / ".bin" / "openapi-typescript"
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "openapi.json", Path(folder) / "schema.d.ts"
        source.write_text(json.dumps(document()), "utf-8")
        subprocess.run(
            [
                command,
                source,
                "--output",
                made,
                "--empty-objects-unknown",
                "--default-non-nullable=false",
            ],
            env=_environment(),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return HEADER + made.read_text("utf-8")


def main() -> None:
    """Entry point of `npm run api`."""
    TARGET.write_text(generated(), "utf-8")


if __name__ == "__main__":
    main()
