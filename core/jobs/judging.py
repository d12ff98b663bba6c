"""One batch in one transaction: merged, judged case by case, stored with its intents and its audit rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core import assess as judgement
from core.jobs import resolving
from core.jobs.publishing import Subjects, publish
from core.jobs.runtime import Runtime
from core.judgement import Assessment, CaseHistory, JudgementSettings, Permissions, Turn
from core.model import Conversation
from core.store import audit, cases, due, histories, installations, ledger, scores
from core.store.installations import Installation


@dataclass(slots=True)
class Work:
    """One case on its way through the judgement."""

    row: Any
    turns: list[Turn]
    before: Mapping[str, Turn]
    reopened: bool = False
    result: Assessment | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a batch led to: installations with something to write, and whether accounts wait to be scored or sought."""

    outboxes: frozenset[str] = frozenset()
    accounts: bool = False

    def __or__(self, other: Judged) -> Judged:
        """Return both together."""
        return Judged(self.outboxes | other.outboxes, self.accounts or other.accounts)


@dataclass(frozen=True, slots=True)
class Context:
    """What a whole batch is judged with, read once."""

    settings: JudgementSettings
    permissions: Mapping[int, Permissions]
    nobody: Permissions
    histories: Mapping[int, CaseHistory]


def judge(
    runtime: Runtime,
    connection: Connection,
    installation: Installation,
    conversations: Sequence[Conversation],
    now: datetime,
) -> Judged:
    """Take in new conversations and judge their cases."""
    stored = cases.lock(connection, installation.id, (one.case.ref.id for one in conversations))
    found = resolving.parties(runtime, connection, installation, conversations, now)
    arrivals = [
        cases.Arrival(one, stored.get(one.case.ref.id), who.person, who.account)
        for one, who in zip(conversations, found, strict=True)
    ]
    rows = cases.merge(connection, installation.tenant, installation.id, arrivals)
    old = cases.turns(connection, (row.id for row in rows))
    region = territory(installations.judgement_settings(connection, installation.vendor).locale)
    works = []
    for one, row in zip(conversations, rows, strict=True):
        fresh = judgement.prepare(one.messages, territory(one.case.locale) or region)
        resolving.hear_choices(connection, installation.tenant, row.person_id, fresh, now)
        before = {turn.id: turn for turn in old[row.id]}
        works.append(Work(row, cases.with_new(old[row.id], fresh), before, one.reopened))
    # A case that moves to another account leaves its old one lighter.
    due.touch(connection, installation.tenant, _accounts(stored.values()) - _accounts(rows))
    return score(runtime, connection, installation, works, now) | Judged(accounts=any(who.created for who in found))


def territory(locale: str | None) -> str:
    """Return the country of a locale (``en-GB`` -> ``GB``), by which local telephone numbers are read."""
    parts = (locale or "").replace("_", "-").split("-")
    return parts[-1].upper() if len(parts) > 1 and len(parts[-1]) == 2 else "US"


def rejudge(
    runtime: Runtime, connection: Connection, installation: Installation, ids: Sequence[int], now: datetime
) -> Judged:
    """Judge cases again without new words: permissions, links or health inputs have changed."""
    rows = cases.by_id(connection, ids)
    old = cases.turns(connection, (row.id for row in rows))
    works = [Work(row, old[row.id], {turn.id: turn for turn in old[row.id]}) for row in rows]
    return score(runtime, connection, installation, works, now)


def score(
    runtime: Runtime, connection: Connection, installation: Installation, works: Sequence[Work], now: datetime
) -> Judged:
    """Assess each case, then store everything; their accounts wait to be scored after them."""
    context = _context(runtime, connection, installation, works, now)
    for work in works:
        work.result = _assess(runtime, context, work, now)
    results = [work.result for work in works if work.result is not None]
    cases.save_turns(
        connection,
        installation.tenant,
        {w.row.id: w.result.turns for w in works if w.result},
        {w.row.id: w.before for w in works},
    )
    cases.save_scores(connection, [_share(work) for work in works])
    seen = [one for result in results for one in result.observations]
    stored = histories.previous(connection, {one.subject for one in seen})
    scores.save(connection, installation.tenant, seen, stored)
    rows = [work.row for work in works]
    speak_of = Subjects(rows, frozenset(row.person_id for row in rows if row.person_id))
    wait = runtime.settings.coalesce_seconds
    outboxes = publish(runtime, connection, installation.tenant, results, speak_of, now, coalesce_seconds=wait)
    touched = due.touch(connection, installation.tenant, _accounts(rows))
    audit.append(connection, installation.tenant, now, [_entry(runtime, installation, work) for work in works])
    return Judged(outboxes, touched)


def _context(
    runtime: Runtime, connection: Connection, installation: Installation, works: Sequence[Work], now: datetime
) -> Context:
    settings = installations.judgement_settings(connection, installation.vendor)
    previous = histories.previous(connection, {f"case:{work.row.id}" for work in works})
    wanted = [_wanted(work, now) for work in works]
    new_contacts = {w.row.id: _new_contact_days(w) for w in works}
    past = histories.of_people(connection, wanted, {w.row.id: w.row.reopens for w in works}, previous)
    past = {id_: replace(one, contacts_7d=one.contacts_7d + new_contacts[id_]) for id_, one in past.items()}
    people = ledger.permissions(connection, (w.row.person_id for w in works if w.row.person_id))
    return Context(settings, people, ledger.bases_only(connection), past)


def _wanted(work: Work, now: datetime) -> dict[str, Any]:
    newest = max((turn.at for turn in work.turns), default=now)
    return {"case_id": work.row.id, "person_id": work.row.person_id or 0, "at": newest.isoformat()}


def _new_contact_days(work: Work) -> int:
    """Count the days on which the customer wrote that the database does not hold yet (the last seven days)."""
    written = [turn for turn in work.turns if turn.role == "customer"]
    newest = max((turn.at for turn in written), default=None)
    old = {turn.at.date() for turn in written if turn.id in work.before}
    return len({t.at.date() for t in written if newest and (newest - t.at).days < 7} - old)


def _assess(runtime: Runtime, context: Context, work: Work, now: datetime) -> Assessment:
    return judgement.assess(
        cases.state(work.row, work.turns, work.reopened),
        context.histories[work.row.id],
        context.permissions.get(work.row.person_id or 0, context.nobody),
        context.settings,
        runtime.analyzer,
        now,
    )


def _share(work: Work) -> dict[str, Any]:
    """Return what the case adds to its account's health."""
    result = work.result
    return {
        "of_case": work.row.id,
        "new_sentiment": result.sentiment if result else None,
        "new_left_out": result.left_out if result else "",
        "new_last_turn_at": max((turn.at for turn in work.turns), default=work.row.last_turn_at),
    }


def _accounts(rows: Iterable[Any]) -> set[int]:
    return {row.account_id for row in rows if row.account_id}


def _entry(runtime: Runtime, installation: Installation, work: Work) -> audit.Entry:
    result = work.result
    who = f"person:{work.row.person_id}" if work.row.person_id else f"case:{work.row.id}"
    detail = (
        {
            "case": work.row.id,
            "keys": sorted({o.key for o in result.observations if o.value is not None}),
            "refusals": list(result.refusals),
            "rules": result.observations[0].rule_version if result.observations else "",
            "gate": [[d.purpose, "permit" if d.allowed else d.code] for d in result.decisions],
        }
        if result
        else {}
    )
    return audit.Entry("system", "judged", runtime.seal.digest(installation.tenant, who), detail)
