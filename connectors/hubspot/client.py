"""HubSpot's API as we use it: through its SDK where that has it, over the same session where it has not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hubspot import HubSpot
from hubspot.crm.associations.v4 import exceptions as association_errors
from hubspot.crm.objects import exceptions as object_errors
from hubspot.crm.objects import models
from hubspot.crm.properties import exceptions as property_errors

from connectors.hubspot.auth import ORIGIN, renewal
from connectors.hubspot.limits import Limits
from connectors.hubspot.settings import ConnectionSettings
from connectors.hubspot.wire import api_factory
from connectors.transport import TokenAuth, VendorAdapter, session
from core.errors import ConfigurationError, PermanentError, RetryLaterError
from core.ports import Access

Record = dict[str, Any]
MOST, MOST_ASSOCIATIONS, PAGE, PAGES = 100, 1000, 200, 50
REFUSALS = (object_errors.ApiException, association_errors.ApiException, property_errors.ApiException)
CODES = {404: "RECORD_GONE", 409: "WRITE_CONFLICT"}
ABSENT = "PROPERTY_DOESNT_EXIST"
INBOX = "conversations/v3/conversations/threads"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a batch came to: records that went through, and errors (the 207 of HubSpot)."""

    results: tuple[Record, ...]
    errors: tuple[Record, ...] = ()


class HubSpotClient:
    """One account. Every method raises ``RetryLaterError`` when HubSpot is away or the budget is used up,
    ``PermanentError`` for a call at fault and ``ConfigurationError`` for a refused token or scope."""

    def __init__(self, access: Access) -> None:
        self.portal = access.account_ref
        self.settings = ConnectionSettings.from_options(access.options)
        self._budget = access.budget
        limits = Limits(access.budget)
        adapter = VendorAdapter(
            access.base_url,
            before=limits.spend,
            after=limits.learn,
            connect_seconds=self.settings.connect_seconds,
            read_seconds=self.settings.read_seconds,
        )
        fetch = renewal(session(adapter), self.settings, access.clock)
        self._session = session(adapter, TokenAuth(access.vault, fetch, access.clock))
        self._crm = HubSpot(api_factory=api_factory(self._session)).crm

    @cached_property
    def _batch(self) -> Any:
        return self._crm.objects.batch_api

    @cached_property
    def _links(self) -> Any:
        return self._crm.associations.v4.batch_api

    # --- reading --------------------------------------------------------------------------------

    def read(
        self, plural: str, ids: Sequence[str], properties: Sequence[str], *, by: str | None = None
    ) -> dict[str, Record]:
        """Read records by id, or by the unique property ``by``, 100 a call; the missing are left out."""
        found: dict[str, Record] = {}
        for start in range(0, len(ids), MOST):
            inputs = [models.SimplePublicObjectId(id=id_) for id_ in ids[start : start + MOST]]
            order = models.BatchReadInputSimplePublicObjectId(
                properties_with_history=[], id_property=by, inputs=inputs, properties=list(properties)
            )
            with self._call("read"):
                answer = _json(self._batch.read(plural, order, _preload_content=False))
            found.update((str(record["id"]), record) for record in answer["results"])
        return found

    def associated(self, plural: str, other: str, ids: Sequence[str]) -> dict[str, list[str]]:
        """Read which records of another kind belong to these, 1,000 a call; a primary one stands first."""
        found: dict[str, list[str]] = {}
        for start in range(0, len(ids), MOST_ASSOCIATIONS):
            order = {"inputs": [{"id": id_} for id_ in ids[start : start + MOST_ASSOCIATIONS]]}
            with self._call("read"):
                answer = _json(self._links.get_page(plural, other, order, _preload_content=False))
            found.update((str(result["from"]["id"]), _primary_first(result["to"])) for result in answer["results"])
        return found

    def search(self, plural: str, groups: Sequence[Record], properties: Sequence[str], limit: int) -> list[Record]:
        """Search records, newest first; any one of the filter groups has to fit."""
        found: list[Record] = []
        after: str | None = None
        while len(found) < limit:
            order = {
                "filterGroups": list(groups),
                "properties": list(properties),
                "sorts": ["-createdate"],
                "limit": min(PAGE, limit - len(found)),
                **({"after": after} if after else {}),
            }
            with self._call("search"):
                answer = _json(self._crm.objects.search_api.do_search(plural, order, _preload_content=False))
            found += answer["results"]
            after = _next(answer)
            if after is None:
                break
        return found

    def thread(self, thread_id: str) -> Record | None:
        """Read a conversation with the ticket it belongs to; ``None`` when it is gone."""
        return self.plain("read", f"{INBOX}/{thread_id}", association="TICKET")

    def messages(self, thread_id: str) -> list[Record]:
        """Read the messages and comments of a conversation; none when it is gone."""
        found: list[Record] = []
        query = {"limit": str(MOST)}
        for _ in range(PAGES):
            answer = self.plain("read", f"{INBOX}/{thread_id}/messages", **query) or {"results": []}
            found += answer["results"]
            after = _next(answer)
            if after is None:
                break
            query["after"] = after
        return found

    # --- writing --------------------------------------------------------------------------------

    def update(self, plural: str, rows: Sequence[Record]) -> Answered:
        """Update up to 100 records; rows with ``objectWriteTraceId`` are answered one by one."""
        with self._call("write"):
            return _answered(self._batch.update(plural, {"inputs": list(rows)}, _preload_content=False))

    def upsert(self, plural: str, rows: Sequence[Record], operation: str) -> Answered:
        """Create or update up to 100 records by a unique property."""
        with self._call(operation):
            return _answered(self._batch.upsert(plural, {"inputs": list(rows)}, _preload_content=False))

    def associate(self, plural: str, other: str, pairs: Sequence[tuple[str, str]], operation: str) -> Answered:
        """Associate up to 100 pairs by HubSpot's own unlabelled association; doing it twice changes nothing."""
        order = {"inputs": [{"from": {"id": one}, "to": {"id": two}} for one, two in pairs]}
        with self._call(operation):
            return _answered(self._links.create_default(plural, other, order, _preload_content=False))

    # --- property definitions -------------------------------------------------------------------

    def properties(self, plural: str) -> list[Record]:
        """List the property definitions of one kind of record."""
        with self._call("provision"):
            found = _json(self._crm.properties.core_api.get_all(plural, _preload_content=False))
            return list(found["results"])

    def create_group(self, plural: str, name: str, label: str) -> None:
        """Create a property group; one that exists stays as it is."""
        order = {"name": name, "label": label, "displayOrder": -1}
        with self._call("provision"):
            try:
                self._crm.properties.groups_api.create(plural, order, _preload_content=False)
            except property_errors.ApiException as refused:
                if refused.status != 409:
                    raise

    def create_properties(self, plural: str, definitions: Sequence[Record]) -> Answered:
        """Define properties, each answered for itself."""
        with self._call("provision"):
            order = {"inputs": list(definitions)}
            return _answered(self._crm.properties.batch_api.create(plural, order, _preload_content=False))

    def add_options(self, plural: str, name: str, options: Sequence[Record]) -> None:
        """Give a drop-down its options, all of them: HubSpot removes those left out."""
        with self._call("provision"):
            order = {"options": list(options)}
            self._crm.properties.core_api.update(plural, name, order, _preload_content=False)

    # --- plumbing -------------------------------------------------------------------------------

    def plain(self, operation: str, path: str, **query: str) -> Record | None:
        """Read what the SDK has no method for; ``None`` when it is gone."""
        self._budget.count(operation)
        response = self._session.get(f"{ORIGIN}/{path}", params=query)
        if response.status_code == 404:
            return None
        if response.status_code >= 400:
            raise translated(response.status_code, response.text)
        return _parsed(response.content)

    @contextmanager
    def _call(self, operation: str) -> Iterator[None]:
        self._budget.count(operation)
        try:
            yield
        except REFUSALS as refused:
            raise translated(refused.status, str(refused.body)) from None


