"""The Salesforce sandbox's memory: objects, their fields and their records, in the shapes that Salesforce returns."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.salesforce.nouns import full_id

VERSION = "63.0"
ROOT = f"/services/data/v{VERSION}"
INSTANCE = "https://attune-sandbox.my.salesforce.com"
ORGANISATION = full_id("00D5g000004TtuN")
Record = dict[str, Any]
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PREFIXES = {
    "Account": "001",
    "Contact": "003",
    "User": "005",
    "Case": "500",
    "EmailMessage": "02s",
    "CaseComment": "00a",
    "Task": "00T",
    "Individual": "0PK",
    "ContentDocument": "069",
    "ContentDocumentLink": "06A",
    "CustomField": "00N",
    "PermissionSet": "0PS",
    "FieldPermissions": "01k",
    "PermissionSetAssignment": "0Pa",
    "Notification": "04l",
    "WorkflowOutboundMessage": "04k",
    "Organization": "00D",
    "Attune_Feedback__c": "a0A",
    "Attune_Deleted__c": "a0B",
}
# name:type, or name:>object.relationship for a reference (without one it is the field's name less Id); ! = writable
_SYSTEM = (
    "Id:id IsDeleted:boolean CreatedDate:datetime CreatedById:>User LastModifiedDate:datetime "
    "LastModifiedById:>User SystemModstamp:datetime"
)
_STANDARD = {
    "Account": "Name:string! Website:url! OwnerId:>User! Phone:phone! Industry:picklist!",
    "Contact": "FirstName:string! LastName:string! Name:string Email:email! EmailBouncedDate:datetime "
    "AccountId:>Account! OwnerId:>User! IndividualId:>Individual! Birthdate:date! "
    "HasOptedOutOfEmail:boolean!",
    "Individual": "FirstName:string! LastName:string! HasOptedOutProfiling:boolean! HasOptedOutProcessing:boolean! "
    "OwnerId:>User!",
    "User": "Name:string Username:string UserType:picklist ContactId:>Contact IsActive:boolean "
    "LanguageLocaleKey:picklist",
    "Case": "CaseNumber:string Subject:string! Description:textarea! Status:picklist! Origin:picklist! "
    "Priority:picklist! IsClosed:boolean IsEscalated:boolean! ContactId:>Contact! AccountId:>Account! "
    "OwnerId:>User! SuppliedEmail:email! SuppliedName:string! ClosedDate:datetime Attune_Changed_At__c:datetime",
    "EmailMessage": "ParentId:>Case.Parent! Subject:string! TextBody:textarea! HtmlBody:textarea! "
    "FromAddress:email! FromName:string! ToAddress:string! Incoming:boolean! HasAttachment:boolean "
    "Status:picklist! MessageDate:datetime!",
    "CaseComment": "ParentId:>Case.Parent! CommentBody:textarea! IsPublished:boolean!",
    "Task": "Subject:string! Description:textarea! WhatId:>Case.What! WhoId:>Contact.Who! OwnerId:>User! "
    "ActivityDate:date! ReminderDateTime:datetime! IsReminderSet:boolean! Priority:picklist! "
    "Status:picklist! IsClosed:boolean",
    "Organization": "Name:string OrganizationType:picklist IsSandbox:boolean",
    "ContentDocument": "Title:string FileExtension:string FileType:string",
    "ContentDocumentLink": "LinkedEntityId:id ContentDocumentId:>ContentDocument",
    "PermissionSet": "Name:string! Label:string! Description:string!",
    "FieldPermissions": "ParentId:>PermissionSet.Parent! SobjectType:picklist! Field:picklist! "
    "PermissionsRead:boolean! PermissionsEdit:boolean!",
    # Of the package, which the sandbox counts as installed.
    "Attune_Feedback__c": "Attune_Kind__c:picklist! Attune_Key__c:string! Attune_Reason__c:picklist! "
    "Attune_Record__c:string! Attune_Words__c:string!",
    "Attune_Deleted__c": "Attune_Record__c:string!",
    "PermissionSetAssignment": "PermissionSetId:>PermissionSet! AssigneeId:>User.Assignee!",
}
CUSTOM_TYPES = {
    "Number": "double",
    "Text": "string",
    "Date": "date",
    "DateTime": "datetime",
    "Picklist": "picklist",
    "Checkbox": "boolean",
    "LongTextArea": "textarea",
}


def stamp(at: datetime) -> str:
    """Write a time as the REST API does."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


