"""HubSpot contacts and companies as the core knows people and accounts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.hubspot.nouns import number
from core.fields import catalogue
from core.model import Account, Level, Person, RecordRef
from plugins.hubspot.settings import MappingSettings

VENDOR = "hubspot"
MIRROR = "consent_mirror"
YES = frozenset({"true", "yes", "1"})


def text(value: Any) -> str | None:
    """Return a value as text, ``None`` when there is none."""
    return str(value) if value not in (None, "") else None


def moment(value: Any) -> datetime | None:
    """Read a time of the API; ``None`` when unreadable."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else None


def person(contact: Mapping[str, Any], settings: MappingSettings) -> Person:
    """Return a contact as a person; a mapped objection counts for every purpose."""
    held = contact["properties"]
    objected = text(held.get(settings.privacy_property)) == settings.privacy_objected
    purposes = sorted({field.purpose for field in catalogue().values()} - {MIRROR})
    email = text(held.get("email"))
    return Person(
        ref=RecordRef(VENDOR, Level.PERSON, str(contact["id"])),
        name=text(" ".join(str(held[part]) for part in ("firstname", "lastname") if held.get(part))),
        email=email,
        email_verified=bool(email) and settings.email_is_verified,
        external_id=text(held.get(settings.external_id_property)),
        crm_id=text(held.get(settings.person_crm_id_property)),
        minor=str(held.get(settings.minor_property) or "").lower() in YES,
        consent=dict.fromkeys(purposes, "objected") if objected else {},
    )


def account(company: Mapping[str, Any], settings: MappingSettings) -> Account:
    """Return a company as an account. A health input that is empty or no number is unknown, not 0."""
    held = company["properties"]
    inputs = {component: number(held.get(name)) for component, name in settings.signals.items()}
    domain = text(held.get("domain"))
    return Account(
        ref=RecordRef(VENDOR, Level.ACCOUNT, str(company["id"])),
        name=text(held.get("name")),
        domains=(domain.lower(),) if domain else (),
        external_id=text(held.get(settings.external_id_property)),
        crm_id=text(held.get(settings.account_crm_id_property)),
        owner_id=text(held.get("hubspot_owner_id")),
        signals={component: value for component, value in inputs.items() if value is not None and 0 <= value <= 100},
    )
