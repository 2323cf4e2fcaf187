"""What a waiting room hears: measured behind the one gain of a screen, in a real Chromium."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import correlation

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.display.speech.sounds import Sound, read_wav
from aufruf.office.files.loader import load_files
from aufruf.queue import services as queue
from tests.display.hearing import CHIME, SOUND, Heard, record_tones, start_tape, stop_tape, tone
from tests.display.house import build, shared_house
from tests.display.wall import Wall
from tests.people import COUNT_TONES, Screen, people_in
from tests.queue.room import Room, move_in

DEVICE = 'kind = "display"'
OFFICE = 'email = "buergerbuero@'
COUNTERS = ("counter-amtal-1", "counter-amtal-2")
PIECES = ("number", "letter-a", "digit-0", "digit-1", "digit-2", *COUNTERS)
DING_DONG = list(CHIME.values())
PATIENCE = 30_000
TURN_MS, STEP_MS = 8000, 500
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

    wall: Wall
    folder: Path

    @property
    def room(self) -> Room:
        return self.wall.room

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
        page = self.wall.people.open(1280, 720, bypass_csp=True)
        page.add_init_script(COUNT_TONES + script)
        page.clock.install()
        with page.expect_websocket() as line:
            page.goto(f"{self.wall.address}{self.wall.path}")
        screen = Screen(page)
        if touched:
            screen.switch_sound_on()
        return screen, line.value


def announced(line: WebSocket, start: Callable[[], object]) -> bool:
    """Whether a voice said the next call that has its turn once this was done."""
    with line.expect_event("framesent", is_announced, timeout=PATIENCE) as told:
        start()
    return bool(json.loads(told.value)["spoken"])


def frames_sent(page: Page) -> list[str]:
    """What the page says from now on, on whichever line: first tries may reach nobody."""
    told: list[str] = []

    def hear(frame: str | bytes) -> None:
        told.append(str(frame))

    def listen(line: WebSocket) -> None:
        line.on("framesent", hear)

    page.on("websocket", listen)
    return told


def until_announced(screen: Screen, told: list[str]) -> None:
    """A call has had its turn."""
    for _ in range(PATIENCE // 100):
        if any(map(is_announced, told)):
            return
        screen.page.wait_for_timeout(100)
    raise AssertionError(told)


def is_announced(frame: str) -> bool:
    return bool(json.loads(frame)["type"] == "announced")


def end_turn(screen: Screen) -> None:
    """What was said has been heard: nobody waits here for the rest of its seven seconds.

    In small steps, as the next call must have all of its own time.
    """
    page = screen.page.locator("html")
    rung = page.get_attribute("data-tones")
    for _ in range(TURN_MS // STEP_MS):
        if page.get_attribute("data-tones") == rung:
            screen.page.clock.fast_forward(STEP_MS)


@pytest.fixture
def hall(
    sqlite_database: Database, clock: FixedClock, chromium: Browser, tmp_path: Path
) -> Iterator[Hall]:
    build(sqlite_database)
    with people_in(chromium) as people:
        wall = Wall(move_in(sqlite_database, clock), people, tmp_path)
        yield Hall(wall, tmp_path)
        wall.stop()


def said(number: str, counter: str) -> list[str]:
    """The pieces of a call, in order."""
    return [
        "number",
        "letter-a",
        *(f"digit-{digit}" for digit in number),
        f"counter-amtal-{counter}",
    ]


def test_calls_that_come_together_ring_and_are_said_one_after_the_other(hall: Hall) -> None:
    """Nothing is cut; a recall rings and is said again; what was withdrawn before its turn is not.

    Half the volume is half the amplitude, for chime and voice alike.
    """
    hall.load(screen="volume = 50")
    names = record_tones(hall.folder / "voice" / "de", PIECES, 1000)
    screen, line = hall.screen(touched=False)
    expect(screen.page.locator("[data-sound]")).to_be_visible()
    screen.switch_sound_on()
    room = hall.room
    first, second = room.draw(), room.draw()

    def call_both() -> None:
        room.call(room.one)
        room.call(room.two)
        expect(screen.history).to_have_text(["A0022"])
        room.run(queue.put_back, counter_id=room.two, ticket_id=second.id)
        expect(screen.history).to_have_count(0)

    def recall_first() -> None:
        room.run(queue.recall, counter_id=room.one, ticket_id=first.id)

    start_tape(screen.page)
    assert announced(line, call_both)
    assert announced(line, recall_first)
    room.call(room.two)
    expect(screen.history).to_have_text(["A0022"])
    assert announced(line, lambda: end_turn(screen))
    heard = stop_tape(screen.page)
    assert heard.tones(CHIME | names) == [
        *DING_DONG, *said("001", "1"), *DING_DONG, *said("001", "1"),
        *DING_DONG, *said("002", "2"),
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
    assert announced(line, lambda: hall.room.call(hall.room.one))
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


def test_withdrawn_call_falls_silent_and_a_missed_one_is_said_afterwards(hall: Hall) -> None:
    """What was called while the line was lost rings and is said once it is back, as it stands."""
    hall.load(screen="volume = 100")
    names = record_tones(hall.folder / "voice" / "de", PIECES, 1000)
    long = hall.folder / "voice" / "de" / "counter-amtal-1.wav"
    long.write_bytes(tone(900, seconds=25))
    screen, _ = hall.screen()
    room, drawn = hall.room, hall.room.draw()
    start_tape(screen.page)
    room.call(room.one)
    tape = expect(screen.page.locator("html"))
    tape.to_have_attribute("data-heard", re.compile(r"[3-9]|\d\d"), timeout=PATIENCE)
    room.run(queue.put_back, counter_id=room.one, ticket_id=drawn.id)
    expect(screen.golden).to_have_count(0)
    tape.to_have_attribute("data-sounds", "no", timeout=PATIENCE)
    assert stop_tape(screen.page).seconds < 20

    hall.wall.stop()
    expect(screen.offline).to_be_visible()
    room.call(room.two)
    start_tape(screen.page)
    told = frames_sent(screen.page)
    hall.wall.start()
    until_announced(screen, told)
    heard = stop_tape(screen.page)
    assert heard.tones(CHIME | names) == [*DING_DONG, *said("001", "2")]


def test_quiet_hours_are_silent_and_the_engine_speaks_after_them(hall: Hall) -> None:
    """Gold comes without a sound, and the counter is told so; afterwards the clip that the engine
    made is what is heard.
    """
    hall.load(screen='volume = 100, quiet_from = "09:00", quiet_to = "09:35"')
    screen, line = hall.screen()
    room = hall.room
    first = room.draw()
    room.draw()
    start_tape(screen.page)
    told: list[str] = []
    line.on("framesent", lambda frame: told.append(str(frame)))
    assert not announced(line, lambda: room.call(room.one))
    acknowledged = [json.loads(one) for one in told if "call_id" in one]
    assert [(one["type"], one["sound"]) for one in acknowledged] == [
        ("shown", False), ("announced", False),
    ]  # fmt: skip
    expect(screen.golden).to_be_visible()
    assert stop_tape(screen.page).seconds == 0

    room.run(queue.start_service, counter_id=room.one, ticket_id=first.id)
    room.finish(room.one, first.id)
    room.wait(minutes=5)
    end_turn(screen)
    start_tape(screen.page)
    assert announced(line, lambda: room.call(room.one))
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
