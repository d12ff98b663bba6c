"""The page's modules are plain JavaScript; TypeScript checks them, strictly, without building anything."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPTS = HERE.parents[1] / "plugins" / "zendesk" / "pages" / "static"
COMPILER = HERE / "node_modules" / "typescript" / "bin" / "tsc"
OPTIONS = (
    "--noEmit",
    "--allowJs",
    "--checkJs",
    "--strict",
    "--target",
    "es2022",
    "--module",
    "es2022",
    "--moduleResolution",
    "bundler",
    "--lib",
    "es2022,dom,dom.iterable",
)


def check(*files: Path) -> subprocess.CompletedProcess[str]:
    """Run TypeScript over scripts."""
    # Node may be the wheel's, beside the Python that runs the tests.
    node = shutil.which("node") or shutil.which("node", path=Path(sys.executable).parent)
    if node is None or not COMPILER.is_file():
        pytest.skip("no TypeScript: run tests/browser/install.sh")
    return subprocess.run([node, COMPILER, *OPTIONS, *files], capture_output=True, text=True, check=False, timeout=120)


def test_the_scripts_are_typed_throughout() -> None:
    found = check(*sorted(SCRIPTS.glob("*.js")))
    assert found.returncode == 0, found.stdout


def test_a_wrong_script_is_noticed(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.js"
    wrong.write_text("// @ts-check\n/** @param {number} n */\nexport function f(n) { return n.length; }\n")
    assert check(wrong).returncode != 0


def test_no_script_makes_markup_from_text() -> None:
    for path in SCRIPTS.glob("*.js"):
        text = path.read_text("utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert way not in text, f"{path.name}: {way}"
