"""``python -m plugins.zendesk.package``: the Zendesk app, ready to upload.

The app holds no code of ours: its pages come from our server by signed addresses. ``requirements.json`` is made from
the field catalogue, so that the app's fields are the ones that Attune writes.
"""

from __future__ import annotations

import io
import json
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
    at: dict[str, dict[str, Any]] = {
        place: {"url": f"{address}/zendesk/app?place={place}", "flexible": True} for place in PLACES
    }
    # A page of its own fills its frame; only trays grow with their content. Its icon is assets/icon_nav_bar.svg.
    # https://developer.zendesk.com/documentation/apps/app-developer-guide/manifest/
    at["nav_bar"].pop("flexible")
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


def files() -> dict[str, str]:
    """Return the generated texts by their path below ``manifests/zendesk``; ``attune docs`` writes them."""
    made: Mapping[str, Any] = {"app/manifest.json": manifest(NOWHERE), "app/requirements.json": requirements()}
    return {path: json.dumps(content, indent=2, ensure_ascii=False) + "\n" for path, content in made.items()}


def package(address: str) -> bytes:
    """Return the app as a zip for pages served at ``address``; the same content gives the same bytes."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
        raise ConfigurationError("the address of the pages begins with https:// and has no query")
    found = (path for path in FOLDER.rglob("*") if path.is_file())
    content = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in found}
    content["manifest.json"] = (json.dumps(manifest(address.rstrip("/")), indent=2) + "\n").encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held_in in sorted(content.items()):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), held_in)
    return held.getvalue()


@click.command()
@click.option("--address", required=True, help="Where Attune's pages are served, e.g. https://attune.example.com")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the zip goes.")
def main(address: str, out: Path) -> None:
    """Write the Zendesk app as a zip, ready to be uploaded as a private app."""
    try:
        out.write_bytes(package(address))
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"wrote {out}: upload it as a private app")


if __name__ == "__main__":
    main()
