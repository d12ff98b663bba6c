"""Reads XML that a stranger wrote: no document type, no entities, nothing external, no bottomless nesting.

https://docs.python.org/3/library/xml.html#xml-security
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.ElementTree import DefusedXMLParser

DEEPEST = 24


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
