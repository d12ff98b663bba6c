"""The Salesforce sandbox's REST API: the paths that an integration of our kind uses, with Salesforce's answers.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, jsonify, request

from connectors.salesforce.sandbox_describe import describe
from connectors.salesforce.sandbox_org import ROOT, Org, Record
from connectors.salesforce.sandbox_replies import body, error, http_time, made, no_key
from connectors.salesforce.sandbox_rows import RowError
from connectors.salesforce.sandbox_soql import run
from connectors.salesforce.sandbox_words import QueryError

if TYPE_CHECKING:
    from connectors.salesforce.sandbox import Sandbox

MOST = 200
CHUNKS = 10
LONGEST_ADDRESS = 16_384
PAGE = 2000
SCORED = frozenset({"Case", "Contact", "Account"})
OPERATIONS = {
    "CaseComment": "remark",
    "Task": "task",
    "FieldPermissions": "provision",
    "PermissionSet": "provision",
    "PermissionSetAssignment": "provision",
    **dict.fromkeys(SCORED, "field_write"),
}
STATUSES = {"NOT_FOUND": 404, "ENTITY_IS_DELETED": 404}


class Api:
    """Routes over a sandbox's org."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox
        self.blueprint = Blueprint("api", __name__)
        rules: list[tuple[str, str, Callable[..., Response]]] = [
            ("GET", "/limits", self.limits),
            ("GET", "/query", self.query),
            ("GET", "/query/<cursor>", self.query_more),
            ("GET", "/sobjects/<sobject>/describe", self.describe),
            ("GET", "/sobjects/<sobject>/<record_id>", self.show),
            ("PATCH", "/sobjects/<sobject>/<record_id>", self.change),
            ("DELETE", "/sobjects/<sobject>/<record_id>", self.remove),
            ("POST", "/sobjects/<sobject>", self.add),
            ("PATCH", "/sobjects/<sobject>/<key>/<value>", self.upsert),
            ("POST", "/composite/sobjects", self.add_many),
            ("PATCH", "/composite/sobjects", self.change_many),
            ("DELETE", "/composite/sobjects", self.remove_many),
            ("PATCH", "/composite/sobjects/<sobject>/<key>", self.upsert_many),
        ]
        for method, path, view in rules:
            self.blueprint.add_url_rule(path, f"{method} {path}", view, methods=[method], strict_slashes=False)

    @property
    def _org(self) -> Org:
        return self._box.org

    def _now(self) -> datetime:
        return self._box.clock_.now()

    def _count(self, sobject: str) -> None:
        self._box.count(OPERATIONS.get(sobject, "other"))

    # --- reading --------------------------------------------------------------------------------

    def limits(self) -> Response:
        """Show the daily limit."""
        self._box.count("other")
        return jsonify({"DailyApiRequests": {"Max": self._box.limit, "Remaining": self._box.left}})

    def query(self) -> Response:
        """Run a query."""
        self._box.count("read")
        if len(request.query_string) + len(request.path) > LONGEST_ADDRESS:
            return error(414, "URI_TOO_LONG", "URI Too Long")
        try:
            records = run(self._org, request.args.get("q", ""))
        except QueryError as refused:
            return error(400, refused.code, refused.message)
        gone = {str(id_) for id_ in self._box.faults_.get("gone", ())}
        kept = [r for r in records if not gone & {r["attributes"]["url"].rpartition("/")[2]}]
        return jsonify(self._page(kept, len(kept)))

    def query_more(self, cursor: str) -> Response:
        """Show the next page of a query."""
        self._box.count("read")
        rest = self._org.cursors.pop(cursor, None)
        if rest is None:
            return error(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return jsonify(self._page(rest, len(rest)))

    def _page(self, records: list[Record], total: int) -> Record:
        size = int(self._box.options.get("page_size", PAGE))
        page: Record = {"totalSize": total, "done": len(records) <= size, "records": records[:size]}
        if not page["done"]:
            cursor = f"01g{uuid.uuid4().hex[:12]}-{size}"
            self._org.cursors[cursor] = records[size:]
            page["nextRecordsUrl"] = f"{ROOT}/query/{cursor}"
        return page

    def describe(self, sobject: str) -> Response:
        """Describe an object."""
        self._box.count("provision")
        if sobject not in self._org.tables:
            return error(404, "NOT_FOUND", "The requested resource does not exist")
        flags = {"read": "queryable", "update": "updateable", "create": "createable"}
        # Option ``withheld``: rights that the integration user does not have, as "Account:update".
        pairs = [one.split(":") for one in self._box.options.get("withheld", ())]
        held_back = {flags[verb]: False for name, verb in pairs if name == sobject}
        return jsonify({**describe(self._org, sobject), **held_back})

    def show(self, sobject: str, record_id: str) -> Response:
        """Show one record."""
        self._box.count("read")
        record = self._org.live(sobject, record_id)
        if record is None or self._box.faults_.listed("gone", record["Id"]):
            return error(404, "NOT_FOUND", "The requested resource does not exist")
        shown = {name: record.get(name) for name in self._org.visible(sobject)}
        url = f"{ROOT}/sobjects/{sobject}/{record['Id']}"
        return jsonify({"attributes": {"type": sobject, "url": url}, **shown})

    # --- one record -----------------------------------------------------------------------------

    def change(self, sobject: str, record_id: str) -> Response:
        """Change one record, if it was not changed since the time that the request names."""
        self._count(sobject)
        record, since = self._org.live(sobject, record_id), request.headers.get("If-Unmodified-Since")
        if record and since and datetime.fromisoformat(record["LastModifiedDate"]) > http_time(since):
            return error(412, "PRECONDITION_FAILED", "The record was changed since the given time")
        return self._single(lambda: self._box.rows.update(sobject, record_id, body(), g.user_id, self._now()), 204)

    def remove(self, sobject: str, record_id: str) -> Response:
        """Delete one record."""
        self._count(sobject)
        return self._single(lambda: self._box.rows.delete(sobject, record_id, g.user_id, self._now()), 204)

    def add(self, sobject: str) -> Response:
        """Create one record."""
        self._count(sobject)
        return self._single(lambda: self._box.rows.create(sobject, body(), g.user_id, self._now()), 201)

    def upsert(self, sobject: str, key: str, value: str) -> Response:
        """Create or change one record by its external id."""
        self._count(sobject)
        if not self._is_key(sobject, key):
            return no_key(key)
        fresh: list[bool] = []

        def act() -> Record:
            values = {**body(), key: value}
            record, new = self._box.rows.upsert(sobject, key, values, g.user_id, self._now())
            fresh.append(new)
            return record

        answer = self._single(act, 201)
        if fresh and not fresh[0]:
            answer.status_code = 200
        return answer

    def _single(self, act: Callable[[], Record], status: int) -> Response:
        try:
            record = act()
        except RowError as refused:
            return error(STATUSES.get(refused.code, 400), refused.code, refused.message, refused.fields)
        if status == 204:
            return Response(status=204)
        answer = jsonify({"id": record["Id"], "success": True, "errors": []})
        answer.status_code = status
        return answer

    # --- collections: up to 200 rows, each for itself unless allOrNone ----------------------------

    def add_many(self) -> Response:
        """Create records."""
        return self._many(lambda name, row: made(self._box.rows.create(name, row, g.user_id, self._now())))

    def change_many(self) -> Response:
        """Change records by id."""

        def act(name: str, row: Record) -> Record:
            values = {key: value for key, value in row.items() if key.lower() != "id"}
            return made(self._box.rows.update(name, row.get("id") or row.get("Id"), values, g.user_id, self._now()))

        return self._many(act)

    def upsert_many(self, sobject: str, key: str) -> Response:
        """Create or change records by an external id."""
        if not self._is_key(sobject, key):
            self._count(sobject)
            return no_key(key)

        def act(name: str, row: Record) -> Record:
            record, new = self._box.rows.upsert(name, key, row, g.user_id, self._now())
            return {**made(record), "created": new}

        return self._many(act)

    def remove_many(self) -> Response:
        """Delete records by id."""
        ids = [part for part in request.args.get("ids", "").split(",") if part]
        prefixes = {id_[:3]: name for name, table in self._org.tables.items() for id_ in list(table)[:1]}
        self._count(prefixes.get(ids[0][:3], "") if ids else "")
        rows = [(prefixes.get(id_[:3], ""), {"id": id_}) for id_ in ids]

        def act(name: str, row: Record) -> Record:
            return made(self._box.rows.delete(name, row["id"], g.user_id, self._now()))

        return jsonify([self._row(act, *row) for row in rows])

    def _many(self, act: Callable[[str, Record], Record]) -> Response:
        rows = body().get("records")
        if not isinstance(rows, list) or len(rows) > MOST:
            text = f"Maximum number of records allowed is {MOST}" if rows else "records is required"
            return error(400, "INVALID_INPUT" if not rows else "EXCEEDED_MAX_SIZE_REQUEST", text)
        named = [str((row.get("attributes") or {}).get("type", "")) for row in rows]
        self._count(named[0] if named else "")
        if 1 + sum(a != b for a, b in pairwise(named)) > CHUNKS:
            return error(400, "INVALID_INPUT", f"A request may not have more than {CHUNKS} chunks of types")
        plain = [{key: value for key, value in row.items() if key != "attributes"} for row in rows]
        return jsonify([self._row(act, name, row) for name, row in zip(named, plain, strict=True)])

    def _row(self, act: Callable[[str, Record], Record], name: str, row: Record) -> Record:
        try:
            if g.get("locked_rows"):
                raise RowError("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")
            return act(name, row)
        except RowError as refused:
            told = {"statusCode": refused.code, "message": refused.message, "fields": refused.fields}
            return {"success": False, "errors": [told]}

    def _is_key(self, sobject: str, key: str) -> bool:
        found = self._org.visible(sobject).get(key) if sobject in self._org.tables else None
        return found is not None and found.external
