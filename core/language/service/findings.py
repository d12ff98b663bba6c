"""Draft judgement: which wording of a reply may harm, sentence by sentence, rule and network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.language.service.emotions import place
from core.language.service.judgement import Finding
from core.language.service.reply_rules import WHY, wording
from core.language.service.reply_signals import Heard
from core.language.service.sentences import Sentence

_STOCK: Final = re.compile(
    r"\b(?:understand (?:your|how|that this) (?:\w+ ){0,2}(?:frustrat\w+|concern|feel|upset|"
    r"disappoint\w+|is|must)|apologi[sz]e for (?:any|the) inconvenience|sorry (?:for|about) (?:any|"
    r"the) inconvenience|sorry to hear (?:that|this|about)|we value your|thank you for your "
    r"patience)",
    re.IGNORECASE,
)
# Sentences that state a limit instead of making a promise; nothing of that kind is marked there.
_LIMIT: Final = re.compile(
    r"\b(?:can't|cannot|can not|couldn't|won't|unable to|not able to|rather "
    r"not) (?:yet |really |honestly )?(?:promise|guarantee|say for|give you a "
    r"date|advise|comment)",
    re.IGNORECASE,
)
LIMITED: Final = frozenset({"over_promise", "dismissive"})


@dataclass(frozen=True)
class Draft:
    """A reply that is looked through: its own words, the message it answers, its sentences."""

    reply: str
    clean: str
    asked: str
    body: Sequence[Sentence]
    heard: Heard


def inputs(logits: NDArray[np.float32], words: Sequence[int]) -> NDArray[np.float32]:
    """(sentences, inputs): outputs of each sentence and of its reply, its place, how many there are, its words.

    ``logits``: the reply's outputs, then each sentence's; ``words``: how many each sentence has.
    """
    size = len(words)
    place = np.log1p([[i / size, size, n] for i, n in enumerate(words)])
    return np.concatenate([logits[1:], np.tile(logits[0], (size, 1)), place], 1).astype(np.float32)


class Findings:
    """Turns sentence outputs and wording into findings with reasons."""

    def __init__(self, groups: dict[str, list[str]], settings: Mapping[str, Any]) -> None:
        where = place(groups)
        self._alone = where["alone"]
        self._missing = groups["alone"].index("no_next_step")
        self._kinds = tuple(settings["stack"])
        self._own = [where["reply"].start + groups["reply"].index(kind) for kind in self._kinds]
        weights = np.array([settings["stack"][k] for k in self._kinds], np.float32)
        self._bias, self._weights = weights[:, 0], weights[:, 1:].T
        self._joint = np.array([settings["joint"][k] for k in self._kinds], np.float32).T
        self._above: float = settings["above"]
        self._step: Mapping[str, float] = settings["no_next_step"]
        wording("")  # compiles the wording at load and not while somebody waits

    def find(
        self, draft: Draft, logits: NDArray[np.float32], criteria: Mapping[str, float], called: bool
    ) -> list[Finding]:
        """All findings in order of place; the missing step last. ``logits``: the reply's, then each sentence's."""
        heads = logits[:, self._alone]
        marked = self._marked(draft, heads, logits[1:, self._own])
        marked |= _hollow(draft.clean, marked)
        if _grounded(draft):
            marked = {m for m in marked if m[0] != "robotic"}
        out = [finding(kind, start, end, draft.reply) for kind, start, end in sorted(marked, key=_at)]
        if (called or "?" in draft.asked) and self._no_step(float(heads[0][self._missing]), criteria):
            out.append(finding("no_next_step", len(draft.reply), len(draft.reply), draft.reply))
        return out

    def _marked(
        self, draft: Draft, heads: NDArray[np.float32], network: NDArray[np.float32]
    ) -> set[tuple[str, int, int]]:
        """Every wording that fires; where none of a kind does, the sentence that heads and network are surest of."""
        words = [len(s.text.split()) for s in draft.body]
        bias, of_heads, of_network = self._joint
        told = bias + of_heads * (inputs(heads, words) @ self._weights + self._bias) + of_network * network
        out = set()
        for s, row in zip(draft.body, told, strict=True):
            found, quiet = wording(draft.clean[s.start : s.end])
            out |= {(kind, s.start + hit.start, s.start + hit.end) for kind, hit in found.items()}
            limit = LIMITED if _LIMIT.search(s.text.replace("\u2019", "'")) else frozenset()
            row[[kind in quiet or kind in limit for kind in self._kinds]] = -np.inf
        said = {kind for kind, _, _ in out}
        for kind, column in zip(self._kinds, told.T, strict=True):
            if kind not in said and column.max() >= self._above:
                surest = draft.body[int(column.argmax())]
                out.add((kind, surest.start, surest.end))
        return out

    def _no_step(self, missing: float, criteria: Mapping[str, float]) -> bool:
        w = self._step
        return w["logit"] * missing + w["step"] * criteria["next_step"] >= w["above"]


def _hollow(clean: str, marked: set[tuple[str, int, int]]) -> set[tuple[str, int, int]]:
    """REPLY-2: a feeling phrase that nothing else marked; whether the case stands beside it is asked apart."""
    stock = _STOCK.search(clean.replace("\u2019", "'"))
    if not stock or any(
        kind == "robotic" and start < stock.end() and stock.start() < end for kind, start, end in marked
    ):
        return set()
    return {("robotic", *stock.span())}


def _grounded(draft: Draft) -> bool:
    """REPLY-2: two case words echoed, or an own action with a date or number."""
    heard = draft.heard
    dated = heard.found["when"] or any(map(str.isdigit, draft.clean))
    return len(heard.echo) >= 2 or bool(dated and heard.found["own_action"])


def _at(marked: tuple[str, int, int]) -> tuple[int, int, str]:
    return marked[1], marked[2], marked[0]


def finding(kind: str, start: int, end: int, reply: str) -> Finding:
    """A finding with its level, reason and what to add."""
    level, why, add = WHY[kind]
    return Finding(kind, level, start, end, reply[start:end], why, add)
