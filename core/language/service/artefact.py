"""The artefact: read, checked against its checksum, unpacked. Nothing is downloaded, ever."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FOLDER: Final = Path(__file__).parent / "artefact"
FORMAT: Final = 5
Floats = NDArray[np.float32]


class ArtefactError(Exception):
    """The artefact is absent, damaged or of another format: fall back to the baseline."""


@dataclass(frozen=True)
class Artefact:
    """Weights and settings as trained."""

    version: str
    vocabulary: list[str]
    arrays: dict[str, NDArray[Any]]
    settings: dict[str, Any]
    groups: dict[str, list[str]]

    def dense(self, name: str) -> Floats:
        """A matrix or vector in single precision."""
        return np.asarray(self.arrays[name], dtype=np.float32)

    def scaled(self, name: str) -> Floats:
        """An eight-bit table times its scale (one per row or one in all)."""
        scale = self.arrays[f"{name}_scale"].astype(np.float32)
        return self.arrays[name].astype(np.float32) * (scale[:, None] if scale.ndim else scale)


def load(folder: Path = FOLDER) -> Artefact:
    """The artefact of a folder; every fault is an ArtefactError."""
    try:
        return _load(folder)
    except ArtefactError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArtefactError(f"artefact not readable: {error}") from error


def _load(folder: Path) -> Artefact:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if manifest["format"] != FORMAT:
        raise ArtefactError(f"artefact format {manifest['format']}, wanted {FORMAT}")
    with (folder / manifest["file"]).open("rb") as handle:
        if hashlib.file_digest(handle, "sha256").hexdigest() != manifest["sha256"]:
            raise ArtefactError("artefact checksum does not fit its manifest")
        handle.seek(0)
        with np.load(handle, allow_pickle=False) as packed:
            arrays = {name: packed[name] for name in packed.files}
    vocabulary = bytes(arrays.pop("vocabulary")).decode("utf-8").split("\n")
    return Artefact(manifest["version"], vocabulary, arrays, manifest["settings"], manifest["groups"])
