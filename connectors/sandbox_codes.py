"""Authorization codes of the sandboxes: good once, for a short while, for one redirect address and one verifier.

https://www.rfc-editor.org/rfc/rfc6749#section-4.1, https://www.rfc-editor.org/rfc/rfc7636
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, redirect, render_template_string

LIVES = timedelta(minutes=2)
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ vendor }} sandbox</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>body{font:16px/1.5 sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}
a{display:inline-block;padding:.6rem 1.2rem;margin-right:1rem;border:1px solid #444;border-radius:4px;color:#111}
</style></head><body><main><h1>{{ vendor }} (sandbox): allow Attune access?</h1>
<p>Attune asks for:</p><ul>{% for one in scopes %}<li>{{ one }}</li>{% endfor %}</ul>
<p><a id="allow" href="{{ allow }}">Allow</a> <a id="deny" href="{{ deny }}">Deny</a></p></main></body></html>"""


@dataclass(frozen=True, slots=True)
class _Issued:
    redirect_uri: str
    challenge: str
    scopes: tuple[str, ...]
    ends: datetime


class Codes:
    """The codes that a sandbox has given out."""

    def __init__(self) -> None:
        self._issued: dict[str, _Issued] = {}

    def issue(self, asked: Mapping[str, str], scopes: tuple[str, ...], now: datetime) -> str:
        """Give out a code for a request to the authorize page."""
        code = uuid.uuid4().hex
        self._issued[code] = _Issued(asked["redirect_uri"], asked.get("code_challenge", ""), scopes, now + LIVES)
        return code

    def redeem(self, given: Mapping[str, Any], now: datetime) -> tuple[str, ...] | None:
        """Use a code up: the scopes behind it, ``None`` when anything about it is wrong."""
        issued = self._issued.pop(str(given.get("code")), None)
        if issued is None or issued.ends <= now or given.get("redirect_uri") != issued.redirect_uri:
            return None
        if issued.challenge and issued.challenge != _challenge(str(given.get("code_verifier") or "")):
            return None
        return issued.scopes


def is_address(text: str) -> bool:
    """Say whether a redirect address is absolute and by HTTPS, or on this machine."""
    parts = urlsplit(text)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))


def answered(asked: Mapping[str, str], **values: str) -> str:
    """Return the address that brings the answer back."""
    query = urlencode({**values, **({"state": asked["state"]} if "state" in asked else {})})
    return f"{asked['redirect_uri']}{'&' if '?' in asked['redirect_uri'] else '?'}{query}"


def page(vendor: str, scopes: tuple[str, ...], allow: str, deny: str, *, ask: bool) -> Response:
    """Send the admin back at once or, with ``ask``, after a click."""
    if not ask:
        sent: Response = redirect(allow)  # type: ignore[assignment]
        return sent
    return Response(render_template_string(PAGE, vendor=vendor, scopes=scopes, allow=allow, deny=deny))


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
