"""The composition root: the one file that wires every layer. ``app`` is for gunicorn, ``main`` is the command line."""

from __future__ import annotations

import gc
import hmac
import logging
import sys
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from core.clock import SystemClock
from core.errors import RetryLaterError
from core.settings import Settings, load
from core.store import embedded
from core.store.directory import Directory
from core.store.engine import Store
from core.store.seal import open_seal

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.jobs.queue import Queue
    from core.jobs.runtime import Runtime
    from core.jobs.wakes import Wakes
    from core.ports import Analyzer
    from plugins.api.desk import Desk
    from plugins.console.desk import Desk as ConsoleDesk
    from webhooks.receiver import Receiver


def settings() -> Settings:
    """Return the settings, read once."""
    return load()


def addresses(chosen: Settings) -> embedded.Addresses:
    """Return the database's addresses; without ``DATABASE_URL`` the embedded server is started or attached to."""
    if chosen.database.url:
        return embedded.Addresses(owner=chosen.database.owner_url or chosen.database.url, app=chosen.database.url)
    return embedded.start(chosen.data_dir).addresses


def log_as_json(level: str) -> None:
    """Log JSON lines to standard error; no line ever holds what somebody wrote."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level.upper(), 20)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def create_app(chosen: Settings) -> Flask:
    """Wire the web process: the door, and whether it is well."""
    from core.installation import apps
    from core.jobs.doorbell import Doorbell
    from core.jobs.wakes import open_wakes
    from core.store.intake import count
    from plugins.api import routes as api
    from plugins.console import app as console
    from plugins.hubspot import actions as hubspot
    from plugins.zendesk.pages import app as zendesk
    from webhooks.intakes import intakes
    from webhooks.receiver import Receiver, blueprint

    log_as_json(chosen.judge.log_level)
    where, seal = addresses(chosen), open_seal(chosen.storage)
    store = Store(where.app, chosen.database.pool_size)
    # Opened at the first ring: a web server forks its workers after the application was built.
    wakes = cache(partial(open_wakes, where.app))
    doorbell = Doorbell(lambda one, shard: wakes().inbox(one, shard), partial(count, store))
    receiver = Receiver(
        store=store,
        seal=seal,
        directory=Directory(store, seal),
        doorbell=doorbell,
        clock=SystemClock(),
        intakes=intakes(),
        web=chosen.web,
        shards=chosen.worker.shards,
        app_secrets={vendor: app.client_secret for vendor, app in apps.load(chosen.apps.file).items()},
    )
    web = Flask("attune")
    behind(web, chosen.web.trusted_proxies)
    web.register_blueprint(blueprint(receiver))
    api.register(web, _desk(chosen, receiver, lambda one, seconds: wakes().outbox(one, seconds)), chosen.web)
    zendesk.register(web, zendesk.Pages(store, seal, receiver.directory, receiver.clock))
    asked = hubspot.Actions(store, seal, receiver.directory, receiver.clock, chosen.web.public_url)
    web.register_blueprint(hubspot.blueprint(asked))
    console.register(web, _console(chosen, receiver, wakes))
    web.add_url_rule("/healthz", view_func=lambda: Response(status=204), endpoint="alive")
    web.add_url_rule("/metrics", view_func=partial(_metrics, store, receiver.directory, chosen), endpoint="metrics")
    web.add_url_rule("/readyz", view_func=partial(_ready, store), endpoint="ready")
    return web


def behind(web: Flask, proxies: int) -> None:
    """Take the caller's address from what so many proxies of ours have added; nothing else that they say is believed.

    https://werkzeug.palletsprojects.com/en/stable/middleware/proxy_fix/
    """
    if proxies > 0:
        web.wsgi_app = ProxyFix(web.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]


def _desk(chosen: Settings, receiver: Receiver, wake_outbox: Callable[[str, float], None]) -> Desk:
    """Wire what the widgets ask; the analyser is loaded at the first draft."""
    from plugins.api.coach import Coach
    from plugins.api.desk import Desk
    from plugins.hubspot.proof import HubSpotProof

    return Desk(
        store=receiver.store,
        seal=receiver.seal,
        directory=receiver.directory,
        clock=receiver.clock,
        coach=Coach(partial(_analyzer, chosen.judge.analyzer)),
        wake_outbox=wake_outbox,
        proofs=(HubSpotProof(receiver.store, receiver.directory),),
    )


def _console(chosen: Settings, receiver: Receiver, wakes: Callable[[], Wakes]) -> ConsoleDesk:
    """Wire what the console's pages need."""
    from core.installation import apps
    from plugins.console.desk import Desk

    return Desk(
        store=receiver.store,
        seal=receiver.seal,
        directory=receiver.directory,
        clock=receiver.clock,
        public_url=chosen.web.public_url,
        wake_inbox=lambda one, shard: wakes().inbox(one, shard),
        wake_outbox=lambda one, seconds: wakes().outbox(one, seconds),
        wake_accounts=lambda one, seconds: wakes().accounts(one, seconds),
        wake_erasure=lambda one, record: wakes().erasure(one, record),
        wake_choices=lambda one, person: wakes().choices(one, person),
        wake_setup=lambda one, step: wakes().setup(one, step),
        wake_leave=lambda one: wakes().leave(one),
        apps=apps.load(chosen.apps.file),
    )


