"""Where a vendor sends people back to: the end of 'connect' and of signing in, bound to the browser that began it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, abort, g, redirect, request, url_for

from core.errors import RejectedError, RetryLaterError
from core.installation import asking
from manifests import declarations
from plugins.console import guard, marketplace, words
from plugins.console.answers import elsewhere, show
from plugins.console.desk import Desk, Visitor
from plugins.console.pages import sign_in_with

CALLBACK, SIGNED_IN, INSTALL = (f"/oauth/<vendor>/{name}" for name in ("callback", "sign-in", "install"))
LONGEST = 4_000


def register(app: Flask, desk: Desk, given: Callable[[], dict[str, Any]]) -> None:
    """Add the vendors' way back to the application; ``given``: what every template can use."""
    routes = Blueprint("oauth", __name__)
    routes.context_processor(given)
    routes.before_request(guard.identify(desk))
    routes.after_request(guard.closed)
    guard.add_error_pages(routes)
    routes.add_url_rule(CALLBACK, view_func=lambda vendor: _back(desk, vendor), endpoint="callback")
    routes.add_url_rule(INSTALL, view_func=_install, endpoint="install")
    routes.add_url_rule(
        SIGNED_IN,
        view_func=lambda vendor: sign_in_with.come_back(desk, g.visitor, vendor),
        endpoint="signed_in",
    )
    app.register_blueprint(routes)


def address(desk: Desk, vendor: str) -> str:
    """Return the address that is registered with the vendor as the way back."""
    path = url_for("oauth.callback", vendor=vendor)
    return (desk.public_url or request.host_url).rstrip("/") + path


def _back(desk: Desk, vendor: str) -> Any:
    if request.args.get("state") is None and {"code", "step"} & set(request.args):
        return _begin_anew(vendor)
    visitor: Visitor = g.visitor
    if visitor.session is None or visitor.session.must_change:
        return redirect(url_for("console.sign_in"), 303)
    if visitor.role != "admin":
        abort(403)
    given = {name: request.args.get(name, "")[:LONGEST] for name in ("state", "code", "error")}
    try:
        done = desk.connecting.finish(vendor, given["state"], visitor.token, code=given["code"], error=given["error"])
    except RejectedError as refused:
        return refusal(refused)
    except RetryLaterError:
        return refusal(RejectedError("AWAY"))
    asking.ask(desk.store, desk.wake_setup, done.tenant, done.installation, "connect", desk.now())
    there = marketplace.known(desk, vendor, request.args.get(marketplace.RETURN, ""))
    if there:
        return elsewhere(there, declarations()[vendor]["label"])
    return redirect(url_for("console.setup_step", installation=done.installation, step="connect"), 303)


def _begin_anew(vendor: str) -> Any:
    """Lead an admin who was sent by the vendor's marketplace to the page that begins a request of ours.

    A code that comes without a state of ours is used for nothing: anybody could have sent it.
    """
    there = request.args.get(marketplace.RETURN) if request.args.get("step") else None
    return redirect(url_for("console.setup_begin", vendor=vendor, returnUrl=there), 303)


def _install(vendor: str) -> Any:
    """Lead on from a link in a vendor's listing or help text; it may name the account."""
    return redirect(url_for("console.setup_begin", vendor=vendor, account=request.args.get("account")), 303)


def refusal(refused: RejectedError) -> Any:
    """Say why an account could not be connected, and what to do."""
    said, more = words.cause(refused.code)
    return show("setup_refused.html", 422, said=said, more=more, code=refused.code, detail=refused.detail)
