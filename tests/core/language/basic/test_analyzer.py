from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.language.basic.analyzer import TextBlobAnalyzer
from core.ports import TextJudgement

ANALYZER = TextBlobAnalyzer()


def judge(text: str, locale: str | None = "en") -> TextJudgement:
    return ANALYZER.customer([text], locale)[0]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("I am absolutely furious about this", "anger"),
        ("Still waiting, this is the third time I ask", "frustration"),
        ("I'm worried that my account was hacked", "anxiety"),
        ("I expected better, very disappointed", "disappointment"),
        ("I don't understand which plan I am on", "confusion"),
        ("I was in tears when it broke", "sadness"),
        ("Thank you so much for your help", "gratitude"),
        ("I absolutely love the new version, it is amazing", "delight"),
        ("How do I reset my password?", "neutral"),
        ("Could you send me the invoice for March?", "neutral"),
        ("😡", "anger"),
        ("not happy with this", "disappointment"),
    ],
)
def test_tags(text: str, tag: str) -> None:
    found = judge(text)
    assert found.tag == tag and found.confidence >= 0.55 and 0 <= found.intensity <= 3


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("I am very angry", "I am angry"),
        ("I am ANGRY", "I am angry"),
        ("This is sooooo frustrating", "This is frustrating"),
        ("The product is great but support is useless", "Support is useless but the product is great"),
        ("I am not happy", "I am happy"),
        ("I am angry about the delivery", "I am not angry about the delivery"),
        ("Thanks for nothing", "Thanks for everything"),
        ("I am frustrated 😡", "I am frustrated"),
    ],
)
def test_what_reads_worse_scores_lower(worse: str, better: str) -> None:
    low, high = judge(worse), judge(better)
    assert low.sentiment is not None and high.sentiment is not None
    assert (low.sentiment, -low.intensity) < (high.sentiment, -high.intensity)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ok", "TOO_SHORT"),
        ("yes please", "TOO_SHORT"),
        ("", "TOO_SHORT"),
        ("...", "TOO_SHORT"),
        ("Ich warte seit drei Wochen und niemand hat mir geantwortet", "LANGUAGE_UNSUPPORTED"),
        ("Je ne suis pas content de votre service", "LANGUAGE_UNSUPPORTED"),
        ("Служба поддержки не отвечает", "LANGUAGE_UNSUPPORTED"),
        ("サービスが悪い", "LANGUAGE_UNSUPPORTED"),
    ],
)
def test_refusals(text: str, code: str) -> None:
    found = judge(text)
    assert (found.refused, found.tag) == (code, None)


@pytest.mark.parametrize(
    "text",
    ["furious!!", "thank you", "😀", "cancel this now please", "Screen cracked see http://t.co/abc http://t.co/def"],
)
def test_short_text_with_a_cue_is_judged(text: str) -> None:
    assert judge(text).refused is None


def test_mixed_wording_is_unclear() -> None:
    assert judge("I love it and I hate it").tag == "unclear"


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_answers_are_in_range_and_quote_the_text(text: str) -> None:
    found = judge(text)
    assert found.sentiment is None or -1 <= found.sentiment <= 1
    assert not found.p or abs(sum(found.p.values()) - 1) < 1e-9
    assert all(0 <= p <= 1 for p in found.emotions.values())
    plain = text.replace("’", "'")
    assert all(plain[span.start : span.end] == span.text for span in found.spans)


def test_one_call_and_many_calls_agree() -> None:
    texts = ["I am angry", "thank you", "Where is it?", ""]
    assert ANALYZER.customer(texts, "en") == [judge(text) for text in texts]


def test_it_is_fast_enough_to_judge_every_message() -> None:
    texts = ["I have been waiting for three weeks and nobody replies, this is unacceptable. Please fix it!"] * 200
    ANALYZER.customer(texts[:5], "en")
    begun = time.process_time()
    ANALYZER.customer(texts, "en")
    assert (time.process_time() - begun) / len(texts) < 0.002
