"""Installation: each tool's way from 'connect' to writing, one page a step, and the way out (CORE-3)."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, request, url_for

from core.errors import RejectedError
from core.installation import asking, golive, modules
from core.installation.modules import MODULES, Stage
from core.installation.ports import Asked
from core.installation.steps import BY_NAME, STEPS
from core.store import feedback, setup, stages
from core.store.stages import Place
from manifests import declarations
from plugins.console import connect, marketplace
from plugins.console.answers import back, elsewhere, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor
from plugins.console.pages import setup_acts, setup_steps


def overview(desk: Desk, visitor: Visitor) -> Answer:
    """Show every tool, connected or not."""
    with desk.store.tenant(visitor.tenant) as connection:
        places = {one.vendor: one for one in stages.of_tenant(connection).values()}
        outdated = golive.outdated(connection, setup.confirmed(connection))
        next_ = {one.id: setup_steps.following(setup_steps.stands(connection, one)) for one in places.values()}
    tools = [(vendor, declared, places.get(vendor)) for vendor, declared in declarations().items()]
    return show("setup.html", tools=tools, apps=desk.apps, next=next_, stages=Stage, outdated=outdated)


def begin(desk: Desk, visitor: Visitor, vendor: str) -> Answer:
    """Show what connecting a tool will do, and ask for what it needs."""
    declared = declarations().get(vendor) or abort(404)
    if vendor not in desk.apps:
        return connect.refusal(RejectedError("NO_APP"))
    shown: dict[str, Any] = {"scopes": modules.scopes(vendor), "way_back": connect.address(desk, vendor)}
    shown["market"] = marketplace.known(desk, vendor, request.args.get(marketplace.RETURN, ""))
    shown["account"] = request.args.get("account", "").strip()[:200]
    return show("setup_connect.html", vendor=vendor, declared=declared, **shown)


def start(desk: Desk, visitor: Visitor, vendor: str) -> Answer:
    """Send the admin to the tool; where nobody is sent anywhere, connect at once."""
    if vendor not in declarations():
        abort(404)
    given = {name: request.form.get(name, "").strip()[:200] for name in ("account", "site")}
    asked = Asked(**given, redirect_uri=connect.address(desk, vendor))
    who = feedback.actor(desk.seal, visitor.reader)
    try:
        begun = desk.connecting.start(visitor.tenant, vendor, asked, browser=visitor.token, actor=who)
        market = marketplace.known(desk, vendor, request.form.get(marketplace.RETURN, ""))
        if begun.address:
            there = marketplace.with_state(market, begun.state) if market else begun.address
            return elsewhere(there, declarations()[vendor]["label"])
        done = desk.connecting.finish(vendor, begun.state, visitor.token, code="")
    except RejectedError as refused:
        return connect.refusal(refused)
    asking.ask(desk.store, desk.wake_setup, visitor.tenant, done.installation, "connect", desk.now())
    return back("setup_step", installation=done.installation, step="connect")


def step(desk: Desk, visitor: Visitor, installation: str, step: str) -> Answer:
    """Show one step."""
    return show("setup_step.html", **_found(desk, visitor, installation, step))


def state(desk: Desk, visitor: Visitor, installation: str, step: str) -> Answer:
    """Show how a step stands, for htmx; what it waited for may need the whole page."""
    found = _found(desk, visitor, installation, step)
    answer: Response = show("setup_state.html", **found)
    if not found["stand"].busy:
        answer.headers["HX-Redirect"] = url_for("console.setup_step", installation=installation, step=step)
    return answer


def act(desk: Desk, visitor: Visitor, installation: str, step: str) -> Answer:
    """Do a step, or ask a worker to."""
    place = _place(desk, visitor, installation)
    if step not in BY_NAME or place.stage == Stage.ENDED:
        abort(404)
    try:
        told = setup_acts.ACTS[step](desk, visitor, place, request.form)
    except RejectedError as refused:
        found = _found(desk, visitor, installation, step)
        return show("setup_step.html", 422, **found, refused=refused)
    return back("setup_step", installation=installation, step=step, told=told)


def _found(desk: Desk, visitor: Visitor, installation: str, name: str) -> dict[str, Any]:
    if name not in BY_NAME:
        abort(404)
    place = _place(desk, visitor, installation)
    with desk.store.tenant(visitor.tenant) as connection:
        stands = setup_steps.stands(connection, place)
        more = setup_steps.shown(name, desk, connection, place)
    number = [one.name for one in STEPS].index(name)
    return {
        "place": place,
        "declared": declarations()[place.vendor],
        "stands": stands,
        "stand": stands[number],
        "number": number + 1,
        "following": STEPS[number + 1] if number + 1 < len(STEPS) else None,
        "before": STEPS[number - 1] if number else None,
        "modules": MODULES,
        "purposes": setup_steps.PURPOSES,
        "stages": Stage,
        "steps": BY_NAME,
        **more,
    }


def _place(desk: Desk, visitor: Visitor, installation: str) -> Place:
    with desk.store.tenant(visitor.tenant) as connection:
        found = stages.read(connection, installation)
    return found or abort(404)


PAGE = Page(
    "setup",
    "Installation",
    roles=("admin",),
    routes=(
        Route("", overview),
        Route("connect/<vendor>", begin),
        Route("connect/<vendor>/start", start, post=True),
        Route("<installation>/<step>", step),
        Route("<installation>/<step>/state", state),
        Route("<installation>/<step>/act", act, post=True),
    ),
)
