"""What is known of people and accounts besides the case at hand, summed in the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text

from core.judgement import CaseHistory, Scored
from core.store import judgements
from core.store.tables import AccountRow, ObservationRow

# A contact is a day on which the customer wrote in a case: five messages in an hour are one contact.
_PEOPLE = text(
    """SELECT w.case_id,
      (SELECT count(DISTINCT (t.case_id, (t.at AT TIME ZONE 'UTC')::date))
        FROM turn t JOIN case_file c ON c.id = t.case_id
        WHERE c.person_id = w.person_id AND t.role = 'customer'
          AND t.at <= w.at AND t.at > w.at - interval '7 days') AS contacts,
      (SELECT count(*) FROM case_file c
        WHERE c.person_id = w.person_id AND c.id <> w.case_id
          AND c.escalated_at > w.at - interval '90 days') AS escalations
    FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS w(case_id bigint, person_id bigint, at timestamptz)"""
)
_ACCOUNTS = text(
    """WITH recent AS (
      SELECT c.*, power(0.5, extract(epoch FROM CAST(:now AS timestamptz) - c.last_turn_at) / :half_life) AS weight,
        CAST(:now AS timestamptz) - interval '30 days' AS month_ago
      FROM case_file c WHERE c.account_id = ANY(:accounts)
        AND c.last_turn_at > CAST(:now AS timestamptz) - interval '180 days')
    SELECT r.account_id,
      coalesce(sum(r.sentiment * r.weight), 0) AS total,
      coalesce(sum(r.weight) FILTER (WHERE r.sentiment IS NOT NULL), 0) AS weight,
      coalesce(sum((SELECT count(DISTINCT (t.at AT TIME ZONE 'UTC')::date) FROM turn t
        WHERE t.case_id = r.id AND t.role = 'customer' AND t.at > r.month_ago)), 0) AS contacts,
      coalesce(sum(r.reopens) FILTER (WHERE r.reopened_at > r.month_ago), 0) AS reopens,
      count(*) FILTER (WHERE r.escalated_at > r.month_ago) AS escalations,
      count(*) AS cases, max(r.left_out) AS left_out
    FROM recent r GROUP BY r.account_id"""
)


@dataclass(frozen=True, slots=True)
class Sums:
    """One account's sums over cases; contacts, reopenings and escalations within 30 days."""

    total: float = 0.0
    weight: float = 0.0
    contacts: int = 0
    reopens: int = 0
    escalations: int = 0
    cases: int = 0
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account's own row."""

    name: str | None = None
    owner_id: str | None = None
    signals: Mapping[str, float] = field(default_factory=dict)


def of_people(
    connection: Connection,
    wanted: Sequence[Mapping[str, Any]],
    reopens: Mapping[int, int],
    previous: Mapping[str, Mapping[str, Scored]],
) -> dict[int, CaseHistory]:
    """Return the history of each case: ``wanted`` has ``case_id``, ``person_id`` and ``at`` (ISO text)."""
    rows = connection.execute(_PEOPLE, {"wanted": json.dumps(list(wanted))})
    return {
        row.case_id: CaseHistory(
            contacts_7d=row.contacts,
            reopens=reopens.get(row.case_id, 0),
            escalations_90d=row.escalations,
            previous=previous.get(f"case:{row.case_id}", {}),
        )
        for row in rows
    }


def of_accounts(
    connection: Connection, accounts: Iterable[int], *, now: datetime, half_life_seconds: float
) -> dict[int, Sums]:
    """Return each account's sums over its cases."""
    values = {"accounts": sorted(set(accounts)), "now": now, "half_life": half_life_seconds}
    rows = connection.execute(_ACCOUNTS, values)
    return {
        row.account_id: Sums(
            total=float(row.total),
            weight=float(row.weight),
            contacts=int(row.contacts),
            reopens=int(row.reopens),
            escalations=row.escalations,
            cases=row.cases,
            left_out=row.left_out,
        )
        for row in rows
    }


def lock_accounts(connection: Connection, accounts: Iterable[int]) -> dict[int, AccountFacts]:
    """Return accounts, locked until the transaction ends, so that two batches never judge one at a time."""
    rows = connection.execute(
        select(AccountRow.__table__)
        .where(AccountRow.id.in_(sorted(set(accounts))))
        .order_by(AccountRow.id)
        .with_for_update()
    )
    return {
        row.id: AccountFacts(row.name, row.owner_id, {k: float(v) for k, v in row.signals.items() if v is not None})
        for row in rows
    }


def previous(connection: Connection, subjects: Iterable[str]) -> dict[str, dict[str, Scored]]:
    """Return the last value of every key of the subjects."""
    found: dict[str, dict[str, Scored]] = {}
    rows = connection.execute(select(ObservationRow.__table__).where(ObservationRow.subject.in_(sorted(set(subjects)))))
    for row in rows:
        found.setdefault(row.subject, {})[row.key] = judgements.scored(row)
    return found
