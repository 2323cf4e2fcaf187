"""The bench's own town: as many citizen offices as a measure wants, each with eight counters.

Written once into a template of the database; a measure gets a copy and knows all tokens.
"""

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aufruf.app.migrate import migrate
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from aufruf.office.devices.commands import renew_device_token
from aufruf.office.directory import current_directory
from aufruf.office.files.loader import load_files
from aufruf.office.files.sources import SourceFile
from aufruf.queue.services import set_counter_state

# A Wednesday at 9:30 in Berlin, in the middle of opening hours; no holidays for a month.
START = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
COUNTERS = 8
# Each with a letter of its own, so that an office can give out 2,997 numbers a day.
SERVICES = {"ausweis": ("A", 15), "abholung": ("L", 5), "meldung": ("R", 20)}

_TOWN = """
[[municipalities]]
slug = "messstadt"
name = "Messstadt"
full_name = "Stadt Messstadt"
state = "HE"
crest = "usingen"
"""
_SERVICE = """
[[services]]
slug = "{slug}"
name = "{slug}"
line = "Zum Messen."
icon = "check"
topic = "identity"
in.en = {{ name = "{slug}", line = "To be measured." }}
"""
_OFFICE = """
[[areas]]
slug = "{slug}-warten"
name = "Rathaus {slug}"
municipality = "messstadt"
way = "Erdgeschoss"
way_en = "ground floor"

[[devices]]
slug = "{slug}-kiosk"
kind = "kiosk"
name = "Kiosk"
area = "{slug}-warten"

[[offices]]
slug = "{slug}"
name = "Amt {slug}"
municipality = "messstadt"
area = "{slug}-warten"
street = "Am Markt 1"
postcode = "61999"
town = "Messstadt"
email = "{slug}@messstadt.example"
lead_minutes = 0
horizon_days = 120
residents = []
offers = [{offers}]

[[offices.opening]]
days = ["mon", "tue", "wed", "thu", "fri"]
from = "08:00"
to = "18:00"
mode = "mixed"
places = {places}
"""
_COUNTER = """
[[offices.counters]]
slug = "{office}-{label}"
label = "{label}"
"""
_COUNTER_DEVICE = """
[[devices]]
slug = "{office}-{label}-program"
kind = "counter"
name = "Counter {label}"
area = "{office}-warten"
counter = "{office}-{label}"
"""
_DISPLAY = """
[[devices]]
slug = "{office}-anzeige-{number}"
kind = "display"
name = "Anzeige {number}"
area = "{office}-warten"
"""


@dataclass(frozen=True)
class Desk:
    """One office, its counters' slugs, and its screens'."""

    slug: str
    counters: tuple[str, ...]
    displays: tuple[str, ...]

    @property
    def kiosk(self) -> str:
        return f"{self.slug}-kiosk"


@dataclass(frozen=True)
class Town:
    """A SQLite file to copy, the offices in it, and every device's token by slug."""

    file: Path
    desks: tuple[Desk, ...]
    tokens: dict[str, str]

    def counter_token(self, slug: str) -> str:
        return self.tokens[f"{slug}-program"]


_built: dict[tuple[int, int, int, bool], Town] = {}


def build_town(
    folder: Path, *, offices: int = 1, places: int = 10, displays: int = 1, pools: bool = False
) -> Town:
    """A town whose offices have this many places, the first so many screens; built once.

    With `pools` a card takes a place in a second pool too, which has as many.
    """
    wanted = (offices, places, displays, pools)
    if wanted not in _built or not _built[wanted].file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"town-{offices}-{places}-{displays}.db"
        files = _files(offices, places, displays)
        tokens = fill(f"sqlite:///{file}", [_with_pool(each) for each in files] if pools else files)
        _built[wanted] = Town(file, _desks(offices, displays), tokens)
    return _built[wanted]


def _with_pool(file: SourceFile) -> SourceFile:
    """The same where a card needs, beside a counter, a second thing of which there are as many."""
    pool = '[[offices.pools]]\nslug = "geraet"\nname = "Gerät"\n\n[[offices.opening]]'
    text = re.sub(
        r"^places = (\d+)$", r"places = \1\npools = { geraet = \1 }", file.text, flags=re.M
    )
    text = text.replace('service = "ausweis"', 'service = "ausweis", pools = ["geraet"]')
    return SourceFile(file.name, text.replace("[[offices.opening]]", pool))


def build_on(url: str) -> Town:
    """The same with one office on any engine; there is no file to copy then."""
    return Town(Path(), _desks(1, 1), fill(url, _files(1, 1, 1)))


def fill(url: str, files: Sequence[SourceFile]) -> dict[str, str]:
    """Migrate, load, open all counters; returns the token of each device."""
    with closing(Database(url)) as database:
        migrate(database)
        runner = Runner(database, FixedClock(START), None, {})
        runner.run_now((), load_files, files)
        offices = runner.run_now((), lambda tx: tuple(current_directory(tx).offices))
        runner.run_now(offices, _open_counters)
        return runner.run_now((), _hand_out_tokens)


def _open_counters(tx: Tx) -> None:
    for counter in current_directory(tx).counters.values():
        set_counter_state(tx, counter_id=counter.id, state="open")


def _hand_out_tokens(tx: Tx) -> dict[str, str]:
    devices = current_directory(tx).devices.values()
    return {one.slug: renew_device_token(tx, slug=one.slug).token for one in devices}


def _desks(offices: int, displays: int) -> tuple[Desk, ...]:
    return tuple(_desk(number, displays) for number in range(1, offices + 1))


def _desk(number: int, displays: int) -> Desk:
    slug = f"amt-{number}"
    return Desk(
        slug,
        tuple(f"{slug}-{label}" for label in range(1, COUNTERS + 1)),
        tuple(f"{slug}-anzeige-{screen}" for screen in _screens(number, displays)),
    )


def _screens(number: int, displays: int) -> range:
    """Only the first office has screens: the others are there to give out numbers."""
    return range(1, displays + 1 if number == 1 else 1)


def _files(offices: int, places: int, displays: int) -> tuple[SourceFile, ...]:
    texts = [_TOWN, *(_SERVICE.format(slug=slug) for slug in SERVICES)]
    offers = ", ".join(
        f'{{ service = "{slug}", letter = "{letter}", minutes = {minutes} }}'
        for slug, (letter, minutes) in SERVICES.items()
    )
    for number in range(1, offices + 1):
        office = f"amt-{number}"
        labels = range(1, COUNTERS + 1)
        texts += [
            _OFFICE.format(slug=office, offers=offers, places=places),
            *(_COUNTER.format(office=office, label=label) for label in labels),
            *(_COUNTER_DEVICE.format(office=office, label=label) for label in labels),
            *(_DISPLAY.format(office=office, number=n) for n in _screens(number, displays)),
        ]
    return (SourceFile("town.toml", "\n".join(texts)),)
