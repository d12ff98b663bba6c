"""One way to speak HTTP with a vendor: a ``requests.Session`` that an SDK can be given.

It sends every host to ``base_url`` where one is set (a sandbox), puts the time-outs in, asks the budget before
each request, lets it learn from each answer, carries the token, and turns 'not now' into ``RetryLaterError``
before an SDK can sleep on it or hide it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from core.errors import RetryLaterError
from core.ports import Clock, Token, TokenVault

# urllib3 writes addresses into its debug log, and a search's address holds what is searched for.
logging.getLogger("urllib3").setLevel(logging.INFO)

CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0
RENEWALS = 3
LONGEST_WAIT_SECONDS = 86_400.0
EARLY_RENEWAL = timedelta(seconds=60)
OUTAGES = (
    requests.exceptions.ConnectionError,
    requests.exceptions.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
LATER = frozenset({423, 429, 477, 500, 502, 503, 504, 521, 522, 523, 524})

Before = Callable[[requests.PreparedRequest], None]
After = Callable[[requests.Response], None]


def nothing(_: object) -> None:
    """Do nothing: the hook of who needs none."""


class VendorAdapter(HTTPAdapter):
    """Sends a request to the vendor or, where ``base_url`` is set, to the sandbox behind that address.

    The SDK still sees the vendor's own address in the response: zenpy decides by it how to read an answer.
    """

    def __init__(
        self,
        base_url: str = "",
        *,
        before: Before = nothing,
        after: After = nothing,
        later: frozenset[int] = LATER,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        connections: int = 8,
    ) -> None:
        super().__init__(pool_connections=connections, pool_maxsize=connections)
        self._base_url = base_url.rstrip("/")
        self._before, self._after, self._later = before, after, later
        self._timeout = (connect_seconds, read_seconds)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one request.

        Raises ``RetryLaterError`` when the vendor cannot be reached, is too slow, or answers 423, 429 or 5xx;
        whatever the two hooks raise goes through.
        """
        self._before(request)
        response = self._exchange(request, kwargs)
        self._after(response)
        if response.status_code in self._later:
            raise RetryLaterError(retry_after(response.headers), f"HTTP {response.status_code}")
        return response

    def _exchange(self, request: requests.PreparedRequest, options: dict[str, Any]) -> requests.Response:
        # The body is read here, so that a connection that breaks in the middle of it is an outage as well.
        options = {**options, "timeout": self._timeout, "stream": True}
        try:
            response = super().send(mapped(request, self._base_url), **options)
            _ = response.content
        except OUTAGES as error:
            raise RetryLaterError(None, type(error).__name__) from None
        response.request, response.url = request, request.url or ""
        return response


class TokenAuth(AuthBase):
    """Puts the live token on each request; renews it once when it ends, and repeats only that request.

    ``fetch`` asks the vendor for a new token; the vault sees to it that one worker alone does so.
    """

    def __init__(
        self, vault: TokenVault, fetch: Callable[[Token], Token], clock: Clock, *, refused: tuple[int, ...] = (401,)
    ) -> None:
        self._vault, self._fetch, self._clock, self._refused = vault, fetch, clock, refused

    def token(self) -> Token:
        """Return a token that should still be good, renewing one that is about to end."""
        token = self._vault.current()
        if token.expires_at is not None and token.expires_at - EARLY_RENEWAL <= self._clock.now():
            token = self._vault.renew(token, self._fetch)
        return token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign the request and watch its answer."""
        token = self.token()
        request.headers["Authorization"] = f"Bearer {token.access}"
        request.register_hook("response", partial(self._again, token))  # type: ignore[no-untyped-call]
        return request

    def _again(self, used: Token, response: requests.Response, **kwargs: Any) -> requests.Response:
        # More than once only because other workers can wear a fresh token out before this request is repeated.
        for _ in range(RENEWALS):
            if response.status_code not in self._refused:
                break
            used = self._vault.renew(used, self._fetch)
            response = _repeated(response, used, kwargs)
        return response


def _repeated(response: requests.Response, token: Token, options: dict[str, Any]) -> requests.Response:
    request = response.request.copy()
    request.headers["Authorization"] = f"Bearer {token.access}"
    adapter: HTTPAdapter = response.connection
    again = adapter.send(request, **options)
    again.history.append(response)
    return again


class VendorSession(requests.Session):
    """A session that SDKs accept as logged in (zenpy looks for ``authorized``)."""

    authorized = True


def session(
    adapter: VendorAdapter, auth: AuthBase | None = None, headers: Mapping[str, str] | None = None
) -> VendorSession:
    """Build the session that an SDK is given.

    With ``auth`` set, requests does not look for credentials in a .netrc file.
    """
    built = VendorSession()
    built.mount("https://", adapter)
    built.mount("http://", adapter)
    built.auth = auth
    built.headers.update({"User-Agent": "attune", **(headers or {})})
    return built


def mapped(request: requests.PreparedRequest, base_url: str) -> requests.PreparedRequest:
    """Return the request as it goes over the wire: the same path and query at ``base_url``."""
    if not base_url or (request.url or "").startswith(f"{base_url}/"):
        return request
    parts = urlsplit(request.url or "")
    sent = request.copy()
    sent.url = base_url + str(parts.path) + (f"?{parts.query}" if parts.query else "")
    sent.headers.pop("Host", None)
    return sent


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read ``Retry-After`` in seconds, from a number or a date; ``None`` when absent or unreadable."""
    text = headers.get("Retry-After", "").strip()
    try:
        seconds = float(text) if text[:1].isdigit() else _until(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(0.0, seconds), LONGEST_WAIT_SECONDS)


def _until(text: str) -> float:
    when = parsedate_to_datetime(text)
    return (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def whole(headers: Mapping[str, str], name: str) -> int | None:
    """Read a header that holds a whole number; ``None`` when absent or unreadable."""
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() else None
