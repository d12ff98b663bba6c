"""The notices in the checklist: shown, confirmed with day and name, outdated as soon as they would say otherwise."""

from __future__ import annotations

from typing import Any

from core.installation.checklist import ITEMS
from tests.plugins.console.wizard import BASIS, Wizard
from tests.talk import rows

TEXTS = {name for name, item in ITEMS.items() if item.has_texts}


def ready(make_wizard: Any) -> Wizard:
    wizard: Wizard = make_wizard()
    wizard.connect()
    wizard.act("modules", **BASIS)
    for step in ("fields", "observe"):
        wizard.act(step)
        wizard.work()
    wizard.made.clock.advance(15 * 86_400)
    wizard.visit = wizard.console.visit()
    return wizard


def confirm(wizard: Wizard, **more: str) -> Any:
    given = {name: f"{name} noted" for name in ITEMS} | {f"{name}-done": "yes" for name in ITEMS}
    return wizard.act("checklist", **given, **more)


def ticked(wizard: Wizard) -> set[str]:
    wizard.open("checklist")
    boxes = wizard.visit.page.select("[type=checkbox][checked]")
    return {str(box["name"]).removesuffix("-done") for box in boxes}


def test_the_texts_stand_there_and_are_confirmed_with_day_and_name(make_wizard: Any) -> None:
    wizard = ready(make_wizard)
    said = wizard.open("checklist")
    assert "never use it to raise prices" in said and "never infers feelings" in said
    assert confirm(wizard, **{"notices-since": "2026-11-22"}).status_code == 303
    said = wizard.open("checklist")
    assert said.count("by ada") == len(ITEMS) and "for texts" in said
    kept = {row.item: row for row in rows(wizard.made, "SELECT * FROM checklist")}
    assert str(kept["notices"].published_on) == "2026-11-22" and str(kept["worker_notice"].published_on) == "2026-12-05"
    assert {name for name, row in kept.items() if row.version} == TEXTS
    (entry,) = rows(wizard.made, "SELECT detail FROM audit WHERE action = 'checklist_changed'")
    assert entry.detail["notices"] == f"texts {kept['notices'].version}, public since 2026-11-22"
    assert entry.detail["overseer"] is True


def test_a_text_that_has_changed_gates_until_it_is_confirmed_again(make_wizard: Any) -> None:
    wizard = ready(make_wizard)
    confirm(wizard)
    assert ticked(wizard) == set(ITEMS) and "Everything is in place" in wizard.open("live")
    wizard.visit.get("/settings")
    base = wizard.visit.page.select_one("[name=base]")
    assert base is not None
    saved = {"base": str(base["value"]), "notice_contact": "privacy@acme.example"}
    assert wizard.visit.post("/settings/organisation", saved).location.endswith("told=SAVED")
    assert ticked(wizard) == set(ITEMS) - {"notices"}
    assert "changed since it was published" in wizard.visit.text() and "at privacy@acme.example." in wizard.visit.text()
    wizard.visit.get("/setup")
    assert "A notice has changed since it was published" in wizard.visit.text()
    answer = wizard.act("live")
    assert answer.status_code == 422 and "A notice has changed since it was published" in answer.text
    confirm(wizard)
    assert wizard.act("live").location.endswith("told=LIVE")


def test_days_to_come_are_today_and_odd_ones_are_refused(make_wizard: Any) -> None:
    wizard = ready(make_wizard)
    assert confirm(wizard, **{"notices-since": "tomorrow"}).status_code == 422
    assert rows(wizard.made, "SELECT 1 FROM checklist") == []
    confirm(wizard, **{"notices-since": "2999-01-01"})
    (row,) = rows(wizard.made, "SELECT published_on FROM checklist WHERE item = 'notices'")
    assert str(row.published_on) == "2026-12-05"


def test_without_a_basis_there_is_nothing_to_tell(make_wizard: Any) -> None:
    wizard = make_wizard()
    wizard.connect()
    with wizard.made.store.tenant(wizard.made.tenant) as connection:
        connection.exec_driver_sql("DELETE FROM basis")
    assert wizard.open("checklist").count("record one in step 2 first") == len(TEXTS)
