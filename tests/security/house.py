"""The house under attack: the whole application of the composition root, and two tenants apart from each other."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from logging import CRITICAL
from pathlib import Path
from typing import Any

import jwt
import structlog
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from sqlalchemy import update

import wsgi
from connectors.hubspot.signing import signature
from core.roles import Reader
from core.settings import JudgeSettings, Settings, WebSettings, load
from core.store import bearer, sessions
from core.store.embedded import Addresses
from core.store.engine import Store
from core.store.seal import Seal, open_seal
from core.store.tables import DirectoryRow, InstallationRow
from tests.talk import Talk, captured, connect, rows
from tests.world import NOON, World, world

METRICS_TOKEN = "metrics-token-of-the-tests"
# What the vendors' apps are known by: one for all tenants.
APPS = {"hubspot": {"client_id": "app-1", "client_secret": "client-secret-of-the-tests"}}
USER, APP_INSTALLATION = "501", "9"
MARK = "zebrafinch"
# What customers fill in, and how; each field's script can be told from the others'.
FIELDS = (
    "message",
    "message, as entities",
    "message, nested",
    "subject",
    "person name",
    "company name",
    "person id",
    "company id",
)


def evil(field: str) -> str:
    """A script that says from which field it came."""
    return f"<script>attuneEvil('{field}')</script>"


ENTITIES = escape(evil("message, as entities"), quote=False)
NESTED = evil("message, nested").replace("script", "scr<script>ipt")
SAID = f"{MARK} {evil('message')} I am extremely angry {ENTITIES} and I will cancel {NESTED} today."
FIRM = {"key": "firm", "domain": "firm.example", "name": "Firm", "external_id": "a1"}
ADA = {"key": "ada", "email": "ada@firm.example", "account": "firm", "name": "Ada", "external_id": "p1"}
EVIL_FIRM = {**FIRM, "name": f"{MARK} {evil('company name')}", "external_id": evil("company id")}
EVIL_ADA = {**ADA, "name": f"{MARK} {evil('person name')}", "external_id": evil("person id")}


@dataclass
class Party:
    """One tenant with all tools, and every kind of credential of its own."""

    made: World
    key: Any
    talks: dict[str, Talk]

    def installation(self, vendor: str) -> str:
        """The id in our addresses."""
        return self.made.installations[vendor]

    def bearer(self, role: str = "lead", age: timedelta = timedelta()) -> str:
        """A bearer issued some time ago."""
        reader = Reader(self.made.tenant, self.installation("zendesk"), "zendesk", USER, role)
        return bearer.issue(self.made.seal, reader, now() - age)

    def token(self, **changed: Any) -> str:
        """What Zendesk posts on the first load of a page."""
        account = self.made.place("zendesk").account_ref
        home = f"https://{account}.zendesk.com/api/v2"
        claims = {
            "iss": f"{account}.zendesk.com",
            "sub": f"{home}/users/{USER}.json",
            "aud": f"{home}/apps/installations/{APP_INSTALLATION}.json",
            "exp": now().timestamp() + 600,
        }
        return jwt.encode({**claims, **changed}, self.key, algorithm="RS256")

    def cookie(self, age: timedelta = timedelta(), token: str = "") -> str:
        """A console session of an admin that began some time ago."""
        made, token = self.made, token or secrets.token_urlsafe(16)
        reader = Reader(made.tenant, self.installation("zendesk"), "zendesk", USER, "admin")
        with made.store.tenant(made.tenant) as connection:
            sessions.begin(connection, made.seal, reader, token, now() - age)
        return made.seal.close(f"{made.tenant} {token}")

    def webhook(self, vendor: str, age: timedelta = timedelta()) -> tuple[bytes, dict[str, str]]:
        """A webhook as the tool's stand-in signs it, so long ago."""
        if vendor == "signals":
            return self._feed(age)
        talk, sandbox = self.talks[vendor], self.made.sandbox(vendor)
        caught = captured(talk)
        sandbox.clock({"set": (now() - age).isoformat()})
        talk.say("And one more thing.", at=(now() - age).isoformat())
        sandbox.clock({"set": now().isoformat()})
        _, body, headers = caught[0]
        if vendor != "hubspot":
            return body, headers
        # The stand-in's account is everybody's; this tenant has one of its own.
        body = json.dumps([{**one, "portalId": self.portal} for one in json.loads(body)]).encode()
        return body, self.sign_v3("POST", f"/webhooks/hubspot/{self.installation('hubspot')}", body, age)

    def _feed(self, age: timedelta) -> tuple[bytes, dict[str, str]]:
        stamp = (now() - age).isoformat()
        body = json.dumps([{"account": "firm.example", "kind": "login", "at": stamp}]).encode()
        return body, self.sign("signals", body, stamp)

    def sign(self, vendor: str, body: bytes, stamp: str = "") -> dict[str, str]:
        """Sign any body as a tool would; Salesforce signs nothing."""
        secret, stamp = self.made.secret["zendesk" if vendor == "signals" else vendor], stamp or now().isoformat()
        if vendor == "hubspot":
            return self.sign_v3("POST", f"/webhooks/hubspot/{self.installation('hubspot')}", body)
        mac = base64.b64encode(hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()).decode()
        named = {"zendesk": "X-Zendesk-Webhook-Signature", "signals": "X-Attune-Signature"}
        return {named[vendor]: mac, f"{named[vendor]}-Timestamp": stamp} if vendor in named else {}

    def sign_v3(
        self, method: str, path: str, body: bytes, age: timedelta = timedelta(), secret: str = ""
    ) -> dict[str, str]:
        """Sign as HubSpot does for cards, actions and webhooks; by default with this tenant's own secret."""
        stamp = str(int((now() - age).timestamp() * 1000))
        mac = signature(secret or self.made.secret["hubspot"], method, f"http://localhost{path}", body, stamp)
        return {"X-HubSpot-Signature-v3": mac, "X-HubSpot-Request-Timestamp": stamp}

    def record(self, kind: str) -> str:
        """A record's id at Zendesk: of cases, people or accounts."""
        level = {"people": "person", "accounts": "account"}.get(kind)
        if level is None:
            return "1"
        statement = "SELECT external_id FROM link WHERE level = :level AND installation_id = :at"
        found = rows(self.made, statement, level=level, at=self.installation("zendesk"))
        return str(found[0].external_id)

    @property
    def portal(self) -> int:
        """The one HubSpot account of this tenant."""
        return int(self.made.tenant.removeprefix("t-"), 16)


