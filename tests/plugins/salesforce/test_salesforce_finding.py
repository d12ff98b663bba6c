from __future__ import annotations

import pytest

from core.model import Level
from core.ports import LinkKeys
from plugins.salesforce.parties import domain
from tests.plugins.salesforce.conftest import World


@pytest.mark.parametrize(
    ("website", "found"),
    [
        ("firm.example", "firm.example"),
        ("https://www.Firm.example/en?a=b", "firm.example"),
        ("http://firm.example:8080", "firm.example"),
        ("www.firm.example.", "firm.example"),
        ("shop.firm.example", "shop.firm.example"),
        ("firm", None),
        ("", None),
        (None, None),
        ("http://[::1", None),
    ],
)
def test_the_domain_of_a_website(website: str | None, found: str | None) -> None:
    assert domain(website) == found


def test_people_by_any_key_in_one_call(world: World) -> None:
    ada, kim = world.box.talk._people["ada"], world.box.talk._people["kid"]
    wanted = [
        LinkKeys("1", email="ADA@firm.example"),
        LinkKeys("2", crm_id=kim[:15]),
        LinkKeys("3", external_id="none"),
        LinkKeys("4", crm_id="it's \\ no id"),
        LinkKeys("5", crm_id="001000000000001AAA"),
    ]
    world.budget.counts.clear()
    found = {hit.key: hit.record.ref.id for hit in world.plugin.find(Level.PERSON, wanted)}
    assert found == {"1": ada, "2": kim}
    assert world.budget.counts == {"search": 1}


def test_accounts_by_id_external_id_and_whole_domain(world: World) -> None:
    box = world.box
    box.seed(
        [
            {"key": "other", "name": "Other", "domain": "notfirm.example"},
            {"key": "quoted", "name": "Q", "domain": None, "external_id": "o'hara\\"},
        ],
        [],
    )
    accounts = box.talk._accounts
    wanted = [
        LinkKeys("1", domains=("firm.example",)),
        LinkKeys("2", external_id="o'hara\\"),
        LinkKeys("3", domains=("nobody.example", "%")),
    ]
    found = {hit.key: hit.record.ref.id for hit in world.plugin.find(Level.ACCOUNT, wanted)}
    assert found == {"1": accounts["firm"], "2": accounts["quoted"]}


def test_nobody_to_look_for_costs_nothing(world: World) -> None:
    world.budget.counts.clear()
    assert world.plugin.find(Level.PERSON, [LinkKeys("1"), LinkKeys("2", crm_id="x")]) == []
    assert "search" not in world.budget.counts


def test_a_hundred_customers_cost_two_calls(world: World) -> None:
    wanted = [
        LinkKeys(str(n), f"001{n:012d}AAA", f"ext-{n}", None, (f"d{n}.a-rather-long-name.example",)) for n in range(100)
    ]
    world.budget.counts.clear()
    assert world.plugin.find(Level.ACCOUNT, wanted) == []
    assert world.budget.counts["search"] == 2
