"""What an agent is told about a draft. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from core.language import drafts
from core.ports import ReplyJudgement

NOT_COACHED = "This language has no checked rules yet; your reply is sent as it is."
NOT_CHECKED = "Not checked this time; your reply is sent as it is."


@dataclass(frozen=True, slots=True)
class Advice:
    """The answer to a draft."""

    verdict: str
    words: str
    score: float | None = None
    proceed: bool = True
    hints: tuple[drafts.Hint, ...] = ()


TOO_SHORT = Advice("too_short", "Hints come as you write.")


def told(draft: str, judged: ReplyJudgement | None, known: drafts.Known) -> Advice:
    """Return what a judgement comes to; ``judged`` is ``None`` where there was none in time."""
    if judged is None:
        return Advice("not_checked", NOT_CHECKED)
    if judged.refused == "LANGUAGE_UNSUPPORTED":
        return Advice("not_coached", NOT_COACHED)
    found = drafts.hints(draft, judged, known)
    stopped = any(hint.level == drafts.BLOCK for hint in found)
    said = "Please change this before sending." if stopped else "Advice only: you decide." if found else "Reads well."
    return Advice("judged", said, judged.empathy, not stopped, found)
