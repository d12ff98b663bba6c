"""The teacher's answers to permitted texts, asked once and remembered."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from training.master import Master
from training.stages import ANSWERS
from training.targets import WIDTH, Example

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
    known = remembered(master.stamp)
    texts = {k: e.origin or e.text for k, e, w in zip(keys, found, asked, strict=True) if w}
    missing = {k: t for k, t in sorted(texts.items()) if k not in known}
    if missing:
        print(f"the teacher labels {len(missing)} texts", flush=True)
        known |= zip(missing, master.logits(list(missing.values())), strict=True)
        keep(known, master.stamp)
    nothing = np.full(WIDTH, np.nan, np.float32)
    return np.stack([known[k] if w else nothing for k, w in zip(keys, asked, strict=True)])


def remembered(of: str) -> dict[str, Floats]:
    """Earlier answers of the same master, by text."""
    if not ANSWERS.done(of):
        return {}
    with np.load(ANSWERS.path) as packed:
        return dict(zip(packed["keys"].tolist(), packed["logits"].astype(np.float32), strict=True))


def keep(known: dict[str, Floats], of: str) -> None:
    """Write all answers down."""
    logits = np.stack(list(known.values())).astype(np.float16)
    np.savez(ANSWERS.path, keys=np.array(list(known)), logits=logits)
    ANSWERS.finish(of)
