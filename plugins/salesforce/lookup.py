"""The queries: every read of an org in batches of 200, with what the org does not have left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from connectors.salesforce.client import MOST, SalesforceClient
from connectors.salesforce.nouns import is_id
from connectors.salesforce.soql import soql
from core.errors import PermanentError
from plugins.salesforce.fieldbook import Page
from plugins.salesforce.parties import account_fields, contact_fields
from plugins.salesforce.settings import MappingSettings

Record = dict[str, Any]
CASE_FIELDS = (
    "Id",
    "Subject",
    "Description",
    "Status",
    "Origin",
    "IsClosed",
    "IsEscalated",
    "ContactId",
    "AccountId",
    "OwnerId",
    "SuppliedEmail",
    "CreatedById",
    "CreatedDate",
    "LastModifiedDate",
)
MAIL_FIELDS = (
    "Id",
    "ParentId",
    "TextBody",
    "HtmlBody",
    "Incoming",
    "HasAttachment",
    "Status",
    "MessageDate",
    "CreatedDate",
)
COMMENT_FIELDS = ("Id", "ParentId", "CommentBody", "IsPublished", "CreatedById", "CreatedDate")

BY_ID = "SELECT {:literal} FROM {:literal} WHERE {:literal} IN {}"


class Lookup:
    """Reads one org. ``page`` returns the fields of an object, read afresh when asked to."""

    def __init__(self, client: SalesforceClient, page: Callable[..., Page], settings: MappingSettings) -> None:
        self._client, self._page, self.settings = client, page, settings

    def contact_fields(self, *, fresh: bool = False) -> list[str]:
        """Name the fields that are read of a contact."""
        return contact_fields(self._page("Contact", fresh=fresh), self.settings)

    def account_fields(self, *, fresh: bool = False) -> list[str]:
        """Name the fields that are read of an account."""
        return account_fields(self._page("Account", fresh=fresh), self.settings)

    def case_fields(self, *, fresh: bool = False) -> list[str]:
        """Name the fields that are read of a case, with its contact and account."""
        own = self._page("Case", fresh=fresh).having((*CASE_FIELDS, self.settings.locale_field))
        theirs = [f"Contact.{name}" for name in self.contact_fields(fresh=fresh)]
        return [*own, *theirs, *(f"Account.{name}" for name in self.account_fields(fresh=fresh))]

    def cases(self, ids: Iterable[str]) -> dict[str, Record]:
        """Read cases with contact and account, by id."""
        return {case["Id"]: case for case in self._by_id("Case", self.case_fields, ids)}

    def contacts(self, ids: Iterable[str]) -> dict[str, Record]:
        """Read contacts by id."""
        return {contact["Id"]: contact for contact in self._by_id("Contact", self.contact_fields, ids)}

    def contacts_of(self, individuals: Iterable[str]) -> dict[str, Record]:
        """Read the contacts of Individual records, by the contact's id."""
        found = self._by_id("Contact", self.contact_fields, individuals, column="IndividualId")
        return {contact["Id"]: contact for contact in found}

    def accounts(self, ids: Iterable[str]) -> dict[str, Record]:
        """Read accounts by id."""
        return {account["Id"]: account for account in self._by_id("Account", self.account_fields, ids)}

    def users(self, ids: Iterable[str]) -> dict[str, Record]:
        """Read what kind of users these are."""
        return {user["Id"]: user for user in self._by_id("User", lambda **_: ["Id", "UserType"], ids)}

    def changed_cases(self, since: datetime, limit: int) -> list[Record]:
        """Read the cases that were changed since a time, the oldest change first."""
        shape = "SELECT {:literal} FROM Case WHERE LastModifiedDate >= {} ORDER BY LastModifiedDate LIMIT {:literal}"
        return self.select(lambda fresh: soql(shape, ", ".join(self.case_fields(fresh=fresh)), since, str(limit)))

    def said_in(self, sobject: str, fields: Sequence[str], cases: Iterable[str]) -> list[Record]:
        """Read the e-mails or comments of cases."""
        return list(self._by_id(sobject, lambda **_: list(fields), cases, column="ParentId"))

    def files_of(self, mails: Iterable[str]) -> list[Record]:
        """Read what kinds of files hang on e-mails; never the files."""
        named = ["LinkedEntityId", "ContentDocument.FileExtension"]
        return list(self._by_id("ContentDocumentLink", lambda **_: named, mails, column="LinkedEntityId"))

    def select(self, write: Callable[[bool], str], operation: str = "read") -> list[Record]:
        """Run a query; when a field is gone that we knew, look at the org's fields again and repeat it once."""
        try:
            return self._client.query(write(False), operation)
        except PermanentError as refused:
            if refused.code != "FIELD_MISSING":
                raise
        return self._client.query(write(True), operation)

    def _by_id(
        self, sobject: str, fields: Callable[..., list[str]], ids: Iterable[str], column: str = "Id"
    ) -> Iterator[Record]:
        wanted = sorted({id_ for id_ in ids if is_id(id_)})
        for start in range(0, len(wanted), MOST):
            chunk = wanted[start : start + MOST]

            def write(fresh: bool, chunk: list[str] = chunk) -> str:
                return soql(BY_ID, ", ".join(fields(fresh=fresh)), sobject, column, chunk)

            yield from self.select(write)
