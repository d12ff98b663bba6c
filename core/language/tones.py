"""Which driver a tag of tone stands for."""

from __future__ import annotations

DRIVERS: dict[str, str] = {
    "anger": "ANGER",
    "frustration": "STRONG_FRUSTRATION",
    "anxiety": "ANXIETY",
    "confusion": "CONFUSION",
    "disappointment": "DISAPPOINTMENT",
    "sadness": "SADNESS",
    "gratitude": "GRATITUDE",
    "delight": "POSITIVE_WORDING",
}
