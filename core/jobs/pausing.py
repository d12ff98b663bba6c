"""Holds an installation whose vendor cannot be reached, or whose set-up a person has to mend. Nothing is lost."""

from __future__ import annotations

import structlog

from core.errors import ConfigurationError, GrantRefusedError, RetryLaterError
from core.jobs.runtime import Runtime
from core.store import installations, stages
from core.store.installations import Installation

log = structlog.get_logger()

# A revoked grant or a missing right is not mended by asking again soon; an admin sees the cause meanwhile.
NEEDS_AN_ADMIN_SECONDS = 300.0


def pause(runtime: Runtime, installation: Installation, error: RetryLaterError | ConfigurationError) -> float:
    """Pause an installation for the cause of ``error``; return the wait in seconds."""
    after: float | None = NEEDS_AN_ADMIN_SECONDS
    cause, tell = str(error), log.error
    if isinstance(error, RetryLaterError):
        after, cause, tell = error.after_seconds, error.cause, log.warning
    with runtime.store.tenant(installation.tenant) as connection:
        if isinstance(error, GrantRefusedError):
            stages.change(connection, installation.id, grant_refused_at=runtime.clock.now())
        wait = installations.pause(connection, installation.id, after, cause, runtime.clock.now())
    tell("installation_paused", installation=installation.id, seconds=round(wait, 1), cause=cause)
    return wait
