"""Replies: what is marked, what is left alone, and why."""

import numpy as np
import pytest

from core.language.service.analyzer import ServiceAnalyzer
from core.language.service.reply import rating
from core.language.service.reply_rules import WHY, wording
from core.language.service.reply_signals import echoed
from training.targets import KINDS

BILLING = "I was charged €48 twice for order 7713 and it has not come back."
HOLLOW = "We understand your frustration and apologise for any inconvenience."

FIRES = [
    ("Calm down, it's only a parcel.", "dismissive"),
    ("It is what it is, I'm afraid.", "dismissive"),
    ("You'll just have to wait like everybody else.", "dismissive"),
    ("That's not our problem.", "dismissive"),
    ("You should have read the terms before you ordered.", "blaming"),
    ("If you had checked the size chart, this would fit.", "blaming"),
    ("It's the customer's responsibility to back up the phone.", "blaming"),
    ("This is user error.", "blaming"),
    ("Guests are responsible for what they leave in the room.", "blaming"),
    ("Are you sure you didn't press the wrong button?", "blaming"),
    ("You probably overlooked the mail about it.", "blaming"),
    ("As the sign shows, the pool closes at eight.", "blaming"),
    ("Most of our customers are very happy with the new app.", "dismissive"),
    ("Some noise is to be expected in a city hotel.", "dismissive"),
    ("Our decision is final.", "dismissive"),
    ("Nobody is forcing you to stay with us.", "dismissive"),
    ("It wasn't personal, he is like that with everybody.", "dismissive"),
    ("We guarantee it will never happen again.", "over_promise"),
    ("It'll be with you tomorrow, that's a promise.", "over_promise"),
    ("You have my word that he comes today.", "over_promise"),
    ("It is risk-free, nothing can go wrong.", "over_promise"),
    ("Your feedback is important to us.", "robotic"),
    ("We apologise for any inconvenience caused.", "robotic"),
    ("Thank you for reaching out to us!", "robotic"),
    ("We accept full liability for the damage.", "liability"),
    ("Our crew was negligent and you are entitled to damages.", "liability"),
    ("We are legally responsible for your loss.", "liability"),
    ("You can skip the second dose.", "regulated_advice"),
    ("You'd definitely win in court, so don't pay it.", "regulated_advice"),
    ("Put your savings into a fund now.", "regulated_advice"),
    ("It was handed to Mrs Greta Lind at number 31.", "third_party_data"),
    ("I can give you her address.", "third_party_data"),
    ("Your neighbour Dan Reeve in 4B owes us rent.", "third_party_data"),
    ("The RMA was rejected by the WMS under SOP 4.", "jargon"),
    ("The idempotency key collided.", "jargon"),
]
SILENT = [
    "I can't promise a date before I have spoken to the depot.",
    "I cannot guarantee that the part is in stock.",
    "You could not have known that, and it is not your fault.",
    "The guarantee period runs until May 2027.",
    "I have refunded the £12 today; it will be with you by Thursday.",
    "You should have received it on Monday, and I see that you didn't.",
    "You shouldn't have to chase us for this.",
    "We were promised the part last week and it did not come.",
    "We are not liable for that, but I will ask whether we can help.",
    "Please ask your doctor before you stop taking the tablets.",
    "I can't advise on medical questions; your pharmacist can.",
    "My colleague Tom Baker in our Leeds team has your file.",
    "Please send the PDF with your VAT number by SMS.",
    "That was our mistake, and I have put it right.",
    "Passengers should not have to wait outside, and I have told the desk so.",
    "Customers should have received the letter by now, and you did not.",
    "The sign was missing, so you could not know it.",
    "I can hear how upset you are, and you have every reason.",
    "All customers on the old plan keep their price, you too.",
]


@pytest.mark.parametrize(("text", "kind"), FIRES)
def test_rules_fire(text: str, kind: str) -> None:
    assert kind in wording(text)[0]


