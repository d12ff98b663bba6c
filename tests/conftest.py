"""What all tests share: one embedded PostgreSQL a session, migrated, entered as the application's own role."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet, MultiFernet

from core.store import embedded
from core.store.embedded import Addresses
from core.store.engine import Store
from core.store.migrate import upgrade
from core.store.seal import Seal
from tests.world import World, world

MakeWorld = Callable[..., World]


@pytest.fixture(scope="session")
def database() -> Iterator[Addresses]:
    """A migrated database of this test session, in a folder that no other session clears away."""
    folder = Path(tempfile.mkdtemp(prefix="attune-tests-"))
    server = embedded.start(folder)
    upgrade(server.addresses.owner)
    yield server.addresses
    with warnings.catch_warnings():
        # The child processes of the embedded server are its own affair.
        warnings.simplefilter("ignore", ResourceWarning)
        server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def store(database: Addresses) -> Iterator[Store]:
    """The store, as ``attune_app``: no superuser, bound by row-level security."""
    made = Store(database.app)
    yield made
    made.close()


@pytest.fixture(scope="session")
def seal() -> Seal:
    """Keys of this test session."""
    return Seal(MultiFernet([Fernet(Fernet.generate_key())]), b"pepper-of-the-tests")


@pytest.fixture
def make_world(store: Store, seal: Seal) -> Iterator[MakeWorld]:
    """Build worlds that are torn down after the test."""
    with ExitStack() as stack:

        def make(**options: Any) -> World:
            made: AbstractContextManager[World] = world(store, seal, **options)
            return stack.enter_context(made)

        yield make
