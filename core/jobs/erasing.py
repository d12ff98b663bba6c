"""Erasure: gone from the core at once, cleared at every vendor with a receipt, a tombstone kept."""

from __future__ import annotations

from typing import Protocol

from core.installation.modules import Stage
from core.jobs.runtime import Runtime
from core.model import Level, Receipt, RecordRef
from core.ports import Clock
from core.store import audit, erasure, installations, links
from core.store.engine import Store
from core.store.erasure import Erased
from core.store.installations import Installation
from core.store.seal import Seal


class Tools(Protocol):
    """What erasing needs of a worker's runtime; the web process has these too."""

    @property
    def store(self) -> Store:
        """The database."""
        ...

    @property
    def seal(self) -> Seal:
        """The keys."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    def wake_erasure(self, installation: str, record: str, /) -> None:
        """Queue the clearing of a record at a vendor."""
        ...

    def wake_accounts(self, tenant: str, seconds: float, /) -> None:
        """Queue a look at a tenant's accounts."""
        ...


def erase_record(runtime: Runtime, installation: Installation, record: RecordRef, *, actor: str) -> Erased | None:
    """Erase the person behind a vendor's record, if that record is known."""
    with runtime.store.tenant(installation.tenant) as connection:
        found = links.known(connection, installation.id, Level.PERSON, [record.id])
    link = found.get(record.id)
    return erase_person(runtime, installation.tenant, link.entity, actor=actor) if link else None


def erase_person(runtime: Tools, tenant: str, person: int, *, actor: str) -> Erased:
    """Erase a person of ours; queues the clearing of each vendor record."""
    now = runtime.clock.now()
    pseudonym = runtime.seal.digest(tenant, f"person:{person}")
    with runtime.store.tenant(tenant) as connection:
        erased = erasure.erase(connection, tenant, person, pseudonym, now)
        entry = audit.Entry(actor, "erased", pseudonym, {"counts": erased.counts, "vendors": len(erased.records)})
        audit.append(connection, tenant, now, [entry])
        # Before the commit: a crash in between must not leave a vendor's records with nobody who clears them.
        for installation, record in erased.records:
            runtime.wake_erasure(installation, str(record))
    runtime.wake_accounts(tenant, 0)
    return erased


def clear_at_vendor(runtime: Runtime, installation_id: str, record: RecordRef) -> list[Receipt]:
    """Clear our fields on a person's records at one vendor; raises ``RetryLaterError`` when it cannot be reached."""
    tenant = runtime.directory.find(installation_id).tenant
    with runtime.store.tenant(tenant) as connection:
        installation = installations.read(connection, installation_id)
    if installation is None or installation.stage == Stage.ENDED:
        # Uninstalled: our access is gone, and what stands there is the customer's own affair.
        return []
    receipts = runtime.plugin(installation).erase(record)
    with runtime.store.tenant(tenant) as connection:
        subject = runtime.seal.digest(tenant, str(record))
        detail = {
            "vendor": installation.vendor,
            "records": len(receipts),
            "outcomes": sorted({str(receipt.outcome) for receipt in receipts}),
        }
        entry = audit.Entry("system", "erased_at_vendor", subject, detail)
        audit.append(connection, tenant, runtime.clock.now(), [entry])
    return receipts
