"""Support's look by command: opened with a reason, listed, ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.plugins.cli.test_installation_commands import Shell
from tests.plugins.console.visiting import open_console
from tests.world import World


def test_a_look_is_opened_used_listed_and_ended(make_world: Callable[..., World], tmp_path: Path) -> None:
    made = make_world(only=("zendesk",))
    shell = Shell(made, "zendesk", tmp_path)
    tenant = ("--tenant", made.tenant)
    assert shell.run("support", "open", *tenant, "--reason", "because").exit_code == 1
    assert shell.run("support", "open", "--tenant", "nobody", "--reason", "looking around").exit_code == 1
    done = shell.run("support", "open", *tenant, "--reason", "Ticket 4711: nothing arrives", "--minutes", "30")
    said, password = done.output.splitlines()
    name = said.split()[5]
    visit = open_console(made).browser()
    assert visit.sign_in(made.tenant, name, password).status_code == 303
    assert "open" in shell.run("support", "list", *tenant).output
    assert shell.run("support", "end", name, *tenant).exit_code == 0
    assert visit.get("/health").status_code == 303
    assert "to be looked over" in shell.run("support", "list", *tenant).output
    assert shell.run("support", "end", name, *tenant).exit_code == 1
