"""What a button of each step does: a worker is asked, or a choice is stored. Nobody waits for a vendor here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from core.errors import RejectedError
from core.installation import asking, golive
from core.installation.checklist import ITEMS
from core.installation.steps import CATCH_UP, STEPS
from core.store import feedback, setup
from core.store.stages import Place
from plugins.console.desk import Desk, Visitor

# The sentences that are told afterwards (plugins.console.menu.TOLD).
ASKED, SAVED, LIVE, OBSERVING_AGAIN = "ASKED", "SAVED", "LIVE", "OBSERVING_AGAIN"
AUTOMATION_ON, AUTOMATION_OFF = "AUTOMATION_ON", "AUTOMATION_OFF"

Form = Any
Act = Callable[[Desk, Visitor, Place, Form], str]


def _work(step: str, desk: Desk, visitor: Visitor, place: Place, form: Form) -> str:
    """Ask a worker for a step; ``again`` forgets what an earlier try brought."""
    if step == "past" and "again" in form:
        with desk.store.tenant(visitor.tenant) as connection:
            setup.drop_trials(connection, place.id)
    asking.ask(desk.store, desk.wake_setup, visitor.tenant, place.id, step, desk.now())
    return ASKED


def _modules(desk: Desk, visitor: Visitor, place: Place, form: Form) -> str:
    bases = {purpose: form.get(f"basis-{purpose}", "") for purpose in golive.PURPOSES}
    record = form.get("record", "").strip()
    if any(bases.values()) and not record:
        raise RejectedError("NO_BASIS", "say where the decision is kept")
    chosen = tuple(form.getlist("module"))
    with desk.store.tenant(visitor.tenant) as connection:
        now = desk.now()
        golive.choose(connection, place, now, actor=_who(desk, visitor), modules=chosen, bases=bases, record=record)
    return SAVED


def _checklist(desk: Desk, visitor: Visitor, place: Place, form: Form) -> str:
    notes = {name: form.get(name, "") if f"{name}-done" in form else "" for name in ITEMS}
    today = desk.now().date()
    days = {name: _day(form.get(f"{name}-since", ""), today) for name in ITEMS}
    with desk.store.tenant(visitor.tenant) as connection:
        golive.confirm(connection, visitor.tenant, desk.now(), actor=_who(desk, visitor), notes=notes, published=days)
    return SAVED


def _day(given: str, today: date) -> date:
    """Return the day since which a text is public: none that has still to come, and today where nothing is said."""
    try:
        return min(date.fromisoformat(given), today) if given else today
    except ValueError:
        raise RejectedError("CHECKLIST_OPEN", "a day is written as year-month-day") from None


def _live(desk: Desk, visitor: Visitor, place: Place, form: Form) -> str:
    with desk.store.tenant(visitor.tenant) as connection:
        now, who = desk.now(), _who(desk, visitor)
        if "back" in form:
            golive.step_back(connection, place, now, actor=who)
            return OBSERVING_AGAIN
        golive.go_live(connection, place, now, actor=who, early=form.get("early", "").strip())
    asking.ask(desk.store, desk.wake_setup, visitor.tenant, place.id, CATCH_UP, now)
    return LIVE


def _automation(desk: Desk, visitor: Visitor, place: Place, form: Form) -> str:
    on = "off" not in form
    with desk.store.tenant(visitor.tenant) as connection:
        golive.automate(connection, place, desk.now(), actor=_who(desk, visitor), on=on)
    return AUTOMATION_ON if on else "AUTOMATION_OFF"


def _who(desk: Desk, visitor: Visitor) -> str:
    return feedback.actor(desk.seal, visitor.reader)


ACTS: Mapping[str, Act] = {
    **{step.name: partial(_work, step.name) for step in STEPS if step.background},
    "modules": _modules,
    "checklist": _checklist,
    "live": _live,
    "automation": _automation,
}
