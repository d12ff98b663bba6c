"""Puts the console together: one blueprint, every route behind the guard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, abort, g, request

from plugins.console import connect, cookie, guard, menu, words
from plugins.console.desk import Desk

PREFIX = "/console"
FILTERS: dict[str, Callable[..., str]] = {
    "moment": words.moment,
    "stretch": words.stretch,
    "count": words.count,
    "role": words.role,
    "large": words.start_large,
    "letter": words.letter,
}


def register(app: Flask, desk: Desk) -> None:
    """Add the console to the application."""
    routes = Blueprint(
        "console",
        __name__,
        url_prefix=PREFIX,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )
    routes.before_request(guard.identify(desk))
    routes.after_request(guard.keep_cookie(desk))
    routes.context_processor(lambda: _given(desk))
    for name, say in FILTERS.items():
        routes.add_app_template_filter(say, f"say_{name}")
    guard.add_error_pages(routes)
    _add_pages(routes, desk)
    # Whatever else is asked for under the console gets the console's own page for it.
    routes.add_url_rule("/<path:anything>", view_func=_nothing, methods=["GET", "POST"], endpoint="nothing")
    app.register_blueprint(routes)
    connect.register(app, desk, lambda: _given(desk))


def _add_pages(routes: Blueprint, desk: Desk) -> None:
    for page in menu.PAGES:
        for route in page.routes:
            path = "/".join(part for part in (page.path, route.path) if part)
            routes.add_url_rule(
                f"/{path}",
                view_func=guard.guarded(desk, page, route),
                methods=[route.method],
                endpoint=page.endpoint(route),
            )


def _nothing(anything: str) -> Any:
    abort(404)


def _given(desk: Desk) -> dict[str, Any]:
    """Return what every template can use."""
    visitor = g.visitor
    return {
        "visitor": visitor,
        "pages": menu.shown_to(visitor.role) if not (visitor.session and visitor.session.must_change) else [],
        "page": g.get("page"),
        "csrf_token": cookie.csrf(desk.seal, visitor.token),
        "told": menu.TOLD.get(request.args.get("told", ""), ""),
        "now": desk.now(),
        "cause": words.cause,
    }
