from __future__ import annotations

from datetime import UTC, datetime

import pytest
from defusedxml.ElementTree import fromstring

from core.errors import RejectedError
from core.model import Delivery, Kind, Level, RecordRef
from core.ports import Intake, Secrets
from tests.webhooks.salesforce.bodies import (
    CASE,
    CONTACT,
    NOTIFIED,
    NOW,
    ORGANISATION,
    OURS,
    SECRETS,
    Fields,
    case,
    delivery,
    message,
    notification,
    parse,
)
from webhooks.salesforce import intake

CERT = "AB:CD:" * 15 + "AB:CD"
MAIL = "02s7000000000001AA"[:15]


def test_the_answer_is_the_soap_acknowledgement() -> None:
    checked: Intake = intake
    body, kind = checked.acknowledgement()
    assert kind.startswith("text/xml")
    found = fromstring(body).find(".//{http://soap.sforce.com/2005/09/outbound}Ack")
    assert found is not None and found.text == "true"


# --- who is it ------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["new", "old"])
@pytest.mark.parametrize("organisation", [ORGANISATION, ORGANISATION[:15]])
@pytest.mark.parametrize("named", [ORGANISATION, ORGANISATION[:15]])
def test_both_live_secrets_and_both_forms_of_the_organisation_are_good(
    secret: str, organisation: str, named: str
) -> None:
    intake.verify(delivery(message(case(), organisation=named), secret), Secrets(("new", "old"), organisation))


def test_the_clock_does_not_matter() -> None:
    old = case(CreatedDate="2001-01-01T00:00:00.000Z", LastModifiedDate="2001-01-01T00:00:00.000Z")
    intake.verify(delivery(message(old)), SECRETS)


@pytest.mark.parametrize("given", [CERT, CERT.lower(), CERT.replace(":", "")])
def test_the_certificates_fingerprint_in_any_form(given: str) -> None:
    intake.verify(delivery(message(case()), cert=given), Secrets(("new",), ORGANISATION, CERT))


@pytest.mark.parametrize(
    ("bad", "secrets"),
    [
        (delivery(message(case()), "another"), SECRETS),
        (delivery(message(case()), ""), SECRETS),
        (delivery(message(case()), "ne\ud800"), SECRETS),
        (delivery(message(case()), "newnew"), SECRETS),
        (delivery(message(case())), Secrets((), ORGANISATION)),
        (delivery(message(case()), ""), Secrets(("",), ORGANISATION)),
        (delivery(message(case())), Secrets(("new",), "")),
        (delivery(message(case())), Secrets(("new",), "00D70000000IVNq")),
        (delivery(message(case(), organisation="00D70000000IVNP")), SECRETS),
        (delivery(message(case())), Secrets(("new",), ORGANISATION, CERT)),
        (delivery(message(case()), cert="AB:CD"), Secrets(("new",), ORGANISATION, CERT)),
        (delivery(b"<broken", "another"), SECRETS),
    ],
)
def test_anybody_else_is_refused(bad: Delivery, secrets: Secrets) -> None:
    with pytest.raises(RejectedError) as caught:
        intake.verify(bad, secrets)
    assert caught.value.code == "BAD_SIGNATURE"


@pytest.mark.parametrize("body", [b"", b"<broken", message(case(), organisation=None)])
def test_a_body_that_names_no_organisation_is_drift_not_a_stranger(body: bytes) -> None:
    intake.verify(delivery(body), SECRETS)
    parsed = intake.parse(delivery(body), frozenset())
    assert [reject.code for reject in parsed.rejects] == ["SCHEMA_DRIFT"] and not parsed.events


# --- what happened --------------------------------------------------------------------------------

CHANGED = "2026-11-02T08:59:30.000Z"


@pytest.mark.parametrize(
    ("element", "kind", "subject"),
    [
        (case(), Kind.CASE_CREATED, (Level.CASE, CASE)),
        (case(LastModifiedDate=CHANGED), Kind.STATUS_CHANGED, (Level.CASE, CASE)),
        (case(CreatedDate=None, LastModifiedDate=None), Kind.STATUS_CHANGED, (Level.CASE, CASE)),
        (case(Id=CASE[:15]), Kind.CASE_CREATED, (Level.CASE, CASE)),
        (notification("EmailMessage", {"Id": MAIL, "ParentId": CASE}), Kind.MESSAGE_ADDED, (Level.CASE, CASE)),
        (notification("CaseComment", {"Id": MAIL, "ParentId": CASE}), Kind.MESSAGE_ADDED, (Level.CASE, CASE)),
        (notification("Contact", {"Id": CONTACT}), Kind.RECORD_CHANGED, (Level.PERSON, CONTACT)),
        (
            notification("Account", {"Id": "001700000000001AAA"}),
            Kind.RECORD_CHANGED,
            (Level.ACCOUNT, "001700000000001AAA"),
        ),
        (
            notification("Individual", {"Id": "0PK700000000001AAA"}),
            Kind.RECORD_CHANGED,
            (Level.PERSON, "0PK700000000001AAA"),
        ),
        (
            notification("Task", {"Id": "00T700000000001AAA", "Attune_External_Id__c": "a-1"}),
            Kind.STATUS_CHANGED,
            (Level.CASE, "00T700000000001AAA"),
        ),
        (
            notification("Attune_Deleted__c", {"Id": "a0B700000000001AAA", "Attune_Record__c": CONTACT}),
            Kind.PERSON_DELETED,
            (Level.PERSON, CONTACT),
        ),
        (notification("Task", {"Id": "00T700000000001AAA"}), Kind.UNKNOWN, None),
        (notification("Lead", {"Id": "00Q700000000001AAA"}), Kind.UNKNOWN, None),
        (notification("", {}), Kind.UNKNOWN, None),
    ],
)
def test_kinds(element: str, kind: Kind, subject: tuple[Level, str] | None) -> None:
    (found,) = parse(element).events
    assert found.kind is kind and found.event_id == NOTIFIED
    assert found.subject == (RecordRef("salesforce", *subject) if subject else None)


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({}, datetime(2026, 11, 2, 8, 59, tzinfo=UTC)),
        ({"LastModifiedDate": "2026-11-02T09:59:30.500+01:00"}, datetime(2026, 11, 2, 8, 59, 30, 500000, tzinfo=UTC)),
        ({"LastModifiedDate": None}, datetime(2026, 11, 2, 8, 59, tzinfo=UTC)),
        ({"LastModifiedDate": None, "CreatedDate": None}, NOW),
        ({"LastModifiedDate": "yesterday", "CreatedDate": "2026-11-02"}, NOW),
        ({"LastModifiedDate": "0001-01-01T00:00:00+23:59", "CreatedDate": None}, NOW),
    ],
)
def test_when(fields: Fields, at: datetime) -> None:
    (found,) = parse(case(**fields)).events
    assert found.occurred_at == at


