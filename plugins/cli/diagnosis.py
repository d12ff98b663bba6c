"""Looks a set-up over: settings, keys, database, roles, queue, each installation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from core.errors import AttuneError
from core.installation.modules import MODULES, Stage
from core.jobs.runtime import Runtime
from core.reasons import REFUSALS
from core.settings import Settings
from core.store import dead, feeds, installations, stages
from core.store.installations import Installation
from core.store.migrate import config
from core.store.seal import open_seal
from core.store.stages import Place
from core.store.tables import BasisRow, InstallationRow, TenantRow
from plugins.cli.wiring import Wiring


@dataclass(frozen=True)
class Finding:
    """One thing looked at; ``mend`` says what to do when it is not well."""

    ok: bool
    what: str
    mend: str = ""


def examine(wiring: Wiring) -> list[Finding]:
    """Return the findings, in the order in which to mend them; stops where nothing further can be seen."""
    findings: list[Finding] = []
    try:
        chosen = wiring.settings()
        findings.append(Finding(True, "the settings can be read"))
        findings += _keys(chosen)
        runtime = wiring.runtime(chosen, wiring.addresses(chosen))
        findings.append(_analyzer(runtime))
        findings += _database(runtime, wiring.addresses(chosen).owner)
        # That no worker runs, the last finding, hides nothing of what follows.
        if all(finding.ok for finding in findings[:-1]):
            findings += _tenants(runtime)
    except AttuneError as error:
        findings.append(Finding(False, str(error), "correct this first; the rest cannot be seen until then"))
    return findings


def _analyzer(runtime: Runtime) -> Finding:
    version = runtime.analyzer.version
    mend = "the trained weights are absent or damaged: install the package again" if version.startswith("basic") else ""
    return Finding(not mend, f"the analyser is {version}", mend)


def _keys(chosen: Settings) -> Iterator[Finding]:
    open_seal(chosen.storage)
    given = bool(chosen.storage.keys and chosen.storage.pepper)
    hint = "" if given or not chosen.database.url else "several hosts need the same ATTUNE_KEYS and ATTUNE_PEPPER"
    yield Finding(
        given or not chosen.database.url, f"keys come from {'the environment' if given else 'a key file'}", hint
    )


def _database(runtime: Runtime, owner: str) -> Iterator[Finding]:
    head = ScriptDirectory.from_config(config(owner)).get_current_head()
    with runtime.store.outside() as connection:
        role = connection.execute(
            text("SELECT rolname, rolsuper OR rolbypassrls AS strong FROM pg_roles WHERE rolname = current_user")
        ).one()
        present = connection.execute(text("SELECT to_regclass('alembic_version')")).scalar()
        at = connection.execute(text("SELECT max(version_num) FROM alembic_version")).scalar() if present else None
        jobs = connection.execute(text("SELECT count(*) FROM procrastinate_workers")).scalar_one() if at else 0
    yield Finding(True, "the database answers")
    yield Finding(
        not role.strong,
        f"the application's role is {role.rolname}",
        "it must be no superuser and not bypass row-level security: use attune_app" if role.strong else "",
    )
    yield Finding(
        at == head, f"the database is at revision {at or 'none'}", "" if at == head else "run `attune migrate`"
    )
    yield Finding(
        jobs > 0, f"{jobs} workers are alive", "" if jobs else "start `attune worker`; nothing is judged without"
    )


def _tenants(runtime: Runtime) -> Iterator[Finding]:
    for installation_id, tenant, vendor in runtime.directory.all():
        with runtime.store.tenant(tenant) as connection:
            place, stand = installations.read(connection, installation_id), stages.read(connection, installation_id)
            mode = connection.execute(select(TenantRow.mode)).scalar()
            bases = set(connection.execute(select(BasisRow.purpose)).scalars())
            letters = len(dead.all_of(connection, installation_id))
            quiet = feeds.silent_for(connection, installation_id, runtime.clock.now())
            report = connection.execute(
                select(InstallationRow.fields).where(InstallationRow.installation_id == installation_id)
            ).scalar()
        name = f"{tenant}/{vendor}"
        if stand is None or stand.stage == Stage.ENDED:
            yield Finding(True, f"{name}: uninstalled")
            continue
        yield Finding(True, f"{name}: mode {mode}, {stand.stage}")
        yield from _grant(name, stand)
        yield _basis(name, bases)
        yield _pause(name, place, runtime)
        yield _letters(name, installation_id, letters)
        yield _fields(name, report or {})
        yield _feed(name, quiet)


def _grant(name: str, stand: Place) -> Iterator[Finding]:
    """Say whether the vendor still lets us in, and which parts stay off for want of a scope or right."""
    if stand.grant_refused_at is not None:
        since = f"{name}: the tool has not accepted our access since {stand.grant_refused_at:%-d %b %Y, %H:%M} UTC"
        yield Finding(False, since, "somebody took it back there: connect it again, or `attune uninstall` it here too")
    for part, lacking in stand.off.items():
        wanted = ", ".join(lacking)
        yield Finding(False, f"{name}: {MODULES[part].label} stays off", f"grant {wanted}, then `attune install` again")


def _basis(name: str, bases: set[str]) -> Finding:
    missing = {"service_analysis", "health_scoring"} - bases
    mend = f"record a lawful basis for {', '.join(sorted(missing))}: `attune install ... --basis`" if missing else ""
    return Finding(not missing, f"{name}: lawful bases", mend)


def _pause(name: str, place: Installation | None, runtime: Runtime) -> Finding:
    held = place is not None and place.is_paused(runtime.clock.now())
    cause = place.pause_cause if place else ""
    return Finding(
        not held,
        f"{name}: {'waiting for the vendor (' + cause + ')' if held else 'the vendor answers'}",
        "nothing is lost; it goes on by itself once the vendor answers" if held else "",
    )


def _letters(name: str, installation: str, count: int) -> Finding:
    return Finding(not count, f"{name}: {count} dead letters", f"`attune dead list {installation}`" if count else "")


def _fields(name: str, report: dict[str, list[str]]) -> Finding:
    if not report:
        return Finding(False, f"{name}: the fields were never looked at", "`attune install` looks and creates them")
    wrong = [key for state in ("missing", "drifted", "collided") for key in report.get(state, [])]
    return Finding(
        not wrong,
        f"{name}: fields {'need a look: ' + ', '.join(wrong) if wrong else 'are in place'}",
        "`attune install` again repairs missing and drifted ones; rename your own field on a collision"
        if wrong
        else "",
    )


def _feed(name: str, quiet: timedelta | None) -> Finding:
    hours = quiet.total_seconds() / 3600 if quiet else 0
    mend = f"FEED_SILENT: {REFUSALS['FEED_SILENT'].admin}" if quiet else ""
    return Finding(quiet is None, f"{name}: {f'no event for {hours:.0f} hours' if quiet else 'events arrive'}", mend)
