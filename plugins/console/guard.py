"""What stands before and after every view: who is asking, may they, is the POST ours; headers on every answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from core.errors import RetryLaterError
from core.store import sessions, support
from plugins.console import cookie
from plugins.console.answers import show
from plugins.console.desk import Desk, Page, Route, View, Visitor

MAX_BYTES = 512 * 1024
# What signs out or sets the password is all that is open before a one-time password is changed.
SIGN_OUT = "sign_out_leave"
BEFORE_CHANGE = frozenset({"password", "password_change", SIGN_OUT})
# Whom it concerns that support looks, and what support never gets.
TOLD_OF_SUPPORT = frozenset({"admin", "privacy"})
TAKES_ALONG = frozenset({"uninstall_export", "versions_export"})
# What a page fetches again by itself, as the page that the trail names.
PART_OF = {"health_now": "health", "setup_state": "setup_step", "audit_chain": "audit"}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Two years, as browsers' preload lists ask for; ignored over plain HTTP.
HSTS = "max-age=63072000; includeSubDomains"
ERRORS = {
    400: ("This could not be read", "Go back, reload the page and try again."),
    403: ("Not for your role", "Your role may not open or do this. An admin can change roles; support only looks."),
    404: ("There is no such page", "The address may be old, or what it showed is gone."),
    405: ("This address does not take that", "Go back and use the buttons of the page."),
    413: ("That is too much", "What was sent is larger than any form or file that is used here."),
    503: ("Just a moment", "The database cannot be reached. Nothing is lost; try again in a minute."),
}
OTHER = ("Something went wrong", "The fault is noted in the server's log. Try again in a minute.")


def identify(desk: Desk) -> Callable[[], None]:
    """Return the hook that finds out whose request this is."""

    def before() -> None:
        request.max_content_length = MAX_BYTES
        g.visitor = Visitor("")
        if request.endpoint == "console.static":
            return
        tenant, token = cookie.read(request, desk.seal)
        session, guests = None, []
        if tenant and token:
            with desk.store.tenant(tenant) as connection:
                session = sessions.resume(connection, desk.seal, token, desk.now())
                if session and session.reader.role in TOLD_OF_SUPPORT:
                    guests = support.to_tell(connection)
        g.visitor = Visitor(token or sessions.new_token(), session, tuple(guests))
        g.fresh = not token

    return before


def guarded(desk: Desk, page: Page, route: Route) -> View:
    """Return a view that is only reached by those who may, with a POST that is ours."""
    endpoint, roles = page.endpoint(route), route.roles or page.roles

    def view(**parts: Any) -> Any:
        visitor: Visitor = g.visitor
        g.page = page
        if not route.open and visitor.session is None:
            return _sign_in(route)
        if route.post and _is_forged(desk, route, visitor):
            abort(400)
        _refuse_nul(parts, {} if route.open else request.form.to_dict(flat=False))
        if visitor.session is not None and visitor.session.must_change and endpoint not in BEFORE_CHANGE:
            return redirect(url_for("console.password"), 303)
        if not route.open and visitor.role not in roles:
            abort(403)
        if visitor.session is not None and visitor.session.is_support:
            _let_support_look(desk, visitor, route, endpoint)
        return route.view(desk, visitor, **parts)

    return view


def _let_support_look(desk: Desk, visitor: Visitor, route: Route, endpoint: str) -> None:
    """Let support open a page, which the trail notes first; refuse whatever changes something or takes data along."""
    if (route.post and endpoint != SIGN_OUT) or endpoint in TAKES_ALONG:
        abort(403)
    if not route.post:
        page = PART_OF.get(endpoint, endpoint)
        with desk.store.tenant(visitor.tenant) as connection:
            support.note_look(connection, visitor.tenant, visitor.reader.user, page, desk.now())


def _refuse_nul(parts: Mapping[str, str], form: Mapping[str, list[str]]) -> None:
    """Refuse what PostgreSQL's text cannot hold: no address or form of ours sends it."""
    if any("\0" in one for one in parts.values()):
        abort(404)
    if any("\0" in one for one in chain(*form.values())):
        abort(400)


def _is_forged(desk: Desk, route: Route, visitor: Visitor) -> bool:
    if route.bearer:
        return cookie.is_from_elsewhere(request)
    return g.fresh or cookie.is_forged(request, desk.seal, visitor.token)


def keep_cookie(desk: Desk) -> Callable[[Response], Response]:
    """Return the hook that gives a newcomer a token, so that even the sign-in form is bound to their browser."""

    def after(answer: Response) -> Response:
        if g.get("fresh") and "Set-Cookie" not in answer.headers:
            cookie.write(answer, request, desk.seal, "", g.visitor.token)
        return closed(answer)

    return after


def closed(answer: Response) -> Response:
    """Set the headers that close what a browser would leave open; pages are kept by no cache."""
    for name, value in HEADERS.items():
        answer.headers[name] = value
    if request.host.partition(":")[0] not in cookie.LOOPBACK:
        answer.headers["Strict-Transport-Security"] = HSTS
    if request.endpoint != "console.static":
        answer.headers["Cache-Control"] = "no-store"
    return answer


def add_error_pages(routes: Blueprint) -> None:
    """Show every error as a page."""
    routes.register_error_handler(HTTPException, lambda error: _error(error.code or 500))
    routes.register_error_handler(RetryLaterError, lambda _: _error(503))


def _error(status: int) -> Response:
    title, said = ERRORS.get(status, OTHER)
    return show("error.html", status, title=title, said=said)


def _sign_in(route: Route) -> Any:
    """Answer somebody who is not signed in: with the way to sign in and back; a form's content is not carried over."""
    there = url_for("console.sign_in", next=None if route.post else request.full_path.rstrip("?"))
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": url_for("console.sign_in")})
    return show("signed_out.html", 401, there=there) if route.post else redirect(there, 303)
