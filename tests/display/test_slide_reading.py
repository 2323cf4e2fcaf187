"""Pictures are read by a process of their own: bounded, one after the other, and it is ended."""

import asyncio
from io import BytesIO

import pytest
from PIL import Image

from aufruf.display.slides.pictures import Picture, PictureRefusedError, read_picture
from aufruf.display.slides.reading import PictureReader

Result = Picture | BaseException


def png(side: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (side, side), "green").save(out, "PNG", compress_level=1)
    return out.getvalue()


def read_at_once(reader: PictureReader, *files: bytes) -> list[str]:
    """What became of each: `read`, or why not."""

    async def read() -> list[Result]:
        return await asyncio.gather(*map(reader.read, files), return_exceptions=True)

    return [_said(one) for one in asyncio.run(read())]


def _said(result: Result) -> str:
    if isinstance(result, PictureRefusedError):
        return result.reason
    assert isinstance(result, Picture), result
    return "read"


def test_picture_read_apart_is_the_same_and_who_comes_too_many_is_put_off() -> None:
    reader, file = PictureReader(most=2), png(40)
    assert asyncio.run(reader.read(file)) == read_picture(file)
    files = (b"no picture", file, file, file)
    assert read_at_once(reader, *files) == ["not_a_picture", "read", "busy", "busy"]


def test_picture_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    """The server itself waits for nothing meanwhile: its loop goes on."""
    reader, beats = PictureReader(seconds=0.05), 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    async def read() -> None:
        heart = asyncio.create_task(beat())
        with pytest.raises(PictureRefusedError) as refused:
            await reader.read(png(3000))
        heart.cancel()
        assert refused.value.reason == "too_many_points"

    asyncio.run(read())
    assert beats > 1
    assert read_at_once(PictureReader(), png(40)) == ["read"]


def test_picture_gets_no_more_memory_than_there_is_for_it() -> None:
    reader = PictureReader(memory=100_000_000)
    assert read_at_once(reader, png(40), png(5000)) == ["read", "too_many_points"]
