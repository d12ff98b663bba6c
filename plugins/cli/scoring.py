"""``attune score``: judge texts from the command line, without a database or a vendor."""

from __future__ import annotations

import sys
from typing import TextIO

import click

KINDS = ("customer", "reply", "conversation")


@click.command("score", short_help="Judge texts, without a database or a vendor.")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
def score_command(kind: str, file: TextIO) -> None:
    """Judge JSON lines of FILE (or standard input) and print one JSON line each, in order.

    KIND is customer ({"id", "text", "locale"}), reply ({"id", "reply", "customer"}) or conversation (the format of
    `attune replay`). A bad line is named on standard error and skipped. docs/formats.md has every key. Needs no
    database; stores nothing.
    """
    from core.language.service.analyzer import ServiceAnalyzer
    from core.language.service.score import score

    score(kind, file, ServiceAnalyzer(), sys.stdout, sys.stderr)
