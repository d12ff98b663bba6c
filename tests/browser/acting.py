"""What people do in the browser tests: write to us, open a record, type a reply."""

from __future__ import annotations

from playwright.sync_api import Frame

from tests.browser.stage import Stage
from tests.talk import ANGRY, Talk, rows

HOLLOW = "We understand your frustration and apologise for any inconvenience."
EVIL = '<img src=x onerror="top.evil=1"><script>top.evil=1</script> I am extremely angry and I will cancel &amp; go'


def said(talk: Talk, words: str = ANGRY) -> str:
    case: str = talk.say(words)[0]["case"]
    talk.made.work()
    return case


def record(talk: Talk, place: str, case: str) -> str:
    level = {"user_sidebar": "person", "organization_sidebar": "account"}.get(place)
    if level is None:
        return case
    (link,) = rows(talk.made, "SELECT external_id FROM link WHERE level = :level", level=level)
    return str(link.external_id)


def write(stage: Stage, frame: Frame, words: str) -> None:
    stage.page.locator("#composer").fill(words)
    frame.page.wait_for_timeout(700)
