"""The way out: at once here, at the vendor as soon as it answers, and nothing left after 30 days."""

from __future__ import annotations

import json

import pytest

from core.errors import ConfigurationError, RetryLaterError
from core.installation import ending, leaving
from core.installation.modules import Stage
from core.store import exporting
from core.store.directory import Directory
from core.store.purging import KEPT
from core.store.tables import TENANT_TABLES
from core.store.tokens import PgVault
from manifests import declarations
from tests.conftest import MakeWorld
from tests.core.installation.connect import Admin
from tests.core.installation.setting_up import connected, do, noted, place
from tests.talk import ANGRY, connect, rows
from tests.world import World

VENDORS = sorted(declarations())
every_vendor = pytest.mark.parametrize("vendor", VENDORS)
DAY = 86_400


def end(made: World, vendor: str) -> None:
    with made.store.tenant(made.tenant) as connection:
        ending.end(connection, place(made, vendor), made.clock.now(), actor="ada")
    made.runtime.directory.forget(made.installations[vendor])


def refused(made: World, vendor: str) -> bool:
    """Say whether the vendor lets nobody in any more."""
    box = made.sandbox(vendor)
    held = box.access if vendor == "salesforce" else box.gate.refresh
    return not held


@every_vendor
def test_the_access_is_taken_back_at_the_vendor_and_forgotten_here(make_world: MakeWorld, vendor: str) -> None:
    made = make_world(only=(vendor,), joined=False, mode="observe")
    connected(made, vendor)
    do(made, vendor, "connect", "observe")
    assert not refused(made, vendor)
    end(made, vendor)
    leaving.take_leave(made.runtime, made.installations[vendor])
    assert refused(made, vendor)
    assert noted(made, vendor, "leave").state == "done"
    token = PgVault(made.store, made.seal, made.tenant, made.installations[vendor]).current()
    assert (token.access, token.refresh, token.extra) == ("", "", {})
    if vendor == "zendesk":
        assert made.sandbox(vendor).hooks_.made == {}
    leaving.take_leave(made.runtime, made.installations[vendor])


@pytest.mark.parametrize("listening", [False, True])
def test_an_access_that_has_run_out_is_taken_back_all_the_same(make_world: MakeWorld, listening: bool) -> None:
    made = make_world(only=("zendesk",), joined=False, mode="observe")
    connected(made, "zendesk")
    if listening:
        do(made, "zendesk", "observe")
    made.advance(7_200)
    end(made, "zendesk")
    leaving.take_leave(made.runtime, made.installations["zendesk"])
    assert refused(made, "zendesk")


@every_vendor
def test_a_vendor_that_is_away_is_told_later(make_world: MakeWorld, vendor: str) -> None:
    made = make_world(only=(vendor,), joined=False, mode="observe")
    connected(made, vendor)
    end(made, vendor)
    made.sandbox(vendor).faults({"down": True})
    with pytest.raises(RetryLaterError):
        leaving.take_leave(made.runtime, made.installations[vendor])
    assert (noted(made, vendor, "leave").state, place(made, vendor).stage) == ("queued", Stage.ENDED)
    made.sandbox(vendor).faults({"down": False})
    leaving.take_leave(made.runtime, made.installations[vendor])
    assert refused(made, vendor)


@every_vendor
def test_the_door_is_shut_and_the_workers_stand_still(make_world: MakeWorld, vendor: str) -> None:
    talk = connect(make_world(only=(vendor,)))
    made = talk.made
    talk.say(ANGRY)
    end(made, vendor)
    assert rows(made, "SELECT 1 FROM outbox") == rows(made, "SELECT 1 FROM inbox WHERE state = 'pending'") == []
    assert rows(made, "SELECT mode FROM tenant")[0].mode == "observe"
    (said,) = talk.say(ANGRY, case="c2")
    assert said["status"] == 410
    calls = made.sandbox(vendor).calls()
    made.work()
    assert made.sandbox(vendor).calls() == calls


@every_vendor
def test_an_uninstallation_at_the_vendor_is_noticed_within_a_day_and_shown(make_world: MakeWorld, vendor: str) -> None:
    made = make_world(only=(vendor,), joined=False, mode="observe")
    connected(made, vendor)
    do(made, vendor, "connect")
    leaving.look_at(made.runtime, made.installations[vendor])
    assert place(made, vendor).grant_refused_at is None
    _removed_there(made, vendor)
    made.advance(DAY)
    leaving.look_at(made.runtime, made.installations[vendor])
    assert place(made, vendor).grant_refused_at is not None
    with made.store.tenant(made.tenant) as connection:
        (cause,) = connection.exec_driver_sql("SELECT pause_cause FROM installation").scalars()
    assert "check" in cause or "connect it again" in cause


