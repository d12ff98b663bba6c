"""Zendesk's API as we use it: through zenpy where zenpy has it, over zenpy's own session where it has not."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import requests
from zenpy import Zenpy
from zenpy.lib.api_objects import Organization, OrganizationField, Ticket, TicketField, User, UserField
from zenpy.lib.exception import APIException, ZenpyException

from connectors.transport import TokenAuth, VendorAdapter, retry_after, session, whole
from connectors.zendesk.auth import renewal
from connectors.zendesk.settings import ConnectionSettings
from core.errors import ConfigurationError, PermanentError, RetryLaterError
from core.ports import Access

# zenpy writes whole requests into its debug log.
logging.getLogger("zenpy").setLevel(logging.WARNING)

Record = dict[str, Any]
MOST = 100
SEARCHED_AT_ONCE = 20
REQUESTS, TICKET_UPDATES = "requests", "ticket_updates"
TYPES: Mapping[str, Any] = {
    "tickets": Ticket,
    "users": User,
    "organizations": Organization,
    "ticket_fields": TicketField,
    "user_fields": UserField,
    "organization_fields": OrganizationField,
}
# zendesk-rate-limit-tickets-update: total=100; remaining=99; resets=59
ENDPOINT_LIMIT = re.compile(r"total=(\d{1,9}); remaining=(\d{1,9}); resets=(\d{1,9})")
CODES = {404: "RECORD_GONE", 409: "WRITE_CONFLICT", 422: "VALIDATION_RULE"}


class ZendeskClient:
    """One account. Every method raises ``RetryLaterError`` when Zendesk is away or the budget is used up,
    ``PermanentError`` for a record at fault and ``ConfigurationError`` for a refused token or scope."""

    def __init__(self, access: Access) -> None:
        self.subdomain = access.account_ref
        self.settings = ConnectionSettings.from_options(access.options)
        self._budget = access.budget
        adapter = VendorAdapter(
            access.base_url,
            before=self._spend,
            after=self._learn,
            connect_seconds=self.settings.connect_seconds,
            read_seconds=self.settings.read_seconds,
        )
        fetch = renewal(session(adapter), self.subdomain, self.settings, access.clock)
        auth = TokenAuth(access.vault, fetch, access.clock)
        self._session = session(adapter, auth, self.settings.headers)
        self._zenpy = Zenpy(subdomain=self.subdomain, session=self._session, disable_cache=True)

    # --- reading --------------------------------------------------------------------------------

    def show_many(self, plural: str, ids: Sequence[str]) -> dict[str, Record]:
        """Read records by id, 100 a call; those that do not exist are missing from the answer.

        Over zenpy's session, not its objects: zenpy decodes an answer once for each kind it might be, and half
        of a bulk write's time went there.
        """
        found: dict[str, Record] = {}
        for start in range(0, len(ids), MOST):
            with self._call("read"):
                records = self._get(f"{plural}/show_many", ids=",".join(ids[start : start + MOST]))[plural]
                found.update((str(record["id"]), record) for record in records)
        return found

    def comments(self, ticket_id: str) -> list[Record]:
        """Read the comments of a ticket, oldest first."""
        with self._call("read"):
            return [comment.to_dict() for comment in self._zenpy.tickets.comments(ticket=int(ticket_id))]

    def requested(self, user_id: str) -> list[Record]:
        """Read the tickets that a user requested."""
        with self._call("read"):
            return [ticket.to_dict() for ticket in self._zenpy.users.requested(user=int(user_id))]

    def tickets_since(self, since: datetime) -> Iterator[Record]:
        """Read tickets changed since a time, by the incremental export."""
        with self._call("read"):
            for ticket in self._zenpy.tickets.incremental(start_time=int(since.timestamp())):
                yield ticket.to_dict()

    def tickets_by_external_id(self, external_id: str) -> list[Record]:
        """Find tickets by an external id; unlike the search this sees a ticket at once."""
        with self._call("search"):
            found: list[Record] = self._get("tickets", external_id=external_id)["tickets"]
            return found

    def job_statuses(self, job_ids: Sequence[str]) -> dict[str, Record]:
        """Read several jobs in one call."""
        with self._call("poll"):
            jobs = self._get("job_statuses/show_many", ids=",".join(job_ids))["job_statuses"]
            return {job["id"]: job for job in jobs}

    def by_external_ids(self, plural: str, external_ids: Sequence[str]) -> list[Record]:
        """Read users or organizations by external id, 100 a call."""
        found: list[Record] = []
        for start in range(0, len(external_ids), MOST):
            with self._call("search"):
                wanted = ",".join(external_ids[start : start + MOST])
                found += self._get(f"{plural}/show_many", external_ids=wanted)[plural]
        return found

    def search_users(self, keyword: str, values: Sequence[str]) -> list[Record]:
        """Search end users by a keyword; a keyword given several times means 'or'.

        https://support.zendesk.com/hc/en-us/articles/4408886879258 (the index lags behind by minutes)
        """
        found: list[Record] = []
        for start in range(0, len(values), SEARCHED_AT_ONCE):
            terms = [f'{keyword}:"{_plain(value)}"' for value in values[start : start + SEARCHED_AT_ONCE]]
            with self._call("search"):
                found += self._get("search", query=" ".join(["type:user", *terms]))["results"]
        return found

    def organizations(self, pages: int) -> Iterator[Record]:
        """List organizations, 100 a page, at most so many pages."""
        after: dict[str, str] = {}
        for _ in range(pages):
            with self._call("search"):
                page = self._get("organizations", **{"page[size]": str(MOST)}, **after)
            yield from page["organizations"]
            if not page["meta"]["has_more"]:
                return
            after = {"page[after]": str(page["meta"]["after_cursor"])}

    # --- writing --------------------------------------------------------------------------------

    def update_many(self, plural: str, rows: Sequence[Record], operation: str = "write") -> str:
        """Queue an update of up to 100 records, each row with its own values; return the job's id."""
        with self._call(operation):
            return str(getattr(self._zenpy, plural).update([TYPES[plural](**row) for row in rows]).id)

    def create_ticket(self, ticket: Record, idempotency_key: str) -> Record:
        """Create a ticket once per key (Zendesk remembers a key for two hours)."""
        with self._call("task"):
            response = self._session.post(
                self._url("tickets"), json={"ticket": ticket}, headers={"Idempotency-Key": idempotency_key}
            )
            return dict(_checked(response)["ticket"])

    # --- field definitions ----------------------------------------------------------------------

    def fields(self, kind: str) -> list[Record]:
        """List the field definitions of one kind (``ticket_fields``, ``user_fields``, ``organization_fields``)."""
        with self._call("provision"):
            return [definition.to_dict() for definition in getattr(self._zenpy, kind)()]

    def create_field(self, kind: str, definition: Record) -> Record:
        """Define a field."""
        with self._call("provision"):
            return dict(getattr(self._zenpy, kind).create(TYPES[kind](**definition)).to_dict())

    def replace_options(self, kind: str, field_id: int, options: Sequence[Record]) -> None:
        """Give a drop-down its options, all of them: Zendesk removes those left out."""
        with self._call("provision"):
            body = {kind.removesuffix("s"): {"custom_field_options": list(options)}}
            _checked(self._session.put(self._url(f"{kind}/{field_id}"), json=body))

    def call(
        self, method: str, path: str, operation: str, body: Record | None = None, query: Mapping[str, str] | None = None
    ) -> Record:
        """Call what is needed once, when an account is set up."""
        with self._call(operation):
            response = self._session.request(method, self._url(path), json=body, params=query)
            return {} if response.status_code == 204 else _checked(response)

    # --- plumbing -------------------------------------------------------------------------------

    def _url(self, path: str) -> str:
        return f"https://{self.subdomain}.zendesk.com/api/v2/{path}.json"

    def _get(self, path: str, **query: str) -> Record:
        return _checked(self._session.get(self._url(path), params=query))

    def _spend(self, _: requests.PreparedRequest) -> None:
        self._budget.spend(REQUESTS)

    def _learn(self, response: requests.Response) -> None:
        headers = response.headers
        capacity, left = whole(headers, "x-rate-limit"), whole(headers, "x-rate-limit-remaining")
        if capacity is not None and left is not None:
            resets = whole(headers, "rate-limit-reset")
            resets_in = 60.0 if resets is None else float(resets)
            self._budget.learn(REQUESTS, capacity=capacity, remaining=left, resets_in=resets_in)
        hot = ENDPOINT_LIMIT.search(headers.get("zendesk-rate-limit-tickets-update", ""))
        if hot:
            total, remaining, seconds = (int(part) for part in hot.groups())
            self._budget.learn(TICKET_UPDATES, capacity=total, remaining=remaining, resets_in=seconds)
        if response.status_code == 429:
            self._budget.block(REQUESTS, retry_after(headers) or 1.0)

    @contextmanager
    def _call(self, operation: str) -> Iterator[None]:
        self._budget.count(operation)
        try:
            yield
        except APIException as refused:
            raise _translated(refused.response) from None
        except requests.exceptions.HTTPError as refused:
            raise _translated(refused.response) from None
        except (ZenpyException, requests.exceptions.JSONDecodeError):
            raise RetryLaterError(None, "unreadable answer") from None


def _plain(value: str) -> str:
    """Keep a searched value from ending its quotes."""
    return value.replace("\\", " ").replace('"', " ")


def _checked(response: requests.Response) -> Record:
    if response.status_code >= 400:
        raise _translated(response)
    answer = response.json()
    return answer if isinstance(answer, dict) else {}


def _translated(response: requests.Response | None) -> Exception:
    """Turn a refusal into what the caller does next; the text is Zendesk's own and meant for the admin."""
    status = 0 if response is None else response.status_code
    if status in (401, 403):
        return ConfigurationError(f"Zendesk refuses the call (HTTP {status}): check the grant and its scopes.")
    return PermanentError(CODES.get(status, "VALIDATION_RULE"), explained(response))


def explained(response: requests.Response | None) -> str:
    """Return Zendesk's name for an error and its words, at most 300 characters."""
    try:
        body = response.json() if response is not None else {}
    except requests.exceptions.JSONDecodeError:
        body = {}
    if not isinstance(body, dict):
        return ""
    return ": ".join(str(body[part]) for part in ("error", "description") if body.get(part))[:300]
