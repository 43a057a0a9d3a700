"""EX-102, bytes to assets: a streaming parser that a hostile file can neither fill up, nor send elsewhere.

Document types, entities and external references are refused (defusedxml); depth, elements, tags, text and size are
bounded; what has been read of an asset is forgotten as soon as it is handed on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, ErrorHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl, Locator

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # it has no types
from defusedxml.expatreader import DefusedExpatParser  # type: ignore[import-untyped]  # it has no types

from realinsights.loans.tapes.problems import TapeRefused, quoted

NAMESPACE: Final = "http://www.sec.gov/edgar/document/absee/cmbs/assetdata"
MAX_BYTES: Final = 64 * 1024 * 1024  # the largest CMBS deals file about 2 MB a month
MAX_DEPTH: Final = 8  # assetData, assets, property, a value: four are used
MAX_ELEMENTS: Final = 2_000_000
# Of a tag, a comment or an instruction. Expat before 2.6 scans an unfinished one again from its beginning with each
# piece of the file: without a bound, one attribute of 60 MB takes minutes.
MAX_TAG: Final = 64 * 1024
MAX_TEXT: Final = 4_000  # the specification's longest value has 200 characters
MAX_ASSETS: Final = 50_000
MAX_VALUES: Final = 400  # of one asset or property; the specification names 153


@dataclass(slots=True)
class RawElements:
    """The values directly under an element, by lower-case name: filers differ in capitals."""

    line: int
    values: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, text: str) -> None:
        """Keep a value; a repeated one (code lists may repeat) is joined with commas."""
        if name in self.values:
            if self.values[name] != text:
                self.values[name] = f"{self.values[name]},{text}"
        else:
            self.values[name] = text


@dataclass(slots=True)
class RawAsset(RawElements):
    """One `<assets>` element; `row` counts them from 1."""

    row: int = 0
    properties: list[RawElements] = field(default_factory=list)


class _Assets(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.finished: deque[RawAsset] = deque()
        self.rows = 0
        self._elements = 0
        self._path: list[str] = []
        self._text: list[str] = []
        self._text_length = 0
        self._asset: RawAsset | None = None
        self._property: RawElements | None = None
        self.locator: Locator | None = None  # an incremental parser does not announce itself

    @property
    def line(self) -> int:
        return (self.locator.getLineNumber() if self.locator is not None else None) or 1

    def _refuse(self, message: str) -> NoReturn:
        raise TapeRefused(message, line=self.line)

    def startElementNS(  # noqa: N802 - the name SAX gives it
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        namespace, local = name
        if not self._path and (local != "assetData" or namespace != NAMESPACE):
            self._refuse(
                f"this is not an EX-102 of a CMBS deal: its root element is <{quoted(local)}> in the namespace "
                f'"{quoted(namespace or "")}", an EX-102 has <assetData> in "{NAMESPACE}"'
            )
        self._elements += 1
        self._path.append(local.lower())
        depth = len(self._path)
        if depth > MAX_DEPTH:
            self._refuse(f"elements are nested deeper than {MAX_DEPTH}")
        if self._elements > MAX_ELEMENTS:
            self._refuse(f"the file has more than {MAX_ELEMENTS:,} elements")
        self._text.clear()
        self._text_length = 0
        if depth == 2 and self._path[1] == "assets":
            self.rows += 1
            if self.rows > MAX_ASSETS:
                self._refuse(f"the file has more than {MAX_ASSETS:,} assets")
            self._asset = RawAsset(line=self.line, row=self.rows)
        elif depth == 3 and self._asset is not None and self._path[2] == "property":
            self._property = RawElements(line=self.line)
            if len(self._asset.properties) >= MAX_VALUES:
                self._refuse(f"an asset has more than {MAX_VALUES} properties")
            self._asset.properties.append(self._property)

    def characters(self, content: str) -> None:
        self._text_length += len(content)
        if self._text_length > MAX_TEXT:
            self._refuse(f"the text of <{quoted(self._path[-1])}> is longer than {MAX_TEXT:,} characters")
        self._text.append(content)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802 - SAX
        depth = len(self._path)
        local = self._path.pop()
        if self._asset is None:
            pass
        elif depth == 2:
            self.finished.append(self._asset)
            self._asset = self._property = None
        elif depth == 3 and local == "property":
            self._property = None
        elif depth == 3 or (depth == 4 and self._property is not None):
            holder = self._property if depth == 4 and self._property is not None else self._asset
            text = "".join(self._text).strip()
            if text:
                if len(holder.values) >= MAX_VALUES:
                    self._refuse(f"an asset has more than {MAX_VALUES} values")
                holder.add(local, text)
        self._text.clear()
        self._text_length = 0


class _Strict(ErrorHandler):
    def error(self, exception: BaseException) -> NoReturn:
        raise exception

    def fatalError(self, exception: BaseException) -> NoReturn:  # noqa: N802 - the name SAX gives it
        raise exception

    def warning(self, exception: BaseException) -> None:
        """Let a warning pass: expat gives none that concerns the data."""


def read_assets(chunks: Iterable[bytes]) -> Iterator[RawAsset]:
    """Yield the assets of an EX-102 as they are read; raises `TapeRefused` naming line and limit."""
    handler = _Assets()
    parser: Any = DefusedExpatParser(namespaceHandling=1, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    handler.locator = parser
    parser.setErrorHandler(_Strict())
    size = 0
    try:
        for chunk in chunks:
            size += len(chunk)
            if size > MAX_BYTES:
                raise TapeRefused(f"the file is larger than {MAX_BYTES // 1024 // 1024} MB")
            parser.feed(chunk)
            while handler.finished:
                yield handler.finished.popleft()
            if size - parser._parser.CurrentByteIndex > MAX_TAG:  # SAX has no name for it
                raise TapeRefused(f"a tag, attribute or comment is longer than {MAX_TAG:,} bytes", line=handler.line)
        if size == 0:
            raise TapeRefused("the file is empty")
        parser.close()
    except DefusedXmlException as error:
        raise TapeRefused(
            "the file declares a document type or entities; an EX-102 has none, and none is ever expanded",
            line=handler.line,
        ) from error
    except SAXParseException as error:
        raise TapeRefused(_readable(error), line=error.getLineNumber()) from error
    except (SAXException, ValueError, LookupError) as error:
        raise TapeRefused(f"the file cannot be read as XML: {error}", line=handler.line) from error
    while handler.finished:
        yield handler.finished.popleft()
    if handler.rows == 0:
        raise TapeRefused("the file has no <assets>: there is nothing to import")


def _readable(error: SAXParseException) -> str:
    reason = error.getMessage()
    if reason in {"no element found", "unclosed token", "unclosed CDATA section", "partial character"}:
        return f"the XML ends before it is complete ({reason}): the file is truncated"
    return f"the XML is not well-formed ({reason})"
