"""Cases and their turns: merged by time, so that a late event never overwrites a newer fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from core.compliance.retention import SCHEDULE
from core.judgement import CaseState, Turn
from core.model import Account, Case, Conversation, Level, RecordRef
from core.store import bulk, judgements
from core.store.tables import AccountRow, CaseRow, TurnRow

DONE = frozenset({"solved", "closed"})
_FIXED = frozenset({"tenant_id", "installation_id", "vendor", "external_id"})
_FACTS = ("status", "channel", "locale", "assignee_id")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a vendor says of a case, the row that we have of it, and whose it is."""

    conversation: Conversation
    stored: Any
    person: int | None
    account: int | None


def lock(connection: Connection, installation: str, ids: Iterable[str]) -> dict[str, Any]:
    """Return the stored rows of cases, by the vendor's id, locked until the transaction ends."""
    rows = connection.execute(
        select(CaseRow.__table__)
        .where(CaseRow.installation_id == installation, CaseRow.external_id.in_(sorted(set(ids))))
        .order_by(CaseRow.id)
        .with_for_update()
    )
    return {row.external_id: row for row in rows}


def merge(connection: Connection, tenant: str, installation: str, arrivals: Sequence[Arrival]) -> list[Any]:
    """Bring what is new about cases, each one once, into their rows; return the rows in order."""
    rows = [{"tenant_id": tenant, "installation_id": installation, **_merged(one)} for one in arrivals]
    if not rows:
        return []
    statement = bulk.insertion(CaseRow.__table__, list(rows[0]))
    merged = statement.on_conflict_do_update(
        index_elements=["tenant_id", "installation_id", "external_id"],
        set_={name: statement.excluded[name] for name in rows[0] if name not in _FIXED},
    ).returning(CaseRow.__table__)
    found = {row.external_id: row for row in connection.execute(merged, bulk.parameters(rows))}
    return [found[one.conversation.case.ref.id] for one in arrivals]


def turns(connection: Connection, cases: Iterable[int]) -> dict[int, list[Turn]]:
    """Return the turns of cases, in time order."""
    wanted = sorted(set(cases))
    found: dict[int, list[Turn]] = {case: [] for case in wanted}
    rows = connection.execute(
        select(TurnRow.__table__).where(TurnRow.case_id.in_(wanted)).order_by(TurnRow.at, TurnRow.id)
    )
    for row in rows:
        found[row.case_id].append(judgements.turn(row))
    return found


def state(row: Any, turns_of_case: Sequence[Turn], reopened: bool = False) -> CaseState:
    """Return a case as the judgement takes it."""
    case = Case(
        ref=RecordRef(row.vendor, Level.CASE, row.external_id),
        as_of=row.as_of,
        status=row.status,
        channel=row.channel,
        locale=row.locale,
        opened_at=row.opened_at,
        assignee_id=row.assignee_id,
    )
    ordered = tuple(sorted(turns_of_case, key=lambda turn: turn.at))
    person = str(row.person_id) if row.person_id else None
    account = str(row.account_id) if row.account_id else None
    return CaseState(str(row.id), case, ordered, person, account, reopened)


def save_turns(
    connection: Connection, tenant: str, judged: Mapping[int, Sequence[Turn]], before: Mapping[int, Mapping[str, Turn]]
) -> None:
    """Store new turns, and those whose judgement changed."""
    fresh, changed = [], []
    for case, all_turns in judged.items():
        for turn in all_turns:
            old = before[case].get(turn.id)
            if old is None:
                fresh.append({"tenant_id": tenant, "case_id": case, **judgements.turn_row(turn), **_expiry(turn)})
            elif old != turn:
                changed.append({"of_case": case, "of_turn": turn.id, **_changeable(turn)})
    if fresh:
        statement = bulk.insertion(TurnRow.__table__, list(fresh[0]))
        connection.execute(statement.on_conflict_do_nothing(), bulk.parameters(fresh))
    if changed:
        connection.execute(_CHANGE, changed)


