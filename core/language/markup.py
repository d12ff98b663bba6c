"""The readable text of an HTML body; text without markup is left as it is."""

from __future__ import annotations

import html
import re

_MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|div|p|br|span|table|tr|td|a|b|i|u|em|strong|ul|ol|li|blockquote|img|font|h[1-6]|hr|"
    r"script|style)(?:[\s/][^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)
_GONE = ("script", "style", "head", "title", "blockquote", "template", "noscript")
# How mail programs mark the history below an answer.
_QUOTED = re.compile(r"gmail_quote|moz-cite-prefix|yahoo_quoted|divRplyFwdMsg|appendonsend|zd-comment-quoted")
_BLOCKS = ("p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol")
MAX_TAGS = 5_000


def plain_text(text: str) -> str:
    """Return the text of a body with markup; hidden parts and quoted history are left out."""
    if "<" not in text or not _MARKUP.search(text):
        return html.unescape(text) if "&" in text and _ENTITY.search(text) else text
    # A real mail has hundreds of tags. Far more is an attack on the parser: the tags are then simply cut.
    if text.count("<") > MAX_TAGS:
        return re.sub(r"<[^<>]{0,2000}>", " ", text)
    # Imported where it is needed: most texts hold no markup, and the parser is the largest part of loading.
    from bs4 import BeautifulSoup

    # Without this the parser warns about XML that is read as HTML, which is what mail programs send.
    soup = BeautifulSoup(re.sub(r"<[?!][^<>]{0,500}>", "", text), "html.parser")
    for element in soup.find_all(_GONE):
        element.decompose()
    for element in [*soup.find_all(class_=_QUOTED), *soup.find_all(id=_QUOTED)]:
        element.decompose()
    for element in soup.find_all(_BLOCKS):
        element.insert_before("\n")
    return soup.get_text()
