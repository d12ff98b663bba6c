"""One customer across the tools: a conversation in one moves the account's health in all."""

from __future__ import annotations

import pytest

from core.identity import level_of
from core.model import Account, Level, Person, RecordRef
from core.store import due, links
from core.store.engine import Store
from core.store.seal import Seal
from manifests import declarations
from tests.conftest import MakeWorld
from tests.talk import ANGRY, connect, rows
from tests.world import NOON, World

ALL = {"hubspot", "salesforce", "zendesk"}


def health(made: World, vendor: str) -> list[float]:
    found = made.sandbox(vendor).records()["account"].values()
    values = [value for one in found for name, value in one.items() if name.lower().startswith("attune_health_score")]
    return [float(value) for value in values if value not in (None, "")]


@pytest.mark.skipif(set(declarations()) < ALL, reason="needs all three vendors")
def test_a_zendesk_conversation_moves_the_account_everywhere(make_world: MakeWorld) -> None:
    made = make_world()
    talks = {vendor: connect(made, vendor) for vendor in sorted(ALL)}
    talks["zendesk"].say(ANGRY)
    made.work()
    first = {vendor: health(made, vendor) for vendor in ALL}
    assert len(rows(made, "SELECT 1 FROM account")) == len(rows(made, "SELECT 1 FROM person")) == 1
    assert all(len(values) == 1 for values in first.values()), first
    assert len({values[0] for values in first.values()}) == 1
    for minute in range(3):
        talks["zendesk"].say(ANGRY, case=f"more-{minute}", at=f"2026-11-20T11:1{minute}:00Z")
    made.work()
    then = {vendor: health(made, vendor) for vendor in ALL}
    assert all(then[vendor][0] < first[vendor][0] for vendor in ALL)
    mirrors = [
        value
        for vendor in ALL
        for one in made.sandbox(vendor).records()["person"].values()
        for name, value in one.items()
        if name.lower().startswith("attune_consent_state") and value
    ]
    assert len(mirrors) == 3


def account(id_: str, **keys: object) -> Account:
    return Account(RecordRef("zendesk", Level.ACCOUNT, id_), **keys)  # type: ignore[arg-type]


def resolved(store: Store, seal: Seal, tenant: str, record: Account | Person, place: str = "i") -> links.Resolved:
    with store.tenant(tenant) as connection:
        (found,) = links.resolve(
            connection,
            seal,
            tenant=tenant,
            installation=f"{tenant}-{place}",
            level=level_of(record),
            records=[record],
            at=NOON,
        )
        return found


@pytest.fixture
def tenant(request: pytest.FixtureRequest) -> str:
    return f"links-{abs(hash(request.node.name)) % 10**9}"


def test_the_strongest_key_wins_and_two_candidates_are_reported(store: Store, seal: Seal, tenant: str) -> None:
    one = resolved(store, seal, tenant, account("1", external_id="a1"))
    two = resolved(store, seal, tenant, account("2", domains=("firm.example",)))
    both = resolved(store, seal, tenant, account("3", external_id="a1", domains=("firm.example",)), "other")
    assert one.entity != two.entity
    assert (both.entity, both.how, both.ambiguous) == (one.entity, "external", True)
    assert not one.ambiguous


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"crm_id": "001000000000001"}, {"crm_id": "001000000000001AAA"}, True),
        ({"external_id": "7"}, {"external_id": "7"}, True),
        ({"external_id": "7"}, {"crm_id": "7"}, False),
        ({"domains": ("Firm.Example",)}, {"domains": ("firm.example",)}, True),
        ({"domains": ("gmail.com",)}, {"domains": ("gmail.com",)}, False),
        ({"name": "Firm"}, {"name": "Firm"}, False),
    ],
)
def test_only_shared_keys_link(
    store: Store, seal: Seal, tenant: str, first: dict[str, object], second: dict[str, object], same: bool
) -> None:
    one = resolved(store, seal, tenant, account("1", **first))
    two = resolved(store, seal, tenant, account("2", **second), "other")
    assert (one.entity == two.entity) is same


@pytest.mark.parametrize("verified", [True, False])
def test_an_unverified_address_links_nobody(store: Store, seal: Seal, tenant: str, verified: bool) -> None:
    people = [
        Person(RecordRef("zendesk", Level.PERSON, id_), email="a@b.example", email_verified=verified) for id_ in "12"
    ]
    one, two = (resolved(store, seal, f"{tenant}-{verified}", person) for person in people)
    assert (one.entity == two.entity) is verified


def test_keys_are_never_shared_between_tenants(store: Store, seal: Seal, tenant: str) -> None:
    resolved(store, seal, tenant, account("1", external_id="a1"))
    assert resolved(store, seal, f"{tenant}-b", account("1", external_id="a1")).created
    with store.tenant(tenant) as connection:
        told = str(connection.exec_driver_sql("SELECT * FROM identity_key").fetchall())
    assert "'a1'" not in told


def test_an_ambiguous_match_is_audited(make_world: MakeWorld) -> None:
    made = make_world(only=("zendesk",))
    talk = connect(made, seed=False)
    firms = [
        {"key": "a", "name": "A", "external_id": "a1"},
        {"key": "b", "name": "B", "domain": "firm.example"},
        {"key": "c", "name": "C", "domain": "firm.example", "external_id": "a1"},
    ]
    people = [{"key": key, "name": key, "email": f"{key}@x{key}.example", "account": key} for key in "abc"]
    talk.box.seed(firms, people)
    for key in "abc":
        talk.say("Hello there, I have a question.", case=key, person=key)
        made.work()
    found = rows(made, "SELECT detail FROM audit WHERE action = 'AMBIGUOUS_MATCH'")
    assert [row.detail for row in found] == [{"vendor": "zendesk"}]


@pytest.mark.skipif(set(declarations()) < ALL, reason="needs all three vendors")
def test_what_is_worth_writing_in_one_tool_is_written_in_all(make_world: MakeWorld) -> None:
    made = make_world()
    talks = {vendor: connect(made, vendor) for vendor in sorted(ALL)}
    talks["zendesk"].say(ANGRY)
    made.work()
    (score,) = health(made, "zendesk")
    for vendor, stood in (("hubspot", score + 9), ("salesforce", score + 0.5)):
        change = """UPDATE written SET value = CAST(:stood AS jsonb)
            WHERE name = 'attune_health_score' AND record LIKE :of RETURNING 1"""
        assert rows(made, change, stood=f"{stood:.1f}", of=f"{vendor}:%")
    with made.store.tenant(made.tenant) as connection:
        due.touch_all(connection, made.tenant)
    made.work()
    held = rows(made, "SELECT value FROM written WHERE name = 'attune_health_score'")
    assert [one.value for one in held] == [score] * 3
