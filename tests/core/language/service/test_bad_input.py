"""Any text gives a reason code or a result, in bounded time, never an exception."""

import base64
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.language.service.analyzer import ServiceAnalyzer
from core.language.service.judgement import CustomerJudgement

ODD = {
    "empty": "",
    "blank": " \n\t ",
    "one word": "refund",
    "emoji": "😡😡😡",
    "marks": "?!?!?!",
    "arabic": "لم يصل طلبي حتى الآن ولا أحد يرد",
    "chinese": "我的包裹还没有到，没有人回复我",
    "german": "Ich warte seit drei Wochen auf mein Paket und niemand antwortet mir",
    "spanish": "Llevo tres semanas esperando mi pedido y nadie me contesta nunca",
    "mixed": "hola my parcel is not here 我很生气 please help",
    "html": "<html><body><div style='x'>" + "<p>late again</p>" * 200,
    "base64": base64.b64encode(bytes(range(256)) * 40).decode(),
    "control": "late\x00\x01\x02 again\x1b[31m",
    "long": "why is it late again? " * 5000,
    "one long word": "a" * 100_000,
    "brackets": "<" * 50_000,
    "lines": "\n" * 100_000,
    "quotes": "\n".join(">" * (1 + i % 5) + " text" for i in range(3000)),
    "surrogate": "broken \ud800 text here now",
    "direction": "\u202eabc def ghi jkl",
}


def sound(judged: CustomerJudgement) -> None:
    assert judged.label is not None or judged.refused
    assert -1 <= judged.sentiment <= 1
    assert abs(sum(judged.p) - 1) < 1e-3
    assert 0 <= judged.intensity <= 3 and 0 <= judged.confidence <= 1


@pytest.mark.parametrize("name", ODD)
def test_odd_text_is_answered_quickly(analyzer: ServiceAnalyzer, name: str) -> None:
    analyzer.customer(["warm up lingua bitte jetzt gleich hier"])
    start = time.perf_counter()
    sound(analyzer.customer([ODD[name]])[0])
    analyzer.reply(ODD[name], "where is it?")
    assert time.perf_counter() - start < 2.0


@pytest.mark.parametrize("name", ["arabic", "chinese", "german", "spanish"])
def test_other_languages_are_refused(analyzer: ServiceAnalyzer, name: str) -> None:
    assert analyzer.customer([ODD[name]])[0].refused == "LANGUAGE_UNSUPPORTED"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=300), max_size=6))
def test_any_text_is_answered(analyzer: ServiceAnalyzer, texts: list[str]) -> None:
    judged = analyzer.customer(texts)
    assert len(judged) == len(texts)
    for one, text in zip(judged, texts, strict=True):
        sound(one)
        assert all(text[s.start : s.end] == s.text for s in one.spans)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_reply_is_answered(analyzer: ServiceAnalyzer, reply: str, customer: str) -> None:
    judged = analyzer.reply(reply, customer)
    assert judged.refused or 0 <= (judged.empathy or 0) <= 100
    assert all(reply[f.start : f.end] == f.text for f in judged.findings)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["it is late", "thanks a lot", "why??", "ok", "I AM FURIOUS"]), min_size=1, max_size=60)
)
def test_one_at_a_time_equals_a_batch(analyzer: ServiceAnalyzer, texts: list[str]) -> None:
    single = [analyzer.customer([t])[0].sentiment for t in texts]
    assert [j.sentiment for j in analyzer.customer(texts)] == pytest.approx(single, abs=2e-4)
