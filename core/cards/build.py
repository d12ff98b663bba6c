"""CORE-4: what one reader sees of a case, a person or an account: state in words, why, since when, what next. Pure.

The role filter is here, on the server: what a role may not see never leaves this module.
"""

from __future__ import annotations

from collections.abc import Mapping

from core import roles
from core.cards.model import (
    COURSE,
    SPOKESMAN,
    STALE_AFTER,
    WHY,
    Card,
    Clock,
    Consent,
    Facts,
    Seen,
    Shown,
    State,
    Trend,
    Why,
)
from core.cards.words import (
    ACCOUNT_WORDS,
    BANDS,
    CASE_WORDS,
    CONSENT_WORDS,
    STATE_WORDS,
    clock_words,
    consent_lines,
    distress_band,
    trend_direction,
    trend_words,
)
from core.fields import at_level, catalogue
from core.model import Level, Reason
from core.reasons import words
from core.recovery import next_step

MAX_REASONS = 3
AROUND = 70  # characters of context on each side of a quoted phrase
REFUSED_STATES = {"NOT_PERMITTED": "not_permitted", "MINOR": "not_permitted", "NO_BASIS": "not_permitted"}


def build(facts: Facts, reader: roles.Reader) -> Card:
    """Return the card of a record for one reader."""
    role = reader.role
    if not roles.sees_anything(role, facts.level):
        return Card(facts.level, facts.id, State("no_view", STATE_WORDS["no_view"]))
    author = bool(facts.assignee_id) and facts.assignee_id == reader.user
    visible = {key: one for key, one in facts.seen.items() if roles.sees(role, key, author=author)}
    if facts.mode == "observe":
        visible = {key: one for key, one in visible.items() if key == "attune_consent_state"}
    return _card(facts, role, visible)


def _card(facts: Facts, role: str, visible: Mapping[str, Seen]) -> Card:
    scored = {key: one for key, one in visible.items() if one.value is not None}
    spoken = [one for key, one in scored.items() if catalogue()[key].level is facts.level]
    working = roles.tasks(role, facts.level) and facts.mode != "observe"
    waited = facts.waiting_since is not None and facts.now - facts.waiting_since > STALE_AFTER
    state = _state(facts, visible)
    return Card(
        level=facts.level,
        id=facts.id,
        state=state,
        values=tuple(_shown(one) for key, one in scored.items() if key != "attune_consent_state"),
        reasons=_reasons(facts, role, visible),
        trend=_trend(facts, visible),
        next_step=_next_step(facts, visible) if working else None,
        clock=_clock(facts) if working else None,
        tasks=facts.tasks if working else (),
        consent=_consent(visible),
        notes=_notes(facts, waited),
        scored_at=max((one.at for one in spoken), default=None),
        rule_version=spoken[0].rule_version if spoken else None,
        stale=waited or facts.away,
        degraded=facts.away,
        disputed=facts.disputed,
        alert=_alert(facts, visible),
        may=_may(facts, role, state),
    )


def _state(facts: Facts, visible: Mapping[str, Seen]) -> State:
    if facts.mode == "observe":
        return State("observing", STATE_WORDS["observing"])
    spokesman = visible.get(SPOKESMAN[facts.level])
    if spokesman is None or (spokesman.value is None and not spokesman.refused):
        return State("empty", STATE_WORDS["empty"])
    if spokesman.value is None:
        code = REFUSED_STATES.get(spokesman.refused or "", "not_scored")
        return State(code, words(spokesman.refused or ""))
    if facts.level is Level.PERSON:
        return _person_state(str(spokesman.value))
    value = str(spokesman.value)
    listed = CASE_WORDS if facts.level is Level.CASE else ACCOUNT_WORDS
    return State("scored", listed.get(value, value), value)


def _person_state(mirror: str) -> State:
    held = dict(consent_lines(mirror))
    allowed = held.get("service analysis", "off")
    if allowed == "on":
        return State("scored", "Messages may be analysed", "on")
    return State("not_permitted", "Not analysed: no permission", allowed)


def _shown(one: Seen) -> Shown:
    entry = catalogue()[one.key]
    band = distress_band(one.value) if one.key == "attune_distress" else BANDS.get(one.key, {}).get(str(one.value))
    value = one.value
    said = f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    label = entry.label.removeprefix("Attune: ").capitalize()
    return Shown(one.key, label, entry.help, value, band or said, band, round(one.confidence, 2))


