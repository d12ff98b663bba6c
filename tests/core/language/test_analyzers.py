"""The choice of the analyser: the trained one, the baseline, and the baseline that says it stands in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.language import analyzers
from core.language.service import artefact, port
from core.ports import Analyzer

COMPLAINT = "Third day without my bag, the desk is closed again and nobody answers the phone."
THANKS = "no, thank you, you were very kind"


@pytest.fixture(scope="module")
def trained() -> Analyzer:
    return analyzers.analyzer("service")


def test_the_trained_one_speaks_the_port(trained: Analyzer) -> None:
    bad, good = trained.customer([COMPLAINT, THANKS], "en")
    assert bad.sentiment is not None and good.sentiment is not None
    assert bad.sentiment < 0 < good.sentiment
    assert sum(bad.p.values()) == pytest.approx(1, abs=0.01)
    assert all(COMPLAINT[span.start : span.end] == span.text for span in bad.spans)


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00\x01", "Ich warte seit zwei Wochen auf meine Rechnung und nichts passiert."]
)
def test_what_cannot_be_read_has_a_reason_and_no_number(trained: Analyzer, text: str) -> None:
    (found,) = trained.customer([text], "en")
    assert found.refused
    assert found.sentiment is None


def test_a_reply_is_judged_against_its_message(trained: Analyzer) -> None:
    warm = trained.reply(
        "I am sorry your bag is still missing. I have found it in Oslo and it flies to you tonight; I call you at 9.",
        COMPLAINT,
        "en",
    )
    cold = trained.reply("Please consult our website for our baggage policy.", COMPLAINT, "en")
    assert warm.empathy is not None and cold.empathy is not None
    assert warm.empathy > cold.empathy + 20


def test_a_damaged_artefact_means_the_baseline_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(artefact.FOLDER, tmp_path / "artefact")
    (weights,) = (tmp_path / "artefact").glob("*.npz")
    weights.write_bytes(weights.read_bytes()[:-100])
    monkeypatch.setattr(port, "ServiceAnalyzer", lambda: artefact.load(tmp_path / "artefact"))
    found = analyzers.analyzer("service")
    assert found.version.startswith("basic-")
    assert found.customer([COMPLAINT], "en")[0].sentiment is not None


def test_an_unknown_name_is_a_matter_for_the_admin() -> None:
    with pytest.raises(ConfigurationError, match="service, textblob"):
        analyzers.analyzer("oracle")
