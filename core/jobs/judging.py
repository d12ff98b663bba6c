"""One batch in one transaction: merged, judged case by case, stored with its intents and its audit rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core import assess as judgement
from core.jobs import resolving
from core.jobs.accounts import Accounts
from core.jobs.publishing import publish
from core.jobs.runtime import Runtime
from core.judgement import AccountHistory, Assessment, CaseHistory, JudgementSettings, Permissions, Scored, Turn
from core.model import Conversation
from core.store import audit, cases, histories, installations, ledger, scores
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
    """What a batch led to: installations with something to write, and whether somebody new appeared."""

    outboxes: frozenset[str] = frozenset()
    newcomers: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What a whole batch is judged with, read once."""

    settings: JudgementSettings
    permissions: Mapping[int, Permissions]
    nobody: Permissions
    histories: Mapping[int, CaseHistory]
    accounts: Accounts
    previous: dict[str, dict[str, Scored]] = field(default_factory=dict)


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
    outboxes = score(runtime, connection, installation, works, now)
    return Judged(outboxes, any(who.created for who in found))


def rescore(
    runtime: Runtime, connection: Connection, installation: Installation, ids: Sequence[int], now: datetime
) -> frozenset[str]:
    """Score accounts without a case: their signals, owners or records have changed."""
    settings = installations.judgement_settings(connection, installation.vendor)
    accounts = Accounts.read(runtime, connection, (), settings, now, more=ids)
    previous = histories.previous(connection, {f"account:{id_}" for id_ in accounts.ids})
    bases = ledger.bases_only(connection)
    results = [
        judgement.assess_account(accounts.of(id_, previous, now), bases, settings, runtime.analyzer.version, now)
        for id_ in sorted(accounts.ids)
    ]
    scores.save(connection, installation.tenant, [one for r in results for one in r.observations], previous)
    outboxes = publish(runtime, connection, installation, results, {}, (), now, accounts=accounts.ids)
    entries = [
        audit.Entry("system", "account_scored", runtime.seal.digest(installation.tenant, f"account:{id_}"))
        for id_ in sorted(accounts.ids)
    ]
    audit.append(connection, installation.tenant, now, entries)
    return outboxes


def territory(locale: str | None) -> str:
    """Return the country of a locale (``en-GB`` -> ``GB``), by which local telephone numbers are read."""
    parts = (locale or "").replace("_", "-").split("-")
    return parts[-1].upper() if len(parts) > 1 and len(parts[-1]) == 2 else "US"


def rejudge(
    runtime: Runtime, connection: Connection, installation: Installation, ids: Sequence[int], now: datetime
) -> frozenset[str]:
    """Judge cases again without new words: permissions, links or health inputs have changed."""
    rows = cases.by_id(connection, ids)
    old = cases.turns(connection, (row.id for row in rows))
    works = [Work(row, old[row.id], {turn.id: turn for turn in old[row.id]}) for row in rows]
    return score(runtime, connection, installation, works, now)


def score(
    runtime: Runtime, connection: Connection, installation: Installation, works: Sequence[Work], now: datetime
) -> frozenset[str]:
    """Assess each case, then store everything; returns the installations whose outbox has work."""
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
    cases.save_scores(connection, [context.accounts.case_score(w.row.id) for w in works])
    seen = [one for result in results for one in result.observations]
    stored = histories.previous(connection, {one.subject for one in seen})
    scores.save(connection, installation.tenant, seen, stored)
    people = {f"case:{work.row.id}": work.row.person_id for work in works}
    outboxes = publish(runtime, connection, installation, results, people, works, now)
    audit.append(connection, installation.tenant, now, [_entry(runtime, installation, work) for work in works])
    return outboxes


def _context(
    runtime: Runtime, connection: Connection, installation: Installation, works: Sequence[Work], now: datetime
) -> Context:
    settings = installations.judgement_settings(connection, installation.vendor)
    accounts = Accounts.read(runtime, connection, works, settings, now)
    subjects = {f"case:{work.row.id}" for work in works} | {f"account:{id_}" for id_ in accounts.ids}
    previous = histories.previous(connection, subjects)
    wanted = [_wanted(work, now) for work in works]
    new_contacts = {w.row.id: _new_contact_days(w) for w in works}
    past = histories.of_people(connection, wanted, {w.row.id: w.row.reopens for w in works}, previous)
    past = {id_: replace(one, contacts_7d=one.contacts_7d + new_contacts[id_]) for id_, one in past.items()}
    people = ledger.permissions(connection, (w.row.person_id for w in works if w.row.person_id))
    return Context(settings, people, ledger.bases_only(connection), past, accounts, previous)


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
    state = cases.state(work.row, work.turns, work.reopened)
    account: AccountHistory | None = context.accounts.history(work.row, context.previous, now)
    result = judgement.assess(
        state,
        context.histories[work.row.id],
        account,
        context.permissions.get(work.row.person_id or 0, context.nobody),
        context.settings,
        runtime.analyzer,
        now,
    )
    context.accounts.note(work.row, result)
    for one in result.observations:
        if one.subject.startswith("account:"):
            context.previous.setdefault(one.subject, {})[one.key] = Scored(one.value, one.at, one.parts, one.reasons)
    return result


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
