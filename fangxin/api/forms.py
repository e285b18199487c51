"""Public forms: pages that strangers fill in, without signing in and without a script.

What looks like a program's doing is thanked for and thrown away; what is too much is refused.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from litestar import Request, Response, post, route
from litestar.params import FromPath

from fangxin.access.contexts import context_for_user, system_context
from fangxin.api import answers, door, form_page, problems
from fangxin.api.form_answers import MOST_FIELDS, body_of, mark_of, read_answers
from fangxin.api.form_page import CONSENT, HONEY, STAMP, Filled
from fangxin.data.public_forms import PublicForm, Publisher, Submission, UsedPage
from fangxin.fields.schema import forms as schemas
from fangxin.kernel.clock import now
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.errors import (
    FangxinError,
    FieldProblem,
    Forbidden,
    Invalid,
    NotFound,
    Unauthenticated,
)
from fangxin.kernel.i18n import translate
from fangxin.kernel.quotas import Quota, spend
from fangxin.records.reading import environment

# nobody reads and answers a page faster
SOONEST: Final = timedelta(seconds=2)
LATEST: Final = timedelta(hours=24)
# an office behind one address sends some; a form that is worth it gets many
BY_ADDRESS: Final = (Quota(20, timedelta(minutes=10)),)
BY_FORM: Final = (Quota(600, timedelta(hours=1)),)
_IPV6_PREFIX: Final = 64

Incoming = Request[Any, Any, Any]
Word = FromPath[str]
Reply = Response[Any]


@dataclass(frozen=True, slots=True)
class _Visit:
    """A stranger's request for a form: in which language, on whose behalf it is worked."""

    request: Incoming
    ctx: Ctx
    publisher: Publisher
    form: PublicForm

    @property
    def locale(self) -> str:
        return self.ctx.locale

    @property
    def json(self) -> bool:
        """Whether the other side is a program."""
        return _speaks_json(self.request)


def _speaks_json(request: Incoming) -> bool:
    name = "accept" if request.method == "GET" else "content-type"
    return (request.headers.get(name) or "").startswith(answers.JSON)


async def _visit(request: Incoming, key: str) -> _Visit:
    installation = door.installation_of(request)
    ctx = replace(await system_context(installation, "web"), locale=problems.locale_of(request))
    for definition in ctx.registry.objects.values():
        publisher: Publisher | None = definition.facts.public
        if publisher is not None:
            form = await publisher.find(ctx, key)
            if form is not None:
                ctx = replace(ctx, locale=form.locale or ctx.locale)
                return _Visit(request, ctx, publisher, form)
    raise NotFound("There is no form here, or it is closed.", code="no_form")


def _refused(request: Incoming, error: FangxinError, visit: _Visit | None) -> Reply:
    """Tell a refusal as the other side reads: a page, or a problem."""
    locale = problems.locale_of(request) if visit is None else visit.locale
    if _speaks_json(request):
        answer: Reply = problems.answer(error, locale)
        answer.headers.update({} if visit is None else _cors(visit))
        return answer
    detail = translate(locale, error.detail, error.values)
    form = None if visit is None else visit.form
    heading = form.title if form is not None else translate(locale, "This does not work")
    return form_page.message_page(heading, detail, locale, form, error.status, error.headers)


def _own(request: Incoming, origin: str) -> bool:
    return urlsplit(origin).netloc == request.headers.get("host")


def _cors(visit: _Visit) -> dict[str, str]:
    """Return the headers that let scripts of allowed sites read the answer."""
    origin = visit.request.headers.get("origin")
    if origin is None or origin not in visit.form.sites:
        return {"vary": "origin"}
    return {"access-control-allow-origin": origin, "vary": "origin"}


# ---------------------------------------------------------------- looking at it


@route("/forms/{key:str}", http_method=["GET", "OPTIONS"])
async def show_form(request: Incoming, key: Word) -> Reply:
    """The page of a form, or for programs what it asks, and whether those of a site may."""
    if request.method == "OPTIONS":
        return await _allowed(request, key)
    visit: _Visit | None = None
    try:
        visit = await _visit(request, key)
        if visit.json:
            return answers.json_answer(_described(visit), headers=_cors(visit))
        if _query(request).get("sent") == "1":
            return _thanks_page(visit)
        return form_page.page(visit.form, Filled(hidden=_hidden(visit)), visit.locale)
    except FangxinError as error:
        return _refused(request, error, visit)


async def _allowed(request: Incoming, key: str) -> Reply:
    """Answer a browser that asks whether scripts of a site may send here."""
    try:
        headers = _cors(await _visit(request, key))
    except FangxinError as error:
        return _refused(request, error, None)
    if "access-control-allow-origin" in headers:
        headers |= {
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": "content-type",
            "access-control-max-age": "600",
        }
    return Response(None, status_code=204, headers=headers)


def _described(visit: _Visit) -> dict[str, Any]:
    form, locale = visit.form, visit.locale
    asked = [
        {
            "key": each.field.key,
            "label": form_page.label_of(each, locale),
            "required": each.required,
            "schema": schemas(each.field.type, each.field).write,
        }
        for each in form.questions
    ]
    told = {"title": form.title, "intro": form.intro, "questions": asked, "locale": locale}
    return {**told, "consent": form.consent, STAMP: _stamp(visit)}


def _bound(visit: _Visit) -> bytes:
    return binding("public form", visit.form.id)


def _stamp(visit: _Visit, ago: timedelta = timedelta()) -> str:
    """Return when the page was given out, sealed so that nobody can make one."""
    moment = visit.ctx.clock() - ago
    return seal(visit.ctx.services.secret, _bound(visit), "form", [moment.isoformat()])


