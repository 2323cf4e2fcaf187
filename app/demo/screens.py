"""What hangs in the demo's rooms beside the screens of the files: one with slides, one by room.

Made in a house that has none, once: who takes them away or changes them keeps it so.
"""

from collections.abc import Iterator

from ...core.tx import Tx
from ...display.slides.commands import add_slide
from ...display.slides.pictures import read_picture
from ...display.slides.rules import Content
from ...display.slides.store import load_versions
from ...office.devices.commands import add_device
from ...office.devices.screen_settings import Layout, ScreenSettings
from ...office.directory import Directory, OfficeInfo
from ...office.infos import AreaInfo, DeviceInfo
from ...office.staff.account_store import device_slugs
from .drawing import morning

# Layout, and what the screen's slug and name say of it.
EXTRA: tuple[tuple[Layout, str, str], ...] = (
    ("slides", "seiten", "Anzeige mit Bildschirm-Seiten"),
    ("rooms", "plaetze", "Anzeige nach Plätzen"),
)
OPENING = Content("opening", "Unsere Öffnungszeiten")
PHONE = Content(
    "text",
    "Ihre Nummer auf dem Handy",
    "Scannen Sie den Code auf Ihrer Nummer. Ihr Handy zeigt, wie viele vor Ihnen sind, und meldet"
    " sich, wenn Sie an der Reihe sind.\n\nBitte lassen Sie die Seite so lange offen.",
)
PICTURE_TITLE = "Morgen über den Hügeln, davor die Dächer der Stadt"


def example_office(directory: Directory) -> OfficeInfo:
    """The one whose pages the start page shows: the largest."""
    return max(directory.offices.values(), key=lambda office: len(office.counters))


def hang_up_screens(tx: Tx, directory: Directory) -> dict[str, str]:
    """A screen for each layout of EXTRA that no screen has; their tokens by slug."""
    tokens: dict[str, str] = {}
    for layout, word, name in EXTRA:
        area = _area_for(layout, directory)
        slug = f"{area.slug}-{word}"
        if not _has(directory, layout) and slug not in device_slugs(tx.conn, slug):
            made = add_device(
                tx,
                kind="display",
                area=area.slug,
                name=name,
                slug=slug,
                theme=_theme_in(directory, area),
                screen=ScreenSettings(layout=layout),
            )
            tokens[made.slug] = made.token
    return tokens


def put_up_slides(tx: Tx, directory: Directory) -> None:
    """A text, the opening hours and a picture, unless an office has or had slides of its own."""
    if load_versions(tx.conn, directory.offices.keys()):
        return
    office = example_office(directory)
    picture = read_picture(morning(office.municipality.colour_action))
    drawn = Content("picture", PICTURE_TITLE, picture=picture.digest)
    add_slide(tx, office_id=office.id, content=PHONE)
    add_slide(tx, office_id=office.id, content=drawn, picture=picture)
    add_slide(tx, office_id=office.id, content=OPENING)


def screens_of(directory: Directory) -> Iterator[DeviceInfo]:
    """All screens, those of the files first in every room."""
    own = own_slugs(directory)
    for area in directory.areas.values():
        here = [one for one in directory.devices.values() if one.area_id == area.id]
        screens = [one for one in here if one.kind == "display"]
        yield from sorted(screens, key=lambda one: one.slug in own)


def own_slugs(directory: Directory) -> set[str]:
    """Of the screens made here."""
    return {f"{_area_for(layout, directory).slug}-{word}" for layout, word, _ in EXTRA}


def first_screen(directory: Directory, area_id: int) -> DeviceInfo | None:
    """The screen that shows the calls of a room; None once somebody took away all there were."""
    return next((one for one in screens_of(directory) if one.area_id == area_id), None)


def _area_for(layout: Layout, directory: Directory) -> AreaInfo:
    """Rooms where the most offices share one; slides where their office is."""
    if layout == "slides":
        return example_office(directory).area
    areas = directory.areas.values()
    return max(areas, key=lambda area: len(directory.offices_of_area(area.id)))


def _has(directory: Directory, layout: Layout) -> bool:
    screens = (one for one in directory.devices.values() if one.kind == "display")
    return any(one.screen.layout == layout for one in screens)


def _theme_in(directory: Directory, area: AreaInfo) -> str:
    """As the other screens of the room."""
    screens = (one for one in directory.devices.values() if one.kind == "display")
    return next((one.theme for one in screens if one.area_id == area.id), "light")
