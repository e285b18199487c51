"""The public page of a form: plain HTML that needs no script, with its own policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Response
from markupsafe import Markup, escape

from fangxin.api.pages import HTML, page_named
from fangxin.data.inputs import control_of, longest
from fangxin.data.public_forms import PublicForm, Question
from fangxin.kernel.errors import FieldProblem
from fangxin.kernel.i18n import translate

PAGE: Final = "form"
CONSENT: Final = "_consent"
HONEY: Final = "_homepage"
STAMP: Final = "_stamp"
_WORDS: Final[Mapping[str, str]] = {
    "mend": "Please look at these answers again:",
    "choose": "Please choose",
    "leave": "Leave this empty",
    "needed": "Fields with * are needed.",
    "send": "Send",
}
# what browsers may fill in by themselves (HTML, autofill)
_KNOWN: Final[Mapping[str, str]] = {
    "name": "name",
    "company": "organization",
    "title": "organization-title",
    "email": "email",
    "phone": "tel",
    "website": "url",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody has typed, what is wrong with it, and where he comes from."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[FieldProblem] = ()
    hidden: Sequence[tuple[str, str]] = ()


def _origin(url: str | None) -> list[str]:
    parts = urlsplit(url or "")
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def headers_of(form: PublicForm | None) -> dict[str, str]:
    """Return the headers of a page: who may embed it, where it may send to."""
    sites = " ".join(form.sites) if form is not None else ""
    # browsers ask the policy about the redirect that follows a form, too
    targets = " ".join(["'self'", *_origin(form.redirect_url if form is not None else None)])
    policy = (
        f"default-src 'none'; style-src {page_named(PAGE).style_source}; "
        f"form-action {targets}; base-uri 'none'; "
        f"frame-ancestors 'self' {sites}"
    )
    found = {"content-security-policy": policy.strip(), "cache-control": "no-store"}
    if sites:
        found["cross-origin-resource-policy"] = "cross-origin"
    return found


def label_of(question: Question, locale: str) -> str:
    """Return what a question is called."""
    asked = question.field
    plain = asked.labels.get(locale) or translate(locale, question.phrase or asked.label)
    return question.label or plain


def _input(
    name: str, control: str, label: str, value: str, problem: str | None, **more: Any
) -> dict[str, Any]:
    marks = dict(more.get("marks", {}))
    if more.get("required"):
        marks["required"] = "required"
    if problem:
        marks |= {"aria-invalid": "true", "aria-describedby": f"f-{name}-problem"}
    text = "".join(f' {key}="{escape(mark)}"' for key, mark in marks.items() if mark)
    return {
        "id": f"f-{name}",
        "name": name,
        "control": control,
        "label": label,
        "value": value,
        "problem": problem,
        "required": bool(more.get("required")),
        "options": more.get("options", ()),
        "more": Markup(text),  # noqa: S704 - its values are escaped
    }


def _inputs(form: PublicForm, filled: Filled, locale: str) -> list[dict[str, Any]]:
    wrong: dict[str, str] = {}
    for each in filled.problems:
        text = translate(locale, each.message, each.values)
        wrong.setdefault(each.pointer.lstrip("/"), text)
    found = []
    for question in form.questions:
        asked = question.field
        length = longest(asked)
        marks = {"maxlength": str(length or ""), "autocomplete": _KNOWN.get(asked.key, "")}
        options = [(option.key, option.spoken(locale)) for option in asked.options]
        found.append(
            _input(
                asked.key,
                control_of(asked) or "text",
                label_of(question, locale),
                filled.values.get(asked.key, ""),
                wrong.get(asked.key),
                required=question.required,
                marks=marks,
                options=options,
            )
        )
    if form.consent:
        ticked = filled.values.get(CONSENT, "")
        wrong_ = wrong.get(CONSENT)
        found.append(_input(CONSENT, "checkbox", form.consent, ticked, wrong_, required=True))
    return found


def _told(inputs: Sequence[Mapping[str, Any]], filled: Filled, locale: str) -> list[dict[str, str]]:
    """Return the faults for the head of the page, each with the field it leads to."""
    known = {each["name"]: each for each in inputs}
    found = []
    for each in filled.problems:
        there = known.get(each.pointer.lstrip("/"))
        text = translate(locale, each.message, each.values)
        label = "" if there is None else there["label"]
        found.append({"id": "" if there is None else there["id"], "label": label, "text": text})
    return found


def page(form: PublicForm, filled: Filled, locale: str, status: int = 200) -> Response[str]:
    """Answer with the form as it stands."""
    inputs = _inputs(form, filled, locale)
    return _answer(
        {
            "heading": form.title,
            "message": "",
            "form": form,
            "action": f"/forms/{form.key}",
            "inputs": inputs,
            "problems": _told(inputs, filled, locale),
            "hidden": filled.hidden,
        },
        locale,
        headers_of(form),
        status,
    )


def message_page(
    heading: str,
    message: str,
    locale: str,
    form: PublicForm | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Answer with a page that only says something."""
    empty: dict[str, Any] = {"form": None, "action": "", "inputs": [], "problems": [], "hidden": []}
    made = {**empty, "heading": heading, "message": message}
    return _answer(made, locale, {**headers_of(form), **(headers or {})}, status)


def _answer(
    values: Mapping[str, Any], locale: str, headers: Mapping[str, str], status: int
) -> Response[str]:
    words = {key: translate(locale, text) for key, text in _WORDS.items()}
    shared = {"locale": locale, "words": words, "honey": HONEY}
    text = page_named(PAGE).write(**shared, **values)
    found = {**headers, "content-language": locale, "vary": "accept-language"}
    return Response(text, status_code=status, headers=found, media_type=HTML)
