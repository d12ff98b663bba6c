"""``python -m tests.plugins.salesforce.pictures``: draws the components with Salesforce's own parts, under axe.

Writes ``docs/pictures/salesforce.png``. Needs Node, Chromium (found by CHROMIUM or on the path) and, once,
``npm install`` in ``manifests/salesforce/pictures``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "manifests" / "salesforce" / "pictures"
PICTURE = ROOT / "docs" / "pictures" / "salesforce.png"
# Rules of whole pages, which a page of three cards is not.
OF_PAGES = {"landmark-one-main", "page-has-heading-one", "region"}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback; yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


def main() -> int:
    """Take the picture; return 1 when axe finds a fault."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    subprocess.run(["node", "build.mjs"], cwd=FOLDER, check=True)
    with served(FOLDER) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1100, "height": 740})
        page.goto(address)
        page.get_by_text("Ask supervisor").wait_for()
        page.screenshot(path=PICTURE)
        found = Axe().run(page).response["violations"]
        browser.close()
    faults = [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["id"] not in OF_PAGES]
    print("\n".join(faults) or f"wrote {PICTURE.relative_to(ROOT)}; axe finds no fault")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
