"""Small builders for the judgement's inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.assess import assess, assess_account, prepare
from core.judgement import (
    AccountHistory,
    Assessment,
    CaseHistory,
    CaseState,
    JudgementSettings,
    Owners,
    Permissions,
    Turn,
)
from core.language.basic.analyzer import TextBlobAnalyzer
from core.model import Case, Intent, IntentKind, Level, Message, Observation, RecordRef, Role
from core.ports import TextJudgement

START = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
BASES = {"service_analysis": "legitimate_interest", "health_scoring": "legitimate_interest"}
ALLOWED = Permissions(bases=BASES)
LIVE = JudgementSettings(
    mode="live", reply_write="record", owners=Owners(admin="admin-1", on_call="lead-1", trained="care-1")
)
INPUTS = {"usage": 60.0, "adoption": 50.0, "engagement": 70.0}


def message(text: str, role: Role = Role.CUSTOMER, minute: int = 0, **more: Any) -> Message:
    return Message(f"m{minute}", role, text, START + timedelta(minutes=minute), **more)


def state(turns: Sequence[Turn], *, locale: str | None = "en", reopened: bool = False) -> CaseState:
    case = Case(RecordRef("zendesk", Level.CASE, "35"), START, locale=locale, assignee_id="agent-7")
    return CaseState("c1", case, tuple(turns), "p1", "a1", reopened)


def judged(minute: int, sentiment: float, tag: str = "unclear", intensity: int = 0) -> Turn:
    found = TextJudgement(sentiment, tag=tag, intensity=intensity, confidence=0.9)
    return Turn(f"m{minute}", Role.CUSTOMER, START + timedelta(minutes=minute), True, "…", customer=found)


def run(
    given: Sequence[Message | Turn],
    *,
    permissions: Permissions = ALLOWED,
    settings: JudgementSettings = LIVE,
    history: CaseHistory | None = None,
    now: datetime | None = None,
    case: Mapping[str, Any] | None = None,
) -> Assessment:
    turns = [one if isinstance(one, Turn) else prepare([one], "GB")[0] for one in given]
    newest = max((turn.at for turn in turns), default=START)
    return assess(
        replace(state(turns), **(case or {})),
        history or CaseHistory(),
        permissions,
        settings,
        TextBlobAnalyzer(),
        now or newest + timedelta(seconds=30),
    )


def of_account(
    account: AccountHistory, *, permissions: Permissions = ALLOWED, settings: JudgementSettings = LIVE
) -> Assessment:
    return assess_account(account, permissions, settings, "test", START)


def observation(result: Assessment, key: str) -> Observation:
    return next(one for one in result.observations if one.key == key)


def value(result: Assessment, key: str) -> Any:
    return observation(result, key).value


def of_kind(result: Assessment, kind: IntentKind) -> list[Intent]:
    return [intent for intent in result.intents if intent.kind is kind]


def tasks(result: Assessment) -> dict[str, Any]:
    return {intent.name: intent.value for intent in of_kind(result, IntentKind.TASK)}


def written(result: Assessment) -> dict[str, Any]:
    return {intent.name: intent.value for intent in of_kind(result, IntentKind.SET_FIELD)}
