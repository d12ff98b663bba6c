"""The project that is uploaded to HubSpot: its shape, and that it says what the code does."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from jsonschema import Draft202012Validator

from connectors.hubspot.scopes import SCOPES
from connectors.transport import VendorAdapter
from core.cards.model import SPOKESMAN
from core.fields import catalogue
from core.journey.hold import CODES, COMMERCIAL, NOTICE
from core.model import Level
from core.store import feedback
from manifests import declarations
from plugins.api import routes, schemas
from plugins.hubspot import package
from plugins.hubspot.actions import HOLD_PATH
from tests.conftest import MakeWorld
from tests.plugins.hubspot.manifest_shapes import FOLDERS, PROFILE, PROJECT, SINGLE
from tests.talk import ANGRY, connect

ROOT = Path(__file__).parents[3] / "manifests" / "hubspot"
SOURCE = ROOT / "src"
APP = SOURCE / "app"
# What HubSpot asks for each family of calls; a call that is not here fails the test.
# https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/scopes
GRANTS = (
    (r"POST /crm/v3/objects/tickets/(batch/(read|update)|search)", {"tickets"}),
    (r"POST /crm/v3/objects/(contacts|notes|tasks)/(batch/read|search)", {"crm.objects.contacts.read"}),
    (r"POST /crm/v3/objects/(contacts|notes|tasks)/batch/(update|upsert)", {"crm.objects.contacts.write"}),
    (r"POST /crm/v3/objects/companies/(batch/read|search)", {"crm.objects.companies.read"}),
    (r"POST /crm/v3/objects/companies/batch/update", {"crm.objects.companies.write"}),
    (r"GET /crm/v3/properties/tickets", {"tickets"}),
    (r"(POST|PATCH) /crm/v3/properties/tickets/.*", {"tickets"}),
    (r"GET /crm/v3/properties/(contacts|notes|tasks)", {"crm.schemas.contacts.read"}),
    (r"(POST|PATCH) /crm/v3/properties/(contacts|notes|tasks)/.*", {"crm.schemas.contacts.write"}),
    (r"GET /crm/v3/properties/companies", {"crm.schemas.companies.read"}),
    (r"(POST|PATCH) /crm/v3/properties/companies/.*", {"crm.schemas.companies.write"}),
    (r"POST /crm/v4/associations/tickets/contacts/batch/read", {"tickets", "crm.objects.contacts.read"}),
    (r"POST /crm/v4/associations/tickets/companies/batch/read", {"tickets", "crm.objects.companies.read"}),
    (
        r"POST /crm/v4/associations/contacts/companies/batch/read",
        {"crm.objects.contacts.read", "crm.objects.companies.read"},
    ),
    (r"POST /crm/v4/associations/contacts/tickets/batch/read", {"crm.objects.contacts.read", "tickets"}),
    (r"POST /crm/v4/associations/(notes|tasks)/\w+/batch/associate/default", {"crm.objects.contacts.write"}),
    (r"GET /conversations/v3/conversations/threads/.*", {"conversations.read"}),
)


def read(path: Path) -> dict[str, Any]:
    """Read a file of the project with the variables of the example profile filled in."""
    variables = json.loads((SOURCE / "hsprofile.example.json").read_text())["variables"]
    text = re.sub(r"\$\{(.*?)\}", lambda found: str(variables[found.group(1)]), path.read_text())
    content: dict[str, Any] = json.loads(text)
    return content


def components() -> list[Path]:
    return sorted(APP.rglob("*-hsmeta.json"))


def config(type_: str) -> dict[str, Any]:
    (found,) = [one for one in map(read, components()) if one["type"] == type_]
    return dict(found["config"])


# --- shape -----------------------------------------------------------------------------------------------------------


def test_what_is_generated_is_up_to_date() -> None:
    stale = [name for name, text in package.files().items() if (ROOT / name).read_text() != text]
    assert stale == [], "run `make docs`"


@pytest.mark.parametrize("path", components(), ids=lambda path: path.name)
def test_every_component_has_its_shape_and_stands_in_its_folder(path: Path) -> None:
    Draft202012Validator(FOLDERS[str(path.parent.relative_to(APP))]).validate(read(path))
    entrypoint = read(path)["config"].get("entrypoint")
    assert entrypoint is None or (SOURCE / entrypoint.lstrip("/")).is_file()


def test_the_project_and_its_example_profile() -> None:
    Draft202012Validator(PROJECT).validate(json.loads((ROOT / "hsproject.json").read_text()))
    profile = json.loads((SOURCE / "hsprofile.example.json").read_text())
    Draft202012Validator(PROFILE).validate(profile)
    used = {name for path in APP.rglob("*.json") for name in re.findall(r"\$\{(.*?)\}", path.read_text())}
    used |= {name for path in APP.rglob("*.ts*") for name in re.findall(r"variables\?\.(\w+)", path.read_text())}
    assert set(profile["variables"]) == used


def test_ids_are_unique_and_what_there_may_be_one_of_there_is_one_of() -> None:
    found = [read(path) for path in components()]
    assert [uid for uid, times in Counter(one["uid"] for one in found).items() if times > 1] == []
    assert all(times == 1 for type_, times in Counter(one["type"] for one in found).items() if type_ in SINGLE)
    assert {one["type"] for one in found} == {"app", "card", "settings", "webhooks", "workflow-action"}


def test_every_address_is_https_and_the_only_one_that_cards_may_fetch_is_ours() -> None:
    told = " ".join(json.dumps(read(path)) for path in components())
    assert set(re.findall(r"\w+(?=://)", told)) == {"https"}
    permitted = config("app")["permittedUrls"]
    assert permitted == {"fetch": ["https://attune.example.com"], "iframe": [], "img": []}


@pytest.mark.parametrize("name", ["cards", "settings"])
def test_the_versions_that_are_tested_are_those_that_are_uploaded(name: str) -> None:
    tested = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    uploaded = json.loads((APP / name / "package.json").read_text())["dependencies"]
    assert uploaded == {part: tested[part] for part in ("@hubspot/ui-extensions", "react")}
    assert all(re.fullmatch(r"[0-9.]+", version) for version in tested.values()), "exact versions"


def test_no_secret_and_no_address_of_a_registry_is_uploaded() -> None:
    held = [path for path in ROOT.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    texts = {path: path.read_text() for path in held}
    odd = re.compile(r"pat-[a-z0-9]+-|client_?secret\"|registry\.|-----BEGIN|api_?key", re.IGNORECASE)
    assert [path.name for path, text in texts.items() if odd.search(text)] == []


# --- subscriptions, action, card: as the code has them ---------------------------------------------------------------


def test_the_subscriptions_are_exactly_those_of_the_declaration() -> None:
    lists = config("webhooks")["subscriptions"]
    every = [one for entries in lists.values() for one in entries]
    declared = declarations()["hubspot"]["webhook"]["events"]
    topics = {one["subscriptionType"] for one in every}
    assert topics == {event.partition(":")[0] for event in declared}
    named = {f"{one['subscriptionType']}:{one['propertyName']}" for one in every if "propertyName" in one}
    assert {event for event in declared if ":" in event} <= named
    # HubSpot takes no change without a property: a declared one without stands for all that are read.
    assert all(("propertyName" in one) == one["subscriptionType"].endswith(".propertyChange") for one in every)
    assert {one["subscriptionType"] for one in lists["hubEvents"]} == {
        "contact.privacyDeletion",
        "conversation.newMessage",
    }


def test_webhooks_and_the_action_are_sent_where_they_are_received() -> None:
    target = urlsplit(config("webhooks")["settings"]["targetUrl"]).path
    assert target == declarations()["hubspot"]["webhook"]["shared_path"]
    assert urlsplit(config("workflow-action")["actionUrl"]).path == HOLD_PATH


def test_the_action_offers_every_kind_and_every_answer_and_labels_them() -> None:
    action = config("workflow-action")
    options = {
        one["typeDefinition"]["name"]: {option["value"] for option in one["typeDefinition"]["options"]}
        for one in (*action["inputFields"], *action["outputFields"])
    }
    kinds = {*COMMERCIAL, NOTICE}
    assert options == {"kind": kinds, "hold": {"yes", "no"}, "reason": set(CODES)}
    labels = action["labels"]["en"]
    assert set(labels["inputFieldLabels"]) == {"kind"} and set(labels["outputFieldLabels"]) == {"hold", "reason"}


def test_the_card_is_for_our_three_nouns_and_asks_the_paths_that_exist() -> None:
    places = {one["config"]["location"]: one["config"] for one in map(read, components()) if one["type"] == "card"}
    nouns = set(declarations()["hubspot"]["nouns"].values())
    assert {noun.lower() for noun in places["crm.record.sidebar"]["objectTypes"]} == nouns
    assert places["helpdesk.sidebar"]["objectTypes"] == ["TICKET"] and len(places) == 2
    assert {word: level for level, word in package.PATHS.items()} == dict(routes.KINDS)
    assert dict(package.FALLBACK) == dict(SPOKESMAN)
    assert set(package.REASONS) == set(feedback.REASONS)
    for level, key in package.FALLBACK.items():
        assert set(package.WORDS[level]) == set(catalogue()[key].choices)
    verbs = set(re.findall(r"answer\('(\w+)'", (APP / "cards" / "Answers.tsx").read_text()))
    assert verbs == {"disagreement", "supervisor", "dismissal"}


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("Card", schemas.CardSchema),
        ("CardState", schemas.StateSchema),
        ("CardValue", schemas.ValueSchema),
        ("CardReason", schemas.ReasonSchema),
        ("CardTrend", schemas.TrendSchema),
        ("CardTask", schemas.TaskSchema),
        ("CardConsent", schemas.ConsentSchema),
    ],
)
def test_the_card_reads_what_the_api_sends(name: str, schema: Any) -> None:
    found = re.search(rf"interface {name} {{\n(.*?)\n}}", (APP / "cards" / "api.ts").read_text(), re.DOTALL)
    assert found is not None
    assert set(re.findall(r"^  (\w+):", found.group(1), re.MULTILINE)) == set(schema().fields)


# --- scopes ----------------------------------------------------------------------------------------------------------


def test_the_scopes_are_exactly_those_that_the_code_needs(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: set[str] = set()
    send = VendorAdapter.send

    def noted(self: VendorAdapter, request: requests.PreparedRequest, *given: Any, **more: Any) -> requests.Response:
        called.add(f"{request.method} {urlsplit(str(request.url)).path.rstrip('/')}")
        return send(self, request, *given, **more)

    monkeypatch.setattr(VendorAdapter, "send", noted)
    made = make_world(only=("hubspot",))
    connect(made).say(ANGRY)
    made.work()
    assert made.sandbox("hubspot").records()["tasks"]
    needed = {"oauth"}
    for call in sorted(called):
        grants = [grant for pattern, grant in GRANTS if re.fullmatch(pattern, call)]
        assert grants, f"no scope is known for {call}"
        needed |= grants[0]
    auth = config("app")["auth"]
    assert set(auth["requiredScopes"]) == set(SCOPES) == needed
    assert auth["optionalScopes"] == auth["conditionallyRequiredScopes"] == []


def test_every_level_has_a_card_path() -> None:
    assert set(package.PATHS) == set(Level)
