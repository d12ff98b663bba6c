from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.model import Event, Kind, Level, Message, Role
from core.ports import Known, LinkKeys
from plugins.hubspot.finding import long_id
from plugins.hubspot.messages import of_thread
from plugins.hubspot.plugin import HubSpotPlugin
from tests.plugins.hubspot.conftest import World

AT = "2026-11-02T09:15:00Z"


def test_a_form_makes_a_ticket_whose_description_is_the_first_message(world: World) -> None:
    (conversation,) = world.plugin.load(world.say({"text": "It is broken.", "channel": "web", "at": AT}), Known())
    assert conversation.messages == (
        Message(f"{world.ticket()}-first", Role.CUSTOMER, "It is broken.", datetime(2026, 11, 2, 9, 15, tzinfo=UTC)),
    )
    assert conversation.case.channel == "web"


def test_a_ticket_that_an_agent_typed_is_a_note(world: World) -> None:
    events = world.say({"text": "Customer called.", "channel": "web"})
    world.box.portal.objects["tickets"][world.ticket()]["properties"]["source_type"] = "PHONE"
    (conversation,) = world.plugin.load(events, Known())
    assert [(m.role, m.public) for m in conversation.messages] == [(Role.NOTE, False)]


def test_what_is_stored_is_not_read_as_new(world: World) -> None:
    world.say({"text": "One", "at": AT})
    events = world.say({"text": "Two", "at": "2026-11-02T09:16:00Z"})
    (all_of_it,) = world.plugin.load(events, Known())
    assert [m.text for m in all_of_it.messages] == ["One", "Two"]
    known = Known(messages={world.ticket(): frozenset({all_of_it.messages[0].id})})
    assert [m.text for m in world.plugin.load(events, known)[0].messages] == ["Two"]


def test_what_is_long_past_does_not_come_back_with_a_new_message(world: World) -> None:
    world.say({"text": "Old", "at": AT})
    (conversation,) = world.plugin.load(world.say({"text": "New", "at": "2026-11-09T09:15:00Z"}), Known())
    assert [m.text for m in conversation.messages] == ["New"]


def test_people_and_accounts_that_are_known_are_not_read(world: World) -> None:
    events = world.say({"text": "Hi"})
    known = Known(people=frozenset(world.ids["people"].values()), accounts=frozenset(world.ids["accounts"].values()))
    (conversation,) = world.plugin.load(events, known)
    assert (conversation.person, conversation.account) == (None, None)
    assert conversation.case.requester_id == world.ids["people"]["ada"]
    assert conversation.case.account_id == world.ids["accounts"]["firm"]


def test_a_batch_of_many_cases_costs_few_calls(world: World) -> None:
    said = [{"case": f"c{n}", "text": "Help", "channel": "web"} for n in range(150)]
    assert len(world.plugin.load(world.say(*said), Known())) == 150
    # Two for tickets, two for associations, one each for contacts and companies.
    assert world.box.calls()["read"] == 6


@pytest.mark.parametrize("channel", ["email", "chat", "social", "phone_text", "web"])
def test_channels(world: World, channel: str) -> None:
    events = world.say({"text": "Hi", "channel": channel})
    assert world.plugin.load(events, Known())[0].case.channel == channel


def test_a_new_ticket_costs_one_call_for_its_conversation_and_an_old_one_two(world: World) -> None:
    events = world.say({"text": "Hi"})
    world.plugin.load(events, Known())
    before = world.box.calls()["read"]
    world.plugin.load([event for event in events if event.kind is Kind.MESSAGE_ADDED], Known())
    # One ticket, two associations, one contact, one company; then the conversation.
    assert (before, world.box.calls()["read"] - before) == (5 + 1, 5 + 2)


def test_a_conversation_without_a_ticket_has_no_record_to_write_to(world: World) -> None:
    events = [e for e in world.say({"text": "Hi"}) if e.kind is Kind.MESSAGE_ADDED]
    thread = world.box.portal.threads[str(events[0].raw["objectId"])]
    del thread["threadAssociations"]["associatedTicketId"]
    assert world.plugin.load(events, Known()) == []
    world.box.portal.threads.clear()
    assert world.plugin.load(events, Known()) == []


def test_a_ticket_that_is_gone_is_left_out(world: World) -> None:
    events = world.say({"text": "Hi"}, {"case": "d", "text": "Ho"})
    world.box.faults({"gone": [world.ticket("c")]})
    assert [c.case.ref.id for c in world.plugin.load(events, Known())] == [world.ticket("d")]


