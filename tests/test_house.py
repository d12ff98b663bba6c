"""The house rules that a machine can check: arrows, catalogues, words for every code, documents up to date."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import store
from core.compliance import retention
from core.compliance.gate import decide
from core.fields import Field, catalogue
from core.judgement import Permissions
from core.model import Level
from core.reasons import DRIVERS, REFUSALS, words
from core.recovery.templates import TEMPLATES

ROOT = Path(__file__).parent.parent
PARTS = ("core", "webhooks", "connectors", "plugins", "manifests")
RAISED = {"RejectedError", "PermanentError", "Reject", "Reason"}
ROLES = {"agent", "lead", "csm", "sales", "marketing", "privacy", "admin", "executive", "collections"}
# On a receipt of something written: only the audit trail reads it.
NOT_SHOWN = {"FOUND"}
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
every_field = pytest.mark.parametrize("entry", catalogue().values(), ids=list(catalogue()))


def sources(*parts: str) -> list[Path]:
    found = [path for part in parts for path in sorted((ROOT / part).rglob("*.py"))]
    return [path for path in found if "node_modules" not in path.parts]


def codes(path: Path) -> Iterator[str]:
    """Yield the codes that a file names when it refuses something or gives a reason."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for value in named(node):
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and CODE.fullmatch(value.value):
                yield value.value


def named(node: ast.AST) -> list[ast.expr]:
    """Return the parts of a piece of code that may be a code."""
    if isinstance(node, ast.Return) and node.value is not None:
        return [node.value]
    if not isinstance(node, ast.Call):
        return []
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    first = node.args[:1] if name in RAISED else node.args[3:4] if name == "Receipt" else []
    return [*first, *(word.value for word in node.keywords if word.arg in {"refused", "code"})]


# --- words ----------------------------------------------------------------------------------------


def test_every_code_that_is_used_has_words() -> None:
    used = {
        code: path.name
        for path in sources("core", "webhooks", "connectors", "plugins")
        if "sandbox" not in path.name
        for code in codes(path)
    }
    assert len(used) > 20
    told = {*REFUSALS, *DRIVERS, *NOT_SHOWN}
    assert {code: where for code, where in used.items() if code not in told} == {}


@pytest.mark.parametrize("code", sorted({*REFUSALS, *DRIVERS}))
def test_a_codes_words_are_plain(code: str) -> None:
    assert CODE.fullmatch(code)
    told = [REFUSALS[code].user, REFUSALS[code].admin] if code in REFUSALS else []
    told += [DRIVERS[code].agent, DRIVERS[code].account] if code in DRIVERS else []
    assert all(text.strip() == text and len(text) > 5 for text in told)
    assert not any(CODE.fullmatch(word) and "_" in word for text in told for word in text.split())
    assert words(code) != code


def test_no_code_is_a_refusal_and_a_driver() -> None:
    assert not REFUSALS.keys() & DRIVERS.keys()


# --- the field catalogue --------------------------------------------------------------------------


@every_field
def test_a_field_is_complete(entry: Field) -> None:
    assert entry.key.startswith("attune_")
    assert entry.type in {"decimal", "integer", "choice", "text", "date"}
    assert entry.label.startswith("Attune")
    # Salesforce shows at most 40 characters of a label, Zendesk and HubSpot more.
    assert len(entry.label) <= 40
    assert entry.help.endswith(".")
    assert len(entry.help) <= 510
    assert set(entry.shown_to) <= ROLES
    assert entry.shown_to
    assert (entry.type == "choice") == bool(entry.choices)
    assert (entry.type in {"decimal", "integer"}) == (entry.min is not None) == (entry.max is not None)
    assert (entry.type == "text") == (entry.max_length is not None)


@every_field
def test_a_number_says_how_small_a_change_is_written(entry: Field) -> None:
    assert (entry.min_delta is not None) == (entry.type in {"decimal", "integer"})
    if entry.min_delta_band:
        assert catalogue()[entry.min_delta_band].level is entry.level
        assert catalogue()[entry.min_delta_band].type == "choice"


@every_field
def test_a_field_has_a_schedule_and_a_purpose_that_the_gate_knows(entry: Field) -> None:
    assert entry.keep_days <= (retention.keep_days(entry.data_class) or 10_000)
    bases = Permissions(bases={entry.purpose: "legitimate_interest"})
    assert decide(entry.purpose, entry.data_class, "system", bases, action="write").allowed
    assert not decide(entry.purpose, entry.data_class, "system", Permissions(), action="write").allowed or (
        entry.purpose == "consent_mirror"
    )


def test_names_at_salesforce_are_distinct_and_short() -> None:
    names = [entry.salesforce_name for entry in catalogue().values()]
    assert len(set(names)) == len(names)
    assert all(len(name.removesuffix("__c")) <= 40 for name in names)


def test_every_level_has_fields() -> None:
    assert {entry.level for entry in catalogue().values()} == set(Level)


def test_tasks_say_nothing_of_feelings_and_have_an_owner_of_last_resort() -> None:
    for template in TEMPLATES.values():
        assert template.owners[-1] in {"admin", "on_call"}
        assert not re.search(r"angr|frustrat|emotion|distress|upset|sentiment", template.subject.lower())


# --- the code -------------------------------------------------------------------------------------


def run(*command: str) -> subprocess.CompletedProcess[str]:
    binary = Path(sys.executable).parent / command[0]
    return subprocess.run([str(binary), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_arrows_go_one_way() -> None:
    told = run("lint-imports", "--no-logo", "--no-cache")
    assert told.returncode == 0, told.stdout


def test_generated_pages_are_up_to_date() -> None:
    told = run("attune", "docs", "--check")
    assert told.returncode == 0, told.stdout + told.stderr


def test_in_the_core_only_store_and_jobs_speak_sql() -> None:
    speaks = re.compile(r"^(from|import) (sqlalchemy|psycopg)", re.MULTILINE)
    spoken = [path for path in sources("core") if speaks.search(path.read_text())]
    allowed = {("core", "store"), ("core", "jobs")}
    assert [path for path in spoken if path.relative_to(ROOT).parts[:2] not in allowed] == []


def test_files_have_the_same_name_for_the_same_job_and_no_lumber_room() -> None:
    lumber = {"utils.py", "helpers.py", "common.py", "misc.py", "manager.py", "util.py", "helper.py"}
    assert [path for path in sources(*PARTS, "tests") if path.name in lumber] == []


def test_everything_is_caught_in_the_workers_outer_loops_only() -> None:
    broad = re.compile(r"except\s*(:|\(?\s*(Base)?Exception\b)")
    found = {str(path.relative_to(ROOT)) for path in sources(*PARTS) if broad.search(path.read_text())}
    assert found <= {"core/jobs/inbox.py", "core/jobs/outbox.py"}


# --- the map of the store ---------------------------------------------------------------------------


def test_the_stores_map_names_every_part_once() -> None:
    folder = Path(store.__file__).parent
    parts = {path.stem for path in folder.iterdir() if path.stem.isidentifier() and not path.stem.startswith("__")}
    rows = (store.__doc__ or "").split("=\n")[1].splitlines()[:-1]
    named = [name.strip() for line in rows for name in line[23:].split(",") if name.strip()]
    assert Counter(named) == Counter(parts)
