"""Pictures from outside, made safe: decoded within bounds and written anew. No SQL.

Whatever was in the file beside what can be seen (place, camera, thumbnails, programs behind the
last byte) is left behind. Decoding is work of the processor: `read_picture` is meant for a thread.
"""

import struct
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL.Image import Image

MEDIA_TYPE = "image/jpeg"
FILE_LIMIT = 8 * 1024 * 1024
LONGEST_SIDE = 3840  # what a 4K screen can show
SMALL_SIDE = 480
# 50 million points are what telephones take, and 200 MB while they are decoded.
MOST_POINTS = 50_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")
_SCALABLE = frozenset({"RGB", "RGBA", "L", "LA", "CMYK"})
_QUALITY, _SMALL_QUALITY = 88, 80

Reason = Literal["too_large", "not_a_picture", "too_many_points"]

# What decoders raise for a broken file; Pillow promises no kind of error (its fuzzing list).
_BROKEN = (
    *(OSError, SyntaxError, ValueError, TypeError, ArithmeticError, LookupError, EOFError),
    *(MemoryError, AttributeError, struct.error),
)
# One at a time: several large ones at once would take the memory of a small machine.
_decoding = Lock()


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

    Raises PictureRefusedError: too large a file, none of these formats or broken, or more points
    than MOST_POINTS, which is known before anything is decoded.
    """
    if len(file) > FILE_LIMIT:
        raise PictureRefusedError("too_large")
    with _decoding:
        try:
            return _read(file)
        except PictureRefusedError:
            raise
        except _BROKEN as error:
            raise PictureRefusedError("not_a_picture") from error


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
    if width * height > MOST_POINTS:
        raise PictureRefusedError("too_many_points")
    return image


def _seen(image: "Image") -> "Image":
    """What somebody sees of it: decoded, upright, on white where it is transparent, in sRGB."""
    from PIL import Image, ImageOps

    bounds = (LONGEST_SIDE, LONGEST_SIDE)
    image.draft("RGB", bounds)  # a JPEG twice as large is decoded at half its size
    profile: object = image.info.get("icc_profile")
    image.load()
    if image.mode.startswith("I"):  # grey of 16 bits, which Pillow would cut off at white
        image = image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")  # pyright: ignore[reportUnknownMemberType]
    if image.mode not in _SCALABLE:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail(bounds, Image.Resampling.LANCZOS)
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
