"""The accounts' job: look for the customers in the tenant's other tools, then score each account once.

Cases only note that their account has changed; so batches of one tenant never wait for each other at an account,
and an account is scored over everything that happened meanwhile, whatever the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from core import assess as judgement
from core.errors import ContendedError
from core.jobs import linking
from core.jobs.publishing import Subjects, publish
from core.jobs.runtime import Runtime
from core.judgement import AccountHistory, Assessment, JudgementSettings, Scored
from core.model import Level
from core.store import audit, due, histories, installations, ledger, links, scores, usage
from core.store.histories import AccountFacts, Sums
from core.store.links import Link

AT_ONCE = 250


def drain(runtime: Runtime, tenant: str) -> int:
    """Link and score until nothing waits; return how many were found and scored. Safe to run twice, at any time."""
    done = linking.seek(runtime, tenant)
    while True:
        try:
            scored = _batch(runtime, tenant)
        except ContendedError:
            continue
        if not scored:
            return done
        done += scored


def _batch(runtime: Runtime, tenant: str) -> int:
    now = runtime.clock.now()
    with runtime.store.tenant(tenant) as connection:
        ids = due.take(connection, AT_ONCE)
        outboxes = score(runtime, connection, tenant, ids, now) if ids else frozenset()
    for outbox in sorted(outboxes):
        runtime.wake_outbox(outbox, 0)
    return len(ids)


def score(runtime: Runtime, connection: Connection, tenant: str, ids: Sequence[int], now: datetime) -> frozenset[str]:
    """Score accounts; returns the installations whose outbox has work."""
    facts = usage.with_signals(connection, histories.lock_accounts(connection, ids), now)
    records = links.of_entities(connection, Level.ACCOUNT, facts)
    previous = histories.previous(connection, {f"account:{id_}" for id_ in facts})
    results = [
        result
        for vendor, chosen in sorted(_by_home(runtime, records).items())
        for result in _assessed(
            runtime, connection, vendor, {id_: facts[id_] for id_ in chosen}, records, previous, now
        )
    ]
    scores.save(connection, tenant, [seen for result in results for seen in result.observations], previous)
    # Waiting for more to happen was done before this job: what it found leaves with the next write.
    outboxes = publish(
        runtime, connection, tenant, results, Subjects(accounts=frozenset(facts)), now, coalesce_seconds=0
    )
    digests = [runtime.seal.digest(tenant, f"account:{id_}") for id_ in sorted(facts)]
    audit.append(connection, tenant, now, [audit.Entry("system", "account_scored", one) for one in digests])
    return outboxes


def _by_home(runtime: Runtime, records: Mapping[int, Sequence[Link]]) -> dict[str, list[int]]:
    """Group accounts by the tool that their recovery tasks go to; the tenant's people have other ids in each."""
    found: dict[str, list[int]] = {}
    for account, known in sorted(records.items()):
        home = _home(runtime, known)
        found.setdefault(home.record.vendor if home else "", []).append(account)
    return found


def _home(runtime: Runtime, known: Sequence[Link]) -> Link | None:
    return min(known, key=lambda link: runtime.vendors[link.record.vendor].home, default=None)


def _assessed(
    runtime: Runtime,
    connection: Connection,
    vendor: str,
    facts: Mapping[int, AccountFacts],
    records: Mapping[int, Sequence[Link]],
    previous: Mapping[str, Mapping[str, Scored]],
    now: datetime,
) -> list[Assessment]:
    settings = installations.judgement_settings(connection, vendor)
    half_life = settings.half_life.total_seconds()
    sums = histories.of_accounts(connection, facts, now=now, half_life_seconds=half_life)
    bases, version = ledger.bases_only(connection), runtime.analyzer.version
    found = []
    for id_, one in facts.items():
        owner = _owner(_home(runtime, records[id_]), settings)
        history = _history(id_, one, sums.get(id_, Sums()), owner, previous.get(f"account:{id_}", {}))
        found.append(judgement.assess_account(history, bases, settings, version, now))
    return found


def _history(
    id_: int, facts: AccountFacts, sums: Sums, owner: str | None, previous: Mapping[str, Scored]
) -> AccountHistory:
    return AccountHistory(
        id=str(id_),
        signals=facts.signals,
        sentiment_sum=sums.total,
        sentiment_weight=sums.weight,
        cases=sums.cases,
        left_out=sums.left_out,
        contacts_30d=sums.contacts,
        reopens_30d=sums.reopens,
        escalations_30d=sums.escalations,
        owner_id=owner,
        name=facts.name,
        previous=previous,
    )


def _owner(home: Link | None, settings: JudgementSettings) -> str | None:
    """Return who owns the account in the tool where its recovery task goes."""
    return (home.owner_id if home else None) or settings.owners.admin
