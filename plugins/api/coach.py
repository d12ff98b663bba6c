"""Judges drafts within a time that a person does not notice; what takes longer lets the send proceed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from functools import cached_property

import structlog

from core.ports import Analyzer, ReplyJudgement

log = structlog.get_logger()

# 400 ms are promised to the agent; the rest is for the way and the database.
SECONDS = 0.33
THREADS = 2
WAITING = 8


class Coach:
    """Holds the analyser, loaded at the first draft only, and the threads that it works in."""

    def __init__(self, load: Callable[[], Analyzer], seconds: float = SECONDS) -> None:
        self._load, self._seconds = load, seconds
        self._room = threading.BoundedSemaphore(WAITING)
        self._first = threading.Lock()
        # Threads start at the first use: a web server forks after the application was built.
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="coach")

    @cached_property
    def _analyzer(self) -> Analyzer:
        return self._load()

    def judge(self, draft: str, customer: str | None, locale: str | None) -> ReplyJudgement | None:
        """Judge a draft's wording; ``None`` when there is no answer in time. The draft is kept nowhere."""
        if not self._room.acquire(blocking=False):
            log.info("draft_not_checked", cause="busy")
            return None
        task = self._pool.submit(self._work, draft, customer, locale)
        try:
            return task.result(self._seconds)
        except TooSlow:
            log.info("draft_not_checked", cause="slow")
            return None

    def _work(self, draft: str, customer: str | None, locale: str | None) -> ReplyJudgement:
        try:
            with self._first:
                analyzer = self._analyzer
            return analyzer.reply(draft, customer, locale)
        finally:
            self._room.release()
