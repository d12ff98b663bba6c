"""Settings: the mode, and every setting with its range, default, help and last change (CORE-3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, request

from core.configuration import FORMAT, ORGANISATION, checked, of_vendor
from core.errors import ConfigurationError
from core.installation import observing
from core.installation.modules import Stage
from core.store import configuration, enrolment, feedback, stages, tenants
from core.store.configuration import Author, ChangedMeanwhileError
from core.store.tenants import Tenant
from manifests import declarations
from plugins.console import fields
from plugins.console.answers import back, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor
from plugins.console.fields import Form
from plugins.console.words import start_large
from plugins.declaration import option_defaults

ORGANISATION_FORM = "organisation"
MEANWHILE = "Somebody else changed the settings meanwhile. Your values are still here; look at theirs under Versions."
# What each mode means, and which others can be chosen from it here. Going live is a step of the set-up.
MODES = {
    "observe": "Conversations are judged and stored. Nothing is shown to agents, nothing is written.",
    "live": "Results are written into the records, as far as each tool's set-up allows.",
    "paused": "Events are received and kept. Nothing is judged or written.",
}
STEPS = {"observe": ("paused",), "live": ("paused",), "paused": ("observe", "live")}
STAGES = {
    Stage.OBSERVING: "observing: nothing is written",
    Stage.WRITING: "writing fields, tags and remarks",
    Stage.AUTOMATED: "writing, and opening follow-up tasks",
    Stage.ENDED: "uninstalled",
}
BEFORE_PAUSE = "before_pause"


def author(desk: Desk, visitor: Visitor) -> Author:
    """Return under which names a visitor's changes stand."""
    return Author(visitor.name, feedback.actor(desk.seal, visitor.reader))


def settings(desk: Desk, visitor: Visitor) -> Answer:
    """Show everything that is set."""
    return _page(desk, visitor)


def save(desk: Desk, visitor: Visitor, part: str) -> Answer:
    """Save one form, as a new version; what is wrong is said beside the field."""
    with desk.store.tenant(visitor.tenant) as connection:
        document = configuration.current(connection)
    form = next((one for one in _forms(document, {}) if one.name == part), None)
    if form is None:
        abort(404)
    form, values = fields.given(form, request.form)
    if any(field.wrong for field in form.fields):
        return _page(desk, visitor, form, "Nothing was saved yet: see what is marked below.")
    wrong, made = _save(desk, visitor, part, _wished(document, part, values))
    return _page(desk, visitor, form, wrong) if wrong else back("settings", told="SAVED" if made else "UNCHANGED")


def change_mode(desk: Desk, visitor: Visitor) -> Answer:
    """Pause everything, or go on as before the pause."""
    mode = request.form.get("mode", "")
    with desk.store.tenant(visitor.tenant) as connection:
        tenant = tenants.read(connection)
        if mode not in _next_modes(tenant):
            return back("settings", told="UNCHANGED")
        choices = {**tenant.choices, BEFORE_PAUSE: tenant.mode}
        who = author(desk, visitor).pseudonym
        enrolment.change_tenant(connection, visitor.tenant, desk.now(), actor=who, mode=mode, choices=choices)
    return back("settings", told="SAVED")


def _save(desk: Desk, visitor: Visitor, part: str, wished: Mapping[str, Any]) -> tuple[str, int | None]:
    """Save a document; return what is wrong, and the number of the version if there is a new one."""
    try:
        document, base = checked(wished), int(request.form.get("base", "0"))
        with desk.store.tenant(visitor.tenant) as connection:
            return "", configuration.save(
                connection,
                visitor.tenant,
                document,
                author(desk, visitor),
                f"{part} changed",
                desk.now(),
                base=base,
            )
    except ChangedMeanwhileError:
        return MEANWHILE, None
    except (ConfigurationError, ValueError) as error:
        return f"{start_large(str(error))}.", None


def _wished(document: Mapping[str, Any], part: str, values: Mapping[str, Any]) -> dict[str, Any]:
    if part == ORGANISATION_FORM:
        return {"format": FORMAT, "organisation": dict(values), "installations": {}}
    held = document["installations"][part]
    kept = {key: value for key, value in held.items() if key not in values}
    return {
        "format": FORMAT,
        "organisation": {},
        "installations": {part: {**kept, **fields.chosen(values, held, option_defaults(part))}},
    }


def _page(desk: Desk, visitor: Visitor, given: Form | None = None, wrong: str = "") -> Answer:
    with desk.store.tenant(visitor.tenant) as connection:
        newest = configuration.note_outside(connection, visitor.tenant, desk.now())
        found = configuration.versions(connection)
        steps = list(stages.of_tenant(connection).values())
        document, tenant = configuration.current(connection), tenants.read(connection)
    forms = [
        given if given and given.name == one.name else one
        for one in _forms(document, configuration.changed_last(found))
    ]
    return show(
        "settings.html",
        422 if wrong else 200,
        tenant=tenant,
        modes=MODES,
        steps=steps,
        observe_days=observing.days(tenant.choices),
        stages=STAGES,
        labels={name: one["label"] for name, one in declarations().items()},
        next_modes=_next_modes(tenant),
        forms=forms,
        base=request.form.get("base", newest) if given else newest,
        newest=newest,
        wrong=wrong,
    )


def _forms(document: Mapping[str, Any], changed: Mapping[str, Any]) -> list[Form]:
    own = fields.form(ORGANISATION_FORM, "Organisation", ORGANISATION, document["organisation"], {}, changed)
    places = document["installations"].items()
    return [
        own,
        *(
            fields.form(
                vendor, declarations()[vendor]["label"], of_vendor(vendor), held, option_defaults(vendor), changed
            )
            for vendor, held in places
        ),
    ]


def _next_modes(tenant: Tenant) -> tuple[str, ...]:
    """Return the modes that can be chosen now; after a pause it goes on as before."""
    if tenant.mode == "paused":
        return (tenant.choices.get(BEFORE_PAUSE, "observe"),)
    return STEPS[tenant.mode]


PAGE = Page(
    "settings",
    "Settings",
    roles=("admin",),
    routes=(Route("", settings), Route("mode", change_mode, post=True), Route("<part>", save, post=True)),
)
