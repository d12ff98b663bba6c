"""Tokens: sealed, and renewed once however many workers notice the end at the same moment."""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import RetryLaterError
from core.ports import Token
from core.store import enrolment
from core.store.engine import Store
from core.store.enrolment import Joining
from core.store.seal import Seal
from core.store.tokens import PgVault
from tests.world import NOON


@pytest.fixture
def vault(store: Store, seal: Seal) -> PgVault:
    name = secrets.token_hex(4)
    joining = Joining(
        f"i-{name}",
        f"t-{name}",
        "zendesk",
        "acme",
        token=Token("first-access", "first-refresh", extra={"client_id": "c"}),
    )
    enrolment.join(store, seal, joining, NOON)
    return PgVault(store, seal, joining.tenant, joining.installation)


def test_a_token_comes_back_as_it_was_stored(vault: PgVault) -> None:
    assert vault.current() == Token("first-access", "first-refresh", None, 1, {"client_id": "c"})


def test_many_workers_renew_once(vault: PgVault) -> None:
    asked: list[str] = []
    barrier, stale = threading.Barrier(8), vault.current()

    def fetch(held: Token) -> Token:
        asked.append(held.refresh)
        return Token(f"access-{len(asked)}", f"refresh-{len(asked)}", NOON)

    def renew(_: int) -> Token:
        barrier.wait()
        return vault.renew(stale, fetch)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(renew, range(8)))
    assert asked == ["first-refresh"]
    assert {(token.access, token.generation) for token in found} == {("access-1", 2)}
    assert vault.current() == Token("access-1", "refresh-1", NOON, 2)
    vault.renew(found[0], fetch)
    assert asked == ["first-refresh", "refresh-1"]


def test_a_renewal_that_fails_changes_nothing_and_blocks_nobody(vault: PgVault) -> None:
    def away(_: Token) -> Token:
        raise RetryLaterError(5, "HTTP 503")

    stale = vault.current()
    with pytest.raises(RetryLaterError):
        vault.renew(stale, away)
    assert vault.current() == stale
    assert vault.renew(stale, lambda _: Token("new")).access == "new"


def test_neither_token_nor_secret_stands_in_the_tables(vault: PgVault, store: Store) -> None:
    with store.tenant(vault.tenant) as connection:
        told = str(connection.exec_driver_sql("SELECT i.*, d.* FROM installation i, directory d").fetchall())
    assert "first-" not in told
    assert "first-" not in repr(vault)
