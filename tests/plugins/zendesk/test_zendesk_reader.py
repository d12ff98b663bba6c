from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from core.model import Event, Kind, Level, RecordRef, Role
from core.ports import Known, LinkKeys
from tests.plugins.zendesk.conftest import World
from webhooks.zendesk import TRIGGER_TEMPLATE, intake

AT = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)


def roles(world: World, *messages: dict[str, Any]) -> list[Role]:
    (conversation,) = world.plugin.load(world.say(*messages), Known())
    return [message.role for message in conversation.messages]


def reads(world: World) -> int:
    calls = world.box.calls()
    return calls["read"] + calls["search"]


# --- who speaks -----------------------------------------------------------------------------------


def test_roles_in_mail(world: World) -> None:
    assert roles(
        world, {"text": "a"}, {"role": "agent", "text": "b"}, {"role": "note", "text": "c"}, {"text": "d"}
    ) == [Role.CUSTOMER, Role.AGENT, Role.NOTE, Role.CUSTOMER]


def test_roles_in_chat_where_zendesk_makes_the_description_up(world: World) -> None:
    chat = {"channel": "chat"}
    assert roles(
        world, {"text": "a", **chat}, {"role": "bot", "text": "b", **chat}, {"role": "agent", "text": "c", **chat}
    ) == [Role.CUSTOMER, Role.BOT, Role.AGENT]


def test_a_ticket_that_an_agent_opened_begins_with_the_agents_words(world: World) -> None:
    assert roles(world, {"role": "agent", "text": "You called us."}) == [Role.AGENT]


def test_a_colleague_who_requests_something_is_no_customer(world: World) -> None:
    (event,) = world.say({"text": "My laptop is broken"})
    agent = str(world.box.agent_id)
    raw = {**event.raw, "detail": {**event.raw["detail"], "requester_id": agent, "submitter_id": agent}}
    (conversation,) = world.plugin.load([Event(event.kind, event.subject, "e", AT, raw)], Known())
    assert conversation.person is None
    assert [message.role for message in conversation.messages] == [Role.AGENT]


def test_attachments_are_types_only(world: World) -> None:
    (conversation,) = world.plugin.load(
        world.say({"text": "a"}, {"text": "listen", "attachments": ["audio/mpeg"]}), Known()
    )
    assert conversation.messages[1].attachments == ("audio/mpeg",)


# --- what is read ---------------------------------------------------------------------------------


def test_the_text_of_the_event_is_used_and_only_people_and_accounts_are_read(world: World) -> None:
    events = [event for i in range(150) for event in world.say({"case": f"c{i}", "text": "Hello"})]
    before = reads(world)
    assert len(world.plugin.load(events, Known())) == 150
    assert reads(world) - before == 2


def test_who_is_known_is_not_read_again(world: World) -> None:
    events = world.say({"text": "Hello"})
    detail = events[0].raw["detail"]
    known = Known(frozenset({detail["requester_id"]}), frozenset({detail["organization_id"]}))
    before = reads(world)
    (conversation,) = world.plugin.load(events, known)
    assert reads(world) == before
    assert conversation.person is None and conversation.case.requester_id == detail["requester_id"]


@pytest.mark.parametrize("known", [True, False])
def test_a_chat_message_says_nothing_of_its_ticket(world: World, known: bool) -> None:
    first = world.say({"text": "a", "channel": "chat"})
    (event,) = world.say({"text": "b", "channel": "chat"})
    (told,) = world.plugin.load(first, Known())
    held = {told.case.ref.id: {"requester_id": told.case.requester_id, "account_id": told.case.account_id}}
    before = world.box.calls()["read"]
    (conversation,) = world.plugin.load([event], Known(cases=held) if known else Known())
    assert conversation.person is not None and conversation.account is not None
    assert conversation.case.requester_id == told.case.requester_id
    assert world.box.calls()["read"] - before == (2 if known else 3)


