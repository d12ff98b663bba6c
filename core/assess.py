"""The whole judgement on one page: permission, words, case, account, then what should be written. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.compliance import consent, gate
from core.health.account import account_readings
from core.judgement import (
    AccountHistory,
    Assessment,
    CaseHistory,
    CaseState,
    Decision,
    JudgementSettings,
    Permissions,
    Turn,
)
from core.language import judging, preparing
from core.language.case_scores import case_readings
from core.model import Message, Observation
from core.ports import Analyzer
from core.readings import Reading, Stamp
from core.recovery import actions


def prepare(messages: Sequence[Message], region: str) -> list[Turn]:
    """Turn messages into turns fit for keeping: quotes and signatures gone, personal details replaced.

    ``region`` (ISO 3166, ``GB``) says how telephone numbers without a country are read.
    """
    return [preparing.turn(message, region) for message in messages]


def assess(
    state: CaseState,
    history: CaseHistory,
    account: AccountHistory | None,
    permissions: Permissions,
    settings: JudgementSettings,
    analyzer: Analyzer,
    now: datetime,
) -> Assessment:
    """Judge one case: same inputs and versions, same answer. Refusals are codes in it, never exceptions."""
    permissions = consent.suspended(permissions, state.turns)
    service = gate.decide(gate.SERVICE, "message_text", "system", permissions)
    health = gate.decide(gate.HEALTH, "account_aggregate", "system", permissions)
    turns = judging.judge(state.turns, analyzer, state.case.locale or settings.locale, service)

    version = f"{settings.rule_version}/{analyzer.version}"
    newest = max((turn.at for turn in turns), default=state.case.as_of)
    of_case = case_readings(state, turns, history, service, settings)
    of_person = (Reading("attune_consent_state", consent.mirror(permissions), 1.0),) if state.person_id else ()
    of_account = _account(state, history, account, permissions, settings, (service, health), of_case, now)
    observations = (
        *map(Stamp(f"case:{state.id}", newest, version).observation, of_case),
        *map(Stamp(f"person:{state.person_id}", now, version).observation, of_person),
        *map(Stamp(f"account:{account.id if account else ''}", now, version).observation, of_account),
    )
    before = actions.Before(history, account, frozenset(t.id for t in state.turns if t.customer or t.refused))
    return Assessment(
        turns=turns,
        observations=observations,
        intents=actions.intents(state, turns, observations, before, settings),
        refusals=_refusals(turns, observations),
        decisions=(service, health),
    )


def assess_account(
    account: AccountHistory, permissions: Permissions, settings: JudgementSettings, version: str, now: datetime
) -> Assessment:
    """Score an account without a case: its signals, its owner or its records have changed."""
    health = gate.decide(gate.HEALTH, "account_aggregate", "system", permissions)
    stamp = Stamp(f"account:{account.id}", now, f"{settings.rule_version}/{version}")
    readings = account_readings(account, settings, gate.for_account(permissions), now)
    observations = tuple(map(stamp.observation, readings))
    return Assessment(
        turns=(),
        observations=observations,
        intents=actions.account_intents(observations, account, settings),
        refusals=_refusals((), observations),
        decisions=(health,),
    )


def _account(
    state: CaseState,
    history: CaseHistory,
    account: AccountHistory | None,
    permissions: Permissions,
    settings: JudgementSettings,
    decisions: tuple[Decision, ...],
    of_case: tuple[Reading, ...],
    now: datetime,
) -> tuple[Reading, ...]:
    """Return the account's readings; one person's 'no' leaves out that person's words, not the account."""
    if account is None:
        return ()
    said_no = next((found.code for found in decisions if found.code in {"NOT_PERMITTED", "MINOR"}), "")
    tone = next((reading.value for reading in of_case if reading.key == "attune_sentiment"), None)
    return account_readings(
        account,
        settings,
        gate.for_account(permissions),
        now,
        case=state,
        history=history,
        said_no=said_no,
        sentiment=float(tone) if not said_no and isinstance(tone, int | float) else None,
    )


def _refusals(turns: Sequence[Turn], observations: Sequence[Observation]) -> tuple[str, ...]:
    noted = (note for turn in turns for note in turn.notes if note.endswith("_REFUSED"))
    refused = (observation.refused for observation in observations if observation.refused)
    return tuple(dict.fromkeys((*refused, *noted)))
