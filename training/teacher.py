"""The teacher: MPNet (Apache-2.0, from PyPI packages) fine-tuned on the permitted sets only.

It runs offline, once, and only its outputs on permitted texts reach the student. A GPU is used
where there is one and is not needed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from training.body import Teacher
from training.courses import BROAD, CLOSE, COURSES, FINE, Course
from training.lessons import lessons
from training.losses import loss
from training.matrix import target_matrix, weights
from training.reading import Read, features, predict
from training.refit import GROUPS, refit
from training.targets import SLICES

Weights = Mapping[str, torch.Tensor]
SEED, SIZE = 7, 64


def batches(sizes: list[int], size: int, rng: np.random.Generator) -> list[np.ndarray[Any, Any]]:
    """Batches of similar length in random order."""
    order = np.argsort(np.array(sizes) + rng.normal(0, 2, len(sizes)))
    cut = [order[i : i + size] for i in range(0, len(order), size)]
    return [cut[i] for i in rng.permutation(len(cut))]


def follow(model: Teacher, course: Course, folder: Path, known: Read) -> None:
    """One pass over a course."""
    found, device = course.examples(folder), next(model.parameters()).device.type
    target, weight = torch.tensor(target_matrix(found)), torch.tensor(weights(found))
    texts, opt = [e.text for e in found], optimizer(model, course)
    sched = torch.optim.lr_scheduler.LambdaLR(
        opt, lambda s: min(1.0, (s + 1) / 150) * max(0.03, 1 - s * SIZE / len(found))
    )
    start, seen = time.time(), 0
    for step, rows in enumerate(batches([known.size(t) for t in texts], SIZE, np.random.default_rng(course.seed))):
        with torch.autocast(device, dtype=torch.bfloat16):
            logits = model(*known.batch([texts[i] for i in rows]))
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


def optimizer(model: Teacher, course: Course) -> torch.optim.Optimizer:
    """Body and head, each at its own rate."""
    head = list(model.head.parameters())
    body = [p for p in model.upper.parameters() if p.requires_grad]
    parts = [{"params": body, "lr": course.body}, {"params": head, "lr": course.head}]
    return torch.optim.AdamW(parts, weight_decay=0.01, fused=True)


def train(folder: Path, save: Path) -> Teacher:
    """Three courses, the head fitted anew after the first; the weights are the mean of those after the other two."""
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = Teacher().to(device)
    known = Read(model, [e.text for course in COURSES for e in course.examples(folder)], device)
    follow(model, BROAD, folder, known)
    labelled = [e for e in lessons(folder) if e.known.keys() & set(GROUPS)]
    refit(model.head, features(model, [e.text for e in labelled], device), labelled)
    follow(model, FINE, folder, known)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    follow(model, CLOSE, folder, known)
    model.load_state_dict(mean(before, model.state_dict()))
    report(model, folder, device)
    torch.save(model.state_dict(), save)
    return model


def mean(one: Weights, other: Weights) -> dict[str, torch.Tensor]:
    """Weights between two stops of one way: about as good as asking both."""
    return {name: (value + other[name]) / 2 if value.is_floating_point() else value for name, value in one.items()}


def report(model: Teacher, folder: Path, device: str) -> None:
    """Quick dev figures."""
    from sklearn.metrics import f1_score

    from training.sets import rows
    from training.targets import FINE, SENTIMENT

    dev = rows(folder, "goemotions", "dev")
    out = predict(model, [r["text"] for r in dev], device)[:, SLICES["fine"]]
    gold = np.array([[f in r["labels"] for f in FINE] for r in dev])
    best = [max(f1_score(gold[:, k], out[:, k] > t) for t in np.arange(-3.5, 1.5, 0.25)) for k in range(len(FINE))]
    print(f"goemotions dev macro-F1 with tuned thresholds {np.mean(best):.4f}", flush=True)
    dev = rows(folder, "apple_tweets", "dev")
    out = predict(model, [r["text"] for r in dev], device)[:, SLICES["sentiment"]]
    guess = [SENTIMENT[i] for i in out.argmax(1)]
    print(f"apple dev macro-F1 {f1_score([r['label'] for r in dev], guess, average='macro'):.4f}", flush=True)
