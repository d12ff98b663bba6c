"""The Zendesk sandbox's webhooks API: one webhook, made, moved and deleted, with a signing secret of its own.

https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request

from connectors.zendesk import sandbox_answers as answers

if TYPE_CHECKING:
    from connectors.zendesk.sandbox import Sandbox

Routes = list[tuple[str, str, Any]]
KEPT = ("name", "description", "status", "subscriptions", "endpoint", "http_method", "request_format")


class Hooks:
    """Paths of webhooks. The sandbox sends to the one that is active."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox
        self.made: dict[str, dict[str, Any]] = {}
        self.secrets: dict[str, str] = {}

    def routes(self) -> Routes:
        """Return method, path and view of each."""
        return [
            ("GET", "/webhooks", self.listed),
            ("POST", "/webhooks", self.create),
            ("PATCH", "/webhooks/<name>", self.change),
            ("DELETE", "/webhooks/<name>", self.delete),
            ("GET", "/webhooks/<name>/signing_secret", self.secret),
        ]

    def listed(self) -> Response:
        """List webhooks by a part of their name."""
        self._box.count("provision")
        part = request.args.get("filter[name_contains]", "")
        found = [one for one in self.made.values() if part in one["name"]]
        return jsonify({"webhooks": found, "meta": {"has_more": False, "after_cursor": "", "before_cursor": ""}})

    def create(self) -> Response:
        """Make a webhook."""
        self._box.count("provision")
        given = (request.get_json(silent=True) or {}).get("webhook") or {}
        absent = [name for name in ("name", "endpoint", "http_method", "request_format", "status") if name not in given]
        if absent:
            words = {"code": "InvalidWebhook", "title": f"{absent[0]} is required"}
            return _with_status(jsonify({"errors": [words]}), 400)
        name = f"01H{uuid.uuid4().hex[:23].upper()}"
        self.made[name] = {"id": name, **{key: given[key] for key in KEPT if key in given}}
        self.secrets[name] = uuid.uuid4().hex
        self._send()
        return _with_status(jsonify({"webhook": self.made[name]}), 201)

    def change(self, name: str) -> Response:
        """Change a webhook."""
        self._box.count("provision")
        if name not in self.made:
            return answers.not_found()
        self.made[name].update((request.get_json(silent=True) or {}).get("webhook") or {})
        self._send()
        return Response(status=204)

    def delete(self, name: str) -> Response:
        """Delete a webhook."""
        self._box.count("provision")
        if self.made.pop(name, None) is None:
            return answers.not_found()
        self._send()
        return Response(status=204)

    def secret(self, name: str) -> Response:
        """Show a webhook's signing secret."""
        self._box.count("provision")
        if name not in self.made:
            return answers.not_found()
        return jsonify({"signing_secret": {"algorithm": "SHA256", "secret": self.secrets[name]}})

    def _send(self) -> None:
        """Send from now on to the active webhook, or to nobody."""
        active = next((one for one in self.made.values() if one["status"] == "active"), None)
        order = {"webhook_url": active["endpoint"], "secret": self.secrets[active["id"]]} if active else {}
        self._box.configure(order or {"webhook_url": "", "secret": ""})


def _with_status(answer: Response, status: int) -> Response:
    answer.status_code = status
    return answer
