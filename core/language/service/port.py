"""The shipped analyser behind the core's port: the same judgements, in the port's words."""

from __future__ import annotations

from collections.abc import Sequence

from core import ports
from core.language.service.analyzer import ServiceAnalyzer
from core.language.service.judgement import CustomerJudgement, ReplyJudgement, Span
from core.ports import TextJudgement

NAMES = ("negative", "neutral", "positive")


class ServicePort:
    """Fulfils ``core.ports.Analyzer``. Raises ``ArtefactError`` where the artefact is absent or damaged."""

    def __init__(self) -> None:
        self._service = ServiceAnalyzer()
        self.version = self._service.version

    def customer(self, texts: Sequence[str], locale: str | None) -> list[TextJudgement]:
        """Judge customer texts, one answer per text, in order."""
        return [_text(judged) for judged in self._service.customer(list(texts), locale)]

    def reply(self, reply: str, customer: str | None, locale: str | None) -> ports.ReplyJudgement:
        """Judge a public reply's wording."""
        return _reply(self._service.reply(reply, customer, locale))


def _text(judged: CustomerJudgement) -> TextJudgement:
    if judged.label is None:
        return TextJudgement(None, refused=judged.refused)
    return TextJudgement(
        sentiment=judged.sentiment,
        p=dict(zip(NAMES, judged.p, strict=True)),
        tag=judged.tag,
        emotions=dict(judged.emotions),
        intensity=judged.intensity,
        target=judged.target,
        confidence=judged.confidence,
        spans=_spans(judged.spans),
        refused=judged.refused,
    )


def _reply(judged: ReplyJudgement) -> ports.ReplyJudgement:
    return ports.ReplyJudgement(
        empathy=judged.empathy,
        criteria=dict(judged.criteria),
        penalties=dict(judged.penalties),
        outcome=judged.outcome,
        spans=_spans(judged.spans),
        refused=judged.refused,
        findings={found.kind: found.text for found in reversed(judged.findings)},
    )


def _spans(found: Sequence[Span]) -> tuple[ports.Span, ...]:
    return tuple(ports.Span(*span) for span in found)
