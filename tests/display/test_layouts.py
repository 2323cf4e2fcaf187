"""The four layouts as they hang: sizes, contrast and room, measured in the page by Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from aufruf.app.migrate import migrate
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from aufruf.display.screens.preview import shape_of
from aufruf.display.sizes import SPLIT, Fit, fit
from aufruf.office.devices.commands import renew_device_token
from aufruf.office.devices.screen_settings import ScreenSettings
from aufruf.office.files.sources import SourceFile
from tests.browser import serve_app, violations_of
from tests.conftest import START
from tests.display.looks import (
    CAPITALS,
    LEAST_NUMBER,
    LEAST_ROW,
    MORE_OFFICES,
    NOW,
    OFFICE,
    OTHER_OFFICE,
    Wall,
    call,
    done,
    estimate,
    state,
)
from tests.factories import AMTAL, load_texts
from tests.people import People, people_in

LAYOUTS = ("calls", "waiting", "slides", "rooms")
THEMES = ("light", "dark")
FULL_HD, UPRIGHT = (1920, 1080), (1080, 1920)
ALL_OFFICES = (OFFICE, OTHER_OFFICE, *MORE_OFFICES)
COUNTERS = 5  # of all these offices
# Of the shorter side: what the slide has at least between four offices and the town.
LEAST_SLIDE = 14 / 67.5
FORMATS = (FULL_HD, (1280, 720), (3840, 2160), UPRIGHT)
LONG = "Standesamt, Trauzimmer im Obergeschoss"
WAY = "1. Stock, mit dem Aufzug links neben dem Eingang"
# Three lines that fill what a message may hold, in both languages.
LINES = "Wegen eines Wasserschadens ist das Standesamt im Obergeschoss heute geschlossen.\n"
URGENT = {"text": (LINES * 3)[:240].strip(), "text_en": "The registry is closed.", "until": None}
LEAST_MESSAGE = 30 / 1080
# Half a rem of it lies beyond the edge, as the picture moves.
END_OF_CALL = """(() => {
  const { offsetWidth: width, offsetHeight: height } = document.querySelector("main");
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return (innerWidth > innerHeight ? width : height) / rem - 0.5;
})()"""
SLIDE_ROOM = """parseFloat(
  getComputedStyle(document.querySelector(".beside")).gridTemplateRows.split(" ")[1])"""
GOLD_ENDS = """parseFloat(getComputedStyle(document.querySelector("main"), "::before").height)
  + document.querySelector("main").getBoundingClientRect().top"""
HISTORY_BEGINS = 'document.querySelector(".history-list").getBoundingClientRect().top'
MESSAGE_SHARE = 'document.querySelector(".message").offsetWidth / innerWidth'
# Its own two colours, near to what is refused.
TOWN = 'crest = "usingen"\ncolour_call = "#a6d96a"\ncolour_action = "#7a1f2b"'
HARDEST = {
    "figure": call(50, "A042", state="serving"),
    "way": call(51, "H118", way=WAY, state="serving"),
    "room": call(52, "T118", "102", word="Zimmer", arrow="up", way="1. Stock", state="serving"),
    "name": call(53, "H118", "Trauzimmer", word="Zimmer", arrow="left", state="serving"),
    "long": call(54, "N118", LONG, word="Zimmer", arrow="left", way=WAY, state="serving"),
}
SCREENS = {
    **{layout: ScreenSettings(layout=layout, offices=(OFFICE,)) for layout in LAYOUTS},
    **{f"{layout}-four": ScreenSettings(layout=layout, next_numbers=True) for layout in LAYOUTS},
    "two": ScreenSettings(next_numbers=True, offices=(OFFICE, OTHER_OFFICE)),
    "second": ScreenSettings(layout="calls", part=2, parts=2),
    "registry": ScreenSettings(offices=(OTHER_OFFICE,)),
}


def devices() -> str:
    """All of these screens in both themes, as a file says them."""
    return "".join(_device(name, theme) for name in SCREENS for theme in THEMES)


def more_offices() -> str:
    """Two more in the same room, with rooms of three figures."""
    return "".join(
        _office(*one, letter) for one, letter in zip(MORE_OFFICES.items(), "SZ", strict=True)
    )


def _office(slug: str, name: str, letter: str) -> str:
    return (
        f'[[offices]]\nslug = "{slug}"\nname = "{name}"\nmunicipality = "amtal"\n'
        f'area = "amtal-rathaus"\nemail = "{slug}@amtal.example"\ncounter_word = "Zimmer"\n'
        'street = "Am Markt 1"\npostcode = "61999"\ntown = "Amtal"\n'
        f'offers = [{{ service = "eheschliessung", letter = "{letter}", minutes = 45 }}]\n'
        f'[[offices.counters]]\nslug = "{slug}-1"\nlabel = "102"\narrow = "right"\n'
    )


def _device(name: str, theme: str) -> str:
    said = SCREENS[name].model_dump(exclude_none=True, exclude_defaults=True)
    settings = ", ".join(f"{key} = {_toml(value)}" for key, value in said.items())
    return (
        f'[[devices]]\nslug = "{name}-{theme}"\nkind = "display"\nname = "Anzeige {name}"\n'
        f'area = "amtal-rathaus"\ntheme = "{theme}"\nscreen = {{ {settings} }}\n'
    )


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


class House:
    """A server with all these screens; opens them before a socket of ours."""

    def __init__(self, address: str, runner: Runner, people: People) -> None:
        self.address = address
        self.runner = runner
        self.people = people

    def screen(self, name: str, snapshot: dict[str, object], theme: str = "dark") -> Wall:
        token = self.runner.run_now((), renew_device_token, slug=f"{name}-{theme}").token
        wall = Wall(self.people.open(*FULL_HD, reduced_motion="reduce"))
        wall.open(f"{self.address}/display/{name}-{theme}#{token}", snapshot)
        wall.page.mouse.click(9, 9)  # else it says that its sound is off
        expect(wall.page.locator("[data-sound]")).to_be_hidden()
        return wall


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Runner]]:
    folder: Path = tmp_path_factory.mktemp("layouts")
    clock = FixedClock(START)
    database = Database(f"sqlite:///{folder / 'house.db'}")
    migrate(database)
    text = AMTAL.read_text(encoding="utf-8").replace('crest = "usingen"', TOWN, 1)
    text = text.replace("[[devices]]", f"{more_offices()}[[devices]]", 1) + devices()
    load_texts(database, clock, SourceFile("amtal.toml", text))
    url = database.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, data_dir=folder, strict_texts=True)
    with serve_app(settings, clock) as address:
        yield address, Runner(database, clock, None, {})
    database.close()


@pytest.fixture
def house(served: tuple[str, Runner], chromium: Browser) -> Iterator[House]:
    with people_in(chromium) as people:
        yield House(*served, people)


def expect_gold(wall: Wall, number: str) -> None:
    expect(wall.page.locator("[data-call].is-fresh [data-number]")).to_have_text(number)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_everything_is_read_and_nothing_touches(house: House, layout: str) -> None:
    """Every kind of place and every state, light and dark, in four formats; axe finds nothing.

    What is cut off, lies on something else or has less contrast than 7:1 is a flaw.
    """
    for name, theme in ((layout, "light"), (f"{layout}-four", "dark")):
        wall = house.screen(name, state(*done(40, 8)), theme)
        for size in FORMATS:
            expect_sizes(wall, name, *size)
        for called in HARDEST.values():
            wall.show(state(called, *done(40, 8)))
            expect(wall.number).to_have_text(str(called["number"]))
            expect_no_flaws(wall, name)
        assert violations_of(wall.page) == []
        wall.call(call(90, "H118", "102", word="Zimmer", arrow="up", way="1. Stock"), seq=7)
        expect_gold(wall, "H118")
        assert wall.ground_of_call() == "rgb(166, 217, 106)"
        expect_no_flaws(wall, name)
        wall.show(state(*done(40, 8), messages={OFFICE: URGENT}))
        expect(wall.page.locator(".message-text")).to_be_visible()
        expect_no_flaws(wall, name)
        assert wall.capitals(".message-text") >= LEAST_MESSAGE * FULL_HD[1]
        wall.show(state(HARDEST["figure"], *done(40, 8), closed_early=list(ALL_OFFICES[:3])))
        expect(wall.page.locator("[data-closed]")).to_be_visible()
        expect_no_flaws(wall, name)
        wall.show(state(*done(40, 8), closed_early=list(ALL_OFFICES)))
        expect(wall.page.locator("[data-calm-closed]")).to_be_visible()
        expect_no_flaws(wall, name)
        wall.show(state(HARDEST["way"], *done(40, 8)))
        wall.cut_off()
        expect(wall.page.locator("[data-offline]")).to_be_visible()
        expect(wall.page.locator("[data-floor]")).to_be_visible()
        expect(wall.page.get_by_text("warten", exact=True)).not_to_be_visible()
        expect_no_flaws(wall, name)


def expect_sizes(wall: Wall, name: str, width: int, height: int) -> None:
    """As many rows as sizes.py works out, as high as it says, and the number large enough."""
    wall.size(width, height)
    short, fits = min(width, height), fit_of(name, width, height)
    assert wall.capitals("[data-number]") >= LEAST_NUMBER * short
    if not name.startswith("rooms"):
        expect(wall.page.locator(".history-row")).to_have_count(fits.rows)
    row = wall.capitals(".room" if name.startswith("rooms") else ".history-row")
    assert row == pytest.approx(fits.row * CAPITALS * short / 67.5, rel=0.03)
    if name in {"calls", "waiting", "slides"} and width > height:
        assert row >= LEAST_ROW * height * 0.99
    split = SPLIT[SCREENS[name].layout, shape_of(width, height)]
    assert wall.page.evaluate(END_OF_CALL) == pytest.approx(split, abs=0.2)
    if name.startswith("slides"):
        assert wall.page.evaluate(SLIDE_ROOM) >= LEAST_SLIDE * short


def fit_of(name: str, width: int, height: int) -> Fit:
    offices, counters = (len(ALL_OFFICES), COUNTERS) if name.endswith("-four") else (1, 0)
    return fit(SCREENS[name], shape_of(width, height), offices, counters)


def expect_no_flaws(wall: Wall, name: str) -> None:
    for size in (UPRIGHT, FULL_HD):
        wall.size(*size)
        rows = wall.page.locator(f".history-row:nth-child({fit_of(name, *size).rows + 1})")
        expect(rows).to_have_count(0)
        assert wall.flaws() == []


def test_beside_slides_gold_is_the_call_alone_and_a_message_larger_than_calls(house: House) -> None:
    """The calls of before stand below the gold; nobody is told to sit down beside a message."""
    wall = house.screen("slides", state(*done(40, 8)))
    assert "Bitte nehmen Sie Platz." in wall.page.locator("body").inner_text()
    wall.call(call(90, "A042", "12", way="Erdgeschoss rechts"), seq=7)
    expect_gold(wall, "A042")
    expect(wall.page.locator("[data-history-head]")).to_have_text("Zuvor aufgerufen")
    assert wall.page.evaluate(GOLD_ENDS) <= wall.page.evaluate(HISTORY_BEGINS)
    assert "Bitte nehmen Sie Platz." not in wall.page.locator("body").inner_text()
    wall.show(state(*done(40, 8), messages={OFFICE: URGENT}))
    expect(wall.page.locator("[data-call].is-fresh")).to_have_count(0)
    assert "Bitte nehmen Sie Platz." not in wall.page.locator("body").inner_text()
    assert wall.page.evaluate(MESSAGE_SHARE) > 0.6


def test_rooms_show_whom_each_counter_has(house: House) -> None:
    serving = call(21, "A041", place="amtal-2", state="serving")
    wall = house.screen("rooms", state(call(22, "T018"), serving))
    rows = wall.page.locator(".room:not([hidden])")
    expect(rows).to_have_text(["Platz 1 T018", "Platz 2 A041"])
    expect(wall.page.locator(".room.is-called")).to_have_count(1)
    wall.show(state(call(22, "T018", state="done"), serving))
    expect(rows).to_have_text(["Platz 1", "Platz 2 A041"])
    expect(wall.page.locator(".room.is-called")).to_have_count(0)


def test_screens_share_the_calls(house: House) -> None:
    """The second of two goes on where the first ends; the large call is on both."""
    called = call(60, "A042")
    before = done(40, 12)
    second = house.screen("second", state(called, *before))
    rows = fit(SCREENS["second"], "landscape", len(ALL_OFFICES)).rows
    expect(second.number).to_have_text("A042")
    first_of_second = str(before[rows]["number"])
    expect(second.page.locator(".history-number").first).to_have_text(first_of_second)
    expect(second.page.locator("[data-history-head]")).to_have_text("Weitere Aufrufe")


def test_each_office_has_its_own_count_and_range(house: House) -> None:
    longer = {"low_minutes": 50, "high_minutes": None}
    offices = {OFFICE: estimate(), OTHER_OFFICE: estimate(wait=longer, next_numbers=["R007"])}
    wall = house.screen("two", state(offices=offices))
    rows = wall.page.locator("tr[data-waiting]")
    expect(rows).to_have_text(["Bürgerbüro Amtal1220–35 Min.", "Standesamt Amtal3über 50 Min."])
    expect(wall.page.locator("[data-next-numbers]")).to_have_text(
        "A\u2009043 R\u2009007 T\u2009019"
    )
    soon, long = ({"low_minutes": 0, "high_minutes": minutes} for minutes in (5, 30))
    quiet = {OFFICE: estimate(wait=long), OTHER_OFFICE: estimate(waiting=0, wait=soon)}
    wall.show(state(offices=quiet, waiting={OFFICE: 12, OTHER_OFFICE: 0}))
    expect(rows).to_have_text(["Bürgerbüro Amtal12bis 30 Min.", "Standesamt AmtalNiemandkeine"])
    shut = {**offices, OTHER_OFFICE: estimate(open=False, waiting=0, wait=None)}
    wall.show(state(offices=shut, waiting={OFFICE: 12, OTHER_OFFICE: 0}))
    expect(rows.last).to_contain_text("geschlossen")


def test_screen_shows_only_its_own_offices(house: House) -> None:
    wall = house.screen("registry", state(call(9, "A041"), call(8, "R001", office=OTHER_OFFICE)))
    expect(wall.number).to_have_text("R001")
    wall.call(call(10, "A042"), seq=5)
    wall.call(call(11, "R002", office=OTHER_OFFICE), seq=6)
    expect_gold(wall, "R002")
    expect(wall.page.locator(".history-number")).to_have_text(["R001"])


SHUT = estimate(open=False, waiting=0, wait=None, busy=False, opens="2026-11-30T07:30:00+01:00")


def test_screen_is_dark_only_while_nobody_is_there(house: House) -> None:
    empty = {OFFICE: SHUT, OTHER_OFFICE: SHUT}
    wall = house.screen("two", state(offices=empty, waiting={}), "light")
    blank, spot = wall.page.locator("[data-blank]"), wall.page.locator("[data-blank-spot]")
    expect(blank).to_be_visible()
    expect(blank).to_contain_text("10:42")
    expect(blank).to_contain_text("Rathaus Amtal")
    expect(blank).to_contain_text("Geschlossen")
    expect(blank).to_contain_text("Wieder geöffnet Mo. 07:30 Uhr")
    assert wall.flaws() == []
    spots = set[str]()
    for minute in range(9):
        now = NOW.replace("10:42", f"10:{43 + minute}")
        wall.show(state(offices=empty, waiting={}, now=now))
        expect(blank).to_contain_text(now[11:16])
        spots.add(spot.get_attribute("class") or "")
    assert len(spots) == 9
    for somebody in ({"open": True}, {"waiting": 1}, {"busy": True}):
        wall.show(state(offices={**empty, OFFICE: {**SHUT, **somebody}}, waiting={}))
        expect(blank).to_be_hidden()
        wall.show(state(offices=empty, waiting={}))
        expect(blank).to_be_visible()
    urgent = {OFFICE: {"text": "Bitte verlassen Sie das Haus.", "text_en": None, "until": None}}
    wall.show(state(offices=empty, waiting={}, messages=urgent))
    expect(blank).to_be_hidden()


def test_picture_moves_against_burn_in_but_never_during_a_call(house: House) -> None:
    wall = house.screen("waiting", state())
    html = wall.page.locator("html")
    places = set[tuple[float, float]]()
    for minute in range(0, 27, 3):
        wall.show(state(now=NOW.replace("10:42", f"10:{30 + minute}")))
        expect(wall.page.locator("[data-clock]").last).to_have_text(f"10:{30 + minute}")
        box = wall.page.evaluate("(() => { const b = document.body.getBoundingClientRect();"
                                 " return [b.left, b.top, b.right, b.bottom]; })()")  # fmt: skip
        # By a whole pixel: a fraction of one would let through what lies behind.
        assert max(box[0], box[1]) <= -1
        assert box[2] >= 1921
        assert box[3] >= 1081
        places.add((box[0], box[1]))
    assert len(places) == 9
    assert all(abs(x + 9) <= 8 and abs(y + 9) <= 8 for x, y in places)
    before = html.get_attribute("data-shift") or ""
    wall.call(call(70, "A042"), seq=9)
    expect_gold(wall, "A042")
    wall.say({"type": "estimate", "offices": {}, "now": NOW.replace("10:42", "11:12")})
    expect(wall.page.locator("[data-clock]").last).to_have_text("11:12")
    expect(html).to_have_attribute("data-shift", before)
