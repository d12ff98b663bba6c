"""Zendesk's people and accounts by id, or by the keys under which other tools know them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectors.zendesk.client import ZendeskClient
from core.model import Account, Level, Person
from core.ports import Found, LinkKeys
from plugins.zendesk import parties
from plugins.zendesk.settings import MappingSettings

# Zendesk's search does not know an organization's domains: the list is read instead, up to this many pages of 100.
ORGANIZATION_PAGES = 50


class Finder:
    """Looks records up in one installation."""

    def __init__(self, client: ZendeskClient, settings: MappingSettings) -> None:
        self._client, self._settings = client, settings

    def people(self, ids: Sequence[str]) -> list[Person]:
        """Read end users by id."""
        users = self._client.show_many("users", _numbers(ids)).values()
        return [parties.person(user, self._settings) for user in users if not parties.is_staff(user)]

    def accounts(self, ids: Sequence[str]) -> list[Account]:
        """Read organizations by id."""
        found = self._client.show_many("organizations", _numbers(ids)).values()
        return [parties.account(organization, self._settings) for organization in found]

    def find(self, level: Level, wanted: Sequence[LinkKeys]) -> list[Found]:
        """Find records by external id first, then by what else is known."""
        if level is Level.PERSON:
            return self._find_people(wanted)
        return self._find_accounts(wanted) if level is Level.ACCOUNT else []

    def _find_people(self, wanted: Sequence[LinkKeys]) -> list[Found]:
        users = self._client.by_external_ids("users", _known(keys.external_id for keys in wanted))
        users += self._client.search_users("email", _known(keys.email for keys in wanted))
        if self._settings.crm_id_field:
            users += self._client.search_users(self._settings.crm_id_field, _known(keys.crm_id for keys in wanted))
        unique = {str(user["id"]): user for user in users if not parties.is_staff(user)}
        people = [parties.person(user, self._settings) for user in unique.values()]
        return [Found(keys.key, person) for keys in wanted for person in people if _same_person(keys, person)]

    def _find_accounts(self, wanted: Sequence[LinkKeys]) -> list[Found]:
        found = self._client.by_external_ids("organizations", _known(keys.external_id for keys in wanted))
        accounts = [parties.account(organization, self._settings) for organization in found]
        if any(not _hit(keys, accounts) for keys in wanted):
            listed = self._client.organizations(ORGANIZATION_PAGES)
            accounts = [parties.account(organization, self._settings) for organization in listed]
        return [Found(keys.key, account) for keys in wanted for account in accounts if _same_account(keys, account)]


def _numbers(ids: Iterable[str]) -> list[str]:
    return [id_ for id_ in ids if id_.isascii() and id_.isdigit()]


def _known(values: Iterable[str | None]) -> list[str]:
    return sorted({value for value in values if value})


def _hit(keys: LinkKeys, accounts: Iterable[Account]) -> bool:
    return any(_same_account(keys, account) for account in accounts)


def _same(left: str | None, right: str | None) -> bool:
    return left is not None and right is not None and left.casefold() == right.casefold()


def _same_person(keys: LinkKeys, person: Person) -> bool:
    return (
        _same(keys.crm_id, person.crm_id)
        or _same(keys.external_id, person.external_id)
        or (person.email_verified and _same(keys.email, person.email))
    )


def _same_account(keys: LinkKeys, account: Account) -> bool:
    shared = {domain.casefold() for domain in keys.domains} & {domain.casefold() for domain in account.domains}
    return _same(keys.crm_id, account.crm_id) or _same(keys.external_id, account.external_id) or bool(shared)
