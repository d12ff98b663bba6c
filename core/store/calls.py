"""An agent asks a supervisor to join: one task, through the outbox, also where analysis is off."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection

from core.compliance import gate
from core.model import Intent, IntentKind, Level, RecordRef
from core.recovery import templates
from core.store import installations, outbox, tasks
from core.store.cards import Place
from core.store.installations import Installation
from core.writing import Target, Wish

TEMPLATE = "supervisor_call"


def call(connection: Connection, installation: Installation, place: Place, now: datetime) -> bool:
    """Open the task; return ``False`` when one is open already. It speaks of the case only, of nobody's feelings."""
    settings = installations.judgement_settings(connection, installation.vendor)
    order = templates.order(TEMPLATE, place.subject, now, settings)
    record = RecordRef(installation.vendor, Level.CASE, place.id)
    intent = Intent(IntentKind.TASK, place.subject, TEMPLATE, asdict(order), gate.SERVICE, now)
    wish = Wish(Target(installation.id, record), IntentKind.TASK, TEMPLATE, asdict(order), intent)
    wishes = tasks.admit(connection, installation.tenant, [wish], now)
    # Without a person behind it: asking a colleague for help rests on nobody's permission to be analysed.
    outbox.put(connection, installation.tenant, wishes, person_of={}, now=now, coalesce_seconds=0.0)
    return bool(wishes)
