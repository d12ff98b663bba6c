"""What every flow of the package has in common. Pure."""

from __future__ import annotations

from typing import Any

from connectors.salesforce.client import VERSION

Metadata = dict[str, Any]
# Where an element is drawn; the builder lays flows out by itself.
AT = {"locationX": 176, "locationY": 287}


def flow(label: str, told: str, start: Metadata, elements: Metadata) -> Metadata:
    """Return an active flow that nobody sees. ``start``: what it waits for; ``elements``: its parts by kind."""
    return {
        "apiVersion": VERSION,
        "label": label,
        "description": told,
        "environments": "Default",
        "interviewLabel": f"{label} {{!$Flow.CurrentDateTime}}",
        "processType": "AutoLaunchedFlow",
        "status": "Active",
        "start": {"locationX": 50, "locationY": 0, **start},
        **elements,
    }


def goes(target: str) -> Metadata:
    """Return the way to another element."""
    return {"targetReference": target}
