"""The command that loads master data files: all or nothing, and nothing when nothing changed.

A file stays in force under its name until it is loaded again: what is checked and written is
always all files together. Shapes stand in `entries.py`, checks in `checks.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...core.runner import Runner
from ...core.tx import Tx
from ..changes import OpeningRulesChanged
from ..directory import Directory, current_directory, mark_changed, read_directory
from ..events import DirectoryChanged
from ..hours.from_files import Prefer, Terms
from ..infos import OfficeInfo
from .checks import find_mistakes, rhyming_letters
from .mistakes import Mistake, WrongFilesError
from .sources import MasterData, SourceFile, parse_sources, read_sources
from .tables import write_tables
from .writing import read_loaded, take_version, write_loaded, write_version


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: the version in force, the offices that changed, and advice."""

    version: int
    offices: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    changed: bool = False


def load_paths(
    runner: Runner,
    paths: Iterable[Path],
    *,
    hours: Prefer | None = None,
    calling: Prefer | None = None,
) -> Loaded:
    """Load files from disk in a transaction of its own: the shell's `aufruf load FILE…`."""
    return runner.run_now((), load_files, read_sources(paths), hours=hours, calling=calling)


def load_files(
    tx: Tx,
    files: Sequence[SourceFile],
    *,
    hours: Prefer | None = None,
    calling: Prefer | None = None,
) -> Loaded:
    """Put these files in force, together with those loaded before under other names.

    Run in the installation lane (no offices). Ids stay by slug. What no file names any longer is
    removed if nothing points to it; devices and staff are never removed by a file. `hours` and
    `calling` say whose hold where these files and a page differ. Raises WrongFilesError with every
    mistake, and then nothing has changed.
    """
    version = take_version(tx.conn)
    before_files = read_loaded(tx.conn)
    _refuse_twice(files)
    new = [file for file in files if hours or calling or before_files.get(file.name) != file]
    if not new:
        return Loaded(version)
    data = _checked({**before_files, **{file.name: file for file in new}}.values())
    before = read_directory(tx.conn)
    mark_changed(tx)
    loaded = frozenset(file.name for file in new)
    write_tables(tx.conn, data, Terms(tx.now, loaded, hours, calling))
    write_loaded(tx.conn, new, tx.now)
    return _announce(tx, before, _advice(data))


def _refuse_twice(files: Sequence[SourceFile]) -> None:
    names = [file.name for file in files]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise WrongFilesError(Mistake(name, "", "is given twice") for name in twice)


def _checked(sources: Iterable[SourceFile]) -> MasterData:
    data = parse_sources(list(sources))
    mistakes = list(find_mistakes(data))
    if mistakes:
        raise WrongFilesError(mistakes)
    return data


def _advice(data: MasterData) -> tuple[str, ...]:
    alike = rhyming_letters(data)
    return tuple(f"{area}: {letters} sound alike when called" for area, letters in alike.items())


def _announce(tx: Tx, before: Directory, advice: tuple[str, ...]) -> Loaded:
    """Raise the version if a reader would see a difference, and tell the offices concerned.

    All events come first, in ascending order: emitting takes the locks of the offices.
    """
    if read_directory(tx.conn) == before:
        return Loaded(before.version, advice=advice)
    version = before.version + 1
    write_version(tx.conn, version)
    mark_changed(tx)
    after = current_directory(tx)
    changed = [
        office
        for _, office in sorted(after.offices.items())
        if before.offices.get(office.id) != office
        or _devices(before, office) != _devices(after, office)
    ]
    for office in changed:
        tx.emit(office.id, DirectoryChanged(version=version))
    for office in changed:
        if _hours(before.offices.get(office.id)) != _hours(office):
            tx.react(OpeningRulesChanged(office.id))
    return Loaded(version, tuple(office.slug for office in changed), advice, changed=True)


def _devices(directory: Directory, office: OfficeInfo) -> list[object]:
    return [device for device in directory.devices.values() if device.area_id == office.area.id]


def _hours(office: OfficeInfo | None) -> object:
    """Everything that decides how many places an office has when."""
    if office is None:
        return None
    pools = frozenset(pool.id for pool in office.pools)
    return office.rules, office.closures, pools, office.municipality.state
