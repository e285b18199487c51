"""Pages that the server writes itself: template and style lie in `page/`."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

HTML: Final = "text/html"


class Page(NamedTuple):
    """A template with its style, and the style as the source a content security policy allows."""

    template: Template
    style: Markup
    style_source: str

    def write(self, **values: Any) -> str:
        """Return the page with these values."""
        return self.template.render(style=self.style, **values)


@cache
def page_named(name: str) -> Page:
    """Return the page made of `page/{name}.html` and `page/{name}.css`."""
    folder = files("fangxin.api").joinpath("page")
    style = folder.joinpath(f"{name}.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string(folder.joinpath(f"{name}.html").read_text("utf-8"))
    return Page(template, Markup(style), f"'sha256-{digest}'")  # noqa: S704 - a file of ours
