"""The artefact: eight-bit tables, half-precision weights, checksum, settings."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.language.service.artefact import FORMAT, Artefact
from training.ensemble import ALONE, Ensemble
from training.student import PAIR_BITS
from training.targets import GROUPS, REPLY

DROPPED = 26  # weights under (26/127)² of a column's largest are left out: half the bytes, hardly a difference


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


def by_column(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Signed square roots of the table as int8 with one scale a column: large weights and small ones keep their share.

    A weight is read back as q·|q|·scale; the many smallest are dropped.
    """
    scale = np.maximum(np.abs(table).max(0), 1e-9)
    small = np.round(np.sign(table) * np.sqrt(np.abs(table) / scale) * 127).astype(np.int8)
    small[np.abs(small) <= DROPPED] = 0
    return small, (scale / 127**2).astype(np.float32)


def arrays(joined: Ensemble) -> dict[str, NDArray[Any]]:
    """Every array of the artefact, the shares of student and wide heads folded in."""
    model = joined.student
    state = {k: v.detach().numpy().copy() for k, v in model.state_dict().items()}
    own = np.ones(len(state["out.bias"]), np.float32)
    own[joined.wide.at] = 1 - joined.shares
    state["out.weight"] *= own[:, None]
    state["out.bias"] *= own
    state["out.bias"][joined.wide.at] += joined.shares * joined.wide.bias
    # Behind the student's outputs stand the reply's wide heads by themselves, then the text's size.
    more = np.zeros((len(REPLY) + 1, state["out.weight"].shape[1]))
    state["out.weight"] = np.concatenate([state["out.weight"], more])
    state["out.bias"] = np.concatenate([state["out.bias"], joined.wide.bias[joined.wide.heads("reply")], [0.0]])
    out: dict[str, NDArray[Any]] = {}
    for name, by_row in (("words", True), ("buckets", True), ("pairs", False)):
        table = state[f"{name}.weight"]
        table = table[: 1 << PAIR_BITS] if name == "pairs" else table
        out[name], out[f"{name}_scale"] = eight_bit(table, by_row)
    for name in ("taps", "hidden", "out"):
        out[name] = state[f"{name}.weight"].astype(np.float16)
        out[f"{name}_bias"] = state[f"{name}.bias"].astype(np.float16)
    return out | wide_arrays(joined)


def wide_arrays(joined: Ensemble) -> dict[str, NDArray[Any]]:
    """The heads that have a share, times their share, and the reply's heads by themselves."""
    used, wide, own = np.flatnonzero(joined.shares > 0), joined.wide, joined.wide.heads("reply")
    at = np.concatenate([wide.at[used], np.arange(ALONE.start, ALONE.stop)])
    shares = np.concatenate([joined.shares[used], np.ones(len(own))]).astype(np.float32)
    out: dict[str, NDArray[Any]] = {"wide_at": at.astype(np.int16)}
    for name, table in (("words", wide.words), ("pairs", wide.pairs)):
        out[f"wide_{name}"], out[f"wide_{name}_scale"] = by_column(table[:, [*used, *own]] * shares)
    return out


def artefact(joined: Ensemble) -> Artefact:
    """What is shipped, without its version and what is set on dev parts."""
    encoder = joined.student.encoder
    groups = GROUPS | {"alone": REPLY, "size": ["beyond"]}
    return Artefact("", encoder.types[: encoder.known], arrays(joined), {"pair_bits": PAIR_BITS}, groups)


def write(made: Artefact, folder: Path) -> int:
    """Write ``model.npz`` and ``manifest.json``; returns the artefact's bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    words = np.frombuffer("\n".join(made.vocabulary).encode("utf-8"), np.uint8)
    np.savez_compressed(buffer, **made.arrays, vocabulary=words)  # type: ignore[arg-type]
    raw = buffer.getvalue()
    (folder / "model.npz").write_bytes(raw)
    write_manifest(
        folder,
        {
            "format": FORMAT,
            "version": made.version,
            "file": "model.npz",
            "bytes": len(raw),
            "sha256": hashlib.sha256(raw).hexdigest(),
            "groups": made.groups,
            "settings": made.settings,
        },
    )
    return len(raw)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """The manifest; the order of the groups is the order of the outputs and must stay."""
    text = json.dumps(manifest, indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
