"""Settings and their versions: ranges, who changed what, compare, export, import, back in one click."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, update

from core.configuration import ORGANISATION, of_vendor
from core.errors import ConfigurationError
from core.setting import Setting
from core.store import audit, configuration, enrolment, installations
from core.store.tables import AuditRow, InstallationRow, TenantRow
from manifests import declarations
from plugins.declaration import option_defaults
from tests.plugins.console.visiting import Console, Visit

EVIL = '"><script>alert(1)</script>'


def current(console: Console) -> dict[str, Any]:
    with console.made.store.tenant(console.made.tenant) as connection:
        return dict(configuration.current(connection))


def versions(console: Console) -> list[configuration.Version]:
    with console.made.store.tenant(console.made.tenant) as connection:
        return configuration.versions(connection)


def fill(visit: Visit, part: str, **changed: str) -> Any:
    """Fill in one form as a browser would: every field as it stands, but for what is changed."""
    visit.get("/settings")
    form = visit.page.select_one(f'form[action="/console/settings/{part}"]')
    assert form is not None
    given = {str(field["name"]): field.get("value", "") for field in form.select("input")}
    given |= {
        str(field["name"]): option["value"]
        for field in form.select("select")
        for option in field.select("option[selected]")
    }
    wanted = {name.replace("__", "."): value for name, value in changed.items()}
    assert set(wanted) <= set(given)
    return visit.post(f"/settings/{part}", {**given, **wanted})


def test_every_setting_has_help_range_and_default_beside_it(console: Console) -> None:
    visit = console.visit()
    assert visit.get("/settings").status_code == 200
    for setting in (*ORGANISATION, *(one for one in of_vendor("zendesk") if one.kind != "roles")):
        field = visit.page.select_one(f'[name="{setting.key}"]')
        assert field is not None, setting.key
        about = visit.page.find(id=str(field["aria-describedby"]))
        assert about is not None and setting.help.replace("`", "") in about.get_text() and "default" in about.get_text()
        assert visit.page.find("label", attrs={"for": field["id"]}) is not None
    assert versions(console)[0].note == configuration.FIRST


def test_saving_what_stands_there_changes_nothing(console: Console) -> None:
    visit, before = console.visit(), current(console)
    for part in ("organisation", "zendesk"):
        assert fill(visit, part).location.endswith("told=UNCHANGED")
    assert current(console) == before and len(versions(console)) == 1


def test_a_change_counts_is_signed_and_can_be_taken_back(console: Console) -> None:
    made, visit = console.made, console.visit()
    assert fill(visit, "organisation", tag_threshold="0.7", time_zone="Europe/Berlin").location.endswith("told=SAVED")
    assert fill(visit, "zendesk", crm_id_field="salesforce_id", owners__on_call="77").location.endswith("told=SAVED")
    with made.store.tenant(made.tenant) as connection:
        judged = installations.judgement_settings(connection, "zendesk")
        options = connection.execute(select(InstallationRow.options)).scalar_one()
    assert (judged.tag_threshold, judged.time_zone, judged.owners.on_call) == (0.7, "Europe/Berlin", "77")
    assert judged.rule_version == "2026.1.2", "results say which version of the rules they were made by"
    assert options["crm_id_field"] == "salesforce_id" and options["poll_seconds"] == 0.01
    visit.get("/settings")
    assert "by ada" in visit.text()
    visit.post("/versions/1/restore")
    assert (versions(console)[0].number, versions(console)[0].note) == (4, "back to version 1")
    assert versions(console)[0].document == versions(console)[-1].document == current(console)
    with made.store.tenant(made.tenant) as connection:
        assert installations.judgement_settings(connection, "zendesk").tag_threshold == 0.55
        entries = connection.execute(select(AuditRow).where(AuditRow.action == "settings_changed")).all()
        assert len(entries) == 3 and all(entry.actor.startswith("user:") for entry in entries)
        assert audit.verify(connection)[1] is None


@pytest.mark.parametrize(
    ("part", "field", "value", "said"),
    [
        ("organisation", "tag_threshold", "0.2", "Certainty of tone is 0.3 to 0.95."),
        ("organisation", "tag_threshold", "nan", "Certainty of tone is 0.3 to 0.95."),
        ("organisation", "tag_threshold", "1e999", "Certainty of tone is 0.3 to 0.95."),
        ("organisation", "tag_threshold", EVIL, "Certainty of tone is 0.3 to 0.95."),
        ("organisation", "weights__usage", "0.9", "The six weights make 1.60; they have to make 1."),
        ("organisation", "weights__social", "0.2", "Weight: Public posts is 0 to 0.1."),
        ("organisation", "reply_write", "always", "Reply scores is one of 3 choices."),
        ("organisation", "locale", "english", "Language is a language such as en or en-GB."),
        ("organisation", "time_zone", "Mars/Crater", "Unknown time zone: Mars/Crater."),
        ("organisation", "time_zone", "../../etc/passwd", "Time zone is a zone such as Europe/Berlin."),
        ("organisation", "holidays", "XX", "Unknown holiday calendar: XX."),
        ("zendesk", "poll_times", "1.5", "Poll times is a whole number from 1 to 1000."),
        ("zendesk", "read_seconds", "0", "Read seconds is 5 to 300."),
        ("zendesk", "crm_id_field", "x" * 201, "CRM id field is text of up to 200 characters."),
        ("zendesk", "escalation_tag", "a\nb", "Escalation tag is text of up to 200 characters."),
        ("zendesk", "default_role", "god", "Default role is one of 10 choices."),
        ("zendesk", "owners__admin", "1; drop", "Takes tasks that nobody else takes is letters and digits, or empty."),
    ],
)
def test_what_is_out_of_range_is_said_beside_the_field_and_not_saved(
    console: Console, part: str, field: str, value: str, said: str
) -> None:
    before, visit = current(console), console.visit()
    answer = fill(visit, part, **{field: value})
    assert answer.status_code == 422 and said in visit.text()
    assert current(console) == before
    assert "<script>alert" not in answer.text


def test_every_setting_refuses_what_is_no_value_of_it() -> None:
    settings: list[Setting] = [*ORGANISATION, *(one for vendor in declarations() for one in of_vendor(vendor))]
    for setting in settings:
        for odd in (None, [], {"a": 1} if setting.kind != "roles" else {"a": "god"}, object()):
            if setting.kind == "person" and odd in (None, []):
                continue
            if setting.kind == "roles" and odd == {}:
                continue
            with pytest.raises(ConfigurationError):
                setting.checked(odd)


def test_defaults_of_the_code_are_in_the_ranges_of_the_manifest() -> None:
    for vendor in declarations():
        defaults = option_defaults(vendor)
        for setting in of_vendor(vendor):
            if setting.key in defaults:
                assert setting.checked(defaults[setting.key]) == defaults[setting.key], (vendor, setting.key)


def test_nobody_overwrites_what_was_not_seen(console: Console) -> None:
    one, other = console.visit(), console.visit()
    one.get("/settings")
    assert fill(other, "organisation", tag_threshold="0.6").status_code == 303
    answer = one.post("/settings/organisation", {"base": "1", "tag_threshold": "0.9"})
    assert answer.status_code == 422 and "Somebody else changed the settings meanwhile" in one.text()
    assert current(console)["organisation"]["tag_threshold"] == 0.6


def test_what_the_command_line_changed_is_a_version_too(console: Console) -> None:
    made, visit = console.made, console.visit()
    visit.get("/settings")
    with made.store.tenant(made.tenant) as connection:
        enrolment.change_tenant(connection, made.tenant, made.clock.now(), locale="de")
    visit.get("/versions?old=1&new=2")
    assert versions(console)[0].note == configuration.OUTSIDE
    assert "organisation / locale en de" in visit.text()


def test_two_versions_are_compared(console: Console) -> None:
    visit = console.visit()
    fill(visit, "organisation", tag_threshold="0.7")
    fill(visit, "zendesk", escalation_tag="")
    visit.get("/versions?old=1&new=3")
    rows = [" ".join(row.get_text(" ").split()) for row in visit.page.select('[aria-label="Differences"] tbody tr')]
    assert rows == ["organisation / tag_threshold 0.55 0.7", "zendesk / escalation_tag not set empty"]
    visit.get("/versions?old=2&new=2")
    assert "say the same" in visit.text()
    assert visit.get("/versions?old=x&new=99999999999").status_code == 200


def test_an_exported_file_comes_back_and_holds_no_secret(console: Console) -> None:
    made, visit = console.made, console.visit()
    with made.store.tenant(made.tenant) as connection:
        options = {"client_secret": "hush", "client_id": "zdg-1", "public_key": "pem", "minor_field": "young"}
        connection.execute(update(InstallationRow).values(options=options))
    visit.get("/settings")
    answer = visit.get("/versions/1.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="attune-settings-1.json"'
    assert all(word not in answer.text for word in ("hush", "zdg-1", "pem", "client"))
    fill(visit, "zendesk", minor_field="child")
    taken = visit.post("/versions/import", {"file": (BytesIO(answer.data), "any.json")})
    assert taken.location.endswith("told=RESTORED")
    with made.store.tenant(made.tenant) as connection:
        held = connection.execute(select(InstallationRow.options)).scalar_one()
    assert held == options


@pytest.mark.parametrize(
    "changed",
    [
        None,
        [],
        {"format": "attune-configuration/9"},
        {"more": 1},
        {"installations": {"shop": {}}},
        {"installations": []},
        {"installations": {"zendesk": {"client_secret": "x"}}},
        {"installations": {"zendesk": {"client_id": "x"}}},
        {"installations": {"zendesk": {"roles": {"1": "god"}}}},
        {"installations": {"zendesk": {"roles": {"<b>": "lead"}}}},
        {"installations": {"zendesk": {"poll_times": True}}},
        {"organisation": {"mode": "live"}},
        {"organisation": {"weights.usage": 1}},
        {"organisation": None},
    ],
)
def test_a_file_that_is_not_right_changes_nothing(console: Console, changed: Any) -> None:
    before, visit = current(console), console.visit()
    document = {**before, **changed} if isinstance(changed, dict) else changed
    answer = visit.post("/versions/import", {"file": (BytesIO(json.dumps(document).encode()), "a.json")})
    assert answer.status_code == 422 and visit.page.select_one("#wrong") is not None
    assert current(console) == before


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b" " * 300_000])
def test_a_file_that_cannot_be_read_is_refused(console: Console, body: bytes) -> None:
    visit = console.visit()
    assert visit.post("/versions/import", {"file": (BytesIO(body), "a.json")}).status_code == 422
    assert visit.post("/versions/import").status_code == 422


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "²", "1" * 30])
def test_a_version_that_is_not_there(console: Console, number: str) -> None:
    visit = console.visit()
    assert visit.get(f"/versions/{number}.json").status_code == 404
    assert visit.post(f"/versions/{number}/restore").status_code == 404


def mode(console: Console) -> str:
    with console.made.store.tenant(console.made.tenant) as connection:
        return str(connection.execute(select(TenantRow.mode)).scalar_one())


def test_everything_can_be_paused_and_goes_on_as_before(console: Console) -> None:
    visit = console.visit()
    assert visit.post("/settings/mode", {"mode": "observe"}).location.endswith("told=UNCHANGED")
    assert visit.post("/settings/mode", {"mode": "paused"}).location.endswith("told=SAVED")
    assert mode(console) == "paused"
    assert visit.post("/settings/mode", {"mode": "observe"}).location.endswith("told=UNCHANGED")
    visit.get("/settings")
    assert [button["value"] for button in visit.page.select('button[name="mode"]')] == ["live"]
    assert visit.post("/settings/mode", {"mode": "live"}).location.endswith("told=SAVED")
    assert mode(console) == "live"


def test_observing_shows_when_it_ends_and_going_live_is_no_button_here(console: Console) -> None:
    with console.made.store.tenant(console.made.tenant) as connection:
        connection.execute(update(TenantRow).values(mode="observe"))
    visit = console.visit()
    visit.get("/settings")
    assert "Each tool is observed for 14 days" in visit.text()
    assert visit.post("/settings/mode", {"mode": "live"}).location.endswith("told=UNCHANGED")
    assert mode(console) == "observe"
