"""Signing in through a tool: the tool proves the person, the roles of that tool's installation say who they are here.

Nobody is known when it begins, not even the organisation. So what is asked travels sealed in the state, bound to the
browser that began, and each state is good once. https://www.rfc-editor.org/rfc/rfc9700 says what to guard against.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from core.errors import ConfigurationError, RejectedError
from core.installation.modules import Stage
from core.installation.ports import App, Asked, Person, SignIn
from core.roles import CONSOLE_ROLES, Reader, role_of
from core.store import installations, sign_in_tries
from core.store.ground import Ground

LIVES = timedelta(minutes=10)
LONGEST_STATE = 4_000


@dataclass(frozen=True, slots=True)
class Came:
    """Who came back, and where they wanted to go."""

    person: Person
    wanted: str


@dataclass(frozen=True, slots=True)
class SigningIn(Ground):
    """Everything that signing in through a tool needs. ``apps`` by vendor; ``door`` gives the vendor's half."""

    apps: Mapping[str, App]
    door: Callable[[str], SignIn]

    def start(self, vendor: str, asked: Asked, *, browser: str, wanted: str) -> str:
        """Return the tool's page; raise ``RejectedError`` NO_APP or BAD_ACCOUNT when there is none.

        ``browser``: what only the browser of whoever begins can show again, such as its cookie's token.
        """
        whole = replace(asked, verifier=secrets.token_urlsafe(48))
        kept = {
            "vendor": vendor,
            "browser": self.seal.digest("sign-in browser", browser),
            "until": (self.clock.now() + LIVES).timestamp(),
            "nonce": secrets.token_urlsafe(16),
            "asked": {"site": whole.site, "verifier": whole.verifier, "redirect_uri": whole.redirect_uri},
            "wanted": wanted,
        }
        return self._door(vendor).address(replace(whole, state=self.seal.close(json.dumps(kept))))

    def finish(self, vendor: str, state: str, browser: str, *, code: str, error: str = "") -> Came:
        """Take the tool's answer.

        Raises ``RejectedError`` GRANT_STATE, GRANT_DENIED or GRANT_REFUSED, and ``RetryLaterError`` when the tool is
        away. A state is used up by its first answer, whatever that is.
        """
        door, kept = self._door(vendor), self._opened(state)
        fits = (kept["vendor"], kept["browser"]) == (vendor, self.seal.digest("sign-in browser", browser))
        if not self._is_first(kept) or not fits or kept["until"] <= self.clock.now().timestamp():
            raise RejectedError("GRANT_STATE")
        if error:
            raise RejectedError("GRANT_DENIED", error[:100])
        return Came(door.person(Asked(**kept["asked"]), code), kept["wanted"])

    def readers(self, vendor: str, person: Person) -> list[Reader]:
        """Return as whom somebody may open the console: once for each organisation that gave them a role for it."""
        places = self.directory.of_account(vendor, person.account_ref)
        found = [self._reader(entry.tenant, entry.installation, person.user) for entry in places]
        return [one for one in found if one]

    def _reader(self, tenant: str, installation: str, user: str) -> Reader | None:
        with self.store.tenant(tenant) as connection:
            place = installations.read(connection, installation)
        if place is None or place.stage == Stage.ENDED:
            return None
        role = role_of(place.options, user, "")
        return Reader(tenant, installation, place.vendor, user, role) if role in CONSOLE_ROLES else None

    def _is_first(self, kept: Mapping[str, Any]) -> bool:
        used = {self.seal.digest("sign-in state", kept["nonce"]): 1}
        with self.store.outside() as connection:
            return sign_in_tries.take(connection, used, self.clock.now())

    def _opened(self, state: str) -> dict[str, Any]:
        try:
            kept = json.loads(self.seal.open(state[:LONGEST_STATE]))
        except (ConfigurationError, ValueError):
            raise RejectedError("GRANT_STATE") from None
        # Other things are sealed with the same keys.
        if not isinstance(kept, dict) or "nonce" not in kept or "asked" not in kept:
            raise RejectedError("GRANT_STATE")
        return kept

    def _door(self, vendor: str) -> SignIn:
        if vendor not in self.apps:
            raise RejectedError("NO_APP")
        return self.door(vendor)
