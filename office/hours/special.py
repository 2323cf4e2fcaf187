"""Special hours of one day, set by a command. Hours of every week come from files and pages."""

from collections.abc import Mapping
from datetime import date

from ...core.tx import Tx
from ..changes import OpeningRulesChanged
from ..directory import current_directory, mark_changed
from ..events import DirectoryChanged
from ..files.entry_hours import OpeningEntry
from ..files.writing import take_version, write_version
from ..infos import OfficeInfo
from . import history, store
from .said import Said, clock, read_rule, say_rule
from .store import MAIN, Whose, names_of

SHELL = "aufruf"
"""Stands in the history for who changed hours by a command."""


def open_specially(
    tx: Tx,
    *,
    office_id: int,
    day: date,
    from_minute: int,
    to_minute: int,
    places: Mapping[int, tuple[int, int]],
) -> None:
    """Open an office on one day with appointments and walk-ins mixed and no lead time.

    Replaces all other hours of that day, closures included, and earlier special hours of exactly
    that day. `places` is pool id -> (public, total). For administrators and the demo, in the
    installation lane, like loading. Raises unknown_office (404).
    """
    office = current_directory(tx).office(office_id)
    version = take_version(tx.conn) + 1
    mark_changed(tx)
    rule = _special(office, day, (clock(from_minute), clock(to_minute)), places)
    old = {
        number: one
        for number, one in store.read_rules(tx.conn, office.id).items()
        if one.special and one.valid_from == one.valid_to == day
    }
    store.delete_rules(tx.conn, old)
    store.insert_rule(tx.conn, office.id, names_of(office), rule)
    removed: list[Said] = [{"rule": say_rule(one)} for one in old.values()]
    added: list[Said] = [{"rule": say_rule(rule)}]
    if removed != added:
        whose = Whose(office_id=office.id)
        history.add_change(tx.conn, whose, tx.now, removed=removed, added=added, source=SHELL)
    write_version(tx.conn, version)
    mark_changed(tx)
    tx.emit(office.id, DirectoryChanged(version=version))
    tx.react(OpeningRulesChanged(office.id))


def _special(
    office: OfficeInfo,
    day: date,
    hours: tuple[str, str],
    places: Mapping[int, tuple[int, int]],
) -> OpeningEntry:
    slugs = {number: slug for slug, number in names_of(office).pools.items()}
    sizes: Said = {
        slugs[pool]: {"public": public, "total": total}
        for pool, (public, total) in sorted(places.items())
    }
    return read_rule(
        {
            "from": hours[0],
            "to": hours[1],
            "mode": "mixed",
            "places": sizes.pop(MAIN, 0),
            "pools": sizes,
            "valid_from": day,
            "valid_to": day,
            "special": True,
            "lead_minutes": 0,
        }
    )