def test_the_record_is_kept_beside_the_event_as_json() -> None:
    (found,) = parse(case(Description="a <b> & \U0001f600\r\n", ContactId=None)).events
    assert found.raw["sobject"] == "Case"
    assert found.raw["fields"]["Description"].startswith("a <b> & \U0001f600")
    assert found.raw["fields"]["ContactId"] is None


# --- our own writing come back --------------------------------------------------------------------


@pytest.mark.parametrize(
    "element",
    [
        case(LastModifiedDate=CHANGED, LastModifiedById=OURS),
        case(LastModifiedDate=CHANGED, LastModifiedById=OURS[:15]),
        case(CreatedById="005700000000002AAA", LastModifiedById=OURS),
        notification("CaseComment", {"Id": MAIL, "ParentId": CASE, "CreatedById": OURS}),
        notification("Account", {"Id": "001700000000001AAA", "LastModifiedById": OURS}),
        notification("Task", {"Id": "00T700000000001AAA", "Attune_External_Id__c": "a", "LastModifiedById": OURS}),
    ],
)
def test_an_echo_is_counted(element: str) -> None:
    parsed = parse(element)
    assert (parsed.events, parsed.rejects, parsed.echoes) == ((), (), 1)


@pytest.mark.parametrize(
    "element",
    [
        case(LastModifiedDate=CHANGED, LastModifiedById="005700000000002AAA"),
        case(LastModifiedById=OURS),
        case(CreatedById=OURS, LastModifiedById=OURS),
        notification("EmailMessage", {"Id": MAIL, "ParentId": CASE, "CreatedById": OURS, "Incoming": "true"}),
        notification(
            "CaseComment", {"Id": MAIL, "ParentId": CASE, "CreatedById": "005700000000002AAA", "LastModifiedById": OURS}
        ),
    ],
)
def test_a_persons_words_are_no_echo(element: str) -> None:
    assert len(parse(element).events) == 1


def test_a_persons_change_that_our_writing_has_overtaken_is_told_once() -> None:
    at = datetime(2026, 11, 2, 8, 58, tzinfo=UTC)
    changed = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    ours = {"LastModifiedById": OURS, "Attune_Changed_At__c": changed, "Status": "Closed"}
    first, again = (
        parse(case(LastModifiedDate=moment, **ours)).events[0] for moment in (CHANGED, "2026-11-02T08:59:50.000Z")
    )
    assert (first.kind, first.occurred_at, first.raw["fields"]["Status"]) == (Kind.STATUS_CHANGED, at, "Closed")
    assert (first.event_id, first.subject) == (again.event_id, again.subject)


def test_a_change_of_days_ago_is_no_news() -> None:
    old = case(LastModifiedDate=CHANGED, LastModifiedById=OURS, Attune_Changed_At__c="2026-10-30T08:58:00.000Z")
    assert (parse(old).events, parse(old).echoes) == ((), 1)


# --- drift ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("element", "part"),
    [
        (case(Id="12"), "Case.Id"),
        (case(Id=None), "Case.Id"),
        (case(Id=CONTACT), "Case.Id"),
        (notification("CaseComment", {"Id": MAIL}), "CaseComment.ParentId"),
        (notification("Attune_Deleted__c", {"Attune_Record__c": CASE}), "Attune_Deleted__c.Attune_Record__c"),
        (notification("CaseComment", {"ParentId": CASE}), "CaseComment.Id"),
        (notification("EmailMessage", {"Id": MAIL, "ParentId": CONTACT}), "EmailMessage.ParentId"),
        ("<Notification><Id>04l7000000DjbKjAAJ</Id></Notification>", "sObject"),
        (notification("Case", {"Id": CASE}, id_="x y"), "Notification/Id"),
    ],
)
def test_one_bad_element_does_not_hold_up_the_good_ones(element: str, part: str) -> None:
    parsed = parse(case(), element)
    assert len(parsed.events) == 1
    assert [(reject.code, reject.detail) for reject in parsed.rejects] == [("SCHEMA_DRIFT", part)]
    assert b"Notification" in parsed.rejects[0].raw


def test_a_hundred_notifications_and_not_one_more() -> None:
    ids = [f"04l7000000{n:05d}" for n in range(101)]
    many = [notification("Case", {"Id": CASE}, id_=id_) for id_ in ids]
    assert len(parse(*many[:100]).events) == 100
    assert [reject.detail for reject in parse(*many).rejects] == ["Notification"]
    assert [reject.detail for reject in parse().rejects] == ["Notification"]
