"""What the wizard remembers: steps, what was said of past cases, the checklist."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from core.compliance.retention import SCHEDULE
from core.store.tables import CaseRow, ChecklistRow, ObservationRow, SetupStepRow, TrialRow

FLAG = "attune_risk_flag"


@dataclass(frozen=True, slots=True)
class Noted:
    """How one step stands."""

    state: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    cause: str = ""
    at: datetime | None = None


def noted(connection: Connection, installation: str) -> dict[str, Noted]:
    """Return the steps that something was noted of."""
    rows = connection.execute(select(SetupStepRow.__table__).where(SetupStepRow.installation_id == installation)).all()
    return {row.step: Noted(row.state, row.detail, row.cause, row.at) for row in rows}


def note(
    connection: Connection,
    tenant: str,
    installation: str,
    step: str,
    state: str,
    now: datetime,
    *,
    detail: Mapping[str, Any] | None = None,
    cause: str = "",
) -> None:
    """Note how a step stands; without ``detail`` what was noted before stays."""
    values: dict[str, Any] = {"state": state, "cause": cause[:300], "at": now}
    if detail is not None:
        values["detail"] = dict(detail)
    row = {"tenant_id": tenant, "installation_id": installation, "step": step, **values}
    statement = insert(SetupStepRow).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["installation_id", "step"], set_=values))


# --- past cases -----------------------------------------------------------------------------------


def tried(connection: Connection, installation: str) -> set[str]:
    """Return the cases that were judged already."""
    return set(connection.execute(_of(installation, TrialRow.case_ref)).scalars())


def keep_trials(
    connection: Connection, tenant: str, installation: str, found: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """Keep what would have been said of some cases, as long as words are kept. Twice is once."""
    if not found:
        return
    ends = now + timedelta(days=SCHEDULE["message_text"])
    fixed = {"tenant_id": tenant, "installation_id": installation, "at": now, "expires_at": ends}
    statement = insert(TrialRow)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["installation_id", "case_ref"],
            set_={name: statement.excluded[name] for name in ("result", "person_ref", "at", "expires_at")},
        ),
        [{**fixed, **one} for one in found],
    )


def trials(connection: Connection, installation: str, limit: int = 50) -> list[Mapping[str, Any]]:
    """Return what would have been said, the most distressed case first."""
    distress = TrialRow.result["values"]["attune_distress"].as_float()
    listed = _of(installation, TrialRow.case_ref, TrialRow.result).order_by(distress.desc().nulls_last())
    return [{"case": row.case_ref, **row.result} for row in connection.execute(listed.limit(limit))]


def trial_count(connection: Connection, installation: str) -> int:
    """Return how many past cases were judged."""
    return int(connection.execute(_of(installation, func.count())).scalar_one())


def drop_trials(connection: Connection, installation: str) -> None:
    """Forget what was said, to try again."""
    connection.execute(delete(TrialRow).where(TrialRow.installation_id == installation))


def erase_trials(connection: Connection, records: Collection[str]) -> int:
    """Remove what was said about somebody's cases."""
    theirs = TrialRow.person_ref.in_(records) | TrialRow.case_ref.in_(records)
    return connection.execute(delete(TrialRow).where(theirs)).rowcount


def _of(installation: str, *columns: Any) -> Any:
    return select(*columns).select_from(TrialRow).where(TrialRow.installation_id == installation)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was seen while observing: cases, how many stand at which flag, how many were not analysed."""

    cases: int
    flags: Mapping[str, int]
    refused: int


def readiness(connection: Connection, installation: str) -> Readiness:
    """Count what an installation's cases came to so far."""
    mine = CaseRow.installation_id == installation
    cases = connection.execute(select(func.count()).select_from(CaseRow).where(mine)).scalar_one()
    of_case = ObservationRow.subject == func.concat("case:", CaseRow.id)
    flag = ObservationRow.value["value"].as_string().label("flag")
    seen = select(flag, func.count().label("n")).join(CaseRow, of_case).where(mine, ObservationRow.key == FLAG)
    flags = {row.flag: int(row.n) for row in connection.execute(seen.group_by(flag)) if row.flag}
    return Readiness(cases, flags, cases - sum(flags.values()))


# --- checklist ------------------------------------------------------------------------------------


def confirmed(connection: Connection) -> dict[str, Any]:
    """Return the confirmed points of the transaction's tenant: note, who, when."""
    return {row.item: row for row in connection.execute(select(ChecklistRow.__table__))}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What somebody says of a point; an empty note takes the confirmation back. See ``ChecklistRow``."""

    note: str
    version: str = ""
    published_on: date | None = None


def confirm(connection: Connection, tenant: str, item: str, said: Confirmation, actor: str, now: datetime) -> None:
    """Confirm a point, or take the confirmation back."""
    if not said.note:
        connection.execute(delete(ChecklistRow).where(ChecklistRow.item == item))
        return
    values = {**asdict(said), "actor": actor, "at": now}
    statement = insert(ChecklistRow).values({"tenant_id": tenant, "item": item, **values})
    connection.execute(statement.on_conflict_do_update(index_elements=["tenant_id", "item"], set_=values))
