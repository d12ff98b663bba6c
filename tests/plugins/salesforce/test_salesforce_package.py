"""The package as a whole: generated from the catalogue, roles as in the matrix, nothing by assignee, no loose ends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from connectors.salesforce.sandbox_messages import SENT
from core import roles
from core.fields import catalogue
from core.store.feedback import MAX_WORDS, REASONS
from plugins.salesforce import definitions, package, package_feed, package_fields, package_roles, package_words
from plugins.salesforce.package_xml import NAMESPACE, ORIGIN

ROOT = Path(__file__).resolve().parents[3] / "manifests" / "salesforce"
MAIN = ROOT / package.MAIN
LWC = MAIN / "lwc"
SOURCES = sorted(path for path in LWC.rglob("*") if path.suffix in (".js", ".html") and "__tests__" not in path.parts)
FORBIDDEN = (
    "@salesforce/apex",
    "fetch(",
    "XMLHttpRequest",
    "innerHTML",
    "lwc:dom",
    "eval(",
    "console.",
    "style=",
    "http",
)
BY_PERSON = re.compile(r"OWNER|USERS|ASSIGN|CREATED_?BY|Reply_Empathy", re.IGNORECASE)
# Longest texts: https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/
LONGEST = {"label": 40, "report description": 255, "report name": 40, "custom label": 1000, "flow": 80}


def parsed(path: Path) -> etree._Element:
    return etree.parse(str(path)).getroot()


def values(path: Path, name: str) -> list[str]:
    return [str(one.text) for one in parsed(path).iter(f"{{{NAMESPACE}}}{name}")]


# --- generated ------------------------------------------------------------------------------------


def test_the_generated_files_are_up_to_date_and_no_old_one_is_left() -> None:
    wanted = package.files()
    assert {path: (ROOT / path).read_text(encoding="utf-8") for path in wanted} == wanted
    marked = {str(path.relative_to(ROOT)) for path in MAIN.rglob("*.xml") if ORIGIN in path.read_text(encoding="utf-8")}
    assert marked - set(wanted) == set()


def test_every_catalogue_field_is_in_the_package_and_known_as_ours() -> None:
    for key, field in catalogue().items():
        sobject, _, name = definitions.full_name(field).partition(".")
        path = MAIN / "objects" / sobject / "fields" / f"{name}.field-meta.xml"
        assert values(path, "fullName")[0] == name
        assert values(path, "inlineHelpText")[0].endswith(f"[{key}]")
        assert values(path, "description")[0].endswith(f"[{key}]")


def test_names_and_labels_are_not_too_long() -> None:
    for full_name, parts in package_fields.fields().items():
        assert len(parts["label"]) <= LONGEST["label"] and len(full_name.partition(".")[2]) <= LONGEST["label"] + 3
    assert all(len(words) <= LONGEST["custom label"] for words in package_words.labels().values())
    assert all(len(parts["label"]) <= LONGEST["flow"] for parts in package_feed.flows().values())


# --- who sees what --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", roles.ROLES)
def test_a_permission_set_shows_what_the_matrix_shows(role: str) -> None:
    path = MAIN / "permissionsets" / f"{package_roles.LABELS[role].replace(' ', '_')}.permissionset-meta.xml"
    shown = {definitions.full_name(field) for key, field in catalogue().items() if roles.sees(role, key)}
    hidden = {definitions.full_name(field) for key, field in catalogue().items()} - shown
    granted = set(values(path, "field"))
    assert shown <= granted and not hidden & granted
    assert set(values(path, "viewAllRecords")) <= {"false"} and set(values(path, "modifyAllRecords")) <= {"false"}


def test_collections_and_sales_see_the_band_and_no_score() -> None:
    band = ["Account.Attune_Health_Band__c", package_fields.HEALTH_AT]
    assert package_roles.visible("collections") == band
    assert package_roles.visible("sales") == sorted([*band, "Contact.Attune_Consent_State__c"])


def test_a_reply_score_is_shown_to_no_role() -> None:
    name = definitions.full_name(catalogue()["attune_reply_empathy"])
    assert all(name not in package_roles.visible(role) for role in roles.ROLES)


def test_people_edit_nothing_of_ours_but_their_feedback() -> None:
    for role in roles.ROLES:
        parts = package_roles.permission_sets()[package_roles.LABELS[role].replace(" ", "_")]
        edited = {one["field"] for one in parts["fieldPermissions"] if one["editable"]}
        inputs = {
            name
            for name in edited
            if name in package_fields.fields() and "input" in package_fields.fields()[name]["label"]
        }
        assert {name for name in edited - inputs if not name.startswith(package_fields.FEEDBACK)} == set()
        assert not inputs or role == "admin"


def test_our_user_may_write_every_field_and_is_not_told_of_its_own_writes() -> None:
    parts = package_roles.permission_sets()["Attune_Integration"]
    written = {one["field"] for one in parts["fieldPermissions"] if one["editable"]}
    assert set(definitions.permissions()) <= written
    assert parts["customPermissions"] == [{"enabled": True, "name": package_roles.QUIET}]
    quiet = [name for name, formula in package_feed.FILTERS.items() if package_roles.QUIET in formula]
    # Messages and comments may carry somebody's words, whoever wrote them.
    assert not {"EmailMessage", "CaseComment"} & set(quiet)


def test_feedback_takes_the_reasons_that_the_store_takes() -> None:
    assert tuple(package_words.ANSWERS) == REASONS
    assert package_fields.MAX_WORDS <= MAX_WORDS


# --- what feeds us --------------------------------------------------------------------------------


def test_the_messages_hold_what_the_declaration_says() -> None:
    for sobject, fields in package_feed.messages().items():
        path = MAIN / "workflows" / f"{sobject}.workflow-meta.xml"
        assert tuple(values(path, "fields")) == fields
        assert values(path, "includeSessionId") == ["false"]


@pytest.mark.parametrize("sobject", sorted(SENT))
def test_the_messages_are_those_that_the_sandbox_sends(sobject: str) -> None:
    # The language field is the customer's own: the setting locale_field names it.
    assert set(package_feed.messages()[sobject]) == set(SENT[sobject]) - {"Language__c"}


def test_every_message_is_sent_by_a_flow() -> None:
    sent = {name for path in (MAIN / "flows").glob("*.xml") for name in values(path, "actionName")}
    made = {
        f"{path.name.partition('.')[0]}.{name}"
        for path in (MAIN / "workflows").glob("*.xml")
        for name in values(path, "fullName")
    }
    assert sent == made and len(made) == len(package_feed.messages())


# --- no loose ends --------------------------------------------------------------------------------


def named() -> Iterator[tuple[str, str]]:
    """Yield (file, field) for every field of ours that any file speaks of."""
    for path in sorted([*MAIN.rglob("*.xml"), *SOURCES]):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"\bAttune_\w+?__c\b", text):
            yield str(path.relative_to(ROOT)), name


def test_every_field_that_is_spoken_of_exists() -> None:
    known = {name.partition(".")[2] for name in package_fields.fields()} | set(package_fields.objects())
    assert {(file, name) for file, name in named() if name not in known} == set()


def test_every_label_that_is_used_exists_and_every_label_is_used() -> None:
    written = [path for path in SOURCES if path.parent.name != package_words.LABELS_MODULE]
    text = "".join(path.read_text(encoding="utf-8") for path in written)
    used = set(re.findall(r"\b(?:LABELS|label)\.([A-Z]\w+)", text))
    assert used == set(package_words.AROUND)


def test_a_dashboard_shows_reports_of_the_package() -> None:
    reports = {f"Attune/{path.name.partition('.')[0]}" for path in (MAIN / "reports/Attune").glob("*.xml")}
    (dashboard,) = (MAIN / "dashboards/Attune").glob("*.xml")
    assert set(values(dashboard, "report")) == reports
    assert values(dashboard, "dashboardType") == ["LoggedInUser"]


def test_replacements_find_what_they_replace() -> None:
    project = json.loads((ROOT / "sfdx-project.json").read_text(encoding="utf-8"))
    assert project["sourceApiVersion"] == "63.0"
    for one in project["replacements"]:
        paths = [ROOT / one["filename"]] if "filename" in one else list(ROOT.glob(one["glob"]))
        assert any(one["stringToReplace"] in path.read_text(encoding="utf-8") for path in paths), one
    assert all((ROOT / folder["path"]).is_dir() for folder in project["packageDirectories"])


def test_report_texts_are_not_too_long_and_no_column_is_a_grouping() -> None:
    for path in (MAIN / "reports/Attune").glob("*.xml"):
        assert len(values(path, "description")[0]) <= LONGEST["report description"]
        assert len(values(path, "name")[0]) <= LONGEST["report name"]
        grouped = {one.findtext(f"{{{NAMESPACE}}}field") for one in parsed(path).iter(f"{{{NAMESPACE}}}groupingsDown")}
        columns = {one.findtext(f"{{{NAMESPACE}}}field") for one in parsed(path).iter(f"{{{NAMESPACE}}}columns")}
        assert grouped and not grouped & columns


# --- never by assignee, no way out ----------------------------------------------------------------


def test_nothing_is_shown_by_assignee() -> None:
    shown = [path for kind in ("report", "dashboard", "listView") for path in MAIN.rglob(f"*.{kind}-meta.xml")]
    assert len(shown) == 7
    for path in shown:
        tokens = [*values(path, "field"), *values(path, "columns"), *values(path, "groupingColumn")]
        assert tokens and not [token for token in tokens if BY_PERSON.search(token)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_components_call_nobody_and_write_no_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [word for word in FORBIDDEN if word in text] == []


def test_components_bring_no_styles_and_the_package_no_apex() -> None:
    paths = [path for folder in ("force-app", "own-app") for path in (ROOT / folder).rglob("*")]
    suffixes = {path.suffix for path in paths if path.is_file()}
    assert suffixes == {".xml", ".js", ".html"}


def test_no_word_is_written_in_a_template() -> None:
    for path in SOURCES:
        if path.suffix == ".html":
            between = re.sub(r"<[^>]*>|\{[^}]*\}|&nbsp;|:", " ", path.read_text(encoding="utf-8"))
            assert not between.split(), f"{path.name}: {between.split()}"
