"""PRIV-5: the audit hash chain. Each row's hash covers the row before it, so no row can change unseen."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any

GENESIS = "0" * 64
PSEUDONYM_LENGTH = 32


def canonical(entry: Mapping[str, Any]) -> bytes:
    """Return the entry as JSON that is the same for equal content: sorted keys, no spaces, UTF-8."""
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def pseudonym(subject: str, key: bytes) -> str:
    """Return the keyed stand-in of a subject; without the key it leads back to nobody."""
    return hmac.new(key, subject.encode("utf-8"), hashlib.sha256).hexdigest()[:PSEUDONYM_LENGTH]


def link(prev_hash: str, entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry that follows the row with ``prev_hash``."""
    return hashlib.sha256(prev_hash.encode("ascii") + b"\n" + canonical(entry)).hexdigest()


def first_break(
    rows: Iterable[tuple[int, Mapping[str, Any], str]], prev_hash: str = GENESIS, first_seq: int | None = None
) -> int | None:
    """Return the number of the first row ``(seq, entry, hash)`` that does not follow from the one before.

    A missing row is a break at the row after the gap. ``prev_hash`` and ``first_seq`` continue an earlier check.
    """
    expected = first_seq
    for seq, entry, stored in rows:
        wanted = link(prev_hash, entry)
        if (expected is not None and seq != expected) or not hmac.compare_digest(wanted, stored):
            return seq
        prev_hash, expected = stored, seq + 1
    return None
