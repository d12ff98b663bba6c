"""What stands in the vendors' records after a replay, with the reasons, conversation by conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.fields import TAG_PREFIX
from core.jobs.runtime import Runtime
from core.model import Role
from core.reasons import words
from core.store import results
from core.store.results import CaseResult
from manifests import declarations
from plugins.cli.joining import Tenancy
from plugins.cli.replay import Played
from plugins.cli.replay_input import Line
from plugins.cli.stack import Stack

LEVELS = ("case", "person", "account")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything that a report is made of, read once."""

    records: Mapping[str, Any]
    results: Mapping[str, CaseResult]


def report(
    runtime: Runtime, stack: Stack, tenancy: Tenancy, lines: Sequence[Line], played: Played
) -> Iterator[dict[str, Any]]:
    """Yield one object a conversation, in the order of the input."""
    records = {vendor: stack.control(vendor, "records") for vendor in sorted(tenancy.installations)}
    found = results.of_cases(runtime.store, tenancy.tenant, tenancy.installations[played.vendor])
    shelf = Shelf(records, found)
    for line in lines:
        yield _one(shelf, line, played)


def summary(
    stack: Stack, tenancy: Tenancy, conversations: Sequence[Mapping[str, Any]], played: Played, bad: int
) -> dict[str, Any]:
    """Return counts, calls per vendor and seconds."""
    states = Counter(conversation["status"] for conversation in conversations)
    return {
        "conversations": len(conversations),
        "messages": sum(len(c["messages"]) for c in conversations),
        "status": dict(states),
        "bad_lines": bad,
        "events": played.sent,
        "refusals": dict(Counter(code for c in conversations for code in c["refusals"])),
        "tasks": len({task["external_id"] for c in conversations for task in c["tasks"]}),
        "remarks": sum(c["remarks"] for c in conversations),
        "calls": {vendor: stack.control(vendor, "calls") for vendor in sorted(tenancy.installations)},
        "fields": dict(tenancy.fields),
        "seconds": round(played.seconds, 2),
        "tenant": tenancy.tenant,
        "mode": "live",
        "basis": "legitimate_interest, recorded for a demonstration tenant",
    }


def _one(shelf: Shelf, line: Line, played: Played) -> dict[str, Any]:
    case_id = played.cases.get(line.id, "")
    result = shelf.results.get(case_id)
    if result is None:
        return {
            "id": line.id,
            "status": "failed",
            "refusals": ["PROCESSING_FAILED"],
            "records": {},
            "tasks": [],
            "remarks": 0,
            "reasons": [],
            "messages": [],
        }
    tasks = _tasks(shelf, result)
    remarks = [one for one in shelf.records[played.vendor]["remarks"] if one.get("case") == case_id]
    return {
        "id": line.id,
        "status": _status(result),
        "refusals": list(result.refusals),
        "records": _records(shelf, line, played, case_id),
        "tasks": tasks,
        "remarks": len(remarks),
        "reasons": [_reason(reason) for reason in result.reasons],
        "messages": _messages(result),
    }


def _status(result: CaseResult) -> str:
    if result.dead:
        return "failed"
    if not result.values:
        return "refused"
    return "partly" if any(code in {"NOT_PERMITTED", "MINOR", "NO_BASIS"} for code in result.refusals) else "scored"


def _records(shelf: Shelf, line: Line, played: Played, case_id: str) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for vendor, held in shelf.records.items():
        names = declarations()[vendor]["nouns"]
        ids = {
            "case": case_id if vendor == played.vendor else "",
            "person": played.people[vendor].get(line.person_key, ""),
            "account": played.accounts[vendor].get(line.account_key or "", ""),
        }
        shown[vendor] = {names[level]: _ours(held[level].get(ids[level], {})) for level in LEVELS}
    return shown


def _ours(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a record is ours: fields and tags that begin with our prefix."""
    fields = {n: v for n, v in record.items() if n.lower().startswith(TAG_PREFIX) and v is not None}
    tags = [tag for tag in record.get("tags", ()) if tag.startswith(TAG_PREFIX)]
    return {**fields, "tags": tags} if tags else fields


def _tasks(shelf: Shelf, result: CaseResult) -> list[dict[str, Any]]:
    """Return the tasks of the case and its account that really stand at the vendor."""
    at_vendor = {(vendor, task["external_id"]) for vendor, held in shelf.records.items() for task in held["tasks"]}
    return [
        {
            "vendor": task.vendor,
            "template": task.template,
            "external_id": task.external_id,
            "due_at": task.due_at.isoformat(),
            "owner": task.owner_id,
        }
        for task in result.tasks
        if (task.vendor, task.external_id) in at_vendor
    ]


def _reason(reason: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": reason["code"],
        "text": words(reason["code"]),
        "evidence": reason["evidence"],
        "message": reason["message"],
    }


def _messages(result: CaseResult) -> list[dict[str, Any]]:
    shown = []
    for index, turn in enumerate(result.turns):
        one: dict[str, Any] = {"index": index, "role": str(turn.role)}
        if turn.role is Role.CUSTOMER:
            judged = turn.customer
            one |= {"sentiment": judged.sentiment if judged else None, "tag": judged.tag if judged else None}
        elif turn.reply is not None:
            one["empathy"] = turn.reply.empathy
        refused = turn.refused or (turn.customer.refused if turn.customer else None)
        shown.append({**one, "refused": refused} if refused else one)
    return shown
