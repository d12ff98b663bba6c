"""Quoted words live no longer than the words themselves: they go from judgements, signals and reasons alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from core.compliance.retention import SCHEDULE

_TURNS = text(
    """UPDATE turn SET words = '',
      judgement = (SELECT jsonb_object_agg(j.key, j.value || '{"spans": []}') FROM jsonb_each(judgement) AS j),
      signals = coalesce((SELECT jsonb_agg(s || '{"evidence": ""}') FROM jsonb_array_elements(signals) AS s), '[]')
    WHERE words_until <= :now AND (words <> '' OR signals @? '$[*] ? (@.evidence != "")'
      OR judgement @? '$.*.spans[*]')"""
)
_REASONS = text(
    """UPDATE observation
    SET reasons = (SELECT jsonb_agg(r || '{"evidence": ""}') FROM jsonb_array_elements(reasons) AS r)
    WHERE at <= :before AND subject LIKE 'case:%' AND reasons @? '$[*] ? (@.evidence != "")'"""
)


def drop(connection: Connection, now: datetime) -> int:
    """Drop words and quotes whose time has come from the transaction's tenant; return how many rows held some."""
    before = now - timedelta(days=SCHEDULE["message_text"])
    turns = connection.execute(_TURNS, {"now": now}).rowcount
    return int(turns + connection.execute(_REASONS, {"before": before}).rowcount)
