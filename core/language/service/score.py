"""``attune score``: JSON lines in and out, streaming; a bad line is named and skipped."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final, TextIO

from core.language.service.analyzer import ServiceAnalyzer
from core.language.service.escalation import EVIDENCE
from core.language.service.judgement import (
    ConversationJudgement,
    CustomerJudgement,
    ReplyJudgement,
    refusal,
)

BATCH: Final = 64
PROGRESS_SECONDS: Final = 5.0
ROUNDED: Final = 4

Row = Mapping[str, Any]


def customer_json(row: Row, j: CustomerJudgement) -> dict[str, Any]:
    """The line of one customer text."""
    if j.label is None:
        return {"id": row.get("id"), "refused": j.refused, "label": None}
    out: dict[str, Any] = {
        "id": row.get("id"),
        "sentiment": j.sentiment,
        "p_negative": j.p[0],
        "p_neutral": j.p[1],
        "p_positive": j.p[2],
        "label": j.label,
        "tag": j.tag,
        "emotions": j.emotions,
        "emotions_fine": j.fine.table(),
        "labels_fine": j.fine.above(),
        "intensity": j.intensity,
        "target": j.target,
        "confidence": j.confidence,
        "spans": [{"start": s.start, "end": s.end, "text": s.text, "driver": s.driver} for s in j.spans],
        "reasons": [{"code": d} for d in dict.fromkeys(s.driver for s in j.spans)],
    }
    if j.refused:
        out["refused"] = j.refused
        out["reasons"].append({"code": j.refused})
    return out


def reply_json(row: Row, j: ReplyJudgement) -> dict[str, Any]:
    """The line of one reply."""
    out = {
        "id": row.get("id"),
        "empathy": j.empathy,
        "called_for": j.called_for,
        "outcome": j.outcome,
        "criteria": j.criteria,
        "penalties": [{"kind": k, "points": p} for k, p in j.penalties],
        "findings": [vars(f) for f in j.findings],
        "spans": [{"start": s.start, "end": s.end, "text": s.text, "driver": s.driver} for s in j.spans],
    }
    return out | ({"refused": j.refused} if j.refused else {})


def conversation_json(row: Row, j: ConversationJudgement) -> dict[str, Any]:
    """The line of one conversation."""
    return (
        {"id": row.get("id")}
        | vars(j)
        | {"factors": [{"factor": n, "log_odds": v} for n, v in j.factors], "escalation_evidence": EVIDENCE}
    )


def _customers(analyzer: ServiceAnalyzer, rows: list[Row]) -> Iterator[dict[str, Any]]:
    judged: dict[int, CustomerJudgement] = {}
    for locale in {_locale(r) for r in rows}:
        at = [i for i, r in enumerate(rows) if _locale(r) == locale and _by_customer(r)]
        judged |= zip(at, analyzer.customer([rows[i]["text"] for i in at], locale), strict=True)
    other = refusal("WORKER_EMOTION_REFUSED")
    return (customer_json(r, judged.get(i, other)) for i, r in enumerate(rows))


def _locale(row: Row) -> str | None:
    value = row.get("locale")
    return value if isinstance(value, str) else None


def _by_customer(row: Row) -> bool:
    return bool(row.get("role", "customer") == "customer")


def _replies(analyzer: ServiceAnalyzer, rows: list[Row]) -> Iterator[dict[str, Any]]:
    return (reply_json(r, analyzer.reply(r["reply"], _text(r.get("customer")), _locale(r))) for r in rows)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _conversations(analyzer: ServiceAnalyzer, rows: list[Row]) -> Iterator[dict[str, Any]]:
    return (conversation_json(r, analyzer.conversation(r)) for r in rows)


KINDS: Final[Mapping[str, tuple[str, Callable[[ServiceAnalyzer, list[Row]], Iterator[dict[str, Any]]]]]] = {
    "customer": ("text", _customers),
    "reply": ("reply", _replies),
    "conversation": ("messages", _conversations),
}


def readable(lines: Iterable[str], wanted: str, errors: TextIO) -> Iterator[Row]:
    """Rows that are objects with the wanted key; the others are named on standard error."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        fault = None
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            row, fault = None, f"not JSON: {error}"
        if fault is None and (not isinstance(row, dict) or _unfit(row.get(wanted), wanted)):
            fault = f"'{wanted}' is missing or of another type"
        if fault:
            errors.write(json.dumps({"line": number, "error": fault}) + "\n")
        else:
            yield row


def _unfit(value: object, wanted: str) -> bool:
    if wanted == "messages":
        return not isinstance(value, list) or not all(isinstance(m, dict) for m in value)
    return not isinstance(value, str)


def score(kind: str, lines: Iterable[str], analyzer: ServiceAnalyzer, out: TextIO, errors: TextIO) -> int:
    """Judge every readable line; returns how many were judged."""
    wanted, judge = KINDS[kind]
    rows = readable(lines, wanted, errors)
    done, said = 0, time.monotonic()
    size = 1 if out.isatty() else BATCH
    while batch := list(islice(rows, size)):
        for answer in judge(analyzer, batch):
            out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        done += len(batch)
        if time.monotonic() - said > PROGRESS_SECONDS:
            said = time.monotonic()
            errors.write(f"{done} scored\n")
            errors.flush()
    out.flush()
    return done


def main(arguments: list[str]) -> int:
    """``score customer|reply|conversation [FILE|-]``; 0 done, 2 unusable input."""
    if not arguments or arguments[0] not in KINDS:
        sys.stderr.write("usage: score customer|reply|conversation [FILE|-]\n")
        return 2
    source = arguments[1] if len(arguments) > 1 else "-"
    analyzer = ServiceAnalyzer()
    if source == "-":
        score(arguments[0], sys.stdin, analyzer, sys.stdout, sys.stderr)
        return 0
    try:
        with Path(source).open(encoding="utf-8", errors="replace") as handle:
            score(arguments[0], handle, analyzer, sys.stdout, sys.stderr)
    except OSError as error:
        sys.stderr.write(f"cannot read {source}: {error.strerror}\n")
        return 2
    return 0
