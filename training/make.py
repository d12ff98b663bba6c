"""``make train``: data folder and written sets in, artefact out; seeded, GPU not needed."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from core.language.service.artefact import FOLDER
from training import validate, variants
from training.answers import answers
from training.ensemble import Ensemble
from training.export import write
from training.fragments import fragments, words_alone
from training.losses import SHARE
from training.master import Master
from training.matrix import target_matrix, weights
from training.rewording import rewordings
from training.sets import data_folder, held, public_examples, unlabelled
from training.settings import fitted
from training.stack import stacked
from training.stages import BY_NAME, STUDENT, WIDE, stamp
from training.student import CROP, MOST_SOFT, Encoder, Student, fit
from training.targets import Example
from training.vocabulary import vocabulary
from training.wide import LISTENS, STRENGTH, Floats, Wide
from training.wide import learn as learn_wide
from training.written_sets import written_examples

VERSION = "1.3.0"


def labelled(folder: Path) -> list[Example]:
    """Everything that teaches by labels: train parts only, without what is held back, and rewordings of it."""
    public = [e for e in public_examples(folder) if not held(e.text)]
    found = public + [e for e in written_examples() if e.part == "train"]
    return found + rewordings(found)


def without_labels(folder: Path, found: list[Example]) -> list[Example]:
    """What only the teacher speaks about: further permitted texts, and fragments of all."""
    more = [e for e in unlabelled(folder) if not held(e.text)]
    return more + fragments([e for e in found if not e.origin] + more)


def everything(folder: Path, master: Master) -> tuple[list[str], Student, list[Example]]:
    """The vocabulary, a student that knows its words by the teacher's meaning, and all that is learnt from."""
    found = labelled(folder)
    silent = without_labels(folder, found)
    words = vocabulary([e.text for e in found + silent if not e.origin])
    fresh = master.student(Encoder(words))
    near = variants.Neighbours(words, fresh.words.weight.detach().numpy())
    return words, fresh, found + silent + words_alone(words) + variants.variants(found + silent, near)


def student(fresh: Student, found: list[Example], soft: Floats, of: str, args: argparse.Namespace) -> Student:
    """The student of these examples, from the last run where nothing changed."""
    mine = stamp(of, args.epochs, args.soft, args.seed, [*SHARE.items(), *MOST_SOFT.items()], found)
    if STUDENT.done(mine):
        fresh.load_state_dict(torch.load(STUDENT.path))
        return fresh
    torch.manual_seed(args.seed)
    data = fresh.encoder.encode([e.text for e in found], CROP)
    fit(fresh, data, target_matrix(found), weights(found), soft, args.epochs, args.soft, args.seed)
    torch.save(fresh.state_dict(), STUDENT.path)
    STUDENT.finish(mine)
    return fresh


def wide(found: list[Example], soft: Floats, of: str, words: list[str]) -> Wide:
    """The linear heads of these examples, from the last run where nothing changed."""
    mine = stamp(of, [*STRENGTH.items(), *LISTENS.items()], words, found)
    if WIDE.done(mine):
        with np.load(WIDE.path) as packed:
            return Wide(**{name: packed[name] for name in packed.files})
    print("linear heads", flush=True)
    made = learn_wide(found, Encoder(words), taught=soft)
    np.savez_compressed(WIDE.path, **asdict(made))
    WIDE.finish(mine)
    return made


def arguments() -> argparse.Namespace:
    """What may be chosen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=5, help="passes of the student")
    parser.add_argument("--soft", type=float, default=0.85)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--keep-teacher", action="store_true", help="the last run's teacher, whatever it learnt from")
    parser.add_argument("--again", choices=sorted(BY_NAME), action="append", default=[], help="stages to run anew")
    return parser.parse_args()


def main() -> int:
    """Validate, teach, learn, calibrate, export; what an earlier run left is used where it still fits."""
    args, folder = arguments(), data_folder()
    if folder is None:
        raise SystemExit("ATTUNE_SHARED is not set: the public sets are needed to train")
    if validate.main():
        return 1
    for name in args.again:
        BY_NAME[name].forget()
    master = Master(folder, args.keep_teacher)
    torch.manual_seed(args.seed)
    words, fresh, found = everything(folder, master)
    soft = answers(found, master)
    heads = wide(found, soft, master.stamp, words)
    model = student(fresh, found, soft, master.stamp, args)
    joined = Ensemble.chosen(model, heads, folder)
    settings = fitted(joined, folder, stacked(model.encoder, joined.logits))
    size = write(joined, settings, VERSION, args.out)
    print(f"artefact {size} bytes in {args.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
