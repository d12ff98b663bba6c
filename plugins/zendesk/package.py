"""``python -m plugins.zendesk.package``: the Zendesk app, ready to upload; what is generated in it is written here.

The app holds no code of ours: its pages come from our server by signed addresses. ``requirements.json`` is made from
the field catalogue, so that the app's fields are the ones that Attune writes.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from connectors.zendesk.nouns import FIELD_KINDS
from core.errors import ConfigurationError
from core.fields import catalogue
from plugins.zendesk.pages.app import PLACES
from plugins.zendesk.provision import definition

FOLDER = Path(__file__).resolve().parents[2] / "manifests" / "zendesk" / "app"
# Stands in the checked-in manifest; an upload carries the address that the admin gives.
NOWHERE = "https://attune.invalid"
FRAMEWORK = "2.0"
VERSION = "0.1.0"


def manifest(address: str) -> dict[str, Any]:
    """Return manifest.json for pages served at ``address`` (https)."""
    at = {place: {"url": f"{address}/zendesk/app?place={place}", "flexible": True} for place in PLACES}
    return {
        "name": "Attune",
        "author": {"name": "Attune", "email": "support@attune.invalid", "url": address},
        "defaultLocale": "en",
        "private": True,
        "version": VERSION,
        "frameworkVersion": FRAMEWORK,
        "signedUrls": True,
        "singleInstall": True,
        "location": {"support": at},
        # None: the signed address proves who is asking, so no secret has to be kept in Zendesk.
        "parameters": [],
    }


def requirements() -> dict[str, dict[str, Any]]:
    """Return requirements.json: one field a catalogue entry, carrying the mark by which Attune knows it as its own."""
    found: dict[str, dict[str, Any]] = {kind: {} for kind in FIELD_KINDS.values()}
    for key, field in catalogue().items():
        found[FIELD_KINDS[field.level]][key] = definition(field)
    return found


def generated() -> dict[str, str]:
    """Return the files of the folder that are made from the code, by name."""
    files: Mapping[str, Any] = {"manifest.json": manifest(NOWHERE), "requirements.json": requirements()}
    return {name: json.dumps(content, indent=2, ensure_ascii=False) + "\n" for name, content in files.items()}


def package(address: str) -> bytes:
    """Return the app as a zip for pages served at ``address``; the same content gives the same bytes."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
        raise ConfigurationError("the address of the pages begins with https:// and has no query")
    found = (path for path in FOLDER.rglob("*") if path.is_file())
    files = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in found}
    files["manifest.json"] = (json.dumps(manifest(address.rstrip("/")), indent=2) + "\n").encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return held.getvalue()


@click.command()
@click.option("--address", help="Where Attune's pages are served, e.g. https://attune.example.com")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the app there, as a zip.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when a generated file is not up to date.")
def main(address: str | None, out: Path | None, check: bool) -> None:
    """Write the generated files of the Zendesk app, or with --address and --out the app itself."""
    stale = [name for name, content in generated().items() if _text(FOLDER / name) != content]
    if check:
        click.echo(f"stale: {', '.join(stale)}" if stale else "the Zendesk app is up to date")
        sys.exit(1 if stale else 0)
    for name in stale:
        (FOLDER / name).write_text(generated()[name], encoding="utf-8")
        click.echo(f"wrote {name}")
    if out is not None:
        out.write_bytes(package(address or ""))
        click.echo(f"wrote {out}: upload it as a private app")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    main()
