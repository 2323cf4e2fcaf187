"""Slides without a database: order, days, forms read kindly, opening hours, pictures made safe."""

import struct
import zlib
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import at_local
from aufruf.core.texts import own_texts
from aufruf.display.slides.form import (
    MessageForm,
    SlideForm,
    Wish,
    message_form,
    read_message,
    read_slide,
    slide_form,
)
from aufruf.display.slides.opening import OpeningRow, opening_sheet
from aufruf.display.slides.pictures import (
    FILE_LIMIT,
    LONGEST_SIDE,
    MOST_SCANS,
    PictureRefusedError,
    read_picture,
    scan_count,
)
from aufruf.display.slides.rules import Content, SlideNow, moved, shown_on, state_of
from aufruf.display.slides.store import MessageNow
from aufruf.office.infos import ClosureInfo
from tests.conftest import START
from tests.factories import make_house

DAY = date(2026, 11, 25)
GERMAN = own_texts(strict=True).in_language("de")


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.permutations(range(1, 7)), st.integers(0, 7), st.none() | st.integers(0, 7))
def test_moving_keeps_everybody_and_is_the_same_twice(
    order: list[int], slide: int, before: int | None
) -> None:
    after = moved(order, slide, before)
    assert sorted(after) == sorted(order)
    assert moved(after, slide, before) == after
    if slide in order and before in order and slide != before:
        assert (slide, before) in pairwise(after)
    elif slide in order and before is None:
        assert after[-1] == slide
    else:
        assert after == tuple(order)


def test_slide_is_shown_on_its_days_both_included() -> None:
    def slide(first: date | None, last: date | None, *, active: bool = True) -> SlideNow:
        return SlideNow(1, 1, Content("text", first_day=first, last_day=last), active, 1)

    step = timedelta(days=1)
    expected = {
        slide(None, None): "shown",
        slide(DAY, DAY): "shown",
        slide(DAY + step, None): "later",
        slide(None, DAY - step): "over",
        slide(None, None, active=False): "off",
    }
    assert {one: state_of(one, DAY) for one in expected} == expected
    assert shown_on(expected, DAY) == tuple(k for k, v in expected.items() if v == "shown")


def test_slide_form_says_all_that_is_wrong_and_keeps_the_rest() -> None:
    content = Content("text", "Titel", "Ein Text", None, 20, DAY, DAY)
    assert read_slide(slide_form(content)) == content
    bad = SlideForm("text", "x" * 121, "a\u202eb", "4", "25.11.2026", "2026-13-01")
    assert read_slide(bad) == {
        "title": "too_long",
        "body": "characters",
        "seconds": "seconds",
        "first_day": "first_day",
        "last_day": "last_day",
    }
    assert read_slide(SlideForm("text")) == {"title": "title"}
    assert read_slide(SlideForm("picture")) == {"title": "description"}
    assert isinstance(read_slide(SlideForm("opening")), Content)
    ends_first = SlideForm("text", "x", first_day="2026-11-26", last_day="2026-11-25")
    assert read_slide(ends_first) == {"last_day": "days"}


def test_message_has_three_lines_and_ends_today_or_never() -> None:
    said = read_message(MessageForm("Eins\nZwei\nDrei", "One", "14:30"), START)
    assert said == Wish("Eins\nZwei\nDrei", "One", at_local(DAY, 870))
    for typed in ("14", "14 Uhr", "1400", "14.00 Uhr"):
        assert read_message(MessageForm("x", until=typed), START) == Wish(
            "x", None, at_local(DAY, 840)
        )
    standing = MessageNow("Eins", None, START, at_local(DAY, 870))
    assert message_form(standing) == MessageForm("Eins", "", "14:30")
    wrong = (
        (MessageForm("a\nb\nc\nd"), {"text": "lines"}),
        (MessageForm("x" * 301), {"text": "too_long"}),
        (MessageForm(""), {"text": "text"}),
        (MessageForm("x", until="25:00"), {"until": "until"}),
        (MessageForm("x", until="24"), {"until": "until"}),
        (MessageForm("x", until="9"), {"until": "until_over"}),
        (MessageForm("x", until="09:30"), {"until": "until_over"}),
    )
    assert [read_message(form, START) for form, _ in wrong] == [said for _, said in wrong]


