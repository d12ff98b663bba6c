"""The configuration of the transaction's tenant: read as one document, written as a new version, never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, insert, select, update

from core import configuration
from core.compliance import notices
from core.configuration import FORMAT, ORGANISATION, WEIGHTS, Document
from core.errors import AttuneError
from core.installation import observing
from core.recovery import hours
from core.store import audit
from core.store.tables import ConfigurationRow, InstallationRow, TenantRow

OUTSIDE = "changed outside the console"
FIRST = "as it was"
COMMAND_LINE = "command line"
SHOWN = 200
_CHOICES = ("holidays", "tag_threshold", observing.CHOICE, notices.CONTACT)
_COLUMNS = ("reply_write", "locale", "time_zone")
_WEIGHT, _OWNER = "weights.", "owners."
# What results depend on: when one of these changes, results are stamped with the version that did it.
_SCORING = (_WEIGHT, "tag_threshold", "locale")


class ChangedMeanwhileError(AttuneError):
    """Somebody else has made a version since the author looked: look again."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version: who made it, when, why."""

    number: int
    at: datetime
    actor: str
    note: str
    document: Document


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something. ``name`` stands on the page of versions, ``pseudonym`` in the trail."""

    name: str
    pseudonym: str


def current(connection: Connection) -> Document:
    """Return what is set now."""
    tenant = connection.execute(select(TenantRow.__table__)).one()
    places = connection.execute(
        select(InstallationRow.vendor, InstallationRow.options).order_by(InstallationRow.vendor)
    )
    return {
        "format": FORMAT,
        "organisation": _organisation(tenant),
        "installations": {row.vendor: _installation(row, tenant.choices) for row in places},
    }


def versions(connection: Connection) -> list[Version]:
    """Return the newest versions, newest first."""
    newest = select(ConfigurationRow.__table__).order_by(ConfigurationRow.version.desc()).limit(SHOWN)
    return [_version(row) for row in connection.execute(newest)]


def version(connection: Connection, number: int) -> Version | None:
    """Return one version."""
    row = connection.execute(select(ConfigurationRow.__table__).where(ConfigurationRow.version == number)).first()
    return _version(row) if row else None


def note_outside(connection: Connection, tenant: str, now: datetime) -> int:
    """Make a version of what was set elsewhere since the last one, if anything; return the newest number."""
    connection.execute(select(TenantRow.tenant_id).with_for_update())
    newest = next(iter(versions(connection)), None)
    document = current(connection)
    if newest is None or configuration.differences(newest.document, document):
        return _append(connection, tenant, newest, document, COMMAND_LINE, OUTSIDE if newest else FIRST, now)
    return newest.number


def save(
    connection: Connection, tenant: str, document: Document, author: Author, note: str, now: datetime, *, base: int = 0
) -> int | None:
    """Set what a checked document says and return the new version's number; ``None`` when nothing changes.

    What the document leaves out stays as it is. ``base``: the version that the author saw; when there is a newer one,
    ``ChangedMeanwhileError`` is raised, and so is ``ConfigurationError`` for a zone or calendar that does not exist.
    """
    newest = note_outside(connection, tenant, now)
    if base and base != newest:
        raise ChangedMeanwhileError
    before = current(connection)
    after = _merged(before, document)
    changes = configuration.differences(before, after)
    if not changes:
        return None
    _check_hours(after["organisation"])
    scoring = any(change.path.partition(" / ")[2].startswith(_SCORING) for change in changes)
    _apply(connection, after, newest + 1 if scoring else 0)
    held = version(connection, newest)
    number = _append(connection, tenant, held, after, author.name, note, now)
    detail = {"version": number, "changed": [change.path for change in changes]}
    audit.append(connection, tenant, now, [audit.Entry(author.pseudonym, "settings_changed", "tenant", detail)])
    return number


def _organisation(tenant: Any) -> dict[str, Any]:
    weights = {**WEIGHTS, **tenant.choices.get("weights", {})}
    plain = {setting.key: tenant.choices.get(setting.key, setting.default) for setting in ORGANISATION}
    columns = {name: getattr(tenant, name) for name in _COLUMNS}
    return {**plain, **columns, **{f"{_WEIGHT}{name}": value for name, value in weights.items()}}


def _installation(row: Any, choices: Mapping[str, Any]) -> dict[str, Any]:
    owners = choices.get("owners", {}).get(row.vendor, {})
    known = {setting.key for setting in configuration.of_vendor(row.vendor)}
    held = {key: value for key, value in row.options.items() if key in known}
    return {**held, **{f"{_OWNER}{name}": user for name, user in owners.items() if f"{_OWNER}{name}" in known and user}}


def _merged(before: Document, after: Document) -> Document:
    """Return the whole document: a vendor's part replaces what was set, nobody is no owner."""
    wished = {vendor: after["installations"].get(vendor, held) for vendor, held in before["installations"].items()}
    places = {
        vendor: {key: value for key, value in part.items() if _is_set(key, value)} for vendor, part in wished.items()
    }
    organisation = {**before["organisation"], **after["organisation"]}
    return {"format": FORMAT, "organisation": organisation, "installations": places}


