"""Which analyser judges: chosen by name, imported only when chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.errors import ConfigurationError
from core.ports import Analyzer, ReplyJudgement, TextJudgement

BASIC = "basic"


class Basic:
    """The baseline standing in for the trained analyser; every result says so by its version."""

    def __init__(self, baseline: Analyzer, why: str) -> None:
        self._baseline, self.why = baseline, why
        self.version = f"{BASIC}-{baseline.version}"

    def customer(self, texts: Sequence[str], locale: str | None) -> list[TextJudgement]:
        """Judge customer texts, one answer per text, in order."""
        return self._baseline.customer(texts, locale)

    def reply(self, reply: str, customer: str | None, locale: str | None) -> ReplyJudgement:
        """Judge a public reply's wording."""
        return self._baseline.reply(reply, customer, locale)


def _textblob() -> Analyzer:
    from core.language.basic.analyzer import TextBlobAnalyzer

    return TextBlobAnalyzer()


def _service() -> Analyzer:
    from core.language.service.artefact import ArtefactError
    from core.language.service.port import ServicePort

    try:
        return ServicePort()
    except ArtefactError as error:
        return Basic(_textblob(), str(error))


ANALYZERS: dict[str, Callable[[], Analyzer]] = {"service": _service, "textblob": _textblob}


def analyzer(name: str) -> Analyzer:
    """Return the analyser called ``name``; raise ``ConfigurationError`` when there is none.

    Where the trained one's artefact is absent or damaged the baseline stands in, marked ``basic``.
    """
    if name not in ANALYZERS:
        raise ConfigurationError(f"ATTUNE_ANALYZER is {name!r}; known are {', '.join(sorted(ANALYZERS))}")
    return ANALYZERS[name]()
