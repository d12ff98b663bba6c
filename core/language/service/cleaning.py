"""What counts as the customer's own words: the rest is blanked, so that offsets stay true."""

from __future__ import annotations

import re
from typing import Final

from core.language.strip import blanked

LONGEST: Final = 20_000  # code points read of one text; the middle of a longer one is left out
_ODD: Final = re.compile("[<>`&]|wrote:|.{60}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\ufeff]")
_BLOCKS: Final = (
    re.compile(r"```.*?(?:```|\Z)", re.DOTALL),
    re.compile(r"<(script|style)\b[^>]{0,200}>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE),
    re.compile(r"</?[a-zA-Z!][^<>]{0,300}>"),
    re.compile(r"&(?:nbsp|amp|lt|gt|quot|#\d{1,6});"),
    re.compile(r"[A-Za-z0-9+/=]{60,}"),
    re.compile(
        r"^[ \t]*(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d|Traceback \(|"
        r"File \"|at [\w.$<>]+\(|(?:ERROR|WARN|INFO|DEBUG|FATAL)\b[ :\[]).*$",
        re.MULTILINE,
    ),
)


def is_odd(piece: str) -> bool:
    """Whether what stands between two spaces may need blanking: markup, or an endless word."""
    return _ODD.search(piece) is not None


def _plain(text: str) -> bool:
    """Whether nothing in the text can need blanking; a space is the only blank that is printable."""
    return text.isprintable() and not any(map(is_odd, text.split()))


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def shortened(text: str) -> str:
    """A very long text with its middle blanked to nothing but one space per code point."""
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return text[:half] + " " * (len(text) - LONGEST) + text[-half:]


def own_words(text: str) -> str:
    """The text with quotes, history, signature, footers, code, markup and logs blanked.

    The result has the input's length: an offset in one is an offset in the other. If nothing
    but quotes and the like is there, the result is blank.
    """
    text = shortened(text)
    if _plain(text):
        return text
    text = _CONTROL.sub(" ", text)
    for pattern in _BLOCKS:
        text = pattern.sub(_blank, text)
    return blanked(text) if "\n" in text else text
