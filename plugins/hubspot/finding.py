"""Finds HubSpot contacts and companies that carry a wanted key: one search for up to 100 customers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.nouns import OBJECTS
from core.model import Account, Level, Person
from core.ports import Found, LinkKeys
from plugins.hubspot import parties
from plugins.hubspot.fieldbook import FieldBook
from plugins.hubspot.settings import MappingSettings

MOST = 100
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
Values = Mapping[str, list[str]]


def find(
    client: HubSpotClient, book: FieldBook, settings: MappingSettings, level: Level, wanted: Sequence[LinkKeys]
) -> list[Found]:
    """See ``core.ports.VendorPlugin.find``."""
    found: list[Found] = []
    for start in range(0, len(wanted), MOST):
        some = wanted[start : start + MOST]
        groups = _groups(_values(settings, level, some), book)
        if not groups:
            continue
        names = settings.person_properties if level is Level.PERSON else settings.account_properties
        records = client.search(OBJECTS[level], groups, book.known(names), limit=10 * MOST)
        found += _matched(settings, level, some, records)
    return found


def long_id(crm_id: str) -> str:
    """Return the 18-character form of a Salesforce id: three letters tell which of the 15 are upper case.

    https://help.salesforce.com/s/articleView?id=000385585&type=1
    """
    if len(crm_id) != 15:
        return crm_id
    chunks = (crm_id[start : start + 5] for start in (0, 5, 10))
    return crm_id + "".join(
        LETTERS[sum(1 << place for place, letter in enumerate(chunk) if "A" <= letter <= "Z")] for chunk in chunks
    )


def _values(settings: MappingSettings, level: Level, wanted: Sequence[LinkKeys]) -> Values:
    """Return the searched values by property."""
    person = level is Level.PERSON
    crm = settings.person_crm_id_property if person else settings.account_crm_id_property
    crm_ids = [form for keys in wanted if keys.crm_id for form in (keys.crm_id, long_id(keys.crm_id))]
    found = {crm: crm_ids, settings.external_id_property: [keys.external_id for keys in wanted if keys.external_id]}
    if person:
        found["email"] = [keys.email for keys in wanted if keys.email]
    else:
        found["domain"] = [domain for keys in wanted for domain in keys.domains]
    return found


def _groups(values: Values, book: FieldBook) -> list[dict[str, Any]]:
    # The values of IN have to be in lower case; HubSpot then compares texts without regard to case.
    # https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm
    wanted = {name: sorted({value.lower() for value in listed}) for name, listed in values.items() if name}
    return [
        {"filters": [{"propertyName": name, "operator": "IN", "values": listed}]}
        for name, listed in wanted.items()
        if listed and name in book.names
    ]


def _matched(
    settings: MappingSettings, level: Level, wanted: Sequence[LinkKeys], records: Iterable[Mapping[str, Any]]
) -> Iterator[Found]:
    """Pair the records with the keys that they carry, upper and lower case told apart where it counts."""
    for record in records:
        read: Person | Account
        read = parties.person(record, settings) if level is Level.PERSON else parties.account(record, settings)
        yield from (Found(keys.key, read) for keys in wanted if _carries(read, keys))


def _carries(record: Person | Account, keys: LinkKeys) -> bool:
    if keys.crm_id and record.crm_id and record.crm_id[:15] == keys.crm_id[:15]:
        return True
    if keys.external_id and record.external_id == keys.external_id:
        return True
    if isinstance(record, Person):
        return bool(keys.email and record.email) and str(record.email).lower() == str(keys.email).lower()
    return bool(set(record.domains) & {domain.lower() for domain in keys.domains})
