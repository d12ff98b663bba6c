"""``make train``: data folder and written sets in, artefact out; seeded, GPU not needed."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.language.service.artefact import FOLDER
from training import teacher, validate
from training.devcheck import everything
from training.export import write
from training.matrix import target_matrix, weights
from training.sets import data_folder, public_examples, unlabelled
from training.settings import fitted
from training.student import Encoder, Student, fit, predict
from training.targets import Example
from training.vocabulary import first_vectors, vocabulary
from training.written_sets import written_examples

VERSION = "1.0.0"
TEACHER = Path("var/teacher.pt")


def examples(folder: Path) -> list[Example]:
    """Everything the student learns from, the train parts only."""
    written = [e for e in written_examples() if e.part == "train"]
    return public_examples(folder) + unlabelled(folder) + written


def taught(texts: list[str], save: Path = TEACHER) -> NDArray[np.float32]:
    """The teacher's outputs for the texts, remembered by text in ``var/taught.npz``."""
    keys = [hashlib.sha256(t.encode()).hexdigest()[:16] for t in texts]
    cache = save.with_name("taught.npz")
    known: dict[str, NDArray[np.float32]] = {}
    stamp = str(save.stat().st_mtime_ns)
    if cache.is_file():
        with np.load(cache) as packed:
            if str(packed["stamp"]) == stamp:
                known = dict(zip(packed["keys"].tolist(), packed["logits"], strict=True))
    missing = sorted({k: t for k, t in zip(keys, texts, strict=True) if k not in known}.items())
    if missing:
        device = "cuda" if torch.cuda.is_available() else "cpu"
        model = teacher.Teacher().to(device)
        model.load_state_dict(torch.load(save, map_location=device))
        out = teacher.predict(model, teacher.tokenizer(), [t for _, t in missing], device)
        known |= {k: v for (k, _), v in zip(missing, out, strict=True)}
        np.savez(cache, stamp=stamp, keys=np.array(list(known)),
                 logits=np.stack(list(known.values())).astype(np.float16))
    return np.stack([known[k] for k in keys]).astype(np.float32)


def main() -> int:
    """Validate, teach, learn, calibrate, export."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--soft", type=float, default=0.6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--no-teacher", action="store_true")
    args = parser.parse_args()
    folder = data_folder()
    if folder is None:
        raise SystemExit("ATTUNE_SHARED is not set: the public sets are needed to train")
    if validate.main():
        return 1
    torch.manual_seed(args.seed)
    model = learn(folder, args)
    settings = fitted(lambda texts: predict(model, texts), folder)
    size = write(model, settings, VERSION, args.out)
    print(f"artefact {size} bytes in {args.out}")
    return 0


def learn(folder: Path, args: argparse.Namespace) -> Student:
    """The student, trained."""
    found = examples(folder)
    texts = [e.text for e in found]
    soft = None
    if not args.no_teacher:
        if not TEACHER.is_file():
            teacher.train(folder, TEACHER, 2)
        soft = taught(texts)
    words = vocabulary(texts)
    model = Student(first_vectors(words), Encoder(words))
    data = model.encoder.encode(texts)
    fit(model, data, target_matrix(found), weights(found), soft, args.epochs, args.soft,
        args.seed, lambda m: print(everything(lambda t: predict(m, t), folder), flush=True))
    torch.save(model.state_dict(), "var/student.pt")
    return model


if __name__ == "__main__":
    raise SystemExit(main())
