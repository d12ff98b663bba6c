"""Every metadata file of the package against Salesforce's own description, version 63.0; planted faults are seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from tests.connectors.salesforce.shared import metadata_types
from tests.connectors.salesforce.walk_files import element_faults, file_faults

ROOT = Path(__file__).resolve().parents[3] / "manifests" / "salesforce"
FILES = sorted(path for folder in ("force-app", "own-app") for path in (ROOT / folder).rglob("*-meta.xml"))
NAMES = [str(path.relative_to(ROOT)) for path in FILES]
FIELD = ROOT / "force-app/main/default/objects/Case/fields/Attune_Risk_Flag__c.field-meta.xml"
CASE_FLOW = ROOT / "force-app/main/default/flows/Attune_Tell_Case.flow-meta.xml"


def test_there_are_files() -> None:
    assert len(FILES) > 70


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_the_metadata_that_it_says(name: str) -> None:
    assert file_faults(ROOT / name, metadata_types()) == []


# What is written into a file -> what is written instead -> what the walk says.
PLANTED = [
    (FIELD, "<label>Attune: risk flag</label>", "<labl>Attune: risk flag</labl>", ".labl: unknown"),
    (FIELD, "<type>Picklist</type>", "<type>Picklists</type>", ".type: 'Picklists' is not listed"),
    (FIELD, "<required>false</required>", "<required>no</required>", ".required: not a boolean"),
    (FIELD, "<type>Picklist</type>", "<scale>two</scale>", ".scale: not a int"),
    (FIELD, "<sorted>false</sorted>", "<sortd>false</sortd>", ".valueSet.valueSetDefinition.sortd: unknown"),
    (CASE_FLOW, "outboundMessage", "outboundMessages", ".actionCalls.actionType: 'outboundMessages' is not listed"),
    (
        CASE_FLOW,
        "<targetReference>",
        "<targetReference>x</targetReference><targetReference>",
        ".start.connector.targetReference: may not repeat",
    ),
    (CASE_FLOW, "<object>Case</object>", "<objects>Case</objects>", ".start.objects: unknown"),
]


@pytest.mark.parametrize(("path", "right", "wrong", "fault"), PLANTED)
def test_a_planted_fault_is_seen(path: Path, right: str, wrong: str, fault: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert right in text
    assert element_faults(etree.fromstring(text.replace(right, wrong).encode()), metadata_types()) == [fault]


def test_what_is_no_metadata_is_seen() -> None:
    assert element_faults(etree.fromstring(b"<CustomField/>"), metadata_types()) == ["CustomField: no metadata"]
