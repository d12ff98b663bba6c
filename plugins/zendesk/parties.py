"""Zendesk users and organizations as the core knows people and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.fields import catalogue
from core.model import Account, Level, Person, RecordRef
from plugins.zendesk.settings import MappingSettings

VENDOR = "zendesk"
STAFF = frozenset({"agent", "admin"})
MIRROR = "consent_mirror"


def text(value: Any) -> str | None:
    """Return a value as text, ``None`` when there is none."""
    return str(value) if value not in (None, "") else None


def is_staff(user: Mapping[str, Any]) -> bool:
    """Say whether a user works here."""
    return user.get("role") in STAFF


def person(user: Mapping[str, Any], settings: MappingSettings) -> Person:
    """Return an end user as a person; a mapped objection counts for every purpose."""
    fields = user.get("user_fields") or {}
    objected = text(fields.get(settings.privacy_field)) == settings.privacy_objected
    purposes = sorted({field.purpose for field in catalogue().values()} - {MIRROR})
    return Person(
        ref=RecordRef(VENDOR, Level.PERSON, str(user["id"])),
        name=text(user.get("name")),
        email=text(user.get("email")),
        email_verified=user.get("verified") is True,
        external_id=text(user.get("external_id")),
        crm_id=text(fields.get(settings.crm_id_field)),
        minor=fields.get(settings.minor_field) in (True, "true", "yes"),
        consent=dict.fromkeys(purposes, "objected") if objected else {},
    )


def account(organization: Mapping[str, Any], settings: MappingSettings) -> Account:
    """Return an organization as an account."""
    fields = organization.get("organization_fields") or {}
    return Account(
        ref=RecordRef(VENDOR, Level.ACCOUNT, str(organization["id"])),
        name=text(organization.get("name")),
        domains=tuple(str(domain) for domain in organization.get("domain_names") or ()),
        external_id=text(organization.get("external_id")),
        crm_id=text(fields.get(settings.crm_id_field)),
    )