def test_opening_hours_say_today_the_next_days_and_what_is_closed(
    sqlite_database: Database, clock: FixedClock
) -> None:
    """The small house: Monday to Friday 8 to 18; a closure tomorrow, one over a weekend later."""
    office = make_house(sqlite_database, clock).office
    day = DAY + timedelta(days=1)
    closures = (
        ClosureInfo(day, day, "Betriebsausflug", None),
        ClosureInfo(date(2026, 12, 4), date(2026, 12, 7), "Umzug", None),
        ClosureInfo(DAY, DAY, "Schulung", None, from_minute=12 * 60, to_minute=14 * 60),
    )
    sheet = opening_sheet(replace(office, closures=closures), DAY, GERMAN)
    assert sheet.rows[:3] == (
        OpeningRow("Heute", (("08:00–12:00", ""), ("14:00–18:00", ""))),
        OpeningRow("Donnerstag", why="Betriebsausflug"),
        OpeningRow("Freitag", (("08:00–18:00", ""),)),
    )
    assert [row.day for row in sheet.rows[3:]] == ["Montag", "Dienstag"]
    assert sheet.closures == (
        OpeningRow("Fr., 4. Dez. bis Mo., 7. Dez.", why="Umzug"),
        OpeningRow("Fr., 25. Dez.", why="Erster Weihnachtstag"),
    )


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def test_picture_is_written_anew_upright_and_without_what_it_carried() -> None:
    """A telephone's picture, lying on its side, with a place, a profile and a tail."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Geheim & Co"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (50.0, 20.0, 0.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    left = Image.new("RGB", (400, 300), "red")
    left.paste("blue", (0, 0, 200, 300))
    file = written(left, "JPEG", exif=exif, icc_profile=profile, comment=b"Geheim", quality=95)
    picture = read_picture(file + b"<script>Geheim</script>")
    assert (picture.width, picture.height) == (300, 400)
    assert b"Geheim" not in picture.content + picture.small
    seen = Image.open(BytesIO(picture.content))
    assert (seen.format, seen.info.get("exif"), seen.info.get("icc_profile")) == (
        "JPEG",
        None,
        None,
    )
    assert seen.getexif() == {}
    above = seen.crop((0, 0, 300, 150)).convert("RGB").resize((1, 1)).tobytes()
    assert above[2] > 200 > 60 + above[0], "what was on the left is above"
    assert read_picture(picture.content).width == 300, "and it can be read again"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_picture_that_is_transparent_lies_on_white(kind: str) -> None:
    image = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    if kind == "PNG":
        info = PngInfo()
        info.add_text("Author", "Geheim")
        file = written(image, kind, pnginfo=info)
    else:
        file = written(image, kind)
    picture = read_picture(file)
    assert Image.open(BytesIO(picture.content)).getpixel((5, 5)) == (255, 255, 255)
    assert b"Geheim" not in picture.content


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_picture_of_any_kind_of_colour_is_read(mode: str) -> None:
    grey = Image.new("I;16", (60, 20), 30000) if mode == "I;16" else None
    image = grey or Image.new("L", (60, 20), 128).convert(mode)
    picture = read_picture(written(image, "JPEG" if mode == "CMYK" else "PNG"))
    middle = Image.open(BytesIO(picture.content)).convert("L").getpixel((30, 10))
    assert (picture.width, picture.height) == (60, 20)
    if mode != "1":
        assert isinstance(middle, int)
        assert 100 < middle < 145


def test_picture_is_never_larger_than_a_screen() -> None:
    wide = read_picture(written(Image.new("RGB", (6000, 300)), "PNG"))
    assert (wide.width, wide.height) == (LONGEST_SIDE, 192)
    assert max(Image.open(BytesIO(wide.small)).size) == 480


def png_of(width: int, height: int, kind: int = 2) -> bytes:
    """A few bytes that claim to be so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    data = zlib.compress(bytes(100_000))
    return b"".join(
        (b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), chunk(b"IDAT", data), chunk(b"IEND", b""))
    )


def reason_for(file: bytes) -> str:
    with pytest.raises(PictureRefusedError) as refused:
        read_picture(file)
    return refused.value.reason


@pytest.mark.parametrize("side", [7_100, 10_000, 40_000, 2**31 - 1])
def test_decompression_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    assert reason_for(png_of(side, side)) == "too_many_points"


def test_picture_that_would_take_too_much_memory_is_refused_before_it_is_decoded() -> None:
    """Transparent points take more than opaque ones, and a WebP keeps whole canvases beside."""
    shades = Image.new("RGBA", (4_200, 4_200))
    assert reason_for(written(shades, "WEBP", method=0)) == "too_many_points"
    assert reason_for(png_of(6_000, 6_000, kind=6)) == "too_many_points"
    assert reason_for(png_of(6_000, 6_000)) == "not_a_picture", "decoded, and found to be cut off"


def jpeg_of_scans(more: int) -> bytes:
    """A progressive file whose last scan of details stands there so many times more."""
    file = written(Image.effect_noise((48, 48), 50), "JPEG", progressive=True)
    scan = file[file.rindex(b"\xff\xda") : -2]
    return file[:-2] + scan * more + file[-2:]


def test_jpeg_of_many_scans_is_refused_before_it_is_decoded() -> None:
    """Each costs a walk over the whole picture, so a small file can take an hour."""
    few = jpeg_of_scans(20)
    assert scan_count(few) == 20 + scan_count(jpeg_of_scans(0)) < MOST_SCANS
    assert read_picture(few).width == 48
    film = read_picture(few + b"\xff\xda" * 200)
    assert film.width == 48, "telephones put a film behind the end"
    assert reason_for(jpeg_of_scans(MOST_SCANS)) == "too_many_points"


def test_files_that_are_no_pictures_are_refused() -> None:
    jpeg = written(Image.effect_noise((200, 200), 50), "JPEG")
    gif = written(Image.new("L", (9, 9)), "GIF")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    bad = (b"", b"\x89PNG\r\n\x1a\n", jpeg[:900], gif, svg, png_of(900, 900), b"%PDF-1.7")
    assert [reason_for(file) for file in bad] == ["not_a_picture"] * len(bad)
    assert reason_for(bytes(FILE_LIMIT + 1)) == "too_large"


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.data())
def test_broken_pictures_are_refused_or_read_but_never_break_anything(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))
    file = bytearray(_SMALL[kind])
    for place in data.draw(st.lists(st.integers(0, len(file) - 1), min_size=1, max_size=8)):
        file[place] = data.draw(st.integers(0, 255))
    try:
        assert read_picture(bytes(file)).width
    except PictureRefusedError as refused:
        assert refused.reason in {"not_a_picture", "too_many_points"}


_SMALL = {
    kind: written(Image.effect_noise((24, 24), 60).convert("RGB"), kind)
    for kind in ("JPEG", "PNG", "WEBP")
}
