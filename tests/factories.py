"""Plain factory functions for everybody's tests: a small house, or the four towns."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aufruf.core.clock import Clock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.office.directory import (
    CounterInfo,
    Directory,
    MunicipalityInfo,
    OfferInfo,
    OfficeInfo,
    read_directory,
)
from aufruf.office.files.loader import load_files
from aufruf.office.files.sources import SourceFile, example_sources
from tests.rows import Rows, is_empty, read_rows, write_rows

AMTAL = Path(__file__).with_name("amtal.toml")
# Reading and checking the same files anew for a thousand tests took a fifth of their time.
_loaded: dict[tuple[tuple[SourceFile, ...], datetime], Rows] = {}


@dataclass(frozen=True)
class House:
    """What was loaded; the short names are those of the small house (tests/amtal.toml)."""

    directory: Directory

    @property
    def office(self) -> OfficeInfo:
        """The citizen office: two counters, Monday to Friday 8:00-18:00 mixed, 2 of 3 places."""
        return self.directory.office("amtal-buergerbuero")

    @property
    def registry(self) -> OfficeInfo:
        """The registry office in the same waiting area: one counter upstairs, one place."""
        return self.directory.office("amtal-standesamt")

    @property
    def town(self) -> MunicipalityInfo:
        return self.directory.municipality("amtal")

    @property
    def neighbour(self) -> MunicipalityInfo:
        """Bergdorf, for whose residents the registry office works too."""
        return self.directory.municipality("bergdorf")

    @property
    def area_id(self) -> int:
        return self.office.area.id

    def counter(self, slug: str = "amtal-1") -> CounterInfo:
        """`amtal-1` serves all, `amtal-2` all but business, `amtal-12` the registry office."""
        return self.directory.counter(slug)

    def offer(self, service: str = "personalausweis") -> OfferInfo:
        """The offer of this service, in whichever office has it."""
        (offer,) = self.directory.offers_of(service)
        return offer


def make_house(database: Database, clock: Clock) -> House:
    """Load the small house into a migrated database."""
    return load_texts(database, clock, SourceFile("amtal.toml", AMTAL.read_text(encoding="utf-8")))


def load_example(database: Database, clock: Clock) -> House:
    """Load the four towns that come with the project into a migrated database."""
    return load_texts(database, clock, *example_sources())


def load_texts(database: Database, clock: Clock, *files: SourceFile) -> House:
    """Load any master data files; into an empty database, as they were loaded the first time."""
    runner, key = Runner(database, clock, None, {}), (files, clock.now())
    if not database.read_now(is_empty):
        runner.run_now((), load_files, files)
    elif key in _loaded:
        runner.run_now((), write_rows, _loaded[key])
    else:
        runner.run_now((), load_files, files)
        _loaded[key] = database.read_now(read_rows)
    return House(database.read_now(read_directory))
