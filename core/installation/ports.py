"""What the way in and out needs of a vendor, as protocols that the rim fulfils."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from core.ports import Token


@dataclass(frozen=True, slots=True)
class App:
    """What a vendor knows our app by. ``base_url``: a sandbox instead of the vendor, for trying out."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for access, from its start to its answer.

    ``account``: what the admin typed (Zendesk's subdomain, the user name at Salesforce). ``site``: which of the
    vendor's login sites, where it has several. ``verifier``: PKCE's secret half.
    """

    account: str = ""
    site: str = ""
    state: str = ""
    verifier: str = field(default="", repr=False)
    redirect_uri: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """Access as a vendor gave it. ``integration_id``: the id our own writing comes back under.

    ``scopes`` is ``None`` where a grant does not say what it is good for, and the account has to be looked at.
    """

    token: Token = field(repr=False)
    account_ref: str
    scopes: frozenset[str] | None
    integration_id: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


class Grants(Protocol):
    """The OAuth half of one vendor: plain HTTP, no SDK, so that the web process can carry it."""

    def address(self, asked: Asked) -> str:
        """Return the page on which an admin allows it; empty where nobody has to be sent anywhere.

        Raises ``RejectedError`` BAD_ACCOUNT for an account that cannot exist.
        """
        ...

    def exchange(self, asked: Asked, code: str) -> Grant:
        """Turn the vendor's answer into access.

        Raises ``RejectedError`` GRANT_REFUSED when the vendor says no, ``RetryLaterError`` when it is away.
        """
        ...

    def revoke(self, token: Token, account_ref: str) -> None:
        """Take the access back at the vendor; a token that is dead already is no fault."""
        ...


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a vendor has proved: a user of one of its accounts."""

    account_ref: str
    user: str


class SignIn(Protocol):
    """The half of one vendor that proves a person: plain HTTP, and no token of it is kept."""

    def address(self, asked: Asked) -> str:
        """Return the page on which somebody says who they are.

        Raises ``RejectedError`` BAD_ACCOUNT for a site that the vendor does not have.
        """
        ...

    def person(self, asked: Asked, code: str) -> Person:
        """Return whom the vendor's answer proves.

        Raises ``RejectedError`` GRANT_REFUSED when the vendor says no, ``RetryLaterError`` when it is away.
        """
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """What a connection is good for. ``plan``: the vendor's own word; ``warning``: what a person should know.

    ``granted``: scopes and rights that hold; ``None`` where the vendor does not tell, which turns nothing off.
    """

    granted: frozenset[str] | None
    plan: str = ""
    integration_id: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Listening:
    """A webhook of ours at a vendor. ``by_hand``: what a person has to do there, where it cannot be made for them."""

    ref: str = ""
    secret: str = field(default="", repr=False)
    by_hand: str = ""


class Setup(Protocol):
    """One vendor, bound to one installation: what is needed once, through its SDK."""

    def examine(self, granted: frozenset[str]) -> Standing:
        """Ask the vendor what this connection may do; ``granted``: what the grant said."""
        ...

    def listen(self, address: str, held: str) -> Listening:
        """See to it that events arrive at ``address``; ``held``: the webhook made before, if any. Twice is once."""
        ...

    def hush(self, held: str) -> None:
        """Remove the webhook; one that is gone is no fault."""
        ...