@pytest.mark.parametrize(("status", "expected"), [("pending", "pending"), ("open", "open"), ("closed", "closed")])
def test_stages_become_statuses(world: World, status: str, expected: str) -> None:
    world.say({"text": "Hi"})
    events = world.events(lambda: world.box.status([{"case": "c", "status": status}]))
    (conversation,) = world.plugin.load(events, Known())
    assert (events[0].kind, conversation.case.status, conversation.messages) == (Kind.STATUS_CHANGED, expected, ())


def test_a_stage_of_another_pipeline_is_open_until_it_is_mapped_or_has_a_close_date(world: World) -> None:
    events = world.say({"text": "Hi"})
    held = world.box.portal.objects["tickets"][world.ticket()]["properties"]
    held["hs_pipeline_stage"] = "871"
    assert world.plugin.load(events, Known())[0].case.status == "open"
    mapped = open_plugin(world, closed_stages="4, 871")
    assert mapped.load(events, Known())[0].case.status == "closed"
    held["closed_date"] = AT
    assert world.plugin.load(events, Known())[0].case.status == "closed"


def test_a_closed_case_that_is_open_again_is_reopened(world: World) -> None:
    world.say({"text": "Hi"})
    events = world.events(lambda: world.box.status([{"case": "c", "status": "open"}]))
    known = Known(cases={world.ticket(): {"status": "closed"}})
    assert world.plugin.load(events, known)[0].reopened
    assert not world.plugin.load(events, Known())[0].reopened


def test_minors_and_objections_are_told(world: World) -> None:
    people = world.plugin.people([world.ids["people"][key] for key in ("kid", "noe", "ada")] + ["999"])
    found = {person.name: (person.minor, set(person.consent.values())) for person in people}
    assert found == {"Kim": (True, set()), "Noe": (False, {"objected"}), "Ada Example": (False, set())}


def test_an_account_carries_its_health_inputs_and_keys(world: World) -> None:
    (account,) = world.plugin.accounts([world.ids["accounts"]["firm"]])
    assert (account.name, account.crm_id, account.external_id, account.domains) == (
        "Firm",
        "001A0000012abcDIAQ",
        "F-1",
        ("firm.example",),
    )
    assert account.signals == {"usage": 60.0, "adoption": 50.5} and account.owner_id == "49261155"


@pytest.mark.parametrize("value", ["", "lots", "-1", "101", "nan"])
def test_an_input_that_is_no_percentage_is_unknown(world: World, value: str) -> None:
    firm = world.box.portal.objects["companies"][world.ids["accounts"]["firm"]]
    firm["properties"]["attune_usage"] = value
    assert "usage" not in world.plugin.accounts([firm["id"]])[0].signals


@pytest.mark.parametrize(
    ("level", "keys", "found"),
    [
        (Level.ACCOUNT, LinkKeys("k", crm_id="001A0000012abcD"), True),
        (Level.ACCOUNT, LinkKeys("k", crm_id="001A0000012abcd"), False),
        (Level.ACCOUNT, LinkKeys("k", external_id="F-1"), True),
        (Level.ACCOUNT, LinkKeys("k", external_id="f-1"), False),
        (Level.ACCOUNT, LinkKeys("k", domains=("Firm.example", "other.example")), True),
        (Level.ACCOUNT, LinkKeys("k", domains=("irm.example",)), False),
        (Level.ACCOUNT, LinkKeys("k"), False),
        (Level.PERSON, LinkKeys("k", email="ADA@firm.example"), True),
        (Level.PERSON, LinkKeys("k", external_id="P-1"), True),
        (Level.PERSON, LinkKeys("k", crm_id="003A0000012abcD"), True),
        (Level.PERSON, LinkKeys("k", email="eve@firm.example"), False),
    ],
)
def test_customers_are_found_by_their_keys(world: World, level: Level, keys: LinkKeys, found: bool) -> None:
    assert [one.key for one in world.plugin.find(level, [keys])] == (["k"] if found else [])


def test_a_hundred_customers_are_one_search(world: World) -> None:
    wanted = [LinkKeys(str(n), crm_id=f"x{n}", external_id=f"e{n}", domains=(f"d{n}.example",)) for n in range(99)]
    found = world.plugin.find(Level.ACCOUNT, [*wanted, LinkKeys("firm", domains=("firm.example",))])
    assert [one.key for one in found] == ["firm"] and world.box.calls()["search"] == 1


