"""Coming in from a page of ours inside another tool: its bearer says who it is, and the tool has proved that."""

from __future__ import annotations

import structlog
from flask import request

from core.errors import RejectedError
from core.roles import CONSOLE_ROLES, Reader, role_of
from core.store import bearer, installations
from plugins.console.answers import HOME, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor
from plugins.console.pages.sign_in import begin

log = structlog.get_logger()


def enter(desk: Desk, visitor: Visitor) -> Answer:
    """Begin a session for the person of a live bearer, if their role of now may open the console."""
    try:
        reader, _ = bearer.open_bearer(desk.seal, request.form.get("bearer", ""), desk.now())
        known = desk.directory.find(reader.installation).tenant == reader.tenant
    except RejectedError:
        known = False
    if not known:
        log.info("console_bearer_refused")
        return show("not_proved.html", 401)
    return begin(desk, reader, HOME) if _role(desk, reader) in CONSOLE_ROLES else show("not_for_role.html", 403)


def _role(desk: Desk, reader: Reader) -> str:
    with desk.store.tenant(reader.tenant) as connection:
        place = installations.read(connection, reader.installation)
    return role_of(place.options, reader.user, "") if place else ""


PAGE = Page("enter", "Coming in", menu=False, routes=(Route("", enter, post=True, open=True, bearer=True),))
