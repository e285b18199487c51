"""A sheet as an HTML page, which every browser prints on A4."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from fangxin.printing.sheet import Sheet

FOLDER: Final = Path(__file__).resolve().parent


@cache
def _template() -> Template:
    loader = FileSystemLoader(FOLDER)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return made.get_template("page.html")


def write_html(sheet: Sheet) -> str:
    """Return the page; whatever users wrote is escaped."""
    return _template().render(sheet.plain())
