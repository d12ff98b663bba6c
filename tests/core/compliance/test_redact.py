from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.compliance.redact import redact

REPLACED = [
    ("Write to ada.b+c@mail.firm.example now", "Write to [email-1] now"),
    ("a@b.example, c@d.example and A@B.example", "[email-1], [email-2] and [email-1]"),
    ("Call +44 20 7946 0018 please", "Call [phone-1] please"),
    ("Call 020 7946 0018 or +442079460018", "Call [phone-1] or [phone-2]"),
    ("my number is (020) 7946-0018", "my number is [phone-1]"),
    ("IBAN GB29 NWBK 6016 1331 9268 19.", "IBAN [iban-1]."),
    ("de89370400440532013000", "[iban-1]"),
    ("card 4111 1111 1111 1111", "card [card-1]"),
    ("card 4111-1111-1111-1111, amex 378282246310005", "card [card-1], amex [card-2]"),
    ("SSN 536-90-4399", "SSN [national-1]"),
    ("codice RCCMNL83S18D969H", "codice [national-1]"),
    ("NI number QQ 12 34 56 C or AB 12 34 56 C", "NI number QQ 12 34 56 C or [national-1]"),
    ("DNI 54362315K", "DNI [national-1]"),
    ("account 123456789012", "account [id-1]"),
    ("key 0b3f7c9e2d4a4b7c8e9f", "key [id-1]"),
    ("https://x.example/reset?token=abc123def", "https://x.example/reset?token=[secret]"),
    ("I have diabetes", "I have [sensitive]"),
    ("I am pregnant and my mother has dementia", "I [sensitive] and my mother has [sensitive]"),
    ("As a Muslim I ask you", "[sensitive] I ask you"),
    ("I am gay", "[sensitive]"),
    ("diagnosed with cancer", "[sensitive]"),
    ("my trade union rep said no", "[sensitive] said no"),
]
KEPT = [
    "order 7713 cost 48 euros",
    "invoice 2026-11-02 is wrong",
    "due on 02.11.2026",
    "since 2026-11-02 09:15",
    "GB29 NWBK 6016 1331 9268 18 has a wrong check digit".replace("6016 1331 9268 18", "6016 1331"),
    "reference 4111 1111",
    "12 345 678 items",
    "version 10.15.7 build 22",
    "it took 3 hours and 20 minutes",
    "room 101 at 10:30",
    "error 0x80070057",
    "the price is 1,299.00",
    "I paid 100000 yesterday",
    "my account is disabled",
    "The feature was disabled",
    "European Union",
    "a credit union customer",
    "the great depression",
    "non-alcoholic drinks",
    "this is sick",
    "the black one, please",
    "a cancer research donation",
    "union square store",
    "insta @handle only",
    "a@b",
    "rate 5/5 2024/2025",
]


@pytest.mark.parametrize(("text", "expected"), REPLACED)
def test_replaced(text: str, expected: str) -> None:
    assert redact(text, "GB").text == expected


@pytest.mark.parametrize("text", KEPT)
def test_kept(text: str) -> None:
    assert redact(text, "GB").text == text


@pytest.mark.parametrize("text", ["4111 1111 1111 1112", "GB29 NWBK 6016 1331 9268 18"])
def test_a_wrong_check_digit_is_neither_card_nor_iban(text: str) -> None:
    assert not {"card", "iban"} & set(redact(text, "GB").kinds)


def test_kinds_are_counted_without_values() -> None:
    assert redact("a@b.example and a@b.example, I have HIV", "GB").kinds == {"email": 2, "sensitive": 1}


@given(st.text(max_size=500), st.sampled_from(["GB", "DE", "US", ""]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_taken_and_a_second_pass_changes_nothing(text: str, region: str) -> None:
    once = redact(text, region).text
    assert redact(once, region).text == once


HOSTILE = {
    "digits": "1" * 100_000,
    "spaced": "1 " * 50_000,
    "iban-like": "AB12 " * 20_000,
    "at": "a@" * 50_000,
    "dots": "a@" + "a." * 50_000,
    "hyphens": "1-" * 50_000,
    "links": "?token=" * 14_000,
    "mails": "a@b.example " * 8_000,
    "phones": "+44 20 7946 0018 " * 5_800,
    "words": "i am " * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_bounded_time(name: str) -> None:
    begun = time.process_time()
    redact(HOSTILE[name], "GB")
    assert time.process_time() - begun < 3.0
