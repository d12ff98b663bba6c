"""The student's words and their first vectors, read off MiniLM word by word."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.language.service.words import MARKS, normal, tokens
from training.teacher import Teacher, encode, tokenizer, weights_folder

WORDS = 32_000
WIDTH = 128


def counted(texts: list[str]) -> Counter[str]:
    """How often each normal form occurs."""
    return Counter(normal(s) for t in texts for s in tokens(t))


def vocabulary(texts: list[str]) -> list[str]:
    """Marks, then words seen twice by frequency, then MiniLM's own whole words."""
    seen = counted(texts)
    words = [w for w, n in sorted(seen.items(), key=lambda x: (-x[1], x[0])) if n > 1]
    words = [w for w in words if w not in MARKS]
    have = set(words)
    pieces = Path(weights_folder(), "vocab.txt").read_text(encoding="utf-8").split("\n")
    extra = [w for w in pieces if w.isascii() and w.isalpha() and len(w) > 2 and w not in have]
    return [*MARKS, *words, *extra][:WORDS]


def first_vectors(words: list[str], taught: Path | None = None) -> NDArray[np.float32]:
    """(n, WIDTH) principal components of MiniLM's mean vector of each word, small spread.

    With ``taught`` the fine-tuned teacher's body is read instead: words then lie by what they mean for
    the tasks, also words that no training text holds.
    """
    whole, tok = Teacher(), tokenizer()
    if taught:
        whole.load_state_dict(torch.load(taught, map_location="cpu"))
    model = whole.body.eval()
    order = np.argsort([len(w) for w in words])
    out = np.zeros((len(words), 384), np.float32)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for i in range(0, len(words), 256):
            rows = order[i : i + 256]
            hidden = model(**encode(tok, [words[j] for j in rows], "cpu")).last_hidden_state
            out[rows] = hidden.float().mean(1).numpy()
    out -= out.mean(0)
    _, _, axes = np.linalg.svd(out[:20_000], full_matrices=False)
    shrunk = out @ axes[:WIDTH].T
    shrunk /= shrunk.std(0) ** 0.5
    shrunk *= 0.35 / shrunk.std()
    return np.asarray(shrunk, dtype=np.float32)
