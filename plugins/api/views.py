"""What each route of the widgets' API does once its reader is proved and its content is read."""

from __future__ import annotations

from typing import Any

from flask import g

from core.model import Level
from core.store import bearer
from plugins.api.desk import Desk


def card(desk: Desk, level: Level) -> Any:
    """Answer with what the reader may see of one record."""

    def view(id_: str) -> Any:
        return desk.card(g.reader, level, id_)

    return _named(view, f"{level}_card", f"What the reader may see of one {level}.")


def overview(desk: Desk) -> Any:
    """Answer with everything at once."""

    def view() -> Any:
        return desk.overview(g.reader)

    return _named(view, "overview", "Cases at risk, open tasks and delivery of one tool, for leads and admins.")


def disagree(desk: Desk, level: Level) -> Any:
    """Keep a disagreement."""

    def view(given: dict[str, str], id_: str) -> Any:
        desk.disagree(g.reader, level, id_, given["reason"], given["words"])
        return {"done": True, "words": "Thank you. A person will look at this score."}

    return _named(view, f"{level}_disagreement", f"Disagree with the score of one {level}; the reason is kept.")


def draft(desk: Desk) -> Any:
    """Judge a draft."""

    def view(given: dict[str, Any], id_: str) -> Any:
        return desk.advise(g.reader, id_, given["text"], ai=given["ai"])

    return _named(view, "draft", "Judge a draft of a public reply. It is not kept, and being slow never holds a send.")


def coached(desk: Desk) -> Any:
    """Count what became of hints."""

    def view(given: dict[str, Any], id_: str) -> Any:
        desk.coached(g.reader, given["accepted"], given["ignored"], unchecked=given["unchecked"])
        return {"done": True, "words": "Counted for the team."}

    return _named(view, "draft_outcome", "Count which hints were taken up; for the team, without case or person.")


def alert(desk: Desk) -> Any:
    """Say whether to interrupt."""

    def view(given: dict[str, str], id_: str) -> Any:
        now = desk.interrupt(g.reader, id_)
        return {"done": now, "words": "Please look at this case." if now else "Nobody is interrupted now."}

    return _named(view, "alert", "Ask whether to interrupt now: at most once a case in ten minutes, whoever reads it.")


def dismiss(desk: Desk) -> Any:
    """Put an alert aside."""

    def view(given: dict[str, str], id_: str) -> Any:
        desk.dismiss(g.reader, id_)
        return {"done": True, "words": "Put aside until the flag rises again."}

    return _named(view, "dismissal", "Put the alert aside, for this reader, until the flag rises again.")


def call(desk: Desk) -> Any:
    """Ask a supervisor."""

    def view(given: dict[str, str], id_: str) -> Any:
        asked = desk.call(g.reader, id_)
        return {"done": asked, "words": f"A supervisor was asked {'to join' if asked else 'before'}."}

    return _named(view, "supervisor", "Ask a supervisor to join: one open task a case.")


def renew(desk: Desk) -> Any:
    """Renew the bearer."""

    def view(given: dict[str, str]) -> Any:
        return {"bearer": desk.renew(g.asked), "seconds": int(bearer.LIVES.total_seconds())}

    return _named(view, "session", "Exchange a live bearer for a fresh one, up to twelve hours after the sign-in.")


def _named(view: Any, name: str, docs: str) -> Any:
    view.__name__, view.__doc__ = name, docs
    return view
