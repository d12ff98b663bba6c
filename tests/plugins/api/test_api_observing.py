"""A tool that is only observed shows agents nothing, while the organisation's others are live."""

from __future__ import annotations

from sqlalchemy import update

from core.installation.modules import Stage
from core.store.tables import InstallationRow
from tests.conftest import MakeWorld
from tests.plugins.api.asking import ask
from tests.talk import ANGRY, connect


def test_scores_show_only_once_the_tool_itself_is_live(make_world: MakeWorld) -> None:
    talk = connect(make_world(only=("zendesk",)))
    (said,) = talk.say(ANGRY)
    talk.made.work()
    asking, shown = ask(talk.made), []
    for stage in (Stage.OBSERVING, Stage.WRITING, Stage.AUTOMATED):
        with talk.made.store.tenant(talk.made.tenant) as connection:
            connection.execute(update(InstallationRow).values(stage=stage))
        card = asking.card(f"/cases/{said['case']}")
        shown.append("attune_distress" in str(card) or bool(card.get("reasons")))
    assert shown == [False, True, True]
