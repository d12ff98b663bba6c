"""Lets threads that want to commit at the same moment share one transaction: one round trip, one flush to disk.

Nobody waits for company: the first to come commits at once, and those who come meanwhile go together in the next.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import psycopg
from sqlalchemy.exc import DBAPIError

Item = TypeVar("Item")
Result = TypeVar("Result")


def _closed() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Wish(Generic[Item, Result]):
    """What one thread wants committed. ``turn`` opens when it is done, or when this thread is to lead."""

    item: Item
    turn: threading.Lock = field(default_factory=_closed)
    leads: bool = False
    results: Sequence[Result] = ()


class GroupCommit(Generic[Item, Result]):
    """``commit`` takes a batch in one transaction and returns one result for each item, in order."""

    def __init__(self, commit: Callable[[Sequence[Item]], Sequence[Result]], most: int = 64) -> None:
        self._commit, self._most = commit, most
        self._lock = threading.Lock()
        self._waiting: list[_Wish[Item, Result]] = []
        self._led = False

    def submit(self, item: Item) -> Result:
        """Return once ``item`` is committed; raises what ``commit`` raises for this item alone.

        A batch that fails is repeated one by one, so that a faulty item harms nobody else.
        """
        wish: _Wish[Item, Result] = _Wish(item)
        with self._lock:
            self._waiting.append(wish)
            wish.leads, self._led = not self._led, True
        if not wish.leads:
            wish.turn.acquire()
        if wish.leads:
            self._lead()
        return wish.results[0] if wish.results else self._commit([item])[0]

    def _lead(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            for wish, result in zip(batch, self._commit([wish.item for wish in batch]), strict=True):
                wish.results = (result,)
        except (DBAPIError, psycopg.Error):
            return
        finally:
            self._hand_over(batch)

    def _hand_over(self, batch: Sequence[_Wish[Item, Result]]) -> None:
        """Let the batch's threads go, and one of those who came meanwhile lead the next."""
        with self._lock:
            self._led = bool(self._waiting)
            following = self._waiting[:1]
        for wish in following:
            wish.leads = True
        for wish in (*batch, *following):
            if wish.turn.locked():
                wish.turn.release()
