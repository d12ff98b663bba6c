"""Signing in as a local user by organisation, name and password; the same page leads to the tools that prove people."""

from __future__ import annotations

import re

import structlog
from flask import redirect, request

from core.roles import Reader
from core.store import console_users, sessions, sign_in_tries, support
from core.store.console_users import LOCAL
from plugins.console import cookie
from plugins.console.answers import HOME, inside, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor

log = structlog.get_logger()
TENANT = re.compile(r"[\w.-]{1,100}", re.ASCII)
# One sentence for every kind of wrong: which part it was is nobody's business.
WRONG = "Organisation, name and password do not belong together, or the one-time password is too old."
SLOW_DOWN = "Too many tries. Wait a quarter of an hour, or ask an admin for a new one-time password."


def form(desk: Desk, visitor: Visitor) -> Answer:
    """Show the form; somebody who is signed in goes on."""
    wanted = inside(request.args.get("next", HOME))
    return redirect(wanted, 303) if visitor.session else show("sign_in.html", next=wanted, given={}, sites=desk.sites)


def enter(desk: Desk, visitor: Visitor) -> Answer:
    """Check name and password, counted before it is looked at."""
    tenant, name = request.form.get("tenant", "").strip(), request.form.get("name", "").strip()
    wanted = inside(request.form.get("next", HOME))
    tries = sign_in_tries.buckets(desk.seal, tenant, name, request.remote_addr or "")
    with desk.store.outside() as connection:
        allowed = sign_in_tries.take(connection, tries, desk.now())
    user = _user(desk, tenant, name, request.form.get("password", "")) if allowed else None
    if user is None:
        log.info("console_sign_in_refused", allowed=allowed)
        wrong, status = (WRONG, 401) if allowed else (SLOW_DOWN, 429)
        given = {"tenant": tenant, "name": name}
        return show("sign_in.html", status, next=wanted, wrong=wrong, given=given, sites=desk.sites)
    with desk.store.outside() as connection:
        sign_in_tries.give_back(connection, tries)
    return begin(desk, user, wanted)


def begin(desk: Desk, reader: Reader, wanted: str) -> Answer:
    """Start a session under a fresh token, whatever token the browser had before, and go on."""
    token = sessions.new_token()
    with desk.store.tenant(reader.tenant) as connection:
        sessions.begin(connection, desk.seal, reader, token, desk.now())
    answer = redirect(wanted, 303)
    cookie.write(answer, request, desk.seal, reader.tenant, token)  # type: ignore[arg-type]
    return answer


def _user(desk: Desk, tenant: str, name: str, password: str) -> Reader | None:
    if not TENANT.fullmatch(tenant) or not console_users.NAME.fullmatch(name):
        return None
    guest = bool(support.NAME.fullmatch(name))
    check = support.check if guest else console_users.check
    with desk.store.tenant(tenant) as connection:
        found = check(connection, name, password, desk.now())
    return Reader(tenant, "", support.SUPPORT if guest else LOCAL, found.name, found.role) if found else None


PAGE = Page(
    "sign_in",
    "Sign in",
    menu=False,
    routes=(Route("", form, open=True), Route("", enter, post=True, open=True)),
)