@dataclass
class House:
    """The application, the tenant that is attacked, and another one with credentials of its own."""

    web: Flask
    mine: Party
    other: Party
    seal: Seal


def now() -> datetime:
    """The machine's time: the application is the real one, with the real clock."""
    return datetime.now(UTC)


@contextmanager
def house(database: Addresses, store: Store, folder: Path) -> Iterator[House]:
    """Build everything; ``folder`` takes what the application would keep on disk."""
    chosen = _settings(database, folder)
    seal = open_seal(chosen.storage)
    with ExitStack() as stack:
        mine = _party(stack.enter_context(world(store, seal)), attacked=True)
        other = _party(stack.enter_context(world(store, seal)), attacked=False)
        web = wsgi.create_app(chosen)
        # The application's loggers are kept for good once they are used; those of a test are not.
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(CRITICAL), cache_logger_on_first_use=False
        )
        yield House(web, mine, other, seal)
        structlog.reset_defaults()


def _settings(database: Addresses, folder: Path) -> Settings:
    chosen, apps = load(), folder / "apps.json"
    apps.write_text(json.dumps(APPS), encoding="utf-8")
    return replace(
        chosen,
        apps=replace(chosen.apps, file=str(apps)),
        database=replace(chosen.database, url=database.app, owner_url=database.owner, pool_size=4),
        storage=replace(chosen.storage, data_dir=str(folder), keys=Fernet.generate_key().decode(), pepper="pepper"),
        web=WebSettings(metrics_token=METRICS_TOKEN),
        judge=JudgeSettings(analyzer="textblob", log_level="CRITICAL"),
    )


def _party(made: World, *, attacked: bool) -> Party:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    made.advance((now() - NOON).total_seconds())
    talks = {vendor: connect(made, vendor, seed=False) for vendor in made.installations}
    said, subject = (SAID, f"{MARK} {evil('subject')}") if attacked else ("Thank you, it works now.", "Thanks")
    for talk in talks.values():
        talk.box.seed([EVIL_FIRM if attacked else FIRM], [EVIL_ADA if attacked else ADA])
        talk.say(said, subject=subject, at=now().isoformat())
    made.work()
    party = Party(made, key, talks)
    _open_up(party)
    return party


def _open_up(party: Party) -> None:
    """Let Zendesk's signed addresses and HubSpot's signed cards in; each tenant gets accounts of its own."""
    made, pem = party.made, serialization.Encoding.PEM
    public = party.key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    roles = {USER: "admin", "7": "lead"}
    access = {"public_key": public, "app_installation_id": APP_INSTALLATION, "roles": roles}
    with made.store.tenant(made.tenant) as connection:
        for vendor, installation in made.installations.items():
            of_this = update(InstallationRow).where(InstallationRow.installation_id == installation)
            connection.execute(of_this.values(options={**made.place(vendor).options, **access}))
        for vendor, account in (("hubspot", str(party.portal)), ("zendesk", f"firm-{made.tenant}")):
            for row in (DirectoryRow, InstallationRow):
                of_vendor = update(row).where(row.installation_id == made.installations[vendor])
                connection.execute(of_vendor.values(account_ref=account))
