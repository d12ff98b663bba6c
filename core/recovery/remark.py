"""The private remark: why a case was flagged, in plain words, with quotes, version and how to disagree."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from core.model import Reason
from core.reasons import words

MAX_REASONS = 3
MAX_QUOTE = 120
_CARE = "SAFETY_SIGNAL"


def reference(case_id: str, flag: str, turn_id: str) -> str:
    """Return the short code at the end of the remark, the same for the same case, flag and message."""
    digest = hashlib.sha256(f"{case_id}|{flag}|{turn_id}".encode()).hexdigest()[:10]
    return f"attune-{digest}"


def text(flag: str, distress: int | None, reasons: Sequence[Reason], rule_version: str, ref: str) -> str:
    """Return the remark's text. It speaks of messages and facts, never of what a person feels."""
    level = f"Attune marks this case {flag}" + (f" (distress {distress} of 100)." if distress is not None else ".")
    lines = [level, "", "Why:", *(_line(reason) for reason in reasons[:MAX_REASONS])]
    if any(reason.code == _CARE for reason in reasons):
        lines += ["", "Please follow the care protocol. A person decides; nothing was concluded about the customer."]
    lines += [
        "",
        "This is advice from reading the text, not a decision. If it is wrong, press 'Disagree' in the Attune "
        "panel or tell your admin; the label is then corrected and the case is read by a person.",
        f"Rules {rule_version} · [{ref}]",
    ]
    return "\n".join(lines)


def _line(reason: Reason) -> str:
    said = words(reason.code)
    place = f" (message {reason.message + 1})" if reason.message is not None else ""
    # A care signal is never quoted: the remark is read by more people than need to know.
    if not reason.evidence or reason.code == _CARE:
        return f"- {said}{place}"
    return f"- {said}: “{reason.evidence[:MAX_QUOTE]}”{place}"
