"""Who is looking: Zendesk's signed address proves the user on the first load of a page.

Zendesk posts a form field ``token``, a JWT signed with the app's own key (RS256), once; after that our bearer counts.
https://developer.zendesk.com/documentation/apps/build-an-app/building-a-server-side-app/part-5-secure-the-app/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import jwt

from core.errors import RejectedError
from core.roles import Reader, role_of
from core.store.bearer import SIGN_IN
from core.store.installations import Installation

VENDOR = "zendesk"
SUBDOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
USER = re.compile(r"[0-9]{1,20}", re.ASCII)
CLOCKS_DIFFER_SECONDS = 60
MAX_TOKEN = 8_000


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Who may see what through the app. Help texts stand in the vendor's manifest."""

    public_key: str = ""
    app_installation_id: str = ""
    default_role: str = "agent"
    roles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> AccessSettings:
        """Take the options that are ours."""
        return cls(**{entry.name: options[entry.name] for entry in fields(cls) if entry.name in options})


def subdomain(token: str) -> str:
    """Return the account that a token says it is from, NOT yet proved: it only says whose key to try."""
    try:
        claims = jwt.decode(token[:MAX_TOKEN], options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return ""
    return _subdomain(claims.get("iss"))


def reader(token: str, installation: Installation, now: datetime) -> Reader:
    """Return the user that a token proves; raise ``RejectedError`` SIGN_IN for anything doubtful."""
    settings = AccessSettings.from_options(installation.options)
    if not settings.public_key or not settings.app_installation_id or len(token) > MAX_TOKEN:
        raise RejectedError(SIGN_IN)
    claims = _claims(token, settings, installation.account_ref)
    if _subdomain(claims["iss"]) != installation.account_ref or not _in_time(claims, now):
        raise RejectedError(SIGN_IN)
    user = _user(claims["sub"], installation.account_ref)
    role = role_of(installation.options, user, AccessSettings().default_role)
    return Reader(installation.tenant, installation.id, VENDOR, user, role)


def _claims(token: str, settings: AccessSettings, account: str) -> dict[str, Any]:
    audience = f"https://{account}.zendesk.com/api/v2/apps/installations/{settings.app_installation_id}.json"
    # Times are checked against our own clock below.
    checks = {"require": ["exp", "aud", "iss", "sub"], "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            settings.public_key,
            algorithms=["RS256"],
            audience=audience,
            options=checks,  # type: ignore[arg-type]
        )
    except (jwt.InvalidTokenError, jwt.InvalidKeyError, ValueError):
        raise RejectedError(SIGN_IN) from None
    return claims


def _in_time(claims: Mapping[str, Any], now: datetime) -> bool:
    ends, begins = claims["exp"], claims.get("nbf", 0)
    if not isinstance(ends, int | float) or not isinstance(begins, int | float):
        return False
    return begins - CLOCKS_DIFFER_SECONDS <= now.timestamp() < ends


def _subdomain(issuer: object) -> str:
    """Return the account of ``acme.zendesk.com`` or ``https://acme.zendesk.com``; nothing for anything else."""
    host = str(issuer).removeprefix("https://").removesuffix("/") if isinstance(issuer, str) else ""
    name = host.removesuffix(".zendesk.com")
    return name if name != host and SUBDOMAIN.fullmatch(name) else ""


def _user(subject: object, account: str) -> str:
    """Return the user id of ``.../api/v2/users/<id>.json`` at the same account, or of a plain id."""
    text = str(subject) if isinstance(subject, str | int) and not isinstance(subject, bool) else ""
    user = text.removeprefix(f"https://{account}.zendesk.com/api/v2/users/").removesuffix(".json")
    if not USER.fullmatch(user):
        raise RejectedError(SIGN_IN)
    return user