def _removed_there(made: World, vendor: str) -> None:
    box = made.sandbox(vendor)
    if vendor == "zendesk":
        box.gate.revoke()
    elif vendor == "hubspot":
        box.gate.uninstall()
    else:
        box.access.clear()
        box.configure({"approved": False})


# --- export and purge -----------------------------------------------------------------------------


def left(made: World) -> dict[str, int]:
    with made.store.tenant(made.tenant) as connection:
        counts = {t: connection.exec_driver_sql(f"SELECT count(*) FROM {t}").scalar_one() for t in TENANT_TABLES}
    return {table: count for table, count in counts.items() if count and table not in KEPT}


def lived(make_world: MakeWorld, *vendors: str) -> World:
    """A tenant in which somebody has written."""
    made = make_world(only=vendors)
    for vendor in vendors:
        connect(made, vendor).say(ANGRY)
    made.work()
    return made


def test_the_export_is_whole_and_holds_no_secret(make_world: MakeWorld) -> None:
    made = lived(make_world, "zendesk")
    with made.store.tenant(made.tenant) as connection:
        found = [json.loads(line) for line in exporting.lines(connection, made.tenant, made.clock.now())]
    assert found[0] == {"format": exporting.FORMAT, "tenant": made.tenant, "at": made.clock.now().isoformat()}
    tables = {one["table"] for one in found[1:]}
    assert tables >= {"tenant", "installation", "person", "case_file", "turn", "observation", "task", "audit", "basis"}
    told = json.dumps(found)
    given = made.sandbox("zendesk").credentials()
    secret = (made.secret["zendesk"], given["refresh"], given["client_secret"], "sealed", "ada@firm.example")
    assert not [one for one in secret if one in told]
    counted = sum(one["table"] == "turn" for one in found[1:])
    assert counted == len(rows(made, "SELECT 1 FROM turn"))


def test_everything_is_gone_after_thirty_days_and_not_before(make_world: MakeWorld) -> None:
    made = lived(make_world, "zendesk")
    end(made, "zendesk")
    made.clock.advance(29 * DAY)
    assert leaving.purge_due(made.runtime, [made.tenant]) == []
    assert left(made)
    made.clock.advance(DAY)
    assert leaving.purge_due(made.runtime, [made.tenant]) == [made.installations["zendesk"]]
    assert left(made) == {}
    assert leaving.purge_due(made.runtime, [made.tenant]) == []
    assert Directory(made.store, made.seal).of_account("zendesk", "x") == []
    (entry,) = rows(made, "SELECT detail FROM audit WHERE action = 'purged'")
    assert entry.detail["counts"]["turn"] > 0


def test_another_tools_share_stays(make_world: MakeWorld) -> None:
    made = lived(make_world, "zendesk", "hubspot")
    mine = "SELECT count(*) AS n FROM {} WHERE installation_id = '" + made.installations["hubspot"] + "'"
    before = {table: rows(made, mine.format(table))[0].n for table in ("case_file", "link", "written")}
    end(made, "zendesk")
    leaving.purge(made.runtime, made.installations["zendesk"])
    assert {table: rows(made, mine.format(table))[0].n for table in before} == before
    assert rows(made, f"SELECT 1 FROM case_file WHERE installation_id = '{made.installations['zendesk']}'") == []
    subjects = {row.subject for row in rows(made, "SELECT DISTINCT subject FROM observation")}
    known = {f"case:{row.id}" for row in rows(made, "SELECT id FROM case_file")}
    known |= {f"person:{row.id}" for row in rows(made, "SELECT id FROM person")}
    known |= {f"account:{row.id}" for row in rows(made, "SELECT id FROM account")}
    assert subjects <= known
    assert rows(made, "SELECT mode FROM tenant")[0].mode == "live"


def test_only_what_was_ended_can_be_purged(make_world: MakeWorld) -> None:
    made = lived(make_world, "zendesk")
    with pytest.raises(ConfigurationError):
        leaving.purge(made.runtime, made.installations["zendesk"])


def test_whoever_comes_back_in_time_finds_everything(make_world: MakeWorld) -> None:
    made = make_world(only=("zendesk",), joined=False, mode="observe")
    first = connected(made, "zendesk")
    end(made, "zendesk")
    again = Admin.of(made, "zendesk").connect()
    assert again.installation == first
    found = place(made, "zendesk")
    assert (found.stage, found.purge_after) == (Stage.OBSERVING, None)
    assert not Directory(made.store, made.seal).find(first).ended


def test_another_tenants_rows_stay(make_world: MakeWorld) -> None:
    mine, other = lived(make_world, "zendesk"), lived(make_world, "zendesk")
    before = left(other)
    end(mine, "zendesk")
    leaving.purge(mine.runtime, mine.installations["zendesk"])
    assert left(other) == before
