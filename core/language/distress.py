"""LANG-2: the distress index, its bands, the risk flag, and the nature of a complaint."""

from __future__ import annotations

WORDING, INTENSITY, CONTACTS, HARD = 45.0, 20.0, 15.0, 20.0
TOP_INTENSITY = 3
CONTACTS_FULL = 4
MIXED_UNDER = 0.15

FLAGS = ("none", "watch", "high", "critical")
# Lowest distress of each flag, from the top.
BANDS = ((80, "critical"), (55, "high"), (30, "watch"), (0, "none"))


def parts(sentiment: float | None, intensity: int, contacts: int, hard: bool) -> dict[str, float]:
    """Return the four terms of D. An unknown sentiment adds no term: it is absent, not calm."""
    terms = {
        "intensity": INTENSITY * min(intensity, TOP_INTENSITY) / TOP_INTENSITY,
        "contacts": CONTACTS * min(1.0, contacts / CONTACTS_FULL),
        "hard": HARD * hard,
    }
    if sentiment is not None:
        terms["wording"] = WORDING * max(0.0, -sentiment)
    return terms


def distress(terms: dict[str, float]) -> int:
    """Return D, 0..100, from its terms."""
    return max(0, min(100, round(sum(terms.values()))))


def flag(score: int, *, safety: bool = False) -> str:
    """Return the risk flag of a distress score; a safety signal is always critical."""
    if safety:
        return "critical"
    return next(name for lowest, name in BANDS if score >= lowest)


def rises(old: str | None, new: str | None) -> bool:
    """Say whether the flag went up; no earlier flag counts as ``none``."""
    return FLAGS.index(new or "none") > FLAGS.index(old or "none")


def nature(process: float, emotional: float) -> str | None:
    """Name a complaint by its cue scores (0..1 each); ``None`` when there is no cue of either kind."""
    if process <= 0 and emotional <= 0:
        return None
    if abs(process - emotional) < MIXED_UNDER:
        return "mixed"
    return "process" if process > emotional else "emotional"