@pytest.mark.parametrize("text", SILENT)
def test_rules_stay_silent(text: str) -> None:
    assert wording(text)[0] == {}


@pytest.mark.parametrize("text", SILENT)
def test_good_plain_replies_are_left_alone(analyzer: ServiceAnalyzer, text: str) -> None:
    kinds = {f.kind for f in analyzer.reply(text, BILLING).findings} - {"no_next_step"}
    assert kinds == set()


def test_hollow_empathy_fires_and_clears(analyzer: ServiceAnalyzer) -> None:
    assert "robotic" in {f.kind for f in analyzer.reply(HOLLOW, BILLING).findings}
    better = HOLLOW + (" I have reversed the €48 charge on order 7713; you will see it by Friday.")
    assert "robotic" not in {f.kind for f in analyzer.reply(better, BILLING).findings}


def test_a_finding_says_why_and_what_to_add(analyzer: ServiceAnalyzer) -> None:
    found = analyzer.reply("Calm down. You should have read the terms.", BILLING).findings
    assert found and all(f.why and f.add and f.level in ("hint", "confirm", "block") for f in found)


def test_every_kind_has_a_reason() -> None:
    assert set(WHY) == KINDS


def test_a_better_reply_scores_higher(analyzer: ServiceAnalyzer) -> None:
    good = (
        "You're right, €48 was taken twice for order 7713. I have sent the second one back "
        "just now; it reaches your card by Friday, and I'll check on Friday myself."
    )
    assert (analyzer.reply(good, BILLING).empathy or 0) > (analyzer.reply(HOLLOW, BILLING).empathy or 0) + 15


def test_a_plain_question_calls_for_no_empathy(analyzer: ServiceAnalyzer) -> None:
    judged = analyzer.reply("Settings, then Billing, then Download.", "Where do I find invoices?")
    assert judged.outcome == "not_called_for"


@pytest.mark.parametrize(
    "customer",
    ["My husband died in May. How do I take his name off the contract?", "Please close my late father's account."],
)
def test_a_life_event_calls_for_empathy_however_calmly_it_is_told(analyzer: ServiceAnalyzer, customer: str) -> None:
    assert analyzer.reply("Fill in form C12. Processing takes ten working days.", customer).outcome == "missing"


def test_what_has_passed_is_no_next_step_and_a_set_phrase_is_marked_once(analyzer: ServiceAnalyzer) -> None:
    told = analyzer.reply(
        "Both were taken on 3 March. The second is back on your card in 3 to 5 working days.", BILLING
    )
    assert "3 to 5 working days" in next(span.text for span in told.spans if span.driver == "next_step")
    stock = analyzer.reply("I understand your frustration. We will look into it.", BILLING)
    assert [found.text for found in stock.findings if found.kind == "robotic"] == ["I understand your frustration"]


def test_short_words_of_the_case_are_taken_up_and_fillers_are_not() -> None:
    found = {
        w.stem
        for w in echoed(
            "Sorry about your job and the bus, you can pay it off now", "lost my job, bus broke down, can pay now"
        )
    }
    assert found == {"job", "bus"}


def test_echo_needs_the_case_itself() -> None:
    words = {w.stem for w in echoed("I checked order 7713 and the charge", BILLING)}
    assert "7713" in words and "order" in words


def test_greetings_alone_are_not_scored(analyzer: ServiceAnalyzer) -> None:
    assert analyzer.reply("Kind regards,", BILLING).empathy is None


def test_ratings_keep_their_order_to_the_ends_of_the_scale() -> None:
    points = np.array([-3.0, -1.0, -0.2, 0.0, 0.4, 1.0, 2.5, 3.6, 4.0, 4.3, 6.0], np.float32)
    rated = rating(points)
    assert (np.diff(rated) > 0).all()
    assert rated.min() > 0 and rated.max() < 4
    assert rated[4:8] == pytest.approx(points[4:8])
    assert np.rint(rated).astype(int).tolist() == np.rint(np.clip(points, 0, 4)).astype(int).tolist()