def translated(status: int, body: str) -> Exception:
    """Turn a refusal into what the caller does next; the text is HubSpot's own and meant for the admin."""
    if status in (401, 403):
        return ConfigurationError(f"HubSpot refuses the call (HTTP {status}): check the grant and its scopes.")
    code = "FIELD_MISSING" if ABSENT in body or ("does not exist" in body and status == 400) else "VALIDATION_RULE"
    return PermanentError(CODES.get(status, code), explained(body))


def explained(body: str) -> str:
    """Return HubSpot's name for an error and its words, at most 300 characters."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(parsed, dict):
        return ""
    return ": ".join(str(parsed[part]) for part in ("category", "message") if parsed.get(part))[:300]


def _answered(answer: Any) -> Answered:
    parsed = _json(answer)
    return Answered(tuple(parsed.get("results") or ()), tuple(parsed.get("errors") or ()))


def _json(answer: Any) -> Record:
    return _parsed(answer.data)


def _parsed(data: bytes) -> Record:
    try:
        parsed = json.loads(data)
    except ValueError:
        raise RetryLaterError(None, "unreadable answer") from None
    if not isinstance(parsed, dict):
        raise RetryLaterError(None, "unreadable answer")
    return parsed


def _next(answer: Mapping[str, Any]) -> str | None:
    after = ((answer.get("paging") or {}).get("next") or {}).get("after")
    return str(after) if after else None


def _primary_first(found: Sequence[Mapping[str, Any]]) -> list[str]:
    def rank(one: Mapping[str, Any]) -> bool:
        return not any(kind.get("label") == "Primary" for kind in one.get("associationTypes") or ())

    return [str(one["toObjectId"]) for one in sorted(found, key=rank)]
