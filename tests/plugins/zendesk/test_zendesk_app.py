"""The rules that Zendesk's own validator checks, on the app as it is uploaded."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from typing import Any
from urllib.parse import urlsplit

import pytest

from core.errors import ConfigurationError
from core.fields import catalogue
from plugins.zendesk import package, provision
from plugins.zendesk.pages.app import PLACES

ADDRESS = "https://attune.example.com"
LOCATIONS = {
    "ticket_sidebar",
    "new_ticket_sidebar",
    "user_sidebar",
    "organization_sidebar",
    "nav_bar",
    "top_bar",
    "background",
    "modal",
    "ticket_editor",
    "custom_object_record_sidebar",
}
# Places outside of the tray; the host colours their icon.
WITH_ICON = {"nav_bar", "top_bar", "ticket_editor"}
PARAMETER_TYPES = {"text", "checkbox", "url", "number", "multiline", "hidden", "oauth", "mtls"}
FIELD_TYPES = {
    "ticket_fields": {"decimal", "integer", "tagger", "text", "date"},
    "user_fields": {"decimal", "integer", "dropdown", "text", "date"},
    "organization_fields": {"decimal", "integer", "dropdown", "text", "date"},
}
SECRET = re.compile(r"(?i)(api[_-]?key|secret|password|passwd|BEGIN [A-Z ]*PRIVATE KEY)\W{1,4}[A-Za-z0-9+/_-]{8,}")


@pytest.fixture(scope="module")
def app() -> dict[str, bytes]:
    """The files of the upload, by name."""
    with zipfile.ZipFile(io.BytesIO(package.package(ADDRESS))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def manifest(app: dict[str, bytes]) -> dict[str, Any]:
    """The manifest of the upload."""
    found: dict[str, Any] = json.loads(app["manifest.json"])
    return found


def test_the_generated_files_are_up_to_date() -> None:
    for path, content in package.files().items():
        assert (package.FOLDER.parent / path).read_text("utf-8") == content, f"{path}: run make docs"


def test_the_manifest_has_what_an_app_needs(manifest: dict[str, Any]) -> None:
    assert {"name", "author", "defaultLocale", "private", "version", "frameworkVersion", "location"} <= set(manifest)
    assert set(manifest["author"]) == {"name", "email", "url"} and "@" in manifest["author"]["email"]
    assert manifest["frameworkVersion"] == "2.0" and re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])
    assert manifest["signedUrls"] is True and isinstance(manifest["singleInstall"], bool)


def test_every_location_is_known_and_served_by_us_over_https(manifest: dict[str, Any]) -> None:
    assert set(manifest["location"]) == {"support"}
    places = manifest["location"]["support"]
    assert set(places) <= LOCATIONS and set(places) == set(PLACES)
    for place, one in places.items():
        parts = urlsplit(one["url"])
        assert (parts.scheme, parts.netloc, parts.path) == ("https", "attune.example.com", "/zendesk/app")
        assert parts.query == f"place={place}"
        assert set(one) == ({"url"} if place in WITH_ICON else {"url", "flexible"})


def test_a_place_that_is_opened_by_its_icon_has_one(manifest: dict[str, Any], app: dict[str, bytes]) -> None:
    for place in set(manifest["location"]["support"]) & WITH_ICON:
        icon = app[f"assets/icon_{place}.svg"].decode()
        assert (
            icon.startswith("<svg") and "currentColor" in icon and not re.search(r"#[0-9a-fA-F]{3}|<script|href", icon)
        )


def test_parameters_are_named_typed_translated_and_hold_no_secret_unscoped(
    manifest: dict[str, Any], app: dict[str, bytes]
) -> None:
    labels = json.loads(app["translations/en.json"])["app"]["parameters"]
    names = [one["name"] for one in manifest["parameters"]]
    assert len(set(names)) == len(names) and set(names) == set(labels)
    for one in manifest["parameters"]:
        assert one["type"] in PARAMETER_TYPES and labels[one["name"]]["label"]
        assert not one.get("secure") or one.get("scopes"), "a secure parameter says where it may be used"


def test_every_text_is_translated(manifest: dict[str, Any], app: dict[str, bytes]) -> None:
    texts = json.loads(app[f"translations/{manifest['defaultLocale']}.json"])["app"]
    for name in ("name", "short_description", "long_description", "installation_instructions"):
        assert texts[name].strip()
    assert len(texts["short_description"]) <= 80 and "<" not in str(texts)


def test_logos_have_the_sizes_that_the_marketplace_wants(app: dict[str, bytes]) -> None:
    for name, size in {"assets/logo.png": 320, "assets/logo-small.png": 128}.items():
        assert app[name][:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", app[name][16:24]) == (size, size)
    drawing = app["assets/logo.svg"].decode()
    assert drawing.startswith("<svg") and "<script" not in drawing and "href" not in drawing


def test_requirements_are_the_catalogue_and_known_to_attune_as_its_own(app: dict[str, bytes]) -> None:
    found = json.loads(app["requirements.json"])
    assert set(found) == set(FIELD_TYPES)
    items = {key: (kind, one) for kind, ones in found.items() for key, one in ones.items()}
    assert set(items) == set(catalogue()) and len(items) <= 5_000
    for key, (kind, one) in items.items():
        assert one["title"] and one["type"] in FIELD_TYPES[kind]
        created = {**one, "id": 1, "active": True}
        assert provision.look(catalogue()[key], [created]).state == provision.PROVISIONED


def test_nothing_secret_insecure_or_executable_is_uploaded(app: dict[str, bytes]) -> None:
    assert {name.rpartition(".")[2] for name in app} <= {"json", "png", "svg"}
    for name, content in app.items():
        if not name.endswith(".png"):
            plain = content.decode().replace("http://www.w3.org/2000/svg", "")
            assert "http://" not in plain and not SECRET.search(plain), name
    assert sum(map(len, app.values())) < 1_000_000


def test_the_same_content_gives_the_same_upload() -> None:
    assert package.package(ADDRESS) == package.package(f"{ADDRESS}/")


@pytest.mark.parametrize("address", ["", "http://attune.example", "https://", "https://a.example/?x=1", "a.example"])
def test_an_address_that_is_not_https_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError):
        package.package(address)
