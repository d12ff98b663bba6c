"""What people do in the Zendesk sandbox: write, reply, change a status."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.zendesk import sandbox_events as events
from connectors.zendesk.sandbox_blank import STATUS_IDS, Record
from connectors.zendesk.sandbox_records import Desk, stamp

if TYPE_CHECKING:
    from connectors.zendesk.sandbox import Sandbox

# https://developer.zendesk.com/documentation/ticketing/reference-guides/via-types/
CHANNELS = {"email": "email", "web": "web", "chat": "native_messaging", "social": "any_channel", "phone_text": "sms"}
ANSWER_BOT = {"id": "zd:answerBot", "name": "Answer bot", "type": "system"}
Said = tuple[dict[str, Any], list[Record]]


class Talk:
    """The people's half of the sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox
        self._people: dict[str, int] = {}
        self._accounts: dict[str, int] = {}
        self._cases: dict[str, int] = {}

    def clear(self) -> None:
        """Forget the keys of records."""
        self._people, self._accounts, self._cases = {}, {}, {}

    @property
    def _desk(self) -> Desk:
        return self._box.desk

    def organization(self, account: dict[str, Any]) -> str:
        """Create an organization from a seed."""
        made = self._desk.add_organization(
            self._box.clock_.now(),
            name=account.get("name", ""),
            external_id=account.get("external_id"),
            domain_names=[account["domain"]] if account.get("domain") else [],
            organization_fields={"crm_id": account.get("crm_id")},
        )
        self._accounts[str(account["key"])] = int(made["id"])
        return str(made["id"])

    def user(self, person: dict[str, Any]) -> str:
        """Create an end user from a seed."""
        fields = {
            "crm_id": person.get("crm_id"),
            "minor": bool(person.get("minor")),
            "privacy_choice": "objected" if person.get("objected") else None,
        }
        made = self._desk.add_user(
            self._box.clock_.now(),
            name=person.get("name", ""),
            email=person.get("email"),
            verified=True,
            external_id=person.get("external_id"),
            locale=person.get("locale") or "en-US",
            user_fields=fields,
            organization_id=self._accounts.get(str(person.get("account"))),
        )
        self._people[str(person["key"])] = int(made["id"])
        return str(made["id"])

    def say(self, message: dict[str, Any]) -> Said:
        """Add one message; the first one opens the ticket."""
        at = datetime.fromisoformat(message["at"]) if message.get("at") else self._box.clock_.now()
        ticket_id = self._cases.get(str(message["case"]))
        if ticket_id is None:
            return self._open(message, at)
        return self._add(self._desk.tickets[ticket_id], message, at)

    def _open(self, message: dict[str, Any], at: datetime) -> Said:
        requester = self._desk.users[self._people[str(message["person"])]]
        channel = CHANNELS.get(str(message.get("channel") or "web"), "web")
        chat = channel == "native_messaging"
        first = f"Conversation with {requester['name']}" if chat else str(message["text"])
        author = int(requester["id"]) if message["role"] == "customer" or chat else self._box.agent_id
        ticket = self._desk.add_ticket(
            at,
            subject=message.get("subject") or first[:60],
            raw_subject=message.get("subject") or first[:60],
            description=first,
            requester_id=requester["id"],
            submitter_id=author,
            organization_id=requester["organization_id"],
            assignee_id=self._box.agent_id,
            status="open",
            custom_status_id=STATUS_IDS["open"],
            is_public=message["role"] != "note",
            from_messaging_channel=chat,
            via={"channel": channel, "source": {"from": {}, "to": {}, "rel": None}},
        )
        if message.get("locale"):
            requester["locale"] = message["locale"]
        self._cases[str(message["case"])] = int(ticket["id"])
        comment = self._desk.add_comment(
            int(ticket["id"]),
            author,
            first,
            at,
            public=ticket["is_public"],
            attachments=_attachments(message),
            via=ticket["via"],
        )
        bodies = [self.created(ticket, author, at)]
        answer = {"case": str(ticket["id"]), "message": str(comment["id"])}
        if chat:
            answer, more = self._add(ticket, message, at)
            bodies += more
        return answer, bodies

    def _add(self, ticket: Record, message: dict[str, Any], at: datetime) -> Said:
        role, ticket_id = str(message["role"]), int(ticket["id"])
        ticket["updated_at"] = max(ticket["updated_at"], stamp(at))
        chat = ticket["via"]["channel"] == "native_messaging" and role != "note"
        if chat or role == "bot":
            return self._messaging(ticket, message, at)
        customer = self._people.get(str(message.get("person")), int(ticket["requester_id"]))
        author = customer if role == "customer" else self._box.agent_id
        comment = self._desk.add_comment(
            ticket_id,
            author,
            str(message["text"]),
            at,
            public=role != "note",
            attachments=_attachments(message),
            via=ticket["via"],
        )
        return {"case": str(ticket_id), "message": str(comment["id"])}, [self._commented(ticket, comment, author, at)]

    def _messaging(self, ticket: Record, message: dict[str, Any], at: datetime) -> Said:
        people = {"customer": int(ticket["requester_id"]), "agent": self._box.agent_id}
        person = people.get(str(message["role"]))
        kind = "end_user" if message["role"] == "customer" else "agent"
        actor = (
            ANSWER_BOT
            if person is None
            else {"id": str(person), "name": self._desk.users[person]["name"], "type": kind}
        )
        message_id = f"{self._desk.number():024x}"
        event = events.message(message_id, str(message["text"]), actor)
        body = events.body("messaging_ticket.message_added", ticket["id"], {"id": str(ticket["id"])}, event, at)
        return {"case": str(ticket["id"]), "message": message_id}, [body]

    def _commented(self, ticket: Record, comment: Record, author: int, at: datetime) -> Record:
        event = events.comment(comment, self._desk.users[author])
        return events.body("ticket.comment_added", ticket["id"], events.detail(ticket, author), event, at)

    def created(self, ticket: Record, actor_id: int, at: datetime | None = None) -> Record:
        """Return the event that a ticket was created."""
        detail = events.detail(ticket, actor_id)
        return events.body("ticket.created", ticket["id"], detail, {}, at or self._box.clock_.now())

    def status(self, change: dict[str, Any]) -> Said:
        """Change a status as the agent."""
        at = datetime.fromisoformat(change["at"]) if change.get("at") else self._box.clock_.now()
        ticket = self._desk.tickets[self._cases[str(change["case"])]]
        old, new = str(ticket["status"]), str(change["status"])
        ticket.update(status=new, custom_status_id=STATUS_IDS[new], updated_at=max(ticket["updated_at"], stamp(at)))
        event = {"current": new.upper(), "previous": old.upper()}
        detail = events.detail(ticket, self._box.agent_id)
        return {"case": str(ticket["id"])}, [events.body("ticket.status_changed", ticket["id"], detail, event, at)]

    def open_ticket(self, given: Record, actor_id: int) -> Record:
        """Create a ticket as an API call asks for it."""
        now = self._box.clock_.now()
        comment = given.get("comment") or {}
        text = str(comment.get("body") or given.get("description"))
        plain = ("subject", "type", "priority", "due_at", "external_id", "assignee_id", "organization_id")
        requester = int(given.get("requester_id") or actor_id)
        ticket = self._desk.add_ticket(
            now,
            description=text,
            requester_id=requester,
            submitter_id=actor_id,
            tags=sorted(given.get("tags") or []),
            is_public=bool(comment.get("public", True)),
            **{name: given[name] for name in plain if name in given},
        )
        ticket["raw_subject"] = ticket["subject"]
        values = self._box.updates.ticket_values(ticket["custom_fields"], given.get("custom_fields") or [])
        ticket.update(custom_fields=values, fields=values, status="open" if ticket["assignee_id"] else "new")
        self._desk.add_comment(int(ticket["id"]), actor_id, text, now, public=ticket["is_public"])
        return ticket

    def changes(self, before: Record, ticket: Record, actor_id: int) -> list[Record]:
        """Return the events of an update through the API, one for each thing that changed."""
        now, detail = self._box.clock_.now(), events.detail(ticket, actor_id)
        old = {item["id"]: item["value"] for item in before["custom_fields"]}
        found: list[tuple[str, Record]] = [
            (
                "ticket.custom_field_changed",
                {"current": item["value"], "previous": old.get(item["id"]), "field": {"id": str(item["id"])}},
            )
            for item in ticket["custom_fields"]
            if item["value"] != old.get(item["id"])
        ]
        if before["status"] != ticket["status"]:
            words = {"current": ticket["status"].upper(), "previous": before["status"].upper()}
            found.append(("ticket.status_changed", words))
        if sorted(before["tags"]) != sorted(ticket["tags"]):
            added, removed = set(ticket["tags"]) - set(before["tags"]), set(before["tags"]) - set(ticket["tags"])
            found.append(("ticket.tags_changed", {"tags_added": sorted(added), "tags_removed": sorted(removed)}))
        if "new_comment" in before:
            author = self._desk.users[before["new_comment"]["author_id"]]
            found.append(("ticket.comment_added", events.comment(before["new_comment"], author)))
        return [events.body(topic, ticket["id"], detail, event, now) for topic, event in found]


def _attachments(message: dict[str, Any]) -> list[Record]:
    return [{"content_type": mime, "file_name": "file", "size": 1} for mime in message.get("attachments") or []]
