"""How a view answers: a page, the way back after a POST, or a step to another site."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.exceptions import BadRequest

HOME = "/console/"


def show(template: str, status: int = 200, **values: Any) -> Response:
    """Return a page made of ``templates/console/<template>``."""
    return make_response(render_template(f"console/{template}", **values), status)


def back(endpoint: str, told: str = "", **values: Any) -> Any:
    """Return the way back after a POST: to a route by its name (``health``, ``settings_versions``)."""
    return redirect(url_for(f"console.{endpoint}", told=told or None, **values), 303)


def elsewhere(address: str, name: str) -> Response:
    """Return a page that goes on to an https address of another site, such as a vendor's consent page."""
    where = urlsplit(address)
    loopback = where.hostname in {"127.0.0.1", "localhost", "::1"}
    if where.scheme != "https" and not (loopback and where.scheme == "http"):
        raise BadRequest
    return show("elsewhere.html", address=address, name=name)


def inside(wanted: str) -> str:
    """Return an address of the console as it was wanted, and the console's first page for anything else.

    Browsers read a backslash like a slash and drop control characters, so both are refused whole.
    """
    odd = "\\" in wanted or any(ord(letter) < 33 or ord(letter) == 127 for letter in wanted)
    try:
        where = urlsplit(wanted)
    except ValueError:  # such as a bracket that nobody closes
        return HOME
    if odd or where.scheme or where.netloc or not where.path.startswith(HOME) or "//" in where.path:
        return HOME
    return wanted
