"""The accounts of a batch: sums over their other cases from the database, over the batch's own from memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection

from core.jobs.runtime import Runtime
from core.judgement import AccountHistory, Assessment, JudgementSettings, Scored, Turn
from core.model import Level, Role
from core.store import histories, links, usage
from core.store.histories import AccountFacts, Sums

MONTH = timedelta(days=30)


class CaseWork(Protocol):
    """A case of the batch: its stored row and all its turns."""

    row: Any
    turns: list[Turn]


@dataclass(slots=True)
class Share:
    """What one case of the batch adds to its account."""

    account: int | None
    sentiment: float | None
    last_at: datetime | None
    days: frozenset[Any]
    reopens: int
    escalated: bool


@dataclass(slots=True)
class Accounts:
    """All accounts of a batch, locked, with what is needed to judge each case in turn."""

    half_life: timedelta
    facts: Mapping[int, AccountFacts]
    sums: Mapping[int, Sums]
    owners: Mapping[int, str | None]
    shares: dict[int, Share]

    @property
    def ids(self) -> frozenset[int]:
        """The accounts of the batch."""
        return frozenset(self.facts)

    @classmethod
    def read(
        cls,
        runtime: Runtime,
        connection: Connection,
        works: Sequence[CaseWork],
        settings: JudgementSettings,
        now: datetime,
        *,
        more: Iterable[int] = (),
    ) -> Accounts:
        """Lock and read the accounts of a batch, and ``more``."""
        ids = {work.row.account_id for work in works if work.row.account_id} | set(more)
        facts = usage.with_signals(connection, histories.lock_accounts(connection, ids), now)
        sums = histories.of_accounts(
            connection,
            ids,
            left_out=(work.row.id for work in works),
            now=now,
            half_life_seconds=settings.half_life.total_seconds(),
        )
        owners = _owners(runtime, connection, ids, settings)
        shares = {work.row.id: _share(work, now) for work in works}
        return cls(settings.half_life, facts, sums, owners, shares)

    def history(self, row: Any, previous: Mapping[str, Mapping[str, Scored]], now: datetime) -> AccountHistory | None:
        """Return the history of a case's account, this case left out."""
        account = row.account_id
        if account is None or account not in self.facts:
            return None
        return self.of(account, previous, now, left_out=row.id)

    def of(
        self, account: int, previous: Mapping[str, Mapping[str, Scored]], now: datetime, *, left_out: int | None = None
    ) -> AccountHistory:
        """Return the history of an account, one case of the batch ``left_out``."""
        facts, base = self.facts[account], self.sums.get(account, Sums())
        others = [share for case, share in self.shares.items() if share.account == account and case != left_out]
        weights = [(share, self._weight(share, now)) for share in others if share.sentiment is not None]
        return AccountHistory(
            id=str(account),
            signals=facts.signals,
            name=facts.name,
            owner_id=self.owners.get(account),
            sentiment_sum=base.total + sum((s.sentiment or 0.0) * w for s, w in weights),
            sentiment_weight=base.weight + sum(w for _, w in weights),
            contacts_30d=base.contacts + sum(len(s.days) for s in others),
            reopens_30d=base.reopens + sum(s.reopens for s in others),
            escalations_30d=base.escalations + sum(s.escalated for s in others),
            previous=previous.get(f"account:{account}", {}),
        )

    def note(self, row: Any, result: Assessment) -> None:
        """Remember what a case of the batch came to, for the next case of the same account."""
        found = [one.value for one in result.observations if one.key == "attune_sentiment"]
        value = found[0] if found else None
        self.shares[row.id].sentiment = float(value) if isinstance(value, int | float) else None

    def case_score(self, case: int) -> dict[str, Any]:
        """Return what is kept on the case for later sums."""
        share = self.shares[case]
        return {"of_case": case, "new_sentiment": share.sentiment, "new_last_turn_at": share.last_at}

    def _weight(self, share: Share, now: datetime) -> float:
        age = (now - (share.last_at or now)) / self.half_life
        return float(0.5**age)


def _share(work: CaseWork, now: datetime) -> Share:
    row = work.row
    days = frozenset(t.at.date() for t in work.turns if t.role is Role.CUSTOMER and t.at > now - MONTH)
    reopened = row.reopens if row.reopened_at and row.reopened_at > now - MONTH else 0
    last = max((turn.at for turn in work.turns), default=row.last_turn_at)
    escalated = bool(row.escalated_at and row.escalated_at > now - MONTH)
    return Share(row.account_id, row.sentiment, last, days, reopened, escalated)


def _owners(
    runtime: Runtime, connection: Connection, ids: set[int], settings: JudgementSettings
) -> dict[int, str | None]:
    """Return who owns each account in the tool where its recovery task goes."""
    found = {}
    for account, records in links.of_entities(connection, Level.ACCOUNT, ids).items():
        ranked = sorted(records, key=lambda link: runtime.vendors[link.record.vendor].home)
        found[account] = (ranked[0].owner_id if ranked else None) or settings.owners.admin
    return found
