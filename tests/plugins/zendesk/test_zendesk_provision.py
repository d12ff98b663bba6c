from __future__ import annotations

from typing import Any

import pytest

from core.fields import catalogue
from tests.plugins.zendesk.conftest import World

ALL = tuple(catalogue())


def clear(world: World) -> None:
    for kind in world.box.desk.fields.values():
        for field_id in [i for i, f in kind.items() if f["title"].startswith("Attune")]:
            del kind[field_id]


def definition(world: World, key: str) -> dict[str, Any]:
    for kind in world.box.desk.fields.values():
        for found in kind.values():
            if f"[{key}]" in f"{found.get('agent_description')} {found['description']}":
                return found
    raise AssertionError(key)


def test_every_field_of_the_catalogue_is_created_once(world: World) -> None:
    clear(world)
    assert world.plugin.provision(dry_run=True).missing == ALL
    assert world.box.calls()["provision"] > 0
    assert world.plugin.provision().provisioned == ALL
    count = sum(len(kind) for kind in world.box.desk.fields.values())
    assert world.plugin.provision().provisioned == ALL
    assert sum(len(kind) for kind in world.box.desk.fields.values()) == count


def test_a_dry_run_creates_nothing(world: World) -> None:
    clear(world)
    before = {name: len(kind) for name, kind in world.box.desk.fields.items()}
    world.plugin.provision(dry_run=True)
    assert {name: len(kind) for name, kind in world.box.desk.fields.items()} == before


@pytest.mark.parametrize(
    ("kind", "theirs", "key"),
    [
        ("ticket_fields", {"title": "Attune: distress", "type": "integer"}, "attune_distress"),
        ("ticket_fields", {"title": "attune_distress", "type": "integer"}, "attune_distress"),
        ("organization_fields", {"key": "attune_health_score", "title": "X", "type": "decimal"}, "attune_health_score"),
        ("user_fields", {"key": "attune_consent_state", "title": "X", "type": "text"}, "attune_consent_state"),
        (
            "ticket_fields",
            {
                "title": "Mood",
                "type": "tagger",
                "custom_field_options": [{"name": "Anger", "value": "attune_emotion_anger"}],
            },
            "attune_emotion",
        ),
    ],
)
def test_a_field_of_the_customers_is_never_taken_over(
    world: World, kind: str, theirs: dict[str, object], key: str
) -> None:
    clear(world)
    made = dict(world.box.desk.add_field(kind, world.box.clock_.now(), **theirs))
    report = world.plugin.provision()
    assert report.collided == (key,) and set(report.provisioned) == set(ALL) - {key}
    assert world.box.desk.fields[kind][made["id"]] == made


def test_a_choice_that_was_removed_is_reported_and_put_back(world: World) -> None:
    field = definition(world, "attune_emotion")
    options = field["custom_field_options"]
    assert isinstance(options, list)
    field["custom_field_options"] = options[:-2]
    assert world.plugin.provision(dry_run=True).drifted == ("attune_emotion",)
    assert len(field["custom_field_options"]) == len(options) - 2
    assert world.plugin.provision().drifted == ()
    assert {o["value"] for o in field["custom_field_options"]} == {o["value"] for o in options}
    assert [o["id"] for o in field["custom_field_options"]][:-2] == [o["id"] for o in options][:-2]


@pytest.mark.parametrize("change", [{"type": "text"}, {"active": False}])
def test_a_field_that_was_bent_is_reported_and_left(world: World, change: dict[str, object]) -> None:
    definition(world, "attune_distress").update(change)
    assert world.plugin.provision().drifted == ("attune_distress",)
