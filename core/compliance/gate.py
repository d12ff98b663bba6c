"""PRIV-2: 'may we, for this, here, now?' Pure, and 'no' unless every step says yes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.judgement import Decision, Permissions
from core.model import Role

SERVICE, HEALTH, MIRROR = "service_analysis", "health_scoring", "consent_mirror"
EMOTION = frozenset({"message_text", "message_tag", "case_score", "care_alert"})
AGAINST = frozenset({"withdrawn", "objected", "pending"})
MARKETING = "marketing"

# Which classes of data a purpose may touch at all; a pair that is not here is a mismatch.
_CLASSES: dict[str, frozenset[str]] = {
    SERVICE: EMOTION | {"reply_wording"},
    HEALTH: frozenset({"account_aggregate", "case_score", "usage"}),
    MIRROR: frozenset({"consent_mirror"}),
    "emotion_personalisation": frozenset({"message_tag", "contact_data"}),
    "training_data": frozenset({"message_text", "message_tag"}),
    "research_contact": frozenset({"contact_data"}),
    MARKETING: frozenset({"contact_data", "segment"}),
    "goodwill": frozenset({"goodwill_signal", "case_score"}),
}
# Roles that may see a class; the engine itself acts as ``system``.
_ROLES: dict[str, frozenset[str]] = {
    "message_text": frozenset({"system", "agent", "lead", "privacy"}),
    "message_tag": frozenset({"system", "agent", "lead", "privacy"}),
    "reply_wording": frozenset({"system", "agent", "lead"}),
    "case_score": frozenset({"system", "agent", "lead", "csm", "privacy"}),
    "care_alert": frozenset({"system", "lead", "privacy"}),
    "account_aggregate": frozenset({"system", "csm", "executive", "sales", "collections", "lead", "agent", "privacy"}),
    "consent_mirror": frozenset({"system", "agent", "lead", "csm", "sales", "marketing", "privacy", "admin"}),
    "usage": frozenset({"system", "csm", "privacy"}),
    "contact_data": frozenset({"system", "agent", "lead", "csm", "marketing", "privacy"}),
    "segment": frozenset({"system", "marketing", "csm"}),
    "goodwill_signal": frozenset({"system", "lead"}),
}
# Journey stages in which a purpose rests, whatever the choices say.
_RESTS: dict[str, frozenset[str]] = {
    MARKETING: frozenset({"complaint", "bereavement", "dispute", "crisis"}),
    "emotion_personalisation": frozenset({"complaint", "bereavement", "dispute", "crisis"}),
}
_PRESSURE = frozenset({"sell", "upsell", "collect", "price"})
# The mirror shows a person's own choices; keeping it right is a duty, not something to object to.
_DUTIES = {MIRROR: "legal_obligation"}


@dataclass(frozen=True, slots=True)
class Request:
    """One question to the gate."""

    purpose: str
    data_class: str
    role: str
    author: Role | None
    media: str
    action: str
    stage: str | None


def decide(
    purpose: str,
    data_class: str,
    role: str,
    permissions: Permissions,
    *,
    author: Role | None = None,
    media: str = "text",
    action: str = "analyse",
    stage: str | None = None,
) -> Decision:
    """Answer whether ``role`` may use data of a class for a purpose; the first step that says no names why.

    ``author``: who wrote the words in question; ``media``: their kind; ``action``: what is done with the result.
    """
    request = Request(purpose, data_class, role, author, media, action, stage)
    for step in _STEPS:
        code = step(request, permissions)
        if code:
            return Decision(purpose, False, code)
    return Decision(purpose, True, basis=_basis(request, permissions), redact=data_class == "message_text")


def may_write(purpose: str, data_class: str, value: object, permissions: Permissions) -> Decision:
    """Answer for one field at write time. Clearing a field (``None`` or ``False``) is always allowed."""
    if value is None or value is False:
        return Decision(purpose, True, basis="erasure")
    found = decide(purpose, data_class, "system", permissions, action="write")
    if found.code in {"NOT_PERMITTED", "MINOR"}:
        return Decision(purpose, False, "CONSENT_WITHDRAWN_BEFORE_WRITE")
    return found


def for_account(permissions: Permissions) -> Decision:
    """Answer for an account as a whole: one person's own 'no' leaves out that person's words, not the account."""
    found = decide(HEALTH, "account_aggregate", "system", permissions)
    if found.code not in {"NOT_PERMITTED", "MINOR"}:
        return found
    return decide(HEALTH, "account_aggregate", "system", replace(permissions, choices={}, minor=False))


def _prohibited(request: Request, _: Permissions) -> str:
    if request.media != "text":
        return "BIOMETRIC_INPUT_REFUSED"
    if request.author is not None and request.author is not Role.CUSTOMER and request.data_class in EMOTION:
        return "WORKER_EMOTION_REFUSED"
    if request.action in _PRESSURE and request.data_class in EMOTION:
        return "EXPLOITATIVE_RULE_REFUSED"
    if request.data_class == "goodwill_signal" and request.purpose != "goodwill":
        return "PURPOSE_MISMATCH"
    return ""


def _minor(request: Request, permissions: Permissions) -> str:
    return "MINOR" if permissions.minor and request.purpose not in _DUTIES else ""


def _special(request: Request, _: Permissions) -> str:
    return "SPECIAL_CATEGORY" if request.data_class == "special_category" else ""


def _objection(request: Request, permissions: Permissions) -> str:
    if request.purpose in _DUTIES:
        return ""
    choices = {permissions.choices.get(name) for name in (request.purpose, "all")}
    return "NOT_PERMITTED" if choices & AGAINST else ""


def _lawful(request: Request, permissions: Permissions) -> str:
    basis = _basis(request, permissions)
    if not basis:
        return "NO_BASIS"
    if basis == "consent" and permissions.choices.get(request.purpose) != "granted":
        return "NOT_PERMITTED"
    return "" if request.data_class in _CLASSES.get(_family(request.purpose), ()) else "PURPOSE_MISMATCH"


def _stage(request: Request, _: Permissions) -> str:
    return "PURPOSE_MISMATCH" if request.stage in _RESTS.get(_family(request.purpose), ()) else ""


def _role(request: Request, _: Permissions) -> str:
    return "" if request.role in _ROLES.get(request.data_class, ()) else "PURPOSE_MISMATCH"


def _region(_: Request, permissions: Permissions) -> str:
    return "" if permissions.region_ok else "REGION_PINNED"


def _basis(request: Request, permissions: Permissions) -> str:
    return _DUTIES.get(request.purpose) or permissions.bases.get(request.purpose, "")


def _family(purpose: str) -> str:
    return MARKETING if purpose.startswith(MARKETING) else purpose


# The order is the rule's own: what is never allowed comes before what a person may choose.
_STEPS: tuple[Callable[[Request, Permissions], str], ...] = (
    _prohibited,
    _minor,
    _special,
    _objection,
    _lawful,
    _stage,
    _role,
    _region,
)
