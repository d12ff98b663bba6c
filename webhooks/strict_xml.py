"""Reads XML that a stranger wrote: no document type, no entities, nothing external, no bottomless nesting.

https://docs.python.org/3/library/xml.html#xml-security
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.ElementTree import DefusedXMLParser

from webhooks.strict_json import UNSTORABLE

DEEPEST = 24
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


class TooDeepError(ValueError):
    """Elements are nested deeper than ``DEEPEST``."""


class _Builder(TreeBuilder):
    """Builds the tree, but not a bottomless one."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: Any, attrs: Any) -> Element:
        """Open an element."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooDeepError("nested too deep")
        return super().start(tag, attrs)

    def end(self, tag: Any) -> Element:
        """Close an element."""
        self._depth -= 1
        return super().end(tag)


def read(body: bytes) -> Element:
    """Parse XML; raise ``ValueError`` (which never quotes the body) for anything else."""
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(body)
        root = parser.close()
    except TooDeepError:
        raise
    # LookupError: an encoding that does not exist; AssertionError: the tree builder was given no element.
    except (ParseError, ValueError, LookupError, AssertionError):
        raise ValueError("not acceptable XML") from None
    if not isinstance(root, Element):
        raise ValueError("not acceptable XML")
    return root


def fields(record: Element) -> dict[str, Any]:
    """Return an element's children as JSON takes them; a nil one is ``None``, a repeated one keeps the last."""
    return {_local(child): _value(child) for child in record if isinstance(child.tag, str)}


def _value(element: Element) -> Any:
    if element.get(f"{XSI}nil") in ("true", "1"):
        return None
    if len(element):
        return fields(element)
    return UNSTORABLE.sub("�", element.text or "")


def _local(element: Element) -> str:
    return UNSTORABLE.sub("�", str(element.tag).rpartition("}")[2])
