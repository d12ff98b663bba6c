"""Salesforce's REST API as we use it: through simple-salesforce, at one fixed version."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from connectors.salesforce.auth import renewal
from connectors.salesforce.settings import ConnectionSettings
from connectors.transport import TokenAuth, VendorAdapter, session
from core.errors import ConfigurationError, PermanentError, RetryLaterError
from core.ports import Access

Record = dict[str, Any]
VERSION = "63.0"
MOST = 200
API = "api"
DAY_SECONDS = 86_400.0
OVER_LIMIT = "REQUEST_LIMIT_EXCEEDED"
# Sforce-Limit-Info: api-usage=18/5000; other parts may follow
USAGE = re.compile(r"(?<![a-z-])api-usage=(\d{1,12})/(\d{1,12})")
# An object that is not there, or that our user may not see, is a field missing in the same sense.
FIELD_ERRORS = frozenset({"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE", "INVALID_TYPE"})
GONE = frozenset({"NOT_FOUND", "ENTITY_IS_DELETED"})


class SalesforceClient:
    """One org. Every method raises ``RetryLaterError`` when Salesforce is away or the budget is used up,
    ``PermanentError`` for a record or a field at fault and ``ConfigurationError`` for a refused login or right."""

    def __init__(self, access: Access) -> None:
        self.settings = ConnectionSettings.from_options(access.options)
        self._budget, self._vault = access.budget, access.vault
        adapter = VendorAdapter(
            access.base_url,
            before=self._spend,
            after=self._learn,
            connect_seconds=self.settings.connect_seconds,
            read_seconds=self.settings.read_seconds,
        )
        self._fetch = renewal(session(adapter), self.settings, access.clock)
        self._session = session(adapter, TokenAuth(access.vault, self._fetch, access.clock))

    @property
    def user_id(self) -> str:
        """Return the id of the user that we act as; empty before the first login."""
        return self._vault.current().extra.get("user_id", "")

    # --- reading --------------------------------------------------------------------------------

    def query(self, soql: str, operation: str = "read") -> list[Record]:
        """Return every record of a query, page by page."""
        with self._call(operation):
            return [_plain(record) for record in self._api.query_all_iter(soql)]

    def describe(self, sobject: str) -> Record:
        """Return an object's description with the fields that our user may see."""
        with self._call("provision"):
            return dict(self._get(f"sobjects/{sobject}/describe"))

    # --- writing, 200 rows a call, each row for itself --------------------------------------------

    def update(self, rows: Sequence[Record], operation: str = "write") -> list[Record]:
        """Update records by id; return one result a row, in order."""
        return self._collection("PATCH", "composite/sobjects", rows, operation)

    def create(self, rows: Sequence[Record], operation: str) -> list[Record]:
        """Create records; return one result a row, in order."""
        return self._collection("POST", "composite/sobjects", rows, operation)

    def upsert(self, sobject: str, key: str, rows: Sequence[Record], operation: str) -> list[Record]:
        """Create or update records of our own by their external id."""
        return self._collection("PATCH", f"composite/sobjects/{sobject}/{key}", rows, operation)

    def delete(self, ids: Sequence[str], operation: str) -> None:
        """Delete records by id, 200 a call; those that are gone already are no fault."""
        for start in range(0, len(ids), MOST):
            with self._call(operation):
                chosen = ",".join(ids[start : start + MOST])
                self._api.restful("composite/sobjects", {"ids": chosen, "allOrNone": "false"}, "DELETE")

    def _collection(self, method: str, path: str, rows: Sequence[Record], operation: str) -> list[Record]:
        # https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm
        assert len(rows) <= MOST, "Salesforce takes 200 rows a call"
        with self._call(operation):
            answer = self._api.restful(path, method=method, json={"allOrNone": False, "records": list(rows)})
            return list(answer or [])

    # --- field definitions and rights -------------------------------------------------------------

    def tooling_query(self, soql: str) -> list[Record]:
        """Query definitions."""
        with self._call("provision"):
            answer = self._get("tooling/query", q=soql)
            return [_plain(record) for record in answer["records"]]

    def create_field(self, full_name: str, metadata: Mapping[str, Any]) -> str:
        """Define a field; return the definition's id."""
        body = {"FullName": full_name, "Metadata": _tooling(metadata)}
        with self._call("provision"):
            answer = self._api.restful("tooling/sobjects/CustomField", method="POST", json=body)
            return str((answer or {}).get("id", ""))

    def change_field(self, field_id: str, full_name: str, metadata: Mapping[str, Any]) -> None:
        """Replace a field's definition; values of a picklist that are left out become inactive."""
        body = {"FullName": full_name, "Metadata": _tooling(metadata)}
        with self._call("provision"):
            self._api.restful(f"tooling/sobjects/CustomField/{field_id}", method="PATCH", json=body)

    def definition(self, kind: str, id_: str) -> Record:
        """Read one definition whole."""
        with self._call("provision"):
            return dict(self._get(f"tooling/sobjects/{kind}/{id_}"))

    def change_definition(self, kind: str, id_: str, metadata: Mapping[str, Any]) -> None:
        """Replace a definition's content."""
        with self._call("provision"):
            self._api.restful(f"tooling/sobjects/{kind}/{id_}", method="PATCH", json={"Metadata": metadata})

    # --- plumbing ---------------------------------------------------------------------------------

    @cached_property
    def _api(self) -> Salesforce:
        token = self._vault.current()
        if not (token.extra.get("instance_url") or self.settings.instance_url):
            token = self._vault.renew(token, self._fetch)
        address = token.extra.get("instance_url") or self.settings.instance_url
        # The session's auth puts the live token over the one that the SDK would send.
        return Salesforce(
            instance_url=address, session_id="-", session=self._session, version=VERSION, object_pairs_hook=dict
        )

    def _get(self, path: str, **query: str) -> Record:
        return dict(self._api.restful(path, params=query) or {})

    def _spend(self, _: requests.PreparedRequest) -> None:
        self._budget.spend(API)

    def _learn(self, response: requests.Response) -> None:
        used = USAGE.search(response.headers.get("Sforce-Limit-Info", ""))
        if used:
            taken, total = (int(part) for part in used.groups())
            self._budget.learn(API, capacity=total, remaining=max(0, total - taken), resets_in=DAY_SECONDS)
        # Salesforce never answers 429: a used-up limit is a 403 with this code.
        # https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
        if response.status_code == 403 and OVER_LIMIT in codes(_json(response)):
            self._budget.block(API, self.settings.limit_seconds)
            raise RetryLaterError(None, OVER_LIMIT)

    @contextmanager
    def _call(self, operation: str) -> Iterator[None]:
        self._budget.count(operation)
        try:
            yield
        except SalesforceError as refused:
            raise _translated(refused) from None
        except (requests.exceptions.JSONDecodeError, json.JSONDecodeError):
            raise RetryLaterError(None, "unreadable answer") from None


