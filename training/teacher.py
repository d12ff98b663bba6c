"""The teacher: MPNet (Apache-2.0, from PyPI packages) fine-tuned on the permitted sets only.

It runs offline, once, and only its outputs on permitted texts reach the student. A GPU is used
where there is one and is not needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from training.lessons import lessons
from training.losses import loss
from training.matrix import target_matrix, weights
from training.pretrained import pretrained
from training.refit import GROUPS, Floats, refit
from training.targets import SLICES, WIDTH, Example

LENGTH, LONGER = 64, 192  # word pieces that are learnt from, and that are judged; longer texts are cut
SEED, SIZE, RATE = 7, 32, 5e-5
# How often each set is seen: what the product rests on more, what is easy or far from service less.
TIMES: Final = {
    "goemotions": 2.5,
    "written_customers": 4.0,
    "written_replies": 3.0,
    "written_sentences": 2.0,
    "apple_tweets": 3.0,
    "yelp_sentences": 3.0,
    "skytrax": 1.0,
    "vader_gt": 1.0,
    "politeness": 0.7,
    "banking77": 0.25,
}


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


def epoch(
    model: Teacher,
    tok: Any,
    examples: list[Example],
    opt: torch.optim.Optimizer,
    sched: Any,
    device: str,
    save: Path,
) -> None:
    """One pass over the examples, saving every few minutes."""
    target, weight = torch.tensor(target_matrix(examples)), torch.tensor(weights(examples))
    texts = [e.text for e in examples]
    start, seen = time.time(), 0
    for step, rows in enumerate(batches(texts, SIZE, np.random.default_rng(SEED))):
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
    torch.save(model.state_dict(), save)


def train(folder: Path, save: Path) -> Teacher:
    """One pass over the examples, each as often as its set is worth."""
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model, tok, found = Teacher().to(device), tokenizer(), examples(folder)
    params = [p for p in model.parameters() if p.requires_grad]
    opt = torch.optim.AdamW(params, lr=RATE, weight_decay=0.01, fused=True)
    steps = len(found) / SIZE
    sched = torch.optim.lr_scheduler.LambdaLR(opt, lambda s: min(1.0, (s + 1) / 300) * max(0.03, 1 - s / steps))
    part = save.with_suffix(".part")  # what is there under its own name is done
    epoch(model, tok, found, opt, sched, device, part)
    known = [e for e in lessons(folder) if e.known.keys() & set(GROUPS)]
    refit(model.head, features(model, tok, [e.text for e in known], device), known)
    torch.save(model.state_dict(), part)
    report(model, tok, folder, device)
    part.rename(save)
    return model


def examples(folder: Path) -> list[Example]:
    """What the body learns from, each as often as its set is worth; film subtitles serve the student's words only."""
    rng, found = np.random.default_rng(SEED), lessons(folder)
    times = [int(TIMES.get(e.source, 0.0) + rng.random()) for e in found]
    return [e for e, n in zip(found, times, strict=True) for _ in range(n)]


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
