"""The pages inside Zendesk: one document, opened by a signed POST, that then asks the widgets' API with a bearer."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from flask import Blueprint, Flask, Response, render_template, request

from core.errors import RejectedError, RetryLaterError
from core.roles import Reader
from core.store import bearer, installations
from core.store.ground import Ground
from core.store.installations import Installation
from plugins.zendesk import access

log = structlog.get_logger()

# The vendor's own library, from where the vendor keeps it up to date with its host.
# https://developer.zendesk.com/documentation/apps/app-developer-guide/using-the-apps-framework/
SDK_ORIGIN = "https://static.zdassets.com"
SDK = f"{SDK_ORIGIN}/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"
ANY_ACCOUNT = "https://*.zendesk.com"
# Where the page may stand, and what it is then about.
PLACES = {
    "ticket_sidebar": "cases",
    "user_sidebar": "people",
    "organization_sidebar": "accounts",
    "nav_bar": "overview",
}
SCRIPTS = {"nav_bar": "overview.js"}
MAX_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Pages(Ground):
    """Everything the pages need."""

    def open(self, installation: str = "") -> Response:
        """Answer the first load: with a bearer for whoever Zendesk has proved, else with the sign-in state."""
        request.max_content_length = MAX_BYTES
        token = request.form.get("token", "") if request.method == "POST" else ""
        place = request.args.get("place", "")
        try:
            found = self._reader(token, installation)
        except RejectedError as refusal:
            log.info("page_refused", vendor=access.VENDOR, code=refusal.code)
            return _page(place, "", ANY_ACCOUNT, 401)
        except RetryLaterError:
            return _page(place, "", ANY_ACCOUNT, 503)
        reader, account = found
        return _page(place, bearer.issue(self.seal, reader, self.clock.now()), f"https://{account}.zendesk.com", 200)

    def _reader(self, token: str, installation: str) -> tuple[Reader, str]:
        named = (
            [installation]
            if installation
            else [entry.installation for entry in self.directory.of_account(access.VENDOR, access.subdomain(token))]
        )
        # Two tenants may share an account; each has an app and so a key of its own.
        for place in (one for name in named if (one := self._installation(name)) is not None):
            try:
                return access.reader(token, place, self.clock.now()), place.account_ref
            except RejectedError:
                continue
        raise RejectedError(bearer.SIGN_IN)

    def _installation(self, name: str) -> Installation | None:
        entry = self.directory.find(name)
        with self.store.tenant(entry.tenant) as connection:
            found = installations.read(connection, name)
        usable = found is not None and found.vendor == access.VENDOR and access.SUBDOMAIN.fullmatch(found.account_ref)
        return found if usable else None


def register(app: Flask, pages: Pages) -> None:
    """Add the pages and their scripts to the application."""
    routes = Blueprint(
        "zendesk",
        __name__,
        url_prefix="/zendesk",
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )
    routes.add_url_rule("/app", view_func=pages.open, methods=["GET", "POST"], endpoint="app")
    routes.add_url_rule("/app/<installation>", view_func=pages.open, methods=["GET", "POST"], endpoint="app_of")
    routes.after_request(_guarded)
    app.register_blueprint(routes)


def _page(place: str, held: str, framed_by: str, status: int) -> Response:
    known = place if place in PLACES else "ticket_sidebar"
    script = SCRIPTS.get(known, "sidebar.js")
    body = render_template(
        "page.html", place=known, kind=PLACES[known], bearer=held, status=status, sdk=SDK, script=script
    )
    answer = Response(body, status=status, content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {SDK_ORIGIN}",
            "style-src 'self'",
            "connect-src 'self'",
            "img-src 'self'",
            f"frame-ancestors {framed_by}",
            "base-uri 'none'",
            # The one form leads leads and admins to the console.
            "form-action 'self'" if known in SCRIPTS else "form-action 'none'",
        )
    )
    return answer


def _guarded(answer: Response) -> Response:
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    return answer
