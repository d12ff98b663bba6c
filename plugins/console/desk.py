"""What every page has at hand, and the kinds that pages are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.installation.connecting import Connecting
from core.installation.ports import App, Grants, SignIn
from core.installation.signing_in import SigningIn
from core.roles import Reader
from core.store.ground import Ground
from core.store.sessions import Session
from core.store.support import Access
from plugins.declaration import door, sign_in, signs_in


@dataclass(frozen=True, slots=True)
class Desk(Ground):
    """Everything the pages need. The ``wake_...`` queue work of the workers."""

    public_url: str = ""
    wake_inbox: Callable[[str, int], None] = lambda installation, shard: None
    wake_outbox: Callable[[str, float], None] = lambda installation, seconds: None
    wake_accounts: Callable[[str, float], None] = lambda tenant, seconds: None
    wake_erasure: Callable[[str, str], None] = lambda installation, record: None
    wake_choices: Callable[[str, int], None] = lambda tenant, person: None
    wake_setup: Callable[[str, str], None] = lambda installation, step: None
    wake_leave: Callable[[str], None] = lambda installation: None
    # What the vendors know our app by; a tool without one cannot be connected here.
    apps: Mapping[str, App] = field(default_factory=dict)

    @property
    def connecting(self) -> Connecting:
        """How a tool is connected."""
        return Connecting(self.store, self.seal, self.directory, self.clock, self.apps, self._door)

    @property
    def signing_in(self) -> SigningIn:
        """How somebody signs in through a tool."""
        return SigningIn(self.store, self.seal, self.directory, self.clock, self.apps, self._sign_in)

    @property
    def sites(self) -> dict[str, Mapping[str, str]]:
        """Return the tools that people may sign in through here: vendor -> its sites with their labels."""
        return {vendor: sites for vendor in self.apps if (sites := signs_in(vendor))}

    def _sign_in(self, vendor: str) -> SignIn:
        return sign_in(vendor, self.apps[vendor], self.clock)

    def _door(self, vendor: str) -> Grants:
        return door(vendor, self.apps[vendor], self.clock)

    def now(self) -> datetime:
        """Return the current time, aware UTC."""
        return self.clock.now()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose request this is. Without a ``session`` nobody is signed in and only open routes are served.

    ``guests``: support's looks that this person is to be told of.
    """

    token: str
    session: Session | None = None
    guests: tuple[Access, ...] = ()

    @property
    def reader(self) -> Reader:
        """The proved person."""
        assert self.session is not None
        return self.session.reader

    @property
    def tenant(self) -> str:
        """The person's organisation."""
        return self.reader.tenant

    @property
    def role(self) -> str:
        """The person's role; empty for nobody."""
        return self.session.reader.role if self.session else ""

    @property
    def name(self) -> str:
        """What the person is called on pages."""
        return self.session.name if self.session else ""


Answer = Any
View = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One address of a page. ``roles`` narrows the page's; ``open``: also for people who are not signed in.

    ``bearer``: the POST comes from a page of ours in another tool and is proved by its bearer, not by a form's token.
    """

    path: str
    view: View
    post: bool = False
    roles: tuple[str, ...] = ()
    open: bool = False
    bearer: bool = False

    @property
    def method(self) -> str:
        """The one HTTP method that it takes (GET takes HEAD as well)."""
        return "POST" if self.post else "GET"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the console. ``menu``: whether it stands in the menu; ``under``: beneath which other one."""

    name: str
    title: str
    routes: tuple[Route, ...]
    roles: tuple[str, ...] = ()
    menu: bool = True
    under: str = ""

    @property
    def path(self) -> str:
        """Where it stands below ``/console/``."""
        return "" if self.name == "home" else self.name.replace("_", "-")

    def endpoint(self, route: Route) -> str:
        """Return the name of a route within the blueprint: the page's own, or page and view."""
        return self.name if not route.path and not route.post else f"{self.name}_{route.view.__name__}"
