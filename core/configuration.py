"""What an organisation may set: every setting with its range, default and help, and one document of all of them.

A document holds no secret and nothing that names an account: those stay with the connection. ``mode`` is no part of
it either, so that going back to an older version never starts or stops writing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.compliance import notices
from core.errors import ConfigurationError
from core.installation import observing
from core.judgement import JudgementSettings
from core.roles import ROLES
from core.setting import Setting, choice, flag, integer, number, person, roles, text
from manifests import declarations

FORMAT = "attune-configuration/1"
OWNERS = {
    "admin": "Takes tasks that nobody else takes",
    "on_call": "Takes critical cases",
    "trained": "Takes care alerts",
}
WEIGHTS = JudgementSettings().weights
# More than a tenth of health from public posts would let a loud day outweigh a quiet year.
MOST = {"social": 0.10}
PARTS = {
    "usage": "Usage",
    "adoption": "Adoption",
    "support_sentiment": "Tone of support messages",
    "support_burden": "Support burden",
    "engagement": "Engagement",
    "social": "Public posts",
}
Document = Mapping[str, Any]

ORGANISATION: tuple[Setting, ...] = (
    choice(
        "reply_write",
        "Reply scores",
        "Where the score of a reply's wording goes. It is for coaching; it never decides about a person.",
        "widget_only",
        {
            "widget_only": "only in the sidebar, for the author",
            "record": "also in the record",
            "record_evaluation": "in the record, for evaluation (needs an assessment)",
        },
    ),
    text(
        "locale",
        "Language",
        "Language of customers whose messages are too short to tell.",
        "en",
        r"[a-z]{2}(-[A-Z]{2})?",
        "a language such as en or en-GB",
    ),
    text(
        "time_zone",
        "Time zone",
        "Zone of the business hours, Monday to Friday, 9 to 17.",
        "UTC",
        r"[A-Za-z0-9_+-]{1,30}(/[A-Za-z0-9_+-]{1,30}){0,2}",
        "a zone such as Europe/Berlin",
    ),
    text(
        "holidays",
        "Public holidays",
        "Country or region whose public holidays do not count as business hours; empty = none.",
        "",
        r"([A-Z]{2}(-[A-Z0-9]{1,4})?)?",
        "a country or region such as DE or US-CA, or empty",
    ),
    integer(
        observing.CHOICE,
        "Days of observing",
        "How long a newly connected tool is only observed before it may go live.",
        observing.DAYS,
        observing.SHORTEST,
        observing.LONGEST,
    ),
    text(
        notices.CONTACT,
        "Contact in notices",
        "Where customers say no or ask what is stored: stands in the notices; empty = by answering a message.",
        "",
        r"([^@\s]+@[^@\s]+\.[^@\s]+|https://\S+)?",
        "an e-mail address, an https address, or empty",
    ),
    number(
        "tag_threshold",
        "Certainty of tone",
        "A tone is named only when it is at least this certain; else it is 'unclear'. Higher = fewer, surer tones.",
        JudgementSettings().tag_threshold,
        0.30,
        0.95,
    ),
    *(
        number(
            f"weights.{name}",
            f"Weight: {PARTS[name]}",
            "Share of this input in the health of an account. All six make 1.",
            value,
            0.0,
            MOST.get(name, 1.0),
        )
        for name, value in WEIGHTS.items()
    ),
)
_KINDS = {"number": number, "integer": integer}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two documents. ``path``: ``organisation / locale``; ``None`` = not set."""

    path: str
    old: Any
    new: Any


def of_vendor(vendor: str) -> tuple[Setting, ...]:
    """Return the settings of a vendor's installation that belong into a document, owners of tasks first."""
    declared = declarations()[vendor].get("settings", {})
    owners = tuple(
        person(f"owners.{name}", said, "Id of a user of this tool; empty = nobody.") for name, said in OWNERS.items()
    )
    kept = {name: entry for name, entry in declared.items() if not (entry.get("secret") or entry.get("connection"))}
    return (*owners, *(_option(name, entry) for name, entry in kept.items()))


def _option(name: str, entry: Mapping[str, Any]) -> Setting:
    kind, said = entry.get("type", "text"), entry["help"]
    label = name.replace("_", " ").capitalize().replace("Crm", "CRM").replace(" crm ", " CRM ")
    if kind in _KINDS:
        return _KINDS[kind](name, label, said, None, entry["min"], entry["max"])
    if kind == "role":
        return choice(name, label, said, None, {"": "sees nothing", **{role: role for role in ROLES}})
    return {"flag": flag, "roles": roles}.get(kind, text)(name, label, said, None)


def checked(document: Any) -> Document:
    """Return a document from outside with every value in its own type.

    Raises ``ConfigurationError`` naming what is unknown or out of range; values are not quoted.
    """
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise ConfigurationError(f"this is no configuration of the format {FORMAT}")
    odd = set(document) - {"format", "organisation", "installations"}
    places = document.get("installations", {})
    if odd or not isinstance(places, Mapping) or not set(places) <= set(declarations()):
        raise ConfigurationError("this configuration has parts that are not known here")
    values = _part("organisation", document.get("organisation"), ORGANISATION)
    _check_weights(values)
    found = {vendor: _part(vendor, given, of_vendor(vendor)) for vendor, given in places.items()}
    return {"format": FORMAT, "organisation": values, "installations": found}


def _part(name: str, given: Any, known: tuple[Setting, ...]) -> dict[str, Any]:
    by_key = {setting.key: setting for setting in known}
    if not isinstance(given, Mapping) or not set(given) <= set(by_key):
        raise ConfigurationError(f"{name} has settings that are not known here")
    return {key: by_key[key].checked(value) for key, value in given.items()}


def _check_weights(values: Mapping[str, Any]) -> None:
    given = [values.get(f"weights.{name}", value) for name, value in WEIGHTS.items()]
    if abs(sum(given) - 1) > 0.001:
        raise ConfigurationError(f"the six weights make {sum(given):.2f}; they have to make 1")


def flat(document: Document) -> dict[str, Any]:
    """Return path -> value."""
    parts = {"organisation": document["organisation"], **document["installations"]}
    return {f"{name} / {key}": value for name, part in parts.items() for key, value in part.items()}


def differences(old: Document, new: Document) -> list[Change]:
    """Return what differs, in the order of the paths."""
    before, after = flat(old), flat(new)
    paths = sorted(before.keys() | after.keys())
    return [Change(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)]
