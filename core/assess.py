"""The whole judgement on one page: permission, words, case, person, account, what should be written. Pure."""

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

# A person's own 'no', or their age: their words do not count for their account, and its reasons say so.
LEAVES_OUT = frozenset({"NOT_PERMITTED", "MINOR"})


def prepare(messages: Sequence[Message], region: str) -> list[Turn]:
    """Turn messages into turns fit for keeping: quotes and signatures gone, personal details replaced.

    ``region`` (ISO 3166, ``GB``) says how telephone numbers without a country are read.
    """
    return [preparing.turn(message, region) for message in messages]


def assess(
    state: CaseState,
    history: CaseHistory,
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
    observations = (
        *map(Stamp(f"case:{state.id}", newest, version).observation, of_case),
        *(_of_person(state.person_id, permissions, version, now) if state.person_id else ()),
    )
    before = actions.Before(history, frozenset(t.id for t in state.turns if t.customer or t.refused))
    said_no = next((found.code for found in (service, health) if found.code in LEAVES_OUT), "")
    return Assessment(
        turns=turns,
        observations=observations,
        intents=actions.intents(state, turns, observations, before, settings),
        refusals=_refusals(turns, observations),
        decisions=(service, health),
        sentiment=None if said_no else _tone(of_case),
        left_out=said_no,
    )


def assess_person(
    person: str, permissions: Permissions, settings: JudgementSettings, version: str, now: datetime
) -> Assessment:
    """Say what stands on a person's record: one of their records was found, or what they allow has changed."""
    observations = _of_person(person, permissions, f"{settings.rule_version}/{version}", now)
    return Assessment((), observations, actions.fields(observations, settings), (), ())


def assess_account(
    account: AccountHistory, permissions: Permissions, settings: JudgementSettings, version: str, now: datetime
) -> Assessment:
    """Score an account over its cases, signals and records. One person's 'no' leaves out that person's words only."""
    health = gate.decide(gate.HEALTH, "account_aggregate", "system", permissions)
    stamp = Stamp(f"account:{account.id}", now, f"{settings.rule_version}/{version}")
    readings = account_readings(account, settings, gate.for_account(permissions))
    observations = tuple(map(stamp.observation, readings))
    return Assessment(
        turns=(),
        observations=observations,
        intents=actions.account_intents(observations, account, settings),
        refusals=_refusals((), observations),
        decisions=(health,),
    )


def _of_person(person: str, permissions: Permissions, version: str, now: datetime) -> tuple[Observation, ...]:
    mirror = Reading("attune_consent_state", consent.mirror(permissions), 1.0)
    return (Stamp(f"person:{person}", now, version).observation(mirror),)


def _tone(of_case: Sequence[Reading]) -> float | None:
    found = next((reading.value for reading in of_case if reading.key == "attune_sentiment"), None)
    return float(found) if isinstance(found, int | float) else None


def _refusals(turns: Sequence[Turn], observations: Sequence[Observation]) -> tuple[str, ...]:
    noted = (note for turn in turns for note in turn.notes if note.endswith("_REFUSED"))
    refused = (observation.refused for observation in observations if observation.refused)
    return tuple(dict.fromkeys((*refused, *noted)))
