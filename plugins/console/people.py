"""Who stands behind a pseudonym, as far as an organisation may see it: its own local users."""

from __future__ import annotations

from sqlalchemy import Connection

from core.roles import Reader
from core.store import console_users, feedback
from core.store.console_users import LOCAL
from plugins.console.desk import Desk


def names(desk: Desk, connection: Connection, tenant: str) -> dict[str, str]:
    """Return pseudonym -> name of the console's local users, so that a page can say who of them did something."""
    readers = [Reader(tenant, "", LOCAL, one.name, one.role) for one in console_users.listed(connection)]
    return {feedback.actor(desk.seal, one): one.user for one in readers}
