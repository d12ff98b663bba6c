"""Plays conversations through the whole pipe: records into the sandboxes, signed webhooks out, results back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.errors import RetryLaterError
from core.jobs.runtime import Runtime
from core.store import waiting
from plugins.cli.joining import Tenancy
from plugins.cli.replay_input import Line
from plugins.cli.stack import Stack

CHUNK = 100
CRM_FIRST = "salesforce"

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Played:
    """Which records it became: ``cases[line id]``, ``people[vendor][key]``, ``accounts[vendor][key]``."""

    vendor: str
    cases: dict[str, str] = field(default_factory=dict)
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    sent: int = 0
    seconds: float = 0.0


def play(
    runtime: Runtime, stack: Stack, tenancy: Tenancy, lines: Sequence[Line], vendor: str, progress: Progress
) -> Played:
    """Play everything and wait until nothing is left to do."""
    began = time.monotonic()
    played = Played(vendor)
    _seed(stack, tenancy, lines, played)
    said = _in_time_order(lines)
    for start in range(0, len(said), CHUNK):
        chunk = said[start : start + CHUNK]
        answers = stack.control(vendor, "say", [message for _, message in chunk])
        for (line, _), answer in zip(chunk, answers, strict=True):
            played.cases[line.id] = answer["case"]
            played.sent += len(answer["event_ids"])
        progress("sending", start + len(chunk), len(said))
    drain(runtime, stack, tenancy, progress)
    played.seconds = time.monotonic() - began
    return played


def drain(runtime: Runtime, stack: Stack, tenancy: Tenancy, progress: Progress, *, patience: float = 600.0) -> None:
    """Wait until inbox, outbox and queue are empty; give up when nothing moves for ``patience`` seconds."""
    total = last = _left(runtime, tenancy, 1)
    moved = time.monotonic()
    while time.monotonic() - moved < patience:
        for vendor in tenancy.installations:
            stack.control(vendor, "settle", {"seconds": 10})
        now = _left(runtime, tenancy, last)
        total = max(total, now)
        progress("judging and writing", total - now, total)
        if now == 0:
            return
        if now != last:
            last, moved = now, time.monotonic()
        time.sleep(0.2)


def _left(runtime: Runtime, tenancy: Tenancy, before: int) -> int:
    """Return how much is left; as much as ``before`` while the database is away."""
    try:
        return waiting.left(runtime.store, tenancy.tenant, runtime.clock.now())
    except RetryLaterError:
        return max(1, before)


def _seed(stack: Stack, tenancy: Tenancy, lines: Sequence[Line], played: Played) -> None:
    """Create accounts and people in every tool; the CRM first, whose ids the others then carry."""
    accounts = {line.account_key: line for line in sorted(lines, key=_tells_signals) if line.account_key}
    people = {line.person_key: line for line in lines}
    crm: Mapping[str, Mapping[str, str]] = {"accounts": {}, "people": {}}
    for vendor in sorted(tenancy.installations, key=lambda name: name != CRM_FIRST):
        made = stack.control(
            vendor,
            "seed",
            {
                "accounts": [_account(key, line, crm["accounts"]) for key, line in accounts.items()],
                "people": [_person(key, line, crm["people"]) for key, line in people.items()],
            },
        )
        played.accounts[vendor], played.people[vendor] = made["accounts"], made["people"]
        crm = made if vendor == CRM_FIRST else crm


def _tells_signals(line: Line) -> bool:
    """Of several lines about one company, those that know its signals speak last."""
    return bool(line.account and line.account["signals"])


def _account(key: str | None, line: Line, crm: Mapping[str, str]) -> dict[str, Any]:
    given = line.account or {}
    return {
        "key": key,
        "name": given["name"],
        "domain": given["domain"],
        "external_id": f"account-{key}",
        "crm_id": crm.get(str(key)),
        "owner_id": None,
        "signals": dict(given["signals"]),
    }


def _person(key: str, line: Line, crm: Mapping[str, str]) -> dict[str, Any]:
    given = line.customer
    objected = given.get("consent", {}).get("service_analysis") in {"objected", "withdrawn"}
    return {
        "key": key,
        "name": given.get("name") or "Customer",
        "email": given.get("email"),
        "account": line.account_key,
        "external_id": f"person-{key}",
        "crm_id": crm.get(key),
        "minor": bool(given.get("minor")),
        "objected": objected,
    }


def _in_time_order(lines: Sequence[Line]) -> list[tuple[Line, dict[str, Any]]]:
    said = [(line, message) for line in lines for message in _messages(line)]
    return sorted(said, key=lambda pair: pair[1]["at"])


def _messages(line: Line) -> Iterator[dict[str, Any]]:
    for message in line.messages:
        yield {
            "case": line.id,
            "person": line.person_key,
            "role": message["role"],
            "text": message["text"],
            "at": message["at"].isoformat(),
            "channel": line.channel,
            "locale": line.locale,
            "subject": line.subject,
            "attachments": message["attachments"],
        }
