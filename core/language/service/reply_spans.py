"""Which words of a reply earned its criteria: phrases that a reader would underline, not single words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from core.language.patterns import Match
from core.language.service.findings import Draft
from core.language.service.judgement import Span
from core.language.service.reply_signals import CaseWord

EARNED: Final = 2.0  # a criterion below this has earned nothing that could be shown
FACTS: Final = 2  # of the customer's facts that are shown
ALONE: Final = 5  # a shorter word by itself is no fact, unless it has a digit
# Criterion: the wordings that earn it, best first, and how many words to quote before and after each.
QUOTED: Final[Mapping[str, Mapping[str, tuple[int, int]]]] = {
    "validates": {"reason": (0, 4), "feeling": (2, 0), "care": (0, 3)},
    "owns": {"own_action": (0, 4)},
    "next_step": {"when": (3, 0), "own_action": (0, 4), "step": (2, 2)},
    "clear": {"thanks": (0, 4)},
}
LONGEST: Final = 80  # characters of an own action with its time
_CLAUSE: Final = re.compile(r"[.!?;:\n]\s|\n")
_BEFORE: Final = re.compile(r"(?:[\w'’£$€%-]+ ){0,3}\Z")
_AFTER: Final = re.compile(r"(?: [\w'’£$€%-]+){0,4}")
_PAST: Final = re.compile(r"\b(?:was|were|had|been|did|since)\b[^.!?;:\n]*\Z", re.IGNORECASE)
_GAP: Final = re.compile(r" (?:[\w'’-]+ ){0,2}\Z")


def reply_spans(draft: Draft, criteria: Mapping[str, float]) -> tuple[Span, ...]:
    """The phrases that earned the criteria, where any can be quoted."""
    places = [("acknowledges", *place) for place in _facts(draft.clean, draft.heard.echo)]
    dated = _dated(draft)
    for criterion, names in QUOTED.items():
        found = next((match for name in names for match in draft.heard.found[name] if _due(draft, match)), None)
        if dated and criterion == "next_step":
            places.append((criterion, *dated))
        elif found:
            places.append((criterion, *_grown(draft.clean, found, *names[found.name])))
    return tuple(
        Span(start, end, draft.reply[start:end], criterion)
        for criterion, start, end in places
        if criteria[criterion] >= EARNED
    )


def _facts(clean: str, echo: Sequence[CaseWord]) -> list[tuple[int, int]]:
    """The customer's facts as the reply takes them up: words close together are one phrase, the fullest ones first."""
    joined: list[list[CaseWord]] = []
    for word in sorted(echo, key=lambda word: word.start):
        if joined and _GAP.match(clean, joined[-1][-1].end, word.start):
            joined[-1].append(word)
        else:
            joined.append([word])
    telling = [p for p in joined if len(p) > 1 or len(p[0].stem) >= ALONE or any(map(str.isdigit, p[0].stem))]
    fullest = sorted(telling, key=lambda phrase: -len(phrase))[:FACTS]
    return sorted((phrase[0].start, phrase[-1].end) for phrase in fullest)


def _due(draft: Draft, match: Match) -> bool:
    """Whether a wording is no time that has passed: "taken on 3 March" is no next step."""
    return match.name != "when" or not _PAST.search(draft.clean, max(0, match.start - LONGEST), match.start)


def _dated(draft: Draft) -> tuple[int, int] | None:
    """An own action and its time in one clause: the best next step that there is."""
    for act in draft.heard.found["own_action"]:
        for when in filter(partial(_due, draft), draft.heard.found["when"]):
            start, end = min(act.start, when.start), max(act.end, when.end)
            if end - start <= LONGEST and not _CLAUSE.search(draft.clean, start, end):
                return start, end
    return None


def _grown(clean: str, found: Match, before: int, after: int) -> tuple[int, int]:
    """A wording with the words around it, within its clause."""
    ahead = _BEFORE.search(clean, max(0, found.start - 60), found.start)
    behind = _AFTER.match(clean, found.end)
    left = " ".join(ahead.group().split(" ")[-before - 1 :]) if ahead and before else ""
    right = " ".join(behind.group().split(" ")[: after + 1]) if behind and after else ""
    return found.start - len(left), found.end + len(right)
