"""The end of a connection on our side: nothing comes in, nothing goes out. Light: the web process does it at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.installation.modules import Stage
from core.installation.steps import QUEUED
from core.store import audit, enrolment, sessions, setup, stages
from core.store.stages import Place

if TYPE_CHECKING:
    from sqlalchemy import Connection

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
    """Stop an installation at once: nothing comes in, nothing goes out, nobody is signed in through it.

    The vendor is told by ``take_leave``.
    """
    if place.stage == Stage.ENDED:
        return
    stages.end(connection, place.id, now, now + PURGE_AFTER)
    sessions.end_of(connection, place.id)
    setup.note(connection, place.tenant, place.id, STEP, QUEUED, now, detail={})
    if all(one.stage == Stage.ENDED for one in stages.of_tenant(connection).values()):
        enrolment.change_tenant(connection, place.tenant, now, mode="observe")
    detail = {"vendor": place.vendor, "installation": place.id}
    audit.append(connection, place.tenant, now, [audit.Entry(actor, "uninstalled", "tenant", detail)])
