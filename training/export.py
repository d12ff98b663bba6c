"""Write the artefact: eight-bit tables, half-precision weights, checksum, settings."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.language.service.artefact import FORMAT
from training.student import PAIR_BITS, Student
from training.targets import GROUPS


def eight_bit(table: NDArray[np.float32], by_row: bool) -> tuple[NDArray[np.int8], Any]:
    """The table as int8 and its scale (half precision by row, single in all)."""
    size = np.abs(table)
    scale = (
        np.maximum(size.max(1) / 127, 1e-6).astype(np.float16)
        if by_row
        else np.array(np.quantile(size, 0.9999) / 127, np.float32)
    )
    wide = scale.astype(np.float32)[..., None] if by_row else scale
    return np.clip(np.round(table / wide), -127, 127).astype(np.int8), scale


def arrays(model: Student) -> dict[str, NDArray[Any]]:
    """Every array of the artefact."""
    state = {k: v.detach().numpy() for k, v in model.state_dict().items()}
    out: dict[str, NDArray[Any]] = {}
    for name, by_row in (("words", True), ("buckets", True), ("pairs", False)):
        table = state[f"{name}.weight"]
        table = table[: 1 << PAIR_BITS] if name == "pairs" else table
        out[name], out[f"{name}_scale"] = eight_bit(table, by_row)
    for name in ("taps", "hidden", "out"):
        out[name] = state[f"{name}.weight"].astype(np.float16)
        out[f"{name}_bias"] = state[f"{name}.bias"].astype(np.float16)
    words = "\n".join(model.encoder.types[: model.encoder.known])
    out["vocabulary"] = np.frombuffer(words.encode("utf-8"), np.uint8)
    return out


def write(model: Student, settings: dict[str, Any], version: str, folder: Path) -> int:
    """Write ``model.npz`` and ``manifest.json``; returns the artefact's bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays(model))  # type: ignore[arg-type]
    raw = buffer.getvalue()
    (folder / "model.npz").write_bytes(raw)
    write_manifest(
        folder,
        {
            "format": FORMAT,
            "version": version,
            "file": "model.npz",
            "bytes": len(raw),
            "sha256": hashlib.sha256(raw).hexdigest(),
            "groups": GROUPS,
            "settings": {"pair_bits": PAIR_BITS} | settings,
        },
    )
    return len(raw)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """The manifest; the order of the groups is the order of the outputs and must stay."""
    text = json.dumps(manifest, indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
