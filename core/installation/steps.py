"""The steps from a connected tool to one that writes, in their order and in an admin's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# A step's states. One that was begun and not ended by a crash is taken up again by another worker.
WAITING, QUEUED, RUNNING, DONE, FAILED = "waiting", "queued", "running", "done", "failed"
# No step of its own: what a worker does after going live.
CATCH_UP = "catch_up"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``does`` says beforehand what will happen; ``background``: a worker does it."""

    name: str
    title: str
    does: str
    background: bool = False


STEPS: tuple[Step, ...] = (
    Step(
        "connect",
        "Connect",
        "Your admin allows Attune to read and write in this account. Attune then looks at what it may do there. "
        "Nothing is changed.",
        background=True,
    ),
    Step(
        "modules",
        "Choose parts",
        "You choose what Attune does here and record the lawful basis for it. Nothing is changed in the tool.",
    ),
    Step(
        "fields",
        "Create fields",
        "Attune creates its own fields, all named attune_. A field of yours with the same name is never taken over. "
        "Nobody's data is touched.",
        background=True,
    ),
    Step(
        "past",
        "Try on past cases",
        "Attune reads cases of the last 30 days and shows what it would have said. Nothing is written anywhere in the "
        "tool, and the result is deleted after 30 days.",
        background=True,
    ),
    Step(
        "observe",
        "Observe",
        "The tool begins to tell Attune what happens. Scores are stored and shown to nobody but you; nothing is "
        "written. The settings say for how long.",
        background=True,
    ),
    Step("checklist", "Checklist", "You confirm what has to be in place before scores are shown to people at work."),
    Step(
        "live",
        "Go live",
        "Attune begins to write scores, tags and private remarks into records. You can go back to observing at any "
        "time.",
    ),
    Step("automation", "Automation", "Attune also opens follow-up tasks by itself. This comes last, and can be off."),
)
BY_NAME: Mapping[str, Step] = {step.name: step for step in STEPS}
