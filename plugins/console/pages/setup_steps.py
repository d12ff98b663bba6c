"""How each step of an installation stands, and what its page shows beyond that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core.compliance.notices import version
from core.installation import golive, observing
from core.installation.checklist import ITEMS
from core.installation.modules import Stage
from core.installation.steps import CATCH_UP, DONE, FAILED, QUEUED, RUNNING, STEPS, WAITING, Step
from core.store import notices, setup, tenants
from core.store.setup import Noted
from core.store.stages import Place
from plugins.console import people
from plugins.console.desk import Desk

TONES: Mapping[str, tuple[str, str]] = {
    WAITING: ("quiet", "Not done yet"),
    QUEUED: ("watch", "Waiting for a worker"),
    RUNNING: ("watch", "Running"),
    DONE: ("calm", "Done"),
    FAILED: ("high", "Failed"),
}
BASES: Mapping[str, str] = {
    "legitimate_interest": "Legitimate interest",
    "consent": "Consent",
    "contract": "Contract",
    "legal_obligation": "Legal obligation",
}
PURPOSES: Mapping[str, str] = {
    "service_analysis": "Reading conversations to help",
    "health_scoring": "Scoring the health of accounts",
}
# Where a gap is closed; a step that is not ready is the place itself.
CLOSED_AT: Mapping[str, str] = {
    "SCOPE_MISSING": "connect",
    "NO_BASIS": "modules",
    "OBSERVING": "observe",
    "CHECKLIST_OPEN": "checklist",
    "NOTICE_OUTDATED": "checklist",
}
REFUSED = "The tool no longer accepts our access: connect it again, or uninstall."
Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stand:
    """How one step stands on the page."""

    step: Step
    noted: Noted
    tone: str
    words: str

    @property
    def busy(self) -> bool:
        """Whether a worker has it: the page looks again by itself."""
        return self.noted.state in (QUEUED, RUNNING)


def stands(connection: Connection, place: Place) -> list[Stand]:
    """Return how every step of an installation stands, in their order."""
    noted = setup.noted(connection, place.id)
    reached = {
        "checklist": golive.is_checked(connection),
        "live": place.stage in (Stage.WRITING, Stage.AUTOMATED),
        "automation": place.stage == Stage.AUTOMATED,
    }
    return [_stand(step, noted.get(step.name, Noted(WAITING)), place, reached) for step in STEPS]


def following(found: list[Stand]) -> str:
    """Return the first step that is not done."""
    return next((one.step.name for one in found if one.noted.state != DONE), STEPS[-1].name)


def shown(name: str, desk: Desk, connection: Connection, place: Place) -> Shown:
    """Return what the page of one step shows beyond how it stands."""
    return MORE[name](desk, connection, place) if name in MORE else {}


def _stand(step: Step, found: Noted, place: Place, reached: Mapping[str, bool]) -> Stand:
    if step.name in reached:
        found = Noted(DONE if reached[step.name] else WAITING, found.detail)
    if step.name == "connect" and place.grant_refused_at is not None:
        found = Noted(FAILED, found.detail, REFUSED)
    return Stand(step, found, *TONES[found.state])


def _modules(desk: Desk, connection: Connection, place: Place) -> Shown:
    return {"bases": BASES, "recorded": tenants.bases(connection)}


def _past(desk: Desk, connection: Connection, place: Place) -> Shown:
    return {"past": setup.trials(connection, place.id), "past_count": setup.trial_count(connection, place.id)}


def _observe(desk: Desk, connection: Connection, place: Place) -> Shown:
    days = observing.days(tenants.read(connection).choices)
    return {"seen": setup.readiness(connection, place.id), "observe_days": days}


def _checklist(desk: Desk, connection: Connection, place: Place) -> Shown:
    confirmed, texts = setup.confirmed(connection), notices.current(connection)
    return {
        "items": ITEMS,
        "confirmed": confirmed,
        "outdated": golive.outdated(connection, confirmed),
        "texts": texts,
        "versions": {item: version(texts, item) for item in ITEMS},
        "staff": people.names(desk, connection, place.tenant),
    }


def _live(desk: Desk, connection: Connection, place: Place) -> Shown:
    caught_up = setup.noted(connection, place.id).get(CATCH_UP)
    return {"gaps": golive.gaps(connection, place, desk.now()), "closed_at": CLOSED_AT, "caught_up": caught_up}


MORE: Mapping[str, Callable[[Desk, Connection, Place], Shown]] = {
    "modules": _modules,
    "past": _past,
    "observe": _observe,
    "checklist": _checklist,
    "live": _live,
}
