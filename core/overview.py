"""What leads and admins see of everything at once: cases at risk, open tasks, whether all arrives. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core import roles
from core.cards.model import STALE_AFTER, Clock
from core.cards.words import CASE_WORDS, STATE_WORDS, clock_words

SHOWN = 20
CONSOLE = "/console"


@dataclass(frozen=True, slots=True)
class AtRisk:
    """One open case whose flag is raised. ``why``: its first reason in words, without a quote."""

    id: str
    band: str
    why: str
    since: datetime
    due_at: datetime | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Todo:
    """One open recovery task. ``level`` and ``id``: the tool's record that it hangs on."""

    title: str
    level: str
    id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """Whether events arrive and writes go out, in counts."""

    waiting: int
    lag_seconds: float
    dead: int
    paused: bool


@dataclass(frozen=True, slots=True)
class Hinted:
    """How often one kind of hint was taken up by the team."""

    words: str
    accepted: int
    ignored: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the store knows. ``at_risk`` and ``todo`` are the first of the counted ones."""

    now: datetime
    mode: str
    delivery: Delivery
    counts: tuple[tuple[str, int], ...] = ()
    at_risk: tuple[AtRisk, ...] = ()
    todo: tuple[Todo, ...] = ()
    todo_count: int = 0
    hinted: tuple[Hinted, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One case or task as it is shown."""

    level: str
    id: str
    words: str
    more: str
    band: str | None
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that one reader may see. ``code``: risk, calm, observing, only_delivery or no_view."""

    code: str
    words: str
    cases: tuple[Listed, ...] = ()
    tasks: tuple[Listed, ...] = ()
    more_cases: int = 0
    more_tasks: int = 0
    delivery: str | None = None
    healthy: bool = True
    hinted: tuple[Hinted, ...] = ()
    console: str | None = None
    notes: tuple[str, ...] = ()
    stale: bool = False


def build(facts: Facts, role: str) -> Overview:
    """Return the overview for one role."""
    parts = roles.overview(role)
    if not parts:
        return Overview("no_view", STATE_WORDS["no_view"])
    works = "work" in parts and facts.mode != "observe"
    code, words = _head(facts, works="work" in parts)
    said, healthy = _delivery(facts.delivery)
    return Overview(
        code=code,
        words=words,
        cases=tuple(_case(one, facts.now) for one in facts.at_risk) if works else (),
        tasks=tuple(_task(one, facts.now) for one in facts.todo) if works else (),
        more_cases=max(0, sum(n for _, n in facts.counts) - len(facts.at_risk)) if works else 0,
        more_tasks=max(0, facts.todo_count - len(facts.todo)) if works else 0,
        delivery=said if "delivery" in parts else None,
        healthy=healthy,
        hinted=facts.hinted if works else (),
        console=CONSOLE if role in roles.CONSOLE_ROLES else None,
        notes=_notes(facts),
        stale=_is_stale(facts),
    )


def _head(facts: Facts, *, works: bool) -> tuple[str, str]:
    if facts.mode == "observe":
        return "observing", STATE_WORDS["observing"]
    if not works:
        return "only_delivery", "Cases are shown to team leads"
    counts = dict(facts.counts)
    if not any(counts.values()):
        return "calm", "No open case is at risk"
    listed = [f"{counts[band]} {band}" for band in ("critical", "high") if counts.get(band)]
    return "risk", f"At risk now: {', '.join(listed)}"


def _case(one: AtRisk, now: datetime) -> Listed:
    more = f"{one.why} · under dispute" if one.disputed else one.why
    return Listed("case", one.id, CASE_WORDS[one.band], more, one.band, _clock(one.due_at, now))


def _task(one: Todo, now: datetime) -> Listed:
    return Listed(one.level, one.id, one.title, "", None, _clock(one.due_at, now))


def _clock(due_at: datetime | None, now: datetime) -> Clock | None:
    return Clock(due_at, clock_words(due_at - now), due_at < now) if due_at else None


def _delivery(state: Delivery) -> tuple[str, bool]:
    if state.paused:
        return "Your tool cannot be reached; Attune tries again by itself.", False
    if state.dead:
        noun = "event or write" if state.dead == 1 else "events or writes"
        return f"{state.dead} {noun} could not be processed and wait for an admin.", False
    if timedelta(seconds=state.lag_seconds) > STALE_AFTER:
        minutes = int(state.lag_seconds // 60)
        return f"{state.waiting} waiting, the oldest for {minutes} minutes.", False
    return (f"All is well; {state.waiting} waiting." if state.waiting else "All is well; nothing is waiting."), True


def _is_stale(facts: Facts) -> bool:
    return facts.delivery.paused or timedelta(seconds=facts.delivery.lag_seconds) > STALE_AFTER


def _notes(facts: Facts) -> tuple[str, ...]:
    listed = (
        (facts.mode == "paused", "Attune is paused for your organisation; scores are not brought up to date."),
        (_is_stale(facts), "Newer messages are waiting to be read; what stands here may be out of date."),
    )
    return tuple(text for applies, text in listed if applies)
