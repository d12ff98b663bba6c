"""The teacher: MPNet (Apache-2.0, from PyPI packages) fine-tuned on the permitted sets only.

It runs offline, once, and only its outputs on permitted texts reach the student. A GPU is used
where there is one and is not needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from training.courses import BROAD, CLOSE, FINE, Course
from training.lessons import lessons
from training.losses import loss
from training.matrix import target_matrix, weights
from training.pretrained import pretrained
from training.refit import GROUPS, Floats, refit
from training.targets import SLICES, WIDTH

Weights = Mapping[str, torch.Tensor]
LENGTH, LONGER = 64, 192  # word pieces that are learnt from, and that are judged; longer texts are cut
SEED, SIZE = 7, 32


class Teacher(nn.Module):
    """MPNet, mean and max pooled, one linear head for all targets; its lower half stays as it was."""

    def __init__(self, frozen: int = 6) -> None:
        super().__init__()
        from transformers import AutoModel

        self.body = AutoModel.from_pretrained(pretrained())
        lower = (self.body.embeddings, self.body.encoder.relative_attention_bias, *self.body.encoder.layer[:frozen])
        for part in lower:
            part.requires_grad_(False)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(2 * self.body.config.hidden_size, WIDTH)

    def forward(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """Logits of a batch."""
        out: torch.Tensor = self.head(self.drop(self.pooled(batch)))
        return out

    def pooled(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """What the body makes of each text."""
        hidden = self.body(**batch).last_hidden_state.float()
        mask = batch["attention_mask"][..., None].float()
        mean = (hidden * mask).sum(1) / mask.sum(1)
        top = (hidden * mask - 1e4 * (1 - mask)).max(1).values
        return torch.cat([mean, top], 1)


def tokenizer() -> Any:
    """The word-piece tokeniser that belongs to the weights."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(pretrained())


def encode(tok: Any, texts: list[str], device: str, length: int = LENGTH) -> dict[str, torch.Tensor]:
    """A padded batch on the device."""
    out = tok(texts, padding=True, truncation=True, max_length=length, return_tensors="pt")
    return {k: v.to(device) for k, v in out.items()}


def batches(texts: list[str], size: int, rng: np.random.Generator) -> list[np.ndarray[Any, Any]]:
    """Batches of similar length in random order."""
    noise = rng.normal(0, 12, len(texts))
    order = np.argsort(np.array([len(t) for t in texts]) + noise)
    cut = [order[i : i + size] for i in range(0, len(order), size)]
    return [cut[i] for i in rng.permutation(len(cut))]


def predict(model: Teacher, tok: Any, texts: list[str], device: str) -> Floats:
    """Logits for every text, in order."""
    return _asked(model, model, tok, texts, device)


def features(model: Teacher, tok: Any, texts: list[str], device: str) -> Floats:
    """What the body makes of every text, in order."""
    return _asked(model, model.pooled, tok, texts, device)


def _asked(model: Teacher, ask: Callable[[Any], torch.Tensor], tok: Any, texts: list[str], device: str) -> Floats:
    model.eval()
    order = np.argsort([len(t) for t in texts])
    out: list[Floats] = []
    with torch.no_grad(), torch.autocast(device, dtype=torch.bfloat16):
        for i in range(0, len(order), 128):
            if i % 12800 == 0:
                print(f"read {i} of {len(order)} texts", flush=True)
            batch = encode(tok, [texts[j] for j in order[i : i + 128]], device, LONGER)
            out.append(ask(batch).float().cpu().numpy())
    model.train()
    return np.concatenate(out)[np.argsort(order)]


def read(model: Teacher, tok: Any, course: Course, folder: Path, save: Path) -> None:
    """One pass over a course, saving every few minutes."""
    found, device = course.examples(folder), next(model.parameters()).device.type
    target, weight = torch.tensor(target_matrix(found)), torch.tensor(weights(found))
    texts, opt = [e.text for e in found], optimizer(model, course)
    sched = torch.optim.lr_scheduler.LambdaLR(
        opt, lambda s: min(1.0, (s + 1) / 300) * max(0.03, 1 - s * SIZE / len(found))
    )
    start, seen = time.time(), 0
    for step, rows in enumerate(batches(texts, SIZE, np.random.default_rng(course.seed))):
        with torch.autocast(device, dtype=torch.bfloat16):
            logits = model(encode(tok, [texts[i] for i in rows], device))
        value = loss(logits.float(), target[rows].to(device), weight[rows].to(device))
        value.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        sched.step()
        opt.zero_grad()
        seen += len(rows)
        if step % 50 == 0:
            pace = seen / (time.time() - start)
            print(f"{seen}/{len(texts)} loss {value.item():.3f} {pace:.0f}/s", flush=True)
        if step % 600 == 599:
            torch.save(model.state_dict(), save)


def optimizer(model: Teacher, course: Course) -> torch.optim.Optimizer:
    """Body and head, each at its own rate."""
    head = list(model.head.parameters())
    body = [p for p in model.body.parameters() if p.requires_grad]
    parts = [{"params": body, "lr": course.body}, {"params": head, "lr": course.head}]
    return torch.optim.AdamW(parts, weight_decay=0.01, fused=True)


def train(folder: Path, save: Path) -> Teacher:
    """Three courses, the head fitted anew after the first; the weights are the mean of those after the other two."""
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model, tok = Teacher().to(device), tokenizer()
    part = save.with_suffix(".part")  # what is there under its own name is done
    read(model, tok, BROAD, folder, part)
    known = [e for e in lessons(folder) if e.known.keys() & set(GROUPS)]
    refit(model.head, features(model, tok, [e.text for e in known], device), known)
    read(model, tok, FINE, folder, part)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    read(model, tok, CLOSE, folder, part)
    model.load_state_dict(mean(before, model.state_dict()))
    torch.save(model.state_dict(), part)
    report(model, tok, folder, device)
    part.rename(save)
    return model


def mean(one: Weights, other: Weights) -> dict[str, torch.Tensor]:
    """Weights between two stops of one way: about as good as asking both."""
    return {name: (value + other[name]) / 2 if value.is_floating_point() else value for name, value in one.items()}


def report(model: Teacher, tok: Any, folder: Path, device: str) -> None:
    """Quick dev figures."""
    from sklearn.metrics import f1_score

    from training.sets import rows
    from training.targets import FINE, SENTIMENT

    dev = rows(folder, "goemotions", "dev")
    out = predict(model, tok, [r["text"] for r in dev], device)[:, SLICES["fine"]]
    gold = np.array([[f in r["labels"] for f in FINE] for r in dev])
    best = [max(f1_score(gold[:, k], out[:, k] > t) for t in np.arange(-3.5, 1.5, 0.25)) for k in range(len(FINE))]
    print(f"goemotions dev macro-F1 with tuned thresholds {np.mean(best):.4f}", flush=True)
    dev = rows(folder, "apple_tweets", "dev")
    out = predict(model, tok, [r["text"] for r in dev], device)[:, SLICES["sentiment"]]
    guess = [SENTIMENT[i] for i in out.argmax(1)]
    print(f"apple dev macro-F1 {f1_score([r['label'] for r in dev], guess, average='macro'):.4f}", flush=True)
