"""The way out of one tool: what it does, an export, the end, and the purge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, abort, request, stream_with_context

from core.installation import ending
from core.installation.modules import Stage
from core.store import audit, exporting, feedback, setup, stages
from core.store.stages import Place
from manifests import declarations
from plugins.console.answers import back, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor


def about(desk: Desk, visitor: Visitor, installation: str) -> Answer:
    """Say what uninstalling does and what stays."""
    place = _place(desk, visitor, installation)
    with desk.store.tenant(visitor.tenant) as connection:
        noted = setup.noted(connection, place.id).get(ending.STEP)
    return show("uninstall.html", **_values(place), noted=noted)


def end(desk: Desk, visitor: Visitor, installation: str) -> Answer:
    """Stop it at once, and have a worker take the access back."""
    place = _place(desk, visitor, installation)
    if request.form.get("sure", "").strip().lower() != place.account_ref.lower():
        return show("uninstall.html", 422, **_values(place), noted=None, wrong=True)
    with desk.store.tenant(visitor.tenant) as connection:
        ending.end(connection, place, desk.now(), actor=feedback.actor(desk.seal, visitor.reader))
    desk.directory.forget(place.id)
    desk.wake_leave(place.id)
    return back("uninstall_about", installation=place.id, told="ENDED")


def export(desk: Desk, visitor: Visitor, installation: str) -> Answer:
    """Give everything that is stored as one file; that somebody took it is in the audit trail first."""
    place = _place(desk, visitor, installation)
    now = desk.now()
    with desk.store.tenant(visitor.tenant) as connection:
        entry = audit.Entry(feedback.actor(desk.seal, visitor.reader), "exported", "tenant", {"vendor": place.vendor})
        audit.append(connection, visitor.tenant, now, [entry])

    def lines() -> Iterator[str]:
        with desk.store.tenant(visitor.tenant) as connection:
            yield from exporting.lines(connection, visitor.tenant, now)

    name = f"attune-export-{now:%Y-%m-%d}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(lines()), content_type="application/x-ndjson", headers=headers)


def purge(desk: Desk, visitor: Visitor, installation: str) -> Answer:
    """Have a worker delete everything now instead of when the 30 days are over."""
    place = _place(desk, visitor, installation)
    if place.stage != Stage.ENDED:
        abort(404)
    with desk.store.tenant(visitor.tenant) as connection:
        stages.change(connection, place.id, purge_after=desk.now())
    desk.wake_leave(place.id)
    return back("setup", told="PURGE_SOON")


def _place(desk: Desk, visitor: Visitor, installation: str) -> Place:
    with desk.store.tenant(visitor.tenant) as connection:
        found = stages.read(connection, installation)
    return found or abort(404)


def _values(place: Place) -> dict[str, Any]:
    return {"place": place, "declared": declarations()[place.vendor], "stays": ending.STAYS, "ended": Stage.ENDED}


PAGE = Page(
    "uninstall",
    "Uninstall",
    roles=("admin",),
    menu=False,
    routes=(
        Route("<installation>", about),
        Route("<installation>/end", end, post=True),
        Route("<installation>/export", export),
        Route("<installation>/purge", purge, post=True),
    ),
)