def trigger(ticket_id: str, event_id: str = "i-1") -> Event:
    raw = {"attune": "1", "event": "commented", "ticket_id": ticket_id, "at": AT.isoformat()}
    return Event(Kind.MESSAGE_ADDED, RecordRef("zendesk", Level.CASE, ticket_id), event_id, AT, raw)


def test_a_trigger_makes_the_reader_fetch_the_words(world: World) -> None:
    told = world.say({"text": "a"}, {"role": "agent", "text": "b"}, {"role": "note", "text": "c"})
    ticket_id = told[0].subject.id if told[0].subject else ""
    (conversation,) = world.plugin.load([trigger(ticket_id)], Known())
    assert [(m.role, m.text) for m in conversation.messages] == [
        (Role.CUSTOMER, "a"),
        (Role.AGENT, "b"),
        (Role.NOTE, "c"),
    ]
    (by_event,) = world.plugin.load(told, Known())
    assert [m.id for m in conversation.messages] == [m.id for m in by_event.messages]
    seen = Known(messages={ticket_id: frozenset(m.id for m in conversation.messages[:2])})
    (again,) = world.plugin.load([trigger(ticket_id)], seen)
    assert [m.text for m in again.messages] == ["c"]


def test_the_trigger_path_from_template_to_words(world: World) -> None:
    world.box.configure({"trigger_template": TRIGGER_TEMPLATE})
    words = 'He said "no", then \\ "ticket_id": "9" and left.\nNow what?'
    events = world.say({"text": words}, {"role": "agent", "text": "Sorry."})
    assert [event.kind for event in events] == [Kind.MESSAGE_ADDED, Kind.MESSAGE_ADDED]
    (conversation,) = world.plugin.load(events, Known())
    assert [message.text for message in conversation.messages] == [words, "Sorry."]
    assert conversation.person is not None and conversation.account is not None


def test_a_template_with_words_in_it_can_be_forged_and_ours_has_none(world: World) -> None:
    careless = TRIGGER_TEMPLATE.replace('"at":', '"comment": "{{ticket.latest_comment}}", "at":')
    world.box.configure({"trigger_template": careless})
    world.box.say([{"case": "c", "person": "ada", "role": "customer", "text": 'x", "ticket_id": "999'}])
    assert intake.parse(world.deliveries[-1], frozenset()).rejects[0].code == "SCHEMA_DRIFT"
    assert "comment" not in TRIGGER_TEMPLATE.replace("commented", "")


def test_a_trigger_of_a_ticket_that_is_gone_is_nothing(world: World) -> None:
    assert world.plugin.load([trigger("999")], Known()) == []


# --- what an event may do -------------------------------------------------------------------------


def test_a_description_that_comes_again_as_a_comment_counts_once(world: World) -> None:
    (created,) = world.say({"text": "Where is  my order?", "at": "2026-11-02T09:15:00Z"})
    (later,) = world.say({"text": "Where is my order?", "at": "2026-11-02T09:15:01Z"})
    (hours_later,) = world.say({"text": "Where is my order?", "at": "2026-11-02T12:15:01Z"})
    (conversation,) = world.plugin.load([later, hours_later, created], Known())
    assert len(conversation.messages) == 2
    seen = Known(messages={conversation.case.ref.id: frozenset({conversation.messages[0].id})})
    (again,) = world.plugin.load([later], seen)
    assert again.messages == ()


def test_events_in_any_order_and_twice(world: World) -> None:
    events = world.say(*({"text": str(i), "at": f"2026-11-02T09:1{i}:00Z"} for i in range(5)))
    (conversation,) = world.plugin.load([*reversed(events), *events], Known())
    assert [message.text for message in conversation.messages] == list("01234")
    assert conversation.case.as_of == events[-1].occurred_at


@pytest.mark.parametrize(
    ("statuses", "reopened"), [(["solved", "open"], True), (["pending", "open"], False), (["solved", "closed"], False)]
)
def test_reopened(world: World, statuses: list[str], reopened: bool) -> None:
    world.say({"text": "a"})
    events = world.events(lambda: world.box.status([{"case": "c", "status": status} for status in statuses]))
    (conversation,) = world.plugin.load(events, Known())
    assert (conversation.reopened, conversation.case.status) == (reopened, statuses[-1])


