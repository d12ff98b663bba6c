"""The one cookie: a sealed random token; and what is derived from it against forged requests.

Own code, and no library's, because Flask's sessions (which Flask-WTF rests on) keep their content in the browser.
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html (signed double
submit, bound to the session)
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from flask import Request, Response

from core.errors import ConfigurationError
from core.store.seal import Seal
from core.store.sessions import LONGEST

PLAIN = "attune_console"
# Browsers take this prefix only with Secure, Path=/ and no Domain.
# https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
SECURE = "__Host-attune_console"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
FIELD, HEADER = "csrf", "X-CSRF-Token"
MAX_CHARS = 1_000


def read(request: Request, seal: Seal) -> tuple[str, str]:
    """Return tenant and token of the cookie; both empty when there is none, or it is not one of ours."""
    given = request.cookies.get(_name(request), "")
    if not given or len(given) > MAX_CHARS or not given.isascii():
        return "", ""
    try:
        tenant, _, token = seal.open(given).rpartition(" ")
    except ConfigurationError:
        return "", ""
    return tenant, token


def write(answer: Response, request: Request, seal: Seal, tenant: str, token: str) -> None:
    """Set the cookie: for this host only, not for scripts, not on requests that other sites make (except links)."""
    name = _name(request)
    answer.set_cookie(
        name,
        seal.close(f"{tenant} {token}"),
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=name == SECURE,
        httponly=True,
        samesite="Lax",
    )


def clear(answer: Response, request: Request) -> None:
    """Take the cookie away."""
    name = _name(request)
    answer.delete_cookie(name, path="/", secure=name == SECURE, httponly=True, samesite="Lax")


def csrf(seal: Seal, token: str) -> str:
    """Return what every form of this browser carries."""
    return seal.digest("console csrf", token)


def is_forged(request: Request, seal: Seal, token: str) -> bool:
    """Say whether a POST may come from another site: it must carry what only our pages know."""
    if is_from_elsewhere(request):
        return True
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    return not token or not hmac.compare_digest(given.encode(), csrf(seal, token).encode())


def is_from_elsewhere(request: Request) -> bool:
    """Say whether the browser tells that another site sent this; browsers that tell nothing are old.

    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}


def _name(request: Request) -> str:
    host = urlsplit(f"//{request.host}").hostname
    return PLAIN if host in LOOPBACK else SECURE
