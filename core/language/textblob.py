"""The first analyser behind the port: TextBlob's lexicon plus the rules of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from textblob.en import sentiment as lexicon_sentiment

from core.ports import ReplyJudgement, TextJudgement


class TextBlobAnalyzer:
    """Baseline."""

    version = "textblob-1"

    def customer(self, texts: Sequence[str], locale: str | None) -> list[TextJudgement]:
        """Judge."""
        return [self._one(text) for text in texts]

    def reply(self, reply: str, customer: str | None, locale: str | None) -> ReplyJudgement:
        """Judge."""
        return ReplyJudgement(50.0, outcome="not_called_for")

    def _one(self, text: str) -> TextJudgement:
        s = max(-1.0, min(1.0, float(lexicon_sentiment(text)[0])))
        return TextJudgement(s, tag="unclear", confidence=0.4)
