"""What a waiting room hears: measured behind the one gain of a screen, in a real Chromium."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import correlation

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.settings import Settings
from aufruf.display.speech.sounds import Sound, read_wav
from aufruf.office.devices import renew_device_token
from aufruf.office.loader import load_files
from aufruf.queue import services as queue
from tests.browser import serve_app
from tests.display.hearing import (
    CHIME,
    SOUND,
    Heard,
    record_tones,
    start_tape,
    stop_tape,
    tone,
)
from tests.display.house import build, shared_house
from tests.people import COUNT_TONES, People, Screen, people_in
from tests.queue.room import Room, move_in

DEVICE = 'kind = "display"'
OFFICE = 'email = "buergerbuero@'
COUNTERS = ("counter-amtal-1", "counter-amtal-2")
PIECES = ("number", "letter-a", "digit-0", "digit-1", "digit-2", *COUNTERS)
DING_DONG = list(CHIME.values())
PATIENCE = 30_000
# A browser with a German voice of its own and one that asks a server far away; it says at once.
VOICES = """
const said = [];
globalThis.said = said;
const voices = [{ lang: "de-DE", localService: false, name: "far" },
                { lang: "de-DE", localService: true, name: "near" }];
Object.defineProperty(globalThis, "speechSynthesis", { value: {
  getVoices: () => voices,
  cancel() {},
  speak(words) {
    said.push([words.text, words.voice.name, words.volume]);
    setTimeout(() => words.onend(), 10);
  },
} });
globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


@dataclass
class Hall:
    """The room with its screen, and the line on which the screen tells what it did."""

    room: Room
    people: People
    folder: Path
    address: str

    def load(self, *, screen: str = "", office: str = "") -> None:
        """The house with settings of its screen and its citizen office."""
        source = shared_house(
            **{
                DEVICE: f"{DEVICE}\nscreen = {{ {screen} }}",
                OFFICE: f"{office}\n{OFFICE}",
            }
        )
        self.room.runner.run_now((), load_files, [source])

    def screen(self, script: str = "", *, touched: bool = True) -> tuple[Screen, WebSocket]:
        token = self.room.runner.run_now((), renew_device_token, slug="amtal-anzeige").token
        page = self.people.open(1280, 720, bypass_csp=True)
        page.add_init_script(COUNT_TONES + script)
        with page.expect_websocket() as line:
            page.goto(f"{self.address}/display/amtal-anzeige#{token}")
        screen = Screen(page)
        if touched:
            screen.switch_sound_on()
        return screen, line.value

    def announced(self, line: WebSocket, *counters: int) -> list[bool]:
        """Call from these counters at once; whether a voice said each, once all had their turn."""
        told: list[bool] = []

        def is_last(frame: str) -> bool:
            message = json.loads(frame)
            if message["type"] == "announced":
                told.append(message["spoken"])
            return len(told) == len(counters)

        with line.expect_event("framesent", is_last, timeout=PATIENCE):
            for counter in counters:
                self.room.call(counter)
        return told


@pytest.fixture
def hall(
    sqlite_database: Database, clock: FixedClock, chromium: Browser, tmp_path: Path
) -> Iterator[Hall]:
    build(sqlite_database)
    url = sqlite_database.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, data_dir=tmp_path, strict_texts=True)
    with people_in(chromium) as people, serve_app(settings, clock) as address:
        yield Hall(move_in(sqlite_database, clock), people, tmp_path, address)


def said(number: str, counter: str) -> list[str]:
    """The pieces of a call, in order."""
    return [
        "number",
        "letter-a",
        *(f"digit-{digit}" for digit in number),
        f"counter-amtal-{counter}",
    ]


def test_calls_that_come_together_ring_and_are_said_one_after_the_other(hall: Hall) -> None:
    """Nothing is cut, and half the volume is half the amplitude, for chime and voice alike."""
    hall.load(screen="volume = 50")
    names = record_tones(hall.folder / "voice" / "de", PIECES, 1000)
    screen, line = hall.screen(touched=False)
    expect(screen.page.locator("[data-sound]")).to_be_visible()
    screen.switch_sound_on()
    hall.room.draw()
    hall.room.draw()
    start_tape(screen.page)
    assert hall.announced(line, hall.room.one, hall.room.two) == [True, True]
    heard = stop_tape(screen.page)
    assert heard.tones(CHIME | names) == [
        *DING_DONG, *said("001", "1"), *DING_DONG, *said("002", "2"),
    ]  # fmt: skip
    pitch = {name: pitch for pitch, name in names.items()}
    assert heard.loudness(pitch["digit-1"]) == pytest.approx(0.25, rel=0.1)
    assert 0.1 < heard.loudness(622) <= 0.25


