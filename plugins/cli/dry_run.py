"""Judges past cases of a real installation in memory: reads, never writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from core import assess as judgement
from core.errors import ConfigurationError
from core.jobs.judging import territory
from core.jobs.runtime import Runtime
from core.judgement import CaseHistory, CaseState, JudgementSettings, Permissions
from core.model import Conversation
from core.reasons import words
from core.store import installations, ledger
from core.store.installations import Installation

SPOKESMAN = "attune_risk_flag"


def judge_past(
    runtime: Runtime, installation_id: str, days: int, limit: int, progress: Callable[[str, int, int], None]
) -> list[dict[str, Any]]:
    """Return one row a case: values, refusals and reasons that Attune would have given."""
    tenant = runtime.directory.find(installation_id).tenant
    with runtime.store.tenant(tenant) as connection:
        installation = installations.read(connection, installation_id)
        if installation is None:
            raise ConfigurationError(f"no installation {installation_id}")
        settings = replace(installations.judgement_settings(connection, installation.vendor), mode="observe")
        permissions = ledger.bases_only(connection)
    progress("reading", 0, limit)
    past = runtime.plugin(installation).history(runtime.clock.now() - timedelta(days=days), limit)
    rows = []
    for number, conversation in enumerate(past, start=1):
        rows.append(_judge(runtime, installation, conversation, settings, permissions))
        progress("judging", number, len(past))
    return rows


def _judge(
    runtime: Runtime, installation: Installation, one: Conversation, settings: JudgementSettings, bases: Permissions
) -> dict[str, Any]:
    region = territory(one.case.locale or settings.locale)
    turns = tuple(sorted(judgement.prepare(one.messages, region), key=lambda turn: turn.at))
    person = one.person
    permissions = replace(bases, choices=dict(person.consent), minor=person.minor) if person else bases
    state = CaseState(one.case.ref.id, one.case, turns, None, None, one.reopened)
    result = judgement.assess(state, CaseHistory(), permissions, settings, runtime.analyzer, runtime.clock.now())
    flag = next((seen for seen in result.observations if seen.key == SPOKESMAN), None)
    reasons = [{**asdict(reason), "text": words(reason.code)} for reason in (flag.reasons if flag else ())]
    return {
        "id": one.case.ref.id,
        "messages": len(turns),
        "refusals": list(result.refusals),
        "reasons": reasons,
        "values": {seen.key: seen.value for seen in result.observations if seen.value is not None},
    }
