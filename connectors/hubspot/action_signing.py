"""How HubSpot signs the requests of workflow actions: version 2, a plain hash without a time.

https://developers.hubspot.com/docs/api-reference/automation-actions-v4-v4/custom-action-guide
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping

from connectors.hubspot.signing import spellings

SIGNATURE_V2 = "x-hubspot-signature"


def signature_v2(secret: str, method: str, uri: str, body: bytes) -> str:
    """Return what HubSpot sends: hex of SHA-256 over secret, method, public address and raw body."""
    signed = secret.encode() + method.encode() + uri.encode("utf-8", "replace") + body
    return hashlib.sha256(signed).hexdigest()


def is_signed_v2(secrets: Iterable[str], method: str, url: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Say whether a live secret signed this; ``headers`` in lower case."""
    given = headers.get(SIGNATURE_V2, "").encode("utf-8", "replace")
    # Every live secret is tried, so that the time taken does not tell which one fits.
    wanted = [signature_v2(secret, method, uri, body) for secret in secrets if secret for uri in spellings(url)]
    matches = [hmac.compare_digest(given, one.encode()) for one in wanted]
    return any(matches)
