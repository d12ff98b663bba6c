"""The package's permission sets: one for each role of the catalogue, and our own user's. Pure.

A set grants what ``core.roles`` lets the role see, and nothing else; a person without any set sees nothing of ours.
Salesforce cannot tell a case's author from others, so what only the author may see is granted to no role.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.salesforce.nouns import PERMISSION_SET
from core import roles
from core.fields import catalogue
from core.model import Level
from plugins.salesforce import definitions
from plugins.salesforce.package_fields import BESIDE, DELETED, FEEDBACK, LINK, deleted_fields, feedback_fields
from plugins.salesforce.settings import MappingSettings

Metadata = dict[str, Any]
LABELS: Mapping[str, str] = {
    "agent": "Attune Agent",
    "lead": "Attune Lead",
    "csm": "Attune Account Manager",
    "sales": "Attune Sales",
    "collections": "Attune Collections",
    "marketing": "Attune Marketing",
    "privacy": "Attune Privacy",
    "executive": "Attune Executive",
    "admin": "Attune Admin",
}
# Writes of our own user set off no message to ourselves.
QUIET = "Attune_Quiet"
READ = {
    "allowRead": True,
    "allowCreate": False,
    "allowEdit": False,
    "allowDelete": False,
    "modifyAllRecords": False,
    "viewAllRecords": False,
}


def permission_sets() -> dict[str, Metadata]:
    """Return every permission set by name."""
    return {LABELS[role].replace(" ", "_"): _of_role(role) for role in roles.ROLES} | {PERMISSION_SET: _ours()}


def visible(role: str) -> list[str]:
    """Return what a role may read, as ``Object.Field``."""
    keys = {definitions.full_name(field): key for key, field in catalogue().items()} | BESIDE
    shown = [name for name, key in keys.items() if roles.sees(role, key)]
    return sorted([*shown, *(_task_fields() if _works(role) else ()), *(_inputs() if role in ("csm", "admin") else ())])


def _of_role(role: str) -> Metadata:
    answers = any(roles.may(role, verb, level) for verb in ("disagree", "call") for level in Level)
    editable = set(_inputs()) if role == "admin" else set()
    fields = [_field(name, edit=name in editable) for name in visible(role)]
    answered = [_field(name, edit=True) for name in sorted(feedback_fields())] if answers else []
    objects = [{**READ, "object": FEEDBACK, "allowCreate": True}] if answers else []
    told = f"What the role '{role}' may see of Attune: read-only, from the field catalogue."
    return _set(LABELS[role], told, [*answered, *fields], objects)


def _ours() -> Metadata:
    fields = sorted([*definitions.permissions(), *BESIDE, *_inputs(), *_links(), *feedback_fields(), *deleted_fields()])
    every = {**READ, "viewAllRecords": True, "allowEdit": True}
    objects = [{**every, "object": name} for name in ("Account", "Case", "Contact")]
    taken = {**every, "allowDelete": True, "allowCreate": True, "modifyAllRecords": True}
    objects += [{**taken, "object": name} for name in (FEEDBACK, DELETED)]
    told = "For Attune's own user: writes its fields, reads cases, contacts and accounts, takes its records away."
    parts = _set("Attune integration", told, [_field(name, edit=True) for name in fields], objects)
    rights = [{"enabled": True, "name": name} for name in ("ApiEnabled", "EditTask")]
    return {**parts, "userPermissions": rights, "customPermissions": [{"enabled": True, "name": QUIET}]}


def _set(label: str, told: str, fields: list[Metadata], objects: list[Metadata]) -> Metadata:
    return {
        "label": label,
        "description": told,
        "hasActivationRequired": False,
        "fieldPermissions": fields,
        "objectPermissions": sorted(objects, key=lambda one: str(one["object"])),
    }


def _field(name: str, *, edit: bool) -> Metadata:
    return {"field": name, "readable": True, "editable": edit}


def _works(role: str) -> bool:
    return any(roles.tasks(role, level) for level in Level)


def _task_fields() -> Iterator[str]:
    known = {definitions.full_name(field) for field in catalogue().values()}
    return (name for name in definitions.permissions() if name not in known)


def _inputs() -> list[str]:
    return [f"Account.{name}" for name in MappingSettings().signals.values()]


def _links() -> list[str]:
    return [f"{sobject}.{LINK}" for sobject in ("Account", "Contact")]
