"""The command `fangxin verify`: whom it asks, in whose name, and what it prints."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from argparse import Namespace
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpx

from fangxin.data.doctor import examine_log
from fangxin.kernel.errors import BadRequest
from fangxin.kernel.i18n import translate
from fangxin.kernel.settings import Settings
from fangxin.kernel.terminal import language
from fangxin.verifying.check import Check, Seen, Unmet, examine
from fangxin.verifying.course import COURSE
from fangxin.verifying.figures import FIGURES
from fangxin.verifying.finding import FINDING
from fangxin.verifying.leftovers import remove_leftovers
from fangxin.verifying.outside import OUTSIDE
from fangxin.verifying.records import RECORDS
from fangxin.verifying.report import as_json, as_text, passed
from fangxin.verifying.rights import RIGHTS
from fangxin.verifying.visit import Caller, Visit

CHECKS: Final = (*OUTSIDE, *RIGHTS, *RECORDS, *FINDING, *COURSE, *FIGURES)
TOKEN: Final = "FANGXIN_VERIFY_TOKEN"  # noqa: S105 - the name of the variable
PASSWORD: Final = "FANGXIN_VERIFY_PASSWORD"  # noqa: S105 - the name of the variable


def _cleaned(visit: Visit) -> Seen:
    count = len(visit.made)
    left = visit.clean()
    if left:
        raise Unmet("These could not be removed again: {left}.", left=", ".join(left))
    if visit.earlier:
        values = {"count": count, "earlier": visit.earlier}
        message = (
            "{count} records were made and are gone for good; {earlier} of a killed visit too."
        )
        return Seen(message, values)
    return Seen("{count} records were made and are gone for good.", {"count": count})


CLEANED: Final = Check("cleaned", "It leaves nothing behind", _cleaned)


def run_verify(settings: Settings, arguments: Namespace, kept: Path) -> None:
    """Ask everything, print the report, and exit with 1 when a promise is broken.

    `kept` is the file with the administrator's first password, for a server of this machine.
    """
    # whoever ends it with SIGTERM (timeout, a scheduler) has it clean up as Ctrl+C does
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    visit = _visit(settings, arguments, kept)
    try:
        # a server that does not answer is said to by the first check
        with suppress(httpx.HTTPError, KeyError, TypeError, ValueError):
            visit.earlier = remove_leftovers(visit)
        try:
            findings = examine(visit, CHECKS)
        finally:
            # also when somebody stops it
            findings_of_end = examine(visit, (CLEANED,))
    finally:
        visit.close()
    findings += findings_of_end
    write = as_json if arguments.json else as_text
    print(write(visit, findings))
    if not passed(findings):
        sys.exit(1)


def _visit(settings: Settings, arguments: Namespace, kept: Path) -> Visit:
    url = (arguments.url or settings.base_url).rstrip("/")
    here = url == settings.base_url.rstrip("/")
    token = arguments.token or os.environ.get(TOKEN)
    headers = {"authorization": f"Bearer {token}"} if token else None
    admin = Caller(url, language(), headers)
    if not token:
        given = arguments.password or os.environ.get(PASSWORD)
        if not given and here:
            given = settings.demo_password or _first(kept)
        if not given:
            message = "In whose name? Give --token, or --email and --password."
            raise BadRequest(message)
        try:
            admin.sign_in(arguments.email, given)
        except Unmet as reason:
            raise BadRequest(reason.seen.message, values=reason.seen.values) from reason
    local = (lambda: _log_of(settings)) if here else None
    return Visit(url, language(), admin, local, money=arguments.money)


def _first(kept: Path) -> str | None:
    return kept.read_text("utf-8").strip() if kept.exists() else None


def _log_of(settings: Settings) -> tuple[bool, str]:
    found = asyncio.run(examine_log(settings))
    return found.good, translate(language(), found.text, found.values)
