"""The fields and the one object of the package. What a catalogue field looks like is said in ``definitions``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.fields import catalogue
from plugins.salesforce import definitions
from plugins.salesforce.package_words import ANSWERS, QUESTIONS
from plugins.salesforce.settings import MappingSettings

Metadata = dict[str, Any]
FEEDBACK, DELETED = "Attune_Feedback__c", "Attune_Deleted__c"
KINDS = {"disagree": "Disagree", "call": "Ask supervisor"}
# A field of the package -> the catalogue key that decides who sees it.
SCORED_AT, CHANGED_AT, HEALTH_AT, HEALTH_BEFORE = (
    "Case.Attune_Scored_At__c",
    "Case.Attune_Changed_At__c",
    "Account.Attune_Health_Scored_At__c",
    "Account.Attune_Health_Before__c",
)
BESIDE = {
    SCORED_AT: "attune_distress",
    CHANGED_AT: "attune_expires_at",
    HEALTH_AT: "attune_health_band",
    HEALTH_BEFORE: "attune_health_score",
}
MAX_WORDS = 255
# Ours by name, so that it meets no field of the customer's; the setting external_id_field may name it.
LINK = "Attune_Customer_Id__c"


def fields() -> dict[str, Metadata]:
    """Return every custom field of the package by ``Object.Field``."""
    ours = {definitions.full_name(field): definitions.custom_field(field) for field in catalogue().values()}
    beside = {**definitions.task_fields(), **_beside(), **_inputs(), **_links()}
    return {**ours, **beside, **feedback_fields(), **deleted_fields()}


def objects() -> dict[str, Metadata]:
    """Return the package's own objects by name: what stands in them comes to Attune as an event."""
    return {
        FEEDBACK: _object("Attune feedback", "AF", "What people answer to a score, until Attune has read it."),
        DELETED: _object("Attune deleted contact", "AD", "The id of a contact that was deleted: Attune forgets it."),
    }


def _object(label: str, prefix: str, told: str) -> Metadata:
    return {
        "label": label,
        "pluralLabel": label,
        "deploymentStatus": "Deployed",
        "description": f"{told} A record of ours: it comes back to Attune as an event.",
        "sharingModel": "Private",
        "externalSharingModel": "Private",
        "enableActivities": False,
        "enableReports": False,
        "enableSearch": False,
        "enableHistory": False,
        "nameField": {"label": "Number", "type": "AutoNumber", "displayFormat": f"{prefix}-{{000000}}"},
    }


def feedback_fields() -> dict[str, Metadata]:
    """Return the fields of the feedback object."""
    return {
        f"{FEEDBACK}.Attune_Kind__c": _choice("Kind", "What the reader wants.", KINDS),
        f"{FEEDBACK}.Attune_Key__c": _text("About", "The catalogue key of the value that is spoken of.", 40),
        f"{FEEDBACK}.Attune_Reason__c": _choice("Reason", "Why the reader disagrees.", ANSWERS),
        f"{FEEDBACK}.Attune_Record__c": _text("Record", "The id of the record that is spoken of.", 18),
        f"{FEEDBACK}.Attune_Words__c": _text("In your words", QUESTIONS["words_help"], MAX_WORDS),
    }


def deleted_fields() -> dict[str, Metadata]:
    """Return the one field of the object that notes deleted contacts."""
    return {f"{DELETED}.Attune_Record__c": _text("Record", "The id of the contact that was deleted.", 18)}


def _beside() -> dict[str, Metadata]:
    """What flows of the package note beside the scores: when they were written and what stood there before."""
    stamp = "When Attune last changed a value here. Set by a flow of the package."
    changed = "When status, owner, contact or account last changed, whoever did it. Set by a flow of the package."
    before = {**definitions.custom_field(catalogue()["attune_health_score"]), "label": "Attune: health before change"}
    told = "The health score before the last change, for the arrow. Set by a flow of the package."
    return {
        SCORED_AT: _described({"label": "Attune: scored at", "type": "DateTime"}, stamp),
        CHANGED_AT: _described({"label": "Attune: changed at", "type": "DateTime"}, changed),
        HEALTH_AT: _described({"label": "Attune: health scored at", "type": "DateTime"}, stamp),
        HEALTH_BEFORE: _described(before, told),
    }


def _inputs() -> dict[str, Metadata]:
    """The mapped health inputs, under the names that the settings take unless told otherwise."""
    shape = {"type": "Number", "precision": 5, "scale": 2}
    return {
        f"Account.{name}": _described(
            {"label": f"Attune input: {part}", **shape},
            f"{part.capitalize()}, 0 to 100, filled by your own systems. Empty = unknown, never 0.",
        )
        for part, name in MappingSettings().signals.items()
    }


def _links() -> dict[str, Metadata]:
    """The customer's own id on contact and account, by which records of several tools find each other."""
    told = "The customer's id in your other systems. Attune reads it and never writes it."
    shape = {
        "label": "Attune: customer id",
        "type": "Text",
        "length": 100,
        "externalId": True,
        "unique": True,
        "caseSensitive": False,
    }
    return {f"{sobject}.{LINK}": _described(shape, told) for sobject in ("Account", "Contact")}


def _described(metadata: Mapping[str, Any], told: str) -> Metadata:
    return {**metadata, "required": False, "description": told, "inlineHelpText": told}


def _text(label: str, told: str, length: int) -> Metadata:
    return _described({"label": label, "type": "Text", "length": length}, told)


def _choice(label: str, told: str, choices: Mapping[str, str]) -> Metadata:
    values = [{"fullName": name, "default": False, "label": text} for name, text in choices.items()]
    shape = {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}
    return _described({"label": label, "type": "Picklist", "valueSet": shape}, told)
