"""Personal and sensitive details in a text become typed placeholders before anything is kept.

The same value gets the same placeholder within a document: ``[email-1]`` twice is one address written twice.
Every pattern is bounded, so 100,000 characters of anything cost bounded time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from core.compliance.numbers import NUMBERS
from core.compliance.special import special

MAX_CHARS = 100_000
PHONE_WINDOW = 40
_PHONE_DIGITS = (7, 15)

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24}\b")
_LINK_SECRET = re.compile(
    r"(?<=[?&])(?:token|key|sig|signature|auth|code|session|password|email|user)=[^\s&#]{4,500}", re.IGNORECASE
)
_PHONE = re.compile(r"(?<![\w.,@/-])(?:\+|00)?\(?\d[\d ()./\-\u2010-\u2013\xa0]{5,24}\d(?![\w@])")
_LONG_ID = re.compile(
    r"(?<![\w-])(?:\d{9,40}|(?=[A-Za-z0-9_-]{0,40}\d)(?=[A-Za-z0-9_-]{0,40}[A-Za-z])[A-Za-z0-9_]{16,80}|"
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![\w-])"
)
_DATE = re.compile(r"^\s*(?:\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4})(?:[ T]\d{1,2}.*)?\s*$")
_REFERENCE = re.compile(
    r"(?:order|ticket|case|invoice|reference|ref|tracking|booking|number|no|nr|id)\.?\s*[:#]?\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text with placeholders, and how often each kind was replaced (never the values)."""

    text: str
    kinds: dict[str, int]


@dataclass(slots=True)
class _Names:
    """Hands out placeholders: one per kind and value."""

    given: dict[tuple[str, str], str] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)

    def name(self, kind: str, value: str) -> str:
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        key = (kind, re.sub(r"[\W_]+", "", value).casefold())
        if key not in self.given:
            ordinal = sum(1 for other, _ in self.given if other == kind) + 1
            self.given[key] = f"[{kind}-{ordinal}]"
        return self.given[key]


def redact(text: str, region: str) -> Redacted:
    """Return the text with e-mail addresses, phone, bank, card and national numbers, long ids and sensitive
    terms replaced. ``region`` (ISO 3166) is how phone numbers without a country code are read."""
    names = _Names()
    text = text[:MAX_CHARS]
    if "@" in text:
        text = _EMAIL.sub(lambda hit: names.name("email", hit.group()), text)
    if "=" in text:
        text = _LINK_SECRET.sub(lambda hit: hit.group().split("=")[0] + "=[secret]", text)
    if any(char.isdigit() for char in text):
        text = _numbers(text, region, names)
    text, found = special(text)
    if found:
        names.kinds["sensitive"] = found
    return Redacted(text, names.kinds)


def _numbers(text: str, region: str, names: _Names) -> str:
    for kind, pattern, valid in NUMBERS:
        text = pattern.sub(_checked(kind, valid, names), text)
    text = _replace(text, _phones(text, region), "phone", names)
    return _LONG_ID.sub(lambda hit: names.name("id", hit.group()), text)


def _checked(kind: str, valid: Callable[[str], bool], names: _Names) -> Callable[[re.Match[str]], str]:
    def replacement(hit: re.Match[str]) -> str:
        return names.name(kind, hit.group()) if valid(hit.group()) else hit.group()

    return replacement


def _phones(text: str, region: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches that are telephone numbers, each candidate checked on its own (bounded work)."""
    for hit in _PHONE.finditer(text):
        digits = sum(char.isdigit() for char in hit.group())
        slashes = hit.group().count("/")
        if not _PHONE_DIGITS[0] <= digits <= _PHONE_DIGITS[1] or slashes > 1 or _DATE.match(hit.group()):
            continue
        before = text[max(0, hit.start() - 20) : hit.start()]
        if (hit.group()[0] == "+" or not _REFERENCE.search(before)) and _is_phone(hit.group(), region):
            yield hit.span()


def _is_phone(text: str, region: str) -> bool:
    # Large: loaded where a text first holds what looks like a number.
    import phonenumbers

    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


def _replace(text: str, spans: Iterator[tuple[int, int]], kind: str, names: _Names) -> str:
    pieces, last = [], 0
    for start, end in spans:
        pieces += [text[last:start], names.name(kind, text[start:end])]
        last = end
    return "".join([*pieces, text[last:]])
