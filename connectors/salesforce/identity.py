"""Who somebody is at Salesforce: the web server flow with PKCE for the scope ``openid``, and the UserInfo endpoint.

https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_web_server_flow.htm
https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_userinfo_endpoint.htm
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from connectors.oauth import answer
from connectors.salesforce.grants import ORGANISATION, SITES
from connectors.transport import VendorAdapter, session
from core.errors import RejectedError
from core.installation.pkce import challenge
from core.installation.ports import App, Asked, Person, SignIn
from core.ports import Clock

USER = re.compile(r"005[A-Za-z0-9]{15}", re.ASCII)
SCOPE = "openid"


class SalesforceSignIn:
    """See ``core.installation.ports.SignIn``. The site is production or sandbox; the org follows from the user."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._wire = session(VendorAdapter(app.base_url, read_seconds=15.0))

    def address(self, asked: Asked) -> str:
        """Return the login page of a site."""
        query = {
            "response_type": "code",
            "client_id": self._app.client_id,
            "redirect_uri": asked.redirect_uri,
            "scope": SCOPE,
            "state": asked.state,
            "code_challenge": challenge(asked.verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._app.base_url or _site(asked)}/services/oauth2/authorize?{urlencode(query)}"

    def person(self, asked: Asked, code: str) -> Person:
        """Buy a token that is good for nothing but this question, ask it, and end it."""
        site = _site(asked)
        bought = answer(self._wire.post(f"{site}/services/oauth2/token", data=self._order(asked, code)))
        token = str(bought.get("access_token") or "")
        header = {"Authorization": f"Bearer {token}"}
        known = answer(self._wire.get(f"{site}/services/oauth2/userinfo", headers=header))
        self._wire.post(f"{site}/services/oauth2/revoke", data={"token": token})
        user, org = str(known.get("user_id") or ""), str(known.get("organization_id") or "")
        if known.get("active") is False or not USER.fullmatch(user) or not ORGANISATION.fullmatch(org):
            raise RejectedError("GRANT_REFUSED", "Salesforce names nobody")
        return Person(org, user)

    def _order(self, asked: Asked, code: str) -> dict[str, str]:
        secret = {"client_secret": self._app.client_secret} if self._app.client_secret else {}
        return {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self._app.client_id,
            "redirect_uri": asked.redirect_uri,
            "code_verifier": asked.verifier,
            **secret,
        }


def build(app: App, scopes: Sequence[str], clock: Clock) -> SignIn:
    """Return Salesforce's half of signing in; it asks for less than the app may."""
    return SalesforceSignIn(app)


def _site(asked: Asked) -> str:
    if asked.site not in SITES:
        raise RejectedError("BAD_ACCOUNT", "a Salesforce org is of production or a sandbox")
    return SITES[asked.site]
