"""A browser around the sidebar: a stand-in host frame, our application in this process, and a world behind it.

Every request of the browser is answered here: the host's page as the account's own address, our pages and API by the
application itself, the vendor's SDK from its npm package. Nothing leaves the machine.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from axe_playwright_python.base import AXE_FILE_PATH
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import Browser, Error, Frame, Page, Route, sync_playwright
from sqlalchemy import update

from core.store.tables import InstallationRow
from plugins.zendesk.pages import app as pages
from tests.plugins.api.asking import Asking, ask
from tests.world import World

HERE = Path(__file__).parent
APP = "https://attune.example"
SDK = HERE / "node_modules" / "zendesk_app_framework_sdk" / "lib"
NO_BROWSER = "no Chromium: run tests/browser/install.sh, or name one in CHROMIUM"
NO_SDK = "no app SDK: run tests/browser/install.sh"
APP_INSTALLATION = "9"


def chromium() -> str:
    """Return where Chromium is; empty when there is none."""
    named = os.environ.get("CHROMIUM", "")
    return named or next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )


def lacking() -> str:
    """Say what is missing for a browser test; empty when everything is there."""
    return NO_BROWSER if not chromium() else NO_SDK if not SDK.is_dir() else ""


@contextmanager
def browser() -> Iterator[Browser]:
    """Run a headless Chromium."""
    with sync_playwright() as playwright:
        # As root Chromium has no sandbox of its own; only pages of ours are opened.
        flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        made = playwright.chromium.launch(executable_path=chromium(), args=[*flags, "--force-color-profile=srgb"])
        yield made
        made.close()


def sdk() -> str:
    """Return the vendor's SDK as one script: its CommonJS modules, wrapped."""
    names = {path.relative_to(SDK).with_suffix("").as_posix(): path.read_text("utf-8") for path in SDK.rglob("*.js")}
    modules = ",".join(
        f"{json.dumps('./' + name)}: (module, require) => {{ let exports = module.exports;\n{text}\n}}"
        for name, text in names.items()
    )
    return f"""(() => {{ const all = {{{modules}}}, made = {{}};
      const load = (name) => {{ if (!made[name]) {{ made[name] = {{ exports: {{}} }}; all[name](made[name], load); }}
        return made[name].exports; }};
      window.ZAFClient = load("./index"); }})();"""


@dataclass
class Stage:
    """One world in one browser tab. ``down``: we cannot be reached at addresses that begin so (``/`` = none)."""

    made: World
    page: Page
    asking: Asking
    key: Any
    down: str = ""
    waiting: list[tuple[Route, str]] | None = None
    errors: list[str] = field(default_factory=list)

    @property
    def account(self) -> str:
        """The account's subdomain."""
        return self.made.place("zendesk").account_ref

    def token(self, user: str = "501", **changed: Any) -> str:
        """The signed token that the host posts on the first load."""
        now, home = self.made.clock.now().timestamp(), f"https://{self.account}.zendesk.com"
        claims = {
            "iss": f"{self.account}.zendesk.com",
            "sub": f"{home}/api/v2/users/{user}.json",
            "aud": f"{home}/api/v2/apps/installations/{APP_INSTALLATION}.json",
            "iat": now,
            "nbf": now,
            "exp": now + 60,
        }
        return jwt.encode({**claims, **changed}, self.key, algorithm="RS256")

    def open(
        self,
        place: str = "ticket_sidebar",
        record: str = "1",
        *,
        user: str = "501",
        token: str | None = None,
        scheme: str = "light",
        said: tuple[tuple[str, str], ...] = (),
        title: str = "Ticket",
        path: str = "",
        ready: str = "h1",
    ) -> Frame:
        """Open the host's page with the app in its tray; return the app's frame, drawn."""
        name = f"{place.removesuffix('_sidebar')}.id"
        origin = f"https://{self.account}.zendesk.com"
        query = urlencode({"place": place, "origin": origin, "app_guid": "guid-1"})
        given = {
            "app": APP,
            "path": f"{path or '/zendesk/app'}?{query}",
            "place": place,
            "scheme": scheme,
            "title": title,
            "token": self.token(user) if token is None else token,
            "said": said,
            "values": {name: record},
        }
        self.page.add_init_script(f"if (window === window.top) window.given = {json.dumps(given)};")
        self.page.goto(f"{origin}/agent/tickets/{record}")
        frame = self.page.frame("app")
        assert frame is not None
        if ready:
            frame.wait_for_selector(ready)
        return frame

    def answer(self, route: Route) -> None:
        """Answer one request of the browser."""
        where = urlsplit(route.request.url)
        if where.netloc.endswith(".zendesk.com"):
            route.fulfill(body=(HERE / "host.html").read_text("utf-8"), content_type="text/html; charset=utf-8")
        elif where.netloc == urlsplit(pages.SDK_ORIGIN).netloc:
            route.fulfill(body=sdk(), content_type="text/javascript")
        elif f"{where.scheme}://{where.netloc}" == APP and not (self.down and where.path.startswith(self.down)):
            self._ours(route, where.path + (f"?{where.query}" if where.query else ""))
        else:
            route.abort()

    def _ours(self, route: Route, path: str) -> None:
        if self.waiting is not None and path.startswith("/api/"):
            self.waiting.append((route, path))
            return
        asked = route.request
        found = self.asking.web.test_client().open(
            path, base_url=APP, method=asked.method, data=asked.post_data_buffer, headers=dict(asked.headers)
        )
        # A page that was left meanwhile wants no answer.
        with suppress(Error):
            route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)
        found.close()

    def let_go(self) -> None:
        """Answer what was made to wait (``waiting``)."""
        waited, self.waiting = self.waiting or [], None
        for route, path in waited:
            self._ours(route, path)


@contextmanager
def stage(
    made: World, tabs: Browser, *, options: Mapping[str, Any] | None = None, width: int = 1180
) -> Iterator[Stage]:
    """Put the pages on a world's application and open a tab around them."""
    # Each stage has an app of its own: tenants of one account are told apart by their keys.
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    access = {"public_key": public, "app_installation_id": APP_INSTALLATION, **(options or {})}
    held = dict(made.place("zendesk").options)
    with made.store.tenant(made.tenant) as connection:
        connection.execute(update(InstallationRow).values(options={**held, **access}))
    asking = ask(made)
    pages.register(asking.web, pages.Pages(made.store, made.seal, made.runtime.directory, made.clock))
    context = tabs.new_context(
        viewport={"width": width, "height": 900}, locale="en-GB", timezone_id="UTC", reduced_motion="reduce"
    )
    page = context.new_page()
    made_stage = Stage(made, page, asking, key)
    page.on("pageerror", lambda error: made_stage.errors.append(str(error)))
    page.route("**/*", made_stage.answer)
    page.clock.set_fixed_time(made.clock.now())
    try:
        yield made_stage
    finally:
        context.close()


def axe(frame: Frame, *rules: str) -> list[str]:
    """Return what axe-core finds wrong in a frame, by all of its rules or by some."""
    frame.evaluate(Path(AXE_FILE_PATH).read_text("utf-8"))
    chosen = {"runOnly": list(rules)} if rules else {}
    found: dict[str, Any] = frame.evaluate("chosen => axe.run(document, chosen)", chosen)
    return [f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]]
