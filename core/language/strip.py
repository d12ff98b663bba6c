"""What the sender wrote themselves: without markup, quoted history, signature and legal footer.

``own_words`` for keeping, ``blanked`` where the place of a word in the input must stay known.

Every step is linear in the text, or works on a piece of bounded size, so hostile input costs bounded time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.language.markup import plain_text

MAX_CHARS = 100_000
# The library's expressions are fast on mail and slow on crafted text; above this size only our own steps run.
PARSER_CHARS, PARSER_LINE = 8_000, 200
PARSER_LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
SIGN_OFF_WORDS, SIGNATURE_LINES, SIGNATURE_LINE_WORDS = 5, 12, 10

_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_BLANK = re.compile(r"\n[ \t\xa0]*(?:\n[ \t\xa0]*)+")
_QUOTE = re.compile(r"^[ \t]*>")
_WROTE = re.compile(
    r"^[ \t>]*(?:on|am|le|el|il|op)[ \t].{3,200}"
    r"(?:wrote|schrieb|a [eé]crit|escribi[oó]|ha scritto|schreef)\b.{0,80}:[ \t]*$",
    re.IGNORECASE,
)
_HISTORY = re.compile(
    r"^[ \t>]*(?:-{2,}[ \t]*(?:original message|forwarded message|urspr[uü]ngliche nachricht|message d'origine|"
    r"mensaje original)|_{10,}[ \t]*$|##-.{0,60}-##)",
    re.IGNORECASE,
)
_FROM = re.compile(r"^[ \t>*]*(?:from|von|de|da|van):[ *]*\S", re.IGNORECASE)
_SENT = re.compile(
    r"^[ \t>*]*(?:sent|date|to|subject|gesendet|datum|an|betreff|envoy[eé]|objet|enviado|asunto|inviato|verzonden):",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"\b(?:confidential|privileged|vertraulich|confidentiel|confidencial)\b.{0,400}"
    r"\b(?:intended|recipient|addressee|disclos\w+|unauthori[sz]ed|empf[aä]nger|destinataire|destinatario)\b",
    re.IGNORECASE | re.DOTALL,
)
# English sign-offs are found here; those of other languages by the library, which is slow.
_SIGNED = re.compile(
    r"\n[ \t]*(?:(?:(?:best|kind|warm(?:est)?|many|with best|all good)[ \t]+(?:regards|wishes)|regards|yours[ \t]+\w+|"
    r"sincerely|cordially|respectfully)\b[^\n.!?]{0,40}|"
    r"(?:all the |with )?best|yours|cheers|(?:many |with )?thanks|thank you|warmly|--[ \t]*)"
    r"[ \t]*[,.!]?[ \t]*(?:\n(?P<rest>.{0,600}))?\Z",
    re.IGNORECASE | re.DOTALL,
)
_MAYBE_SIGNED = re.compile(
    r"\n[ \t>]*(?:--|__|sent from|get outlook|gesendet von|envoy|enviado|inviato|verzonden|mit |viele|liebe|beste|"
    r"gr(?:ü|u)|cordial|bien |saludos|atentamente|distinti|met vriend|disclaimer|warning|caution|confidential|"
    r"important|privileged)",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"^[ \t]*(?:sent from my|get outlook for|gesendet von|envoy[eé] de mon|enviado desde mi)\b", re.IGNORECASE
)


def own_words(text: str) -> str:
    """Return the sender's own words, at most 100,000 characters; empty when there are none."""
    plain = _CONTROLS.sub("", plain_text(text[:MAX_CHARS].replace("\r\n", "\n").replace("\r", "\n")))
    if "\n" not in plain.strip():
        return plain.strip()
    latest = _without_history(_BLANK.sub("\n\n", plain).strip())
    return _without_legal(_without_signature(latest)).strip()


def blanked(text: str) -> str:
    """Return plain text of the same length with all but the sender's own words blanked: offsets stay true."""
    lines = text.split("\n")
    own = list(_own_lines(lines))
    joined = "\n".join(lines[index] for index in own)
    left = len(_common(joined, _without_legal(_without_signature(joined))))
    kept = dict.fromkeys(range(len(lines)), 0)
    for index in own:
        kept[index] = max(0, min(len(lines[index]), left))
        left -= len(lines[index]) + 1
    return "\n".join(line[: kept[index]].ljust(len(line)) for index, line in enumerate(lines))


def _common(text: str, cut: str) -> str:
    """What is left of a text after its end was cut; all of it where something else happened to it."""
    cut = cut.rstrip()
    return cut if text.startswith(cut) else text


def _without_history(text: str) -> str:
    """Drop quoted lines wherever they stand, and everything after the head of an unquoted history."""
    lines = text.split("\n")
    return "\n".join(lines[index] for index in _own_lines(lines)).strip()


def _own_lines(lines: list[str]) -> Iterator[int]:
    for index, line in enumerate(lines):
        if _starts_history(lines, index):
            return
        if not _QUOTE.match(line) and not _WROTE.match(line):
            yield index


def _starts_history(lines: list[str], index: int) -> bool:
    line = lines[index]
    if _HISTORY.match(line):
        return True
    if _FROM.match(line):
        return any(_SENT.match(after) for after in lines[index + 1 : index + 4])
    # "On … wrote:" with quote marks below may hold answers between the quotes; without marks it is all history.
    return bool(_WROTE.match(line)) and not any(_QUOTE.match(after) for after in lines[index + 1 : index + 6])


def _without_signature(text: str) -> str:
    lines = text.split("\n")
    device = next((index for index, line in enumerate(lines) if index and _DEVICE.match(line)), None)
    text = "\n".join(lines[:device])
    found = _SIGNED.search(text[-700:])
    if found and _looks_signed(found.group()):
        return text[: len(text) - len(found.group())]
    return _by_library(text) if _MAYBE_SIGNED.search(text) else text


def _by_library(text: str) -> str:
    long_line = any(
        len(line) > PARSER_LINE and line[:4].lower().startswith(("on ", "am ", "le ")) for line in text.split("\n")
    )
    if len(text) > PARSER_CHARS or long_line:
        return text
    from mailparser_reply.parser import EmailMessage  # few texts come this far

    message = EmailMessage(text=text, languages=list(PARSER_LANGUAGES), keep_hyphen_lists=True).read()
    signature = message.replies[0].signatures or ""
    body = message.replies[0].body if _looks_signed(signature) else text
    # A mail that is all signature to the library is more likely a very short message.
    return body or text


def _looks_signed(signature: str) -> bool:
    """Say whether a stretch is a signature: short lines after a short sign-off, not a sentence that begins so."""
    lines = [line for line in signature.strip().split("\n") if line.strip()]
    if not lines:
        return True
    short = len(lines[0].split()) <= SIGN_OFF_WORDS and len(lines) <= SIGNATURE_LINES
    return short and all(len(line.split()) <= SIGNATURE_LINE_WORDS for line in lines)


def _without_legal(text: str) -> str:
    """Drop the last paragraphs from the one that is a confidentiality notice, if own words stand before it."""
    start = text.rfind("\n\n")
    while start > 0:
        if _LEGAL.search(text[start : start + 1_000]):
            return text[:start]
        start = text.rfind("\n\n", max(0, len(text) - 5_000), start)
    return text
