"""How offices call by files beside by pages: who is right when a file is loaded again.

Key by key: what a file says as before leaves what holds; what only the file changed comes; where
both changed to different things, the load is refused until somebody decides
(docs/decisions/0016-calling-in-files.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from ..files.entries import OfficeEntry
from ..files.mistakes import Mistake, WrongFilesError
from ..files.sources import MasterData, Placed
from ..hours.from_files import Prefer, Terms
from ..infos import OfficeInfo
from ..store import read_entries
from . import store
from .said import Calling, Value, say_entry, say_office
from .store import Changed


@dataclass(frozen=True, slots=True)
class Settled:
    """What holds of one office from now on; `before` is empty for a new one."""

    file: str
    said: Calling
    holds: Calling
    before: Calling


def settle_calling(conn: Connection, data: MasterData, terms: Terms) -> dict[str, Settled]:
    """What each office's settings are to be, by its slug; writes nothing.

    Raises WrongFilesError that names the office and key wherever file and page differ.
    """
    present = {office.slug: office for office in read_entries(conn).offices}
    settled: dict[str, Settled] = {}
    mistakes: list[Mistake] = []
    for placed in data.offices:
        known = present.get(placed.entry.slug)
        one, wrong = _settle(conn, placed, known, terms)
        settled[placed.entry.slug] = one
        mistakes += [_refusal(placed, key) for key in wrong]
    if mistakes:
        raise WrongFilesError(mistakes)
    return settled


def keep_calling(
    conn: Connection, settled: Mapping[str, Settled], ids: Mapping[str, int], terms: Terms
) -> None:
    """Remember what the files said, and write into the history what they changed."""
    store.forget_others(conn, list(ids.values()))
    for slug, one in settled.items():
        changed = list(_changes(one))
        if changed:
            store.add_change(conn, ids[slug], terms.now, changed, one.file)
        store.write_said_by_files(conn, ids[slug], one.said)


def merge(
    base: Calling | None, said: Calling, present: Calling, prefer: Prefer | None
) -> tuple[dict[str, Value], list[str]]:
    """What holds from now on, and the keys that file and page have both changed.

    `base` is what the file said before, `said` what it says now, `present` what holds so far.
    """
    holds: dict[str, Value] = {}
    wrong: list[str] = []
    for key, value in said.items():
        held = present.get(key, value)
        was = held if base is None else base.get(key, held)
        if prefer is not None:
            holds[key] = value if prefer == "file" else held
        elif value == was:
            holds[key] = held
        else:
            holds[key] = value
            if held not in (was, value):
                wrong.append(key)
    return holds, wrong


def _settle(
    conn: Connection, placed: Placed[OfficeEntry], known: OfficeInfo | None, terms: Terms
) -> tuple[Settled, list[str]]:
    said = say_entry(placed.entry)
    if known is None:
        return Settled(placed.file, said, said, {}), []
    prefer = terms.prefer_calling if placed.file in terms.loaded else None
    present = say_office(known)
    holds, wrong = merge(store.said_by_files(conn, known.id), said, present, prefer)
    return Settled(placed.file, said, holds, present), wrong


def _changes(one: Settled) -> Iterator[Changed]:
    for key, value in one.holds.items():
        if key in one.before and one.before[key] != value:
            yield Changed(key, one.before[key], value)


def _refusal(placed: Placed[OfficeEntry], key: str) -> Mistake:
    slug = placed.entry.slug
    reason = (
        f"{key} of {slug} was changed on its page since the file was loaded, and the file now"
        f" says something else; take it over with `aufruf calling export {slug}`, or load with"
        " --calling page to keep the page's settings, with --calling file to replace them"
    )
    return placed.mistake(reason, key)