def _is_set(key: str, value: Any) -> bool:
    """Say whether a value says something; an empty option does: it turns a mapping off."""
    return value != "" or not key.startswith(_OWNER)


def _apply(connection: Connection, after: Document, scoring: int) -> None:
    choices: dict[str, Any] = dict(connection.execute(select(TenantRow.choices)).scalar_one())
    values = after["organisation"]
    choices |= {key: values[key] for key in _CHOICES if key in values}
    choices["weights"] = {name: values[f"{_WEIGHT}{name}"] for name in WEIGHTS}
    owners = {**choices.get("owners", {})}
    for vendor, part in after["installations"].items():
        owners[vendor] = {key.removeprefix(_OWNER): user for key, user in part.items() if key.startswith(_OWNER)}
        _apply_options(connection, vendor, part)
    choices |= {"owners": owners} | ({"scoring_version": scoring} if scoring else {})
    columns = {name: values[name] for name in _COLUMNS}
    connection.execute(update(TenantRow).values(**columns, choices=choices))


def _apply_options(connection: Connection, vendor: str, part: Mapping[str, Any]) -> None:
    mine = InstallationRow.vendor == vendor
    held: dict[str, Any] = connection.execute(select(InstallationRow.options).where(mine)).scalar_one()
    known = {setting.key for setting in configuration.of_vendor(vendor)}
    kept = {key: value for key, value in held.items() if key not in known}
    chosen = {key: value for key, value in part.items() if not key.startswith(_OWNER)}
    connection.execute(update(InstallationRow).where(mine).values(options={**kept, **chosen}))


def _append(
    connection: Connection,
    tenant: str,
    newest: Version | None,
    document: Document,
    actor: str,
    note: str,
    now: datetime,
) -> int:
    number = newest.number + 1 if newest else 1
    row = {"tenant_id": tenant, "version": number, "at": now, "actor": actor, "note": note, "document": dict(document)}
    connection.execute(insert(ConfigurationRow).values(row))
    return number


def _check_hours(values: Mapping[str, Any]) -> None:
    """Refuse an unknown zone or calendar now rather than at the first task."""
    hours.add_business_hours(datetime.now(UTC), 1, zone=values["time_zone"], holidays=values["holidays"])


def _version(row: Any) -> Version:
    return Version(row.version, row.at, row.actor, row.note, row.document)


def changed_last(found: Sequence[Version]) -> dict[str, Version]:
    """Return path -> the version that last changed it, from versions newest first."""
    last: dict[str, Version] = {}
    for newer, older in pairwise(found):
        for change in configuration.differences(older.document, newer.document):
            last.setdefault(change.path, newer)
    return last
