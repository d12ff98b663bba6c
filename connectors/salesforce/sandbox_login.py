"""The Salesforce sandbox's login: an assertion is checked in shape, time and signature.

https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from flask import Response, jsonify

from connectors.salesforce.sandbox_org import INSTANCE

CONSUMER_KEY = "3MVG9sandboxattune"
CONSUMER_SECRET = "sandbox-consumer-secret"
USERNAME = "attune@sandbox.example"
ADDRESS = "https://login.salesforce.com"
AUDIENCES = frozenset({ADDRESS, "https://test.salesforce.com", INSTANCE})
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LONGEST_SECONDS = 180


def refusal(form: Mapping[str, str], clocks: Sequence[datetime]) -> Response | None:
    """Return why a login is refused, ``None`` when it is good.

    ``clocks``: the sandbox's clock may have been moved while the caller's was not: either may be right.
    """
    if form.get("grant_type") != GRANT:
        return _refused("unsupported_grant_type", "grant type not supported")
    claims = _claims(form.get("assertion", ""))
    if claims is None:
        return _refused("invalid_grant", "invalid assertion")
    if claims.get("iss") != CONSUMER_KEY:
        return _refused("invalid_client_id", "client identifier invalid")
    if claims.get("sub") != USERNAME or claims.get("aud") not in AUDIENCES:
        return _refused("invalid_grant", "user hasn't approved this consumer")
    expires = claims.get("exp")
    timely = isinstance(expires, int) and any(0 < expires - now.timestamp() <= LONGEST_SECONDS for now in clocks)
    return None if timely else _refused("invalid_grant", "expired authorization code")


def not_approved() -> Response:
    """Answer as for a user whom the org's admin has not allowed the app."""
    return _refused("invalid_grant", "user is not admin approved to access this app")


def invalid_grant(description: str) -> Response:
    """Answer as for a code that does not fit."""
    return _refused("invalid_grant", description)


def invalid_client() -> Response:
    """Answer as for an app that is not known, or whose secret is wrong."""
    return _refused("invalid_client_id", "client identifier invalid")


def invalid_token() -> Response:
    """Answer as for a token that is dead already."""
    return _refused("invalid_token", "invalid token")


def private_key() -> str:
    """Return the key (PEM) whose certificate the org's app holds."""
    pem = _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode()


def _claims(assertion: str) -> dict[str, Any] | None:
    signed, _, signature = assertion.rpartition(".")
    try:
        _key().public_key().verify(_decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        header, claims = (json.loads(_decoded(part)) for part in signed.split("."))
    except (ValueError, InvalidSignature):
        return None
    return claims if header.get("alg") == "RS256" else None


@cache
def _key() -> rsa.RSAPrivateKey:
    """Return this process's key: making one takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _refused(code: str, description: str) -> Response:
    answer = jsonify({"error": code, "error_description": description})
    answer.status_code = 400
    return answer


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
