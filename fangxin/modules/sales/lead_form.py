"""Lead form: a public page on which strangers leave their wish; each answer becomes a lead."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Mapped

from fangxin.customizing.configuration import Configuration
from fangxin.data.public_forms import Publisher
from fangxin.fields.base import Field, Option
from fangxin.fields.number import Boolean
from fangxin.fields.text import Text
from fangxin.modules.base.account import SOURCES
from fangxin.modules.sales.check_form import check_forms, prepare_forms
from fangxin.modules.sales.take_lead import find_form, take_lead
from fangxin.objects.declare import (
    Layout,
    Navigation,
    ObjectFacts,
    Record,
    boolean,
    choice,
    lines,
    long_text,
    tags,
    text,
    url,
)

LANGUAGES: Final = (
    Option("browser", "As the browser asks", "gray"),
    Option("zh-CN", "Chinese", "red"),
    Option("en", "English", "blue"),
)
QUESTION: Final = (
    Field(key="field", type=Text(), label="Field", required=True, max_length=60),
    Field(key="required", type=Boolean(), label="Required"),
    Field(key="label", type=Text(), label="Label", max_length=120),
)


class LeadForm(Record):
    """A form on the web. Its owner gets the leads, or with none his department."""

    __tablename__ = "lead_form"
    object = ObjectFacts(
        path="lead_forms",
        label="Lead form",
        label_plural="Lead forms",
        icon="forms",
        module="sales",
        natural_key="key",
        open_to_all=True,
        configuration=Configuration(places=True, subject="lead"),
        navigation=Navigation(group="sales", order=90),
        prepare=prepare_forms,
        check=check_forms,
        public=Publisher(find_form, take_lead),
        layout=Layout(
            list=("name", "key", "active", "source", "owner", "page_url", "updated_at"),
            facts=("active", "page_url", "source", "owner"),
            sections=(
                ("details", "Details", ("name", "key", "active", "language")),
                ("page", "Page", ("title", "intro", "questions", "consent_text")),
                ("after", "Afterwards", ("thanks", "redirect_url")),
                ("leads", "Leads", ("source", "owner", "department")),
                ("embedding", "Embedding", ("page_url", "embed", "allowed_sites")),
                ("more", "More", ("tags",)),
            ),
            quick_create=("name", "title", "questions", "source", "owner"),
            card=("active", "source", "owner"),
            related=(("lead", "form"),),
            default_sort="name",
        ),
    )

    key: Mapped[str] = text(
        "Key",
        required=True,
        unique=True,
        max_length=60,
        help="The last part of the address; made from the name when it is left empty.",
    )
    title: Mapped[str | None] = text("Title", help="The heading; the name when it is left empty.")
    intro: Mapped[str | None] = long_text("Introduction", max_length=4000)
    questions: Mapped[Any] = lines("Questions", QUESTION, required=True)
    consent_text: Mapped[str | None] = long_text(
        "Consent",
        max_length=4000,
        help="Shown beside a box that must be ticked; the moment is kept with the lead.",
    )
    thanks: Mapped[str | None] = long_text("Thanks", max_length=4000)
    redirect_url: Mapped[str | None] = url("Go on to")
    language: Mapped[str] = choice("Language", LANGUAGES, required=True, default="browser")
    source: Mapped[str | None] = choice("Source", SOURCES, default="website")
    allowed_sites: Mapped[list[str] | None] = tags(
        "Allowed sites",
        help="Origins such as https://www.example.com whose pages may embed the form.",
    )
    active: Mapped[bool] = boolean("Active", required=True, default=True)
    page_url: Mapped[str | None] = url("Address of the page", read_only=True)
    embed: Mapped[str | None] = long_text("To embed", read_only=True)
