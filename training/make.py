"""``make train``: data folder and written sets in, artefact out; seeded, GPU not needed."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.language.service.artefact import FOLDER, Artefact, load
from core.language.service.cleaning import own_words
from core.language.service.network import Network
from training import validate, variants
from training.answers import answers
from training.ensemble import Ensemble
from training.export import artefact, write
from training.fragments import words_alone
from training.lessons import labelled, without_labels
from training.losses import SHARE
from training.master import Master
from training.matrix import target_matrix, weights
from training.sets import data_folder
from training.settings import fitted
from training.stack import stacked
from training.stages import BY_NAME, STUDENT, WIDE, stamp
from training.student import CHOSEN, CROP, Encoder, Student, fit
from training.targets import Example
from training.vocabulary import vocabulary
from training.wide import STRENGTH, Wide
from training.wide import learn as learn_wide

VERSION = "1.8.0"


def student(fresh: Student, found: list[Example], master: Master, args: argparse.Namespace) -> Student:
    """The student of these examples, from the last run where nothing changed."""
    mine = stamp(master.stamp, args.epochs, args.soft, args.seed, SHARE, CHOSEN, found)
    if STUDENT.done(mine):
        fresh.load_state_dict(torch.load(STUDENT.path))
        return fresh
    soft = answers(found, master)
    torch.manual_seed(args.seed)
    data = fresh.encoder.encode([e.text for e in found], CROP)
    fit(fresh, data, target_matrix(found), weights(found), soft, args.epochs, args.soft, args.seed)
    torch.save(fresh.state_dict(), STUDENT.path)
    STUDENT.finish(mine)
    return fresh


def wide(found: list[Example], words: list[str]) -> Wide:
    """The linear heads of these examples, from the last run where nothing changed."""
    mine = stamp(list(STRENGTH.items()), words, found)
    if WIDE.done(mine):
        with np.load(WIDE.path) as packed:
            return Wide(**{name: packed[name] for name in packed.files})
    print("linear heads", flush=True)
    made = learn_wide(found, Encoder(words))
    np.savez_compressed(WIDE.path, **asdict(made))
    WIDE.finish(mine)
    return made


def taught(folder: Path, found: list[Example], args: argparse.Namespace) -> Student:
    """A student from nothing: the teacher, a vocabulary, the teacher's answers to all there is to read."""
    master = Master(folder, args.keep_teacher)
    texts = found + without_labels(folder, found)
    words = vocabulary([e.text for e in texts if not e.origin and e.source != "fragments"])
    torch.manual_seed(args.seed)
    fresh = master.student(Encoder(words))
    near = variants.Neighbours(words, fresh.words.weight.detach().numpy())
    unlabelled = words_alone(words) + variants.variants(texts, near)
    return student(fresh, texts + unlabelled, master, args)


def learnt(folder: Path, args: argparse.Namespace) -> Artefact:
    """Student and linear heads as one network, rounded as it is shipped."""
    found = labelled(folder)
    model = taught(folder, found, args)
    heads = wide(found, model.encoder.types[: model.encoder.known])
    return artefact(Ensemble.chosen(model, heads, folder))


def set_up(made: Artefact, folder: Path) -> Artefact:
    """With all that is fitted after training, on what this very network answers."""
    network = Network(made)

    def predict(texts: list[str]) -> NDArray[np.float32]:
        return network.logits([own_words(t) for t in texts])

    settings = fitted(predict, folder, stacked(Encoder(made.vocabulary), predict))
    return replace(made, version=VERSION, settings={"pair_bits": made.settings["pair_bits"]} | settings)


def arguments() -> argparse.Namespace:
    """What may be chosen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=3, help="passes of the student")
    parser.add_argument("--soft", type=float, default=0.85)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--keep-teacher", action="store_true", help="the last run's teacher, whatever it learnt from")
    parser.add_argument("--settings", action="store_true", help="the network as it is shipped, its settings alone anew")
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
    network = load() if args.settings else learnt(folder, args)
    size = write(set_up(network, folder), args.out)
    print(f"artefact {size} bytes in {args.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
