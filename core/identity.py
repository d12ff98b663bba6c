"""CORE-7, deterministic half: which keys name one customer in several tools. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.model import Account, Level, Person

# Addresses anybody can have say nothing about a company.
FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "yahoo.co.uk",
        "ymail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "gmx.com",
        "web.de",
        "mail.com",
        "mail.ru",
        "yandex.com",
        "yandex.ru",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "163.com",
        "t-online.de",
        "orange.fr",
        "free.fr",
        "libero.it",
    ]
)
_STRENGTH = ("crm", "external", "email", "domain")


@dataclass(frozen=True, slots=True)
class Key:
    """One name of a customer that several tools share."""

    kind: str
    value: str

    @property
    def strength(self) -> int:
        """0 is the strongest."""
        return _STRENGTH.index(self.kind)


def keys_of(record: Person | Account) -> tuple[Key, ...]:
    """Return the record's keys, strongest first. An unverified e-mail address links nobody."""
    found = _person_keys(record) if isinstance(record, Person) else _account_keys(record)
    return tuple(sorted(set(found), key=lambda key: (key.strength, key.value)))


def company_domain(email: str | None) -> str | None:
    """Return the company's domain behind an e-mail address, or ``None`` for a free-mail address."""
    domain = (email or "").rpartition("@")[2].strip().lower()
    return domain if "." in domain and domain not in FREE_MAIL else None


def level_of(record: Person | Account) -> Level:
    """Return what the record is about."""
    return Level.PERSON if isinstance(record, Person) else Level.ACCOUNT


def _person_keys(person: Person) -> Iterator[Key]:
    yield from _plain(person.crm_id, person.external_id)
    if person.email and person.email_verified:
        yield Key("email", person.email.strip().lower())


def _account_keys(account: Account) -> Iterator[Key]:
    yield from _plain(account.crm_id, account.external_id)
    for domain in account.domains:
        cleaned = company_domain(f"@{domain}")
        if cleaned:
            yield Key("domain", cleaned)


def _plain(crm_id: str | None, external_id: str | None) -> Iterator[Key]:
    if crm_id:
        # Salesforce shows an id with 15 or 18 characters; the first 15 are the id.
        yield Key("crm", crm_id.strip()[:15])
    if external_id:
        yield Key("external", external_id.strip())
