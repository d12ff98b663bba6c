"""``attune demo`` and ``attune replay`` as a stranger runs them, each with everything of its own."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from manifests import declarations
from tests.journeys.attune import attune
from tests.journeys.talk import conversations

NOUNS = {
    "zendesk": {"ticket", "user", "organization"},
    "salesforce": {"Case", "Contact", "Account"},
    "hubspot": {"ticket", "contact", "company"},
}
KEYS = {"id", "status", "refusals", "records", "tasks", "remarks", "reasons", "messages"}
STATES = {"scored", "partly", "refused", "failed"}
# A command must not find the journeys' own database in the environment.
ALONE = {"DATABASE_URL": "", "DATABASE_OWNER_URL": "", "ATTUNE_ALLOW_ROOT": "1"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that PostgreSQL's own user may enter, unlike pytest's."""
    with tempfile.TemporaryDirectory(prefix="attune-data-") as made:
        yield Path(made)


def well_formed(one: dict[str, Any]) -> None:
    assert set(one) >= KEYS and one["status"] in STATES - {"failed"}
    assert set(one["records"]) == set(declarations())
    assert all(set(held) == NOUNS[vendor] for vendor, held in one["records"].items())
    assert all(set(task) >= {"vendor", "template", "external_id", "due_at", "owner"} for task in one["tasks"])
    assert all(set(reason) >= {"code", "text", "evidence", "message"} for reason in one["reasons"])
    assert [turn["index"] for turn in one["messages"]] == list(range(len(one["messages"])))
    assert all(("sentiment" in turn) == (turn["role"] == "customer") for turn in one["messages"])
    assert not any("tag" in turn for turn in one["messages"] if turn["role"] == "agent")


@pytest.mark.journey
def test_the_demo_runs_once_and_prints_one_object(folder: Path) -> None:
    ran = attune("demo", "--once", "--json", environment={**ALONE, "ATTUNE_DATA_DIR": str(folder)})
    assert ran.code == 0, ran.err
    shown = json.loads(ran.out)
    assert set(shown) == {"conversations", "summary", "addresses"}
    for one in shown["conversations"]:
        well_formed(one)
    assert {one["status"] for one in shown["conversations"]} >= {"scored", "refused"}
    assert shown["summary"]["tasks"] and shown["summary"]["remarks"]


def file_with_bad_lines(path: Path) -> Path:
    good = [json.dumps(one) for one in conversations(4, start=datetime.now(UTC) - timedelta(days=1))]
    bad = ["{no json", json.dumps({"id": "x", "messages": []}), "[1, 2]", good[0]]
    path.write_text("\n".join([good[0], bad[0], good[1], bad[1], bad[2], "", good[2], bad[3], good[3]]) + "\n")
    return path


@pytest.mark.journey
def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    ran = attune("replay", str(file_with_bad_lines(tmp_path / "talk.jsonl")), "--json", environment=ALONE)
    assert ran.code == 0, ran.err
    named = [json.loads(line) for line in ran.err.splitlines() if line.startswith("{")]
    assert [one["line"] for one in named] == [2, 4, 5, 8]
    assert all(one["error"] for one in named)
    *told, last = ran.lines
    assert [one["id"] for one in told] == ["c0", "c1", "c2", "c3"]
    for one in told:
        well_formed(one)
    assert last["summary"]["conversations"] == 4 and last["summary"]["bad_lines"] == 4


@pytest.mark.soak
@pytest.mark.parametrize("vendor", sorted(declarations()))
def test_every_vendor_can_carry_the_conversations(vendor: str, tmp_path: Path) -> None:
    file = tmp_path / "talk.jsonl"
    told = conversations(8, start=datetime.now(UTC) - timedelta(days=1))
    file.write_text("\n".join(json.dumps(one) for one in told))
    ran = attune("replay", str(file), "--json", "--vendor", vendor, environment=ALONE)
    assert ran.code == 0, ran.err
    *shown, _ = ran.lines
    for one in shown:
        well_formed(one)
    assert any(one["tasks"] for one in shown)


@pytest.mark.parametrize(
    ("text", "arguments"), [("", ()), ("{no json\n[]\n", ()), ("{}", ("--vendor", "nobody")), (None, ())]
)
def test_unusable_input_ends_with_2(text: str | None, arguments: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "talk.jsonl"
    if text is not None:
        file.write_text(text)
    ran = attune("replay", str(file), "--json", *arguments, environment=ALONE)
    assert ran.code == 2
    assert ran.out == "" and "Traceback" not in ran.err


def test_a_fault_of_the_set_up_ends_with_1_and_a_plain_line() -> None:
    ran = attune("purge", environment={**ALONE, "ATTUNE_BATCH": "many"})
    assert (ran.code, ran.out) == (1, "")
    assert "ATTUNE_BATCH" in ran.err and "Traceback" not in ran.err
