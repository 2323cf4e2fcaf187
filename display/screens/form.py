"""The form of a screen's settings: its fields from what holds, and back to what is meant. Pure.

Whose settings they are `pages.py` decides; what a layout can show stands in `preview.py`.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import cast, get_args

from starlette.datastructures import FormData

from ...office.devices.commands import as_name
from ...office.devices.screen_settings import Layout, ScreenSettings, Voice
from ...office.infos import DeviceInfo, OfficeInfo

LAYOUTS: tuple[Layout, ...] = get_args(Layout)
VOICES: tuple[Voice, ...] = get_args(Voice)
THEMES = ("light", "dark")
SHARES = tuple(f"{part}/{parts}" for parts in range(1, 5) for part in range(1, parts + 1))
"""Which of how many screens that share the calls: "1/1" is alone."""

LIMITS: Mapping[str, tuple[float, float]] = {
    "metres": (1, 40),
    "inches": (7, 120),
    "volume": (0, 100),
}
"""As `office/devices/screen_settings.py` has them."""

_CHOICES: Mapping[str, Collection[str]] = {
    "theme": THEMES,
    "layout": LAYOUTS,
    "share": SHARES,
    "voice": VOICES,
}
_TEXTS = ("name", *_CHOICES, *LIMITS, "quiet_from", "quiet_to")
_PAIRS = (("metres", "inches"), ("quiet_from", "quiet_to"))
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Sheet:
    """What the form shows: texts of its boxes, what is ticked, and what is wrong by field."""

    texts: Mapping[str, str]
    ticked: frozenset[str]
    wrong: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Said:
    """What a sheet without mistakes says."""

    name: str
    theme: str
    screen: ScreenSettings


def office_tick(slug: str) -> str:
    return f"office:{slug}"


def counter_tick(slug: str) -> str:
    return f"counter:{slug}"


def sheet_of(device: DeviceInfo, offices: Collection[OfficeInfo]) -> Sheet:
    """The form as it shows what holds; `offices` are those of its waiting area."""
    screen = device.screen
    texts = {
        "name": device.name,
        "theme": device.theme,
        "layout": screen.layout,
        "share": f"{screen.part}/{screen.parts}",
        "voice": screen.voice,
        "metres": _figure(screen.metres),
        "inches": _figure(screen.inches),
        "volume": str(screen.volume),
        "quiet_from": _clock(screen.quiet_from),
        "quiet_to": _clock(screen.quiet_to),
    }
    ticked = {"next_numbers"} if screen.next_numbers else set[str]()
    for office in offices:
        if screen.shows_office(office.slug):
            ticked.add(office_tick(office.slug))
        ticked |= {
            counter_tick(one.slug)
            for one in office.counters
            if screen.counters is None or one.slug in screen.counters
        }
    return Sheet(texts, frozenset(ticked))


def sheet_sent(form: FormData, device: DeviceInfo, offices: Collection[OfficeInfo]) -> Sheet:
    """The form as it was sent, with its mistakes. A kiosk's has a name and a theme alone.

    Ticks of what is not in its waiting area, which `offices` are, say nothing.
    """
    names = _TEXTS if device.kind == "display" else ("name", "theme")
    texts = {name: str(form.get(name, "")).strip() for name in _TEXTS}
    ticked = {str(value) for value in form.getlist("shows")} & _ticks_of(offices)
    ticked |= {"next_numbers"} if form.get("next_numbers") else set()
    wrong = {name: found for name in names if (found := _mistake(name, texts[name]))}
    if device.kind == "display":
        for one, other in _PAIRS:
            if bool(texts[one]) != bool(texts[other]):
                wrong[one if not texts[one] else other] = "together"
        wrong |= _nothing_ticked(ticked, offices)
    return Sheet(texts, frozenset(ticked), wrong)


def _ticks_of(offices: Collection[OfficeInfo]) -> set[str]:
    counters = {counter_tick(one.slug) for office in offices for one in office.counters}
    return counters | {office_tick(office.slug) for office in offices}


def _nothing_ticked(ticked: Collection[str], offices: Collection[OfficeInfo]) -> dict[str, str]:
    """A screen shows an office and, where its offices have counters, one of these."""
    shown = [one for one in offices if office_tick(one.slug) in ticked]
    counters = [counter for office in shown or offices for counter in office.counters]
    wrong = {} if shown else {"office": "none_ticked"}
    if counters and not any(counter_tick(one.slug) in ticked for one in counters):
        wrong["counter"] = "none_ticked"
    return wrong


def read_sheet(sheet: Sheet, device: DeviceInfo, offices: Collection[OfficeInfo]) -> Said:
    """What is meant. Everything ticked means all there are, those to come too."""
    texts = sheet.texts
    if device.kind != "display":
        return Said(texts["name"], texts["theme"], device.screen)
    shown = [one for one in offices if office_tick(one.slug) in sheet.ticked]
    counters = [counter.slug for office in shown for counter in office.counters]
    chosen = tuple(slug for slug in counters if counter_tick(slug) in sheet.ticked)
    part, parts = map(int, texts["share"].split("/"))
    screen = ScreenSettings(
        layout=cast("Layout", texts["layout"]),
        offices=None if len(shown) == len(offices) else tuple(one.slug for one in shown),
        counters=None if len(chosen) in {0, len(counters)} else chosen,
        part=part,
        parts=parts,
        metres=_number(texts["metres"]),
        inches=_number(texts["inches"]),
        next_numbers="next_numbers" in sheet.ticked,
        volume=int(texts["volume"]),
        voice=cast("Voice", texts["voice"]),
        quiet_from=_minute(texts["quiet_from"]),
        quiet_to=_minute(texts["quiet_to"]),
    )
    return Said(texts["name"], texts["theme"], screen)


def is_name(text: str) -> bool:
    """Whether a device can be called so."""
    return as_name(text) is not None


def _mistake(name: str, text: str) -> str | None:
    if name == "name":
        return None if is_name(text) else "name"
    if name in _CHOICES:
        return None if text in _CHOICES[name] else "choice"
    if name in LIMITS:
        return _mistake_of_figure(name, text)
    return None if not text or _CLOCK.fullmatch(text) else "clock"


def _mistake_of_figure(name: str, text: str) -> str | None:
    if not text:
        return "missing" if name == "volume" else None
    whole = name == "volume"
    pattern = r"\d{1,3}" if whole else r"\d{1,3}([.,]\d{1,2})?"
    least, most = LIMITS[name]
    fits = text.isascii() and re.fullmatch(pattern, text) is not None
    return None if fits and least <= (_number(text) or 0) <= most else name


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if text else None


def _figure(value: float | None) -> str:
    """As an input of type number has it: a point, and no needless zero."""
    return "" if value is None else f"{value:g}"


def _clock(minute: int | None) -> str:
    """ "07:30"; the end of a day is the beginning of the next one."""
    return "" if minute is None else f"{minute % 1440 // 60:02}:{minute % 60:02}"


def _minute(text: str) -> int | None:
    found = _CLOCK.fullmatch(text)
    return int(found[1]) * 60 + int(found[2]) if found else None
