"""Which homepages may show the booking pages in a frame."""

from ..core.ground import Ground
from .directory import known_directory


def frame_origins(ground: Ground) -> tuple[str, ...]:
    """The homepages of all towns, for a booking page of any of them.

    One booking leads through several towns: a citizen begins on the homepage of one, lives in
    another and books an office of a third. So a homepage may frame all of them or none.
    """
    directory = known_directory(ground)
    towns = directory.municipalities.values() if directory else ()
    return tuple(sorted({origin for town in towns for origin in town.embed_origins}))
