"""The API keeps its own OpenAPI document: schemathesis asks every operation all kinds of things."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans
from schemathesis.core.result import Ok

from plugins.zendesk.pages.app import PLACES
from tests.conftest import MakeWorld
from tests.plugins.api.asking import Asking, ask
from tests.talk import ANGRY, connect

OPERATIONS = 12
EXAMPLES = 25


def fuzz(asking: Asking, operation: Any) -> None:
    """Send generated requests to one operation and hold its answers against the document."""

    @given(case=operation.as_strategy(), known=booleans())
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def check(case: Any, known: bool) -> None:
        if known and case.path_parameters:
            case.path_parameters = {"id_": "1"}
        case.call_and_validate(headers={"Authorization": f"Bearer {asking.bearer('lead')}"})

    check()


def test_every_answer_is_as_documented(make_world: MakeWorld) -> None:
    made = make_world(only=("zendesk",))
    connect(made).say(ANGRY)  # the ticket with the id 1
    made.work()
    asking = ask(made)
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", asking.web)
    operations = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == OPERATIONS
    for operation in operations:
        fuzz(asking, operation)


def test_the_document_names_the_bearer_and_what_the_pages_ask(make_world: MakeWorld) -> None:
    asking = ask(make_world(only=("zendesk",)))
    found = asking.web.test_client().get("/api/v1/openapi.json").get_json()
    assert found["security"] == [{"bearer": []}]
    assert set(PLACES.values()) <= {path.split("/")[3] for path in found["paths"]}
