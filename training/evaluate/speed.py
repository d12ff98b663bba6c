"""Speed, load time, memory and size, in fresh single-thread processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from core.language.service.artefact import FOLDER
from training.evaluate.sentiment import written_test
from training.written_sets import of_part

_TIMED = """
import json, sys, time
texts = json.load(sys.stdin)
from core.language.service.analyzer import ServiceAnalyzer
from textblob import TextBlob
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
a, v = ServiceAnalyzer(), SentimentIntensityAnalyzer()
TextBlob("warm").sentiment
runs = {"TextBlob": lambda part: [TextBlob(t).sentiment for t in part],
        "VADER": lambda part: [v.polarity_scores(t) for t in part],
        "Attune, batch": lambda part: a.customer(part),
        "Attune, single calls": lambda part: [a.customer([t]) for t in part],
        "Attune, batch, without spans": lambda part: a.customers.judge(part, explain=False),
        "Attune, single calls, without spans": lambda part: [a.customers.judge([t], explain=False) for t in part]}
parts = [texts[i:i + 300] for i in range(0, len(texts), 300)]
best = {name: [1e9] * len(parts) for name in runs}
for _ in range(15):  # in turns and in parts, so that a busy moment is nobody's alone
    for name, run in runs.items():
        for i, part in enumerate(parts):
            start = time.perf_counter(); run(part); best[name][i] = min(best[name][i], time.perf_counter() - start)
out = {name: len(texts) / sum(seconds) for name, seconds in best.items()}
times = []
for t in texts:
    start = time.perf_counter(); a.reply(t, texts[0]); times.append(time.perf_counter() - start)
out["reply p50 ms"] = sorted(times)[len(times) // 2] * 1e3
out["reply p99 ms"] = sorted(times)[int(len(times) * .99)] * 1e3
print(json.dumps(out))
"""
_FIRST = """
import json, sys, time
texts = json.load(sys.stdin)
from core.language.service.analyzer import ServiceAnalyzer
from textblob import TextBlob
a = ServiceAnalyzer()
TextBlob("warm").sentiment; a.customer(["My parcel has not arrived."])
runs = {"TextBlob": lambda part: [TextBlob(t).sentiment for t in part],
        "Attune, batch": a.customer,
        "Attune, single calls": lambda part: [a.customer([t]) for t in part]}
parts = [texts[i:i + 300] for i in range(0, len(texts), 300)]
spent = {name: [] for name in runs}
for i, part in enumerate(parts):
    for name in ("TextBlob", ("Attune, batch", "Attune, single calls")[i % 2]):
        start = time.perf_counter(); runs[name](part); spent[name].append((time.perf_counter() - start) / len(part))
print(json.dumps({name: sorted(found)[len(found) // 2] for name, found in spent.items()}))
"""
_LOADED = """
import json, time
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
before, start = resident(), time.perf_counter()
from core.language.service.analyzer import ServiceAnalyzer
a = ServiceAnalyzer()
seconds = time.perf_counter() - start
a.customer(["My parcel has not arrived and nobody answers the phone."])
small = resident() - before
a.customer(["guten morgen ich warte immer noch auf mein paket und niemand antwortet mir hier"])
print(json.dumps({"seconds": seconds, "megabytes": small, "with lingua": resident() - before}))
"""


def run(code: str, texts: list[str]) -> dict[str, float]:
    """The figures of a fresh process on one thread, pinned to a core where the system can."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "ignore", "-c", code]
    pinned = ["taskset", "-c", "0", *command] if Path("/usr/bin/taskset").exists() else command
    done = subprocess.run(  # noqa: S603 (our own code)
        pinned,
        input=json.dumps(texts),
        text=True,
        capture_output=True,
        env=environment,
        check=True,
    )
    out: dict[str, float] = json.loads(done.stdout.strip().split("\n")[-1])
    return out


def table() -> list[str]:
    """All speed figures."""
    texts = [r["text"] for r in written_test()][:600]
    found, loaded = run(_TIMED, texts), run(_LOADED, [])
    new = run(_FIRST, [r["text"] for r in of_part("customers", "train")][:3600])
    base = found["TextBlob"]
    lines = ["| system | texts a second | ratio to TextBlob |", "|---|---|---|"]
    lines += [f"| {k} | {v:,.0f} | {v / base:.2f} |" for k, v in found.items() if " ms" not in k]
    size = sum(p.stat().st_size for p in FOLDER.glob("*") if p.suffix in (".npz", ".json"))
    return [
        *lines,
        "",
        f"Mean length {sum(len(t.split()) for t in texts) / len(texts):.0f} words; language "
        "identification, cleaning and spans included unless said otherwise. A batch is 300 texts. The best of fifteen "
        "rounds in turns, on one core.",
        "Texts never met before, each read once in a fresh process that learns their words (median of parts of 300): "
        f"batch {new['TextBlob'] / new['Attune, batch']:.2f}, single calls "
        f"{new['TextBlob'] / new['Attune, single calls']:.2f} times as quick as TextBlob.",
        f"A reply with its message: {found['reply p50 ms']:.2f} ms at the median, "
        f"{found['reply p99 ms']:.2f} ms at p99.",
        f"Import and load {loaded['seconds']:.2f} s; memory added {loaded['megabytes']:.0f} MB "
        f"(with NumPy; {loaded['with lingua']:.0f} MB once lingua was asked); artefact "
        f"{size / 1e6:.1f} MB.",
    ]
