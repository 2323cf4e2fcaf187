"""Pictures from outside, made safe: decoded within bounds and written anew. No SQL.

Whatever was in the file beside what can be seen (place, camera, thumbnails, programs behind the
last byte) is left behind. Decoding is work: the server has it done by `reading.py`.
"""

import re
import struct
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from PIL.Image import Image

MEDIA_TYPE = "image/jpeg"
FILE_LIMIT = 8 * 1024 * 1024
LONGEST_SIDE = 3840  # what a 4K screen can show
SMALL_SIDE = 480
# 50 million points are what telephones take.
MOST_POINTS = 50_000_000
# What decoding may take, in bytes; below, what a point of each mode needs with the copies made.
MOST_MEMORY = 400_000_000
_POINT_BYTES = {"L": 2, "RGB": 8, "CMYK": 8, "1": 9, "I;16": 11, "RGBA": 12, "LA": 12, "P": 13}
_ANY_POINT, _WEBP_POINT = 13, 24  # WebP keeps two whole canvases of its own
# Programs write some ten; each is a walk over the whole picture, however few bytes it has.
MOST_SCANS = 100
_FORMATS = ("JPEG", "PNG", "WEBP")
_SCALABLE = frozenset({"RGB", "RGBA", "L", "LA", "CMYK"})
_BOUNDS = (LONGEST_SIDE, LONGEST_SIDE)
_QUALITY, _SMALL_QUALITY = 88, 80

Reason = Literal["too_large", "not_a_picture", "too_many_points", "busy"]
REASONS: tuple[Reason, ...] = get_args(Reason)

# What decoders raise for a broken file; Pillow promises no kind of error (its fuzzing list).
_BROKEN = (
    *(OSError, SyntaxError, ValueError, TypeError, ArithmeticError, LookupError, EOFError),
    *(AttributeError, struct.error),
)
# The next marker of a JPEG; zeros are stuffed and restarts counted within its scans (T.81, B.1.1).
_MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd8])")
_SCAN, _END = b"\xda", b"\xd9"


class PictureRefusedError(ValueError):
    """The file cannot be used; `reason` is a key of the catalogue below `slides.wrong.`"""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: JPEG without metadata, upright, at most LONGEST_SIDE each way.

    `digest` is the SHA-256 of `content`, `small` the same for lists.
    """

    digest: str
    media_type: str
    width: int
    height: int
    content: bytes
    small: bytes


def read_picture(file: bytes) -> Picture:
    """The picture in a JPEG, PNG or WebP file; of an animation its first.

    Raises PictureRefusedError: too large a file, none of these formats or broken, or more points,
    scans or memory than the bounds above, which is known before anything is decoded.
    """
    if len(file) > FILE_LIMIT:
        raise PictureRefusedError("too_large")
    try:
        return _read(file)
    except PictureRefusedError:
        raise
    except MemoryError as error:
        raise PictureRefusedError("too_many_points") from error
    except _BROKEN as error:
        raise PictureRefusedError("not_a_picture") from error


def scan_count(file: bytes) -> int:
    """How many scans a JPEG file has up to its end; what is behind it (a film, say) is left out."""
    count = place = 0
    while (found := _MARKER.search(file, place)) and found[1] != _END:
        count += found[1] == _SCAN
        place = found.end() + int.from_bytes(file[found.end() : found.end() + 2])
    return count


def _read(file: bytes) -> Picture:
    image = _seen(_opened(file))
    content = _written(image, _QUALITY)
    width, height = image.size
    image.thumbnail((SMALL_SIDE, SMALL_SIDE))
    small = _written(image, _SMALL_QUALITY)
    return Picture(sha256(content).hexdigest(), MEDIA_TYPE, width, height, content, small)


def _opened(file: bytes) -> "Image":
    """The file's head, read within bounds; nothing is decoded yet."""
    from PIL import Image

    try:
        image = Image.open(BytesIO(file), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefusedError("too_many_points") from error
    width, height = image.size
    if width * height > MOST_POINTS or (image.format == "JPEG" and scan_count(file) > MOST_SCANS):
        raise PictureRefusedError("too_many_points")
    image.draft("RGB", _BOUNDS)  # a JPEG twice as large is decoded at half its size
    if _memory_for(image, width * height) > MOST_MEMORY:
        raise PictureRefusedError("too_many_points")
    return image


def _memory_for(image: "Image", points: int) -> int:
    """Bytes that decoding takes; `points` are the file's, the image may be drafted smaller."""
    each = _WEBP_POINT if image.format == "WEBP" else _POINT_BYTES.get(image.mode, _ANY_POINT)
    waves = 2 * len(image.getbands()) if image.info.get("progressive") else 0
    return image.width * image.height * each + points * waves


def _seen(image: "Image") -> "Image":
    """What somebody sees of it: decoded, upright, on white where it is transparent, in sRGB."""
    from PIL import Image, ImageOps

    profile: object = image.info.get("icc_profile")
    image.load()
    if image.mode.startswith("I"):  # grey of 16 bits, which Pillow would cut off at white
        image = image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")  # pyright: ignore[reportUnknownMemberType]
    if image.mode not in _SCALABLE:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail(_BOUNDS, Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(image)
    return _flat(_in_srgb(upright, profile if isinstance(profile, bytes) else None))


def _in_srgb(image: "Image", profile: bytes | None) -> "Image":
    """Telephones photograph in wider colours; without this they would look pale on a screen."""
    from PIL import ImageCms

    if profile is None or image.mode != "RGB":
        return image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        converted = ImageCms.profileToProfile(image, source, srgb)
    except (ImageCms.PyCMSError, *_BROKEN):
        return image  # an odd profile is no reason to refuse a picture
    return converted or image


def _flat(image: "Image") -> "Image":
    """On white paper, as it looks wherever else it is opened."""
    from PIL import Image

    if image.mode == "RGB":
        return image
    if not image.has_transparency_data:
        return image.convert("RGB")
    sheet = Image.new("RGB", image.size, "white")
    layer = image.convert("RGBA")
    sheet.paste(layer, mask=layer.getchannel("A"))
    return sheet


def _written(image: "Image", quality: int) -> bytes:
    """As a JPEG with whole colours (letters keep their edges), and nothing else in it."""
    out = BytesIO()
    image.info.clear()
    image.save(out, "JPEG", quality=quality, subsampling=0, optimize=True, progressive=True)
    return out.getvalue()
