"""Conversations for the journeys: made up, the same for the same number and seed, told in replay's own format."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from plugins.cli import replay_input
from plugins.cli.replay_input import Line

# (role, text). A story's risk only ever rises, so that it does not matter which messages are judged together.
STORIES: dict[str, tuple[tuple[str, str], ...]] = {
    "leaving": (
        ("customer", "This is the third time I write about this invoice. I am extremely disappointed and angry!!"),
        ("agent", "We understand your frustration and apologise for any inconvenience."),
        ("customer", "If it is not solved today we will cancel our contract and talk to our lawyer."),
        ("customer", "Still no answer. This is terrible, we cancel everything and go to the ombudsman."),
    ),
    "solved": (
        ("customer", "Our booking page shows an error since this morning, could you please have a look?"),
        ("agent", "I am sorry, that is a bad start to the day. I have rolled the page back and will check at ten."),
        ("customer", "It works again, thank you so much for the quick help. Great service!"),
        ("customer", "Everything is still fine, many thanks again."),
    ),
    "question": (
        ("customer", "How do I change the address that is printed on our invoices?"),
        ("agent", "You find it under Settings, Company. It is used from the next invoice on."),
        ("customer", "Found it, the next invoice will be right then. Thank you."),
    ),
    "confused": (
        ("customer", "How do I see which of the two plans we are on?"),
        ("bot", "Here is an article about plans."),
        ("customer", "That article does not help, I am still confused about what we pay for."),
        ("note", "Checked: two subscriptions by mistake."),
        ("agent", "You were on two plans by our mistake. I have ended the second one and refund it by Friday."),
    ),
}
CHANNELS = ("email", "web", "chat", "email")
SIGNALS = ({"usage": 8, "adoption": 6, "engagement": 4}, {"usage": 92, "adoption": 88, "engagement": 95})


def conversations(count: int, *, seed: int = 7, start: datetime) -> list[dict[str, Any]]:
    """Return ``count`` conversations; every tenth customer has objected, every eleventh is a minor."""
    dice = random.Random(seed)
    return [_conversation(number, dice, start) for number in range(count)]


def lines(told: list[dict[str, Any]]) -> list[Line]:
    """Return conversations as replay reads them."""
    reading = replay_input.read([json.dumps(one) for one in told], datetime.now(UTC))
    assert not reading.bad
    return reading.good


def _conversation(number: int, dice: random.Random, start: datetime) -> dict[str, Any]:
    story = dice.choice(sorted(STORIES))
    firm = number // 3
    customer: dict[str, Any] = {"name": f"Person {number}", "email": f"person{number}@firm{firm}.example"}
    if number % 10 == 9:
        customer["consent"] = {"service_analysis": "objected"}
    elif number % 11 == 10:
        customer["minor"] = True
    return {
        "id": f"c{number}",
        "channel": dice.choice(CHANNELS),
        "locale": "en-GB",
        "subject": f"Matter {number}",
        "customer": customer,
        "account": {"name": f"Firm {firm}", "domain": f"firm{firm}.example", "signals": SIGNALS[firm % 2]},
        "messages": list(_messages(story, start + timedelta(seconds=number * 7))),
    }


def _messages(story: str, at: datetime) -> Iterator[dict[str, Any]]:
    for index, (role, text) in enumerate(STORIES[story]):
        yield {"role": role, "text": text, "at": (at + timedelta(minutes=11 * index)).isoformat()}