def save_scores(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store per case what account health is summed from: ``of_case``, ``new_sentiment``, ``new_left_out``,
    ``new_last_turn_at``."""
    if rows:
        connection.execute(_SCORE, bulk.parameters(rows))


_CHANGE = (
    update(TurnRow.__table__)  # type: ignore[arg-type]
    .where(TurnRow.__table__.c.case_id == bindparam("of_case"), TurnRow.__table__.c.external_id == bindparam("of_turn"))
    .values({name: bindparam(f"new_{name}") for name in ("words", "judgement", "refused", "notes", "signals")})
)
_SCORE = text(
    """UPDATE case_file SET sentiment = told.new_sentiment, left_out = told.new_left_out,
      last_turn_at = told.new_last_turn_at
    FROM jsonb_to_recordset(:rows) AS told(of_case bigint, new_sentiment double precision, new_left_out text,
      new_last_turn_at timestamptz) WHERE case_file.id = told.of_case"""
).bindparams(bindparam("rows", type_=JSONB))


def _changeable(turn: Turn) -> dict[str, Any]:
    row = judgements.turn_row(turn)
    return {f"new_{name}": row[name] for name in ("words", "judgement", "refused", "notes", "signals")}


def _expiry(turn: Turn) -> dict[str, datetime]:
    return {
        "words_until": turn.at + timedelta(days=SCHEDULE["message_text"]),
        "judgement_until": turn.at + timedelta(days=SCHEDULE["message_tag"]),
    }


def _merged(arrival: Arrival) -> dict[str, Any]:
    conversation, stored = arrival.conversation, arrival.stored
    case = conversation.case
    newer = stored is None or case.as_of >= stored.as_of
    values: dict[str, Any] = {"vendor": case.ref.vendor, "external_id": case.ref.id}
    for name in _FACTS:
        new, old = getattr(case, name), getattr(stored, name, None)
        values[name] = new if new is not None and (newer or old is None) else old
    values["as_of"] = case.as_of if newer else stored.as_of
    values["opened_at"] = _earliest(case.opened_at, getattr(stored, "opened_at", None))
    values["requester_ref"] = case.requester_id or getattr(stored, "requester_ref", None)
    values["account_ref"] = case.account_id or getattr(stored, "account_ref", None)
    values["person_id"] = arrival.person or getattr(stored, "person_id", None)
    values["account_id"] = arrival.account or getattr(stored, "account_id", None)
    reopened = conversation.reopened or _reopens(stored, case, newer)
    values["reopens"] = getattr(stored, "reopens", 0) + reopened
    values["reopened_at"] = case.as_of if reopened else getattr(stored, "reopened_at", None)
    values["escalated_at"] = case.as_of if conversation.escalated else getattr(stored, "escalated_at", None)
    return values


def _reopens(stored: Any, case: Case, newer: bool) -> bool:
    """Say whether a case that was done is open again."""
    if stored is None or not newer or case.status is None:
        return False
    return stored.status in DONE and case.status not in DONE


def _earliest(first: datetime | None, second: datetime | None) -> datetime | None:
    known = [at for at in (first, second) if at is not None]
    return min(known) if known else None


def with_new(old: Sequence[Turn], new: Sequence[Turn]) -> list[Turn]:
    """Return the turns of a case with the unseen ones added; one that is known stays as it was judged."""
    seen = {turn.id for turn in old}
    added: dict[str, Turn] = {}
    for turn in new:
        if turn.id not in seen:
            added.setdefault(turn.id, replace(turn))
    return [*old, *added.values()]


def message_ids(connection: Connection, case_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """Return the ids of the messages that are stored, per case."""
    found: dict[int, set[str]] = {}
    rows = connection.execute(select(TurnRow.case_id, TurnRow.external_id).where(TurnRow.case_id.in_(list(case_ids))))
    for row in rows:
        found.setdefault(row.case_id, set()).add(row.external_id)
    return {case: frozenset(ids) for case, ids in found.items()}


def facts(row: Any) -> dict[str, Any]:
    """Return what is known of a case, for the reader."""
    names = ("status", "channel", "locale", "assignee_id")
    return {name: getattr(row, name) for name in names} | {
        "requester_id": row.requester_ref,
        "account_id": row.account_ref,
    }


def since(connection: Connection, installation: str, moment: datetime) -> list[int]:
    """Return our ids of an installation's cases in which somebody wrote since then."""
    mine = (CaseRow.installation_id == installation, CaseRow.last_turn_at >= moment)
    return list(connection.execute(select(CaseRow.id).where(*mine).order_by(CaseRow.id)).scalars())


def by_id(connection: Connection, ids: Iterable[int]) -> list[Any]:
    """Return cases by our own id, locked."""
    statement = select(CaseRow.__table__).where(CaseRow.id.in_(sorted(set(ids)))).order_by(CaseRow.id)
    return list(connection.execute(statement.with_for_update()))


def latest(
    connection: Connection, *, person: int | None = None, account: int | None = None, limit: int = 50
) -> list[Any]:
    """Return the newest cases of a person or an account."""
    mine = CaseRow.person_id == person if person is not None else CaseRow.account_id == account
    statement = (
        select(CaseRow.id, CaseRow.installation_id).where(mine).order_by(CaseRow.last_turn_at.desc().nulls_last())
    )
    return list(connection.execute(statement.limit(limit)))


def newest(connection: Connection, people: Sequence[int]) -> list[Any]:
    """Return the newest case of each of these people."""
    order = CaseRow.last_turn_at.desc().nulls_last()
    place = func.row_number().over(partition_by=CaseRow.person_id, order_by=order).label("place")
    ranked = select(CaseRow.id, CaseRow.installation_id, place).where(CaseRow.person_id.in_(sorted(people))).subquery()
    return list(connection.execute(select(ranked.c.id, ranked.c.installation_id).where(ranked.c.place == 1)))


def keep_signals(connection: Connection, told: Sequence[tuple[int, Account]]) -> None:
    """Take over accounts' names, owners and mapped health inputs from vendors' records."""
    ids = sorted({entity for entity, _ in told})
    rows = connection.execute(select(AccountRow.__table__).where(AccountRow.id.in_(ids))) if ids else ()
    held = {row.id: {name: getattr(row, name) for name in ("name", "owner_id", "signals")} for row in rows}
    # In one order: two batches that meet the same accounts follow each other instead of waiting in a ring.
    for entity, found in sorted(told, key=lambda pair: pair[0]):
        old = held[entity]
        new = {
            "name": old["name"] or found.name,
            "owner_id": found.owner_id or old["owner_id"],
            "signals": {**old["signals"], **found.signals},
        }
        if new != old:
            connection.execute(update(AccountRow).where(AccountRow.id == entity).values(new))
            held[entity] = new
