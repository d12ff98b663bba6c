"""The rest of the way out, for workers: the access taken back at the vendor, and the purge within 30 days."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import structlog

from core.errors import AttuneError, ConfigurationError, RetryLaterError
from core.installation.ending import STEP
from core.installation.modules import Stage
from core.installation.ports import App
from core.installation.steps import DONE, QUEUED, RUNNING
from core.jobs import pausing
from core.jobs.runtime import Runtime
from core.ports import Token
from core.store import audit, installations, purging, setup, stages
from core.store.installations import Installation
from core.store.stages import Place
from core.store.tokens import PgVault

log = structlog.get_logger()


def take_leave(runtime: Runtime, installation_id: str) -> None:
    """Remove our webhook and take the access back at the vendor; then forget the tokens. Twice is once.

    Raises ``RetryLaterError`` when the vendor is away: the tokens are kept until it has heard of it.
    """
    installation, place = _read(runtime, installation_id)
    if place.stage != Stage.ENDED:
        return
    _note(runtime, installation, RUNNING)
    try:
        _at_vendor(runtime, installation, place)
    except RetryLaterError as error:
        _note(runtime, installation, QUEUED, cause=f"{installation.vendor} is away: {error.cause or 'no answer'}")
        raise
    _forget(runtime, installation)
    _note(runtime, installation, DONE, detail={"revoked": True})
    if place.purge_after is not None and place.purge_after <= runtime.clock.now():
        purge(runtime, installation_id)


def _at_vendor(runtime: Runtime, installation: Installation, place: Place) -> None:
    token = _token(runtime, installation)
    if not token.access and not token.refresh:
        return
    try:
        runtime.setup(installation).hush(place.webhook_ref)
    except ConfigurationError:
        # The vendor took the access back before we did.
        log.info("leaving_without_access", installation=installation.id)
    # Removing the webhook may have renewed it.
    token = _token(runtime, installation)
    app = App(token.extra.get("client_id", ""), token.extra.get("client_secret", ""), base_url=installation.base_url)
    runtime.vendors[installation.vendor].door(app, runtime.clock).revoke(token, installation.account_ref)


def _token(runtime: Runtime, installation: Installation) -> Token:
    return PgVault(runtime.store, runtime.seal, installation.tenant, installation.id).current()


def _forget(runtime: Runtime, installation: Installation) -> None:
    with runtime.store.tenant(installation.tenant) as connection:
        PgVault(runtime.store, runtime.seal, installation.tenant, installation.id).put(connection, Token(""), 0)
        stages.change(connection, installation.id, sealed_token="", webhook_ref="")
        entry = audit.Entry("system", "access_revoked", "tenant", {"vendor": installation.vendor})
        audit.append(connection, installation.tenant, runtime.clock.now(), [entry])


def purge(runtime: Runtime, installation_id: str, *, actor: str = "system") -> dict[str, int]:
    """Remove what an ended installation brought, now; return how much, by table."""
    installation, place = _read(runtime, installation_id)
    if place.stage != Stage.ENDED:
        raise ConfigurationError("only an uninstalled connection can be purged")
    with runtime.store.tenant(installation.tenant) as connection:
        gone = purging.purge(connection, installation.id)
        detail = {"vendor": installation.vendor, "installation": installation.id, "counts": gone}
        entry = audit.Entry(actor, "purged", "tenant", detail)
        audit.append(connection, installation.tenant, runtime.clock.now(), [entry])
    runtime.directory.forget(installation.id)
    return gone


def purge_due(runtime: Runtime, tenants: Collection[str] = ()) -> list[str]:
    """Purge every installation whose 30 days are over (of these tenants, or of all); return their ids."""
    now = runtime.clock.now()
    gone: list[str] = []
    for tenant in tenants or sorted({tenant for _, tenant, _ in runtime.directory.all()}):
        with runtime.store.tenant(tenant) as connection:
            due = stages.to_purge(connection, now)
        for installation in due:
            purge(runtime, installation)
        gone += due
    return gone


def look_at_all(runtime: Runtime) -> None:
    """Look at every installation. For the nightly job: an uninstallation at the vendor is noticed within a day."""
    for installation_id, _, _ in runtime.directory.all():
        look_at(runtime, installation_id)


def look_at(runtime: Runtime, installation_id: str) -> None:
    """Ask a vendor whether we are still welcome; where not, the installation is paused and shows why."""
    installation, place = _read(runtime, installation_id)
    if installation.is_paused(runtime.clock.now()):
        return
    try:
        runtime.setup(installation).examine(frozenset(place.granted or ()))
    except RetryLaterError:
        log.info("not_looked_at", installation=installation_id)
    except ConfigurationError as error:
        pausing.pause(runtime, installation, error)
    except AttuneError as error:
        log.warning("looked_at_in_vain", installation=installation_id, cause=type(error).__name__)


def _read(runtime: Runtime, installation_id: str) -> tuple[Installation, Place]:
    tenant = runtime.directory.find(installation_id).tenant
    with runtime.store.tenant(tenant) as connection:
        installation, place = installations.read(connection, installation_id), stages.read(connection, installation_id)
    if installation is None or place is None:
        raise ConfigurationError(f"no installation {installation_id}")
    return installation, place


def _note(runtime: Runtime, installation: Installation, state: str, **more: Any) -> None:
    with runtime.store.tenant(installation.tenant) as connection:
        setup.note(connection, installation.tenant, installation.id, STEP, state, runtime.clock.now(), **more)
