"""The notices of the transaction's tenant, as they have to be now."""

from __future__ import annotations

from sqlalchemy import Connection

from core.compliance import notices
from core.compliance.notices import Facts, Notice
from core.installation.modules import Stage
from core.store import stages, tenants
from manifests import declarations


def current(connection: Connection) -> list[Notice]:
    """Return the texts that fit what is switched on."""
    tenant = tenants.read(connection)
    places = [one for one in stages.of_tenant(connection).values() if one.stage != Stage.ENDED]
    facts = Facts(
        organisation=tenant.name,
        bases=tenants.bases(connection),
        tools=[declarations()[one.vendor]["label"] for one in places],
        reply_write=tenant.reply_write,
        contact=tenant.choices.get(notices.CONTACT, ""),
    )
    return notices.notices(facts)
