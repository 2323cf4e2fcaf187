"""How a screen looks: its page from a real server, before a socket that says what a test wants.

A room of any state would take a test minutes to play; the page knows it by one snapshot.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, WebSocketRoute

NOW = "2026-11-25T10:42:00+01:00"
OFFICE, OTHER_OFFICE = "amtal-buergerbuero", "amtal-standesamt"
# Names as long as they come; the second has a word that no column is wide enough for.
MORE_OFFICES = {
    "amtal-soziales": "Amt für Soziales, Jugend und Senioren",
    "amtal-zuwanderung": "Ausländer- und Zuwanderungsbehörde",
}
LONGEST_WAIT = {"low_minutes": 100, "high_minutes": 150}

# Of the em, measured in the font: how high capitals are.
CAPITALS = 0.66
# Of a full HD screen's height: what is read from ten metres at 55 inches by many, and by all.
LEAST_NUMBER, LEAST_ROW = 255 / 1080, 102 / 1080

CUT_OFF = """() => [...document.querySelectorAll("main *, aside:not(.demo) *")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .filter((e) => !e.closest("svg, .visually-hidden"))
  .filter((e) => {
    const own = e.getBoundingClientRect(), half = e.closest("main, aside").getBoundingClientRect();
    const beside = own.right > half.right + 1 || own.left < half.left - 1;
    return own.width && (beside || own.bottom > half.bottom + 1 || own.top < half.top - 1);
  })
  .map((e) => `${e.className || e.tagName} ${e.textContent.trim()}`)"""
# Lines of text that lie on each other: by their ink, not by the box of their line.
COLLISIONS = """() => {
  const seen = [...document.querySelectorAll("main *, aside:not(.demo) *")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }))
    .filter((e) => !e.closest(".visually-hidden, .message"))
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  const inks = seen.map((e) => {
    const range = document.createRange();
    range.selectNodeContents(e);
    const box = range.getBoundingClientRect(), size = parseFloat(getComputedStyle(e).fontSize);
    const spare = Math.max(0, size * 1.257 - size * 0.66) / 2;
    const [top, bottom] = [box.top + spare, box.bottom - spare];
    return { e, left: box.left + 1, right: box.right - 1, top, bottom };
  });
  const found = [];
  for (const [n, a] of inks.entries()) for (const b of inks.slice(n + 1)) {
    if (a.e.contains(b.e) || b.e.contains(a.e)) continue;
    if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      found.push(`${a.e.textContent.trim()} | ${b.e.textContent.trim()}`);
  }
  return found;
}"""
CONTRASTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgb = (color) => {
    canvas.fillStyle = "#fff"; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (color) => rgb(color).map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    if (e.matches(".call.is-fresh")) return getComputedStyle(e, "::before").backgroundColor;
    const own = getComputedStyle(e).backgroundColor;
    return own === "rgba(0, 0, 0, 0)" && e.parentElement ? ground(e.parentElement) : own;
  };
  return [...document.querySelectorAll("main *, aside *, .blank *")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }))
    .filter((e) => !e.closest(".visually-hidden, .crest"))
    .filter((e) => e.matches("path") || [...e.childNodes].some((n) => n.data?.trim()))
    .map((e) => {
      const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
      return [e.textContent.trim() || "a picture", (a + 0.05) / (b + 0.05)];
    });
}"""
FONTS_THERE = """() => ["400", "600", "700"]
  .every((weight) => document.fonts.check(`${weight} 1em "Source Sans Pro"`))"""
CAPS = """(name) => parseFloat(getComputedStyle(document.querySelector(name)).fontSize) * 0.66"""


def call(call_id: int, number: str, counter: str = "3", **changes: object) -> dict[str, object]:
    """A call as the socket says it."""
    return {
        "call_id": call_id,
        "recall_of": None,
        "ticket_id": call_id,
        "office": OFFICE,
        "number": number,
        "counter": counter,
        "place": "amtal-1",
        "word": "Platz",
        "word_en": "counter",
        "arrow": "right",
        "way": None,
        "way_en": None,
        "at": NOW,
        "state": "called",
        **changes,
    }


