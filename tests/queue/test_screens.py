"""Which screens are there and which need somebody, as one process knows it and hears of others.

What two processes tell one another in earnest: tests/display/test_two_servers.py.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.signals import LONGEST, Signals
from aufruf.office.devices.screen_settings import ScreenSettings
from aufruf.office.directory import Directory, read_directory
from aufruf.queue.watching.presence import FORGOTTEN_SECONDS, GONE, HERE, Hello, ScreenState
from aufruf.queue.watching.screens import REMEMBERED_CALLS, SEEN, Screens, expected_screens
from tests.display.house import build

SCREEN = "amtal-anzeige"
HELLO = Hello(
    version="0123456789ab",
    width=3840,
    height=2160,
    sound=True,
    voice="made",
    keeps=True,
    late=-86_400_000,
)
SILENT = HELLO.model_copy(update={"sound": False})


class Process:
    """One process with its screens, a clock that is moved, and how often something changed."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.passed = 0.0
        self.changes = 0
        self.signals = Signals(None)
        self.screens = Screens(self.signals, clock, self.change, lambda: self.passed)

    def change(self) -> None:
        self.changes += 1

    def hear(self, topic: str, **word: object) -> None:
        """What another process says."""
        self.signals.say(topic, {"by": "another", **word})

    def hear_of(self, slug: str, hello: Hello | None = None) -> None:
        told = None if hello is None else hello.model_dump()
        line = {"screen": slug, "since": self.clock.now().isoformat(), "hello": told}
        self.hear(HERE, screens=[line])

    def wait(self, seconds: float) -> None:
        self.passed += seconds
        self.clock.move(timedelta(seconds=seconds))


@pytest.fixture
def here(clock: FixedClock) -> Process:
    return Process(clock)


def test_screen_is_there_until_its_last_line_ends(here: Process) -> None:
    began = here.clock.now()
    assert here.screens.state(SCREEN) == ScreenState()
    with here.screens.connection(SCREEN):
        here.wait(5)
        with here.screens.connection(SCREEN):
            here.screens.hello(SCREEN, HELLO)
        assert here.screens.state(SCREEN) == ScreenState(True, began, HELLO)
        here.wait(5)
    assert here.screens.state(SCREEN) == ScreenState(False, here.clock.now(), HELLO)
    assert here.changes > 0


def test_screen_of_another_process_is_there_until_that_falls_silent(here: Process) -> None:
    here.hear_of(SCREEN, HELLO)
    changes = here.changes
    here.wait(FORGOTTEN_SECONDS - 1)
    here.hear_of(SCREEN, HELLO)  # again, as every ten seconds
    here.wait(FORGOTTEN_SECONDS - 1)
    here.screens.forget()
    assert here.screens.state(SCREEN).connected
    assert here.changes == changes
    here.wait(2)
    here.screens.forget()
    assert here.screens.state(SCREEN) == ScreenState(False, here.clock.now(), HELLO)


def test_screen_that_goes_over_to_another_process_never_was_away(here: Process) -> None:
    with here.screens.connection(SCREEN):
        here.hear_of(SCREEN, HELLO)
    assert here.screens.state(SCREEN).connected
    here.hear(GONE, screen=SCREEN)
    assert not here.screens.state(SCREEN).connected


def test_another_version_says_more_or_something_else(here: Process) -> None:
    line = {"screen": SCREEN, "since": here.clock.now().isoformat(), "hello": None, "mood": "good"}
    here.hear(HERE, screens=[line], colour="blue")
    assert here.screens.state(SCREEN).connected
    for topic in (HERE, GONE, SEEN):
        here.hear(topic, screens="all of them", screen=7)
    assert here.screens.state(SCREEN).connected
    assert not here.screens.seen


def test_a_town_of_screens_fits_into_signals(clock: FixedClock) -> None:
    said: list[int] = []
    here = Process(clock)
    here.signals.listen(HERE, lambda word: said.append(len(str(word))))
    longest = HELLO.model_copy(update={"version": "v" * 40, "voice": "recorded", "late": -(2**53)})
    slugs = [f"{nth:03d}".ljust(60, "x") for nth in range(200)]
    with ExitStack() as lines:
        for slug in slugs:
            lines.enter_context(here.screens.connection(slug))
            here.screens.hello(slug, longest)
        said.clear()
        here.hear("screens.ask")
    assert len(said) == 10
    assert max(said) < LONGEST


