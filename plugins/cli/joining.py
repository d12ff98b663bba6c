"""Connects a stack's sandboxes to a tenant of their own, as an admin would connect real accounts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.jobs.runtime import Runtime
from core.ports import Token
from core.store import enrolment, installations
from core.store.enrolment import Joining
from manifests import declarations
from plugins.cli.stack import Stack

PURPOSES = {"service_analysis": "legitimate_interest", "health_scoring": "legitimate_interest"}
BASIS_RECORD = "demonstration tenant: balancing test recorded at creation, all records are made up"
EXTRA = ("access", "refresh", "account_ref", "integration_user", "agent")


@dataclass(frozen=True, slots=True)
class Tenancy:
    """A throw-away tenant and its installations by vendor."""

    tenant: str
    installations: Mapping[str, str]
    fields: Mapping[str, Mapping[str, int]]


def join_sandboxes(runtime: Runtime, stack: Stack, name: str, now: datetime) -> Tenancy:
    """Create a live tenant with a recorded basis and connect every sandbox to it."""
    tenant = f"{name}-{secrets.token_hex(4)}"
    vendors = sorted(declarations())
    given = {vendor: stack.control(vendor, "credentials") for vendor in vendors}
    owners = {vendor: dict.fromkeys(("admin", "on_call", "trained"), one["agent"]) for vendor, one in given.items()}
    with runtime.store.tenant(tenant) as connection:
        enrolment.open_tenant(
            connection,
            tenant,
            name,
            now,
            throw_away=True,
            mode="live",
            reply_write="record",
            choices={"owners": owners},
        )
        enrolment.record_basis(connection, tenant, PURPOSES, BASIS_RECORD, now)
    joined = {vendor: _join(runtime, stack, tenant, vendor, given[vendor], now) for vendor in vendors}
    return Tenancy(tenant, joined, {vendor: _provision(runtime, tenant, joined[vendor]) for vendor in vendors})


def _join(runtime: Runtime, stack: Stack, tenant: str, vendor: str, given: Mapping[str, Any], now: datetime) -> str:
    installation, secret = secrets.token_hex(8), secrets.token_urlsafe(24)
    address = f"{stack.web_url}/webhooks/{vendor}/{installation}"
    # A vendor that signs nothing is known by a secret in the path.
    if declarations()[vendor].get("path_secret"):
        address = f"{address}/{secret}"
    extra = {name: str(value) for name, value in given.items() if name not in EXTRA}
    signing = str(given.get("client_secret") or secret) if declarations()[vendor].get("client_signed") else secret
    enrolment.join(
        runtime.store,
        runtime.seal,
        Joining(
            installation=installation,
            tenant=tenant,
            vendor=vendor,
            account_ref=given["account_ref"],
            base_url=f"{stack.sandbox_url}/{vendor}",
            secrets=(signing,),
            integration_ids=(given["integration_user"],),
            token=Token(given.get("access", ""), given.get("refresh", ""), extra=extra),
            options={"poll_seconds": 0.05},
        ),
        now,
    )
    stack.control(vendor, "configure", {"webhook_url": address, "secret": signing})
    return installation


def _provision(runtime: Runtime, tenant: str, installation_id: str) -> dict[str, int]:
    with runtime.store.tenant(tenant) as connection:
        installation = installations.read(connection, installation_id)
    assert installation is not None
    report = runtime.plugin(installation).provision()
    found = {name: getattr(report, name) for name in ("provisioned", "missing", "drifted", "collided")}
    with runtime.store.tenant(tenant) as connection:
        enrolment.note_fields(connection, installation_id, found)
    return {name: len(keys) for name, keys in found.items()}
