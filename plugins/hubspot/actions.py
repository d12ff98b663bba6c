"""The workflow action 'Ask Attune whether to hold': one signed question about one contact, one answer at once.

HubSpot calls one address for all accounts; the body names the account, the account's own secret proves the body.
https://developers.hubspot.com/docs/api-reference/automation-actions-v4-v4/custom-action-guide
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Blueprint, Request, Response, jsonify, request

from connectors.hubspot.action_signing import is_signed_v2
from connectors.hubspot.signing import SIGNATURE, is_fresh, is_signed
from core.errors import RejectedError, RetryLaterError
from core.journey.hold import Answer, decide
from core.model import Delivery
from core.store import holds
from core.store.directory import Entry
from core.store.ground import Ground

log = structlog.get_logger()

VENDOR, CONTACT = "hubspot", "CONTACT"
HOLD_PATH = "/hubspot/actions/hold"
MAX_BYTES = 64 * 1024
NUMBER = re.compile(r"[0-9]{1,20}", re.ASCII)
# A refused action fails in the workflow's history and is not repeated; 5xx is repeated for days: the contact waits.
STATUS = {"BAD_SIGNATURE": 401, "STALE_TIMESTAMP": 401, "TOO_LARGE": 413}


@dataclass(frozen=True, slots=True)
class Actions(Ground):
    """Everything the action needs. ``public_url``: the address as HubSpot calls it; empty = as it came in."""

    public_url: str = ""

    def hold(self) -> Response:
        """Answer one request."""
        try:
            asked = self._asked(request)
            question = _question(asked.body)
            entry = self._proved(asked, question)
            return _told(self._answer(entry, question))
        except RejectedError as refusal:
            log.info("action_refused", vendor=VENDOR, code=refusal.code)
            return Response(status=STATUS[refusal.code])
        except RetryLaterError:
            log.warning("action_postponed", vendor=VENDOR)
            return Response(status=503)

    def _asked(self, incoming: Request) -> Delivery:
        body = incoming.stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise RejectedError("TOO_LARGE")
        return Delivery(
            vendor=VENDOR,
            installation="",
            method=incoming.method,
            url=_address(incoming, self.public_url),
            headers={name.lower(): value for name, value in incoming.headers},
            body=bytes(body),
            received_at=self.clock.now(),
        )

    def _proved(self, asked: Delivery, question: Mapping[str, Any]) -> Entry:
        """Return the installation that signed; two tenants on one account are ambiguous and get no answer."""
        entries = self.directory.of_account(VENDOR, _number(_part(question, "origin").get("portalId")))
        if len(entries) != 1:
            raise RejectedError("BAD_SIGNATURE")
        live = entries[0].secrets.live
        # The documents promise version 2; where the newer one comes along it decides, because it has a time.
        check = is_signed if SIGNATURE in asked.headers else is_signed_v2
        if not check(live, asked.method, asked.url, asked.body, asked.headers):
            raise RejectedError("BAD_SIGNATURE")
        if check is is_signed and not is_fresh(asked.headers, asked.received_at):
            raise RejectedError("STALE_TIMESTAMP")
        return entries[0]

    def _answer(self, entry: Entry, question: Mapping[str, Any]) -> Answer:
        record = _part(question, "object")
        contact = _number(record.get("objectId"))
        if not contact or record.get("objectType", CONTACT) != CONTACT:
            return Answer(True, "UNREADABLE")
        # Older definitions call the inputs 'fields'.
        kind = str({**_part(question, "fields"), **_part(question, "inputFields")}.get("kind", ""))
        now = self.clock.now()
        with self.store.tenant(entry.tenant) as connection:
            person = holds.person_of(connection, entry.installation, contact)
            answer = decide(holds.facts(connection, person, kind, now), kind)
            holds.note(connection, self.seal, entry.tenant, entry.installation, person, answer, now)
        return answer


def blueprint(actions: Actions) -> Blueprint:
    """Return the routes of workflow actions."""
    routes = Blueprint("hubspot_actions", __name__)
    routes.post(HOLD_PATH, endpoint="hold")(actions.hold)
    return routes


def _told(answer: Answer) -> Response:
    fields = {"hold": "yes" if answer.hold else "no", "reason": answer.code, "hs_execution_state": "SUCCESS"}
    told = jsonify({"outputFields": fields})
    told.headers["Cache-Control"] = "no-store"
    return told


def _question(body: bytes) -> Mapping[str, Any]:
    """Read a body that nobody has vouched for yet; whatever is no object is no question."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _part(question: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = question.get(name)
    return found if isinstance(found, dict) else {}


def _number(value: object) -> str:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if NUMBER.fullmatch(text) else ""


def _address(incoming: Request, public_url: str) -> str:
    if not public_url:
        return incoming.url
    query = incoming.query_string.decode("latin-1")
    return public_url.rstrip("/") + incoming.path + (f"?{query}" if query else "")
