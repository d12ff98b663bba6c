"""Reads what a hold is decided from, and notes every answer in the trail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from core.compliance import gate
from core.journey.hold import QUIET, Answer, Facts, purposes
from core.model import Level, Role
from core.store import audit, installations, ledger, links
from core.store.cases import DONE
from core.store.seal import Seal
from core.store.tables import CaseRow, HistoryRow, InboxRow, ObservationRow, TenantRow, TurnRow

BEHIND = timedelta(minutes=15)
SAFETY = "SAFETY_SIGNAL"


def person_of(connection: Connection, installation: str, contact: str) -> int | None:
    """Return the person behind a vendor's contact; ``None`` when nothing of it has come in."""
    link = links.known(connection, installation, Level.PERSON, [contact]).get(contact)
    return link.entity if link else None


def facts(connection: Connection, person: int | None, kind: str, now: datetime) -> Facts:
    """Return what is known of a person, as far as the person permits that it is looked at."""
    mode = connection.execute(select(TenantRow.mode)).scalar_one()
    refused = _refused(connection, person, kind)
    if person is None or refused:
        return Facts(person is not None, refused, mode, _current(connection, now))
    cases = _live_cases(connection, person, now)
    return Facts(
        True,
        "",
        mode,
        _current(connection, now),
        _courses(connection, cases),
        _wording(connection, person, now),
        _safety(connection, cases),
    )


def note(
    connection: Connection,
    seal: Seal,
    tenant: str,
    installation: str,
    person: int | None,
    answer: Answer,
    now: datetime,
) -> None:
    """Append the answer to the trail; call it last in the transaction."""
    who = seal.digest(tenant, f"person:{person}" if person else "unknown contact")
    detail = {"hold": answer.hold, "code": answer.code, "cause": answer.cause}
    audit.append(connection, tenant, now, [audit.Entry(f"workflow:{installation}", "campaign_hold", who, detail)])


def _refused(connection: Connection, person: int | None, kind: str) -> str:
    """Ask the gate: may the case scores be looked at, and may the person be sent this kind of message at all."""
    held = ledger.permissions(connection, [person])[person] if person else ledger.bases_only(connection)
    sending = [gate.decide(one, "contact_data", "marketing", held, action="send") for one in purposes(kind)]
    asked = (gate.decide(gate.SERVICE, "case_score", "system", held), *sending)
    return next((one.code for one in asked if not one.allowed), "")


def _current(connection: Connection, now: datetime) -> bool:
    """Say whether nothing has waited longer than 15 minutes to be read, and no tool been away for longer."""
    oldest = connection.execute(select(func.min(InboxRow.received_at)).where(InboxRow.state == "pending")).scalar()
    since = [oldest, *(one.outage_since for one in installations.of_tenant(connection))]
    return all(moment is None or now - moment <= BEHIND for moment in since)


def _live_cases(connection: Connection, person: int, now: datetime) -> list[str]:
    """Return the subjects of the cases that are open or were spoken in lately: closing is not resolving."""
    rows = connection.execute(
        select(CaseRow.id).where(
            CaseRow.person_id == person,
            or_(CaseRow.status.is_(None), CaseRow.status.not_in(DONE), CaseRow.last_turn_at >= now - QUIET),
        )
    )
    return [f"case:{id_}" for id_ in rows.scalars()]


def _courses(connection: Connection, cases: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    rows = connection.execute(
        select(HistoryRow.subject, HistoryRow.value)
        .where(HistoryRow.subject.in_(cases), HistoryRow.key == "attune_distress")
        .order_by(HistoryRow.at)
    )
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.value and row.value["value"] is not None:
            found[row.subject].append(float(row.value["value"]))
    return tuple(tuple(course) for course in found.values())


def _wording(connection: Connection, person: int, now: datetime) -> tuple[float, ...]:
    rows = connection.execute(
        select(TurnRow.judgement)
        .join(CaseRow, CaseRow.id == TurnRow.case_id)
        .where(CaseRow.person_id == person, TurnRow.role == Role.CUSTOMER, TurnRow.at >= now - QUIET)
    )
    judged = [(row or {}).get("customer") or {} for row in rows.scalars()]
    return tuple(float(one["sentiment"]) for one in judged if one.get("sentiment") is not None)


def _safety(connection: Connection, cases: Sequence[str]) -> bool:
    rows = connection.execute(
        select(ObservationRow.reasons).where(
            ObservationRow.subject.in_(cases), ObservationRow.key == "attune_risk_flag"
        )
    )
    return any(reason.get("code") == SAFETY for reasons in rows.scalars() for reason in reasons)
