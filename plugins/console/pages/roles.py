"""Who sees what: the matrix that the server goes by, and the role of each vendor's user (PRIV-6)."""

from __future__ import annotations

from flask import abort, request

from core import roles as access
from core.configuration import FORMAT, of_vendor
from core.fields import catalogue
from core.model import Level
from core.roles import ROLES
from core.setting import USER
from core.store import configuration
from manifests import declarations
from plugins.console.answers import back, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor
from plugins.console.pages.settings import author
from plugins.console.words import ROLES as NAMES

SHOWN = 500
LEVELS = {Level.CASE: "On a case", Level.PERSON: "On a person", Level.ACCOUNT: "On an account"}
# Beyond the values: what a role reads and does, in the order of the page.
_RIGHTS = (
    ("Customers' words behind a reason", access.quotes),
    ("That a care alert was raised", access.reads_care),
    ("Open tasks and clocks of a case", lambda role: access.tasks(role, Level.CASE)),
    ("Open tasks and clocks of an account", lambda role: access.tasks(role, Level.ACCOUNT)),
    ("Have a draft judged", lambda role: access.may(role, "draft", Level.CASE)),
    ("Disagree with a score", lambda role: access.may(role, "disagree", Level.CASE)),
    ("Put an alert aside", lambda role: access.may(role, "dismiss", Level.CASE)),
    ("Ask a supervisor to join", lambda role: access.may(role, "call", Level.CASE)),
)
NOTHING = ""


def roles(desk: Desk, visitor: Visitor) -> Answer:
    """Show the page."""
    return _page(desk, visitor)


def assign(desk: Desk, visitor: Visitor) -> Answer:
    """Give a vendor's user a role, or take back the one that was given."""
    vendor, user, role = (request.form.get(name, "").strip() for name in ("vendor", "user", "role"))
    if not USER.fullmatch(user) or role not in (NOTHING, *ROLES):
        return _page(desk, visitor, "A user is given by the id that the tool has for them: letters and digits.")
    with desk.store.tenant(visitor.tenant) as connection:
        held = configuration.current(connection)["installations"].get(vendor)
        if held is None or not _has(vendor, "roles"):
            abort(404)
        given = {**held.get("roles", {}), user: role}
        part = {**held, "roles": {name: one for name, one in given.items() if one}}
        document = {"format": FORMAT, "organisation": {}, "installations": {vendor: part}}
        note = f"{vendor} user {user}: {NAMES.get(role, 'no role of their own')}"
        made = configuration.save(connection, visitor.tenant, document, author(desk, visitor), note, desk.now())
    return back("roles", told="SAVED" if made else "UNCHANGED")


def _page(desk: Desk, visitor: Visitor, wrong: str = "") -> Answer:
    with desk.store.tenant(visitor.tenant) as connection:
        places = configuration.current(connection)["installations"]
    return show(
        "roles.html",
        422 if wrong else 200,
        wrong=wrong,
        roles=ROLES,
        groups=[(said, [one for one in catalogue().values() if one.level is level]) for level, said in LEVELS.items()],
        rights=[(said, [role for role in ROLES if may(role)]) for said, may in _RIGHTS],
        authors=access.AUTHOR_ONLY,
        places={vendor: held for vendor, held in places.items() if _has(vendor, "roles")},
        decide_themselves=[vendor for vendor in places if not _has(vendor, "default_role")],
        labels={vendor: declarations()[vendor]["label"] for vendor in places},
        shown=SHOWN,
    )


def _has(vendor: str, key: str) -> bool:
    """Say whether we give a vendor's users roles, or one to all others; elsewhere its own permissions decide."""
    return any(setting.key == key for setting in of_vendor(vendor))


PAGE = Page(
    "roles",
    "Who sees what",
    roles=("admin", "privacy"),
    routes=(Route("", roles), Route("assign", assign, post=True, roles=("admin",))),
)
