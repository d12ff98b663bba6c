"""The artefact is whole, or it is refused with a reason."""

import json
import shutil
from pathlib import Path

import pytest

from core.language.service.artefact import FOLDER, ArtefactError, load


def test_it_loads_and_is_small() -> None:
    assert load().version
    assert sum(p.stat().st_size for p in FOLDER.glob("*")) < 15_000_000


def test_absent_is_an_artefact_error(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError):
        load(tmp_path)


def test_damage_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    shutil.copytree(FOLDER, folder)
    raw = bytearray((folder / "model.npz").read_bytes())
    raw[len(raw) // 2] ^= 1
    (folder / "model.npz").write_bytes(bytes(raw))
    with pytest.raises(ArtefactError, match="checksum"):
        load(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"format": 99}), "\x00"])
def test_a_bad_manifest_is_an_artefact_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ArtefactError):
        load(tmp_path)
