"""The parser against hostile and broken files."""

from __future__ import annotations

import itertools

import pytest

from realinsights.loans.tapes import ex102_reader
from realinsights.loans.tapes.ex102_reader import NAMESPACE, read_assets
from realinsights.loans.tapes.problems import TapeRefused

START = f'<assetData xmlns="{NAMESPACE}">'


def refusal(*pieces: bytes | str) -> TapeRefused:
    data = [piece.encode() if isinstance(piece, str) else piece for piece in pieces]
    with pytest.raises(TapeRefused) as caught:
        list(read_assets(data))
    return caught.value


class TestWhatItReads:
    def test_gives_each_asset_its_row_line_values_and_properties(self):
        text = (
            f"{START}\n<assets><assetNumber>1</assetNumber></assets>\n<assets>\n"
            "<property><propertyName> A </propertyName></property></assets></assetData>"
        )
        first, second = read_assets([text.encode()])
        assert (first.row, first.line, first.values) == (1, 2, {"assetnumber": "1"})
        assert (second.row, second.line) == (2, 3)
        assert second.properties[0].values == {"propertyname": "A"}

    def test_reads_a_file_that_comes_byte_by_byte(self):
        text = f"{START}<assets><assetNumber>1</assetNumber></assets></assetData>".encode()
        assert [asset.values["assetnumber"] for asset in read_assets(text[i : i + 1] for i in range(len(text)))] == [
            "1"
        ]

    def test_joins_a_code_that_repeats(self):
        codes = "<modificationCode>1</modificationCode><modificationCode>5</modificationCode>"
        text = f"{START}<assets>{codes}</assets></assetData>"
        (only,) = read_assets([text.encode()])
        assert only.values["modificationcode"] == "1,5"

    def test_hands_assets_on_before_the_file_has_been_read(self):
        def pieces():
            yield f"{START}<assets><assetNumber>1</assetNumber></assets>".encode()
            raise AssertionError("read further than needed")

        assert next(read_assets(pieces())).values == {"assetnumber": "1"}


class TestWhatItRefuses:
    def test_names_root_and_namespace_of_another_document(self):
        message = refusal('<rss xmlns="urn:x"/>').message
        assert "<rss>" in message
        assert '"urn:x"' in message
        assert NAMESPACE in message

    def test_refuses_the_namespace_of_another_asset_class(self):
        other = NAMESPACE.replace("cmbs", "autoloan")
        assert "autoloan" in refusal(f'<assetData xmlns="{other}"></assetData>').message

    def test_says_on_which_line_a_truncated_file_ends(self):
        refused = refusal(f"{START}\n<assets>\n<assetNumber>1</assetNumber>\n<origina")
        assert "truncated" in refused.message
        assert refused.line == 4

    def test_says_where_the_xml_is_not_well_formed(self):
        refused = refusal(f"{START}\n<assets></wrong>")
        assert "line 2" in refused.message
        assert "not well-formed" in refused.message

    @pytest.mark.parametrize(
        "document_type",
        [
            '<!DOCTYPE a [<!ENTITY x "y">]>',
            '<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;&x;">]>',
            '<!DOCTYPE a SYSTEM "http://127.0.0.1/evil.dtd">',
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        ],
    )
    def test_refuses_document_types_and_entities_before_expanding_any(self, document_type):
        assert "document type" in refusal(f"{document_type}{START}<assets>&x;</assets></assetData>").message

    def test_refuses_an_empty_file(self):
        assert "empty" in refusal().message

    def test_refuses_a_tape_without_assets(self):
        assert "no <assets>" in refusal(f"{START}</assetData>").message

    def test_refuses_bytes_that_are_no_xml(self):
        assert "line 1" in refusal(b"\x00\x01\x02").message

    def test_refuses_an_encoding_it_does_not_know(self):
        assert "XML" in refusal('<?xml version="1.0" encoding="no-such"?><a/>').message


class TestItsLimits:
    def test_names_the_depth(self):
        assert "deeper than 8" in refusal(START + "<assets>" + "<a>" * 20).message

    def test_names_the_length_of_a_text(self):
        assert "longer than 4,000 characters" in refusal(START + "<assets><x>" + "a" * 5000).message

    @pytest.mark.parametrize("begun", ["<assets x='", "<", "<!--", "<?x ", "<x>&", "<x></", "<a " + "x='' " * 9_000])
    def test_names_the_length_of_a_tag_an_attribute_or_a_comment(self, begun):
        """One of 60 MB is scanned no further than this: 1,000 pieces of it take no longer than two."""
        pieces = iter([START + begun, *["y" * 65_536] * 1_000])
        assert (
            "a tag, attribute or comment is longer than 65,536 bytes" in refusal(*itertools.islice(pieces, 3)).message
        )

    def test_reads_a_tag_as_long_as_it_may_be(self):
        text = f"{START}<assets x='{'y' * 65_000}'><assetNumber>1</assetNumber></assets></assetData>".encode()
        pieces = [text[start : start + 1_000] for start in range(0, len(text), 1_000)]
        assert next(read_assets(pieces)).values == {"assetnumber": "1"}

    def test_names_the_size_of_the_file(self, monkeypatch):
        monkeypatch.setattr(ex102_reader, "MAX_BYTES", 1024 * 1024)
        piece = b"<!-- nothing to see -->" * 1024
        assert "larger than 1 MB" in refusal(START, *([piece] * 100)).message

    def test_names_the_number_of_assets(self, monkeypatch):
        monkeypatch.setattr(ex102_reader, "MAX_ASSETS", 3)
        assert "more than 3 assets" in refusal(START + "<assets></assets>" * 4).message

    def test_names_the_number_of_elements(self, monkeypatch):
        monkeypatch.setattr(ex102_reader, "MAX_ELEMENTS", 5)
        assert "more than 5 elements" in refusal(START + "<assets></assets>" * 6).message

    def test_names_the_number_of_values(self, monkeypatch):
        monkeypatch.setattr(ex102_reader, "MAX_VALUES", 2)
        assert "more than 2 values" in refusal(START + "<assets><a>1</a><b>1</b><c>1</c></assets>").message
