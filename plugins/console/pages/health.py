"""Delivery health: does everything arrive and get written, and if not, why and what to do (CORE-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import abort, request

from core.store import audit, dead, delivery, feedback, tenants
from core.store.delivery import Health
from manifests import declarations
from plugins.console import chart, words
from plugins.console.answers import back, show
from plugins.console.desk import Answer, Desk, Page, Route, Visitor

SLOW = timedelta(minutes=15)
# More dead letters than anybody reads one by one; the command line lists them all.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class State:
    """An installation's state in words. ``tone``: calm, watch or high."""

    tone: str
    words: str
    more: str = ""


def health(desk: Desk, visitor: Visitor) -> Answer:
    """Show the page."""
    return show("health.html", **_found(desk, visitor))


def now(desk: Desk, visitor: Visitor) -> Answer:
    """Show what changes, for htmx to put in place of the old."""
    return show("health_now.html", **_found(desk, visitor))


def retry(desk: Desk, visitor: Visitor) -> Answer:
    """Try dead letters of an installation again: the named ones, or all."""
    installation, ids = request.form.get("installation", ""), request.form.getlist("id")
    if not ids and "all" not in request.form:
        return back("health", told="NOTHING_CHOSEN")
    with desk.store.tenant(visitor.tenant) as connection:
        if installation not in {one.place.id for one in delivery.health(connection, desk.now())}:
            abort(404)
        woken = dead.revive(connection, installation, ids, desk.now())
        detail = {"installation": installation, "count": woken.count}
        who = feedback.actor(desk.seal, visitor.reader)
        audit.append(connection, visitor.tenant, desk.now(), [audit.Entry(who, "dead_retried", "tenant", detail)])
    for shard in woken.shards:
        desk.wake_inbox(installation, shard)
    desk.wake_outbox(installation, 0)
    return back("health", told="RETRIED" if woken.count else "GONE_ALREADY")


def _found(desk: Desk, visitor: Visitor) -> dict[str, Any]:
    at = desk.now()
    with desk.store.tenant(visitor.tenant) as connection:
        found, tenant = delivery.health(connection, at), tenants.read(connection)
    return {
        "places": [(one, _state(one, desk), chart.by_hour(one.hours)) for one in found],
        "labels": {vendor: declared["label"] for vendor, declared in declarations().items()},
        "tenant": tenant,
        "shown": SHOWN,
        "total": {
            "received": sum(one.received for one in found),
            "last": sum(one.hours[-1].received for one in found),
            "waiting": sum(one.waiting_in + one.waiting_out for one in found),
            "lag": max((one.lag_seconds for one in found), default=0.0),
            "refused": sum(sum(one.refused.values()) for one in found),
            "dead": sum(len(one.letters) for one in found),
        },
        "slow": SLOW.total_seconds(),
    }


def _state(one: Health, desk: Desk) -> State:
    if one.place.is_paused(desk.now()):
        return _paused(one, desk)
    if one.letters:
        count = len(one.letters)
        return State("high", f"{count} dead letter{'s wait' if count > 1 else ' waits'} for a person", "See below.")
    if one.lag_seconds > SLOW.total_seconds():
        return State("watch", "Events wait longer than they should", "Is a worker running? Nothing is lost.")
    if one.silent is not None:
        said, more = words.cause("FEED_SILENT")
        return State("watch", f"Nothing has come for {words.stretch(one.silent)}", f"{said} {more}")
    if not one.received:
        return State(
            "quiet", "Nothing has come in the last 24 hours", "New, or a quiet day: check the webhook's address."
        )
    return State("calm", "Everything arrives and is written")


def _paused(one: Health, desk: Desk) -> State:
    place = one.place
    if place.paused_until is None:
        return State("quiet", "Disconnected", "Nothing is read or written here any more.")
    since = f" It has been away for {words.stretch(desk.now() - place.outage_since)}." if place.outage_since else ""
    wait = words.stretch(place.paused_until - desk.now())
    said, more = words.cause(place.pause_cause)
    return State(
        "watch", f"Waiting for the tool: {said}", f"{more} Asked again in {wait}; nothing is lost.{since}".strip()
    )


PAGE = Page(
    "health",
    "Delivery health",
    roles=("admin", "lead"),
    routes=(Route("", health), Route("now", now), Route("retry", retry, post=True, roles=("admin",))),
)
