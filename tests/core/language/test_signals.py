from __future__ import annotations

import pytest

from core.language.signals import find

FOUND = [
    ("Please cancel my subscription.", "CANCEL_INTENT"),
    ("cancel", "CANCEL_INTENT"),
    ("I am thinking of cancelling, honestly.", "CANCEL_INTENT"),
    ("Close my account now", "CANCEL_INTENT"),
    ("We will be switching to a competitor next month", "CANCEL_INTENT"),
    ("If you don't fix this I will cancel", "CANCEL_INTENT"),
    ("Why don't I just cancel?", "CANCEL_INTENT"),
    ("No answer for a week, so please cancel it", "CANCEL_INTENT"),
    ("You’ll hear from my solicitor", "LEGAL_THREAT"),
    ("I am going to take you to small claims court", "LEGAL_THREAT"),
    ("We will sue", "LEGAL_THREAT"),
    ("I'll report this to the ombudsman", "REGULATOR_MENTION"),
    ("I am complaining to the ICO about this", "REGULATOR_MENTION"),
    ("I want to kill myself", "SAFETY_SIGNAL"),
    ("there is nothing left to live for", "SAFETY_SIGNAL"),
    ("I feel suicidal", "SAFETY_SIGNAL"),
    ("The charger caught fire last night", "SAFETY_SIGNAL"),
    ("The heater sparked and there was smoke in the nursery", "SAFETY_SIGNAL"),
    ("He had an allergic reaction after the wrap", "SAFETY_SIGNAL"),
    ("My phone was on fire in the kitchen", "SAFETY_SIGNAL"),
    ("I will take my own life", "SAFETY_SIGNAL"),
    ("My payment failed again. Cancel my subscription.", "CANCEL_INTENT"),
    ("There is a smell of gas in the kitchen", "SAFETY_SIGNAL"),
    ("My husband just passed away and I need to close things", "VULNERABILITY_SIGNAL"),
    ("I can't afford to pay for heating this month, I cannot afford food", "VULNERABILITY_SIGNAL"),
    ("I want to speak to your manager", "ESCALATION_REQUEST"),
    ("Let me talk to a real person", "ESCALATION_REQUEST"),
    ("I was promised a call but nobody called me back", "BROKEN_PROMISE"),
    ("I want to cancel my subscription today.", "CANCEL_INTENT"),
    ("We are switching provider after this.", "CANCEL_INTENT"),
    ("I'll be taking my business elsewhere", "CANCEL_INTENT"),
    ("You leave me no choice but Trading Standards", "REGULATOR_MENTION"),
    ("My solicitor will be in touch.", "LEGAL_THREAT"),
    ("see you in small claims court", "LEGAL_THREAT"),
    ("we smelled gas after your engineer left", "SAFETY_SIGNAL"),
    ("My daughter had an allergic reaction to it", "SAFETY_SIGNAL"),
    ("I don't want to live anymore.", "SAFETY_SIGNAL"),
    ("some days I think about killing myself", "SAFETY_SIGNAL"),
    ("My husband died last week and the account is in his name.", "VULNERABILITY_SIGNAL"),
    ("I can't afford to eat because of this charge", "VULNERABILITY_SIGNAL"),
    ("It has been like this for months now and I do not want to\nlive any more.", "SAFETY_SIGNAL"),
]
NOT_FOUND = [
    ("I don't want to cancel, I only want an invoice", "CANCEL_INTENT"),
    ("I am not going to cancel", "CANCEL_INTENT"),
    ("My flight was cancelled twice", "CANCEL_INTENT"),
    ("The noise cancelling does not work", "CANCEL_INTENT"),
    ("Where is the cancel button?", "CANCEL_INTENT"),
    ("You cancelled my order", "CANCEL_INTENT"),
    ("The ATM declined my card and the transaction is pending, please cancel it", "CANCEL_INTENT"),
    ("How do I cancel a transfer?", "CANCEL_INTENT"),
    ("I take it all back, sorry", "SAFETY_SIGNAL"),
    ("The old system was a dumpster fire", "SAFETY_SIGNAL"),
    ("The laptop sparked a discussion at home", "SAFETY_SIGNAL"),
    ("There was no smoke, only steam", "SAFETY_SIGNAL"),
    ("The phone melted my heart", "SAFETY_SIGNAL"),
    ("No one got time to charge their phones", "BROKEN_PROMISE"),
    ("How can you judge another human being like that", "ESCALATION_REQUEST"),
    ("Chancellor of the university", "CANCEL_INTENT"),
    ("What is the legal name of your company?", "LEGAL_THREAT"),
    ("I have an issue with the tissue", "LEGAL_THREAT"),
    ("I will not sue you", "LEGAL_THREAT"),
    ("The voltage regulator is hot", "REGULATOR_MENTION"),
    ("The second icon is blue", "REGULATOR_MENTION"),
    ("Your team is on fire today, great job", "SAFETY_SIGNAL"),
    ("I nearly died laughing, this app kills it", "SAFETY_SIGNAL"),
    ("My Amazon Fire tablet is slow", "SAFETY_SIGNAL"),
    ("Our project is in danger of missing the deadline", "SAFETY_SIGNAL"),
    ("I would never hurt myself", "SAFETY_SIGNAL"),
    ("We found vulnerabilities in the scan", "VULNERABILITY_SIGNAL"),
    ("Does the password manager work offline?", "ESCALATION_REQUEST"),
    ("How do I reset my password?", None),
    ("I could kill for a refund option", None),
    ("how do I kill a hung process", None),
    ("cancel my 3pm slot and give me 4pm", None),
    ("what is your cancellation policy?", None),
    ("the noise cancelling headphones are great", None),
    ("I do not want to cancel my subscription, just pause it", None),
    ("the voltage regulator in the kit is loose", None),
    ("your prices are on fire this week!", None),
    ("my firestick will not connect", None),
    ("where do I buy blinds for a bay window", None),
    ("my complaints fall on deaf ears", None),
    ("I don't want to be here on hold all day", None),
    ("Your new ads are killing me, so funny", None),
    ("the guarantee card is missing from the box", None),
]


@pytest.mark.parametrize(("text", "code"), FOUND)
def test_found(text: str, code: str) -> None:
    assert code in {reason.code for reason in find(text)}


@pytest.mark.parametrize(("text", "code"), NOT_FOUND)
def test_not_found(text: str, code: str | None) -> None:
    codes = {reason.code for reason in find(text)}
    assert code not in codes if code else not codes


def test_care_signals_keep_no_words() -> None:
    (reason,) = [one for one in find("I want to kill myself") if one.code == "SAFETY_SIGNAL"]
    assert reason.evidence == ""
    assert next(iter(find("please cancel my contract"))).evidence


def test_the_quote_holds_the_wish_and_what_is_to_end() -> None:
    (reason,) = find("Enough. I want to cancel my subscription today.")
    assert reason.evidence == "want to cancel my subscription"
