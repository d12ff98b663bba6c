"""What customers write in the benchmarks, and Zendesk's signed deliveries of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from connectors.zendesk.sandbox import Sandbox
from tests.bench import load
from webhooks.zendesk import SIGNATURE, TIMESTAMP, signature

CALM = (
    "Hello, could you tell me where I find the invoice of last month? I looked under settings and did not see it.",
    "Thanks, that helped. The export works now and my colleague is happy too.",
    "We would like to add two more seats to our plan from next week on. What do I have to do?",
    "Hi, the import has finished but three of the rows are missing. Can you have a look? The file is attached.",
    "Is there a way to change the language of the weekly report? Our office in Lyon would prefer French.",
    "I have tried what you wrote and it works as expected. Have a nice day!",
    "Good morning, our VAT number has changed. Please update it on the next invoices.",
    "How long are the backups kept? Our auditor has asked for the number of days.",
)
CROSS = (
    "I am still waiting for an answer. This is frustrating, we cannot close our month without these numbers.",
    "The page is slow again since this morning and nobody tells us why. That is annoying for the whole team.",
    "Sorry, but I do not understand this answer at all. I asked about the refund, not about the settings.",
    "We were charged twice and I am not happy about it. Please check it today.",
)
ANGRY = (
    "This is the third time I write about this. I am extremely disappointed and angry, if nothing happens I cancel!",
    "Terrible service. You promised a call yesterday and nobody called. I want to speak to a manager now.",
)
REPLY = (
    "Hi, thank you for writing. I am sorry that the export failed. I have restarted it and check it again tomorrow.",
    "Hello, I understand that this is urgent for your month's end. The numbers are there now, under Reports.",
    "Thanks for your patience. The refund was sent today and arrives within three days.",
)
SHARES = ((0.70, CALM), (0.95, CROSS), (1.0, ANGRY))
Message = dict[str, Any]


def people(cases: int, per_account: int = 8) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return accounts and people, one person for every two cases."""
    count = (cases + 1) // 2
    accounts = [
        {
            "key": f"a{n}",
            "name": f"Firm {n}",
            "domain": f"firm{n}.example",
            "external_id": f"account-{n}",
            "signals": {"usage": n % 100, "adoption": 60, "engagement": 50},
        }
        for n in range(max(1, count // per_account))
    ]
    persons = [
        {
            "key": f"p{n}",
            "name": f"Person {n}",
            "email": f"p{n}@{accounts[n % len(accounts)]['domain']}",
            "account": accounts[n % len(accounts)]["key"],
            "external_id": f"person-{n}",
        }
        for n in range(count)
    ]
    return accounts, persons


def messages(cases: int, per_case: int, *, seed: int = 7, start: datetime | None = None) -> Iterator[Message]:
    """Let customers write and agents answer: the cases begin one after the other and go on side by side."""
    chance, begin = Random(seed), start or datetime.now(UTC) - timedelta(days=3)
    for turn in range(per_case):
        for case in range(cases):
            role = "agent" if turn % 3 == 1 else "customer"
            at = begin + timedelta(seconds=turn * 40_000 + case * 2)
            yield {
                "case": f"c{case}",
                "person": f"p{case // 2}",
                "role": role,
                "text": text(chance, role, case),
                "at": at.isoformat(),
                "channel": "email",
                "locale": "en-GB",
                "subject": f"Question {case}",
                "attachments": [],
            }


def text(chance: Random, role: str, case: int) -> str:
    """Return words: seven of ten customers are calm, one of twenty is angry."""
    if role == "agent":
        return f"{chance.choice(REPLY)}\n\nYour case: {case}"
    point = chance.random()
    words = next(some for share, some in SHARES if point <= share)
    return f"{chance.choice(words)} (Our number: {case})"


def template() -> dict[str, Any]:
    """Return the body of one comment event as the sandbox sends it."""
    box, kept = Sandbox(), list[bytes]()
    box.configure({"webhook_url": "kept", "secret": "x"})

    def keep(_: str, body: bytes, __: dict[str, str]) -> int:
        kept.append(body)
        return 204

    box.sender.post = keep
    accounts, persons = people(2)
    box.seed(accounts, persons)
    box.say(list(messages(1, 3)))
    body: dict[str, Any] = json.loads(kept[-1])
    return body


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket of the sandbox and whose it is."""

    id: str
    requester_id: str
    organization_id: str


def deliveries(url: str, secret: str, tickets: Sequence[Ticket], count: int) -> Iterator[bytes]:
    """Return signed deliveries of one event each, none like another, spread over ``tickets``."""
    body, chance, mark = template(), Random(11), secrets.token_hex(4)
    now = datetime.now(UTC)
    for number in range(count):
        one = deepcopy(body)
        one["id"] = f"{mark}-{number}"
        one["time"] = (now + timedelta(milliseconds=number)).isoformat().replace("+00:00", "Z")
        ticket = tickets[number % len(tickets)]
        whose = {"requester_id": ticket.requester_id, "organization_id": ticket.organization_id}
        one["detail"].update(id=ticket.id, actor_id=ticket.requester_id, **whose)
        one["event"]["comment"].update(id=str(10_000_000 + number), body=text(chance, "customer", number))
        one["event"]["comment"]["author"]["id"] = ticket.requester_id
        yield signed(url, secret, json.dumps(one).encode(), now)


def signed(url: str, secret: str, body: bytes, at: datetime) -> bytes:
    """Return the bytes of a delivery with Zendesk's signature."""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return load.request(url, {TIMESTAMP: stamp, SIGNATURE: signature(secret, stamp, body)}, body)
