"""``python -m tests.security``: tries everything and writes ``docs/security.md``; says what was not refused."""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path

import click

from core.store import embedded
from core.store.engine import Store
from core.store.migrate import upgrade
from tests.security.house import house
from tests.security.page import PAGE, write


@click.command()
def main() -> None:
    """Write the page anew."""
    os.environ.setdefault("ATTUNE_ALLOW_ROOT", "1")
    warnings.simplefilter("ignore", ResourceWarning)
    with tempfile.TemporaryDirectory() as folder:
        server = embedded.start(Path(folder))
        upgrade(server.addresses.owner)
        store = Store(server.addresses.app)
        try:
            with house(server.addresses, store, Path(folder)) as made:
                text, wrong = write(made)
        finally:
            store.close()
            server.stop()
    if wrong:
        raise click.ClickException("not refused:\n" + "\n".join(wrong))
    PAGE.write_text(text, encoding="utf-8")
    click.echo(f"wrote {PAGE.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
