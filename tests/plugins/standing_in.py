"""A vendor's components on a plain page: serve a folder, photograph it in Chromium, hold it against axe."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
# Rules of whole pages, which a page of a few cards is not.
OF_PAGES = {"landmark-one-main", "page-has-heading-one", "region"}


@dataclass(frozen=True)
class Picture:
    """One picture. ``ready``: the selector whose appearing ends the wait; ``kept``: whether it is more than a check."""

    name: str
    ready: str
    query: str = ""
    width: int = 1100
    height: int = 740
    kept: bool = True


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


def photograph(folder: Path, pictures: Sequence[Picture], into: Path = PICTURES) -> list[str]:
    """Take pictures of a folder's page; return the faults that axe finds."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with served(folder) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            page = browser.new_page()
            return [fault for picture in pictures for fault in _taken(page, address, picture, into)]
        finally:
            browser.close()


def _taken(page: Page, address: str, picture: Picture, into: Path) -> list[str]:
    page.set_viewport_size({"width": picture.width, "height": picture.height})
    page.goto(f"{address}{picture.query}")
    page.locator(picture.ready).first.wait_for()
    if picture.kept:
        page.screenshot(path=into / f"{picture.name}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    faults = [f"{picture.name}: {one['id']}: {one['nodes'][0]['html']}" for one in found if one["id"] not in OF_PAGES]
    return [*faults, *([f"{picture.name}: wider than its window"] if wide else [])]


def said(faults: Sequence[str], pictures: Sequence[Picture]) -> str:
    """Return what to print: the faults, or which pictures there are now."""
    names = ", ".join(f"docs/pictures/{one.name}.png" for one in pictures if one.kept)
    return "\n".join(faults) or f"wrote {names}; axe finds no fault"
