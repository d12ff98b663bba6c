"""What every vendor has to do, whoever it is: parametrised over all that have a declaration."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from core.jobs import erasing
from core.model import Level, RecordRef
from core.store.engine import Store
from core.store.seal import Seal
from manifests import declarations
from plugins.declaration import vendors
from tests.conftest import MakeWorld
from tests.talk import ANGRY, Talk, captured, connect, judge, rows, write
from tests.webhooks.signed import CASES
from webhooks.intakes import intakes

ROOT = Path(__file__).parents[2]
VENDORS = sorted(declarations())
SIGNING = [vendor for vendor in VENDORS if not declarations()[vendor].get("path_secret")]
every_vendor = pytest.mark.parametrize("vendor", VENDORS)


def ours(record: dict[str, Any]) -> dict[str, Any]:
    """Return the values of ours that stand in a record."""
    return {name: value for name, value in record.items() if "attune" in name.lower() and value not in (None, "", [])}


def scores(talk: Talk, case: str) -> dict[str, Any]:
    tags = [tag for tag in talk.case(case).get("tags") or () if "risk" in tag]
    return {**ours(talk.case(case)), **({"tags": tags} if tags else {})}


def settled(talk: Talk, seconds: float = 6.0) -> None:
    talk.made.work(seconds=seconds)
    talk.box.settle()
    talk.made.work(seconds=seconds)


@every_vendor
def test_every_piece_is_there(vendor: str) -> None:
    declared = declarations()[vendor]
    assert declared["vendor"] == vendor
    assert {"label", "help", "home", "records", "nouns", "limits", "webhook", "settings"} <= declared.keys()
    assert set(declared["nouns"]) == set(Level)
    assert intakes()[vendor].vendor == vendor
    assert vendor in vendors()
    assert vendor in {case.name for case in CASES}, "add its good and unknown bodies to tests/webhooks/signed.py"
    for module in ("client", "auth", "grants", "settings", "sandbox"):
        import_module(f"connectors.{vendor}.{module}")
    for module in ("reader", "writer", "provision", "plugin", "settings", "setup"):
        import_module(f"plugins.{vendor}.{module}")


def settings_of(vendor: str) -> Iterator[Any]:
    """Yield the classes in which a vendor's options are read."""
    for package in (import_module(f"{half}.{vendor}") for half in ("connectors", "plugins")):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for name, kind in vars(import_module(found.name)).items():
                if name.endswith("Settings") and is_dataclass(kind) and kind.__module__ == found.name:
                    yield kind


@every_vendor
def test_every_setting_is_documented(vendor: str) -> None:
    declared = declarations()[vendor]["settings"]
    named = {entry.name for kind in settings_of(vendor) for entry in fields(kind) if entry.init}
    assert named <= set(declared)
    # An option that the core reads is no field of a vendor's class; somebody has to read it all the same.
    code = [path.read_text(encoding="utf-8") for part in ("core", "plugins") for path in (ROOT / part).rglob("*.py")]
    assert [name for name in set(declared) - named if not any(f'"{name}"' in text for text in code)] == []
    for name, setting in declared.items():
        assert setting["help"].endswith("."), name
        assert setting.get("secret", False) == any(word in name for word in ("secret", "private", "password")), name


def test_homes_are_distinct() -> None:
    ranks = [declared["home"] for declared in declarations().values()]
    assert len(ranks) == len(set(ranks))


# --- the way in -----------------------------------------------------------------------------------


@every_vendor
def test_a_forged_delivery_is_refused(make_world: MakeWorld, vendor: str) -> None:
    talk = connect(make_world(only=(vendor,)))
    caught = captured(talk)
    talk.say(ANGRY)
    client = talk.web.test_client()
    for _, body, headers in caught:
        if vendor in SIGNING:
            assert client.post(talk.address, data=body + b" ", headers=headers).status_code == 401
            assert client.post(talk.address, data=body).status_code == 401
        else:
            assert client.post(f"{talk.address}x", data=body, headers=headers).status_code == 401
    assert talk.counters().keys() == {"BAD_SIGNATURE"}


