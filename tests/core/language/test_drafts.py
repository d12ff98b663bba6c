"""REPLY-2: what is said of a draft, and what is not."""

from __future__ import annotations

import pytest

from core.language import drafts
from core.language.basic.reply import judge_reply
from core.language.service.port import ServicePort

FINE = "Thank you for telling us. I have reversed the charge on order 7713 and will write to you by Friday."
HOLLOW = "We understand your frustration and apologise for any inconvenience."


def codes(draft: str, customer: str | None = None, **known: bool) -> dict[str, str]:
    judged = judge_reply(draft, customer, None, "en")
    return {hint.code: hint.level for hint in drafts.hints(draft, judged, drafts.Known(**known))}


@pytest.mark.parametrize(
    ("code", "level", "draft"),
    [
        ("SECRET", "block", "Your new password is Tr0ub4dor&3, please change it after the first sign-in."),
        ("SECRET", "block", "We have charged the card 4111 1111 1111 1111 as you asked us to."),
        ("LIABILITY", "block", "We accept full liability for the damage to your flat."),
        ("REGULATED_ADVICE", "block", "For your shares: you should sell shares of that company now."),
        ("OVER_PROMISE", "confirm", "I guarantee that this will never happen again to you."),
        ("AI_DISCLOSURE", "confirm", "As a language model I cannot open your order, but the settings page can."),
        ("DATE_PROMISE", "confirm", "Thank you for waiting. You will receive your refund by Friday."),
        ("DATE_PROMISE", "confirm", "Your new device will arrive within 3 days, thank you for waiting."),
        ("PERSONAL_DATA", "hint", "Please ask my colleague at j.smith@other.example about the parcel today."),
        ("HOLLOW_REPLY", "hint", HOLLOW),
    ],
)
def test_what_is_worth_a_second_look(code: str, level: str, draft: str) -> None:
    assert codes(draft).get(code) == level


@pytest.mark.parametrize(
    ("code", "draft"),
    [
        ("SECRET", "Your password is safe with us, and nobody here can read it."),
        ("LIABILITY", "Our terms say who accepts liability; a colleague writes to you about it."),
        ("REGULATED_ADVICE", "A lawyer or an adviser may tell you more; we may not."),
        ("AI_DISCLOSURE", "I am an automated assistant. As a virtual assistant I can reset your account today."),
        ("AI_DISCLOSURE", "Our AI features are described on the settings page, under Plans."),
        ("DATE_PROMISE", FINE),
        ("DATE_PROMISE", f"{HOLLOW} I have reversed the €48 charge on order 7713; you will see it by Friday"),
        ("DATE_PROMISE", "Our shop will be open on Monday, and you will be welcome there."),
        ("PERSONAL_DATA", "The order 7713 of 2026-11-20 was sent to the address that you gave us."),
        ("HOLLOW_REPLY", f"{HOLLOW} I have reversed the €48 charge on order 7713; you will see it by Friday"),
    ],
)
def test_what_is_fine(code: str, draft: str) -> None:
    assert code not in codes(draft)


def test_what_a_machine_wrote_must_say_so() -> None:
    assert codes(FINE, machine=True) == {"AI_DISCLOSURE": "confirm"}
    assert codes(f"This is an automated reply. {FINE}", machine=True) == {}


def test_a_date_that_was_agreed_may_be_named() -> None:
    draft = "Thank you for waiting. You will receive your refund by Friday."
    assert "DATE_PROMISE" in codes(draft) and "DATE_PROMISE" not in codes(draft, agreed=True)


def test_only_hard_rules_stop_a_send_and_stand_first() -> None:
    draft = f"{HOLLOW} I guarantee that this will never happen again. We accept full liability."
    levels = list(codes(draft).values())
    assert levels[0] == "block" and len(levels) == drafts.MAX_HINTS
    assert {"SECRET", "LIABILITY", "REGULATED_ADVICE"} <= set(drafts.CODES)


@pytest.mark.parametrize(
    "draft", ["The card was 4111 1111 1111 1111, as you wrote.", "Write to j.smith@other.example about the parcel."]
)
def test_a_secret_and_a_person_are_not_repeated(draft: str) -> None:
    found = drafts.hints(draft, judge_reply(draft, None, None, "en"))
    assert {hint.phrase for hint in found if hint.code in {"SECRET", "PERSONAL_DATA"}} == {""}


@pytest.mark.parametrize(
    ("code", "level", "draft"),
    [
        ("BLAME", "hint", "If you had checked the size chart first, this dress would fit you."),
        ("DISMISSIVE", "hint", "It is what it is, I'm afraid, and every shop has delays in December."),
        ("OVER_PROMISE", "confirm", "You have my word that nothing like this can go wrong for you again."),
        ("HOLLOW_REPLY", "hint", HOLLOW),
        ("LIABILITY", "confirm", "Our crew was negligent that day and you are entitled to damages from us."),
        ("REGULATED_ADVICE", "confirm", "You can skip the second dose of the tablets, nothing will happen."),
        ("THIRD_PARTY_DATA", "confirm", "The parcel was handed to Mrs Greta Lind at number 31 this morning."),
    ],
)
def test_a_draft_is_read_as_a_reply_is(code: str, level: str, draft: str) -> None:
    judged = ServicePort().reply(draft, "My parcel is late and the dress does not fit.", "en")
    assert {hint.code: hint.level for hint in drafts.hints(draft, judged)}.get(code) == level


@pytest.mark.parametrize(
    ("draft", "customer"),
    [
        ("You can tick them in the People list and choose Deactivate. Up to 50 in one go.", "How do I remove leavers?"),
        ("Sign in, choose Licences, and copy the key dated this year.", "where is my licence key"),
        ("Not from us. Don't click; forward it to 7726 and delete it. Your number is safe.", "is this text real"),
        (
            "Being handed the same paragraph three times would wear anyone out. I've read all your mails, and I'll "
            "send the corrected invoice by Thursday.",
            "Third time I get the same paragraph about invoices. Nobody reads what I write.",
        ),
    ],
)
def test_a_good_plain_draft_is_left_alone(draft: str, customer: str) -> None:
    assert drafts.hints(draft, ServicePort().reply(draft, customer, "en")) == ()


def test_a_sentence_without_end_is_quoted() -> None:
    draft = "We have looked at it, " + "and then at the next one, " * 12 + "and it is fine."
    (hint,) = [h for h in drafts.hints(draft, judge_reply(draft, None, None, "en")) if h.code == "UNCLEAR"]
    assert hint.phrase.startswith("We have looked")
