"""``python -m tests.plugins.salesforce.pictures``: draws the components with Salesforce's own parts, under axe.

Writes ``docs/pictures/salesforce.png``. Needs Node, Chromium (found by CHROMIUM or on the path) and, once,
``npm install`` in ``manifests/salesforce/pictures``.
"""

from __future__ import annotations

import subprocess
import sys

from tests.plugins.standing_in import ROOT, Picture, photograph, said

FOLDER = ROOT / "manifests" / "salesforce" / "pictures"
READY = "text=Ask supervisor"
TAKEN = (
    Picture("salesforce", READY, width=1040),
    Picture("salesforce-hard", READY, "?hard", width=1040, kept=False),
)


def main() -> int:
    """Take the picture; return 1 when axe finds a fault."""
    subprocess.run(["node", "build.mjs"], cwd=FOLDER, check=True)
    faults = photograph(FOLDER, TAKEN)
    print(said(faults, TAKEN))  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
