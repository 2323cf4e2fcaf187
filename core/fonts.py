"""The three cuts of Source Sans Pro that every page uses, packed for browsers and served by us.

The font comes from the package font-source-sans-pro (SIL Open Font License). Which text uses
which cut is the business of tokens.css.
"""

import struct
import zlib
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from .errors import DomainError

CUTS = {
    "source-sans-400.woff": "SourceSansPro-Regular.ttf",
    "source-sans-600.woff": "SourceSansPro-Semibold.ttf",
    "source-sans-700.woff": "SourceSansPro-Bold.ttf",
}

_SFNT_HEADER = struct.Struct(">4sH6x")
_SFNT_ENTRY = struct.Struct(">4sLLL")
_WOFF_HEADER = struct.Struct(">4s4sLHHLHHLLLLL")
_WOFF_ENTRY = struct.Struct(">4sLLLL")


def font_folder() -> Path:
    """The folder of the installed font package."""
    found = find_spec("font_source_sans_pro")
    if found is None or found.origin is None:
        raise RuntimeError("the package font-source-sans-pro is not installed")
    return Path(found.origin).parent / "files"


def pack_woff(sfnt: bytes) -> bytes:
    """The same font as WOFF 1.0 (W3C recommendation of 2012): each table deflated.

    That halves what a phone loads. WOFF 2 would save another tenth and need a brotli encoder.
    """
    flavor, count = _SFNT_HEADER.unpack_from(sfnt)
    entries: list[bytes] = []
    tables: list[bytes] = []
    at = _WOFF_HEADER.size + count * _WOFF_ENTRY.size
    full = _padded(12 + count * _SFNT_ENTRY.size)
    for index in range(count):
        tag, checksum, start, length = _SFNT_ENTRY.unpack_from(sfnt, 12 + index * _SFNT_ENTRY.size)
        table = sfnt[start : start + length]
        packed = zlib.compress(table, 9)
        if len(packed) >= length:
            packed = table
        entries.append(_WOFF_ENTRY.pack(tag, at, len(packed), length, checksum))
        tables.append(packed.ljust(_padded(len(packed)), b"\0"))
        at += len(tables[-1])
        full += _padded(length)
    header = _WOFF_HEADER.pack(b"wOFF", flavor, at, count, 0, full, 1, 0, 0, 0, 0, 0, 0)
    return b"".join([header, *entries, *tables])


@lru_cache(maxsize=len(CUTS))
def read_font(name: str) -> bytes:
    """One cut as WOFF; KeyError if we serve no such file."""
    return pack_woff((font_folder() / CUTS[name]).read_bytes())


def serve_font(request: Request) -> Response:
    """GET /static/fonts/{name}: immutable, as another font would get another name.

    Plain `def`, so that packing the first time happens in a thread and holds nobody up.
    """
    name = request.path_params["name"]
    if name not in CUTS:
        raise DomainError("not_found", 404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(read_font(name), media_type="font/woff", headers=headers)


def _padded(length: int) -> int:
    return (length + 3) & ~3
