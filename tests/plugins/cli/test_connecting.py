"""``attune install``, ``tenant`` and ``mode`` on a real database and a sandbox: what is not given stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from core.settings import load
from core.store.directory import Directory
from plugins.cli.main import SECTIONS, cli
from plugins.cli.wiring import Wiring
from tests.world import World

Attune = Callable[..., Result]


@pytest.fixture
def here(make_world: Callable[..., World]) -> World:
    """A tenant with Zendesk connected."""
    return make_world(only=("zendesk",))


@pytest.fixture
def attune(here: World) -> Attune:
    """The command line, bound to the world's runtime."""
    queue: Any = SimpleNamespace(runtime=here.runtime)
    nothing: Any = None
    wiring = Wiring(load, lambda _: nothing, lambda *_: here.runtime, lambda *_: queue)
    return lambda *words: CliRunner().invoke(cli, words, obj=wiring)


def entry(world: World) -> Any:
    """What the door now knows of the installation."""
    return Directory(world.store, world.seal).find(world.installations["zendesk"])


def test_repeating_an_installation_changes_only_what_is_given(here: World, attune: Attune) -> None:
    before, place = entry(here), here.place("zendesk")
    result = attune("install", "zendesk", "--tenant", here.tenant)
    assert result.exit_code == 0, result.output
    assert here.installations["zendesk"] in result.output
    assert "secret         unchanged" in result.output
    assert (entry(here), here.place("zendesk")) == (before, place)


def test_a_secret_is_rotated_with_two_live_ones(here: World, attune: Attune) -> None:
    result = attune("install", "zendesk", "--tenant", here.tenant, "--secret", "new", "--secret", "old")
    assert result.exit_code == 0, result.output
    assert entry(here).secrets.live == ("new", "old")


@pytest.mark.parametrize(
    ("options", "words"),
    [({"client_secret": "x"}, "token file"), ({"no_such": 1}, "no option no_such")],
)
def test_options_that_would_lie_open_or_unread_are_refused(
    here: World, attune: Attune, tmp_path: Path, options: dict[str, Any], words: str
) -> None:
    file = tmp_path / "options.json"
    file.write_text(json.dumps(options), "utf-8")
    result = attune("install", "zendesk", "--tenant", here.tenant, "--options-file", str(file))
    assert result.exit_code == 1
    assert words in result.output


def test_a_first_installation_needs_the_account(here: World, attune: Attune) -> None:
    result = attune("install", "hubspot", "--tenant", here.tenant)
    assert result.exit_code == 1
    assert "--account" in result.output


def test_owners_are_merged_and_shown(here: World, attune: Attune) -> None:
    assert attune("tenant", here.tenant, "--owner", "zendesk.on_call=77", "--time-zone", "Europe/Berlin").exit_code == 0
    shown = attune("tenant", here.tenant).output
    owners = json.loads(next(line for line in shown.splitlines() if line.startswith("choices"))[12:])["owners"]
    assert owners["zendesk"]["on_call"] == "77"
    assert owners["zendesk"]["admin"] == here.sandbox("zendesk").credentials()["agent"]
    assert "Europe/Berlin" in shown


@pytest.mark.parametrize(
    "words",
    [
        ("--time-zone", "Mars/Base"),
        ("--holidays", "XX-YY"),
        ("--owner", "zendesk.boss=1"),
        ("--owner", "zendesk.admin"),
    ],
)
def test_what_cannot_be_is_refused(here: World, attune: Attune, words: tuple[str, ...]) -> None:
    assert attune("tenant", here.tenant, *words).exit_code != 0


def test_secrets_are_the_same_under_the_newest_key(here: World, attune: Attune) -> None:
    before = entry(here)
    result = attune("keys", "rotate")
    assert result.exit_code == 0, result.output
    assert entry(here) == before
    assert here.runtime.plugin(here.place("zendesk")).provision(dry_run=True).missing == ()


def test_nobody_has_a_tenant_by_mistake(attune: Attune) -> None:
    result = attune("mode", "nobody", "live")
    assert result.exit_code == 1
    assert "no tenant" in result.output


def test_an_unknown_installation_is_said_in_words(attune: Attune) -> None:
    result = attune("dead", "list", "nothing-here")
    assert result.exit_code == 1
    assert "not in use" in result.output


@pytest.mark.parametrize("command", [one for section in SECTIONS.values() for one in section], ids=lambda one: one.name)
def test_every_command_says_what_it_does(command: Any) -> None:
    assert CliRunner().invoke(cli, [command.name, "--help"]).exit_code == 0
    assert command.help.strip().endswith(".")
    assert command.short_help.endswith(".")