@dataclass
class Field:
    """One field of an object. ``hidden``: no permission set shows it to us yet."""

    name: str
    type: str
    writable: bool
    reference: str = ""
    relationship: str | None = None
    label: str = ""
    help: str | None = None
    length: int = 255
    precision: int = 18
    scale: int = 0
    values: tuple[str, ...] = ()
    restricted: bool = False
    external: bool = False
    unique: bool = False
    id: str = ""
    description: str = ""
    hidden: bool = False

    @property
    def custom(self) -> bool:
        """Say whether somebody made this field."""
        return self.name.endswith("__c")


@dataclass
class Org:
    """One Salesforce organisation."""

    tables: dict[str, dict[str, Record]] = field(default_factory=lambda: {name: {} for name in _STANDARD})
    fields: dict[str, dict[str, Field]] = field(default_factory=lambda: {n: _standard(n) for n in _STANDARD})
    messages: dict[str, Record] = field(default_factory=dict)
    cursors: dict[str, list[Record]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(4711))
    case_numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1001))

    def new_id(self, sobject: str) -> str:
        """Return the next id of an object, 18 characters."""
        number, text = next(self.numbers), ""
        for _ in range(7):
            number, digit = divmod(number, 62)
            text = _DIGITS[digit] + text
        return full_id(f"{PREFIXES[sobject]}5g{'0' * 3}{text}")

    def add(self, sobject: str, now: datetime, user: str, **given: Any) -> Record:
        """Add a record; what is not given is empty."""
        at = stamp(now)
        empty = {f.name: False if f.type == "boolean" else None for f in self.fields[sobject].values()}
        record: Record = {
            **empty,
            "Id": self.new_id(sobject),
            "CreatedDate": at,
            "CreatedById": user,
            "LastModifiedDate": at,
            "LastModifiedById": user,
            "SystemModstamp": at,
            **given,
        }
        self.tables[sobject][record["Id"]] = record
        return record

    def define(self, sobject: str, name: str, kind: str, **more: Any) -> Field:
        """Define a custom field."""
        made = Field(name, CUSTOM_TYPES[kind], True, id=self.new_id("CustomField"), **more)
        self.fields[sobject][name] = made
        for record in self.tables[sobject].values():
            record.setdefault(name, False if made.type == "boolean" else None)
        return made

    def live(self, sobject: str, record_id: Any) -> Record | None:
        """Return a record that exists and is not in the bin."""
        record = self.tables.get(sobject, {}).get(full_id(str(record_id or "")))
        return record if record is not None and not record["IsDeleted"] else None

    def visible(self, sobject: str) -> dict[str, Field]:
        """Return the fields that our user may see."""
        return {name: found for name, found in self.fields[sobject].items() if not found.hidden}


def _standard(sobject: str) -> dict[str, Field]:
    found = {}
    for entry in f"{_SYSTEM} {_STANDARD[sobject]}".split():
        name, _, kind = entry.removesuffix("!").partition(":")
        reference, _, relationship = kind.removeprefix(">").partition(".") if kind.startswith(">") else ("", "", "")
        found[name] = Field(
            name,
            "reference" if reference else kind,
            entry.endswith("!"),
            reference,
            (relationship or name.removesuffix("Id")) if reference else None,
            label=name,
            length=32000 if kind == "textarea" else 255,
        )
    return found
