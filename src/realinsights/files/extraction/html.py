"""HTML: what a reader of the page would see, without scripts and styles; nothing that it names is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from lxml import etree
from lxml import html as lxml_html

from realinsights.contracts.files import VersionState
from realinsights.files.extraction.extracted import MOST_TEXT, Outcome, Told, pages_of, too_much_text, unreadable

_UNSEEN: Final = ("script", "style", "head", "template", "noscript", "object", "svg")
_BLOCKS: Final = frozenset(("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section"))


def read(stream: BinaryIO, media_type: str) -> Iterator[Told]:
    """Yield a page's text, and what came of it."""
    content = stream.read(MOST_TEXT + 1)
    if len(content) > MOST_TEXT:
        raise too_much_text()
    count = 0
    for page in pages_of(text_of(content)):
        count = page.number
        yield page
    yield Outcome(VersionState.READY, pages=count)


def text_of(content: bytes | str) -> str:
    """Return the text of HTML, a line for each block."""
    if not content.strip():
        return ""
    try:
        root = lxml_html.document_fromstring(content, parser=lxml_html.HTMLParser(no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise unreadable("a page") from error
    for element in list(root.iter(*_UNSEEN)):
        element.drop_tree()
    for element in root.iter():
        if element.tag in _BLOCKS:
            element.tail = f"\n{element.tail or ''}"
        elif element.tag in {"td", "th"}:
            element.tail = f"\t{element.tail or ''}"
    lines = (re.sub(r"[ \xa0]+", " ", line).strip() for line in root.text_content().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
