"""Finds contacts and accounts that carry one of the wanted keys, many keys in one query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from connectors.salesforce.nouns import full_id, is_id
from connectors.salesforce.soql import soql
from core.model import Account, Level, Person
from core.ports import Found, LinkKeys
from plugins.salesforce import parties
from plugins.salesforce.lookup import Lookup

# A query travels in the address, of which Salesforce reads 16,384 bytes.
# https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm
MOST = 50
PREFIXES: Mapping[Level, str] = {Level.PERSON: "003", Level.ACCOUNT: "001"}


class Finder:
    """Finds records in one org."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup, self._settings = lookup, lookup.settings

    def find(self, level: Level, wanted: Sequence[LinkKeys]) -> list[Found]:
        """See ``core.ports.VendorPlugin.find``: one query for 50 customers."""
        found: list[Found] = []
        for start in range(0, len(wanted), MOST):
            chunk = wanted[start : start + MOST]
            found += _matched(chunk, self._records(level, chunk))
        return found

    def _records(self, level: Level, wanted: Sequence[LinkKeys]) -> list[Person | Account]:
        fields = self._lookup.contact_fields if level is Level.PERSON else self._lookup.account_fields
        has_key = self._settings.external_id_field in fields()
        conditions = _conditions(level, wanted, self._settings.external_id_field if has_key else "")
        if not conditions:
            return []
        sobject = "Contact" if level is Level.PERSON else "Account"
        rows = self._lookup.select(_query(fields, sobject, conditions), "search")
        make: Callable[..., Person | Account] = parties.person if level is Level.PERSON else parties.account
        return [make(row, self._settings) for row in rows]


def _query(fields: Callable[..., list[str]], sobject: str, conditions: list[str]) -> Callable[[bool], str]:
    shape = "SELECT {:literal} FROM {:literal} WHERE {:literal}"
    return lambda fresh: soql(shape, ", ".join(fields(fresh=fresh)), sobject, " OR ".join(conditions))


def _conditions(level: Level, wanted: Sequence[LinkKeys], external: str) -> list[str]:
    prefix = PREFIXES[level]
    ids = _some(full_id(keys.crm_id.strip()) for keys in wanted if keys.crm_id and is_id(keys.crm_id.strip(), prefix))
    found = [soql("Id IN {}", ids)] if ids else []
    externals = _some(keys.external_id for keys in wanted if keys.external_id)
    if externals and external:
        found.append(soql("{:literal} IN {}", external, externals))
    emails = _some(keys.email.lower() for keys in wanted if keys.email)
    if emails and level is Level.PERSON:
        found.append(soql("Email IN {}", emails))
    if level is Level.ACCOUNT:
        domains = _some(domain.lower() for keys in wanted for domain in keys.domains)
        found += [soql("Website LIKE '%{:like}%'", domain) for domain in domains]
    return found


def _matched(wanted: Sequence[LinkKeys], records: Iterable[Person | Account]) -> list[Found]:
    """Give each customer the records that carry a key of theirs; only whole domains count."""
    index: dict[tuple[str, str], str] = {}
    for keys in reversed(wanted):
        index.update(dict.fromkeys(_names(keys.crm_id, keys.external_id, keys.email, keys.domains), keys.key))
    hits = []
    for record in records:
        names = _names(
            record.crm_id, record.external_id, getattr(record, "email", None), getattr(record, "domains", ())
        )
        key = next((index[name] for name in names if name in index), None)
        if key is not None:
            hits.append(Found(key, record))
    return hits


def _names(crm: str | None, external: str | None, email: str | None, domains: Iterable[str]) -> list[tuple[str, str]]:
    """Return keys in a form that compares, the strongest first."""
    plain = {"crm": (crm or "").strip()[:15], "external": (external or "").lower(), "email": (email or "").lower()}
    return [*((kind, value) for kind, value in plain.items() if value), *(("domain", d.lower()) for d in domains)]


def _some(values: Iterable[str]) -> list[str]:
    return sorted(set(values))
