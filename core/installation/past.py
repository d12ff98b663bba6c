"""Judges past cases of a real account in memory: reads, never writes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from core import assess as judgement
from core.errors import ConfigurationError
from core.jobs.judging import territory
from core.jobs.runtime import Runtime
from core.judgement import CaseHistory, CaseState, JudgementSettings, Permissions
from core.model import Conversation, IntentKind
from core.reasons import words
from core.store import installations, ledger

SPOKESMAN = "attune_risk_flag"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Past:
    """One past case: what stands there (``before``) and what Attune would have said.

    ``row`` is what the command line prints; ``person`` is the customer's record, if there is one.
    """

    case: str
    person: str
    before: dict[str, Any]
    row: dict[str, Any]
    tasks: tuple[str, ...]


def judge_past(
    runtime: Runtime,
    installation_id: str,
    days: int,
    limit: int,
    progress: Progress,
    done: Collection[str] = frozenset(),
) -> Iterator[Past]:
    """Judge the cases of some days, one after the other, without those that are ``done``.

    Raises ``ConfigurationError`` for an unknown installation, ``RetryLaterError`` when the vendor is away.
    """
    tenant = runtime.directory.find(installation_id).tenant
    with runtime.store.tenant(tenant) as connection:
        installation = installations.read(connection, installation_id)
        if installation is None:
            raise ConfigurationError(f"no installation {installation_id}")
        # Live, to see which tasks would be opened: what is judged here leaves this function as data only.
        settings = replace(installations.judgement_settings(connection, installation.vendor), mode="live")
        permissions = ledger.bases_only(connection)
    progress("reading", 0, limit)
    past = runtime.plugin(installation).history(runtime.clock.now() - timedelta(days=days), limit)
    for number, conversation in enumerate(past, start=1):
        if str(conversation.case.ref) not in done:
            yield _judge(runtime, conversation, settings, permissions)
        progress("judging", number, len(past))


def _judge(runtime: Runtime, one: Conversation, settings: JudgementSettings, bases: Permissions) -> Past:
    region = territory(one.case.locale or settings.locale)
    turns = tuple(sorted(judgement.prepare(one.messages, region), key=lambda turn: turn.at))
    person = one.person
    permissions = replace(bases, choices=dict(person.consent), minor=person.minor) if person else bases
    state = CaseState(one.case.ref.id, one.case, turns, None, None, one.reopened)
    result = judgement.assess(state, CaseHistory(), permissions, settings, runtime.analyzer, runtime.clock.now())
    flag = next((seen for seen in result.observations if seen.key == SPOKESMAN), None)
    reasons = [{**asdict(reason), "text": words(reason.code)} for reason in (flag.reasons if flag else ())]
    row = {
        "id": one.case.ref.id,
        "messages": len(turns),
        "refusals": list(result.refusals),
        "reasons": reasons,
        "values": {seen.key: seen.value for seen in result.observations if seen.value is not None},
    }
    before = {"status": one.case.status, "channel": one.case.channel, "messages": len(turns)}
    tasks = tuple(intent.name for intent in result.intents if intent.kind is IntentKind.TASK)
    return Past(str(one.case.ref), str(person.ref) if person else "", before, row, tasks)
