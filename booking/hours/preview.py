"""What a change of hours does to booked appointments, shown before it is saved; and saving it.

Nothing here cancels anything. The office as it would be comes from `office/hours/edit.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from ...core.errors import DomainError
from ...core.formats import local_day
from ...core.tx import Tx
from ...office.directory import Directory, current_directory
from ...office.hours.commands import change_hours, offices_of, read_hours
from ...office.hours.edit import Hours, HoursEdit, hours_after, names_of, office_with, rule_info
from ...office.hours.said import key_of_said, say_closure, say_rule
from ...office.infos import OfficeInfo
from .. import store
from ..change import find_conflicts
from ..store import Booked
from .effects import Effects, effects_of


@dataclass(frozen=True, slots=True)
class Affected:
    """An appointment that would lie outside the hours, with its services (offer ids)."""

    office: OfficeInfo
    booked: Booked
    offers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change does. `outside` counts appointments that are outside already, without it.

    `seen` stands for exactly this change with exactly these appointments: what is saved must be
    what was shown.
    """

    office: OfficeInfo
    edit: HoursEdit
    version: int
    effects: Effects
    affected: tuple[Affected, ...]
    outside: int
    seen: str
    is_for_town: bool


def preview_hours(
    conn: Connection,
    directory: Directory,
    office: OfficeInfo,
    edit: HoursEdit,
    now: datetime,
    language: str,
) -> Preview:
    """Look at a change without making it."""
    hours = read_hours(conn, office)
    after = office_with(office, hours_after(hours, edit))
    affected, outside = _affected(Tx(conn, now, (), {}, {}), directory, office, edit, hours)
    names = names_of(office)
    added = [rule_info(office, names, 0, rule) for rule in edit.add_rules]
    return Preview(
        office=after,
        edit=edit,
        version=hours.version,
        effects=effects_of(office_with(office, hours), after, added, local_day(now), language),
        affected=tuple(affected),
        outside=outside,
        seen=_seen(edit, (each.booked.id for each in affected)),
        is_for_town=edit.touches_town(hours),
    )


def save_hours(
    tx: Tx, *, office_id: int, edit: HoursEdit, version: int, seen: str, staff_id: int
) -> None:
    """Make a change of hours that was shown with the appointments it leaves outside.

    Run for the offices it concerns. Raises hours_outdated (409) when somebody else changed the
    hours after `version`, hours_unseen (409) when other appointments would be outside by now, or
    another change was shown.
    """
    directory = current_directory(tx)
    office = directory.office(office_id)
    hours = read_hours(tx.conn, office)
    if hours.version != version or not edit.is_known(hours):
        raise DomainError("hours_outdated", 409)
    affected, _ = _affected(tx, directory, office, edit, hours)
    if seen != _seen(edit, (each.booked.id for each in affected)):
        raise DomainError("hours_unseen", 409)
    change_hours(tx, office_id=office_id, edit=edit, version=version, staff_id=staff_id)


def outside_now(conn: Connection, office: OfficeInfo, now: datetime) -> tuple[Booked, ...]:
    """The appointments to come that lie outside the hours as they are, earliest first."""
    found = (
        store.get_appointment(conn, number)
        for number in find_conflicts(Tx(conn, now, (), {}, {}), office)
    )
    return tuple(sorted((one for one in found if one), key=lambda booked: booked.start_at))


def _affected(
    tx: Tx, directory: Directory, office: OfficeInfo, edit: HoursEdit, hours: Hours
) -> tuple[list[Affected], int]:
    """Appointments that would newly be outside, earliest first; how many are outside anyway."""
    found: list[Affected] = []
    outside = 0
    for one in offices_of(directory, office, edit, hours):
        its = hours if one.id == office.id else read_hours(tx.conn, one)
        mine = edit if one.id == office.id else edit.for_others()
        before = set(find_conflicts(tx, office_with(one, its)))
        after = set(find_conflicts(tx, office_with(one, hours_after(its, mine))))
        outside += len(before & after)
        for number in sorted(after - before):
            booked = store.get_appointment(tx.conn, number)
            assert booked is not None
            offers = tuple(offer for offer, _ in store.services_of(tx.conn, number))
            found.append(Affected(one, booked, offers))
    return sorted(found, key=lambda each: (each.booked.start_at, each.booked.id)), outside


def _seen(edit: HoursEdit, affected: Iterable[int]) -> str:
    said = [
        *(f"-{number}" for number in sorted(edit.drop_rules)),
        *(f"/{number}" for number in sorted(edit.drop_closures)),
        *(key_of_said(say_rule(rule)) for rule in edit.add_rules),
        *(key_of_said(say_closure(closure)) for closure in edit.add_closures),
        *("town" + key_of_said(say_closure(closure)) for closure in edit.add_town_closures),
        *map(str, sorted(affected)),
    ]
    return sha256("\n".join(said).encode()).hexdigest()[:32]
