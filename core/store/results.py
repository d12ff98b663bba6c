"""What a tenant's cases came to: values, reasons, tasks, turns, for reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from core.judgement import Turn
from core.store import cases
from core.store.engine import Store
from core.store.tables import CaseRow, InboxRow, InstallationRow, ObservationRow, TaskRow

# The flag's reasons speak for the case; the others explain single values.
SPOKESMAN = "attune_risk_flag"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case, judged."""

    values: Mapping[str, Any]
    refusals: tuple[str, ...]
    reasons: tuple[Mapping[str, Any], ...]
    turns: tuple[Turn, ...]
    tasks: tuple[Any, ...]
    dead: bool


def of_cases(store: Store, tenant: str, installation: str) -> dict[str, CaseResult]:
    """Return every case of an installation by the vendor's id."""
    with store.tenant(tenant) as connection:
        rows = list(connection.execute(select(CaseRow.__table__).where(CaseRow.installation_id == installation)))
        turns = cases.turns(connection, [row.id for row in rows])
        seen = _observations(connection)
        tasks = _tasks(connection)
        dead = set(connection.execute(select(InboxRow.subject).where(InboxRow.state == "dead")).scalars())
    return {row.external_id: _result(row, turns[row.id], seen.get(f"case:{row.id}", []), tasks, dead) for row in rows}


def _result(row: Any, turns: list[Turn], seen: list[Any], tasks: Mapping[str, list[Any]], dead: set[str]) -> CaseResult:
    values = {one.key: (one.value or {}).get("value") for one in seen}
    refused = [one.refused for one in seen if one.refused]
    noted = [code for turn in turns for code in (*turn.notes, turn.refused or "") if code.endswith("_REFUSED")]
    reasons: list[Any] = next((one.reasons for one in seen if one.key == SPOKESMAN), [])
    mine = [*tasks.get(f"case:{row.id}", ()), *tasks.get(f"account:{row.account_id}", ())]
    return CaseResult(
        values={key: value for key, value in values.items() if value is not None},
        refusals=tuple(dict.fromkeys([*refused, *noted])),
        reasons=tuple(reasons),
        turns=tuple(turns),
        tasks=tuple(mine),
        dead=f"{row.vendor}:case:{row.external_id}" in dead,
    )


def _observations(connection: Connection) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    rows = connection.execute(select(ObservationRow.__table__).where(ObservationRow.subject.like("case:%")))
    for row in rows:
        found.setdefault(row.subject, []).append(row)
    return found


def _tasks(connection: Connection) -> dict[str, list[Any]]:
    joined = select(TaskRow.__table__, InstallationRow.vendor).join(
        InstallationRow, InstallationRow.installation_id == TaskRow.installation_id
    )
    found: dict[str, list[Any]] = {}
    for row in connection.execute(joined.order_by(TaskRow.opened_at)):
        found.setdefault(row.subject, []).append(row)
    return found
