"""From 'connect' to a token in the vault: the request, the vendor's answer, the installation.

https://www.rfc-editor.org/rfc/rfc9700 says what to guard against.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.errors import ConfigurationError, RejectedError
from core.installation.modules import Stage
from core.installation.ports import App, Asked, Grant, Grants
from core.ports import Token
from core.store import enrolment, grants, installations, stages
from core.store.enrolment import Joining
from core.store.ground import Ground
from core.store.installations import Installation
from manifests import declarations

if TYPE_CHECKING:
    from sqlalchemy import Connection

SEPARATOR = "\n"


@dataclass(frozen=True, slots=True)
class Started:
    """A request that has begun. ``address``: where the admin allows it; empty where it can be finished at once."""

    address: str = field(repr=False)
    state: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Connected:
    """What came of it."""

    tenant: str
    installation: str
    vendor: str
    actor: str
    again: bool


@dataclass(frozen=True, slots=True)
class Connecting(Ground):
    """Everything that connecting needs. ``apps`` by vendor; ``door`` gives the vendor's half."""

    apps: Mapping[str, App]
    door: Callable[[str], Grants]

    def start(self, tenant: str, vendor: str, asked: Asked, *, browser: str, actor: str) -> Started:
        """Begin; raise ``RejectedError`` NO_APP or BAD_ACCOUNT when it cannot be.

        ``browser``: what only the browser of whoever begins can show again, such as its session's token.
        """
        door = self._door(vendor)
        nonce = secrets.token_urlsafe(24)
        # Sealed, so that what comes back names its tenant without telling the vendor, and cannot be made up.
        state = self.seal.close(tenant + SEPARATOR + nonce)
        whole = replace(asked, state=state, verifier=secrets.token_urlsafe(48))
        address = door.address(whole)
        one = grants.UnderWay(vendor, nonce, browser, actor, {**asdict(whole), "state": ""})
        with self.store.tenant(tenant) as connection:
            grants.begin(connection, self.seal, tenant, one, self.clock.now())
        return Started(address, state)

    def finish(self, vendor: str, state: str, browser: str, *, code: str, error: str = "") -> Connected:
        """Take the vendor's answer.

        Raises ``RejectedError`` with GRANT_STATE, GRANT_DENIED, GRANT_REFUSED, ACCOUNT_TAKEN or SECOND_INSTALL, and
        ``RetryLaterError`` when the vendor is away. A request is used up by its first answer, whatever that is.
        """
        door = self._door(vendor)
        tenant, nonce = self._opened(state)
        with self.store.tenant(tenant) as connection:
            found = grants.take(connection, self.seal, vendor, nonce, browser, self.clock.now())
        if found is None:
            raise RejectedError("GRANT_STATE")
        if error:
            raise RejectedError("GRANT_DENIED", error[:100])
        actor, asked = found
        grant = door.exchange(Asked(**asked), code)
        return self.keep(tenant, vendor, grant, actor=actor)

    def keep(self, tenant: str, vendor: str, grant: Grant, *, actor: str) -> Connected:
        """Store access that a vendor gave: a new installation, or the one that is there, with a fresh token."""
        now = self.clock.now()
        with self.store.tenant(tenant) as connection:
            grants.hold(connection, vendor, grant.account_ref)
            # Two that connect different accounts of one vendor at once must not both find none.
            grants.hold(connection, vendor, f"of {tenant}")
            self._refuse_taken(tenant, vendor, grant)
            enrolment.open_tenant(connection, tenant, tenant, now)
            held = next((one for one in installations.of_tenant(connection) if one.vendor == vendor), None)
            if held and held.account_ref != grant.account_ref:
                raise RejectedError("SECOND_INSTALL", f"{vendor} {held.account_ref} is connected")
            joining = self._joining(tenant, vendor, grant, held)
            enrolment.enter(connection, self.store, self.seal, joining, now, actor=actor)
            self._place(connection, joining.installation, grant, held)
        self.directory.forget(joining.installation)
        return Connected(tenant, joining.installation, vendor, actor, held is not None)

    def _place(self, connection: Connection, installation: str, grant: Grant, held: Installation | None) -> None:
        fresh: dict[str, Any] = {"grant_refused_at": None, "ended_at": None, "purge_after": None}
        if grant.scopes is not None:
            fresh["granted"] = sorted(grant.scopes)
        # Whoever only renews a grant goes on where he was; a new or returning account is looked at first.
        if held is None or held.stage == Stage.ENDED:
            fresh |= {"stage": Stage.OBSERVING, "observe_until": None}
        stages.change(connection, installation, **fresh)
        stages.reopen(connection, installation)
        installations.resume(connection, installation)

    def _refuse_taken(self, tenant: str, vendor: str, grant: Grant) -> None:
        others = {entry.tenant for entry in self.directory.of_account(vendor, grant.account_ref)} - {tenant}
        if others:
            raise RejectedError("ACCOUNT_TAKEN")

    def _joining(self, tenant: str, vendor: str, grant: Grant, held: Installation | None) -> Joining:
        app = self.apps[vendor]
        before = self.directory.find(held.id) if held else None
        # HubSpot signs with the app's own secret; the others' secrets are made when listening begins.
        signing = (app.client_secret,) if vendor_signs(vendor) else (secrets.token_urlsafe(24),)
        extra = {**grant.token.extra, **_app(app)}
        return Joining(
            installation=held.id if held else secrets.token_hex(8),
            tenant=tenant,
            vendor=vendor,
            account_ref=grant.account_ref,
            base_url=app.base_url or (held.base_url if held else ""),
            secrets=before.secrets.live if before else signing,
            integration_ids=(grant.integration_id,) if grant.integration_id else (),
            client_cert=before.secrets.client_cert if before else "",
            token=Token(grant.token.access, grant.token.refresh, grant.token.expires_at, 0, extra),
            options={**(held.options if held else {}), **grant.options},
        )

    def _opened(self, state: str) -> tuple[str, str]:
        try:
            tenant, found, nonce = self.seal.open(state[:2_000]).partition(SEPARATOR)
        except (ConfigurationError, UnicodeError):
            raise RejectedError("GRANT_STATE") from None
        if not found or "\0" in tenant:
            raise RejectedError("GRANT_STATE")
        return tenant, nonce

    def _door(self, vendor: str) -> Grants:
        if vendor not in self.apps:
            raise RejectedError("NO_APP")
        return self.door(vendor)


def vendor_signs(vendor: str) -> bool:
    """Say whether a vendor signs what it sends with the secret of the app, one for all its accounts."""
    return bool(declarations()[vendor].get("client_signed"))


def _app(app: App) -> dict[str, str]:
    """Return what a token's renewal needs to know of the app."""
    known = {"client_id": app.client_id, "client_secret": app.client_secret, "private_key": app.private_key}
    return {name: value for name, value in known.items() if value}
