"""The stories' own rule, which the journeys stand on: however many messages are judged together, one outcome."""

import io
import json

import pytest

from core.language.distress import FLAGS
from core.language.service.analyzer import ServiceAnalyzer
from core.language.service.score import score
from tests.journeys.talk import STORIES

START = "2026-11-20T10:{:02d}:00Z"


@pytest.fixture(scope="module")
def analyzer() -> ServiceAnalyzer:
    return ServiceAnalyzer()


@pytest.mark.parametrize("story", STORIES)
def test_a_storys_risk_only_ever_rises(analyzer: ServiceAnalyzer, story: str) -> None:
    flags = [FLAGS.index(flag) for flag in _flags(analyzer, STORIES[story])]
    assert flags == sorted(flags)


def _flags(analyzer: ServiceAnalyzer, said: tuple[tuple[str, str], ...]) -> list[str]:
    """The flag after each message."""
    messages = [{"role": role, "text": text, "at": START.format(11 * index)} for index, (role, text) in enumerate(said)]
    out = io.StringIO()
    lines = [json.dumps({"id": count, "messages": messages[:count]}) for count in range(1, len(messages) + 1)]
    score("conversation", lines, analyzer, out, io.StringIO())
    return [json.loads(line)["risk_flag"] for line in out.getvalue().splitlines()]
