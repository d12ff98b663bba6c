"""What has to be true before scores are written, and the switch itself. Every turn of it is in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from core.compliance.notices import Notice, version
from core.errors import RejectedError
from core.installation.checklist import ITEMS, LONGEST_NOTE
from core.installation.modules import ESSENTIAL, MODULES, Stage
from core.installation.steps import DONE
from core.store import audit, enrolment, notices, setup, stages, tenants
from core.store.setup import Confirmation
from core.store.stages import Place

if TYPE_CHECKING:
    from sqlalchemy import Connection

PURPOSES = ("service_analysis", "health_scoring")
BASES = ("legitimate_interest", "consent", "contract", "legal_obligation")


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is in the way of going live: its reason code, and what exactly."""

    code: str
    what: str = ""


def gaps(connection: Connection, place: Place, now: datetime) -> list[Gap]:
    """Return everything that is in the way, in the order of the steps."""
    noted = setup.noted(connection, place.id)
    bases = tenants.bases(connection)
    confirmed = setup.confirmed(connection)
    open_items = [item.title for name, item in ITEMS.items() if name not in confirmed]
    old = [ITEMS[name].title for name in outdated(connection, confirmed)]
    found = [Gap("NOT_READY", step) for step in ("fields", "observe") if noted.get(step, setup.Noted("")).state != DONE]
    found += [Gap("SCOPE_MISSING", ", ".join(place.off[ESSENTIAL]))] if ESSENTIAL in place.off else []
    found += [Gap("NO_BASIS", purpose) for purpose in PURPOSES if purpose not in bases]
    found += [Gap("OBSERVING", f"{place.observe_until:%-d %b %Y}")] if _observing(place, now) else []
    found += [Gap("CHECKLIST_OPEN", title) for title in open_items]
    return found + [Gap("NOTICE_OUTDATED", title) for title in old]


def is_checked(connection: Connection) -> bool:
    """Say whether every point of the checklist is confirmed, and for the texts of now."""
    confirmed = setup.confirmed(connection)
    return set(confirmed) - set(outdated(connection, confirmed)) >= set(ITEMS)


def outdated(connection: Connection, confirmed: Mapping[str, Any]) -> list[str]:
    """Return the confirmed points whose texts have changed since: people were told something else (PRIV-8)."""
    texts = notices.current(connection)
    return [name for name, row in confirmed.items() if ITEMS[name].has_texts and row.version != version(texts, name)]


def go_live(connection: Connection, place: Place, now: datetime, *, actor: str, early: str = "") -> None:
    """Begin to write. ``early``: why before the time of observing is over; kept with the audit entry.

    Raises ``RejectedError`` with the first gap that is left.
    """
    left = [gap for gap in gaps(connection, place, now) if not (early and gap.code == "OBSERVING")]
    if left:
        raise RejectedError(left[0].code, left[0].what)
    stages.change(connection, place.id, stage=Stage.WRITING)
    if tenants.read(connection).mode == "observe":
        enrolment.change_tenant(connection, place.tenant, now, mode="live")
    _tell(connection, place, now, actor, "went_live", {"early": early[:LONGEST_NOTE]} if early else {})


def automate(connection: Connection, place: Place, now: datetime, *, actor: str, on: bool) -> None:
    """Switch follow-up tasks on or off; only where writing is on already."""
    if place.stage not in (Stage.WRITING, Stage.AUTOMATED):
        raise RejectedError("NOT_READY", "live")
    stages.change(connection, place.id, stage=Stage.AUTOMATED if on else Stage.WRITING)
    _tell(connection, place, now, actor, "automation_on" if on else "automation_off", {})


def step_back(connection: Connection, place: Place, now: datetime, *, actor: str) -> None:
    """Go back to observing: nothing more is written; what stands in records stays."""
    if place.stage in (Stage.WRITING, Stage.AUTOMATED):
        stages.change(connection, place.id, stage=Stage.OBSERVING)
        _tell(connection, place, now, actor, "went_back_to_observing", {})


def choose(
    connection: Connection,
    place: Place,
    now: datetime,
    *,
    actor: str,
    modules: tuple[str, ...],
    bases: Mapping[str, str],
    record: str,
) -> None:
    """Choose the parts, and record the lawful basis of each purpose that one is given for."""
    chosen = [name for name in MODULES if name in modules or name == ESSENTIAL]
    stages.change(connection, place.id, modules=chosen)
    given = {purpose: bases[purpose] for purpose in PURPOSES if bases.get(purpose) in BASES}
    if given:
        enrolment.record_basis(connection, place.tenant, given, record[:LONGEST_NOTE] or "not stated", now)
    setup.note(connection, place.tenant, place.id, "modules", DONE, now, detail={"modules": chosen})
    _tell(connection, place, now, actor, "modules_chosen", {"modules": chosen, "bases": given})


def confirm(
    connection: Connection,
    tenant: str,
    now: datetime,
    *,
    actor: str,
    notes: Mapping[str, str],
    published: Mapping[str, date] = MappingProxyType({}),
) -> None:
    """Confirm points of the checklist, or take confirmations back with an empty note.

    ``published``: since when the texts of a point are public; today where nothing is said.
    """
    held, texts = setup.confirmed(connection), notices.current(connection)
    given = {name: _said(name, notes[name], texts, published.get(name, now.date())) for name in ITEMS if name in notes}
    changed = {name: said for name, said in given.items() if said != _before(held.get(name))}
    for name, said in changed.items():
        setup.confirm(connection, tenant, name, said, actor, now)
    if changed:
        detail = {name: _shown(said) for name, said in changed.items()}
        audit.append(connection, tenant, now, [audit.Entry(actor, "checklist_changed", "tenant", detail)])


def _said(name: str, note: str, texts: Sequence[Notice], since: date) -> Confirmation:
    said = Confirmation(note.strip()[:LONGEST_NOTE])
    if not ITEMS[name].has_texts or not said.note:
        return said
    return replace(said, version=version(texts, name), published_on=since)


def _before(row: Any) -> Confirmation:
    return Confirmation(row.note, row.version, row.published_on) if row else Confirmation("")


def _shown(said: Confirmation) -> bool | str:
    """Return what the trail keeps of a confirmation: whether, and which texts since when."""
    return f"texts {said.version}, public since {said.published_on}" if said.version else bool(said.note)


def _observing(place: Place, now: datetime) -> bool:
    return place.observe_until is not None and place.observe_until > now


def _tell(
    connection: Connection, place: Place, now: datetime, actor: str, action: str, detail: Mapping[str, object]
) -> None:
    detail = {"vendor": place.vendor, "installation": place.id, **detail}
    audit.append(connection, place.tenant, now, [audit.Entry(actor, action, "tenant", detail)])
