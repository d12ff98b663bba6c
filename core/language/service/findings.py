"""Draft judgement: which wording of a reply may harm, sentence by sentence, rule and network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.language.service.judgement import Finding
from core.language.service.reply_rules import WHY, hits
from core.language.service.reply_signals import PATTERNS, echoed
from core.language.service.sentences import Sentence

_STOCK: Final = re.compile(
    r"\b(?:understand (?:your|how|that this) (?:\w+ ){0,2}(?:frustrat\w+|concern|feel|upset|"
    r"disappoint\w+|is|must)|apologi[sz]e for (?:any|the) inconvenience|sorry (?:for|about) (?:any|"
    r"the) inconvenience|sorry to hear (?:that|this|about)|we value your|thank you for your "
    r"patience)",
    re.IGNORECASE,
)
ALONE: Final = 10.0  # a rule with this bonus fires whatever the network says
# Sentences that state a limit instead of making a promise; nothing of that kind is marked there.
_LIMIT: Final = re.compile(
    r"\b(?:can't|cannot|can not|couldn't|won't|unable to|not able to|rather "
    r"not) (?:yet |really |honestly )?(?:promise|guarantee|say for|give you a "
    r"date|advise|comment)",
    re.IGNORECASE,
)
_OWN_STEP: Final = re.compile(PATTERNS["own_action"].pattern, re.IGNORECASE)


class Findings:
    """Turns sentence outputs and rule hits into findings with reasons."""

    def __init__(self, labels: Sequence[str], settings: Mapping[str, Any]) -> None:
        self._column = {kind: labels.index(kind) for kind in WHY}
        self._above: Mapping[str, float] = settings["above"]
        self._bonus: Mapping[str, float] = settings["bonus"]

    def find(
        self,
        reply: str,
        clean: str,
        asked: str,
        body: Sequence[Sentence],
        logits: NDArray[np.float32],
        criteria: Mapping[str, float],
        called: bool,
    ) -> list[Finding]:
        """All findings in order of place; the missing step last."""
        marked = self._marked(clean, body, logits)
        marked |= self._hollow(clean)
        if _grounded(clean, asked):
            marked = {m for m in marked if m[0] != "robotic"}
        out = [finding(kind, start, end, reply) for kind, start, end in sorted(marked, key=_place)]
        if self._no_step(criteria, asked, called):
            out.append(finding("no_next_step", len(reply), len(reply), reply))
        return out

    def _marked(self, clean: str, body: Sequence[Sentence], logits: NDArray[np.float32]) -> set[tuple[str, int, int]]:
        ruled: dict[tuple[int, str], tuple[int, int]] = {}
        for kind, start, end in hits(clean):
            for n, s in enumerate(body):
                if s.start <= start < s.end:
                    ruled.setdefault((n, kind), (start, min(end, s.end)))
        out = set()
        for n, s in enumerate(body):
            limit = bool(_LIMIT.search(s.text.replace("\u2019", "'")))
            for kind, column in self._column.items():
                if kind == "no_next_step" or (limit and kind in ("over_promise", "dismissive")):
                    continue
                bonus = self._bonus[kind] if (n, kind) in ruled else 0.0
                if bonus >= ALONE or float(logits[n, column]) + bonus >= self._above[kind]:
                    out.add((kind, *ruled.get((n, kind), (s.start, s.end))))
        return out

    def _hollow(self, clean: str) -> set[tuple[str, int, int]]:
        """REPLY-2: a feeling phrase stands; whether the case stands beside it is asked apart."""
        stock = _STOCK.search(clean.replace("\u2019", "'"))
        return {("robotic", *stock.span())} if stock else set()

    def _no_step(self, criteria: Mapping[str, float], asked: str, called: bool) -> bool:
        needed = called or "?" in asked
        return needed and criteria["next_step"] < self._above["no_next_step"]


def _grounded(clean: str, asked: str) -> bool:
    """REPLY-2: two case words echoed, or an own action with a date or number."""
    if len(echoed(clean, asked)) >= 2:
        return True
    dated = PATTERNS["when"].search(clean) or re.search(r"\d", clean)
    return bool(dated and _OWN_STEP.search(clean))


def _place(marked: tuple[str, int, int]) -> tuple[int, int, str]:
    return marked[1], marked[2], marked[0]


def finding(kind: str, start: int, end: int, reply: str) -> Finding:
    """A finding with its level, reason and what to add."""
    level, why, add = WHY[kind]
    return Finding(kind, level, start, end, reply[start:end], why, add)