def test_a_minor_and_an_objection_are_heard(world: World) -> None:
    kid, noe = world.plugin.load(
        world.say({"case": "k", "person": "kid", "text": "a"}, {"case": "n", "person": "noe", "text": "b"}), Known()
    )
    assert kid.person is not None and kid.person.minor and not kid.person.consent
    assert noe.person is not None and not noe.person.minor
    assert noe.person.consent == {"health_scoring": "objected", "service_analysis": "objected"}
    assert noe.account is None


def test_a_changed_record_is_no_conversation(world: World) -> None:
    event = Event(Kind.RECORD_CHANGED, RecordRef("zendesk", Level.PERSON, "5"), "e", AT, {})
    assert world.plugin.load([event], Known()) == []


def test_channel_and_locale(world: World) -> None:
    for channel in ("email", "web", "chat", "social", "phone_text"):
        (conversation,) = world.plugin.load(
            world.say({"case": channel, "channel": channel, "text": "a", "locale": "de-DE"}), Known()
        )
        assert (conversation.case.channel, conversation.case.locale) == (channel, "de-DE")


# --- past, people, links --------------------------------------------------------------------------


def test_history_reads_tickets_with_all_their_words(world: World) -> None:
    world.say({"text": "a"}, {"role": "agent", "text": "b"}, {"case": "d", "text": "c"})
    past = world.plugin.history(datetime(2020, 1, 1, tzinfo=UTC), 10)
    assert sorted([message.text for message in one.messages] for one in past) == [["a", "b"], ["c"]]
    assert all(one.person and one.account for one in past)
    assert len(world.plugin.history(datetime(2020, 1, 1, tzinfo=UTC), 1)) == 1
    assert world.plugin.history(datetime(2099, 1, 1, tzinfo=UTC), 10) == []


def test_people_and_accounts_by_id(world: World) -> None:
    users, organizations = world.box.desk.users, world.box.desk.organizations
    people = world.plugin.people([*map(str, users), "404", "none"])
    assert [person.email for person in people] == ["ada@firm.example", "kim@firm.example", "noe@firm.example"]
    (account,) = world.plugin.accounts([*map(str, organizations), "404"])
    assert (account.external_id, account.crm_id, account.domains) == ("F-1", "001A", ("firm.example",))


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (LinkKeys("k", email="ADA@firm.example"), "Ada Example"),
        (LinkKeys("k", crm_id="003A"), "Ada Example"),
        (LinkKeys("k", email="nobody@firm.example"), None),
        (LinkKeys("k"), None),
        (LinkKeys("k", email='x" email:"ada@firm.example'), None),
    ],
)
def test_people_are_found(world: World, keys: LinkKeys, name: str | None) -> None:
    assert [(f.key, f.record.name) for f in world.plugin.find(Level.PERSON, [keys])] == ([("k", name)] if name else [])


def test_an_address_that_is_not_verified_links_nobody(world: World) -> None:
    for user in world.box.desk.users.values():
        user["verified"] = False
    assert world.plugin.find(Level.PERSON, [LinkKeys("k", email="ada@firm.example")]) == []


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (LinkKeys("k", external_id="f-1"), True),
        (LinkKeys("k", crm_id="001A"), True),
        (LinkKeys("k", domains=("Firm.Example",)), True),
        (LinkKeys("k", domains=("firm.org",)), False),
        (LinkKeys("k"), False),
    ],
)
def test_accounts_are_found(world: World, keys: LinkKeys, found: bool) -> None:
    assert len(world.plugin.find(Level.ACCOUNT, [keys])) == int(found)


def test_organizations_beyond_the_first_page_are_found(world: World) -> None:
    world.box.seed([{"key": f"o{i}", "name": f"O{i}", "domain": f"o{i}.example"} for i in range(250)], [])
    assert len(world.plugin.find(Level.ACCOUNT, [LinkKeys("k", domains=("o249.example",))])) == 1
