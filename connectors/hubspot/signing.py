"""How HubSpot signs what it sends: webhooks, and the requests of its cards."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

SKEW = timedelta(seconds=300)
SIGNATURE = "x-hubspot-signature-v3"
TIMESTAMP = "x-hubspot-request-timestamp"
# The characters that HubSpot signs decoded.
# https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
DECODED: Mapping[str, str] = {
    "%3A": ":",
    "%2F": "/",
    "%3F": "?",
    "%40": "@",
    "%21": "!",
    "%24": "$",
    "%27": "'",
    "%28": "(",
    "%29": ")",
    "%2A": "*",
    "%2C": ",",
    "%3B": ";",
}
ENCODED = re.compile("|".join(DECODED), re.IGNORECASE)
MILLISECONDS = re.compile(r"[0-9]{1,14}", re.ASCII)


def signature(secret: str, method: str, uri: str, body: bytes, timestamp: str) -> str:
    """Return what HubSpot sends: base64 of HMAC-SHA256 over method, public address, raw body and timestamp."""
    signed = method.encode() + uri.encode("utf-8", "replace") + body + timestamp.encode("utf-8", "replace")
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def spellings(url: str) -> tuple[str, str]:
    """Return an address as HubSpot may have signed it: decoded as documented, and as it was called.

    HubSpot's own Node client checks against the address as called; the two differ only in an encoded query.
    """
    return ENCODED.sub(lambda found: DECODED[found.group().upper()], url), url


def is_signed(secrets: Iterable[str], method: str, url: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Say whether a live secret signed this; ``headers`` in lower case. The age is not looked at."""
    stamp, given = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    # Every live secret is tried, so that the time taken does not tell which one fits.
    wanted = [signature(secret, method, uri, body, stamp) for secret in secrets if secret for uri in spellings(url)]
    matches = [hmac.compare_digest(given.encode("utf-8", "replace"), one.encode()) for one in wanted]
    return moment(stamp) is not None and any(matches)


def is_fresh(headers: Mapping[str, str], now: datetime) -> bool:
    """Say whether the request is at most 300 s off, either way."""
    sent_at = moment(headers.get(TIMESTAMP, ""))
    return sent_at is not None and abs(now - sent_at) <= SKEW


def moment(value: object) -> datetime | None:
    """Read milliseconds since 1970; ``None`` for anything else."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not MILLISECONDS.fullmatch(text):
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(text))