def _analyzer(name: str) -> Analyzer:
    from core.language.analyzers import analyzer

    found = analyzer(name)
    # What is loaded by now stays. Looking through all of it holds every thread up for a tenth of a second.
    gc.freeze()
    return found


def _metrics(store: Store, directory: Directory, chosen: Settings) -> Response:
    """Answer in Prometheus' text format, to whoever has the token."""
    from flask import request
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    from core.store.figures import figures

    wanted = f"Bearer {chosen.web.metrics_token}"
    given = request.headers.get("Authorization", "")
    if not chosen.web.metrics_token or not hmac.compare_digest(given.encode(), wanted.encode()):
        return Response(status=404)
    registry, gauges = CollectorRegistry(), dict[str, Gauge]()
    for one in figures(store, directory, SystemClock().now()):
        if one.name not in gauges:
            gauges[one.name] = Gauge(one.name, one.help, ["installation", "label"], registry=registry)
        gauges[one.name].labels(one.installation, one.label).set(one.value)
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4")


def _ready(store: Store) -> Response:
    try:
        with store.outside():
            return Response(status=204)
    except RetryLaterError:
        return Response("database not reachable", status=503)


def create_runtime(chosen: Settings, where: embedded.Addresses) -> Runtime:
    """Wire what the workers work with."""
    from core.jobs.runtime import Runtime
    from core.language.analyzers import analyzer
    from plugins.declaration import vendors

    log_as_json(chosen.judge.log_level)
    store, seal = Store(where.app, chosen.database.pool_size), open_seal(chosen.storage)
    return Runtime(
        store=store,
        seal=seal,
        directory=Directory(store, seal),
        clock=SystemClock(),
        analyzer=analyzer(chosen.judge.analyzer),
        vendors=vendors(),
        settings=chosen.worker,
        public_url=chosen.web.public_url,
    )


def create_queue(chosen: Settings, where: embedded.Addresses) -> Queue:
    """Wire a worker."""
    from core.jobs.queue import build

    queue = build(where.app, create_runtime(chosen, where))
    gc.freeze()  # as in _analyzer
    return queue


def main() -> None:
    """Run the command line."""
    from plugins.cli.main import cli
    from plugins.cli.wiring import Wiring

    cli(obj=Wiring(settings=settings, addresses=addresses, runtime=create_runtime, queue=create_queue))


def __getattr__(name: str) -> Any:
    """Build ``app`` when a web server asks for it, and not for the command line."""
    if name == "app":
        return create_app(settings())
    raise AttributeError(name)