def estimate(**changes: object) -> dict[str, object]:
    """An office as the socket says it."""
    wait = {"low_minutes": 20, "high_minutes": 35}
    next_numbers = ["A043", "T019", "H044"]
    usual = {"open": True, "waiting": 12, "busy": True, "next_numbers": next_numbers}
    return {**usual, "wait": wait, "opens": None, **changes}


def done(first: int, count: int) -> list[dict[str, object]]:
    """Calls of before, newest first, the widest letter among them."""
    return [
        call(first - n, f"{'HATN'[n % 4]}{40 + n:03}", "12", state="done") for n in range(count)
    ]


@dataclass
class Wall:
    """A screen's page, and what its socket says."""

    page: Page
    sockets: list[WebSocketRoute] = field(default_factory=list)
    snapshot: dict[str, object] = field(default_factory=dict)

    def open(self, address: str, snapshot: dict[str, object]) -> None:
        """Load the page; its socket starts with a snapshot."""
        self.snapshot = snapshot
        self.page.route_web_socket(lambda url: "/ws/displays/" in url, self._answer)
        self.page.goto(address)
        self.page.wait_for_selector("html[data-live=on]")
        self.page.wait_for_function(FONTS_THERE)

    def _answer(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.send(json.dumps(self.snapshot))

    def say(self, message: Mapping[str, object]) -> None:
        """One more message."""
        self.sockets[-1].send(json.dumps(message))

    def show(self, snapshot: dict[str, object]) -> None:
        """Another state altogether; a call in it was not missed, and is not announced."""
        self.snapshot = snapshot
        self.say(snapshot)

    @property
    def number(self) -> Locator:
        """The number in the large panel."""
        return self.page.locator("[data-number]")

    def ground_of_call(self) -> str:
        """The colour behind the number."""
        panel = 'document.querySelector("[data-call]")'
        colour: str = self.page.evaluate(f'getComputedStyle({panel}, "::before").backgroundColor')
        return colour

    def cut_off(self) -> None:
        """The line is lost, and no try reaches anybody."""
        self.page.route_web_socket(lambda url: "/ws/displays/" in url, lambda one: one.close())
        self.sockets[-1].close()

    def call(self, called: Mapping[str, object], seq: int) -> None:
        """A call, which turns the panel gold."""
        waiting = {OFFICE: 12, OTHER_OFFICE: 3}
        self.say(
            {**called, "type": "call", "seq": seq, "oldest": 0, "waiting": waiting, "now": NOW}
        )

    def size(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def capitals(self, name: str) -> float:
        """Pixels of the capitals of a part of the page."""
        size: float = self.page.evaluate(CAPS, name)
        return size

    def flaws(self) -> list[str]:
        """What is cut off, lies on something else or is too pale to read."""
        page = self.page
        weak = [f"{text}: {ratio:.1f}" for text, ratio in page.evaluate(CONTRASTS) if ratio < 7]
        return [*page.evaluate(CUT_OFF), *page.evaluate(COLLISIONS), *weak]


def state(*calls: dict[str, object], **changes: object) -> dict[str, object]:
    """A snapshot: the small house with its two offices, `now` and more of the board changed."""
    board = {
        "calls": list(calls),
        "waiting": {OFFICE: 12, OTHER_OFFICE: 3} | dict.fromkeys(MORE_OFFICES, 117),
        "closed_early": [],
        "messages": {},
        "slides": {},
    }
    long = {slug: estimate(waiting=117, wait=LONGEST_WAIT) for slug in MORE_OFFICES}
    snapshot: dict[str, object] = {
        "type": "snapshot",
        "seq": {},
        "board": board | {name: value for name, value in changes.items() if name in board},
        "offices": {OFFICE: estimate(), OTHER_OFFICE: estimate(waiting=3), **long},
        "screens": {},
        "now": NOW,
    }
    return snapshot | {name: value for name, value in changes.items() if name in snapshot}
