"""PKCE: a code that was stolen on its way is worth nothing without the verifier, which never left us."""

from __future__ import annotations

import base64
import hashlib


def challenge(verifier: str) -> str:
    """Return the public half of a verifier (S256). https://www.rfc-editor.org/rfc/rfc7636#section-4.2"""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
