"""``attune docs``: writes the generated pages of ``docs/``, or says which of them are stale."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from core.errors import ConfigurationError
from plugins.cli.docs_pages import PAGES

ROOT = Path(__file__).resolve().parents[2]


@click.command(short_help="Write the generated pages of docs/.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when a page is not up to date.")
def docs(check: bool) -> None:
    """Write the pages of docs/ that are generated from the code. For people who change the code."""
    folder = ROOT / "docs"
    if not (ROOT / "pyproject.toml").is_file():
        raise ConfigurationError("the pages can only be written in a checkout of the project")
    stale = [name for name, page in PAGES.items() if _text(folder / name) != page()]
    if check:
        click.echo(f"stale: {', '.join(stale)}; run `make docs`" if stale else "generated pages are up to date")
        sys.exit(1 if stale else 0)
    for name in stale:
        (folder / name).write_text(PAGES[name](), encoding="utf-8")
        click.echo(f"wrote docs/{name}")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