def test_a_property_that_the_account_does_not_have_is_not_searched(world: World) -> None:
    plugin = open_plugin(world, external_id_property="nowhere")
    found = plugin.find(Level.ACCOUNT, [LinkKeys("k", external_id="F-1", domains=("firm.example",))])
    assert [one.key for one in found] == ["k"]


@pytest.mark.parametrize(
    ("short", "long"), [("001A0000012abcD", "001A0000012abcDIAQ"), ("a0B3000000000AB", "a0B3000000000ABEAY")]
)
def test_the_long_form_of_a_salesforce_id(short: str, long: str) -> None:
    assert long_id(short)[:15] == short and len(long_id(short)) == 18 and long_id(long) == long


def test_history_reads_tickets_of_the_last_days_with_their_words(world: World) -> None:
    world.say(
        {"case": "old", "text": "Old", "at": "2026-10-01T09:00:00Z"},
        {"case": "new", "text": "New", "at": AT},
        {"case": "form", "text": "Form", "channel": "web", "at": "2026-11-03T09:00:00Z"},
    )
    found = world.plugin.history(datetime(2026, 11, 1, tzinfo=UTC), 10)
    assert [[m.text for m in one.messages] for one in found] == [["Form"], ["New"]]
    assert all(one.person is not None for one in found)
    assert len(world.plugin.history(datetime(2026, 9, 1, tzinfo=UTC), 2)) == 2


@pytest.mark.parametrize(
    ("change", "role"),
    [
        ({}, Role.CUSTOMER),
        ({"senders": [{"actorId": "E-ada@firm.example"}]}, Role.CUSTOMER),
        ({"senders": [{"actorId": "A-1"}]}, Role.AGENT),
        ({"senders": [{"actorId": "I-1"}]}, Role.SYSTEM),
        ({"senders": []}, Role.CUSTOMER),
        ({"senders": [], "createdBy": ""}, Role.SYSTEM),
        ({"direction": "OUTGOING", "senders": [{"actorId": "A-1"}]}, Role.AGENT),
        ({"direction": "OUTGOING", "senders": [{"actorId": "B-1"}]}, Role.BOT),
        ({"direction": "OUTGOING", "senders": [{"actorId": "V-1"}]}, Role.BOT),
        ({"type": "COMMENT"}, Role.NOTE),
        ({"type": "WELCOME_MESSAGE"}, Role.BOT),
        ({"type": "THREAD_STATUS_CHANGE"}, None),
        ({"archived": True}, None),
        ({"createdAt": "?"}, None),
    ],
)
def test_who_wrote_a_message(change: dict[str, Any], role: Role | None) -> None:
    one = {
        "id": "m",
        "type": "MESSAGE",
        "createdAt": AT,
        "text": "x",
        "direction": "INCOMING",
        "createdBy": "V-7",
        "senders": [{"actorId": "V-7"}],
        **change,
    }
    assert [m.role for m in of_thread([one])] == ([role] if role else [])


def test_attachments_are_types_only(world: World) -> None:
    events = world.say({"text": "See", "attachments": ["audio/mpeg", "image/png", "application/pdf", "other/zzz"]})
    (message,) = world.plugin.load(events, Known())[0].messages
    assert message.attachments == ("audio/*", "image/*", "application/pdf", "application/octet-stream")


def test_events_out_of_order_give_the_same_conversation(world: World) -> None:
    events = world.say({"text": "One", "at": AT}, {"text": "Two", "at": "2026-11-02T09:20:00Z"})
    assert world.plugin.load(events[::-1], Known()) == world.plugin.load(events, Known())


def test_as_of_is_never_before_the_event(world: World) -> None:
    late = world.say({"text": "One"})
    moved = [Event(e.kind, e.subject, e.event_id, e.occurred_at + timedelta(days=1), e.raw) for e in late]
    assert world.plugin.load(moved, Known())[0].case.as_of == max(e.occurred_at for e in moved)


def test_no_word_of_a_customer_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        world.plugin.load(world.say({"text": "My secret pain", "channel": "chat"}), Known())
    assert "secret pain" not in caplog.text and "ada@firm" not in caplog.text


def open_plugin(world: World, **options: Any) -> Any:
    mixed = {**world.access.options, **options}
    return HubSpotPlugin(replace(world.access, installation=f"{world.access.installation}-{len(mixed)}", options=mixed))
