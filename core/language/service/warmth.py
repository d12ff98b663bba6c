"""Warmth and understanding in the wording of a reply, also where it is no case of support.

The written replies that the criteria rest on say little about comfort between people. What tells it is general:
feelings that the network reads in the words, wishes and care put into words, an experience that is shared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
# Which of the 28 speak for warmth, and which say that the other's trouble is spoken of.
WARM: Final = ("caring", "love", "optimism", "remorse", "sadness")
TROUBLE: Final = ("disappointment", "fear", "grief", "nervousness", "remorse", "sadness")
ODDS: Final = 0.3  # points a unit of log-odds
CARE: Final = 0.8  # points for a wish or care put into words, twice at most
SHARED: Final = 0.5  # points for an experience that is shared, twice at most
MOST: Final = 2
_CARE: Final = re.compile(
    r"\b(?:(?:i'm|i am|so|really|very|truly) sorry|i hope|hope (?:you|it|things|that)|hugs?|sending|take care|"
    r"thinking of you|you(?:'re| are) not alone|here for you|stay strong|hang in|good luck|best of luck|"
    r"wish(?:ing)? you|proud of you|glad (?:you|that)|happy for you|congratulations|you(?:'ve| have) got this|"
    r"be kind to yourself|you (?:matter|deserve)|my heart|feel better|talk to me|message me|bless you|"
    r"keep (?:going|fighting))\b|<3|[\u2764\U0001f917]",
    re.IGNORECASE,
)
_SHARED: Final = re.compile(
    r"\b(?:me too|same (?:here|boat)|been there|(?:been|gone|going) through (?:the same|this too|something similar)|"
    r"i(?: also|'ve| have)?(?: also)? (?:been|had|felt|feel|went|used to|know (?:how|what|exactly|the feeling)|"
    r"(?:can )?relate|understand|get (?:it|that|you))|i was (?:in|like|the same)|i'm the same|exactly (?:how|what) i|"
    r"happened to me|as someone who|not the only one)\b",
    re.IGNORECASE,
)


class Warmth:
    """Points that warmth adds to 'validates' and understanding to 'acknowledges'."""

    def __init__(self, fine: Sequence[str], centre: Mapping[str, float]) -> None:
        self._warm, self._trouble = ([fine.index(n) for n in names] for names in (WARM, TROUBLE))
        self._centre = np.array([centre["understanding"], centre["warmth"]], np.float32)

    def points(self, fine: Floats, reply: str) -> Floats:
        """(acknowledges, validates), from probabilities of the 28 and the reply's own words."""
        return self.raw(fine, reply) - self._centre

    def raw(self, fine: Floats, reply: str) -> Floats:
        """The same before what replies of support have anyway is taken off."""
        plain = reply.replace("\u2019", "'")
        care, shared = (min(MOST, sum(1 for _ in p.finditer(plain))) for p in (_CARE, _SHARED))
        understanding = ODDS * _odds(fine[self._trouble]) + SHARED * shared
        return np.array([understanding, ODDS * _odds(fine[self._warm]) + CARE * care], np.float32)


def _odds(p: Floats) -> float:
    """Log-odds that any of them is there, within reason."""
    none = float(np.clip(np.prod(1 - p), 0.005, 0.995))
    return float(np.log((1 - none) / none))