def test_call_is_said_again_and_in_the_second_language(hall: Hall) -> None:
    """German by a voice of the browser that needs no network, the other by the server's clips."""
    hall.load(
        screen='volume = 100, quiet_from = "18:00", quiet_to = "07:00"',
        office='announce_times = 2\nannounce_language = "en"',
    )
    names = record_tones(hall.folder / "voice" / "en", PIECES, 1000)
    screen, line = hall.screen(VOICES)
    hall.room.draw()
    start_tape(screen.page)
    assert hall.announced(line, hall.room.one) == [True]
    heard = stop_tape(screen.page)
    assert heard.tones(CHIME | names) == [*DING_DONG, *said("001", "1"), *said("001", "1")]
    german = ["Nummer A, null, null, eins, bitte Platz eins", "near", 1]
    assert screen.page.evaluate("said") == [german, german]
    assert volumes(screen.page, "07:00", "17:59", "18:00", "23:59", "00:00", "06:59") == [
        1, 1, 0, 0, 0, 0,
    ]  # fmt: skip


def volumes(page: Page, *times: str) -> list[float]:
    """How loud the screen is at these times of the fixed clock's day."""
    found: list[float] = page.evaluate(
        f"""async (times) => {{
          const {{ volumeNow }} = await {SOUND};
          return times.map((time) => volumeNow(Date.parse("2026-11-25T" + time + ":00+01:00")));
        }}""",
        times,
    )
    return found


def test_withdrawn_call_falls_silent_at_once(hall: Hall) -> None:
    hall.load(screen="volume = 100")
    record_tones(hall.folder / "voice" / "de", PIECES, 1000)
    long = hall.folder / "voice" / "de" / "counter-amtal-1.wav"
    long.write_bytes(tone(900, seconds=25))
    screen, line = hall.screen()
    drawn = hall.room.draw()
    start_tape(screen.page)
    hall.room.call(hall.room.one)
    tape = expect(screen.page.locator("html"))
    tape.to_have_attribute("data-heard", re.compile(r"[3-9]|\d\d"), timeout=PATIENCE)
    hall.room.run(queue.put_back, counter_id=hall.room.one, ticket_id=drawn.id)
    expect(screen.golden).to_have_count(0)
    tape.to_have_attribute("data-sounds", "no", timeout=PATIENCE)
    assert stop_tape(screen.page).seconds < 20
    hall.room.draw()
    hall.room.call(hall.room.two)
    screen.expect_rung(2)
    assert not line.is_closed()


def test_quiet_hours_are_silent_and_the_engine_speaks_after_them(hall: Hall) -> None:
    """Gold comes without a sound; afterwards the clip that the engine made is what is heard."""
    hall.load(screen='volume = 100, quiet_from = "09:00", quiet_to = "09:35"')
    screen, line = hall.screen()
    room = hall.room
    first = room.draw()
    room.draw()
    start_tape(screen.page)
    assert hall.announced(line, room.one) == [False]
    expect(screen.golden).to_be_visible()
    assert stop_tape(screen.page).seconds == 0

    room.run(queue.start_service, counter_id=room.one, ticket_id=first.id)
    room.finish(room.one, first.id)
    room.wait(minutes=5)
    start_tape(screen.page)
    assert hall.announced(line, room.one) == [True]
    heard = stop_tape(screen.page)
    made = Heard.of(clip_of(screen.page, "de/amtal-buergerbuero/A002/amtal-1"))
    assert alike(heard.after_chime().course(), made.course()) > 0.9


def clip_of(page: Page, call: str) -> Sound:
    """A clip as the screen gets it."""
    address = page.evaluate("location.origin + location.pathname")
    answer = page.request.get(f"{address}/speech/{call}.wav")
    assert answer.headers["content-type"] == "audio/wav"
    return read_wav(answer.body())


def alike(one: list[float], other: list[float]) -> float:
    """Correlation of two courses of loudness where they fit best, within two windows."""
    shifted = [(one[by:], other) for by in range(3)] + [(one, other[by:]) for by in range(3)]
    return max(correlation(*zip(*zip(*both, strict=False), strict=True)) for both in shifted)
