"""The steps that a worker does: looked at, provisioned, tried, listened to. Each may be done twice, and after a kill.

The web process only asks for a step (``core.installation.asking``); what came of it stands in the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from core.errors import AttuneError, ConfigurationError, GrantRefusedError, RetryLaterError
from core.installation import observing, past
from core.installation.catching_up import catch_up
from core.installation.modules import Stage
from core.installation.steps import CATCH_UP, DONE, FAILED, QUEUED, RUNNING
from core.jobs import pausing
from core.jobs.runtime import Runtime
from core.ports import FieldReport
from core.store import enrolment, installations, setup, stages, tenants
from core.store.directory import rekey
from core.store.installations import Installation
from core.store.stages import Place
from manifests import declarations

log = structlog.get_logger()

STATES = ("provisioned", "missing", "drifted", "collided", "limited")
PAST_DAYS, PAST_CASES, KEEP_EVERY = 30, 200, 10
# What an edition without custom objects has instead: the case file stays here (docs/installation.md).
CASE_FILES = ("attune_plan", "attune_approval", "attune_incident", "attune_review")

Detail = dict[str, Any]
Work = Callable[[Runtime, Installation, Place], Detail]


def run(runtime: Runtime, installation_id: str, step: str) -> None:
    """Do a step now; raises ``RetryLaterError`` when the vendor is away, after noting so."""
    tenant = runtime.directory.find(installation_id).tenant
    with runtime.store.tenant(tenant) as connection:
        installation = installations.read(connection, installation_id)
        place = stages.read(connection, installation_id)
    if installation is None or place is None or place.stage == Stage.ENDED:
        return
    _note(runtime, installation, step, RUNNING)
    try:
        detail = WORK[step](runtime, installation, place)
    except RetryLaterError as error:
        _note(runtime, installation, step, QUEUED, cause=f"{installation.vendor} is away: {error.cause or 'no answer'}")
        raise
    except AttuneError as error:
        if isinstance(error, GrantRefusedError):
            pausing.pause(runtime, installation, error)
        log.warning("setup_failed", installation=installation.id, step=step, cause=type(error).__name__)
        _note(runtime, installation, step, FAILED, cause=str(error))
    else:
        _note(runtime, installation, step, DONE, detail=detail)


def _note(runtime: Runtime, installation: Installation, step: str, state: str, **more: Any) -> None:
    with runtime.store.tenant(installation.tenant) as connection:
        setup.note(connection, installation.tenant, installation.id, step, state, runtime.clock.now(), **more)


# --- the work of each step ------------------------------------------------------------------------


def look(runtime: Runtime, installation: Installation, place: Place) -> Detail:
    """Look at what a connection may do, and note it."""
    standing = runtime.setup(installation).examine(frozenset(place.granted or ()))
    entry = runtime.directory.find(installation.id)
    ids = entry.integration_ids | ({standing.integration_id} if standing.integration_id else set())
    with runtime.store.tenant(installation.tenant) as connection:
        granted = None if standing.granted is None else sorted(standing.granted)
        values = {"granted": granted, "plan": standing.plan, "grant_refused_at": None}
        stages.change(connection, installation.id, **values)
        rekey(connection, runtime.seal, installation.id, replace(entry, integration_ids=ids))
        after = stages.read(connection, installation.id)
    runtime.directory.forget(installation.id)
    assert after is not None
    return {"plan": after.plan, "working": after.working, "off": after.off, "warning": standing.warning}


def create_fields(runtime: Runtime, installation: Installation, place: Place) -> Detail:
    """Create the fields of the modules that work here, and report how each stands."""
    report = runtime.plugin(installation).provision(parts=place.working)
    with runtime.store.tenant(installation.tenant) as connection:
        enrolment.note_fields(connection, installation.id, told(report))
    return {**told(report), "off": place.off, "case_files": list(CASE_FILES)}


def told(report: FieldReport) -> dict[str, list[str]]:
    """Return a report as it is stored and shown."""
    return {name: list(getattr(report, name)) for name in STATES}


def try_past(runtime: Runtime, installation: Installation, place: Place) -> Detail:
    """Judge past cases and keep what would have been said, a few at a time: a kill loses no more than those."""
    with runtime.store.tenant(installation.tenant) as connection:
        done = setup.tried(connection, installation.id)
    waiting: list[past.Past] = []
    seen = [0, PAST_CASES]

    def progress(_: str, number: int, total: int) -> None:
        seen[:] = [number, total]

    for one in past.judge_past(runtime, installation.id, PAST_DAYS, PAST_CASES, progress, done):
        waiting.append(one)
        if len(waiting) >= KEEP_EVERY:
            _keep(runtime, installation, waiting, {"done": seen[0] + 1, "of": seen[1]})
            waiting = []
    _keep(runtime, installation, waiting, {"done": seen[1], "of": seen[1]})
    with runtime.store.tenant(installation.tenant) as connection:
        found = setup.trials(connection, installation.id, PAST_CASES)
    return {**summary(found), "days": PAST_DAYS}


def _keep(runtime: Runtime, installation: Installation, found: list[past.Past], progress: Detail) -> None:
    now = runtime.clock.now()
    rows = [
        {
            "case_ref": one.case,
            "person_ref": one.person,
            "result": {**one.row, "before": one.before, "tasks": list(one.tasks)},
        }
        for one in found
    ]
    with runtime.store.tenant(installation.tenant) as connection:
        setup.keep_trials(connection, installation.tenant, installation.id, rows, now)
        setup.note(connection, installation.tenant, installation.id, "past", RUNNING, now, detail=progress)


def summary(found: list[Mapping[str, Any]]) -> Detail:
    """Count what would have been said: flags, refusals, tasks."""
    flags: dict[str, int] = {}
    refused: dict[str, int] = {}
    for one in found:
        flag = str(one["values"].get("attune_risk_flag", "")) or "no flag"
        flags[flag] = flags.get(flag, 0) + 1
        for code in one["refusals"]:
            refused[code] = refused.get(code, 0) + 1
    return {"cases": len(found), "flags": flags, "refused": refused, "tasks": sum(len(one["tasks"]) for one in found)}


def observe(runtime: Runtime, installation: Installation, place: Place) -> Detail:
    """Begin to listen, and set the date on which writing may begin."""
    address = webhook_address(runtime, installation)
    listening = runtime.setup(installation).listen(address, place.webhook_ref)
    now = runtime.clock.now()
    entry = runtime.directory.find(installation.id)
    with runtime.store.tenant(installation.tenant) as connection:
        until = place.observe_until or observing.ends(tenants.read(connection).choices, now)
        stages.change(connection, installation.id, webhook_ref=listening.ref, observe_until=until)
        if listening.secret and listening.secret not in entry.secrets.live:
            live = (listening.secret, *entry.secrets.live[:1])
            rekey(connection, runtime.seal, installation.id, replace(entry, secrets=replace(entry.secrets, live=live)))
    runtime.directory.forget(installation.id)
    return {"until": until.isoformat(), "by_hand": listening.by_hand}


def write_back(runtime: Runtime, installation: Installation, place: Place) -> Detail:
    """Write what was scored while nothing was written."""

    def progress(done: int, of: int) -> None:
        _note(runtime, installation, CATCH_UP, RUNNING, detail={"done": done, "of": of})

    return {"cases": catch_up(runtime, installation, progress)}


def webhook_address(runtime: Runtime, installation: Installation) -> str:
    """Return where this installation's events go; raise ``ConfigurationError`` where nobody has said who we are."""
    if not runtime.public_url:
        raise ConfigurationError("ATTUNE_PUBLIC_URL is not set: the tool has to know where to send events")
    declared = declarations()[installation.vendor]
    secret = runtime.directory.find(installation.id).secrets.live[:1] if declared.get("path_secret") else ()
    one = () if declared.get("client_signed") else (installation.id,)
    return "/".join((runtime.public_url.rstrip("/"), "webhooks", installation.vendor, *one, *secret))


WORK: Mapping[str, Work] = {
    "connect": look,
    "fields": create_fields,
    "past": try_past,
    "observe": observe,
    CATCH_UP: write_back,
}
