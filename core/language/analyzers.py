"""Which analyser judges: chosen by name, imported only when chosen."""

from __future__ import annotations

from collections.abc import Callable

from core.errors import ConfigurationError
from core.ports import Analyzer


def _textblob() -> Analyzer:
    from core.language.textblob import TextBlobAnalyzer

    return TextBlobAnalyzer()


ANALYZERS: dict[str, Callable[[], Analyzer]] = {"textblob": _textblob}


def analyzer(name: str) -> Analyzer:
    """Return the analyser called ``name``; raise ``ConfigurationError`` when there is none."""
    if name not in ANALYZERS:
        raise ConfigurationError(f"ATTUNE_ANALYZER is {name!r}; known are {', '.join(sorted(ANALYZERS))}")
    return ANALYZERS[name]()
