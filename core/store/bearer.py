"""The short bearer that a page gets after its vendor has proved who is looking: sealed by us, no cookie."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from core.errors import RejectedError
from core.roles import Reader
from core.store.seal import Seal

LIVES = timedelta(minutes=30)
# A page may renew its bearer while it is open; after a working day the vendor has to say again who it is.
LONGEST = timedelta(hours=12)
SIGN_IN = "SIGN_IN"
_PURPOSE = b"attune bearer 1"
MAX_CHARS = 2_000


def issue(seal: Seal, reader: Reader, now: datetime, since: datetime | None = None) -> str:
    """Return a bearer for a reader who was proved at ``since`` (default: now)."""
    body = asdict(reader) | {"since": (since or now).timestamp(), "until": (now + LIVES).timestamp()}
    payload = base64.urlsafe_b64encode(json.dumps(body, separators=(",", ":")).encode())
    return f"{payload.decode()}.{_mac(seal, payload)}"


def open_bearer(seal: Seal, bearer: str, now: datetime) -> tuple[Reader, datetime]:
    """Return the reader and when the vendor proved it; raise ``RejectedError`` SIGN_IN for anything doubtful."""
    payload, dot, mac = bearer.partition(".")
    if not dot or len(bearer) > MAX_CHARS or not bearer.isascii():
        raise RejectedError(SIGN_IN)
    if not hmac.compare_digest(mac.encode(), _mac(seal, payload.encode()).encode()):
        raise RejectedError(SIGN_IN)
    body = _read(payload)
    since = datetime.fromtimestamp(body.pop("since"), tz=now.tzinfo)
    if now.timestamp() >= body.pop("until") or now - since >= LONGEST:
        raise RejectedError(SIGN_IN)
    return Reader(**body), since


def _read(payload: str) -> dict[str, Any]:
    try:
        body: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload))
    except (binascii.Error, ValueError):
        raise RejectedError(SIGN_IN) from None
    return body


def _mac(seal: Seal, payload: bytes) -> str:
    key = hmac.new(seal.pepper, _PURPOSE, hashlib.sha256).digest()
    return hmac.new(key, payload, hashlib.sha256).hexdigest()
