"""All pages, in the order of the menu, and the sentences that pages tell after something was done."""

from __future__ import annotations

from collections.abc import Mapping

from plugins.console.desk import Page
from plugins.console.pages import (
    audit,
    corrections,
    enter,
    health,
    home,
    password,
    privacy,
    roles,
    rules,
    settings,
    setup,
    sign_in,
    sign_in_with,
    sign_out,
    support,
    uninstall,
    versions,
)

PAGES: tuple[Page, ...] = (
    home.PAGE,
    sign_in.PAGE,
    sign_in_with.PAGE,
    enter.PAGE,
    sign_out.PAGE,
    password.PAGE,
    health.PAGE,
    corrections.PAGE,
    setup.PAGE,
    uninstall.PAGE,
    settings.PAGE,
    versions.PAGE,
    rules.PAGE,
    roles.PAGE,
    audit.PAGE,
    privacy.PAGE,
    support.PAGE,
)

# Only these sentences are ever shown for ``?told=CODE``.
TOLD: Mapping[str, str] = {
    "SIGNED_OUT": "You are signed out.",
    "PASSWORD_CHANGED": "Your password is changed. You are signed out everywhere else.",
    "SAVED": "Saved.",
    "UNCHANGED": "Nothing was different, so nothing was saved.",
    "RESTORED": "Done. It counts from now on, and is a new version that can be taken back.",
    "RETRIED": "The dead letters are tried again. What fails once more comes back here with its cause.",
    "GONE_ALREADY": "These dead letters were not there any more.",
    "DECIDED": "Decided. The score is not under dispute any more.",
    "DECIDED_BEFORE": "Somebody had decided that already.",
    "ASKED": "A worker has been asked. This page shows how it goes.",
    "LIVE": "Live: from now on scores are written into records.",
    "OBSERVING_AGAIN": "Back to observing: nothing more is written. What stands in records stays there.",
    "AUTOMATION_ON": "Follow-up tasks are opened from now on.",
    "AUTOMATION_OFF": "No more follow-up tasks are opened. Those that are open stay.",
    "ENDED": "Uninstalled: nothing comes in or goes out any more. The tool is being told.",
    "PURGE_SOON": "A worker deletes everything of that connection now.",
    "CHOICE_RECORDED": "Recorded. It holds at once; values that are no longer permitted are cleared in every tool.",
    "SUPPORT_ENDED": "Ended: support is signed out.",
    "SUPPORT_REVIEWED": "Noted. It stays in the list and in the audit trail.",
    "NOTHING_CHOSEN": "Choose at least one line first.",
}


def shown_to(role: str) -> list[Page]:
    """Return the pages of a role's menu."""
    return [page for page in PAGES if page.menu and role in page.roles]
