"""The parts of Attune that an admin may choose, what each needs of a vendor, and what each lets through.

What a module needs stands in ``manifests/<vendor>/plugin.toml`` under ``[modules]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.errors import PermanentError
from core.model import IntentKind, Level
from manifests import declarations


class Stage(StrEnum):
    """How far an installation has come: what may be written into its records."""

    OBSERVING = "observing"  # scores are stored, nothing is written
    WRITING = "writing"  # fields, tags, remarks
    AUTOMATED = "automated"  # follow-up tasks as well
    ENDED = "ended"  # uninstalled: nothing comes in or goes out


@dataclass(frozen=True, slots=True)
class Module:
    """One part to choose, in an admin's words."""

    name: str
    label: str
    does: str


MODULES: Mapping[str, Module] = {
    one.name: one
    for one in (
        Module("cases", "Case scores", "Reads conversations; writes distress, risk flag and sentiment on each case."),
        Module("accounts", "Account health", "Writes health from 0 to 100, band and reasons on accounts."),
        Module("consent", "Consent mirror", "Shows on each person whether analysis is allowed; read-only."),
        Module("follow_up", "Remarks and tasks", "Leaves a private remark that says why, and opens follow-up tasks."),
    )
}
# Without conversations there is nothing to judge.
ESSENTIAL = "cases"
OF_LEVEL: Mapping[Level, str] = {Level.CASE: "cases", Level.ACCOUNT: "accounts", Level.PERSON: "consent"}
FOLLOW_UP = frozenset({IntentKind.TASK, IntentKind.REMARK})


def needs(vendor: str) -> dict[str, frozenset[str]]:
    """Return the scopes and rights that each module needs at a vendor."""
    declared: Mapping[str, list[str]] = declarations()[vendor]["modules"]
    return {name: frozenset(declared.get(name, ())) for name in MODULES}


def scopes(vendor: str) -> list[str]:
    """Return what a vendor is asked for when it is connected: every scope that some module needs."""
    asked: list[str] = declarations()[vendor].get("scopes") or sorted(set().union(*needs(vendor).values()))
    return asked


def missing(vendor: str, granted: Iterable[str]) -> dict[str, list[str]]:
    """Return the modules that stay off, each with the scopes and rights it lacks."""
    held = frozenset(granted)
    lacking = {name: sorted(one for one in wanted if not _holds(held, one)) for name, wanted in needs(vendor).items()}
    return {name: gone for name, gone in lacking.items() if gone}


def is_plan_limit(error: PermanentError) -> bool:
    """Say whether a vendor refused a field because its plan has no room for more; they all use the word."""
    return "limit" in error.detail.lower()


def on(vendor: str, chosen: Iterable[str] | None, granted: Iterable[str] | None) -> list[str]:
    """Return the modules that work: chosen (``None``: all of them) and granted (``None``: nobody has looked yet)."""
    off = {} if granted is None else missing(vendor, granted)
    wanted = MODULES if chosen is None else frozenset(chosen) | {ESSENTIAL}
    return [name for name in MODULES if name in wanted and name not in off]


def lets_through(stage: str, working: Iterable[str], kind: IntentKind, level: Level) -> bool:
    """Say whether an intent may be written into an installation's records."""
    if stage in (Stage.OBSERVING, Stage.ENDED) or (stage == Stage.WRITING and kind is IntentKind.TASK):
        return False
    return ("follow_up" if kind in FOLLOW_UP else OF_LEVEL[level]) in working


def levels(parts: Iterable[str] | None) -> list[Level]:
    """Return the levels whose fields some modules need; ``None``: all of them."""
    return [level for level in Level if parts is None or OF_LEVEL[level] in parts]


def has_follow_up(parts: Iterable[str] | None) -> bool:
    """Say whether remarks and tasks are needed."""
    return parts is None or "follow_up" in parts


def _holds(held: frozenset[str], wanted: str) -> bool:
    """Say whether a grant covers a scope: Zendesk's ``write`` stands for every ``<resource>:write``.

    https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/
    """
    return wanted in held or (":" in wanted and wanted.rpartition(":")[2] in held)
