"""The command that changes an office's hours, and what it needs to know before.

What that does to booked appointments is looked at in the same transaction, by the part above.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from ...core.errors import DomainError
from ...core.tx import Tx
from ..changes import OpeningRulesChanged
from ..directory import Directory, current_directory, mark_changed
from ..events import DirectoryChanged
from ..files.entry_hours import ClosureEntry
from ..files.writing import take_version, write_version
from ..infos import OfficeInfo
from . import history, store
from .edit import Hours, HoursEdit
from .said import Said, say_closure, say_rule
from .store import Whose, names_of


def read_hours(conn: Connection, office: OfficeInfo) -> Hours:
    """What an office's rules and closures say now."""
    return Hours(
        version=history.newest_change(conn, office),
        rules=store.read_rules(conn, office.id),
        closures=store.read_closures(conn, Whose(office_id=office.id)),
        town_closures=store.read_closures(conn, Whose(municipality_id=office.municipality.id)),
    )


def offices_of(
    directory: Directory, office: OfficeInfo, edit: HoursEdit, hours: Hours
) -> tuple[OfficeInfo, ...]:
    """The offices that a change concerns: one, or all of its town; by their ids."""
    if not edit.touches_town(hours):
        return (office,)
    return tuple(sorted(directory.offices_of(office.municipality.id), key=lambda one: one.id))


def change_hours(tx: Tx, *, office_id: int, edit: HoursEdit, version: int, staff_id: int) -> None:
    """Make a change of hours and keep it in the history. Cancels nothing.

    For administrators, and for clerks where a mass change closes its time (`booking/mass`); run for
    the offices it concerns (`offices_of`). Raises unknown_office (404)
    and hours_outdated (409) when somebody else changed the hours after `version`.
    """
    take = take_version(tx.conn) + 1
    directory = current_directory(tx)
    office = directory.office(office_id)
    hours = read_hours(tx.conn, office)
    if hours.version != version or not edit.is_known(hours):
        raise DomainError("hours_outdated", 409)
    mark_changed(tx)
    _change_office(tx, office, hours, edit, staff_id)
    _change_town(tx, office, hours, edit, staff_id)
    write_version(tx.conn, take)
    mark_changed(tx)
    concerned = offices_of(directory, office, edit, hours)
    for one in concerned:
        tx.emit(one.id, DirectoryChanged(version=take))
    for one in concerned:
        tx.react(OpeningRulesChanged(one.id))


def _change_office(
    tx: Tx, office: OfficeInfo, hours: Hours, edit: HoursEdit, staff_id: int
) -> None:
    whose, names = Whose(office_id=office.id), names_of(office)
    closures = {n: hours.closures[n] for n in edit.drop_closures if n in hours.closures}
    removed: list[Said] = [{"rule": say_rule(hours.rules[n])} for n in sorted(edit.drop_rules)]
    removed += _say(closures.values())
    added: list[Said] = [{"rule": say_rule(rule)} for rule in edit.add_rules]
    added += _say(edit.add_closures)
    store.delete_rules(tx.conn, edit.drop_rules)
    store.delete_closures(tx.conn, closures)
    for rule in edit.add_rules:
        store.insert_rule(tx.conn, office.id, names, rule)
    for closure in edit.add_closures:
        store.insert_closure(tx.conn, whose, closure)
    _keep(tx, whose, removed, added, staff_id, edit.takes_back)


def _change_town(tx: Tx, office: OfficeInfo, hours: Hours, edit: HoursEdit, staff_id: int) -> None:
    whose = Whose(municipality_id=office.municipality.id)
    gone = {n: hours.town_closures[n] for n in edit.drop_closures if n in hours.town_closures}
    store.delete_closures(tx.conn, gone)
    for closure in edit.add_town_closures:
        store.insert_closure(tx.conn, whose, closure)
    _keep(tx, whose, _say(gone.values()), _say(edit.add_town_closures), staff_id, edit.takes_back)


def _keep(
    tx: Tx,
    whose: Whose,
    removed: list[Said],
    added: list[Said],
    staff_id: int,
    takes_back: int | None,
) -> None:
    same = [said for said in removed if said in added]
    removed = [said for said in removed if said not in same]
    added = [said for said in added if said not in same]
    if removed or added:
        history.add_change(
            tx.conn,
            whose,
            tx.now,
            removed=removed,
            added=added,
            staff_id=staff_id,
            takes_back=takes_back,
        )


def _say(closures: Iterable[ClosureEntry]) -> list[Said]:
    return [{"closure": say_closure(closure)} for closure in closures]
