"""Master data files: from paths and texts to checked entries that know where they stand."""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from .entries import (
    AreaEntry,
    CounterEntry,
    DeviceEntry,
    FileEntries,
    MunicipalityEntry,
    OfficeEntry,
    StaffEntry,
)
from .entry_services import ServiceEntry
from .mistakes import Mistake, WrongFilesError, key_of, mistake_of

E = TypeVar("E")
E_co = TypeVar("E_co", covariant=True)

EXAMPLE = Path(__file__).parent.parent / "example"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file's name without its folder, and its text."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Placed(Generic[E_co]):
    """An entry with its file, its path there, and its index among its neighbours."""

    file: str
    path: tuple[int | str, ...]
    entry: E_co

    @property
    def index(self) -> int:
        return int(self.path[-1])

    def mistake(self, reason: str, *path: int | str) -> Mistake:
        """A mistake in this entry, at a path inside it."""
        return Mistake(self.file, key_of((*self.path, *path)), reason)


@dataclass(frozen=True, slots=True)
class MasterData:
    """The entries of all files together."""

    municipalities: list[Placed[MunicipalityEntry]]
    areas: list[Placed[AreaEntry]]
    services: list[Placed[ServiceEntry]]
    offices: list[Placed[OfficeEntry]]
    devices: list[Placed[DeviceEntry]]
    staff: list[Placed[StaffEntry]]

    def counters(self) -> list[Placed[CounterEntry]]:
        """The counters of all offices."""
        return [
            Placed(office.file, (*office.path, "counters", index), counter)
            for office in self.offices
            for index, counter in enumerate(office.entry.counters)
        ]


def read_sources(paths: Iterable[Path]) -> list[SourceFile]:
    """Read files from disk; raises WrongFilesError that names those that cannot be read."""
    sources: list[SourceFile] = []
    mistakes: list[Mistake] = []
    for path in paths:
        try:
            sources.append(SourceFile(path.name, path.read_text(encoding="utf-8")))
        except OSError as problem:
            mistakes.append(Mistake(path.name, "", f"cannot be read: {problem.strerror}"))
        except UnicodeDecodeError:
            mistakes.append(Mistake(path.name, "", "is not a text in UTF-8"))
    if mistakes:
        raise WrongFilesError(mistakes)
    return sources


def example_sources() -> list[SourceFile]:
    """The four towns that come with the project."""
    return read_sources(sorted(EXAMPLE.glob("*.toml")))


def parse_sources(sources: Sequence[SourceFile]) -> MasterData:
    """Check each file's shape and put the entries together; raises WrongFilesError.

    Files count in the order of their names, however they were given.
    """
    parsed: dict[str, FileEntries] = {}
    mistakes: list[Mistake] = []
    for source in sorted(sources, key=lambda source: source.name):
        try:
            parsed[source.name] = FileEntries.model_validate(tomllib.loads(source.text))
        except tomllib.TOMLDecodeError as problem:
            mistakes.append(Mistake(source.name, "", str(problem)))
        except ValidationError as problem:
            mistakes += [mistake_of(source.name, error) for error in problem.errors()]
    if mistakes:
        raise WrongFilesError(mistakes)
    return MasterData(
        municipalities=_placed(parsed, "municipalities", lambda file: file.municipalities),
        areas=_placed(parsed, "areas", lambda file: file.areas),
        services=_placed(parsed, "services", lambda file: file.services),
        offices=_placed(parsed, "offices", lambda file: file.offices),
        devices=_placed(parsed, "devices", lambda file: file.devices),
        staff=_placed(parsed, "staff", lambda file: file.staff),
    )


def _placed(
    parsed: Mapping[str, FileEntries], key: str, entries: Callable[[FileEntries], list[E]]
) -> list[Placed[E]]:
    return [
        Placed(name, (key, index), entry)
        for name, file in parsed.items()
        for index, entry in enumerate(entries(file))
    ]
