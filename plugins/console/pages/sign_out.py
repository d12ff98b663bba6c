"""Signing out."""

from __future__ import annotations

from flask import request

from core.roles import CONSOLE_ROLES
from core.store import sessions
from plugins.console import cookie
from plugins.console.answers import back
from plugins.console.desk import Answer, Desk, Page, Route, Visitor


def leave(desk: Desk, visitor: Visitor) -> Answer:
    """End the session here and in the browser."""
    assert visitor.session is not None
    with desk.store.tenant(visitor.tenant) as connection:
        sessions.end(connection, visitor.session)
    answer = back("sign_in", told="SIGNED_OUT")
    cookie.clear(answer, request)
    return answer


PAGE = Page("sign_out", "Sign out", roles=CONSOLE_ROLES, menu=False, routes=(Route("", leave, post=True),))
