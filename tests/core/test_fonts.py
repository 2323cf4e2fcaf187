"""The packed fonts are the fonts of the package, table by table."""

import struct
import zlib

import pytest

from aufruf.core.fonts import CUTS, font_folder, read_font


def tables_of_sfnt(font: bytes) -> dict[bytes, bytes]:
    count = struct.unpack_from(">4sH", font)[1]
    entries = [struct.unpack_from(">4sLLL", font, 12 + 16 * index) for index in range(count)]
    return {tag: font[start : start + length] for tag, _, start, length in entries}


def tables_of_woff(font: bytes) -> dict[bytes, bytes]:
    count = struct.unpack_from(">4s4sLH", font)[3]
    entries = [struct.unpack_from(">4sLLLL", font, 44 + 20 * index) for index in range(count)]
    packed = {tag: (font[start : start + size], full) for tag, start, size, full, _ in entries}
    return {
        tag: table if len(table) == full else zlib.decompress(table)
        for tag, (table, full) in packed.items()
    }


@pytest.mark.parametrize("name", CUTS)
def test_packed_font_holds_the_same_tables(name: str) -> None:
    original = (font_folder() / CUTS[name]).read_bytes()
    assert tables_of_woff(read_font(name)) == tables_of_sfnt(original)


@pytest.mark.parametrize("name", CUTS)
def test_packed_font_names_its_own_length(name: str) -> None:
    font = read_font(name)
    assert font[:4] == b"wOFF"
    assert struct.unpack_from(">L", font, 8)[0] == len(font)


@pytest.mark.parametrize("name", CUTS)
def test_packed_font_is_at_most_half_as_large(name: str) -> None:
    assert len(read_font(name)) * 2 < (font_folder() / CUTS[name]).stat().st_size
