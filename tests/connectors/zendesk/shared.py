"""Reads the vendor's specification and recorded traffic from outside the tree; skips where there is none."""

from __future__ import annotations

import base64
import gzip
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml


def folder() -> Path:
    given = os.environ.get("ATTUNE_SHARED")
    if not given:
        pytest.skip("skipped: ATTUNE_SHARED not set")
    return Path(given) / "vendor-specs" / "zendesk"


class Loader(yaml.CSafeLoader):
    """The file holds a bare ``=``, which YAML 1.1 gives a meaning that no parser has."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:value"]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@cache
def openapi(path: Path) -> dict[str, Any]:
    document = yaml.load(path.read_text(encoding="utf-8"), Loader)
    assert isinstance(document, dict)
    return document


def spec() -> dict[str, Any]:
    return openapi(folder() / "support-openapi-src.yaml")


def recorded(name: str) -> list[dict[str, Any]]:
    """Return a cassette's interactions: method, path, sent, status, headers, body."""
    text = (folder() / "recorded" / f"zenpy-{name}.json").read_text(encoding="utf-8")
    return [
        {
            "method": one["request"]["method"],
            "path": one["request"]["uri"].split(".com", 1)[1],
            "sent": _json(one["request"]["body"]),
            "status": one["response"]["status"]["code"],
            "headers": {key.lower(): value for key, value in one["response"]["headers"].items()},
            "body": _json(one["response"]["body"]),
        }
        for one in json.loads(text)["http_interactions"]
    ]


def _json(body: dict[str, Any]) -> Any:
    raw = base64.b64decode(body["base64_string"]) if "base64_string" in body else body.get("string", "").encode()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    return json.loads(raw) if raw.strip() else None


def webhook(name: str) -> Any:
    return json.loads((folder() / "recorded" / f"webhook-{name}.json").read_text(encoding="utf-8"))
