"""What people do in the Salesforce sandbox: write, reply, change a status."""

from __future__ import annotations

import mimetypes
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.salesforce.sandbox_org import Org, Record, stamp
from connectors.salesforce.sandbox_rows import Rows

if TYPE_CHECKING:
    from connectors.salesforce.sandbox import Sandbox

ORIGINS = {"email": "Email", "web": "Web", "chat": "Chat", "social": "Social", "phone_text": "SMS"}
# Statuses as other tools name them, and what an agent here would choose.
STATUSES = {
    "new": "New",
    "open": "Working",
    "pending": "On Hold",
    "hold": "On Hold",
    "solved": "Closed",
    "closed": "Closed",
    "escalated": "Escalated",
}
SIGNALS = {"usage": "Attune_Usage__c", "adoption": "Attune_Adoption__c", "engagement": "Attune_Engagement__c"}
Said = tuple[dict[str, Any], list[tuple[str, Record]]]


class Talk:
    """The people's half of the sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox
        self._people: dict[str, str] = {}
        self._accounts: dict[str, str] = {}
        self._cases: dict[str, str] = {}
        self._users: dict[str, str] = {}

    def clear(self) -> None:
        """Forget the keys of records."""
        self._people, self._accounts, self._cases, self._users = {}, {}, {}, {}

    @property
    def _org(self) -> Org:
        return self._box.org

    def account(self, account: dict[str, Any]) -> str:
        """Create an account from a seed."""
        signals = account.get("signals") or {}
        domain, owner = account.get("domain"), account.get("owner_id")
        made = self._org.add(
            "Account",
            self._box.clock_.now(),
            self._box.agent_id,
            Name=account.get("name") or account["key"],
            Website=f"https://www.{domain}" if domain else None,
            External_Id__c=account.get("external_id"),
            OwnerId=owner if self._org.live("User", owner) else self._box.agent_id,
            **{field: signals[name] for name, field in SIGNALS.items() if signals.get(name) is not None},
        )
        self._accounts[str(account["key"])] = made["Id"]
        return str(made["Id"])

    def contact(self, person: dict[str, Any]) -> str:
        """Create a contact from a seed; an objection stands on its Individual, where Salesforce keeps it."""
        now, user = self._box.clock_.now(), self._box.agent_id
        first, _, last = str(person.get("name") or person["key"]).rpartition(" ")
        individual = None
        if person.get("objected"):
            individual = self._org.add("Individual", now, user, LastName=last, HasOptedOutProfiling=True)["Id"]
        made = self._org.add(
            "Contact",
            now,
            user,
            FirstName=first or None,
            LastName=last,
            Name=f"{first} {last}".strip(),
            Email=person.get("email"),
            AccountId=self._accounts.get(str(person.get("account"))),
            OwnerId=user,
            External_Id__c=person.get("external_id"),
            Minor__c=bool(person.get("minor")),
            IndividualId=individual,
        )
        self._people[str(person["key"])] = made["Id"]
        return str(made["Id"])

    # --- writing --------------------------------------------------------------------------------

    def say(self, message: dict[str, Any]) -> Said:
        """Add one message; the first one opens the case."""
        at = datetime.fromisoformat(message["at"]) if message.get("at") else self._box.clock_.now()
        case_id = self._cases.get(str(message["case"]))
        if case_id is None:
            return self._open(message, at)
        return self._add(self._org.tables["Case"][case_id], message, at)

    def _open(self, message: dict[str, Any], at: datetime) -> Said:
        contact = self._org.tables["Contact"][self._people[str(message["person"])]]
        text, customer = str(message["text"]), message["role"] == "customer"
        case = self._org.add(
            "Case",
            at,
            self._box.agent_id,
            CaseNumber=f"{next(self._org.case_numbers):08d}",
            Subject=str(message.get("subject") or text[:60]),
            Description=text if customer else None,
            Status="New",
            Priority="Medium",
            Origin=ORIGINS.get(str(message.get("channel") or "web"), "Web"),
            ContactId=contact["Id"],
            AccountId=contact["AccountId"],
            OwnerId=self._box.agent_id,
            SuppliedEmail=contact["Email"] if customer else None,
            SuppliedName=contact["Name"] if customer else None,
            Language__c=message.get("locale"),
        )
        self._cases[str(message["case"])] = case["Id"]
        # A snapshot: the message tells of the case as it was when it was opened.
        opened = ("Case", dict(case))
        if customer and case["Origin"] != "Email":
            return {"case": case["Id"], "message": case["Id"]}, [opened]
        answer, told = self._add(case, message, at)
        return answer, [opened, *told]

    def _add(self, case: Record, message: dict[str, Any], at: datetime) -> Said:
        if case["Origin"] == "Email" and message["role"] != "note":
            made, sobject = self._mail(case, message, at), "EmailMessage"
        else:
            made, sobject = self._comment(case, message, at), "CaseComment"
        return {"case": case["Id"], "message": made["Id"]}, [(sobject, made)]

    def _mail(self, case: Record, message: dict[str, Any], at: datetime) -> Record:
        incoming = message["role"] == "customer"
        files = message.get("attachments") or []
        mail = self._org.add(
            "EmailMessage",
            at,
            self._author(message, case) if not incoming else self._box.robot_id,
            ParentId=case["Id"],
            Subject=case["Subject"],
            TextBody=str(message["text"]),
            Incoming=incoming,
            FromAddress=case["SuppliedEmail"] if incoming else "support@attune.example",
            HasAttachment=bool(files),
            Status="0" if incoming else "3",
            MessageDate=stamp(at),
        )
        for mime in files:
            extension = (mimetypes.guess_extension(str(mime)) or ".bin").removeprefix(".")
            document = self._org.add("ContentDocument", at, self._box.robot_id, Title="file", FileExtension=extension)
            self._org.add(
                "ContentDocumentLink",
                at,
                self._box.robot_id,
                LinkedEntityId=mail["Id"],
                ContentDocumentId=document["Id"],
            )
        return mail

    def _comment(self, case: Record, message: dict[str, Any], at: datetime) -> Record:
        return self._org.add(
            "CaseComment",
            at,
            self._author(message, case),
            ParentId=case["Id"],
            CommentBody=str(message["text"]),
            IsPublished=message["role"] != "note",
        )

    def _author(self, message: dict[str, Any], case: Record) -> str:
        """Return the user who writes; a customer writes as the user of a customer site."""
        if message["role"] == "bot":
            return self._box.robot_id
        if message["role"] != "customer":
            return self._box.agent_id
        contact = self._people.get(str(message.get("person"))) or str(case["ContactId"])
        if contact not in self._users:
            self._users[contact] = self._box.user("Customer", "CspLitePortal", ContactId=contact)
        return self._users[contact]

    def status(self, change: dict[str, Any]) -> Said:
        """Change a status as the agent."""
        at = datetime.fromisoformat(change["at"]) if change.get("at") else self._box.clock_.now()
        case = self._org.tables["Case"][self._cases[str(change["case"])]]
        word = STATUSES.get(str(change["status"]).lower(), str(change["status"]))
        closed = word == "Closed"
        case.update(
            Status=word,
            IsClosed=closed,
            ClosedDate=stamp(at) if closed else None,
            LastModifiedById=self._box.agent_id,
            IsEscalated=case["IsEscalated"] or word == "Escalated",
            LastModifiedDate=stamp(at),
            SystemModstamp=stamp(at),
            Attune_Changed_At__c=stamp(at),
        )
        return {"case": case["Id"]}, [("Case", dict(case))]

    def delete_contact(self, contact_id: str) -> Said:
        """Delete a contact as the agent; what is told is the note that a flow of the package makes."""
        now, told = self._box.clock_.now(), list[tuple[str, Record]]()
        rows = Rows(lambda: self._org, self._box.faults_, lambda sobject, record: told.append((sobject, dict(record))))
        rows.delete("Contact", contact_id, self._box.agent_id, now)
        return {"case": ""}, told

    def finish(self, task_id: str) -> Said:
        """Complete a task as the agent."""
        task, at = self._org.tables["Task"][task_id], stamp(self._box.clock_.now())
        task.update(Status="Completed", IsClosed=True, LastModifiedById=self._box.agent_id, LastModifiedDate=at)
        return {"case": task["WhatId"]}, [("Task", dict(task))]
