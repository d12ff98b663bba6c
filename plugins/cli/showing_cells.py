"""The cells of the table: one conversation's records, tasks and reasons in few words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rich.text import Text

from core.fields import catalogue
from core.reasons import REFUSALS

COLOURS = {
    "critical": "bold red",
    "high": "bold red",
    "watch": "yellow",
    "none": "green",
    "red": "bold red",
    "amber": "yellow",
    "green": "green",
}
STATES = {"scored": "green", "partly": "yellow", "refused": "yellow", "failed": "bold red"}
# Says when the scores go; true of every case, so no news here.
UNSHOWN = frozenset({"attune_expires_at"})
BAND, SCORE = "attune_health_band", "attune_health_score"


def head(one: Mapping[str, Any]) -> Text:
    """Return the conversation's id and how it ended."""
    return Text.assemble((one["id"], "bold"), "\n", (one["status"], STATES[one["status"]]))


def case(one: Mapping[str, Any]) -> Text:
    """Return what stands on the case in the tool that carries it, and what stands on the person."""
    lines = [line for vendor, level, held in _records(one, 0) for line in _fields(f"{vendor} {level}", held)]
    return Text("\n").join(lines) if lines else Text("nothing written", style="dim")


def account(one: Mapping[str, Any]) -> Text:
    """Return the account's health in each tool."""
    lines = []
    for vendor, _, held in _records(one, 2):
        band, score = held.get(BAND), held.get(SCORE)
        said = f"{band} {score}" if score is not None else str(band)
        lines.append(Text.assemble(f"{vendor} ", (said, COLOURS.get(str(band), "dim"))))
    return Text("\n").join(lines)


def tasks(one: Mapping[str, Any]) -> str:
    """Return the recovery tasks: which, where, until when (UTC)."""
    return "\n".join(
        f"{task['template'].replace('_', ' ')}\nin {task['vendor']}, due "
        f"{datetime.fromisoformat(task['due_at']):%-d %b %H:%M}"
        for task in one["tasks"]
    )


def because(one: Mapping[str, Any]) -> str:
    """Return the reasons with their evidence, then the refusals, each in words."""
    reasons = [f"{said['text']}" + (f": “{said['evidence']}”" if said["evidence"] else "") for said in one["reasons"]]
    return "\n".join([*reasons, *(REFUSALS[code].user for code in one["refusals"])])


def _records(one: Mapping[str, Any], place: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield tool, record and our fields by catalogue key; ``place``: 0 case, 1 person, 2 account."""
    for vendor, records in one["records"].items():
        level = list(records)[place]
        held = {name.lower().removesuffix("__c"): value for name, value in records[level].items()}
        if held:
            yield vendor, level, held


def _fields(title: str, held: Mapping[str, Any]) -> Iterator[Text]:
    yield Text(title, style="dim")
    for key, value in held.items():
        if key == "tags":
            yield from (Text(f"tag {tag}", style="bold red") for tag in value if not _shadow(tag))
        elif key not in UNSHOWN:
            label = key.removeprefix("attune_").replace("_", " ")
            yield Text.assemble(f"{label} ", (str(value), COLOURS.get(str(value), "bold")))


def _shadow(tag: str) -> bool:
    """Say whether a tag only repeats a drop-down's choice, as Zendesk's do."""
    return any(tag.startswith(f"{entry.key}_") for entry in catalogue().values() if entry.choices)
