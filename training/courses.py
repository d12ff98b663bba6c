"""What the teacher reads, how often, and how fast it learns from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from training.lessons import lessons
from training.targets import Example


@dataclass(frozen=True)
class Course:
    """One pass: how often each set is seen, the rates of body and head."""

    times: Mapping[str, float]
    body: float
    head: float
    seed: int

    def examples(self, folder: Path) -> list[Example]:
        """Each example as often as its set is worth; film subtitles serve the student's words only."""
        rng, found = np.random.default_rng(self.seed), lessons(folder)
        times = [int(self.times.get(e.source, 0.0) + rng.random()) for e in found]
        return [e for e, n in zip(found, times, strict=True) for _ in range(n)]


# What the product rests on more often, what is easy or far from service less.
BROAD: Final = Course(
    {
        "goemotions": 2.0,
        "written_customers": 3.0,
        "written_replies": 2.5,
        "written_sentences": 1.5,
        "apple_tweets": 2.5,
        "yelp_sentences": 3.0,
        "skytrax": 0.7,
        "vader_gt": 0.8,
        "politeness": 0.5,
        "banking77": 0.25,
    },
    body=7e-5,
    head=7e-5,
    seed=7,
)
# The head is fitted by then, so it may move ten times as fast: rare emotions reach the body at last.
FINE: Final = Course(
    {
        "goemotions": 1.3,
        "written_customers": 1.2,
        "written_replies": 1.2,
        "written_sentences": 1.0,
        "apple_tweets": 1.2,
        "yelp_sentences": 1.0,
        "skytrax": 0.2,
        "vader_gt": 0.2,
        "politeness": 0.2,
    },
    body=5.5e-5,
    head=7e-4,
    seed=13,
)
# Posts and whatever else is short and close to service, slowly; all else only so that it is not forgotten.
CLOSE: Final = Course(
    {
        "goemotions": 1.0,
        "written_customers": 1.0,
        "written_replies": 0.8,
        "written_sentences": 0.7,
        "written_posts": 1.5,
        "written_lines": 1.0,
        "apple_tweets": 1.0,
        "yelp_sentences": 0.6,
        "skytrax": 0.15,
        "vader_gt": 0.2,
        "politeness": 0.15,
    },
    body=4e-5,
    head=4e-4,
    seed=17,
)
COURSES: Final = (BROAD, FINE, CLOSE)