def _query(request: Incoming) -> dict[str, str]:
    """Return the query of an address that others write: whatever they add is no mistake."""
    text = request.scope["query_string"].decode("latin-1")
    try:
        return dict(parse_qsl(text, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def _hidden(visit: _Visit) -> list[tuple[str, str]]:
    """Return the stamp and where the visitor comes from.

    An embedded page learns the address around it, and what campaign led there, from the referrer.
    """
    request = visit.request
    asked = _query(request)
    referrer = request.headers.get("referer") or ""
    embedded = request.headers.get("sec-fetch-dest") == "iframe" or asked.get("embedded") == "1"
    around: dict[str, str] = {}
    if embedded:
        try:
            around = dict(parse_qsl(urlsplit(referrer).query, max_num_fields=MOST_FIELDS))
        except ValueError:
            around = {}
    here = str(request.url)
    known = {**around, "landing_page": referrer if embedded else here}
    known |= {} if embedded else {"referrer": referrer}
    known |= asked
    found = [(each.key, known[each.key]) for each in visit.form.traces if known.get(each.key)]
    return [(STAMP, _stamp(visit)), *found]


# ---------------------------------------------------------------- sending it


@post("/forms/{key:str}")
async def send_form(request: Incoming, key: Word) -> Reply:
    """Take what somebody filled in."""
    visit: _Visit | None = None
    try:
        await spend(
            door.installation_of(request).database,
            f"form by {_address(request)}",
            now(),
            BY_ADDRESS,
        )
        visit = await _visit(request, key)
        await spend(visit.ctx.database, f"form {visit.form.id}", now(), BY_FORM)
        _check_site(visit)
        return await _take(visit, await body_of(request))
    except FangxinError as error:
        return _refused(request, error, visit)


def _address(request: Incoming) -> str:
    """Return what stands for the sender's address: an IPv6 network counts as one house."""
    host = request.client.host if request.client is not None else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    return str(ipaddress.ip_network((host, _IPV6_PREFIX), strict=False))


def _check_site(visit: _Visit) -> None:
    """Refuse what a browser sends from the page of a site that was not allowed."""
    origin = visit.request.headers.get("origin")
    if origin is None or _own(visit.request, origin) or origin in visit.form.sites:
        return
    raise Forbidden("This form may not be sent from {site}.", code="site", values={"site": origin})


def _age(visit: _Visit, body: Mapping[str, Any]) -> timedelta | None:
    """Return how long ago the page was given out, None without a stamp of ours."""
    try:
        _, (moment,) = unseal(visit.ctx.services.secret, _bound(visit), str(body.get(STAMP)))
    except (Invalid, UnicodeError):
        return None
    return visit.ctx.clock() - type(visit.ctx.clock()).fromisoformat(moment)


async def _take(visit: _Visit, body: Mapping[str, Any]) -> Reply:
    age = _age(visit, body)
    if body.get(HONEY) or (age is not None and age < SOONEST):
        # a program: it is thanked like everybody
        return _thanks(visit)
    values, faults = read_answers(visit.form, body, environment(visit.ctx), json=visit.json)
    if age is None or age > LATEST:
        message = "This page was open for too long. Please send it once more."
        faults.append(FieldProblem(f"/{STAMP}", "stale_page", message))
    agreed = body.get(CONSENT) in {True, "true", "on", "1"}
    if visit.form.consent and not agreed:
        faults.append(FieldProblem(f"/{CONSENT}", "required", "Please tick this box."))
    if not faults:
        page = sha256(str(body[STAMP]).encode()).hexdigest()
        submission = Submission(values, bool(visit.form.consent) and agreed, page, mark_of(body))
        try:
            owner = await _owner(visit)
            await visit.publisher.take(visit.ctx, visit.form, submission, owner)
        except UsedPage:
            message = "This page was sent already. To send something else, send it once more."
            faults.append(FieldProblem(f"/{STAMP}", "used_page", message))
        except Invalid as error:
            faults += error.errors
    return _again(visit, body, faults) if faults else _thanks(visit)


async def _owner(visit: _Visit) -> Ctx | None:
    """Return the context of who looks after the form, None when he is gone."""
    if visit.form.owner is None:
        return None
    try:
        installation = door.installation_of(visit.request)
        return await context_for_user(installation, visit.form.owner, "web")
    except Unauthenticated:
        return None


def _again(visit: _Visit, body: Mapping[str, Any], faults: list[FieldProblem]) -> Reply:
    """Answer with what is wrong; a page keeps what was typed and where it came from."""
    if visit.json:
        return _refused(visit.request, Invalid(errors=faults), visit)
    # who mends a word and sends at once is no program
    hidden = [(STAMP, _stamp(visit, SOONEST))]
    hidden += [(each.key, str(body[each.key])) for each in visit.form.traces if body.get(each.key)]
    values = {key: str(value) for key, value in body.items()}
    return form_page.page(visit.form, Filled(values, faults, hidden), visit.locale, 422)


def _thanks_text(visit: _Visit) -> str:
    return visit.form.thanks or translate(visit.locale, "Thank you. We will get in touch with you.")


def _thanks_page(visit: _Visit) -> Reply:
    return form_page.message_page(visit.form.title, _thanks_text(visit), visit.locale, visit.form)


def _thanks(visit: _Visit) -> Reply:
    if visit.json:
        body = {"thanks": _thanks_text(visit), "redirect_url": visit.form.redirect_url}
        return answers.json_answer(body, 201, _cors(visit))
    target = visit.form.redirect_url or f"/forms/{visit.form.key}?sent=1"
    headers = {**form_page.headers_of(visit.form), "location": target}
    return Response(None, status_code=303, headers=headers)


ROUTES: Final = (show_form, send_form)