def codes(body: Any) -> list[str]:
    """Return the error codes of an answer."""
    errors = body if isinstance(body, list) else []
    return [str(error.get("errorCode") or "") for error in errors if isinstance(error, dict)]


def explained(errors: Any) -> str:
    """Return Salesforce's words for errors of an answer or of a row, at most 300 characters."""
    listed = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    words = (f"{error.get('errorCode') or error.get('statusCode')}: {error.get('message')}" for error in listed)
    return "; ".join(words)[:300]


def _translated(refused: SalesforceError) -> Exception:
    """Turn a refusal into what the caller does next; the text is Salesforce's own and meant for the admin."""
    found = set(codes(refused.content))
    if found & FIELD_ERRORS:
        return PermanentError("FIELD_MISSING", explained(refused.content))
    if found & GONE or refused.status == 404:
        return PermanentError("RECORD_GONE", explained(refused.content))
    if refused.status in (401, 403):
        return ConfigurationError(f"Salesforce refuses the call (HTTP {refused.status}): check the user's rights.")
    return PermanentError("VALIDATION_RULE", explained(refused.content))


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except requests.exceptions.JSONDecodeError:
        return None


def _plain(record: Mapping[str, Any]) -> Record:
    """Return a record without the ``attributes`` that Salesforce puts on every level."""
    kept = {name: value for name, value in record.items() if name != "attributes"}
    return {name: _plain(value) if isinstance(value, dict) else value for name, value in kept.items()}


def _tooling(part: Any) -> Any:
    # The Tooling API calls a picklist value's fullName valueName in JSON.
    # https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_customfield.htm
    if isinstance(part, list):
        return [_tooling(item) for item in part]
    if isinstance(part, Mapping):
        return {"valueName" if name == "fullName" else name: _tooling(value) for name, value in part.items()}
    return part
