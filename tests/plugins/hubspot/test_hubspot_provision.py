from __future__ import annotations

from dataclasses import fields

import pytest

from connectors.hubspot.settings import ConnectionSettings
from core.fields import catalogue
from manifests import declarations
from plugins.hubspot.access import AccessSettings
from plugins.hubspot.settings import MappingSettings
from tests.plugins.hubspot.conftest import World

KEYS = {*catalogue(), "attune_external_id"}


def test_everything_is_created_once(world: World) -> None:
    world.box.portal.__post_init__()
    world.box.portal.groups = {kind: {} for kind in world.box.portal.groups}
    assert set(world.plugin.provision(dry_run=True).missing) == KEYS
    assert not world.box.portal.groups["tickets"]
    for _ in range(2):
        report = world.plugin.provision()
        assert set(report.provisioned) == KEYS and not (report.missing or report.drifted or report.collided)
    definition = world.box.portal.definitions["tickets"]["attune_risk_flag"]
    assert (definition["groupName"], [o["value"] for o in definition["options"]]) == (
        "attune",
        ["none", "watch", "high", "critical"],
    )
    assert world.box.portal.definitions["tasks"]["attune_external_id"]["hasUniqueValue"] is True


def test_a_second_run_costs_one_look_per_kind(world: World) -> None:
    world.plugin.provision()
    # Five kinds of records, looked at once, and once more to fill the books.
    assert world.box.calls()["provision"] == 10


def test_a_property_of_the_customers_is_never_taken_over(world: World) -> None:
    held = world.box.portal.definitions["tickets"]
    held["attune_distress"] = {**held["attune_distress"], "groupName": "ticketinformation"}
    held["attune_sentiment"] = {**held["attune_sentiment"], "description": "Ours, says the customer"}
    report = world.plugin.provision()
    assert set(report.collided) == {"attune_distress", "attune_sentiment"}
    assert held["attune_sentiment"]["description"] == "Ours, says the customer"


def test_a_missing_option_is_added_and_a_changed_type_reported(world: World) -> None:
    held = world.box.portal.definitions["tickets"]
    held["attune_risk_flag"]["options"] = [
        *[o for o in held["attune_risk_flag"]["options"] if o["value"] != "watch"],
        {"label": "Mine", "value": "mine", "displayOrder": 9, "hidden": False, "description": ""},
    ]
    held["attune_distress"]["type"] = "string"
    dry = world.plugin.provision(dry_run=True)
    assert set(dry.drifted) == {"attune_risk_flag", "attune_distress"}
    report = world.plugin.provision()
    assert report.drifted == ("attune_distress",) and "attune_risk_flag" in report.provisioned
    assert {o["value"] for o in held["attune_risk_flag"]["options"]} == {"none", "watch", "high", "critical", "mine"}


def test_a_key_of_two_kinds_is_as_good_as_the_worse(world: World) -> None:
    world.box.portal.definitions["tasks"]["attune_external_id"]["hasUniqueValue"] = False
    report = world.plugin.provision()
    assert report.drifted == ("attune_external_id",) and "attune_external_id" not in report.provisioned


def test_a_name_that_is_taken_meanwhile_is_a_collision(world: World) -> None:
    held = world.box.portal.definitions["companies"]
    archived = {**held["attune_health_score"], "archived": True}
    held["attune_health_score"] = archived
    assert world.plugin.provision().collided == ("attune_health_score",)


def test_every_setting_is_documented_and_no_other() -> None:
    ours = {entry.name for kind in (ConnectionSettings, MappingSettings, AccessSettings) for entry in fields(kind)}
    assert set(declarations()["hubspot"]["settings"]) == ours


@pytest.mark.parametrize(("given", "taken"), [("false", False), (False, False), ("yes", True), (True, True)])
def test_a_switch_may_come_as_a_word(given: object, taken: bool) -> None:
    assert MappingSettings.from_options({"email_is_verified": given, "other": 1}).email_is_verified is taken
