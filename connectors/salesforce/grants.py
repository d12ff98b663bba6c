"""How a Salesforce org lets us in: its admin pre-authorises our external client app for one user, for whom we sign.

Nobody is sent anywhere, and there is no refresh token: a signed assertion buys each session.
https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from connectors.oauth import answer
from connectors.salesforce.auth import GRANT, assertion
from connectors.transport import VendorAdapter, session
from core.errors import RejectedError
from core.installation.ports import App, Asked, Grant, Grants
from core.ports import Clock, Token

SITES: Mapping[str, str] = {
    "production": "https://login.salesforce.com",
    "sandbox": "https://test.salesforce.com",
}
USERNAME = re.compile(r"[^\s@]{1,80}@[^\s@]{1,80}")
ORGANISATION = re.compile(r"00D[A-Za-z0-9]{15}", re.ASCII)


class SalesforceGrants:
    """See ``core.installation.ports.Grants``. The account is the integration user's name."""

    def __init__(self, app: App, clock: Clock) -> None:
        self._app, self._clock = app, clock
        self._wire = session(VendorAdapter(app.base_url, read_seconds=15.0))

    def address(self, asked: Asked) -> str:
        """Return nothing: the org's admin has allowed it beforehand."""
        if not USERNAME.fullmatch(asked.account) or asked.site not in SITES:
            raise RejectedError("BAD_ACCOUNT", "a Salesforce user name looks like an e-mail address")
        return ""

    def exchange(self, asked: Asked, code: str) -> Grant:
        """Sign in as the user; the answer says which org and user that is."""
        site = SITES[asked.site]
        signed = assertion(
            key=self._app.private_key,
            issuer=self._app.client_id,
            subject=asked.account,
            audience=site,
            now=self._clock.now(),
        )
        given = answer(
            self._wire.post(f"{site}/services/oauth2/token", data={"grant_type": GRANT, "assertion": signed})
        )
        org, _, user = str(given.get("id") or "").rpartition("/id/")[2].partition("/")
        if not ORGANISATION.fullmatch(org):
            raise RejectedError("GRANT_REFUSED", "Salesforce names no organisation")
        extra = {"username": asked.account, "user_id": user, "instance_url": str(given.get("instance_url") or "")}
        token = Token(str(given.get("access_token") or ""), extra=extra)
        # What the user may do is a matter of the org's permissions, which are looked at through the API.
        return Grant(token, org, None, user, {"login_url": site})

    def revoke(self, token: Token, account_ref: str) -> None:
        """End the session. That the app may sign in again is for the org's admin to take back.

        https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_revoke_token.htm
        """
        home = token.extra.get("instance_url", "")
        if home and token.access:
            self._wire.post(f"{home}/services/oauth2/revoke", data={"token": token.access})


def build(app: App, scopes: Sequence[str], clock: Clock) -> Grants:
    """Return Salesforce's half of connecting; the app's scopes are set in the org."""
    return SalesforceGrants(app, clock)
