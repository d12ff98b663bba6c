"""Tenants and installations: what the workers need to know of them, and the pause of one that cannot be reached."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from core.installation.modules import Stage
from core.judgement import JudgementSettings, Owners
from core.store.tables import InstallationRow, TenantRow

LONGEST_PAUSE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Installation:
    """One vendor's account connected to a tenant."""

    id: str
    tenant: str
    vendor: str
    account_ref: str
    base_url: str
    options: Mapping[str, Any] = field(default_factory=dict)
    paused_until: datetime | None = None
    pause_cause: str = ""
    outage_since: datetime | None = None
    stage: str = Stage.AUTOMATED

    def is_paused(self, now: datetime) -> bool:
        """Say whether nothing may be sent to the vendor: not yet, or, once it was uninstalled, not any more."""
        return self.stage == Stage.ENDED or (self.paused_until is not None and self.paused_until > now)


def read(connection: Connection, installation: str) -> Installation | None:
    """Return an installation of the transaction's tenant."""
    row = connection.execute(
        select(InstallationRow.__table__).where(InstallationRow.installation_id == installation)
    ).first()
    return _installation(row) if row else None


def of_tenant(connection: Connection) -> list[Installation]:
    """Return all installations of the transaction's tenant."""
    rows = connection.execute(select(InstallationRow.__table__).order_by(InstallationRow.vendor))
    return [_installation(row) for row in rows]


def pause(connection: Connection, installation: str, after_seconds: float | None, cause: str, now: datetime) -> float:
    """Hold an installation: for the vendor's own ``Retry-After``, else 1 s x 2^n with jitter, five minutes at most.

    Returns the wait in seconds. No row's tries are used up.
    """
    row = connection.execute(
        select(InstallationRow.outage_tries, InstallationRow.outage_since)
        .where(InstallationRow.installation_id == installation)
        .with_for_update()
    ).one()
    # Jitter spreads the workers; it keeps no secret.
    backoff = min(LONGEST_PAUSE_SECONDS, 2.0**row.outage_tries) * random.uniform(0.8, 1.2)  # noqa: S311
    wait = after_seconds or backoff
    values = {
        "paused_until": now + timedelta(seconds=wait),
        "pause_cause": cause[:200],
        "outage_tries": min(row.outage_tries + 1, 12),
        "outage_since": row.outage_since or now,
    }
    connection.execute(update(InstallationRow).where(InstallationRow.installation_id == installation).values(values))
    return wait


def resume(connection: Connection, installation: str) -> None:
    """Note that the vendor answers again."""
    values = {"paused_until": None, "pause_cause": "", "outage_tries": 0, "outage_since": None}
    connection.execute(
        update(InstallationRow)
        .where(InstallationRow.installation_id == installation, InstallationRow.outage_since.is_not(None))
        .values(values)
    )


def judgement_settings(connection: Connection, vendor: str) -> JudgementSettings:
    """Return the tenant's settings of the judgement, with the owners as that vendor's user ids."""
    row = connection.execute(select(TenantRow.__table__)).one()
    choices: Mapping[str, Any] = row.choices
    owners = choices.get("owners", {}).get(vendor, {})
    changed = {name: choices[name] for name in ("weights", "tag_threshold", "holidays") if name in choices}
    if "scoring_version" in choices:
        changed["rule_version"] = f"{JudgementSettings().rule_version}.{choices['scoring_version']}"
    return JudgementSettings(
        mode=row.mode,
        reply_write=row.reply_write,
        locale=row.locale,
        time_zone=row.time_zone,
        owners=Owners(owners.get("admin"), owners.get("on_call"), owners.get("trained")),
        **changed,
    )


def _installation(row: Any) -> Installation:
    return Installation(
        row.installation_id,
        row.tenant_id,
        row.vendor,
        row.account_ref,
        row.base_url,
        row.options,
        row.paused_until,
        row.pause_cause,
        row.outage_since,
        row.stage,
    )
