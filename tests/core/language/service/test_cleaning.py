"""What does not count as the customer's words is blanked, and offsets stay true."""

from hypothesis import given
from hypothesis import strategies as st

from core.language.service.cleaning import own_words


def test_quoted_history_is_blanked() -> None:
    text = "Thanks, that works.\n\nOn Mon, 2 Nov 2026 at 09:15, Sam wrote:\n> this is terrible\n> awful"
    assert own_words(text).split() == ["Thanks,", "that", "works."]


def test_five_levels_of_quotes_are_blanked() -> None:
    text = "ok now\n" + "\n".join(">" * n + " you are useless" for n in range(1, 6))
    assert own_words(text).split() == ["ok", "now"]


def test_signature_and_footer_are_blanked() -> None:
    text = "Where is my order?\n\nKind regards,\nAnna Terrible\nThis email is confidential and intended"
    assert own_words(text).strip() == "Where is my order?"


def test_code_logs_and_base64_are_blanked() -> None:
    text = "It fails:\n```\nfatal error: killed\n```\n2026-11-02 09:15:00 ERROR dead\n" + "QUJD" * 40
    assert own_words(text).split() == ["It", "fails:"]


def test_html_is_blanked() -> None:
    assert own_words("<p>Thank <b>you</b></p>").split() == ["Thank", "you"]


@given(st.text(max_size=2000))
def test_length_is_kept(text: str) -> None:
    assert len(own_words(text)) == len(text)