def test_screen_said_what_it_showed_and_sounded(here: Process) -> None:
    """Another window of it may be mute: it rang if one did."""
    for what, sound in (("shown", False), ("announced", True), ("shown", False)):
        here.hear(SEEN, screen="loud", call_id=1, what=what, sound=sound, spoken=sound)
    for what in ("shown", "announced"):
        here.hear(SEEN, screen="mute", call_id=1, what=what, sound=False)
    seen = here.screens.seen[1]
    assert (seen.shown, seen.rung, seen.spoken) == ({"loud", "mute"}, {"loud"}, {"loud"})
    assert seen.mute - seen.rung == {"mute"}


def test_acknowledgements_are_bounded(here: Process) -> None:
    for call_id in range(REMEMBERED_CALLS + 100):
        here.screens.acknowledge(call_id, SCREEN, "shown", sound=True)
    assert len(here.screens.seen) == REMEMBERED_CALLS


@pytest.fixture
def house(sqlite_database: Database) -> Directory:
    """The small house, in which somebody has hung up its screen."""
    build(sqlite_database)
    return sqlite_database.read_now(read_directory)


def with_screen(
    house: Directory, settings: Mapping[str, object] | None = None, *, set_up: bool = True
) -> Directory:
    known = house.display(SCREEN)
    screen = ScreenSettings.model_validate(settings or {})
    changed = replace(known, set_up=set_up, screen=screen)
    return replace(house, devices={**house.devices, known.id: changed})


def troubles(here: Process, house: Directory) -> list[str]:
    area = house.display(SCREEN).area_id
    return [one.state for one in here.screens.troubles(house, area)]


def test_screen_that_is_away_for_long_needs_somebody(here: Process, house: Directory) -> None:
    """Not one that loads anew, not one nobody hung up, none in the first moments of a server."""
    hung = with_screen(house)
    assert troubles(here, hung) == []
    here.wait(26)
    assert troubles(here, hung) == ["offline"]
    assert troubles(here, with_screen(house, set_up=False)) == []
    with here.screens.connection(SCREEN):
        assert troubles(here, hung) == []
    assert troubles(here, hung) == []
    here.wait(26)
    assert troubles(here, hung) == ["offline"]


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, ["silent"]),
        ({"voice": "chime"}, ["silent"]),
        ({"volume": 0}, []),
        ({"quiet_from": 570, "quiet_to": 600}, []),  # 09:30 to 10:00
        ({"quiet_from": 600, "quiet_to": 570}, ["silent"]),
        ({"quiet_from": 1200, "quiet_to": 660}, []),  # over midnight
    ],
)
def test_screen_that_cannot_be_heard_needs_somebody(
    here: Process, house: Directory, settings: dict[str, object], found: list[str]
) -> None:
    """Unless it is not to be heard, or has only just come and nobody has touched it."""
    hung = with_screen(house, settings)
    with here.screens.connection(SCREEN):
        here.screens.hello(SCREEN, SILENT)
        assert troubles(here, hung) == []
        here.wait(26)
        assert troubles(here, hung) == found
        here.screens.hello(SCREEN, HELLO)
        assert troubles(here, hung) == []


def test_call_is_meant_for_the_screens_that_show_its_counter(house: Directory) -> None:
    one, twelve = house.counter("amtal-1"), house.counter("amtal-12")
    cases: tuple[tuple[dict[str, object], bool, bool], ...] = (
        ({}, True, True),
        ({"offices": ("amtal-standesamt",)}, False, True),
        ({"counters": ("amtal-1",)}, True, False),
    )
    for settings, of_one, of_twelve in cases:
        hung = with_screen(house, settings)
        assert (SCREEN in expected_screens(hung, one)) is of_one
        assert (SCREEN in expected_screens(hung, twelve)) is of_twelve
    assert not expected_screens(with_screen(house, set_up=False), one)
