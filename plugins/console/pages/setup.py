"""Installation: each tool's way from 'connect' to writing, one page a step, and the way out (CORE-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request, url_for

from core.compliance.notices import version
from core.errors import RejectedError
from core.installation import asking, golive, modules, observing
from core.installation.checklist import ITEMS
from core.installation.modules import MODULES, Stage
from core.installation.ports import Asked
from core.installation.steps import BY_NAME, CATCH_UP, DONE, FAILED, QUEUED, RUNNING, STEPS, WAITING, Step
from core.store import feedback, notices, setup, stages, tenants
from core.store.setup import Noted
from core.store.stages import Place
from manifests import declarations
from plugins.console import connect, marketplace, people
from plugins.console.answers import back, elsewhere, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor
from plugins.console.pages import setup_acts

TONES: Mapping[str, tuple[str, str]] = {
    WAITING: ("quiet", "Not done yet"),
    QUEUED: ("watch", "Waiting for a worker"),
    RUNNING: ("watch", "Running"),
    DONE: ("calm", "Done"),
    FAILED: ("high", "Failed"),
}
BASES: Mapping[str, str] = {
    "legitimate_interest": "Legitimate interest",
    "consent": "Consent",
    "contract": "Contract",
    "legal_obligation": "Legal obligation",
}
PURPOSES: Mapping[str, str] = {
    "service_analysis": "Reading conversations to help",
    "health_scoring": "Scoring the health of accounts",
}


@dataclass(frozen=True, slots=True)
class Stand:
    """How one step stands on the page."""

    step: Step
    noted: Noted
    tone: str
    words: str

    @property
    def busy(self) -> bool:
        """Whether a worker has it: the page looks again by itself."""
        return self.noted.state in (QUEUED, RUNNING)


def overview(desk: Desk, visitor: Visitor) -> Answer:
    """Show every tool, connected or not."""
    with desk.store.tenant(visitor.tenant) as connection:
        places = {one.vendor: one for one in stages.of_tenant(connection).values()}
        checked = golive.is_checked(connection)
        next_ = {one.id: _next(_stands(setup.noted(connection, one.id), one, checked)) for one in places.values()}
    tools = [(vendor, declared, places.get(vendor)) for vendor, declared in declarations().items()]
    return show("setup.html", tools=tools, apps=desk.apps, next=next_, stages=Stage)


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
        confirmed = setup.confirmed(connection)
        noted = setup.noted(connection, place.id)
        stands = _stands(noted, place, golive.is_checked(connection))
        outdated = golive.outdated(connection, confirmed)
        texts = notices.current(connection) if name == "checklist" else []
        recorded, choices = tenants.bases(connection), tenants.read(connection).choices
        staff = people.names(desk, connection, visitor.tenant)
        left = golive.gaps(connection, place, desk.now())
        past = setup.trials(connection, place.id) if name == "past" else []
        count = setup.trial_count(connection, place.id) if name == "past" else 0
        seen = setup.readiness(connection, place.id) if name == "observe" else None
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
        "items": ITEMS,
        "confirmed": confirmed,
        "outdated": outdated,
        "texts": texts,
        "versions": {item: version(texts, item) for item in ITEMS},
        "staff": staff,
        "gaps": left,
        "past": past,
        "past_count": count,
        "seen": seen,
        "bases": BASES,
        "recorded": recorded,
        "observe_days": observing.days(choices),
        "purposes": PURPOSES,
        "stages": Stage,
        "steps": BY_NAME,
        "tones": TONES,
        "caught_up": noted.get(CATCH_UP),
    }


def _place(desk: Desk, visitor: Visitor, installation: str) -> Place:
    with desk.store.tenant(visitor.tenant) as connection:
        found = stages.read(connection, installation)
    return found or abort(404)


def _stands(noted: Mapping[str, Noted], place: Place, checked: bool) -> list[Stand]:
    reached = {
        "checklist": checked,
        "live": place.stage in (Stage.WRITING, Stage.AUTOMATED),
        "automation": place.stage == Stage.AUTOMATED,
    }
    return [_stand(step, noted, place, reached) for step in STEPS]


def _stand(step: Step, noted: Mapping[str, Noted], place: Place, reached: Mapping[str, bool]) -> Stand:
    found = noted.get(step.name, Noted(WAITING))
    if step.name in reached:
        found = Noted(DONE if reached[step.name] else WAITING, found.detail)
    if step.name == "connect" and place.grant_refused_at is not None:
        found = Noted(FAILED, found.detail, "The tool no longer accepts our access: connect it again, or uninstall.")
    return Stand(step, found, *TONES[found.state])


def _next(stands: list[Stand]) -> str:
    """Return the first step that is not done."""
    return next((one.step.name for one in stands if one.noted.state != DONE), STEPS[-1].name)


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
