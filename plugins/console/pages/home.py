"""The console's own address: leads to the first page that a person may see."""

from __future__ import annotations

from flask import abort, request

from core.roles import CONSOLE_ROLES
from plugins.console.answers import back
from plugins.console.desk import Answer, Desk, Page, Route, Visitor


def home(desk: Desk, visitor: Visitor) -> Answer:
    """Go to the first page of the menu."""
    # The menu names this page too.
    from plugins.console.menu import shown_to

    first = next(iter(shown_to(visitor.role)), None)
    return back(first.name, told=request.args.get("told", "")) if first else abort(403)


PAGE = Page("home", "Console", roles=CONSOLE_ROLES, menu=False, routes=(Route("", home),))