@pytest.mark.parametrize("seconds", [310, -310])
@pytest.mark.parametrize("vendor", SIGNING)
def test_a_stale_delivery_is_refused(make_world: MakeWorld, vendor: str, seconds: float) -> None:
    talk = connect(make_world(only=(vendor,)))
    talk.made.clock.advance(seconds)
    talk.say(ANGRY)
    assert talk.counters().keys() == {"STALE_TIMESTAMP"}


@every_vendor
def test_a_resend_is_one_event(make_world: MakeWorld, vendor: str) -> None:
    talk = connect(make_world(only=(vendor,)))
    caught = captured(talk)
    talk.say(ANGRY)
    for hook in (*caught, *caught):
        assert talk.post(*hook) == 200
    found = talk.counters()
    assert found["DUPLICATE"] == found["accepted"] == len(rows(talk.made, "SELECT 1 FROM inbox")) > 0


@every_vendor
def test_an_unknown_event_is_counted_and_answered(store: Store, seal: Seal, vendor: str) -> None:
    case = next(case for case in CASES if case.name == vendor)
    door = case.door(store, seal)
    assert case.send(door, case.unknown_body()).status_code == 200
    assert door.counters() == {"received": 1, "UNKNOWN_KIND": 1}
    assert door.stored() == (0, 0)


# --- the way out ----------------------------------------------------------------------------------


@every_vendor
def test_a_complaint_reaches_the_record(make_world: MakeWorld, vendor: str) -> None:
    talk = connect(make_world(only=(vendor,)))
    (said,) = talk.say(ANGRY)
    settled(talk)
    found, records = scores(talk, said["case"]), talk.box.records()
    assert "high" in str(found).lower()
    assert (len(records["tasks"]), len(records["remarks"])) == (1, 1)
    assert rows(talk.made, "SELECT 1 FROM outbox") == []
    before = talk.box.calls()["field_write"]
    settled(talk)
    assert talk.box.calls()["field_write"] == before


@every_vendor
def test_not_now_pauses_and_loses_nothing(make_world: MakeWorld, vendor: str) -> None:
    talk = connect(make_world(only=(vendor,)))
    (said,) = talk.say(ANGRY)
    limit = {"next": 1, "retry_after": 40}
    talk.box.faults({"rate_limit": limit, "request_limit": limit})
    judge(talk.made)
    paused = talk.made.place(vendor).is_paused(talk.made.clock.now())
    talk.made.advance(6)
    write(talk.made)
    assert paused or talk.made.place(vendor).is_paused(talk.made.clock.now())
    talk.box.faults({"rate_limit": None, "request_limit": None})
    for table in ("inbox", "outbox"):
        assert rows(talk.made, f"SELECT 1 FROM {table} WHERE tries > 0") == []
    talk.made.advance(400)
    settled(talk)
    assert scores(talk, said["case"])


@pytest.mark.parametrize("person", [{"minor": True}, {"objected": True}], ids=["minor", "objected"])
@every_vendor
def test_a_refusal_writes_nothing_about_the_person(make_world: MakeWorld, vendor: str, person: dict[str, Any]) -> None:
    talk = connect(make_world(only=(vendor,)), **person)
    (said,) = talk.say(ANGRY)
    settled(talk)
    records = talk.box.records()
    assert (scores(talk, said["case"]), records["tasks"], records["remarks"]) == ({}, [], [])
    assert {row.refused for row in rows(talk.made, "SELECT refused FROM turn")} <= {"MINOR", "NOT_PERMITTED"}
    assert rows(talk.made, "SELECT 1 FROM turn") != []


@every_vendor
def test_erasure_reaches_the_vendor(make_world: MakeWorld, vendor: str) -> None:
    talk = connect(make_world(only=(vendor,)))
    (said,) = talk.say(ANGRY)
    settled(talk)
    assert scores(talk, said["case"])
    made = talk.made
    (person,) = rows(made, "SELECT id FROM person")
    erased = erasing.erase_person(made.runtime, made.tenant, person.id, actor="privacy_officer")
    assert len(erased.records) == 1
    for installation, record in erased.records:
        erasing.clear_at_vendor(made.runtime, installation, RecordRef.parse(str(record)))
    settled(talk)
    assert scores(talk, said["case"]) == {}
    assert not any(ours(one) for one in talk.box.records()["person"].values())
