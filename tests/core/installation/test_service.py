"""The steps against the sandboxes: each may be done twice, fail, be killed, and be taken up again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.errors import RetryLaterError
from core.fields import at_level, catalogue
from core.installation import asking, modules, service
from core.jobs import sweeping
from core.model import Level
from core.ports import Token
from core.store import setup, stages
from core.store.tokens import PgVault
from manifests import declarations
from tests.conftest import MakeWorld
from tests.core.installation.connect import Admin
from tests.core.installation.setting_up import PUBLIC, connected, detail, do, noted, place
from tests.talk import connect, rows
from tests.world import World

VENDORS = sorted(declarations())
every_vendor = pytest.mark.parametrize("vendor", VENDORS)


def fresh(make_world: MakeWorld, vendor: str, mode: str = "observe") -> World:
    made = make_world(only=(vendor,), joined=False, mode=mode)
    connected(made, vendor)
    return made


def choose(made: World, vendor: str, **values: Any) -> None:
    with made.store.tenant(made.tenant) as connection:
        stages.change(connection, made.installations[vendor], **values)


@every_vendor
def test_a_connection_is_looked_at(make_world: MakeWorld, vendor: str) -> None:
    made = fresh(make_world, vendor)
    do(made, vendor, "connect")
    found = detail(made, vendor, "connect")
    assert (found["working"], found["off"]) == (list(modules.MODULES), {})
    assert place(made, vendor).plan == found["plan"]
    assert found["plan"] == {"salesforce": "Enterprise Edition", "hubspot": "standard", "zendesk": ""}[vendor]


def test_zendesk_warns_when_it_was_no_admin_who_allowed_it(make_world: MakeWorld) -> None:
    made = fresh(make_world, "zendesk")
    made.sandbox("zendesk").desk.users[made.sandbox("zendesk").integration_id]["role"] = "agent"
    do(made, "zendesk", "connect")
    found = detail(made, "zendesk", "connect")
    assert "Let an admin connect it again" in found["warning"]
    assert found["off"] == {}


def test_a_token_that_hubspot_tells_nothing_of_turns_nothing_off(make_world: MakeWorld) -> None:
    talk = connect(make_world(only=("hubspot",)))
    made = talk.made
    with made.store.tenant(made.tenant) as connection:
        vault = PgVault(made.store, made.seal, made.tenant, made.installations["hubspot"])
        vault.put(connection, Token(vault.current().access), 9)
    do(made, "hubspot", "connect")
    assert detail(made, "hubspot", "connect")["off"] == {}
    assert place(made, "hubspot").granted is None


@pytest.mark.parametrize(
    ("withheld", "off"),
    [
        (["Account:update"], ["accounts"]),
        (["Contact:update"], ["consent"]),
        (["Task:create"], ["follow_up"]),
        (["Case:update"], ["cases"]),
        (["Contact:read"], ["cases", "consent"]),
    ],
)
def test_a_right_that_salesforce_withholds_turns_one_part_off(
    make_world: MakeWorld, withheld: list[str], off: list[str]
) -> None:
    made = fresh(make_world, "salesforce")
    made.sandbox("salesforce").configure({"withheld": withheld})
    do(made, "salesforce", "connect")
    assert detail(made, "salesforce", "connect")["off"] == dict.fromkeys(off, withheld)


@every_vendor
def test_fields_are_created_once(make_world: MakeWorld, vendor: str) -> None:
    made = fresh(make_world, vendor)
    do(made, vendor, "connect", "fields")
    found = detail(made, vendor, "fields")
    assert set(found["provisioned"]) >= set(catalogue())
    assert not any(found[state] for state in service.STATES if state != "provisioned")
    assert len(found["case_files"]) == 4
    before = made.sandbox(vendor).calls()["provision"]
    do(made, vendor, "fields")
    again = detail(made, vendor, "fields")
    assert again == found
    assert made.sandbox(vendor).calls()["provision"] - before < before


@every_vendor
def test_only_the_fields_of_chosen_parts_are_created(make_world: MakeWorld, vendor: str) -> None:
    made = fresh(make_world, vendor)
    choose(made, vendor, modules=["cases"])
    do(made, vendor, "connect", "fields")
    assert set(detail(made, vendor, "fields")["provisioned"]) == {field.key for field in at_level(Level.CASE)}


def test_a_part_without_its_scope_does_not_stop_the_others(make_world: MakeWorld) -> None:
    made = make_world(only=("hubspot",), joined=False, mode="observe")
    granted = [one for one in modules.scopes("hubspot") if "companies" not in one]
    made.sandbox("hubspot").configure({"granted": " ".join(granted)})
    connected(made, "hubspot")
    do(made, "hubspot", "connect", "fields")
    found = detail(made, "hubspot", "fields")
    assert list(found["off"]) == ["accounts"]
    assert not {field.key for field in at_level(Level.ACCOUNT)} & set(found["provisioned"])
    assert {field.key for field in at_level(Level.CASE)} <= set(found["provisioned"])


def test_a_plan_without_room_is_named_and_nothing_of_the_customers_is_taken(make_world: MakeWorld) -> None:
    made = fresh(make_world, "salesforce")
    made.sandbox("salesforce").configure({"limits": {"fields": 11}})
    do(made, "salesforce", "connect", "fields")
    found = detail(made, "salesforce", "fields")
    assert len(found["provisioned"]) == 11
    assert found["limited"] and found["collided"] == []
    assert len(found["case_files"]) == 4


def test_a_refused_grant_fails_the_step_in_words_and_is_noted(make_world: MakeWorld) -> None:
    made = fresh(make_world, "zendesk")
    made.sandbox("zendesk").gate.revoke()
    do(made, "zendesk", "connect")
    found = noted(made, "zendesk", "connect")
    assert (found.state, "connect it again" in found.cause) == ("failed", True)
    assert place(made, "zendesk").grant_refused_at is not None
    made.installations["zendesk"] = Admin.of(made, "zendesk").connect().installation
    assert place(made, "zendesk").grant_refused_at is None
    do(made, "zendesk", "connect")
    assert noted(made, "zendesk", "connect").state == "done"


@every_vendor
def test_a_vendor_that_is_away_is_waited_for(make_world: MakeWorld, vendor: str) -> None:
    made = fresh(make_world, vendor)
    made.sandbox(vendor).faults({"down": True})
    with pytest.raises(RetryLaterError):
        do(made, vendor, "fields")
    assert (noted(made, vendor, "fields").state, "away" in noted(made, vendor, "fields").cause) == ("queued", True)
    made.sandbox(vendor).faults({"down": False})
    made.advance(60)
    do(made, vendor, "fields")
    assert noted(made, vendor, "fields").state == "done"


def test_asking_twice_is_asking_once(make_world: MakeWorld) -> None:
    made, woken = fresh(make_world, "zendesk"), list[tuple[str, str]]()
    installation = made.installations["zendesk"]
    for _ in range(2):
        asking.ask(made.store, lambda *one: woken.append(one), made.tenant, installation, "fields", made.clock.now())
    assert noted(made, "zendesk", "fields").state == "queued"
    assert set(woken) == {(installation, "fields")}


# --- past cases -----------------------------------------------------------------------------------

ANGRY = "This is the third time I write. I am extremely angry and I will cancel today."


def told_before(made: World, vendor: str, count: int) -> None:
    """Let people write before anybody listens."""
    box = made.sandbox(vendor)
    people = [{"key": f"p{n}", "name": f"Person {n}", "email": f"p{n}@firm.example"} for n in range(count)]
    box.seed(accounts=[], people=people)
    box.say(
        [
            {"case": f"c{n}", "person": f"p{n}", "role": "customer", "channel": "email", "text": ANGRY}
            for n in range(count)
        ]
    )


@every_vendor
def test_past_cases_are_judged_and_nothing_is_written(make_world: MakeWorld, vendor: str) -> None:
    made = fresh(make_world, vendor)
    told_before(made, vendor, 3)
    before = made.sandbox(vendor).records()
    do(made, vendor, "connect", "past")
    found = detail(made, vendor, "past")
    assert (found["cases"], found["flags"], found["tasks"]) == (3, {"high": 3}, 3)
    assert made.sandbox(vendor).records() == before
    with made.store.tenant(made.tenant) as connection:
        listed = setup.trials(connection, made.installations[vendor])
    assert all(one["before"]["messages"] == 1 and one["tasks"] == ["high_risk_follow_up"] for one in listed)
    assert rows(made, "SELECT 1 FROM outbox") == rows(made, "SELECT 1 FROM case_file") == []


def test_a_killed_trial_is_taken_up_where_it_was(make_world: MakeWorld) -> None:
    made = fresh(make_world, "zendesk")
    told_before(made, "zendesk", 5)
    do(made, "zendesk", "past")
    # As a worker leaves it that is killed after two cases.
    with made.store.tenant(made.tenant) as connection:
        connection.exec_driver_sql("DELETE FROM trial WHERE case_ref NOT IN (SELECT min(case_ref) FROM trial)")
        where = (connection, made.tenant, made.installations["zendesk"], "past", "running", made.clock.now())
        setup.note(*where, detail={"done": 1, "of": 5})
    made.clock.advance(60)
    do(made, "zendesk", "past")
    assert detail(made, "zendesk", "past")["cases"] == 5
    assert [row.n for row in rows(made, "SELECT count(*) AS n FROM trial GROUP BY at ORDER BY at")] == [1, 4]


def test_trials_are_gone_with_the_person_and_with_time(make_world: MakeWorld) -> None:
    made = fresh(make_world, "zendesk")
    told_before(made, "zendesk", 2)
    do(made, "zendesk", "past")
    (first, _) = rows(made, "SELECT person_ref FROM trial ORDER BY case_ref")
    with made.store.tenant(made.tenant) as connection:
        assert setup.erase_trials(connection, [first.person_ref]) == 1
    made.clock.advance(31 * 86_400)
    sweeping.expire(made.runtime)
    assert rows(made, "SELECT 1 FROM trial") == []


# --- observing ------------------------------------------------------------------------------------


@every_vendor
def test_observing_begins_to_listen_and_sets_the_date(make_world: MakeWorld, vendor: str) -> None:
    made = fresh(make_world, vendor)
    do(made, vendor, "connect", "fields", "observe")
    found = detail(made, vendor, "observe")
    assert found["until"][:10] == "2026-12-04"
    assert found["by_hand"] == ""
    held = place(made, vendor).observe_until
    made.clock.advance(3600)
    do(made, vendor, "observe")
    assert place(made, vendor).observe_until == held


def test_the_webhook_at_zendesk_is_made_once_and_follows_our_address(make_world: MakeWorld) -> None:
    made = fresh(make_world, "zendesk")
    do(made, "zendesk", "observe", "observe")
    box = made.sandbox("zendesk")
    (hook,) = box.hooks_.made.values()
    assert hook["endpoint"] == f"{PUBLIC}/webhooks/zendesk/{made.installations['zendesk']}"
    assert hook["subscriptions"] == declarations()["zendesk"]["webhook"]["events"]
    entry = made.runtime.directory.find(made.installations["zendesk"])
    assert entry.secrets.live[0] == box.hooks_.secrets[hook["id"]]
    choose(made, "zendesk", webhook_ref="")  # as after a crash between making it and noting it
    do(made, "zendesk", "observe")
    assert list(box.hooks_.made) == [hook["id"]]


def test_the_messages_of_salesforces_package_follow_our_address(make_world: MakeWorld) -> None:
    made = fresh(make_world, "salesforce")
    do(made, "salesforce", "observe", "observe")
    box = made.sandbox("salesforce")
    secret = made.runtime.directory.find(made.installations["salesforce"]).secrets.live[0]
    address = f"{PUBLIC}/webhooks/salesforce/{made.installations['salesforce']}/{secret}"
    assert {one["Metadata"]["endpointUrl"] for one in box.org.messages.values()} == {address}


@pytest.mark.parametrize(
    ("lost", "options", "words"),
    [
        (99, {}, "Install the package"),
        (1, {}, "tells nothing of Attune_Deleted__c."),
        (0, {"customizes": False}, "Customize Application"),
    ],
)
def test_what_salesforce_wants_done_by_hand_is_said(
    make_world: MakeWorld, lost: int, options: dict[str, Any], words: str
) -> None:
    made = fresh(make_world, "salesforce")
    box = made.sandbox("salesforce")
    for id_ in list(box.org.messages)[-lost:] if lost else ():
        del box.org.messages[id_]
    box.configure(options)
    do(made, "salesforce", "observe")
    assert words in detail(made, "salesforce", "observe")["by_hand"]


def test_without_an_address_of_ours_it_says_what_is_missing(make_world: MakeWorld) -> None:
    made = fresh(make_world, "zendesk")
    made.runtime = replace(made.runtime, public_url="")
    do(made, "zendesk", "observe")
    assert "ATTUNE_PUBLIC_URL" in noted(made, "zendesk", "observe").cause
