"""One next step in plain words, from the flag and the strongest reasons. Distress never raises pressure (L4)."""

from __future__ import annotations

from collections.abc import Iterable

# The first reason that is in the list speaks; the order is the order of what cannot wait.
_BY_REASON: tuple[tuple[str, str], ...] = (
    ("SAFETY_SIGNAL", "Follow the care protocol now and ask a supervisor to join."),
    ("VULNERABILITY_SIGNAL", "Offer extra time and a person to talk to; no deadlines, no offers."),
    ("REGULATOR_MENTION", "Name a contact person, answer the open points one by one, and tell your lead."),
    ("LEGAL_THREAT", "Answer the facts only, name a contact person, and tell your lead."),
    ("CANCEL_INTENT", "Solve the stated problem first: say what you do, and by when. No counter-offer in this reply."),
    ("BROKEN_PROMISE", "Own the missed promise and give a new date that you can keep."),
    ("UNANSWERED_QUESTION", "Answer the open question first."),
    ("REPEAT_CONTACT", "Show that you know the earlier messages, then name one step with a date."),
    ("REOPENED", "Say what went wrong with the first answer, then what is different now."),
    ("LONG_WAIT", "Say when the answer comes, even if the answer itself is not ready."),
    ("STRONG_FRUSTRATION", "Acknowledge the trouble in the customer's own terms, then name one step with a date."),
    ("ANGER", "Acknowledge the trouble in the customer's own terms, then name one step with a date."),
    ("ANXIETY", "Say what is certain, what is not, and when you will write again."),
    ("CONFUSION", "Explain one step at a time and ask what to make clearer."),
)
_BY_FLAG = {
    "critical": "Call the customer back and log the contact.",
    "high": "Answer with one concrete step: who does what, and by when.",
    "watch": "Acknowledge the concern and name the next step.",
    "none": "Answer as usual.",
}
_BY_BAND = {
    "red": "Get in touch with the account this week and ask about what changed.",
    "amber": "Look at what moved it before the next contact.",
    "green": "Nothing special: keep the usual contact.",
}


def of_case(flag: str | None, codes: Iterable[str]) -> str | None:
    """Return the next step for a case; ``None`` while nothing was scored."""
    if flag not in _BY_FLAG:
        return None
    if flag == "none":
        return _BY_FLAG[flag]
    held = set(codes)
    return next((words for code, words in _BY_REASON if code in held), _BY_FLAG[flag])


def of_account(band: str | None) -> str | None:
    """Return the next step for an account; ``None`` while there is not enough data."""
    return _BY_BAND.get(band or "")
