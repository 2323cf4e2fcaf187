"""What the page of a screen is told about itself, and the digest by which it notices a change."""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from ..core.assets import ROOT, digest_of
from ..core.texts import T
from ..office.directory import Directory
from ..office.infos import CounterInfo, DeviceInfo, OfficeInfo
from .sizes import SHAPES, fit, has_figures

# A change of any of these makes another page.
PAGE_FILES = ("display/static", "display/templates", "core/static", "core/templates")


def offices_shown(directory: Directory, device: DeviceInfo) -> tuple[OfficeInfo, ...]:
    """The offices of its waiting area that a screen shows, all of them unless it chose some."""
    offices, chosen = directory.offices_of_area(device.area_id), device.screen.offices
    # An office that moved to another area leaves nobody: then the screen shows all there are.
    return tuple(one for one in offices if chosen is None or one.slug in chosen) or offices


def counters_shown(directory: Directory, device: DeviceInfo) -> tuple[CounterInfo, ...]:
    """The counters of these offices that a screen shows, in the order of the house."""
    counters = [one for office in offices_shown(directory, device) for one in office.counters]
    chosen = device.screen.counters
    return tuple(one for one in counters if chosen is None or one.slug in chosen)


def page_settings(
    directory: Directory, device: DeviceInfo, words: T, *, own: bool
) -> dict[str, object]:
    """The settings a screen's page reads once (static/settings.js); `own`: the screen asks."""
    screen, offices = device.screen, offices_shown(directory, device)
    counters = len(counters_shown(directory, device))
    fits = {shape: fit(screen, shape, len(offices), counters) for shape in SHAPES}
    return {
        "slug": device.slug,
        "name": device.name,
        "own": own,
        "version": page_version(),
        "digest": screen_digest(directory, device),
        "layout": screen.layout,
        "offices": [office.slug for office in offices],
        "names": {office.slug: office.name for office in offices},
        "counters": None if screen.counters is None else list(screen.counters),
        "part": screen.part,
        "parts": screen.parts,
        "rows": {shape: one.rows for shape, one in fits.items()},
        "crowded": {shape: one.hidden > 0 for shape, one in fits.items()},
        "figures": has_figures(len(offices)),
        "next_numbers": screen.next_numbers,
        "volume": screen.volume,
        "voice": screen.voice,
        "quiet_from": screen.quiet_from,
        "quiet_to": screen.quiet_to,
        "announce": {
            office.slug: {"times": office.announce_times, "language": office.announce_language}
            for office in offices
        },
        "words": words.table("display.words"),
    }


def screen_digests(directory: Directory, area_id: int) -> Mapping[str, str]:
    """The digest of every screen of an area, by slug."""
    screens = [device for device in directory.devices.values() if device.kind == "display"]
    return {
        device.slug: screen_digest(directory, device)
        for device in screens
        if device.area_id == area_id
    }


def screen_digest(directory: Directory, device: DeviceInfo) -> str:
    """Twelve hexadecimal digits that change when the screen has to load its page anew."""
    area = directory.area(device.area_id)
    town = directory.municipality(area.municipality_id)
    said = (
        (device.name, device.theme, device.screen.model_dump_json(), page_version()),
        (area.name, town.full_name, town.crest, town.colour_action, town.colour_call),
        [
            (one.slug, one.name, one.counter_word, one.announce_times, one.announce_language)
            for one in offices_shown(directory, device)
        ],
        [(one.slug, one.label, one.word, one.arrow) for one in counters_shown(directory, device)],
    )
    return sha256(json.dumps(said).encode()).hexdigest()[:12]


@cache
def page_version() -> str:
    """The version of all files a screen's page is made of, read once per process."""
    files = [file for folder in PAGE_FILES for file in sorted((ROOT / folder).iterdir())]
    digests = "".join(digest_of(file) for file in files if file.is_file())
    return sha256(digests.encode()).hexdigest()[:12]
