"""How the teacher reads: word pieces, texts of like length together, and what its lower half has read already."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils.rnn import pad_sequence

from training.body import Batch, Teacher
from training.pretrained import pretrained

LENGTH, LONGER = 64, 192  # word pieces that are learnt from, and that are judged; longer texts are cut
PLACES: Final = 3072  # word pieces read at once, padding included: more of them fall out of the processor's cache
Floats = NDArray[np.float32]


def in_turn(texts: list[str], device: str, length: int) -> Iterator[tuple[list[int], Batch]]:
    """Rows and padded batches of all texts, the longest first."""
    from transformers import AutoTokenizer

    words = AutoTokenizer.from_pretrained(pretrained())
    ids = words(texts, truncation=True, max_length=length)["input_ids"]
    order, at, told = sorted(range(len(ids)), key=lambda i: -len(ids[i])), 0, 0
    while at < len(order):
        rows = order[at : at + max(1, PLACES // len(ids[order[at]]))]
        yield rows, padded([torch.tensor(ids[i]) for i in rows], words.pad_token_id, device)
        at += len(rows)
        if at >= told:
            print(f"read {at} of {len(order)} texts", flush=True)
            told += 20_000


def padded(rows: list[torch.Tensor], filler: int, device: str) -> Batch:
    """Rows of ids as one batch, with the mask of what is there."""
    mask = pad_sequence([torch.ones_like(r) for r in rows], batch_first=True)
    ids = pad_sequence(rows, batch_first=True, padding_value=filler)
    return {"input_ids": ids.to(device), "attention_mask": mask.to(device)}


def compact(model: Teacher) -> Teacher:
    """A copy that only answers, in sixteen bits: nothing is left out, nothing is cast on the way."""
    return copy.deepcopy(model).bfloat16().eval()


def predict(model: Teacher, texts: list[str], device: str) -> Floats:
    """(n, outputs) log-odds of every text, in order."""
    brief = compact(model)
    return _asked(brief, brief, texts, device)


def features(model: Teacher, texts: list[str], device: str) -> Floats:
    """(n, features) What the body makes of every text, in order."""
    brief = compact(model)
    return _asked(brief, brief.pooled, texts, device)


def _asked(model: Teacher, ask: Callable[..., torch.Tensor], texts: list[str], device: str) -> Floats:
    out: dict[int, Any] = {}
    with torch.inference_mode():
        for rows, batch in in_turn(texts, device, LONGER):
            answer = ask(model.begun(batch), batch["attention_mask"])
            out |= zip(rows, answer.float().cpu().numpy(), strict=True)
    return np.stack([out[i] for i in range(len(texts))])


class Read:
    """Texts as the lower half reads them, each once: the courses meet most texts several times."""

    def __init__(self, model: Teacher, texts: list[str], device: str) -> None:
        self._known: dict[str, torch.Tensor] = {}
        self._device, brief = device, compact(model)
        fresh = list(dict.fromkeys(texts))
        for rows, batch in in_turn(fresh, device, LENGTH):
            begun, sizes = brief.begun(batch).cpu(), batch["attention_mask"].sum(1).tolist()
            self._known |= {fresh[i]: begun[n, : sizes[n]].clone() for n, i in enumerate(rows)}

    def size(self, text: str) -> int:
        """How many word pieces of a text are read."""
        return len(self._known[text])

    def batch(self, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """(texts, pieces, width) and (texts, pieces): padded, with the mask."""
        found = [self._known[t] for t in texts]
        mask = pad_sequence([torch.ones(len(f), dtype=torch.long) for f in found], batch_first=True)
        return pad_sequence(found, batch_first=True).to(self._device), mask.to(self._device)
