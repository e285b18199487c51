"""What strangers may see and send without signing in: an object whose records are forms declares a
`Publisher`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fangxin.fields.base import Field

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx


@dataclass(frozen=True, slots=True)
class Question:
    """A field that a form asks for; `label` stands in for the field's own where it is set, else
    `phrase`, a msgid.
    """

    field: Field
    required: bool = False
    label: str | None = None
    phrase: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicForm:
    """A form as strangers see it. `locale` is None where the browser decides; `sites` are origins
    that may embed it; `traces` are fields that the page's own address fills.
    """

    id: str
    key: str
    title: str
    intro: str | None
    thanks: str | None
    locale: str | None
    questions: tuple[Question, ...]
    traces: tuple[Field, ...]
    consent: str | None
    redirect_url: str | None
    sites: tuple[str, ...]
    owner: str | None
    # what every record that the form makes is given, in value form by field key
    fixed: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody sent: checked values by field key, and whether he agreed to what was asked.

    `page` stands for the copy of the page that was filled in, which is good for one submission;
    `mark` is equal for the same content from the same page, which is no second one.
    """

    values: Mapping[str, Any]
    consent: bool
    page: str
    mark: str


class UsedPage(Exception):
    """A page was sent once already, with other content."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """How forms are found by key (None: there is none, or it is closed), and what is done with what
    is sent. `take` gets the context of who looks after the form, None where nobody does, and raises
    UsedPage for other content from a page that was sent already.
    """

    find: Callable[[Ctx, str], Awaitable[PublicForm | None]]
    take: Callable[[Ctx, PublicForm, Submission, Ctx | None], Awaitable[None]]
