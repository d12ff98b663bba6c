"""Salesforce contacts and accounts as the core knows people and accounts, and the fields read for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from core.fields import catalogue
from core.model import Account, Level, Person, RecordRef
from plugins.salesforce.fieldbook import Page
from plugins.salesforce.settings import MappingSettings

VENDOR = "salesforce"
MIRROR = "consent_mirror"
OBJECTION = "HasOptedOutProfiling"


def text(value: Any) -> str | None:
    """Return a value as text, ``None`` when there is none."""
    return str(value) if value not in (None, "") else None


def yes(value: Any) -> bool:
    """Read a checkbox; SOAP writes it as a word."""
    return value is True or str(value).lower() in ("true", "1")


def contact_fields(page: Page, settings: MappingSettings) -> list[str]:
    """Return what is read of a contact, as far as the org has it."""
    mapped = [name for name in (settings.external_id_field, settings.minor_field) if name]
    found = page.having(["Id", "Name", "Email", "EmailBouncedDate", "AccountId", *mapped])
    # Individual is there only where data protection is switched on.
    # https://help.salesforce.com/s/articleView?id=sf.individuals_data_privacy_records_setup.htm
    return [*found, f"Individual.{OBJECTION}"] if "Individual" in page.parents else found


def account_fields(page: Page, settings: MappingSettings) -> list[str]:
    """Return what is read of an account, as far as the org has it."""
    mapped = [name for name in (settings.external_id_field, *settings.signals.values()) if name]
    return page.having(dict.fromkeys(["Id", "Name", "Website", "OwnerId", *mapped]))


def person(contact: Mapping[str, Any], settings: MappingSettings) -> Person:
    """Return a contact as a person; an opt-out of profiling counts for every purpose.

    The address is one that staff keep: it counts as verified until mail to it bounces.
    """
    objected = yes((contact.get("Individual") or {}).get(OBJECTION))
    purposes = sorted({field.purpose for field in catalogue().values()} - {MIRROR})
    return Person(
        ref=RecordRef(VENDOR, Level.PERSON, str(contact["Id"])),
        name=text(contact.get("Name")),
        email=text(contact.get("Email")),
        email_verified=bool(contact.get("Email")) and not contact.get("EmailBouncedDate"),
        external_id=text(contact.get(settings.external_id_field)),
        crm_id=str(contact["Id"]),
        minor=yes(contact.get(settings.minor_field)),
        consent=dict.fromkeys(purposes, "objected") if objected else {},
    )


def account(record: Mapping[str, Any], settings: MappingSettings) -> Account:
    """Return an account with its mapped health inputs."""
    found = domain(record.get("Website"))
    given = {name: _score(record.get(field)) for name, field in settings.signals.items()}
    return Account(
        ref=RecordRef(VENDOR, Level.ACCOUNT, str(record["Id"])),
        name=text(record.get("Name")),
        domains=(found,) if found else (),
        external_id=text(record.get(settings.external_id_field)),
        crm_id=str(record["Id"]),
        owner_id=text(record.get("OwnerId")),
        signals={name: value for name, value in given.items() if value is not None},
    )


def domain(website: Any) -> str | None:
    """Return the domain of a website field, which may hold an address with or without its parts."""
    words = str(website or "").strip().lower()
    try:
        host = urlsplit(words if "//" in words else f"//{words}").hostname or ""
    except ValueError:
        return None
    found = host.removeprefix("www.").rstrip(".")
    return found if "." in found else None


def _score(value: Any) -> float | None:
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else -1.0
    return number if 0 <= number <= 100 else None
