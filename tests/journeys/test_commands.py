"""What an admin and a privacy officer do by command, on a tenant in which people have written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update

from core.store.tables import ObservationRow
from plugins.cli.main import cli
from plugins.cli.replay import Played
from tests.journeys.attune import Ran, attune
from tests.journeys.conftest import MakeScene
from tests.journeys.scene import Scene, until
from tests.journeys.talk import conversations, lines

WRITES = ("field_write", "remark", "task", "provision")


@dataclass
class Office:
    """A tenant whose conversations were judged, and its command line."""

    place: Scene
    played: Played

    @property
    def installation(self) -> str:
        return self.place.tenancy.installations[self.place.vendor]

    @property
    def tenant(self) -> str:
        return self.place.tenancy.tenant

    def run(self, *arguments: str, **environment: str) -> Ran:
        keys = Path(self.place.stack.environment["ATTUNE_DATA_DIR"]) / "keys"
        given = {"ATTUNE_KEYS": (keys / "fernet").read_text(), "ATTUNE_PEPPER": (keys / "pepper").read_text()}
        return attune(*arguments, environment={**self.place.stack.environment, **given, **environment})

    def calls(self) -> dict[str, int]:
        made: dict[str, int] = self.place.stack.control(self.place.vendor, "calls")
        return {name: made[name] for name in WRITES}

    def dead(self) -> list[str]:
        return self.run("dead", "list", self.installation).out.splitlines()


@pytest.fixture(scope="module")
def office(make_scene: MakeScene) -> Iterator[Office]:
    told = lines(conversations(9, start=datetime.now(UTC) - timedelta(days=2)))
    with make_scene() as place:
        yield Office(place, place.play(told))


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, one in sorted(group.commands.items()):
        yield (*path, name)
        if isinstance(one, click.Group):
            yield from commands(one, (*path, name))


@pytest.mark.parametrize("path", list(commands(cli)), ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli, [*path, "--help"], prog_name="attune")
    assert shown.exit_code == 0
    assert shown.output.startswith(f"Usage: attune {' '.join(path)} ")
    assert len(shown.output.split("Options:")[0].split()) > 8


@pytest.mark.journey
def test_doctor_finds_a_sound_set_up_sound(office: Office) -> None:
    seen = office.run("doctor", "--json")
    assert [one["what"] for one in json.loads(seen.out) if not one["ok"]] == []
    assert seen.code == 0


@pytest.mark.journey
def test_doctor_says_that_the_database_is_away(office: Office) -> None:
    away = office.run("doctor", DATABASE_URL="postgresql://attune_app@127.0.0.1:9/attune")
    assert away.code == 1
    assert "database not reachable" in away.out
    assert "Traceback" not in away.err


@pytest.mark.journey
def test_past_cases_are_judged_without_a_single_write(office: Office) -> None:
    before = office.calls()
    asked = office.run("replay", "--from-vendor", office.installation, "--days", "30", "--dry-run", "--json")
    assert asked.code == 0, asked.err
    assert {one["id"] for one in asked.lines} >= set(office.played.cases.values())
    assert any(one["values"].get("attune_risk_flag") == "high" for one in asked.lines)
    assert office.calls() == before


@pytest.mark.journey
def test_a_real_installation_is_never_played_into(office: Office) -> None:
    assert office.run("replay", "--from-vendor", office.installation).code == 2


@pytest.mark.journey
def test_installing_again_changes_nothing(office: Office) -> None:
    again = office.run("install", office.place.vendor, "--tenant", office.tenant)
    assert again.code == 0, again.err
    said = {line.split()[0]: line.split(maxsplit=1)[1] for line in again.out.splitlines()}
    assert said["installation"] == office.installation
    assert said["secret"] == "unchanged"
    assert (said["missing"], said["drifted"], said["collided"]) == ("-", "-", "-")


@pytest.mark.journey
def test_a_dead_letter_is_listed_and_tried_again(office: Office) -> None:
    place, said = office.place, {"person": "person1@firm0.example", "role": "customer", "channel": "email"}
    (first,) = place.stack.control(place.vendor, "say", [{**said, "case": "late", "text": "Could you call me today?"}])
    until(lambda: not place.unfinished() and "attune_sentiment" in case_of(place, first["case"]))
    place.faults(gone=[first["case"]])
    place.stack.control(place.vendor, "say", [{**said, "case": "late", "text": "I am furious. Cancel my contract!"}])
    until(lambda: place.unfinished() != [] and all(row.cause == "RECORD_GONE" for row in place.unfinished()))
    assert "RECORD_GONE" in "\n".join(office.dead())
    place.faults(gone=None)
    assert office.run("dead", "retry", office.installation).code == 0
    until(lambda: not place.unfinished())
    assert office.dead() == []
    assert case_of(place, first["case"])["attune_risk_flag"] == "high"


@pytest.mark.journey
def test_an_erased_person_is_gone_here_and_there(office: Office) -> None:
    place, person = office.place, office.played.people[office.place.vendor]["person0@firm0.example"]
    case = office.played.cases["c0"]
    assert ours(case_of(place, case))
    erased = office.run("erase", office.installation, person, "--yes")
    assert erased.code == 0, erased.err
    said = json.loads(erased.out)
    assert said["found_again"] == 0 and said["vendors"] and sum(said["erased"].values()) > 0
    until(lambda: not ours(case_of(place, case)) and not ours(place.records()[place.vendor]["person"][person]))
    again = office.run("erase", office.installation, person, "--yes")
    assert (again.code, "Traceback" in again.err) == (1, False)


@pytest.mark.journey
def test_purge_removes_what_has_had_its_time(office: Office) -> None:
    store, old = office.place.runtime.store, ObservationRow.key == "attune_distress"
    with store.tenant(office.tenant) as connection:
        past = datetime.now(UTC) - timedelta(days=1)
        assert connection.execute(update(ObservationRow).where(old).values(expires_at=past)).rowcount
    purged = office.run("purge")
    assert purged.code == 0 and sum(json.loads(purged.out).values()) > 0
    with store.tenant(office.tenant) as connection:
        assert connection.execute(select(func.count()).select_from(ObservationRow).where(old)).scalar_one() == 0


@pytest.mark.journey
def test_the_audit_trail_shows_what_the_owner_of_the_database_changed(office: Office) -> None:
    assert office.run("audit", "verify", "--tenant", office.tenant).code == 0
    with psycopg.connect(office.place.stack.database.addresses.owner, autocommit=True) as owner:
        owner.execute("SELECT set_config('attune.tenant', %s, false)", (office.tenant,))
        owner.execute("UPDATE audit SET action = 'nothing' WHERE seq = 3")
    verified = office.run("audit", "verify", "--tenant", office.tenant)
    assert verified.code == 1
    assert "row 3" in verified.err


def case_of(place: Scene, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = place.records()[place.vendor]["case"].get(id_, {})
    return found


def ours(record: dict[str, Any]) -> list[str]:
    names = [name for name, value in record.items() if name.startswith("attune_") and value is not None]
    return [*names, *(tag for tag in record.get("tags", ()) if tag.startswith("attune_"))]
