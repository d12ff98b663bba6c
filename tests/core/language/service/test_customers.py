"""Customer texts: the wording of service, explained."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.language.service.analyzer import ServiceAnalyzer
from core.language.service.artefact import load
from core.language.service.customer import BATCH, CHARACTERS, CustomerJudge, batches
from core.language.service.lexicon import ROW
from core.language.service.network import by_length
from core.language.service.neutral_words import NeutralWords, WordRule

WORDING = [
    ("Third day without my bag, desk closed again.", "negative"),
    ("Still on hold. 50 minutes now.", "negative"),
    ("How do I kill a hung process on your server plan?", "neutral"),
    ("What is your cancellation policy?", "neutral"),
    ("Thanks a lot, that fixed the error!", "positive"),
    ("You were so helpful today, thank you Maria", "positive"),
    ("This is not good at all.", "negative"),
]


@pytest.mark.parametrize(("text", "label"), WORDING)
def test_service_wording(analyzer: ServiceAnalyzer, text: str, label: str) -> None:
    assert analyzer.customer([text])[0].label == label


@pytest.mark.parametrize("face", "😡🤬😠😤😞🙁🙄👎💔")
@pytest.mark.parametrize("text", ["where is my parcel", "ok", ""])
def test_a_face_that_means_trouble_is_read_as_such(analyzer: ServiceAnalyzer, text: str, face: str) -> None:
    drawn = analyzer.customer([f"{text} {face}{face}"])[0]
    assert drawn.label == "negative"


@pytest.mark.parametrize("text", ["thanks 😊", "all good now 👍", "it works 🎉"])
def test_a_friendly_face_is_not_trouble(analyzer: ServiceAnalyzer, text: str) -> None:
    assert analyzer.customer([text])[0].label == "positive"


CALM = [
    "Good morning. We are moving our twelve seats from the monthly to the yearly plan in the first week of March, and "
    "our accounts team would like one invoice with the purchase order number on it. Could you tell us which form you "
    "need, whether the change can be made from the settings page, and when the first yearly payment is taken?",
    "I wanted to tell you about the engineer who came to our flat on Tuesday. He rang first, took his boots "
    "off at the door without being asked, explained to my father what each light on the box is for, and stayed until "
    "the television worked again. My father has talked of little else since. Please pass our thanks on to him.",
]


@pytest.mark.parametrize("text", CALM)
def test_a_long_message_is_not_a_complaint_for_its_length(analyzer: ServiceAnalyzer, text: str) -> None:
    assert analyzer.customer([text])[0].label != "negative"


def test_a_long_complaint_stays_one(analyzer: ServiceAnalyzer) -> None:
    asked = CALM[0].partition(" Could you")[0]
    text = f"{asked} I have asked this four times since January, nobody has answered, and you charged us twice again."
    assert analyzer.customer([text])[0].label == "negative"


def test_quotes_do_not_count(analyzer: ServiceAnalyzer) -> None:
    text = "Great, thank you!\n\n> worst company ever, I am furious and disgusted"
    assert analyzer.customer([text])[0].sentiment > 0.3


def test_short_text_without_a_cue_has_no_tag(analyzer: ServiceAnalyzer) -> None:
    judged = analyzer.customer(["order 7713"])[0]
    assert judged.refused == "TOO_SHORT" and judged.tag is None and judged.label is not None


def test_short_text_with_a_cue_keeps_its_tag(analyzer: ServiceAnalyzer) -> None:
    assert analyzer.customer(["thank you!!"])[0].refused is None


def test_spans_quote_the_input(analyzer: ServiceAnalyzer) -> None:
    text = "This is ridiculous, I have called twice and still no refund."
    spans = analyzer.customer([text])[0].spans
    assert {"STRONG_FRUSTRATION", "REPEAT_CONTACT", "LONG_WAIT"} <= {s.driver for s in spans}
    assert all(text[s.start : s.end] == s.text for s in spans)


def test_declared_words_are_neutral() -> None:
    judge = CustomerJudge(load(), NeutralWords((WordRule("Hate Mail Filter", "product name"),)))
    assert judge.judge(["How do I turn on Hate Mail Filter for my team?"])[0].label == "neutral"


def test_nothing_in_nothing_out(analyzer: ServiceAnalyzer) -> None:
    assert analyzer.customer([]) == []


def test_threads_do_not_mind_each_other(analyzer: ServiceAnalyzer) -> None:
    texts = [f"Parcel {n} zq{n}ward never came, see https://example.org/{'x' * 60}{n}" for n in range(300)]
    parts = [texts[i : i + 10] for i in range(0, len(texts), 10)]
    with ThreadPoolExecutor(4) as pool:
        together = [j.sentiment for part in pool.map(analyzer.customer, parts) for j in part]
    assert together == pytest.approx([analyzer.customer([t])[0].sentiment for t in texts], abs=2e-4)


@pytest.mark.parametrize(
    "text", ["I am so angry!", "I am extremely disappointed and angry!!", "I am furious. Cancel my contract!"]
)
def test_a_surely_negative_text_has_no_tag_of_the_other_side(analyzer: ServiceAnalyzer, text: str) -> None:
    (judged,) = analyzer.customer([text])
    assert judged.label == "negative"
    assert judged.tag in {"anger", "frustration", "disappointment", "unclear"}


def test_batches_hold_all_texts_in_order_and_no_more_than_there_is_room_for() -> None:
    texts = ["a"] * (BATCH + 1) + ["b" * (CHARACTERS + 1), "c", "d" * CHARACTERS, ""]
    found = [list(batch) for batch in batches(texts)]
    assert [text for batch in found for text in batch] == texts
    assert all(len(batch) <= BATCH for batch in found)
    assert all(sum(map(len, batch)) <= CHARACTERS or len(batch) == 1 for batch in found)
    assert list(batches([])) == []


def test_chunks_hold_every_text_once_and_only_texts_of_like_length() -> None:
    rows = [b"\0" * ROW * n for n in (3, 90, 1, 4, 320, 0, 40, 5, 88)]
    chunks = by_length(rows)
    assert sorted(i for chunk in chunks for i in chunk) == list(range(len(rows)))
    assert [4] in chunks and [sorted(len(rows[i]) // ROW for i in c) for c in chunks if 2 in c] == [[0, 1, 3, 4, 5]]


def test_a_text_reads_alike_alone_and_among_many(analyzer: ServiceAnalyzer) -> None:
    texts = [text for text, _ in WORDING] + CALM
    together = analyzer.customer(texts * 60)
    for alone, among in zip((analyzer.customer([t])[0] for t in texts), together[-len(texts) :], strict=True):
        assert (alone.label, alone.tag, alone.spans) == (among.label, among.tag, among.spans)
        assert alone.p == pytest.approx(among.p, abs=2e-4)
