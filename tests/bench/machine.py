"""Describes the machine and the versions that the figures were measured with."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import psutil
import psycopg

PARTS = (
    "flask",
    "gunicorn",
    "sqlalchemy",
    "psycopg",
    "procrastinate",
    "zenpy",
    "simple-salesforce",
    "hubspot-api-client",
)


def described() -> list[tuple[str, str]]:
    """Return what the machine is, as pairs of a name and its words."""
    memory = psutil.virtual_memory().total / 1024**3
    return [
        ("Processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("Memory", f"{memory:.0f} GB"),
        ("System", f"{platform.system()} {platform.release()}"),
        ("Python", platform.python_version()),
        ("Parts", ", ".join(f"{name} {version(name)}" for name in PARTS)),
    ]


def database(address: str) -> str:
    """Return the database server's version."""
    with psycopg.connect(address) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return f"PostgreSQL {row[0] if row else 'unknown'}, settings of the embedded server (synchronous commit on)"


def load_now() -> float:
    """Return the one-minute load: above the number of cores, others take part of the machine."""
    return os.getloadavg()[0]


def loads(measured: Sequence[float]) -> str:
    """Say how busy the machine was, from the least to the most."""
    return f"{min(measured):.1f} to {max(measured):.1f}" if measured else "unknown"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
