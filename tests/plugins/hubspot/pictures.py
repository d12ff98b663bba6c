"""``python -m tests.plugins.hubspot.pictures``: draws what HubSpot's test kit says was rendered, under axe.

The kit gives the tree of the rendered parts; HubSpot gives nobody the parts themselves, so a stand-in draws the tree.
Writes ``docs/pictures/hubspot-*.png``. Needs Node, Chromium and, once, ``npm install`` in ``manifests/hubspot``.
"""

from __future__ import annotations

import subprocess
import sys

from tests.plugins.standing_in import ROOT, Picture, photograph, said

FOLDER = ROOT / "manifests" / "hubspot"
DRAWN = "[data-drawn]"
STATES = "?show=loading,empty,stale,unpermitted,locked,away,hard"
TAKEN = (
    Picture("hubspot-card", DRAWN, "?show=ticket,contact,company", width=1024),
    Picture("hubspot-card-states", DRAWN, STATES, width=1360),
    Picture("hubspot-settings", DRAWN, "?show=settings&page=1", width=992),
)


def main() -> int:
    """Take the pictures; return 1 when axe finds a fault."""
    subprocess.run(["npm", "run", "--silent", "trees"], cwd=FOLDER, check=True)
    faults = photograph(FOLDER / "pictures", TAKEN)
    print(said(faults, TAKEN))  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
