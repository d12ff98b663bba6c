"""``make train``: data folder and written sets in, artefact out; seeded, GPU not needed."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.language.service.artefact import FOLDER, load
from training import teacher, validate
from training.devcheck import everything
from training.export import write
from training.fragments import fragments, words_alone
from training.matrix import target_matrix, weights
from training.sets import data_folder, public_examples, unlabelled
from training.settings import fitted
from training.student import CROP, Encoder, Student, fit, predict
from training.targets import WIDTH, Example
from training.vocabulary import WIDTH as VECTOR
from training.vocabulary import first_vectors, vocabulary
from training.written_sets import written_examples

VERSION = "1.0.0"
TEACHER = Path("var/teacher.pt")
SERVICE = {"apple_tweets", "yelp_sentences", "skytrax", "banking77", "vader_gt", "goemotions", "fragments", "words"}


def examples(folder: Path) -> list[Example]:
    """Everything the student learns from, the train parts only."""
    written = [e for e in written_examples() if e.part == "train"]
    found = public_examples(folder) + unlabelled(folder) + written
    return found + fragments(found)


def to_teach(found: list[Example]) -> list[bool]:
    """Which examples the teacher labels too: all but long reviews, news and film."""
    return [e.source.startswith("written") or (e.source in SERVICE and len(e.text) < 250) for e in found]


def taught(found: list[Example], save: Path = TEACHER) -> NDArray[np.float32]:
    """The teacher's outputs, NaN where it was not asked; remembered in ``var/taught.npz``."""
    wanted = to_teach(found)
    keys = [hashlib.sha256(e.text.encode()).hexdigest()[:16] for e in found]
    missing = {k: e.text for k, e, w in zip(keys, found, wanted, strict=True) if w}
    known = remembered(save)
    missing = {k: t for k, t in sorted(missing.items()) if k not in known}
    if missing:
        known |= zip(missing, asked(list(missing.values()), save), strict=True)
        np.savez(
            save.with_name("taught.npz"),
            stamp=str(save.stat().st_mtime_ns),
            keys=np.array(list(known)),
            logits=np.stack(list(known.values())).astype(np.float16),
        )
    nothing = np.full(WIDTH, np.nan, np.float32)
    return np.stack([known[k] if w else nothing for k, w in zip(keys, wanted, strict=True)])


def remembered(save: Path) -> dict[str, NDArray[np.float32]]:
    """Earlier answers of the same teacher, by text."""
    cache = save.with_name("taught.npz")
    if not cache.is_file():
        return {}
    with np.load(cache) as packed:
        if str(packed["stamp"]) != str(save.stat().st_mtime_ns):
            return {}
        return dict(zip(packed["keys"].tolist(), packed["logits"].astype(np.float32), strict=True))


def asked(texts: list[str], save: Path) -> NDArray[np.float32]:
    """The teacher's answers."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = teacher.Teacher().to(device)
    model.load_state_dict(torch.load(save, map_location=device))
    print(f"the teacher labels {len(texts)} texts", flush=True)
    return teacher.predict(model, teacher.tokenizer(), texts, device)


def main() -> int:
    """Validate, teach, learn, calibrate, export."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--soft", type=float, default=0.85)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--no-teacher", action="store_true")
    parser.add_argument(
        "--settings-only", action="store_true", help="fit priors and thresholds again for the student of the last run"
    )
    args = parser.parse_args()
    folder = data_folder()
    if folder is None:
        raise SystemExit("ATTUNE_SHARED is not set: the public sets are needed to train")
    if validate.main():
        return 1
    torch.manual_seed(args.seed)
    model = again(args.out) if args.settings_only else learn(folder, args)
    settings = fitted(lambda texts: predict(model, texts), folder)
    size = write(model, settings, VERSION, args.out)
    print(f"artefact {size} bytes in {args.out}")
    return 0


def again(out: Path) -> Student:
    """The student of the last run."""
    words = load(out).vocabulary
    model = Student(np.zeros((len(words), VECTOR), np.float32), Encoder(words))
    model.load_state_dict(torch.load("var/student.pt"))
    return model


def learn(folder: Path, args: argparse.Namespace) -> Student:
    """The student, trained."""
    found = examples(folder)
    words = vocabulary([e.text for e in found])
    found += words_alone(words)
    texts = [e.text for e in found]
    soft = None
    if not args.no_teacher:
        if not TEACHER.is_file():
            teacher.train(folder, TEACHER, 2)
        soft = taught(found)
    model = Student(first_vectors(words, None if args.no_teacher else TEACHER), Encoder(words))
    data = model.encoder.encode(texts, CROP)
    fit(
        model,
        data,
        target_matrix(found),
        weights(found),
        soft,
        args.epochs,
        args.soft,
        args.seed,
        lambda m, n: n % 3 == 2 and print(everything(lambda t: predict(m, t), folder), flush=True),
    )
    print(everything(lambda t: predict(model, t), folder), flush=True)
    torch.save(model.state_dict(), "var/student.pt")
    return model


if __name__ == "__main__":
    raise SystemExit(main())