def _reasons(facts: Facts, role: str, visible: Mapping[str, Seen]) -> tuple[Why, ...]:
    source = visible.get(WHY.get(facts.level, ""))
    if source is None or source.refused:
        return ()
    listed = [one for one in source.reasons if one.code not in roles.CARE or roles.reads_care(role)]
    account = facts.level is Level.ACCOUNT
    return tuple(_why(one, facts, roles.quotes(role), account) for one in listed[:MAX_REASONS])


def _why(reason: Reason, facts: Facts, quoted: bool, account: bool) -> Why:
    said = words(reason.code, account=account)
    plain = Why(reason.code, said[:1].upper() + said[1:])
    # A care signal is never quoted: the card is read by more people than need to know.
    if not quoted or reason.code in roles.CARE or not reason.evidence or account:
        return plain
    message = next((one for one in facts.said if one.position == reason.message), None)
    before, after = _around(message.text, reason.evidence) if message else ("", "")
    number = reason.message + 1 if reason.message is not None else None
    return Why(plain.code, plain.words, before, reason.evidence, after, number, message.at if message else None)


def _around(text: str, phrase: str) -> tuple[str, str]:
    """Return what stands before and after a phrase, cut at words."""
    start = text.find(phrase)
    if start < 0:
        return "", ""
    before, after = text[:start].replace("\n", " "), text[start + len(phrase) :].replace("\n", " ")
    if len(before) > AROUND:
        before = "…" + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + "…"
    return before, after


def _trend(facts: Facts, visible: Mapping[str, Seen]) -> Trend | None:
    key = COURSE.get(facts.level)
    now = visible.get(key) if key else None
    if key is None or now is None or now.value is None or len(facts.course) < 2:
        return None
    direction = trend_direction([one.value for one in facts.course])
    return Trend(direction, trend_words(direction, facts.course[0].value, facts.course[-1].value), facts.course)


def _next_step(facts: Facts, visible: Mapping[str, Seen]) -> str | None:
    spokesman = visible.get(SPOKESMAN[facts.level])
    value = str(spokesman.value) if spokesman is not None and spokesman.value is not None else None
    if facts.level is Level.ACCOUNT:
        return next_step.of_account(value)
    return next_step.of_case(value, [one.code for one in spokesman.reasons[:MAX_REASONS]]) if spokesman else None


def _clock(facts: Facts) -> Clock | None:
    if not facts.tasks:
        return None
    first = min(facts.tasks, key=lambda task: task.due_at)
    return Clock(first.due_at, clock_words(first.due_at - facts.now), first.due_at < facts.now)


def _consent(visible: Mapping[str, Seen]) -> tuple[Consent, ...]:
    mirror = visible.get("attune_consent_state")
    if mirror is None or not isinstance(mirror.value, str):
        return ()
    return tuple(
        Consent(purpose, state, CONSENT_WORDS.get(state, state)) for purpose, state in consent_lines(mirror.value)
    )


def _notes(facts: Facts, waited: bool) -> tuple[str, ...]:
    listed = (
        (facts.mode == "paused", "Attune is paused for your organisation; scores are not brought up to date."),
        (facts.away, "Your tool cannot be reached at the moment; what stands here may be out of date."),
        (waited, "Newer messages are waiting to be read; what stands here is older than 15 minutes."),
        (facts.disputed, "Under dispute: somebody disagreed with this, and a person will look at it."),
    )
    return tuple(text for applies, text in listed if applies)


def _alert(facts: Facts, visible: Mapping[str, Seen]) -> bool:
    """Say whether to interrupt: a raised flag that this reader has not put aside since it was raised."""
    flag = visible.get("attune_risk_flag")
    if flag is None or flag.value not in ("high", "critical"):
        return False
    return facts.dismissed_at is None or facts.dismissed_at < flag.at


def _may(facts: Facts, role: str, state: State) -> tuple[str, ...]:
    if facts.mode == "observe":
        return ()
    scored = state.code == "scored"
    needs = {"disagree": scored, "dismiss": scored}
    return tuple(verb for verb in roles.verbs(role, facts.level) if needs.get(verb, True))


def person_keys() -> tuple[str, ...]:
    """Return the keys whose reading is the reading of a person-level score, which the audit trail notes."""
    return tuple(entry.key for level in (Level.CASE, Level.PERSON) for entry in at_level(level))
