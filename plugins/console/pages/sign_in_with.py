"""Signing in through a tool: out to its own page, and back with whom it has proved."""

from __future__ import annotations

import structlog
from flask import abort, request, url_for

from core.errors import RejectedError, RetryLaterError
from core.installation.ports import Asked
from core.store import bearer, sign_in_tries
from plugins.console import words
from plugins.console.answers import HOME, elsewhere, inside, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor
from plugins.console.pages.sign_in import SLOW_DOWN, begin

log = structlog.get_logger()
LONGEST = 4_000


def go(desk: Desk, visitor: Visitor, vendor: str) -> Answer:
    """Send somebody to a tool's own page."""
    site = request.form.get("site", "")
    if site not in desk.sites.get(vendor, {}):
        abort(404)
    asked = Asked(site=site, redirect_uri=address(desk, vendor))
    wanted = inside(request.form.get("next", HOME))[:LONGEST]
    there = desk.signing_in.start(vendor, asked, browser=visitor.token, wanted=wanted)
    return elsewhere(there, desk.sites[vendor][site])


def address(desk: Desk, vendor: str) -> str:
    """Return the address that is registered with the vendor as the way back of people."""
    path = url_for("oauth.signed_in", vendor=vendor)
    return (desk.public_url or request.host_url).rstrip("/") + path


def come_back(desk: Desk, visitor: Visitor, vendor: str) -> Answer:
    """Begin a session for whom the tool has proved, as the role of now says; counted like every try to sign in."""
    if vendor not in desk.sites:
        abort(404)
    tries = {desk.seal.digest("try address", request.remote_addr or ""): sign_in_tries.ADDRESS}
    with desk.store.outside() as connection:
        if not sign_in_tries.take(connection, tries, desk.now()):
            return show("sign_in.html", 429, next=HOME, wrong=SLOW_DOWN, given={}, sites=desk.sites)
    try:
        answer = _enter(desk, visitor, vendor)
    except RejectedError as refused:
        return _refused(refused.code, refused.detail)
    except RetryLaterError:
        return _refused("AWAY", "")
    with desk.store.outside() as connection:
        sign_in_tries.give_back(connection, tries)
    return answer


def _enter(desk: Desk, visitor: Visitor, vendor: str) -> Answer:
    given = {name: request.args.get(name, "")[:LONGEST] for name in ("state", "code", "error")}
    came = desk.signing_in.finish(vendor, given["state"], visitor.token, code=given["code"], error=given["error"])
    readers = desk.signing_in.readers(vendor, came.person)
    if len(readers) == 1:
        return begin(desk, readers[0], inside(came.wanted))
    if not readers:
        log.info("console_person_without_role", vendor=vendor)
        return show("not_for_role.html", 403, person=came.person)
    bearers = [(one.tenant, bearer.issue(desk.seal, one, desk.now())) for one in readers]
    return show("which_organisation.html", bearers=bearers)


def _refused(code: str, detail: str) -> Answer:
    log.info("console_sign_in_refused", code=code)
    said, more = words.cause(code)
    return show("sign_in_refused.html", 401, said=said, more=more, code=code, detail=detail)


PAGE = Page("sign_in_with", "Sign in", menu=False, routes=(Route("<vendor>", go, post=True, open=True),))
