"""The widgets' JSON API under ``/api/v1``: who is asking is proved before anything is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, jsonify, request
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from core.errors import RejectedError, RetryLaterError
from core.model import Delivery, Level
from core.settings import WebSettings
from core.store import bearer
from plugins.api import views
from plugins.api.desk import NOT_LIVE, NOT_YOURS, UNKNOWN, Desk
from plugins.api.schemas import (
    AdviceSchema,
    CardSchema,
    DisagreementSchema,
    Documented,
    DoneSchema,
    DraftSchema,
    ErrorSchema,
    NothingSchema,
    OutcomeSchema,
    OverviewSchema,
    SessionSchema,
)
from plugins.api.strict import Routes

PREFIX = "/api/v1"
MAX_BYTES = 128 * 1024
RECORD_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}", re.ASCII)
KINDS = {"cases": Level.CASE, "people": Level.PERSON, "accounts": Level.ACCOUNT}
SIGN_IN_WORDS = "Please reload this page to sign in again."
# Whatever is wrong with a proof, the reader does the same; which part it was is nobody's business.
REFUSALS: dict[str, tuple[int, str]] = {
    NOT_YOURS: (403, "Your role may not do this."),
    UNKNOWN: (404, "Nothing is known of this record yet."),
    NOT_LIVE: (409, "Attune does not write for your organisation at the moment."),
}
HTTP_WORDS = {404: "There is no such address.", 405: "This address does not take that.", 413: "That is too much."}
CODES = {400: "UNREADABLE", 413: "TOO_LARGE", 415: "UNREADABLE", 422: "UNREADABLE"}


class QuietApi(Api):  # type: ignore[misc]
    """Adds the OpenAPI document, and leaves the other routes' errors as they are."""

    ERROR_SCHEMA = ErrorSchema

    def _register_error_handlers(self) -> None:
        return None


def register(app: Flask, desk: Desk, web: WebSettings) -> None:
    """Add the API to the application."""
    app.config.update(
        API_TITLE="Attune for widgets",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
            "security": [{"bearer": []}],
        },
    )
    QuietApi(app).register_blueprint(_blueprint(desk, web))
    app.register_error_handler(HTTPException, _http_error)


def _blueprint(desk: Desk, web: WebSettings) -> Routes:
    routes = Routes("api", __name__, url_prefix=PREFIX, description="Cards, drafts and answers")
    routes.before_request(_prove(desk, web))
    routes.after_request(_closed)
    routes.register_error_handler(RejectedError, _refused)
    # Content nested deeper than any honest one.
    routes.register_error_handler(RecursionError, lambda _: _error(422, "UNREADABLE", "This could not be read."))
    routes.register_error_handler(RetryLaterError, lambda _: _error(503, "TRY_LATER", "Please try again in a moment."))
    for word, level in KINDS.items():
        _add(routes, "GET", f"/{word}/<id_>", views.card(desk, level), CardSchema)
    _add(routes, "GET", "/overview", views.overview(desk), OverviewSchema)
    for word, level in (("cases", Level.CASE), ("accounts", Level.ACCOUNT)):
        _add(routes, "POST", f"/{word}/<id_>/disagreement", views.disagree(desk, level), DoneSchema, DisagreementSchema)
    _add(routes, "POST", "/cases/<id_>/draft", views.draft(desk), AdviceSchema, DraftSchema)
    _add(routes, "POST", "/cases/<id_>/draft/outcome", views.coached(desk), DoneSchema, OutcomeSchema)
    _add(routes, "POST", "/cases/<id_>/alert", views.alert(desk), DoneSchema, NothingSchema)
    _add(routes, "POST", "/cases/<id_>/dismissal", views.dismiss(desk), DoneSchema, NothingSchema)
    _add(routes, "POST", "/cases/<id_>/supervisor", views.call(desk), DoneSchema, NothingSchema)
    _add(routes, "POST", "/session", views.renew(desk), SessionSchema, NothingSchema)
    return routes


def _add(routes: Routes, method: str, path: str, view: Any, answer: Any, taken: Any = None) -> None:
    view = routes.response(200, answer)(Documented.on(routes, view))
    view = routes.arguments(taken)(view) if taken else view
    routes.route(path, methods=[method])(view)


def _prove(desk: Desk, web: WebSettings) -> Callable[[], None]:
    def before() -> None:
        request.max_content_length = MAX_BYTES
        g.asked = asked = _asked(desk, web)
        # A bearer that is about to be renewed is opened there.
        g.reader = None if request.path == f"{PREFIX}/session" else desk.reader(asked)
        id_ = (request.view_args or {}).get("id_")
        if id_ is not None and not RECORD_ID.fullmatch(id_):
            raise RejectedError(UNKNOWN)

    return before


def _asked(desk: Desk, web: WebSettings) -> Delivery:
    return Delivery(
        vendor="",
        installation="",
        method=request.method,
        url=_public_address(web.public_url),
        headers={name.lower(): value for name, value in request.headers},
        body=request.get_data(cache=True),
        received_at=desk.clock.now(),
    )


def _public_address(public_url: str) -> str:
    """Return the address as the vendor called it: HubSpot signs that, not what a proxy made of it."""
    query = request.query_string.decode("latin-1")
    return (public_url or request.host_url).rstrip("/") + request.path + (f"?{query}" if query else "")


def _closed(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _refused(refusal: RejectedError) -> Response:
    status, said = REFUSALS.get(refusal.code, (401, SIGN_IN_WORDS))
    return _error(status, refusal.code if status != 401 else bearer.SIGN_IN, said)


def _http_error(error: HTTPException) -> Any:
    if not request.path.startswith(f"{PREFIX}/"):
        return error
    status = error.code or 500
    # 400 and 415 are the same to the caller: the content could not be read.
    status = 422 if status in (400, 415) else status
    answer = _closed(_error(status, CODES.get(status, "REFUSED"), HTTP_WORDS.get(status, "This could not be read.")))
    if status == 405:
        answer.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return answer


def _error(status: int, code: str, said: str) -> Response:
    answer = jsonify({"code": code, "words": said})
    answer.status_code = status
    return answer
