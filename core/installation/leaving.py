"""The way out: stopped at once, the access taken back, everything offered as one file, and purged within 30 days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, delete, update

from core.errors import AttuneError, ConfigurationError, RetryLaterError
from core.installation.modules import Stage
from core.installation.ports import App
from core.installation.steps import DONE, QUEUED, RUNNING
from core.jobs import pausing
from core.jobs.runtime import Runtime
from core.ports import Token
from core.store import audit, enrolment, installations, purging, setup, stages
from core.store.installations import Installation
from core.store.stages import Place
from core.store.tables import InboxRow, InstallationRow, OutboxRow
from core.store.tokens import PgVault

log = structlog.get_logger()

STEP = "leave"
PURGE_AFTER = timedelta(days=30)
# What nobody but the tool's own admin can take away; shown before and after.
STAYS = (
    "The values that Attune wrote stay in the records, and so do its fields, tags, private remarks and tasks: they are "
    "yours. Delete the fields whose names begin with attune_ in the tool if you no longer want them.",
    "In Salesforce the package and its outbound messages stay until it is uninstalled in the org; in HubSpot the app "
    "stays in the list of connected apps; in Zendesk the sidebar app stays until it is removed.",
    "The record of what Attune did (pseudonyms only, no words) is kept for two years, because it proves what was done.",
)


def end(connection: Connection, place: Place, now: datetime, *, actor: str) -> None:
    """Stop an installation at once: nothing comes in, nothing goes out. The vendor is told by ``take_leave``."""
    if place.stage == Stage.ENDED:
        return
    stages.end(connection, place.id, now, now + PURGE_AFTER)
    connection.execute(delete(OutboxRow).where(OutboxRow.installation_id == place.id))
    waiting = delete(InboxRow).where(InboxRow.installation_id == place.id, InboxRow.state == "pending")
    connection.execute(waiting)
    setup.note(connection, place.tenant, place.id, STEP, QUEUED, now, detail={})
    if all(one.stage == Stage.ENDED for one in stages.of_tenant(connection).values()):
        enrolment.change_tenant(connection, place.tenant, now, mode="observe")
    detail = {"vendor": place.vendor, "installation": place.id}
    audit.append(connection, place.tenant, now, [audit.Entry(actor, "uninstalled", "tenant", detail)])


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
        mine = InstallationRow.installation_id == installation.id
        connection.execute(update(InstallationRow).where(mine).values(sealed_token="", webhook_ref=""))
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
