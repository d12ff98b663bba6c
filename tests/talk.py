"""Lets people talk in a vendor's sandbox and hands its signed webhooks to the application, all in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import func, select, text

from core.jobs import accounts, inbox, outbox
from core.model import Level
from core.store import links
from core.store.tables import CounterRow, ObservationRow, PersonRow
from manifests import declarations
from tests.world import World

AT = "2026-11-20T11:00:00Z"
ANGRY = "This is the third time I write. I am extremely disappointed and angry, if nothing happens I will cancel."
CALM = "Thank you so much, this is wonderful and everything works perfectly now."
FIRM = {
    "key": "firm",
    "name": "Firm",
    "domain": "firm.example",
    "external_id": "a1",
    "signals": {"usage": 60, "adoption": 50, "engagement": 70},
}
ADA = {"key": "ada", "name": "Ada", "email": "ada@firm.example", "account": "firm", "external_id": "p1"}


@dataclass
class Talk:
    """One vendor of a world, connected to its application."""

    made: World
    vendor: str
    web: Flask
    address: str

    @property
    def box(self) -> Any:
        """The vendor's sandbox."""
        return self.made.sandbox(self.vendor)

    def post(self, _: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Carry a webhook to the application; a client of its own, for the sandbox may send from a thread."""
        return self.web.test_client().post(self.address, data=body, headers=dict(headers)).status_code

    def say(self, *texts: str, **more: Any) -> list[dict[str, Any]]:
        """Let somebody write (by default Ada, in case c1, at ``AT``)."""
        said = {"case": "c1", "person": "ada", "role": "customer", "at": AT, "channel": "email"}
        answers: list[dict[str, Any]] = self.box.say([{**said, "text": text, **more} for text in texts])
        return answers

    def case(self, id_: str) -> dict[str, Any]:
        """What stands in a case at the vendor."""
        found: dict[str, Any] = self.box.records()["case"][id_]
        return found

    def counters(self) -> Counter[str]:
        """The delivery counters of this installation."""
        self.made.doorbell.flush()
        with self.made.store.tenant(self.made.tenant) as connection:
            found = connection.execute(
                select(CounterRow.name, func.sum(CounterRow.n))
                .where(CounterRow.installation_id == self.made.installations[self.vendor])
                .group_by(CounterRow.name)
            )
            return Counter({name: int(n) for name, n in found})


def connect(made: World, vendor: str = "", *, seed: bool = True, **person: Any) -> Talk:
    """Connect a vendor's sandbox; seed it with one firm and Ada, who works there.

    Without ``vendor`` the first one of the world is taken.
    """
    vendor = vendor or next(iter(made.installations))
    declared, secret = declarations()[vendor], made.secret[vendor]
    address = f"/webhooks/{vendor}/{made.installations[vendor]}"
    address += f"/{secret}" if declared.get("path_secret") else ""
    talk = Talk(made, vendor, made.app(), address)
    talk.box.sender.post = talk.post
    talk.box.configure({"webhook_url": f"http://localhost{address}", "secret": secret, "tries": 1})
    if seed:
        talk.box.seed([FIRM], [{**ADA, **person}])
    return talk


def captured(talk: Talk) -> list[tuple[str, bytes, dict[str, str]]]:
    """Catch the sandbox's webhooks instead of delivering them."""
    caught: list[tuple[str, bytes, dict[str, str]]] = []

    def keep(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        caught.append((urlsplit(url).path, body, dict(headers)))
        return 200

    talk.box.sender.post = keep
    return caught


def judge(made: World) -> int:
    """Work off the inboxes only."""
    shards = range(made.runtime.settings.shards)
    return sum(inbox.drain(made.runtime, one, shard) for one in made.installations.values() for shard in shards)


def score(made: World) -> int:
    """Link records and score accounts, as happens when the merging time is over."""
    return accounts.drain(made.runtime, made.tenant)


def write(made: World) -> int:
    """Work off the outboxes only, without moving the clock."""
    return sum(outbox.drain(made.runtime, one) for one in made.installations.values())


def rows(made: World, statement: str, **values: Any) -> list[Any]:
    """Run a hand-written query as the world's tenant."""
    with made.store.tenant(made.tenant) as connection:
        return list(connection.execute(text(statement), values))


def values(made: World, subject: str = "case:%") -> dict[str, Any]:
    """The current observations of subjects, by key."""
    with made.store.tenant(made.tenant) as connection:
        found = connection.execute(
            select(ObservationRow.key, ObservationRow.value).where(ObservationRow.subject.like(subject))
        )
        return {row.key: (row.value or {}).get("value") for row in found}


def person_of(made: World, vendor: str, id_: str) -> int:
    """Our own id of a vendor's person."""
    with made.store.tenant(made.tenant) as connection:
        return links.known(connection, made.installations[vendor], Level.PERSON, [id_])[id_].entity


def only_person(made: World) -> int:
    """Our own id of the one person of this world."""
    with made.store.tenant(made.tenant) as connection:
        return int(connection.execute(select(PersonRow.id)).scalar_one())
