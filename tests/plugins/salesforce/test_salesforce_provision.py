from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.salesforce.sandbox import Sandbox
from core.errors import ConfigurationError
from core.fields import catalogue
from core.ports import Token
from tests.plugins.salesforce.conftest import Vault, World, open_world

KEYS = {*catalogue(), "attune_task"}


@pytest.fixture
def bare(sandbox: tuple[Sandbox, str]) -> World:
    box, url = sandbox
    box.options.clear()
    box.reset()
    return open_world(box, url, provisioned=False)


def test_everything_is_missing_then_made_then_left_alone(bare: World) -> None:
    assert set(bare.plugin.provision(dry_run=True).missing) == KEYS
    assert "Attune_Sentiment__c" not in bare.box.org.fields["Case"]
    assert set(bare.plugin.provision().provisioned) == KEYS
    ids = {one.id for one in bare.box.org.fields["Case"].values()}
    report = bare.plugin.provision()
    assert set(report.provisioned) == KEYS and not (report.missing or report.drifted or report.collided)
    assert {one.id for one in bare.box.org.fields["Case"].values()} == ids


def test_our_user_may_see_and_edit_what_was_made_and_rights_are_given_once(bare: World) -> None:
    bare.plugin.provision()
    bare.plugin.provision()
    tables = bare.box.org.tables
    fields = [row["Field"] for row in tables["FieldPermissions"].values()]
    assert len(fields) == len(set(fields)) == len(catalogue()) + 2
    assert [row["AssigneeId"] for row in tables["PermissionSetAssignment"].values()] == [bare.box.integration_id]
    assert len(tables["PermissionSet"]) == 1


def test_a_field_without_our_mark_is_never_taken_over(bare: World) -> None:
    theirs = bare.box.org.define("Case", "Attune_Distress__c", "Number", label="Distress", help="Ours, they say")
    report = bare.plugin.provision()
    assert report.collided == ("attune_distress",)
    assert bare.box.org.fields["Case"]["Attune_Distress__c"] is theirs and theirs.help == "Ours, they say"


@pytest.mark.parametrize("part", [{"precision": 9}, {"help": "[somebody changed it]"}, {"scale": 7}])
def test_a_drifted_field_is_reported_and_mended(bare: World, part: dict[str, object]) -> None:
    bare.plugin.provision()
    field = bare.box.org.fields["Case"]["Attune_Distress__c"]
    for name, value in part.items():
        setattr(field, name, value)
    assert bare.plugin.provision(dry_run=True).drifted == ("attune_distress",)
    assert bare.plugin.provision().drifted == ()
    assert bare.plugin.provision(dry_run=True).drifted == ()


def test_a_choice_that_was_taken_away_comes_back(bare: World) -> None:
    bare.plugin.provision()
    field = bare.box.org.fields["Case"]["Attune_Risk_Flag__c"]
    field.values = field.values[1:]
    assert bare.plugin.provision(dry_run=True).drifted == ("attune_risk_flag",)
    assert "attune_risk_flag" in bare.plugin.provision().provisioned
    assert field.values == ("none", "watch", "high", "critical")


def test_without_a_user_to_assign_it_says_what_a_person_has_to_do(bare: World) -> None:
    extra = {name: value for name, value in bare.vault.token.extra.items() if name != "user_id"}
    vault = Vault(Token(bare.vault.token.access, generation=1, extra=extra))
    plugin = type(bare.plugin)(replace(bare.access, vault=vault))
    with pytest.raises(ConfigurationError, match="permission set"):
        plugin.provision()
