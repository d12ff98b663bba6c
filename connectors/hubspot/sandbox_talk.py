"""What people do in the HubSpot sandbox: write, reply, change a stage."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.hubspot import sandbox_events as events
from connectors.hubspot.sandbox_records import AGENT_ID, APP_ID, OWNER_ID, Portal, Record, stamp

if TYPE_CHECKING:
    from connectors.hubspot.sandbox import Sandbox

# Channel ids of the conversations inbox.
# https://developers.hubspot.com/docs/api-reference/latest/conversations/inbox-and-messages/guide
CHANNELS = {"email": "1002", "chat": "1000", "social": "1001", "phone_text": "1007"}
SOURCES = {"email": "EMAIL", "chat": "CHAT", "social": "CHAT", "phone_text": "CHAT", "web": "FORM"}
STAGES = {"new": "1", "pending": "2", "hold": "2", "open": "3", "solved": "4", "closed": "4"}
CLOSED = "4"
Said = tuple[dict[str, Any], list[Record]]


class Talk:
    """The people's half of the sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox
        self.clear()

    def clear(self) -> None:
        """Forget the keys of records."""
        self._people: dict[str, str] = {}
        self._accounts: dict[str, str] = {}
        self._cases: dict[str, str] = {}
        self._threads: dict[str, str] = {}

    @property
    def _portal(self) -> Portal:
        return self._box.portal

    # --- seeds ----------------------------------------------------------------------------------

    def company(self, account: dict[str, Any]) -> str:
        """Create a company from a seed."""
        signals = {f"attune_{name}": value for name, value in (account.get("signals") or {}).items()}
        made = self._portal.create(
            "companies",
            {
                "name": account.get("name"),
                "domain": account.get("domain"),
                "external_id": account.get("external_id"),
                "salesforceaccountid": account.get("crm_id"),
                "hubspot_owner_id": account.get("owner_id") or OWNER_ID,
                **signals,
            },
            self._box.clock_.now(),
        )
        self._accounts[str(account["key"])] = made["id"]
        return str(made["id"])

    def contact(self, person: dict[str, Any]) -> str:
        """Create a contact from a seed."""
        first, _, last = str(person.get("name") or "").partition(" ")
        made = self._portal.create(
            "contacts",
            {
                "firstname": first,
                "lastname": last,
                "email": person.get("email"),
                "external_id": person.get("external_id"),
                "salesforcecontactid": person.get("crm_id"),
                "minor": "true" if person.get("minor") else None,
                "privacy_choice": "objected" if person.get("objected") else None,
            },
            self._box.clock_.now(),
        )
        account = self._accounts.get(str(person.get("account")))
        if account:
            self._portal.link("contacts", made["id"], "companies", account)
        self._people[str(person["key"])] = made["id"]
        return str(made["id"])

    # --- talk -----------------------------------------------------------------------------------

    def say(self, message: dict[str, Any]) -> Said:
        """Let somebody write; the first message of a case creates its ticket, and its conversation."""
        at = datetime.fromisoformat(message["at"]) if message.get("at") else self._box.clock_.now()
        key, fresh = str(message["case"]), str(message["case"]) not in self._cases
        told = [self._open(key, message, at)] if fresh else []
        ticket = self._cases[key]
        if fresh and message.get("channel") == "web":
            # A form makes a ticket whose description is the text; there is no conversation yet.
            return {"case": ticket, "message": f"{ticket}-content"}, told
        said = self._add(self._thread(key, message, at), message, at)
        record = self._portal.objects["tickets"][ticket]
        record["updatedAt"] = max(record["updatedAt"], stamp(at))
        extra = {"messageId": said["id"], "messageType": said["type"], "changeFlag": "NEW_MESSAGE"}
        told.append(events.body("conversation.newMessage", said["conversationsThreadId"], at, **extra))
        return {"case": ticket, "message": said["id"]}, told

    def _open(self, key: str, message: dict[str, Any], at: datetime) -> Record:
        channel, person = str(message.get("channel") or "email"), self._people[str(message["person"])]
        ticket = self._portal.create(
            "tickets",
            {
                "subject": message.get("subject") or "Request",
                "content": message["text"],
                "hs_pipeline": "0",
                "hs_pipeline_stage": "1",
                "source_type": SOURCES.get(channel),
                "createdate": stamp(at),
            },
            at,
        )
        self._cases[key] = ticket["id"]
        self._portal.link("tickets", ticket["id"], "contacts", person)
        for company in self._portal.linked("contacts", person, "companies")[:1]:
            self._portal.link("tickets", ticket["id"], "companies", company)
        if message.get("locale"):
            self._portal.objects["contacts"][person]["properties"]["hs_language"] = str(message["locale"]).lower()
        if channel != "web":
            ticket["properties"]["hs_conversations_originating_thread_id"] = self._thread(key, message, at)
        return events.body("ticket.creation", ticket["id"], at, changeSource="CONVERSATIONS", changeFlag="CREATED")

    def _thread(self, key: str, message: dict[str, Any], at: datetime) -> str:
        if key not in self._threads:
            thread_id, channel = self._portal.number(), CHANNELS.get(str(message.get("channel")), CHANNELS["email"])
            self._portal.threads[thread_id] = {
                "id": thread_id,
                "createdAt": stamp(at),
                "status": "OPEN",
                "originalChannelId": channel,
                "originalChannelAccountId": "424242",
                "latestMessageTimestamp": stamp(at),
                "inboxId": "431939448",
                "associatedContactId": self._people[str(message["person"])],
                "spam": False,
                "archived": False,
                "threadAssociations": {"associatedTicketId": self._cases[key]},
            }
            self._portal.messages[thread_id] = []
            self._threads[key] = thread_id
        return self._threads[key]

    def _add(self, thread_id: str, message: dict[str, Any], at: datetime) -> Record:
        thread, role = self._portal.threads[thread_id], message.get("role", "customer")
        actor = {"customer": f"V-{thread['associatedContactId']}", "bot": "B-1"}.get(role, f"A-{AGENT_ID}")
        files = [
            {
                "fileId": self._portal.number(),
                "fileUsageType": mime.partition("/")[0].upper(),
                "type": "FILE",
                "name": "file." + mime.partition("/")[2],
            }
            for mime in message.get("attachments") or []
        ]
        said: Record = {
            "id": uuid.uuid4().hex,
            "conversationsThreadId": thread_id,
            "createdAt": stamp(at),
            "createdBy": actor,
            "client": {"clientType": "HUBSPOT"},
            "senders": [{"actorId": actor, "senderField": "FROM"}],
            "recipients": [],
            "archived": False,
            "text": message["text"],
            "richText": f"<p>{message['text']}</p>",
            "attachments": files,
            "type": "COMMENT" if role == "note" else "MESSAGE",
        }
        if role != "note":
            said |= {
                "channelId": thread["originalChannelId"],
                "channelAccountId": thread["originalChannelAccountId"],
                "direction": "INCOMING" if role == "customer" else "OUTGOING",
                "status": {"statusType": "SENT"},
                "truncationStatus": "NOT_TRUNCATED",
            }
        self._portal.messages[thread_id].append(said)
        thread["latestMessageTimestamp"] = max(thread["latestMessageTimestamp"], stamp(at))
        return said

    def status(self, change: dict[str, Any]) -> Said:
        """Move a ticket to another stage, as an agent."""
        at = datetime.fromisoformat(change["at"]) if change.get("at") else self._box.clock_.now()
        ticket_id = self._cases[str(change["case"])]
        stage = STAGES[str(change["status"])]
        ticket = self._portal.objects["tickets"][ticket_id]
        closed = {"closed_date": stamp(at) if stage == CLOSED else None}
        self._portal.change("tickets", ticket, {"hs_pipeline_stage": stage, **closed}, at)
        event = events.body(
            "ticket.propertyChange",
            ticket_id,
            at,
            propertyName="hs_pipeline_stage",
            propertyValue=stage,
            changeSource="CRM_UI",
            sourceId=f"userId:{AGENT_ID}",
        )
        return {"case": ticket_id}, [event]

    def changes(self, kind: str, record: Record, changed: dict[str, str]) -> list[Record]:
        """Return the events of an update through the API: one for each property."""
        return [
            events.body(
                f"{kind}.propertyChange",
                record["id"],
                self._box.clock_.now(),
                propertyName=name,
                propertyValue=value,
                changeSource="INTEGRATION",
                sourceId=str(APP_ID),
            )
            for name, value in changed.items()
        ]
