from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.model import Conversation, Event, Kind, Level, RecordRef, Role
from core.ports import Known
from tests.plugins.salesforce.conftest import World

NINE = "2026-11-02T09:00:00+00:00"
LATER = "2026-11-02T09:05:00+00:00"


def turns(conversation: Conversation) -> list[tuple[Role, str, bool]]:
    return [(message.role, message.text, message.public) for message in conversation.messages]


def held(conversation: Conversation) -> Known:
    """What the store knows after a conversation was taken in."""
    case = conversation.case
    return Known(
        people=frozenset({case.requester_id or ""}),
        accounts=frozenset({case.account_id or ""}),
        cases={case.ref.id: {"requester_id": case.requester_id, "account_id": case.account_id}},
        messages={case.ref.id: frozenset(message.id for message in conversation.messages)},
    )


def test_an_e_mail_case_is_one_conversation_with_its_parties(world: World) -> None:
    events = world.say(
        {"text": "Third time I ask.", "at": NINE, "locale": "en-GB"},
        {"role": "agent", "text": "I am on it.", "at": LATER},
        {"role": "note", "text": "Angry.", "at": LATER},
    )
    (conversation,) = world.plugin.load(events, Known())
    # The description repeats the first e-mail: it is said once.
    assert turns(conversation) == [
        (Role.CUSTOMER, "Third time I ask.", True),
        (Role.AGENT, "I am on it.", True),
        (Role.NOTE, "Angry.", False),
    ]
    assert (conversation.case.channel, conversation.case.locale, conversation.case.status) == ("email", "en-GB", "new")
    assert conversation.case.assignee_id == world.box.agent_id
    assert conversation.person and conversation.person.email == "ada@firm.example"
    assert conversation.person.email_verified and conversation.person.external_id == "P-1"
    assert conversation.account and conversation.account.domains == ("firm.example",)
    # A usage of zero is a value, an absent one is left out.
    assert conversation.account.signals == {"usage": 60.0, "adoption": 0.0}
    assert conversation.account.owner_id == world.box.agent_id


def test_a_web_case_speaks_by_its_description_and_comments(world: World) -> None:
    events = world.say(
        {"text": "It broke.", "at": NINE, "channel": "web"},
        {"role": "bot", "text": "Have you tried ...", "at": LATER},
        {"text": "Yes!", "at": "2026-11-02T09:06:00+00:00"},
        {"role": "agent", "text": "Sorry.", "at": "2026-11-02T09:07:00+00:00"},
    )
    (conversation,) = world.plugin.load(events, Known())
    assert turns(conversation) == [
        (Role.CUSTOMER, "It broke.", True),
        (Role.BOT, "Have you tried ...", True),
        (Role.CUSTOMER, "Yes!", True),
        (Role.AGENT, "Sorry.", True),
    ]


@pytest.mark.parametrize(
    ("origin", "role"),
    [("Phone", Role.NOTE), (None, Role.NOTE), ("Web", Role.CUSTOMER), ("SMS", Role.CUSTOMER), ("Fax", Role.NOTE)],
)
def test_what_an_agent_noted_down_is_not_the_customers_wording(world: World, origin: str | None, role: Role) -> None:
    (event, *_) = world.say({"text": "He shouted.", "at": NINE, "channel": "web"})
    event.raw["fields"].update(Origin=origin, SuppliedEmail=None, CreatedById=world.box.agent_id)
    (conversation,) = world.plugin.load([event], Known())
    assert [message.role for message in conversation.messages] == [role]


def test_a_known_case_costs_no_call(world: World) -> None:
    (conversation,) = world.plugin.load(world.say({"text": "One", "at": NINE}), Known())
    world.budget.counts.clear()
    (again,) = world.plugin.load(world.say({"text": "Two", "at": LATER}), held(conversation))
    assert turns(again) == [(Role.CUSTOMER, "Two", True)] and world.budget.counts == {}
    assert again.case.requester_id == conversation.case.requester_id
    assert again.case.account_id == conversation.case.account_id


def test_a_hundred_new_cases_cost_two_queries(world: World) -> None:
    events = world.events(lambda: world.cases(100))
    world.budget.counts.clear()
    assert len(world.plugin.load(events, Known())) == 100
    # One for the contact and one for the account: the cases stand in the messages.
    assert world.budget.counts == {"read": 2}


