"""A tool's whole way by command, against its sandbox: installed, observed, live, automated, uninstalled."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from core.installation.checklist import ITEMS
from core.settings import load
from core.store import stages
from manifests import declarations
from plugins.cli.main import cli
from plugins.cli.wiring import Wiring
from tests.core.installation.connect import account_of
from tests.world import World

VENDORS = sorted(declarations())
BASES = ("service_analysis=legitimate_interest", "health_scoring=legitimate_interest")


@dataclass
class Shell:
    """The command line on a world whose sandbox nobody has connected."""

    made: World
    vendor: str
    folder: Path

    def run(self, *words: str) -> Result:
        runtime = replace(self.made.runtime, public_url="http://attune.example")
        queue: Any = SimpleNamespace(runtime=runtime)
        nothing: Any = None
        wiring = Wiring(load, lambda _: nothing, lambda *_: runtime, lambda *_: queue)
        return CliRunner().invoke(cli, words, obj=wiring)

    def install(self, *words: str) -> Result:
        given = self.made.sandbox(self.vendor).credentials()
        file = self.folder / "token.json"
        file.write_text(json.dumps({n: v for n, v in given.items() if n not in ("account_ref", "integration_user")}))
        first = ("--account", account_of(self.made, self.vendor), "--base-url", f"{self.made.url}/{self.vendor}")
        known = ("--token-file", str(file), "--integration-user", given["integration_user"])
        bases = [word for basis in BASES for word in ("--basis", basis)]
        return self.run("install", self.vendor, "--tenant", self.made.tenant, *first, *known, *bases, *words)

    @property
    def stage(self) -> str:
        with self.made.store.tenant(self.made.tenant) as connection:
            (place,) = stages.of_tenant(connection).values()
        return place.stage


@pytest.fixture
def make_shell(make_world: Callable[..., World], tmp_path: Path) -> Callable[[str], Shell]:
    def make(vendor: str) -> Shell:
        return Shell(make_world(only=(vendor,), joined=False, mode="observe"), vendor, tmp_path)

    return make


def test_what_is_left_to_the_admin_is_said(make_shell: Callable[[str], Shell]) -> None:
    shell = make_shell("salesforce")
    shell.made.sandbox("salesforce").org.messages.clear()
    assert "left to you    Install the package" in shell.install("--listen").output


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_first_installation_against_a_sandbox_goes_the_whole_way(
    make_shell: Callable[[str], Shell], vendor: str
) -> None:
    shell = make_shell(vendor)
    done = shell.install("--listen")
    assert done.exit_code == 0, done.output
    assert "off for want of" not in done.output
    assert [line for line in done.output.splitlines() if line.startswith("missing")] == ["missing        -"]
    assert shell.stage == "observing"
    name = shell.made.tenant
    refused = shell.run("mode", name, "live")
    assert (refused.exit_code, "OBSERVING" in refused.output, shell.stage) == (1, True, "observing")
    refused = shell.run("mode", name, "live", "--early", "pilot")
    assert (refused.exit_code, "CHECKLIST_OPEN" in refused.output) == (1, True)
    points = [word for item in ITEMS for word in ("--confirm", f"{item}=noted")]
    assert "NO" not in shell.run("checklist", name, *points).output
    assert shell.run("mode", name, "live", "--early", "pilot").exit_code == 0
    assert shell.stage == "writing"
    assert shell.run("mode", name, "--tasks").exit_code == 0
    assert shell.stage == "automated"
    export = shell.folder / "export.jsonl"
    left = shell.run("uninstall", vendor, "--tenant", name, "--yes", "--export", str(export), "--purge-now")
    assert left.exit_code == 0, left.output
    assert {"ended", "revoked", "purged", "stays"} <= {line.split()[0] for line in left.output.splitlines()}
    assert json.loads(export.read_text().splitlines()[0])["tenant"] == name
    assert shell.run("uninstall", vendor, "--tenant", name, "--yes").exit_code == 1


def test_a_part_that_may_not_work_is_named(make_shell: Callable[[str], Shell]) -> None:
    shell = make_shell("zendesk")
    shell.made.sandbox("zendesk").gate.scopes = ("read", "tickets:write")
    done = shell.install()
    assert done.exit_code == 0, done.output
    (off,) = [line for line in done.output.splitlines() if line.startswith("off for want of")]
    assert {"accounts (organizations:write)", "consent (users:write)"} == set(off[16:].split(", "))
    assert "attune_health_score" not in done.output


def test_only_the_parts_that_are_given_are_set_up(make_shell: Callable[[str], Shell]) -> None:
    done = make_shell("zendesk").install("--part", "cases")
    assert "attune_distress" in done.output and "attune_health_score" not in done.output


def test_a_vendor_that_is_away_at_the_end_is_told_by_a_worker(make_shell: Callable[[str], Shell]) -> None:
    shell = make_shell("zendesk")
    shell.install()
    shell.made.sandbox("zendesk").faults({"down": True})
    left = shell.run("uninstall", "zendesk", "--tenant", shell.made.tenant, "--yes")
    assert (left.exit_code, "a worker goes on trying" in left.output, shell.stage) == (0, True, "ended")


@pytest.mark.parametrize("words", [("--confirm", "nothing=x"), ("--confirm", "overseer")])
def test_what_is_no_point_of_the_checklist_is_refused(
    make_shell: Callable[[str], Shell], words: tuple[str, ...]
) -> None:
    shell = make_shell("zendesk")
    assert shell.run("checklist", shell.made.tenant, *words).exit_code == 2


def test_the_checklist_prints_the_notices_and_says_which_are_old(make_shell: Callable[[str], Shell]) -> None:
    shell = make_shell("zendesk")
    shell.install("--listen")
    name = shell.made.tenant
    points = [word for item in ITEMS for word in ("--confirm", f"{item}=noted")]
    assert "never use it to raise prices" in shell.run("checklist", name, *points, "--texts").output
    assert "OLD" not in shell.run("checklist", name).output
    with shell.made.store.tenant(name) as connection:
        connection.exec_driver_sql("UPDATE tenant SET reply_write = 'record_evaluation'")
    old = [line for line in shell.run("checklist", name).output.splitlines() if line.startswith("OLD")]
    assert [line.split()[1] for line in old] == ["worker_notice"]
    refused = shell.run("mode", name, "live", "--early", "pilot")
    assert (refused.exit_code, "NOTICE_OUTDATED" in refused.output) == (1, True)
