"""``attune score``: one line in, one line out; a bad line is named and skipped."""

import io
import json
from typing import Any

from core.language.service.analyzer import ServiceAnalyzer
from core.language.service.score import score


def play(analyzer: ServiceAnalyzer, kind: str, *lines: str) -> tuple[list[Any], list[Any]]:
    out, errors = io.StringIO(), io.StringIO()
    score(kind, [line + "\n" for line in lines], analyzer, out, errors)
    return (
        [json.loads(x) for x in out.getvalue().splitlines()],
        [json.loads(x) for x in errors.getvalue().splitlines()],
    )


def test_customer_lines(analyzer: ServiceAnalyzer) -> None:
    out, errors = play(
        analyzer,
        "customer",
        '{"id": "1", "text": "third day without my bag"}',
        "not json",
        '{"id": "2"}',
        '{"id": 3, "text": "Das ist leider nicht gut"}',
    )
    assert [r["id"] for r in out] == ["1", 3]
    assert [e["line"] for e in errors] == [2, 3]
    first = out[0]
    assert len(first["emotions"]) == 9 and len(first["emotions_fine"]) == 28
    assert abs(first["p_negative"] + first["p_neutral"] + first["p_positive"] - 1) < 1e-3
    assert out[1] == {"id": 3, "refused": "LANGUAGE_UNSUPPORTED", "label": None}


def test_reply_line(analyzer: ServiceAnalyzer) -> None:
    out, _ = play(analyzer, "reply", json.dumps({"id": "r", "reply": "Calm down.", "customer": "My bag is lost!"}))
    assert set(out[0]["criteria"]) == {"acknowledges", "validates", "owns", "next_step", "clear"}
    assert {"kind", "level", "start", "end", "text", "why", "add"} == set(out[0]["findings"][0])


def test_conversation_line(analyzer: ServiceAnalyzer) -> None:
    out, _ = play(
        analyzer,
        "conversation",
        json.dumps(
            {
                "id": "c",
                "messages": [{"role": "customer", "text": "I want to cancel my subscription, nobody helps me."}],
            }
        ),
    )
    assert out[0]["risk_flag"] in ("none", "watch", "high", "critical")
    assert "CANCEL_INTENT" in {r["code"] for r in out[0]["reasons"]}


def test_an_author_who_is_no_customer_is_refused(analyzer: ServiceAnalyzer) -> None:
    out, _ = play(analyzer, "customer", '{"id": 1, "text": "I am angry", "role": "agent"}')
    assert out[0] == {"id": 1, "refused": "WORKER_EMOTION_REFUSED", "label": None}
