"""``attune docs``: writes the generated pages of ``docs/`` and files of ``manifests/``, or says which are stale."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from core.errors import ConfigurationError
from plugins.cli.docs_packages import package_files
from plugins.cli.docs_pages import PAGES

ROOT = Path(__file__).resolve().parents[2]


@click.command(short_help="Write the generated pages of docs/ and files of manifests/.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when a page or file is not up to date.")
def docs(check: bool) -> None:
    """Write what is generated from the code: pages of docs/, files of manifests/. For people who change the code."""
    if not (ROOT / "pyproject.toml").is_file():
        raise ConfigurationError("the pages can only be written in a checkout of the project")
    wanted = {**{ROOT / "docs" / name: page() for name, page in PAGES.items()}, **package_files(ROOT)}
    stale = {path: text for path, text in wanted.items() if _text(path) != text}
    if check:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        click.echo(f"stale: {names}; run `make docs`" if stale else "generated pages are up to date")
        sys.exit(1 if stale else 0)
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"wrote {path.relative_to(ROOT)}")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
