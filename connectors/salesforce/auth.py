"""Salesforce's JWT bearer flow: a short assertion signed with our key buys an access token; there is no refresh token.

https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from connectors.salesforce.settings import ConnectionSettings
from core.errors import ConfigurationError, GrantRefusedError
from core.ports import Clock, Token

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Salesforce allows three minutes; the clocks need not agree to the second.
LIFE = timedelta(minutes=2)
AGAIN = "Salesforce does not accept this installation's key: check the app's certificate, user and permission."


def assertion(*, key: str, issuer: str, subject: str, audience: str, now: datetime) -> str:
    """Return the signed assertion (RS256); raise ``ConfigurationError`` when the private key cannot be read."""
    claims = {"iss": issuer, "sub": subject, "aud": audience, "exp": int((now + LIFE).timestamp())}
    signed = ".".join(_part(part) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
    signature = _private(key).sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_encoded(signature)}"


def renewal(wire: requests.Session, settings: ConnectionSettings, clock: Clock) -> Callable[[Token], Token]:
    """Return the function that a vault calls, once for all workers, to get a new token.

    It raises ``GrantRefusedError`` when Salesforce refuses the assertion, ``RetryLaterError`` when it is away.
    """

    def fetch(stale: Token) -> Token:
        extra = {**stale.extra}
        given = assertion(
            key=settings.private_key or extra.get("private_key", ""),
            issuer=settings.consumer_key or extra.get("client_id", ""),
            subject=settings.username or extra.get("username", ""),
            audience=settings.login_url,
            now=clock.now(),
        )
        order = {"grant_type": GRANT, "assertion": given}
        return _read(wire.post(f"{settings.login_url}/services/oauth2/token", data=order), stale)

    return fetch


def _read(response: requests.Response, stale: Token) -> Token:
    if response.status_code >= 400:
        raise GrantRefusedError(AGAIN)
    given: dict[str, Any] = response.json()
    # The answer's "id" is an address that ends in /<organisation>/<user>.
    # https://help.salesforce.com/s/articleView?id=sf.remoteaccess_using_openid.htm
    user = str(given.get("id") or "").rpartition("/")[2]
    extra = {**stale.extra, "instance_url": str(given["instance_url"]), "user_id": user}
    return Token(str(given["access_token"]), "", None, stale.generation + 1, extra)


def _private(pem: str) -> rsa.RSAPrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        raise ConfigurationError("The private key of this Salesforce installation cannot be read.") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ConfigurationError("The private key of this Salesforce installation is no RSA key.")
    return key


def _part(part: dict[str, Any]) -> str:
    return _encoded(json.dumps(part, separators=(",", ":")).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
