"""The HubSpot sandbox's marketplace: asks the app for a state, lets the admin allow it, wants the admin back.

https://developers.hubspot.com/docs/apps/developer-platform/list-apps/understand-app-install-flow
The vendor's own addresses for this are not published; these stand below ``/oauth/marketplace``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response, redirect, request

from connectors.hubspot.scopes import SCOPES
from connectors.sandbox_codes import is_address

if TYPE_CHECKING:
    from connectors.hubspot.sandbox import Sandbox

ROOT = "/oauth/marketplace"


class Marketplace:
    """``install?address=...`` is the button on the app's page; ``partner=no`` stands for an app without sign-in."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox
        sandbox.app.add_url_rule(f"{ROOT}/install", view_func=self._install)
        sandbox.app.add_url_rule(f"{ROOT}/return", view_func=self._return)
        sandbox.app.add_url_rule(f"{ROOT}/done", view_func=lambda: Response("Installed"), endpoint="installed")

    def _install(self) -> Response:
        address = request.args.get("address", "")
        if not is_address(address):
            return Response("no install address", 400)
        if request.args.get("partner") == "no":
            return _to(address, code=self._code(address), returnUrl=self._at("done"))
        return _to(address, step="authorize", returnUrl=f"{self._at('return')}?{urlencode({'address': address})}")

    def _return(self) -> Response:
        address, state = request.args["address"], request.args.get("state", "")
        given = {"code": self._code(address), "state": state, "returnUrl": self._at("done")}
        return _to(address, step="finalize", **given)

    def _code(self, address: str) -> str:
        with self._box.lock:
            return self._box.gate.codes.issue({"redirect_uri": address}, tuple(SCOPES), self._box.clock_.now())

    @staticmethod
    def _at(page: str) -> str:
        return f"{request.host_url.rstrip('/')}{request.script_root}{ROOT}/{page}"


def _to(address: str, **values: str) -> Response:
    sent: Response = redirect(f"{address}?{urlencode(values)}")  # type: ignore[assignment]
    return sent
