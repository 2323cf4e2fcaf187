"""The form of a screen's settings and the small picture beside it."""

from dataclasses import replace

import pytest
from starlette.datastructures import FormData

from aufruf.core.database import Database
from aufruf.display.screens.form import (
    LAYOUTS,
    Said,
    Sheet,
    counter_tick,
    office_tick,
    read_sheet,
    sheet_of,
    sheet_sent,
)
from aufruf.display.screens.preview import allowed_by, picture_of
from aufruf.office.devices.screen_settings import Layout, ScreenSettings
from aufruf.office.directory import read_directory
from aufruf.office.infos import DeviceInfo, OfficeInfo
from tests.display.house import build

EVERYTHING = ScreenSettings(
    layout="rooms",
    offices=("amtal-buergerbuero",),
    counters=("amtal-2",),
    part=2,
    parts=3,
    metres=12.5,
    inches=65,
    next_numbers=True,
    volume=0,
    voice="clips",
    quiet_from=1200,
    quiet_to=420,
)


@pytest.fixture
def offices(sqlite_database: Database) -> tuple[OfficeInfo, ...]:
    build(sqlite_database)
    directory = sqlite_database.read_now(read_directory)
    return directory.offices_of_area(directory.area("amtal-rathaus").id)


def screen(settings: ScreenSettings, kind: str = "display") -> DeviceInfo:
    return DeviceInfo(1, "anzeige", kind, "Anzeige", 1, None, "dark", settings, set_up=True)


def form_of(sheet: Sheet, **changes: str) -> FormData:
    """What a browser sends for a sheet, with other texts."""
    texts = {**sheet.texts, **changes}
    sent = [(name, text) for name, text in texts.items() if text]
    sent += [("shows", tick) for tick in sheet.ticked if ":" in tick]
    return FormData([*sent, *([("next_numbers", "1")] if "next_numbers" in sheet.ticked else [])])


def test_form_says_what_holds_and_everything_comes_back(offices: tuple[OfficeInfo, ...]) -> None:
    for settings in (ScreenSettings(), EVERYTHING):
        device = screen(settings)
        sheet = sheet_sent(form_of(sheet_of(device, offices)), device, offices)
        assert sheet.wrong == {}
        assert read_sheet(sheet, device, offices) == Said("Anzeige", "dark", settings)
    every = ScreenSettings(offices=("amtal-buergerbuero", "amtal-standesamt"))
    device = screen(every)
    assert read_sheet(sheet_of(device, offices), device, offices).screen.offices is None
    kiosk = screen(EVERYTHING, "kiosk")
    sheet = sheet_sent(FormData([("name", "Automat"), ("theme", "light")]), kiosk, offices)
    assert (sheet.wrong, read_sheet(sheet, kiosk, offices)) == (
        {},
        Said("Automat", "light", EVERYTHING),
    )


def test_counters_of_an_office_left_out_are_not_meant(offices: tuple[OfficeInfo, ...]) -> None:
    device = screen(ScreenSettings())
    sheet = sheet_of(device, offices)
    without = replace(sheet, ticked=sheet.ticked - {office_tick("amtal-standesamt")})
    said = read_sheet(without, device, offices).screen
    assert (said.offices, said.counters) == (("amtal-buergerbuero",), None)
    fewer = replace(without, ticked=without.ticked - {counter_tick("amtal-1")})
    assert read_sheet(fewer, device, offices).screen.counters == ("amtal-2",)


WRONG: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"name": " "}, {"name": "name"}),
    ({"name": "x" * 121}, {"name": "name"}),
    ({"name": "Anzeige\u202e"}, {"name": "name"}),
    ({"name": "Anzeige\nFlur"}, {"name": "name"}),
    ({"layout": "tv", "theme": ""}, {"layout": "choice", "theme": "choice"}),
    ({"share": "2/1", "voice": "?"}, {"share": "choice", "voice": "choice"}),
    ({"metres": "12,5", "inches": "65"}, {}),
    ({"metres": "12"}, {"inches": "together"}),
    ({"metres": "41", "inches": "6"}, {"metres": "metres", "inches": "inches"}),
    ({"volume": "101"}, {"volume": "volume"}),
    ({"volume": ""}, {"volume": "missing"}),
    ({"volume": "\u0663"}, {"volume": "volume"}),
    ({"quiet_from": "12:30"}, {"quiet_to": "together"}),
    ({"quiet_from": "25:00", "quiet_to": "07:00"}, {"quiet_from": "clock"}),
]


def test_form_says_what_is_wrong(offices: tuple[OfficeInfo, ...]) -> None:
    device = screen(ScreenSettings())
    opened = sheet_of(device, offices)
    found = [sheet_sent(form_of(opened, **changes), device, offices).wrong for changes, _ in WRONG]
    assert found == [wrong for _, wrong in WRONG]


def test_nothing_ticked_is_said(offices: tuple[OfficeInfo, ...]) -> None:
    device = screen(ScreenSettings())
    opened = sheet_of(device, offices)

    def wrong(*ticked: str) -> list[str]:
        sheet = replace(opened, ticked=frozenset(ticked))
        return sorted(sheet_sent(form_of(sheet), device, offices).wrong)

    assert wrong() == ["counter", "office"]
    assert wrong("office:amtal-buergerbuero", "counter:amtal-2") == []
    assert wrong("office:amtal-buergerbuero", "counter:amtal-12") == ["counter"]  # of the other one
    assert wrong("office:elsewhere", "counter:elsewhere-1") == ["counter", "office"]


def test_every_counter_of_a_large_house_can_be_chosen(offices: tuple[OfficeInfo, ...]) -> None:
    office, device = offices[0], screen(ScreenSettings())
    many = tuple(replace(office.counters[0], slug=f"amtal-{n}") for n in range(100))
    house = (replace(office, counters=many),)
    opened = sheet_of(device, house)
    fewer = replace(opened, ticked=opened.ticked - {counter_tick("amtal-7")})
    sheet = sheet_sent(form_of(fewer), device, house)
    assert len(read_sheet(sheet, device, house).screen.counters or ()) == 99


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", ["landscape", "upright"])
def test_small_picture_stays_within_its_frame(layout: str, shape: str) -> None:
    settings = ScreenSettings.model_validate({"layout": layout, "next_numbers": True})
    picture = picture_of(settings, shape)  # pyright: ignore[reportArgumentType]
    end = picture.split if shape == "landscape" else picture.width
    assert picture.end <= end
    assert (
        picture.number_y
        < picture.place_y
        < (picture.height if shape == "landscape" else picture.split)
    )
    assert [line.y for line in picture.lines] == sorted(line.y for line in picture.lines)
    assert picture.lines[-1].y <= picture.height
    assert picture.list_x < picture.list_end <= picture.width


def test_size_that_is_too_small_is_said() -> None:
    near = allowed_by(ScreenSettings(metres=5, inches=55), "landscape")
    far = allowed_by(ScreenSettings(metres=30, inches=43), "landscape")
    assert (near.enough, far.enough) == (True, False)
    assert near.rows > far.rows == 2
    assert not allowed_by(ScreenSettings(), "upright").given
    rooms = ScreenSettings(layout="rooms")
    assert [allowed_by(rooms, "landscape", counters=n).crowded for n in (2, 30)] == [False, True]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_more_offices_than_can_be_read_are_said(layout: Layout) -> None:
    """A layout of calls alone has no line for each of them."""
    settings = ScreenSettings(layout=layout)
    said = [allowed_by(settings, "upright", offices=n).too_many for n in (4, 5)]
    assert said == [False, layout != "calls"]
