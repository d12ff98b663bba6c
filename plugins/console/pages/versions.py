"""Versions of the settings: who changed what when; compare, export, import, go back in one click (CORE-3)."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from flask import Response, abort, request

from core.configuration import checked, differences
from core.errors import ConfigurationError
from core.store import configuration
from core.store.configuration import Version
from plugins.console.answers import back, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor
from plugins.console.pages.settings import author
from plugins.console.words import start_large

MAX_BYTES = 256 * 1024


def versions(desk: Desk, visitor: Visitor) -> Answer:
    """Show the versions, and two of them side by side if asked for."""
    return _page(desk, visitor)


def export(desk: Desk, visitor: Visitor, number: str) -> Answer:
    """Give one version as a JSON file; it holds no secret."""
    held = _version(desk, visitor, number)
    body = json.dumps(held.document, indent=2, sort_keys=True, ensure_ascii=False)
    answer = Response(f"{body}\n", content_type="application/json; charset=utf-8")
    name = f"attune-settings-{held.number}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def restore(desk: Desk, visitor: Visitor, number: str) -> Answer:
    """Go back: what an older version says becomes a new one."""
    held = _version(desk, visitor, number)
    return _take(desk, visitor, held.document, f"back to version {held.number}")


def take_in(desk: Desk, visitor: Visitor) -> Answer:
    """Take over a file that was exported here or elsewhere, for the tools that are connected."""
    file = request.files.get("file")
    body = file.stream.read(MAX_BYTES + 1) if file else b""
    try:
        document = json.loads(body) if len(body) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        document = None
    return _take(desk, visitor, document, "imported from a file")


def _take(desk: Desk, visitor: Visitor, document: Any, note: str) -> Answer:
    try:
        taken = checked(document)
        with desk.store.tenant(visitor.tenant) as connection:
            made = configuration.save(connection, visitor.tenant, taken, author(desk, visitor), note, desk.now())
    except ConfigurationError as error:
        return _page(desk, visitor, f"{start_large(str(error))}.")
    return back("versions", told="RESTORED" if made else "UNCHANGED")


def _page(desk: Desk, visitor: Visitor, wrong: str = "") -> Answer:
    with desk.store.tenant(visitor.tenant) as connection:
        configuration.note_outside(connection, visitor.tenant, desk.now())
        found = configuration.versions(connection)
    by_number = {str(one.number): one for one in found}
    newest = found[0]
    old, new = by_number.get(request.args.get("old", "")), by_number.get(request.args.get("new", ""), newest)
    return show(
        "versions.html",
        422 if wrong else 200,
        versions=found,
        changes=_counts(found),
        old=old,
        new=new,
        compared=differences(old.document, new.document) if old else None,
        wrong=wrong,
    )


def _counts(found: list[Version]) -> dict[int, int]:
    """Return how many settings each version changed, but for the oldest that is shown."""
    return {newer.number: len(differences(older.document, newer.document)) for newer, older in pairwise(found)}


def _version(desk: Desk, visitor: Visitor, number: str) -> Version:
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        abort(404)
    with desk.store.tenant(visitor.tenant) as connection:
        held = configuration.version(connection, int(number))
    return held or abort(404)


PAGE = Page(
    "versions",
    "Versions of settings",
    roles=("admin",),
    menu=False,
    under="settings",
    routes=(
        Route("", versions),
        Route("<number>.json", export),
        Route("<number>/restore", restore, post=True),
        Route("import", take_in, post=True),
    ),
)
