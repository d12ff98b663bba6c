"""The first analyser behind the port: TextBlob's lexicon joined with the rules of the catalogue.

It stays as the baseline that a trained analyser is measured against.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textblob.en import sentiment as lexicon_sentiment

from core.language.basic import cues
from core.language.basic.languages import is_supported
from core.language.basic.reply import judge_reply
from core.language.tones import DRIVERS
from core.ports import ReplyJudgement, Span, TextJudgement

VERSION = "textblob-1"
THRESHOLD = 0.55
MIN_WORDS = 3
MAX_CHARS = 20_000
LATER_CLAUSE = 1.5
MAX_SPANS = 8

_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_TURN = re.compile(r"\b(?:but|however|yet|although|though)\b[,\s]*", re.IGNORECASE)
_EVIDENCE = {1: 0.82, 2: 1.25, 3: 1.9}


@dataclass(frozen=True, slots=True)
class _Clause:
    """One clause judged: sentiment, weight, cues."""

    sentiment: float
    weight: float
    cues: tuple[cues.Cue, ...]


class TextBlobAnalyzer:
    """Judges English wording; other languages are refused rather than guessed at. Holds no state."""

    version = VERSION

    def customer(self, texts: Sequence[str], locale: str | None) -> list[TextJudgement]:
        """Judge customer texts, one answer per text, in order."""
        return [_judge(text[:MAX_CHARS].replace("’", "'"), locale) for text in texts]

    def reply(self, reply: str, customer: str | None, locale: str | None) -> ReplyJudgement:
        """Judge a public reply's wording against the words it answers; never its author."""
        said = customer[:MAX_CHARS] if customer else None
        mood = _judge(said.replace("’", "'"), locale) if said else None
        return judge_reply(reply[:MAX_CHARS].replace("’", "'"), said, mood, locale)


def _judge(text: str, locale: str | None) -> TextJudgement:
    listed = cues.words(text)
    if not listed:
        return TextJudgement(None, refused="TOO_SHORT")
    if not is_supported([word.text for word in listed], text, locale):
        return TextJudgement(None, refused="LANGUAGE_UNSUPPORTED")
    clauses = list(_clauses(text))
    found = [cue for clause in clauses for cue in clause.cues]
    value = _overall(clauses)
    if len(listed) < MIN_WORDS and not found:
        return TextJudgement(round(value, 3), p=_probabilities(value), refused="TOO_SHORT")
    return _tagged(text, listed, clauses, found, value)


def _tagged(
    text: str, listed: list[cues.Word], clauses: list[_Clause], found: list[cues.Cue], value: float
) -> TextJudgement:
    emotions = _emotions(clauses, value)
    tag, confidence = _top(emotions)
    level = _intensity(text, listed, found, tag, value)
    return TextJudgement(
        sentiment=round(value, 3),
        p=_probabilities(value),
        tag=tag if confidence >= THRESHOLD else "unclear",
        emotions=emotions,
        intensity=level,
        target=_target(listed),
        confidence=round(confidence, 3),
        spans=_spans(text, found),
    )


def _clauses(text: str) -> Iterator[_Clause]:
    """Yield the clauses of a text; what follows a 'but' in a sentence weighs half as much again."""
    for sentence in _SENTENCE.finditer(text):
        start, weight = sentence.start(), 1.0
        for turn in (*_TURN.finditer(text, sentence.start(), sentence.end()), None):
            end = turn.start() if turn else sentence.end()
            if text[start:end].strip():
                yield _clause(text[start:end], start, weight)
            if turn:
                start, weight = turn.end(), LATER_CLAUSE


def _clause(part: str, offset: int, weight: float) -> _Clause:
    found = tuple(cues.find(cues.words(part, offset)))
    pulls = sorted((cue.pull for cue in found), key=abs, reverse=True)
    # Later cues add less: three angry words are not three times as bad as one.
    pulled = sum(pull * 0.35**rank for rank, pull in enumerate(pulls))
    polarity = float(lexicon_sentiment(part)[0])
    # TextBlob reads praise into plain words ("first", "right"): alone it counts half, beside cues a fifth.
    value = 0.8 * pulled + 0.2 * polarity if found else 0.5 * polarity
    return _Clause(max(-1.0, min(1.0, value)), weight, found)


def _overall(clauses: Sequence[_Clause]) -> float:
    weights = [clause.weight * (0.25 + abs(clause.sentiment)) for clause in clauses]
    total = sum(weights)
    mean = sum(w * clause.sentiment for w, clause in zip(weights, clauses, strict=True)) / total if total else 0.0
    return max(-1.0, min(1.0, mean))


def _probabilities(value: float) -> dict[str, float]:
    low, high = 1 / (1 + math.exp(9 * (value + 0.22))), 1 / (1 + math.exp(-9 * (value - 0.25)))
    middle = max(0.0, 1.0 - low - high)
    total = low + middle + high
    return {"negative": low / total, "neutral": middle / total, "positive": high / total}


def _emotions(clauses: Sequence[_Clause], value: float) -> dict[str, float]:
    """Return an independent probability for each of the nine tags."""
    evidence = dict.fromkeys(cues.TAGS, 0.0)
    for clause in clauses:
        for cue in clause.cues:
            evidence[cue.tag] += _EVIDENCE[cue.intensity] * clause.weight
    if not any(evidence.values()):
        evidence["neutral"] = max(0.0, 1.0 - 2.0 * abs(value))
    return {tag: round(1.0 - math.exp(-amount), 3) for tag, amount in evidence.items()}


def _top(emotions: dict[str, float]) -> tuple[str, float]:
    """Return the strongest tag and how sure it is; a rival of the other sign costs more than a neighbour."""
    ranked = sorted(emotions, key=lambda tag: (-emotions[tag], tag))
    first, second = ranked[0], ranked[1]
    opposed = (first in cues.POSITIVE) != (second in cues.POSITIVE)
    return first, max(0.0, emotions[first] - emotions[second] * (0.35 if opposed else 0.1))


def _intensity(text: str, listed: list[cues.Word], found: Sequence[cues.Cue], tag: str, value: float) -> int:
    if tag == "neutral":
        return 0
    level = max((cue.intensity for cue in found if cue.tag == tag), default=1 if abs(value) >= 0.2 else 0)
    shouted = len(listed) >= MIN_WORDS and sum(word.loud for word in listed) * 2 > len(listed)
    return min(3, level + (1 if level and ("!!" in text or shouted) else 0))


def _target(listed: list[cues.Word]) -> str | None:
    targets = cues.lexicon().targets
    counts: dict[str, int] = {}
    for word in listed:
        if word.text in targets:
            counts[targets[word.text]] = counts.get(targets[word.text], 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else None


def _spans(text: str, found: Sequence[cues.Cue]) -> tuple[Span, ...]:
    ranked = sorted(found, key=lambda cue: (-abs(cue.pull), cue.start))[:MAX_SPANS]
    return tuple(Span(cue.start, cue.end, text[cue.start : cue.end], DRIVERS[cue.tag]) for cue in ranked)
