"""The teacher's answers to permitted texts, asked once and remembered."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.stages import ANSWERS
from training.targets import WIDTH, Example

if TYPE_CHECKING:  # needs PyTorch, which asking for answers that are known does not
    from training.master import Master

# Bank queries are left to their label: the teacher reads trouble into a plain question.
SERVICE = {
    "apple_tweets",
    "yelp_sentences",
    "skytrax",
    "vader_gt",
    "goemotions",
    "politeness",
    "xed_en",
    "fragments",
    "words",
    "variants",
}
AT_ONCE = 100_000  # texts, some minutes: what a kill can cost
LONGEST = 500  # characters; a public text above it is learnt from its labels alone
Floats = NDArray[np.float32]


def wanted(example: Example) -> bool:
    """Whether the teacher is asked: about all but bank queries and long public texts."""
    text = example.origin or example.text
    return example.source.startswith("written") or (example.source in SERVICE and len(text) < LONGEST)


def answers(found: list[Example], master: Master) -> Floats:
    """The master's outputs, NaN where it was not asked."""
    asked = [wanted(e) for e in found]
    keys = [hashlib.sha256((e.origin or e.text).encode()).hexdigest()[:16] for e in found]
    texts = {k: e.origin or e.text for k, e, w in zip(keys, found, asked, strict=True) if w}
    known = extended(remembered(master.stamp), dict(sorted(texts.items())), master)
    nothing = np.full(WIDTH, np.nan, np.float32)
    return np.stack([known[k] if w else nothing for k, w in zip(keys, asked, strict=True)])


def extended(known: dict[str, Floats], texts: dict[str, str], master: Master) -> dict[str, Floats]:
    """With the answers to texts not yet among them, written down part by part."""
    missing = [k for k in texts if k not in known]
    for start in range(0, len(missing), AT_ONCE):
        part = missing[start : start + AT_ONCE]
        print(f"the teacher labels {len(part)} of {len(missing) - start} texts left", flush=True)
        known |= zip(part, master.logits([texts[k] for k in part]), strict=True)
        keep(known, master.stamp)
    return known


def remembered(of: str) -> dict[str, Floats]:
    """Earlier answers of the same master, by text."""
    if not ANSWERS.done(of):
        return {}
    with np.load(ANSWERS.path) as packed:
        return dict(zip(packed["keys"].tolist(), packed["logits"].astype(np.float32), strict=True))


def keep(known: dict[str, Floats], of: str) -> None:
    """Write all answers down; a kill leaves those of before."""
    logits = np.stack(list(known.values())).astype(np.float16)
    half_written = ANSWERS.path.with_name("half-written.npz")
    np.savez(half_written, keys=np.array(list(known)), logits=logits)
    half_written.replace(ANSWERS.path)
    ANSWERS.finish(of)
