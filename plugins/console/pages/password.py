"""Changing one's own password; the one-time password has to be."""

from __future__ import annotations

from flask import abort, request

from core.errors import ConfigurationError
from core.roles import CONSOLE_ROLES
from core.store import console_users, sign_in_tries
from core.store.console_users import LOCAL
from plugins.console.answers import HOME, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor
from plugins.console.pages.sign_in import SLOW_DOWN, begin
from plugins.console.words import start_large

OLD_WRONG = "The present password is not right."
DIFFER = "The two new passwords differ."
SAME = "The new password is the old one."


def form(desk: Desk, visitor: Visitor) -> Answer:
    """Show the form to a local user."""
    return show("password.html") if visitor.reader.vendor == LOCAL else abort(404)


def change(desk: Desk, visitor: Visitor) -> Answer:
    """Set a new password and end all other sessions of this user."""
    if visitor.reader.vendor != LOCAL:
        abort(404)
    wrong = _change(desk, visitor)
    if wrong:
        return show("password.html", 422, wrong=wrong)
    return begin(desk, visitor.reader, f"{HOME}?told=PASSWORD_CHANGED")


def _change(desk: Desk, visitor: Visitor) -> str:
    """Change it; return what is wrong, if anything."""
    wrong = _proved(desk, visitor, request.form.get("old", "")) or _slipped()
    if wrong:
        return wrong
    name = visitor.reader.user
    try:
        with desk.store.tenant(visitor.tenant) as connection:
            console_users.sign_out(connection, name)
            console_users.change_password(connection, visitor.tenant, name, request.form.get("new", ""), desk.now())
    except ConfigurationError as error:
        return f"{start_large(str(error))}."
    return ""


def _proved(desk: Desk, visitor: Visitor, old: str) -> str:
    """Check the present password, counted like a sign-in: whoever finds an open browser may not guess it here."""
    tries = sign_in_tries.buckets(desk.seal, visitor.tenant, visitor.reader.user, request.remote_addr or "")
    with desk.store.outside() as connection:
        if not sign_in_tries.take(connection, tries, desk.now()):
            return SLOW_DOWN
    with desk.store.tenant(visitor.tenant) as connection:
        if console_users.check(connection, visitor.reader.user, old, desk.now()) is None:
            return OLD_WRONG
    with desk.store.outside() as connection:
        sign_in_tries.give_back(connection, tries)
    return ""


def _slipped() -> str:
    new = request.form.get("new")
    if new != request.form.get("again"):
        return DIFFER
    return SAME if new == request.form.get("old") else ""


PAGE = Page(
    "password",
    "Your password",
    roles=CONSOLE_ROLES,
    menu=False,
    routes=(Route("", form), Route("", change, post=True)),
)
