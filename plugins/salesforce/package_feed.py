"""What tells Attune that a record changed: one outbound message an object, sent by a flow after each save. Pure.

Objects and fields are those of ``manifests/salesforce/plugin.toml``. New workflow rules can no longer be made; flows
send the same messages.
https://help.salesforce.com/s/articleView?id=platform.flow_ref_elements_actions_outboundmessage.htm
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.salesforce.client import VERSION
from connectors.salesforce.nouns import SOBJECTS, TASK_KEY
from core.fields import at_level
from core.model import Level
from manifests import declarations
from plugins.salesforce.package_fields import CHANGED_AT, DELETED, FEEDBACK, HEALTH_AT, HEALTH_BEFORE, SCORED_AT
from plugins.salesforce.package_flow import AT, flow
from plugins.salesforce.package_gone import deletion
from plugins.salesforce.package_roles import QUIET

Metadata = dict[str, Any]
# The address is put in when Attune begins to listen; the sender when the package is deployed: see "replacements" in
# sfdx-project.json.
ENDPOINT, SENDER = "https://attune.example/webhooks/salesforce/installation/secret", "attune.sender@attune.example"
# Our own user's writes are not told to ourselves, except where they may carry somebody's words.
NOT_OURS = f"NOT({{!$Permission.{QUIET}}})"
FILTERS: Mapping[str, str] = {
    "Case": f"OR(ISNEW(), {NOT_OURS})",
    "Contact": NOT_OURS,
    "Account": NOT_OURS,
    "Task": f"NOT(ISBLANK({{!$Record.{TASK_KEY}}}))",
}


# What a message says of a case beside its text, none of it written by us.
OF_PEOPLE = ("Status", "IsEscalated", "OwnerId", "ContactId", "AccountId")


def messages() -> dict[str, tuple[str, ...]]:
    """Return object -> fields of its outbound message, as the vendor's declaration lists them."""
    listed = (event.partition(": ") for event in declarations()["salesforce"]["webhook"]["events"])
    return {sobject: tuple(fields.split()) for sobject, _, fields in listed}


def workflows() -> dict[str, Metadata]:
    """Return the outbound message of each object."""
    return {sobject: {"outboundMessages": [_message(sobject, fields)]} for sobject, fields in messages().items()}


def flows() -> dict[str, Metadata]:
    """Return every flow by name: those that send messages and those that note what a message cannot say."""
    return {f"Attune_Tell_{_plain(sobject)}": _teller(sobject) for sobject in messages()} | _stamps() | deletion()


def _message(sobject: str, fields: tuple[str, ...]) -> Metadata:
    # A message in the dead-letter queue would wait for a person; Attune reads again what it missed.
    return {
        "fullName": f"Attune_{_plain(sobject)}",
        "name": f"Attune {_plain(sobject)}",
        "apiVersion": VERSION,
        "description": f"Tells Attune that a record of {sobject} was saved.",
        "endpointUrl": ENDPOINT,
        "fields": list(fields),
        "includeSessionId": False,
        "integrationUser": SENDER,
        "protected": False,
        "useDeadLetterQueue": False,
    }


def _teller(sobject: str) -> Metadata:
    filter_ = {"filterFormula": FILTERS[sobject]} if sobject in FILTERS else {}
    kind = "Create" if sobject in (FEEDBACK, DELETED) else "CreateAndUpdate"
    action = {
        "name": "Tell_Attune",
        "label": "Tell Attune",
        **AT,
        "actionName": f"{sobject}.Attune_{_plain(sobject)}",
        "actionType": "outboundMessage",
        "flowTransactionModel": "CurrentTransaction",
    }
    start = {"object": sobject, "recordTriggerType": kind, "triggerType": "RecordAfterSave", **filter_}
    told = f"After a record of {sobject} was saved: sends Attune its outbound message."
    return flow(
        f"Attune: tell {sobject}",
        told,
        {**start, "connector": {"targetReference": "Tell_Attune"}},
        {"actionCalls": [action]},
    )


def _stamps() -> dict[str, Metadata]:
    case = [field.salesforce_name for field in at_level(Level.CASE) if field.type != "date"]
    account = [field.salesforce_name for field in at_level(Level.ACCOUNT)]
    now = {"elementReference": "$Flow.CurrentDateTime"}
    score = "Attune_Health_Score__c"
    old = {"elementReference": f"$Record__Prior.{score}"}
    return {
        "Attune_Note_Case": _stamp(Level.CASE, case, SCORED_AT, now, "when a score of the case changed"),
        "Attune_Note_Case_Change": _stamp(Level.CASE, list(OF_PEOPLE), CHANGED_AT, now, "when people changed a case"),
        "Attune_Note_Account": _stamp(Level.ACCOUNT, account, HEALTH_AT, now, "when the account's health changed"),
        "Attune_Note_Health_Before": _stamp(Level.ACCOUNT, [score], HEALTH_BEFORE, old, "the health before a change"),
    }


def _stamp(level: Level, watched: list[str], field: str, value: Metadata, told: str) -> Metadata:
    changed = ", ".join(f"ISCHANGED({{!$Record.{name}}})" for name in watched)
    formula = f"OR({changed})" if len(watched) > 1 else changed
    name = field.partition(".")[2]
    note = {
        "name": "Note",
        "label": "Note",
        **AT,
        "assignmentItems": [{"assignToReference": f"$Record.{name}", "operator": "Assign", "value": value}],
    }
    start = {
        "object": SOBJECTS[level],
        "recordTriggerType": "Update",
        "triggerType": "RecordBeforeSave",
        "filterFormula": formula,
        "connector": {"targetReference": "Note"},
    }
    return flow(f"Attune: note {told}"[:80], f"Before a save: notes {told}.", start, {"assignments": [note]})


def _plain(sobject: str) -> str:
    return sobject.removesuffix("__c").removeprefix("Attune_")