def test_the_first_words_of_a_case_are_read_when_its_own_message_is_missing(world: World) -> None:
    events = world.say({"text": "First", "at": NINE, "channel": "web"}, {"text": "Second", "at": LATER})
    only_second = [event for event in events if event.kind is Kind.MESSAGE_ADDED]
    (conversation,) = world.plugin.load(only_second, Known())
    assert turns(conversation) == [(Role.CUSTOMER, "First", True), (Role.CUSTOMER, "Second", True)]
    # And they are no news when that message comes after all, changed in between by our own writing.
    (late,) = world.plugin.load([event for event in events if event.kind is Kind.CASE_CREATED], held(conversation))
    assert turns(late) == []


def test_a_captured_message_with_two_fields_is_read_up(world: World) -> None:
    (event, *_) = world.say({"text": "First", "at": NINE, "channel": "web"})
    bare = Event(
        Kind.STATUS_CHANGED,
        event.subject,
        "n",
        event.occurred_at,
        {"sobject": "Case", "fields": {"Id": event.raw["fields"]["Id"]}},
    )
    (conversation,) = world.plugin.load([bare], Known())
    assert turns(conversation) == [(Role.CUSTOMER, "First", True)] and conversation.person


def test_a_case_that_is_gone_is_left_out(world: World) -> None:
    ref = RecordRef("salesforce", Level.CASE, "5005g0000000000AAA")
    event = Event(
        Kind.MESSAGE_ADDED,
        ref,
        "n",
        datetime(2026, 11, 2, tzinfo=UTC),
        {"sobject": "CaseComment", "fields": {"Id": "00a5g0000000000AAA", "CommentBody": "x"}},
    )
    assert world.plugin.load([event], Known()) == []


def test_kinds_of_files_are_told_and_files_are_not_opened(world: World) -> None:
    (conversation,) = world.plugin.load(world.say({"text": "See", "attachments": ["audio/mpeg", "image/png"]}), Known())
    assert conversation.messages[0].attachments == ("audio/mpeg", "image/png")


@pytest.mark.parametrize(
    ("word", "status"), [("solved", "closed"), ("closed", "closed"), ("open", "working"), ("escalated", "escalated")]
)
def test_status(world: World, word: str, status: str) -> None:
    (conversation,) = world.plugin.load(world.say({"text": "One", "at": NINE}), Known())
    events = world.events(lambda: world.box.status([{"case": "c", "status": word, "at": LATER}]))
    (changed,) = world.plugin.load(events, held(conversation))
    assert (changed.case.status, changed.escalated) == (status, word == "escalated")
    assert changed.messages == ()


def test_an_objection_and_a_minor_are_taken_over(world: World) -> None:
    people = world.box.talk._people
    (kim,) = world.plugin.people([people["kid"]])
    (noe,) = world.plugin.people([people["noe"]])
    assert kim.minor and kim.consent == {}
    assert not noe.minor and set(noe.consent.values()) == {"objected"} and "service_analysis" in noe.consent


def test_a_changed_individual_stands_for_its_contact(world: World) -> None:
    (individual,) = world.box.org.tables["Individual"]
    (person,) = world.plugin.people([individual])
    assert person.name == "Noe"


def test_an_org_without_data_protection_and_without_mapped_fields(world: World) -> None:
    for sobject, name in (("Contact", "IndividualId"), ("Account", "Attune_Usage__c"), ("Contact", "Minor__c")):
        world.box.org.fields[sobject][name].hidden = True
    try:
        (conversation,) = world.plugin.load(world.say({"text": "One"}), Known())
        assert conversation.person and not conversation.person.minor
        assert conversation.account and conversation.account.signals == {"adoption": 0.0}
    finally:
        world.box.reset()


def test_a_field_that_goes_away_is_noticed(world: World) -> None:
    world.plugin.accounts([world.box.talk._accounts["firm"]])
    world.box.org.fields["Account"]["Attune_Usage__c"].hidden = True
    (account,) = world.plugin.accounts([world.box.talk._accounts["firm"]])
    assert account.signals == {"adoption": 0.0}


def test_history_reads_cases_with_all_that_was_said(world: World) -> None:
    world.say(
        {"text": "One", "at": NINE},
        {"role": "agent", "text": "Two", "at": LATER},
        {"case": "d", "text": "Three", "channel": "web", "at": LATER},
        {"case": "d", "text": "Four", "at": "2026-11-02T09:06:00+00:00"},
    )
    found = world.plugin.history(datetime(2026, 11, 1, tzinfo=UTC), 10)
    assert [[text for _, text, _ in turns(one)] for one in found] == [["One", "Two"], ["Three", "Four"]]
    assert all(one.person and one.account for one in found)
    assert len(world.plugin.history(datetime(2026, 11, 1, tzinfo=UTC), 1)) == 1
    assert list(world.plugin.history(datetime(2026, 12, 1, tzinfo=UTC), 10)) == []
