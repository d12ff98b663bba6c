"""The flow that notes a deleted contact: what is gone sends no message, so a record of ours is made that does. Pure.

Where another contact has the same e-mail address the person lives on: duplicates were merged or cleared away.
https://help.salesforce.com/s/articleView?id=platform.flow_concepts_trigger_record.htm
"""

from __future__ import annotations

from typing import Any

from plugins.salesforce.package_fields import DELETED
from plugins.salesforce.package_flow import AT, flow, goes

Metadata = dict[str, Any]
CONTACT, NOTE, TWIN, GO_ON = "Contact", "Note_Deletion", "Find_Twin", "Go_On"


def deletion() -> dict[str, Metadata]:
    """Return the flow by name."""
    start = {
        "object": CONTACT,
        "recordTriggerType": "Delete",
        "triggerType": "RecordBeforeDelete",
        "connector": goes("Has_Address"),
    }
    elements = {
        "decisions": [
            _decision("Has_Address", "$Record.Email", empty=False, then=TWIN, otherwise=NOTE),
            _decision("Is_Alone", TWIN, empty=True, then=NOTE),
        ],
        "recordLookups": [_twin()],
        "recordCreates": [_note()],
        "assignments": [_go_on()],
        "variables": [
            {"name": "failed", "dataType": "Boolean", "isCollection": False, "isInput": False, "isOutput": False}
        ],
    }
    told = "Before a contact is deleted that has no twin: notes its id, so that Attune forgets it too."
    return {"Attune_Note_Contact_Deleted": flow("Attune: note a deleted contact", told, start, elements)}


def _decision(name: str, asked: str, *, empty: bool, then: str, otherwise: str = "") -> Metadata:
    condition = {"leftValueReference": asked, "operator": "IsNull", "rightValue": {"booleanValue": empty}}
    rule = {
        "name": f"{name}_Yes",
        "label": "Yes",
        "conditionLogic": "and",
        "conditions": [condition],
        "connector": goes(then),
    }
    other = {"defaultConnector": goes(otherwise)} if otherwise else {}
    label = name.replace("_", " ")
    return {"name": name, "label": label, **AT, "rules": [rule], "defaultConnectorLabel": "No", **other}


def _twin() -> Metadata:
    same = [("Email", "EqualTo", "$Record.Email"), ("Id", "NotEqualTo", "$Record.Id")]
    return {
        "name": TWIN,
        "label": "Find twin",
        **AT,
        "object": CONTACT,
        "filterLogic": "and",
        "filters": [{"field": f, "operator": op, "value": {"elementReference": of}} for f, op, of in same],
        "assignNullValuesIfNoRecordsFound": False,
        "getFirstRecordOnly": True,
        "storeOutputAutomatically": True,
        "connector": goes("Is_Alone"),
        "faultConnector": goes(GO_ON),
    }


def _note() -> Metadata:
    return {
        "name": NOTE,
        "label": "Note deletion",
        **AT,
        "object": DELETED,
        "inputAssignments": [{"field": "Attune_Record__c", "value": {"elementReference": "$Record.Id"}}],
        "faultConnector": goes(GO_ON),
    }


def _go_on() -> Metadata:
    """Whatever fails here, the contact may go."""
    item = {"assignToReference": "failed", "operator": "Assign", "value": {"booleanValue": True}}
    return {"name": GO_ON, "label": "Go on", **AT, "assignmentItems": [item]}
