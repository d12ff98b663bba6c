"""From observations to intents: fields, the risk tag, the remark, and the tasks that are called for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from core.fields import RISK_TAG, catalogue
from core.judgement import AccountHistory, CaseHistory, CaseState, JudgementSettings, Turn
from core.language import distress
from core.model import Intent, IntentKind, Observation, Role
from core.recovery import remark, templates

RAISED = frozenset({"high", "critical"})
_EMPATHY = "attune_reply_empathy"
_FLAG_TASKS = {"critical": "critical_callback", "high": "high_risk_follow_up"}
_SAFETY = "SAFETY_SIGNAL"


@dataclass(frozen=True, slots=True)
class Before:
    """What stood before: the case's last values, and the turns that were judged already."""

    case: CaseHistory
    judged: frozenset[str]


def intents(
    state: CaseState,
    turns: tuple[Turn, ...],
    observations: tuple[Observation, ...],
    before: Before,
    settings: JudgementSettings,
) -> tuple[Intent, ...]:
    """Return everything that should leave for the vendors' records; nothing unless the tenant is live."""
    if settings.mode != "live":
        return ()
    by_key = {observation.key: observation for observation in observations}
    return (*_fields(observations, settings), *_case_actions(state, turns, by_key, before, settings))


def fields(observations: tuple[Observation, ...], settings: JudgementSettings) -> tuple[Intent, ...]:
    """Return the fields that should stand, where nothing else can follow from them."""
    return tuple(_fields(observations, settings)) if settings.mode == "live" else ()


def account_intents(
    observations: tuple[Observation, ...], account: AccountHistory, settings: JudgementSettings
) -> tuple[Intent, ...]:
    """Return what should leave when an account was scored: its fields, and a task for its owner when it turns red."""
    if settings.mode != "live":
        return ()
    return (*_fields(observations, settings), *_account_actions(observations, account, settings))


def _fields(observations: Iterable[Observation], settings: JudgementSettings) -> Iterator[Intent]:
    """Yield what should stand in every field, also where nothing changed: only the writer knows what stands.

    So a record that is linked later, or a tenant that goes live, gets its values, and slow drift is not lost.
    """
    for observation in observations:
        if observation.key != _EMPATHY or settings.reply_write != "widget_only":
            yield _intent(IntentKind.SET_FIELD, observation, observation.key, observation.value)


def _case_actions(
    state: CaseState,
    turns: tuple[Turn, ...],
    by_key: Mapping[str, Observation],
    before: Before,
    settings: JudgementSettings,
) -> Iterator[Intent]:
    flag = by_key.get("attune_risk_flag")
    if flag is None:
        return
    old_scored = before.case.previous.get("attune_risk_flag")
    old, new = (_text(old_scored.value) if old_scored else None), _text(flag.value)
    yield _intent(IntentKind.TAG, flag, RISK_TAG, new in RAISED)
    fresh_care = [turn for turn in turns if turn.id not in before.judged and _is_care(turn)]
    rises = new in RAISED and distress.rises(old, new)
    if rises or fresh_care:
        yield _remark(state, turns, flag, by_key.get("attune_distress"), bool(fresh_care))
    if rises and new in _FLAG_TASKS:
        yield _task(_FLAG_TASKS[new], flag, settings, assignee=state.case.assignee_id)
    if fresh_care:
        yield _task("care_alert", flag, settings)


def _account_actions(
    observations: Iterable[Observation], account: AccountHistory, settings: JudgementSettings
) -> Iterator[Intent]:
    band = next((seen for seen in observations if seen.key == "attune_health_band"), None)
    old = account.previous.get("attune_health_band")
    if band is not None and band.value == "red" and (old is None or old.value != "red"):
        yield _task("account_at_risk", band, settings, account_owner=account.owner_id, name=account.name)


def _remark(
    state: CaseState, turns: tuple[Turn, ...], flag: Observation, score: Observation | None, care: bool
) -> Intent:
    newest = max((turn for turn in turns if turn.role is Role.CUSTOMER), key=lambda turn: (turn.at, turn.id))
    ref = remark.reference(state.id, "care" if care else str(flag.value), newest.id)
    points = score.value if score is not None and isinstance(score.value, int) else None
    text = remark.text(str(flag.value), points, flag.reasons, flag.rule_version, ref)
    return _intent(IntentKind.REMARK, flag, ref, text)


def _task(
    template: str,
    cause: Observation,
    settings: JudgementSettings,
    *,
    assignee: str | None = None,
    account_owner: str | None = None,
    name: str | None = None,
) -> Intent:
    made = templates.order(
        template, cause.subject, cause.at, settings, assignee=assignee, account_owner=account_owner, name=name
    )
    return _intent(IntentKind.TASK, cause, template, asdict(made))


def _intent(kind: IntentKind, cause: Observation, name: str, value: object) -> Intent:
    return Intent(
        kind, cause.subject, name, value, catalogue()[cause.key].purpose, cause.at, cause.reasons, cause.rule_version
    )


def _is_care(turn: Turn) -> bool:
    return turn.role is Role.CUSTOMER and any(reason.code == _SAFETY for reason in turn.signals)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
